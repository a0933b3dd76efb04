"""The providers of a cloud without a port: our calls to them and their webhooks stay in this process and this thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from switchboard.channels import http_client
from switchboard.channels.adapter import HttpRequest, HttpResponse

from local.context import ProviderContext
from local.providers.journal import BrokenConnectionError
from local.providers.simulator import Simulator

if TYPE_CHECKING:
    from local.cloud import LocalCloud


@contextmanager
def providers_of(cloud: LocalCloud) -> Iterator[Simulator]:
    """While it lasts, the channels' HTTP client asks this simulator instead of the network."""

    def webhook(request: HttpRequest) -> HttpResponse:
        headers = list(request.headers.items())
        answer = cloud.http(request.method, urlsplit(request.url).path, headers=headers, body=request.body)
        return HttpResponse(status=answer.status, headers=dict(answer.headers), body=answer.body)

    simulator = Simulator(ProviderContext(cloud.url, lambda: cloud.organization, cloud.clock.now), webhook)

    def network(request: HttpRequest) -> HttpResponse:
        try:
            return simulator.answer(request)
        except BrokenConnectionError as error:
            raise http_client.OutcomeUnknownError("the simulated provider went away") from error

    http_client.use(network)
    try:
        yield simulator
    finally:
        http_client.use(None)
