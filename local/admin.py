"""The endpoints under /local that scripts and tests steer the cloud with (DESIGN section 5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from local.pump import NotSettledError

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks to seconds, such as `PT25H` or `P1DT0.5S`. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    parts = {name: float(value) for name, value in match.groupdict().items() if value} if match else {}
    if not parts:
        raise ValueError(f"{text!r} is no ISO 8601 duration")
    return timedelta(**parts)


def routes(cloud: LocalCloud) -> list[BaseRoute]:
    def now() -> dict[str, str]:
        return {"now": cloud.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")}

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def organization(_request: Request) -> Response:
        return JSONResponse(cloud.organization)

    async def clock(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse(now())
        try:
            by = duration((await request.json())["advance"])
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"message": str(error)}, 400)
        return await _settled(lambda: cloud.advance(by), now)

    async def settle(_request: Request) -> Response:
        return await _settled(cloud.settle, now)

    async def calls(request: Request) -> Response:
        if request.method == "DELETE":
            cloud.calls.clear()
            return Response(status_code=204)
        return JSONResponse({"entities": cloud.calls.entities()})

    async def dead_letters(_request: Request) -> Response:
        return JSONResponse({"entities": await to_thread.run_sync(cloud.dead_letters)})

    return [
        Route("/health", health),
        Route("/org", organization),
        Route("/clock", clock, methods=["GET", "POST"]),
        Route("/settle", settle, methods=["POST"]),
        Route("/calls", calls, methods=["GET", "DELETE"]),
        Route("/deadletters", dead_letters),
    ]


async def _settled(work: Callable[[], object], now: Callable[[], dict[str, Any]]) -> Response:
    try:
        await to_thread.run_sync(work)
    except NotSettledError as error:
        return JSONResponse({"message": str(error), "left": error.left}, 504)
    return JSONResponse(now())
