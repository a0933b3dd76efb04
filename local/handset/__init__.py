"""The handset: a page that plays the customer on every channel that has an integration."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

_FOLDER = Path(__file__).parent
_FILES = {"": "page.html", "handset.js": "handset.js", "handset.css": "handset.css"}


def routes() -> list[BaseRoute]:
    """Routes relative to /local."""

    async def file(request: Request) -> Response:
        name = _FILES.get(request.path_params.get("file", ""))
        if name is None:
            return Response(status_code=404)
        return FileResponse(_FOLDER / name, headers={"cache-control": "no-store"})

    return [Route("/handset", file), Route("/handset/{file}", file)]
