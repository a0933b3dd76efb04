"""Response libraries and responses, as declared entities."""

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


def _check_response(body: Body, old: Body | None) -> None:
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
    check=_check_response,
)
