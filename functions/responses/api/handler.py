"""Responses API: libraries and responses, templates among them."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit import paging
from switchboard.kit.entity_routes import Serving, serve
from switchboard.kit.http import Api, Request
from switchboard.responses import api as responses
from switchboard.responses.models import LIBRARY, RESPONSE

api = Api(identity.caller)
serve(api, LIBRARY, responses.libraries)
serve(api, RESPONSE, responses.responses)
serving = Serving(RESPONSE, responses.responses)


@api.operation("ResponseManagementApi.get_responsemanagement_responses", "responses:response:view")
def list_responses(request: Request) -> dict[str, Any]:
    library = request.query.get("libraryId")
    found = [body for body in responses.responses().all() if not library or _in_library(body, library)]
    return paging.numbered([serving.shown(body) for body in found], RESPONSE.path, request.query)


@api.operation("ResponseManagementApi.post_responsemanagement_responses_query", "responses:response:view")
def query_responses(request: Request) -> dict[str, Any]:
    phrase = (request.body.get("queryPhrase") or "").lower()
    found = [body for body in responses.responses().all() if phrase in _searchable(body)]
    query = {"pageSize": request.body.get("pageSize") or paging.DEFAULT_SIZE, "pageNumber": 1}
    return {"results": paging.numbered([serving.shown(body) for body in found], f"{RESPONSE.path}/query", query)}


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return api.handle(event, context)


def _in_library(body: dict[str, Any], library: str) -> bool:
    return any(each["id"] == library for each in body["libraries"])


def _searchable(body: dict[str, Any]) -> str:
    return " ".join([body["name"], *(text.get("content") or "" for text in body.get("texts") or [])]).lower()
