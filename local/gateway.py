"""The HTTP API: finds the route, asks the authorizer, calls the function.

Where API Gateway itself answers, it says `{"message": ...}` and nothing else (HTTP APIs have no gateway responses to
change that). Here those answers have the platform's error body, so that a path nobody owns is `route.not.found`
(DESIGN decision 1) and can be told from a missing object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from switchboard.kit.errors import DomainError, NotAuthorizedError, PayloadTooLargeError, RouteNotFoundError

from local.authorizer import Authorizer
from local.functions import Function, FunctionError
from local.http_messages import Headers, Request, Response, event_of, refusal, response_of

MAX_BODY = 10 * 1024 * 1024
"""Bytes; API Gateway's payload limit."""

_VARIABLE = re.compile(r"\{([^}+]+)(\+?)\}")


@dataclass(frozen=True)
class Route:
    key: str
    function: Function
    authorizer: Authorizer | None = None
    scopes: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        return self.key.split(" ")[0] if " " in self.key else "ANY"

    @property
    def path(self) -> str:
        return self.key.split(" ", 1)[1] if " " in self.key else self.key


class RouteTable:
    """API Gateway's order: literal segments before variables before `{proxy+}` before $default, a method before ANY."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes = [(route, _pattern(route.path)) for route in sorted(routes, key=_rank)]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route and its path parameters, decoded."""
        for route, pattern in self._routes:
            match = pattern.fullmatch(path)
            if match and route.method in (method, "ANY"):
                return route, {name: unquote(value) for name, value in match.groupdict().items()}
        return None


def _rank(route: Route) -> tuple[bool, list[int], bool]:
    segments = [2 if "+}" in part else 1 if "{" in part else 0 for part in route.path.strip("/").split("/")]
    return route.path == "$default", segments, route.method == "ANY"


def _pattern(path: str) -> re.Pattern[str]:
    if path == "$default":
        return re.compile(".*", re.DOTALL)
    parts = []
    for part in path.split("/"):
        variable = _VARIABLE.fullmatch(part)
        if variable is None:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P<{variable[1]}>{'.+' if variable[2] else '[^/]+'})")
    return re.compile("/".join(parts), re.DOTALL)


class Gateway:
    def __init__(
        self,
        *,
        invoke: Callable[[Function, Any], Any],
        account: str,
        api_id: str,
        cors: dict[str, Any] | None,
    ) -> None:
        self._table = RouteTable([])
        self._invoke = invoke
        self._account = account
        self._api_id = api_id
        self._cors = cors

    def serve(self, routes: list[Route]) -> None:
        """Sets the routes: their authorizers may need the gateway for the issuer's keys."""
        self._table = RouteTable(routes)

    def handle(self, request: Request) -> Response:
        """One request through the API; never raises."""
        origin = request.header("origin")
        allowed = self._allowed_origin(origin)
        if request.method == "OPTIONS" and allowed and request.header("access-control-request-method"):
            return Response(204, self._preflight(allowed))
        response = self._route(request)
        if not allowed or not self._cors:
            return response
        exposed = ",".join(self._cors.get("ExposeHeaders", []))
        headers: Headers = [("access-control-allow-origin", allowed)]
        headers += [("access-control-expose-headers", exposed)] if exposed else []
        return Response(response.status, response.headers + headers, response.body)

    def _route(self, request: Request) -> Response:
        if len(request.body) > MAX_BODY:
            return refusal(PayloadTooLargeError("Request Entity Too Large"))
        found = self._table.find(request.method, request.path)
        if found is None:
            return refusal(RouteNotFoundError("No operation owns this path."))
        route, path_parameters = found
        claims: dict[str, Any] | None = None
        if route.authorizer is not None:
            try:
                claims = route.authorizer.claims(request.header("authorization"))
            except DomainError as error:
                return refusal(error, [("www-authenticate", "Bearer")])
            if route.scopes and not set(route.scopes) & set(str(claims.get("scope", "")).split()):
                return refusal(NotAuthorizedError("The bearer token lacks the scope of this operation."))
        event = event_of(
            request,
            route_key=route.key,
            path_parameters=path_parameters,
            claims=claims,
            scopes=list(route.scopes) or None,
            account=self._account,
            api_id=self._api_id,
        )
        try:
            return response_of(self._invoke(route.function, event))
        except (FunctionError, ValueError):
            return refusal(DomainError("Internal Server Error"))

    def fetch_json(self, url: str) -> dict[str, Any]:
        """A public document of this API. Raises ValueError when there is none."""
        parts = urlsplit(url)
        response = self._route(Request("GET", parts.path, parts.query, [("host", parts.netloc)]))
        if response.status != 200:
            raise ValueError(f"{url} answers {response.status}")
        return dict(json.loads(response.body))

    def _allowed_origin(self, origin: str | None) -> str | None:
        origins = (self._cors or {}).get("AllowOrigins", [])
        if not origin or not ("*" in origins or origin in origins):
            return None
        return "*" if "*" in origins else origin

    def _preflight(self, allowed: str) -> Headers:
        cors = self._cors or {}
        return [
            ("access-control-allow-origin", allowed),
            ("access-control-allow-methods", ",".join(cors.get("AllowMethods", []))),
            ("access-control-allow-headers", ",".join(cors.get("AllowHeaders", []))),
            ("access-control-max-age", str(cors.get("MaxAge", 0))),
        ]
