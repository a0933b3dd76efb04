"""The providers of one local cloud: who answers which call, what is written down, and what goes wrong on purpose."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from switchboard.channels.adapter import HttpRequest, HttpResponse

from local.context import ProviderContext
from local.providers.customers import Send, Webhooks, manner_of
from local.providers.graph import Graph
from local.providers.journal import BrokenConnectionError, Fault, Faults, Journal, fault_of
from local.providers.middleware import Middleware
from local.providers.simulated import Surroundings

PREFIX = "/local/providers"

Provider = Graph | Middleware


class Simulator:
    """`send` makes HTTP calls to us. `answer` may also stand in for the network (switchboard.channels.http_client.use)."""

    def __init__(self, context: ProviderContext, send: Send) -> None:
        self.journal = Journal()
        self.faults = Faults()
        self._context = context
        webhooks = Webhooks(send)
        self._providers: dict[str, Provider] = {
            each.name: each(Surroundings(context.base_url, self._integrations(each.name), context.clock, webhooks))
            for each in (Graph, Middleware)
        }

    def _integrations(self, channel: str) -> Callable[[], list[dict[str, Any]]]:
        def of_channel() -> list[dict[str, Any]]:
            known: list[dict[str, Any]] = self._context.organization().get("integrations", [])
            return [each for each in known if each["channel"] == channel]

        return of_channel

    def provider(self, name: str) -> Provider:
        """Raises LookupError."""
        if name not in self._providers:
            raise LookupError(f"no provider {name}: there are {', '.join(self._providers)}")
        return self._providers[name]

    # -- what we call

    def answer(self, request: HttpRequest) -> HttpResponse:
        """One call of ours to a provider. Raises BrokenConnectionError, LookupError."""
        path = urlsplit(request.url).path.removeprefix(PREFIX)
        name = path.strip("/").split("/")[0]
        provider = self.provider(name)
        verdict = {"signature": provider.verdict(request)} if isinstance(provider, Middleware) else {}
        now = self._context.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = self.journal.note(name, request, now, **verdict)
        fault = self.faults.take(name)
        try:
            response = self._failed(provider, path, request, fault) if fault else provider.answer(path, request)
        except BrokenConnectionError:
            entry["response"] = {"status": 0, "body": "no answer"}
            raise
        entry["response"] = {"status": response.status, "body": response.body.decode(errors="replace")}
        return response

    def _failed(self, provider: Provider, path: str, request: HttpRequest, fault: Fault) -> HttpResponse:
        if fault.processed:
            provider.answer(path, request)
        if fault.hangs_seconds:
            time.sleep(fault.hangs_seconds)
        if fault.breaks or not fault.status:
            raise BrokenConnectionError
        return provider.fail(fault)

    # -- what the scripts order

    def order_fault(self, order: dict[str, Any]) -> None:
        """Raises ValueError, LookupError."""
        name = str(order.get("provider", ""))
        self.provider(name)
        self.faults.add(name, fault_of(order))

    def order_inbound(self, name: str, order: dict[str, Any]) -> dict[str, Any]:
        """A customer's message, several (`messages`, each like one), or a receipt (`receipt`: {id, status, statuses, errors}).

        `integrationId` chooses among several integrations; `times`, `reorder`, `missign` say how it is delivered and
        `delaySeconds` how late: its time then lies that much in the past. Raises LookupError, KeyError, ValueError.
        """
        provider, manner = self.provider(name), manner_of(order)
        receipt = order.get("receipt")
        if receipt is not None:
            statuses = receipt.get("statuses") or [receipt["status"]]
            identifier = str(receipt.get("id") or receipt.get("messageId") or "")
            return {"answers": provider.report(identifier, statuses, manner, receipt.get("errors"))}
        return provider.say(
            self._integration(name, order.get("integrationId", "")), order.get("messages") or [order], manner
        )

    def _integration(self, channel: str, identifier: str) -> dict[str, Any]:
        for integration in self._integrations(channel)():
            if identifier in ("", integration["id"]):
                return integration
        raise LookupError(f"no {channel} integration {identifier}")
