"""Response libraries and responses, as declared entities."""

from collections.abc import Collection
from typing import Any

from switchboard.kit.entities import Body, Entity
from switchboard.kit.errors import InvalidValueError

LIBRARY = Entity(
    kind="responseLibrary",
    path="/api/v2/responsemanagement/libraries",
    permission="responses:library",
    operations={
        "list": "ResponseManagementApi.get_responsemanagement_libraries",
        "create": "ResponseManagementApi.post_responsemanagement_libraries",
    },
    divisioned=False,
)


def library_ids(body: Body) -> list[str]:
    return [library.get("id") or "" for library in body["libraries"]]


def check_libraries(body: Body, known: Collection[str]) -> None:
    """Raises InvalidValueError naming the library that is not among the `known` ids."""
    for index, identifier in enumerate(library_ids(body)):
        if identifier not in known:
            raise InvalidValueError(f"The library '{identifier}' does not exist.", field=f"libraries.{index}.id")


def check_response(body: Body, old: Body | None) -> None:
    """What the body says on its own. Raises InvalidValueError naming the field."""
    template: dict[str, Any] = (body.get("messagingTemplate") or {}).get("whatsApp") or {}
    if body.get("responseType") == "MessagingTemplate":
        for name in ("name", "language"):
            if not template.get(name):
                field = f"messagingTemplate.whatsApp.{name}"
                raise InvalidValueError(f"{field} is required for a messaging template.", field=field)
    elif not body.get("texts"):
        raise InvalidValueError("A response needs at least one text.", field="texts")


RESPONSE = Entity(
    kind="response",
    path="/api/v2/responsemanagement/responses",
    permission="responses:response",
    operations={"create": "ResponseManagementApi.post_responsemanagement_responses"},
    required=("name", "libraries"),
    unique_name=False,
    divisioned=False,
    check=check_response,
)
