"""Serves a cloud on one port: the API, the sockets, and what exists only locally, under /local."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse
from starlette.responses import Response as HttpResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from switchboard.kit.errors import PayloadTooLargeError, RouteNotFoundError

from local import admin, handset, hosted_ui, providers, storage
from local.context import ProviderContext
from local.gateway import MAX_BODY
from local.http_messages import Request, Response, refusal
from local.websocket import RejectedError

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_CONSOLE = Path(__file__).resolve().parent.parent / "console" / "dist"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
_THREADS = 40
_STARTING = 10.0
_STOPPING = 5.0


class Server:
    """Owns the socket from the beginning, so that the URL is known before the cloud is built."""

    def __init__(self, cloud: LocalCloud, port: int) -> None:
        self._cloud = cloud
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._uvicorn: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Returns when requests are answered. Raises TimeoutError."""
        config = uvicorn.Config(
            application(self._cloud), log_level="warning", access_log=False, lifespan="off", ws="websockets-sansio"
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [self._socket]}, name="local-server", daemon=True
        )
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_STARTING / 0.01)):
            if self._uvicorn.started:
                return
            waited.wait(0.01)
        raise TimeoutError("the server did not start")

    def stop(self) -> None:
        if self._uvicorn is not None and self._thread is not None:
            self._uvicorn.should_exit = True
            self._uvicorn.force_exit = True  # open sockets of browsers would keep it waiting
            self._thread.join(_STOPPING)
        self._socket.close()


def application(cloud: LocalCloud) -> Starlette:
    context = ProviderContext(cloud.url, lambda: cloud.organization, cloud.clock.now)
    local: list[BaseRoute] = [
        Mount("/providers", routes=providers.routes(context)),
        Mount("/cognito", routes=hosted_ui.routes(cloud)),
        Mount("/s3", routes=storage.routes(cloud)),
        *handset.routes(),
        *admin.routes(cloud),
    ]
    return Starlette(
        routes=[
            Mount("/local", routes=local),
            WebSocketRoute("/ws", _socket_endpoint(cloud)),
            WebSocketRoute("/ws/{rest:path}", _socket_endpoint(cloud)),
            Route("/{rest:path}", _http_endpoint(cloud), methods=_METHODS),
        ]
    )


def _http_endpoint(cloud: LocalCloud) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    limiter = CapacityLimiter(_THREADS)

    async def endpoint(request: HttpRequest) -> HttpResponse:
        page = _console_file(request.method, request.url.path)
        if page is not None:
            return FileResponse(page)
        body = await _body(request)
        if body is None:
            return _answer(refusal(PayloadTooLargeError("Request Entity Too Large")))
        received = Request(
            method=request.method,
            path=request.scope["raw_path"].split(b"?")[0].decode("ascii", "replace"),
            query=request.url.query,
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]],
            body=body,
            source_ip=request.client.host if request.client else "127.0.0.1",
        )
        if cloud.gateway is None:
            return _answer(refusal(RouteNotFoundError("The template has no HTTP API.")))
        return _answer(await to_thread.run_sync(cloud.gateway.handle, received, limiter=limiter))

    return endpoint


async def _body(request: HttpRequest) -> bytes | None:
    """None when it is too long; the rest of it is not read into memory."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _answer(response: Response) -> HttpResponse:
    answer = HttpResponse(response.body, response.status)
    answer.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if not any(name == "content-length" for name, _ in response.headers) and response.status != 204:
        answer.raw_headers.append((b"content-length", str(len(response.body)).encode()))
    return answer


def _console_file(method: str, path: str) -> Path | None:
    """A file of the built console; in the cloud CloudFront serves them."""
    if method not in ("GET", "HEAD") or not _CONSOLE.is_dir():
        return None
    file = (_CONSOLE / (path.lstrip("/") or "index.html")).resolve()
    return file if file.is_file() and file.is_relative_to(_CONSOLE) else None


def _socket_endpoint(cloud: LocalCloud) -> Callable[[WebSocket], Awaitable[None]]:
    async def endpoint(socket: WebSocket) -> None:
        sockets = cloud.websockets
        if sockets is None:
            await socket.close()
            return
        loop = asyncio.get_running_loop()
        outgoing: asyncio.Queue[str | None] = asyncio.Queue()

        def enqueue(message: str | None) -> None:
            loop.call_soon_threadsafe(outgoing.put_nowait, message)

        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in socket.scope["headers"]]

        def connect() -> str:
            return sockets.connect(enqueue, lambda: enqueue(None), query=socket.url.query, headers=headers)

        try:
            connection_id = await to_thread.run_sync(connect)
        except RejectedError as rejected:
            await socket.send_denial_response(HttpResponse(status_code=rejected.status))
            return
        await socket.accept()
        sender = asyncio.create_task(_send_all(socket, outgoing))
        try:
            while True:
                text = await socket.receive_text()
                await to_thread.run_sync(sockets.receive, connection_id, text)
        except (WebSocketDisconnect, KeyError, RuntimeError):
            pass  # closed by either side, or a binary frame, which WebSocket APIs do not take
        finally:
            sender.cancel()
            await to_thread.run_sync(sockets.disconnect, connection_id)

    return endpoint


async def _send_all(socket: WebSocket, outgoing: asyncio.Queue[str | None]) -> None:
    """Sends in order; None closes."""
    while (message := await outgoing.get()) is not None:
        await socket.send_text(message)
    await socket.close()
