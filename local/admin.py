"""The endpoints under /local that scripts and tests steer the cloud with (DESIGN section 5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from switchboard.kit import clock as kit_clock

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


class Admin:
    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud

    def _now(self) -> dict[str, str]:
        return {"now": kit_clock.iso(self._cloud.clock.now())}

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def organization(self, _request: Request) -> Response:
        return JSONResponse(self._cloud.organization)

    async def clock(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse(self._now())
        try:
            by = duration((await request.json())["advance"])
        except (KeyError, TypeError):
            return JSONResponse({"message": 'a body such as {"advance": "PT25H"} is wanted'}, 400)
        except ValueError as error:
            return JSONResponse({"message": str(error)}, 400)
        return await self._settled(lambda: self._cloud.advance(by))

    async def settle(self, _request: Request) -> Response:
        return await self._settled(self._cloud.settle)

    async def _settled(self, work: Callable[[], object]) -> Response:
        try:
            await to_thread.run_sync(work)
        except NotSettledError as error:
            return JSONResponse({"message": str(error), "left": error.left}, 504)
        return JSONResponse(self._now())

    async def calls(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._cloud.calls.clear()
            return Response(status_code=204)
        return JSONResponse({"entities": self._cloud.calls.entities()})

    async def dead_letters(self, _request: Request) -> Response:
        return JSONResponse({"entities": await to_thread.run_sync(self._cloud.dead_letters)})


def routes(cloud: LocalCloud) -> list[BaseRoute]:
    admin = Admin(cloud)
    return [
        Route("/health", admin.health),
        Route("/org", admin.organization),
        Route("/clock", admin.clock, methods=["GET", "POST"]),
        Route("/settle", admin.settle, methods=["POST"]),
        Route("/calls", admin.calls, methods=["GET", "DELETE"]),
        Route("/deadletters", admin.dead_letters),
    ]
