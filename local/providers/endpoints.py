"""The simulated providers over HTTP, under /local/providers (DESIGN section 5)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from switchboard.channels.adapter import HttpRequest, HttpResponse

from local.context import ProviderContext
from local.providers.journal import BrokenConnectionError
from local.providers.simulator import Simulator

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(context: ProviderContext) -> list[BaseRoute]:
    """Routes relative to /local/providers."""
    simulator = Simulator(context, call)

    async def requests(request: Request) -> Response:
        if request.method == "DELETE":
            simulator.journal.clear()
            return Response(status_code=204)
        return JSONResponse({"entities": simulator.journal.entities(request.query_params.get("provider", ""))})

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            simulator.faults.clear()
            return Response(status_code=204)
        return await _ordered(request, lambda order: simulator.order_fault(order))

    async def inbound(request: Request) -> Response:
        name = request.path_params["provider"]
        return await _ordered(request, lambda order: simulator.order_inbound(name, order))

    async def provider(request: Request) -> Response:
        called = HttpRequest(
            method=request.method, url=str(request.url), headers=dict(request.headers), body=await request.body()
        )
        try:
            answer = await to_thread.run_sync(simulator.answer, called)
        except BrokenConnectionError:
            return StreamingResponse(_break_off(), headers={"content-length": "1000"})
        except LookupError as error:
            return JSONResponse({"message": str(error)}, 404)
        return Response(answer.body, answer.status, headers=answer.headers)

    return [
        Route("/requests", requests, methods=["GET", "DELETE"]),
        Route("/faults", faults, methods=["POST", "DELETE"]),
        Route("/{provider}/inbound", inbound, methods=["POST"]),
        Route("/{rest:path}", provider, methods=_METHODS),
    ]


async def _ordered(request: Request, carry_out: Callable[[dict[str, Any]], Any]) -> Response:
    try:
        order = json.loads(await request.body() or b"{}")
        if not isinstance(order, dict):
            raise ValueError("a JSON object is wanted")
        done = await to_thread.run_sync(carry_out, order)
    except (ValueError, TypeError) as error:
        return JSONResponse({"message": str(error)}, 400)
    except KeyError as error:
        return JSONResponse({"message": f"{error} is missing"}, 400)
    except LookupError as error:
        return JSONResponse({"message": str(error)}, 404)
    return Response(status_code=204) if done is None else JSONResponse(done)


async def _break_off() -> Any:
    """An answer that announces more than it brings: the server then drops the connection."""
    yield b""


def call(request: HttpRequest) -> HttpResponse:
    """A plain HTTP call to the local server."""
    made = urllib.request.Request(request.url, request.body, request.headers, method=request.method)  # noqa: S310
    try:
        with urllib.request.urlopen(made, timeout=60) as answer:  # noqa: S310 - our own server
            return HttpResponse(status=answer.status, headers=dict(answer.headers), body=answer.read())
    except urllib.error.HTTPError as error:
        return HttpResponse(status=error.code, headers=dict(error.headers), body=error.read())
