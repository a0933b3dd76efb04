"""What a simulated customer does, said once for every provider, and how its webhook reaches us."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from switchboard.channels.adapter import HttpRequest, HttpResponse
from switchboard.channels.signatures import SIGNATURE_HEADER, signed

Send = Callable[[HttpRequest], HttpResponse]
"""Makes an HTTP call, or hands it to the cloud in this process."""

_AT_ONCE = 16


@dataclass(frozen=True)
class Manner:
    """How webhooks are delivered: each `times` over and all at once, in reverse order, with a wrong signature."""

    times: int = 1
    reorder: bool = False
    missign: bool = False


def manner_of(order: dict[str, Any]) -> Manner:
    return Manner(
        times=max(1, int(order.get("times", 1))),
        reorder=bool(order.get("reorder")),
        missign=bool(order.get("missign")),
    )


class Webhooks:
    """Delivers signed payloads to the webhook of an integration."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def deliver(self, url: str, secret: str, payloads: list[dict[str, Any]], manner: Manner) -> list[dict[str, Any]]:
        """The status and body of every answer. One payload after another; repeats of the same one at the same time."""
        answers: list[dict[str, Any]] = []
        for payload in reversed(payloads) if manner.reorder else payloads:
            body = json.dumps(payload).encode()
            signature = signed("not the secret" if manner.missign else secret, body)
            headers = {"content-type": "application/json", SIGNATURE_HEADER: signature}
            request = HttpRequest(method="POST", url=url, headers=headers, body=body)
            answers += [
                {"status": answer.status, "body": answer.body.decode(errors="replace")}
                for answer in self._at_once(request, manner.times)
            ]
        return answers

    def _at_once(self, request: HttpRequest, times: int) -> list[HttpResponse]:
        if times == 1:
            return [self._send(request)]
        with ThreadPoolExecutor(min(times, _AT_ONCE)) as pool:
            return list(pool.map(self._send, [request] * times))
