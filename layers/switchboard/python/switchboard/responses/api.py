"""All that other domains and the functions may use of responses."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.channels.message import Template
from switchboard.kit.entities import Store
from switchboard.kit.errors import InvalidValueError
from switchboard.responses import bootstrap


def libraries() -> Store:
    return bootstrap.libraries()


def responses() -> Store:
    return bootstrap.responses()


def template(response_id: str, parameters: Mapping[str, Sequence[str]]) -> tuple[Template, str]:
    """The approved template behind a response, filled in, and its text as the customer will read it.

    `parameters` are the values of `header`, `body` and `buttons` in order. Raises InvalidValueError naming the field.
    """
    field = "messagingTemplate.responseId"
    response = responses().find(response_id)
    if response is None:
        raise InvalidValueError(f"There is no response {response_id}.", field=field)
    approved: dict[str, Any] = (response.get("messagingTemplate") or {}).get("whatsApp") or {}
    if not approved:
        raise InvalidValueError("The response is not a messaging template.", field=field)
    filled = Template(
        name=approved["name"],
        language=approved["language"],
        namespace=approved.get("namespace") or "",
        header=list(parameters.get("header", ())),
        body=list(parameters.get("body", ())),
        buttons=list(parameters.get("buttons", ())),
    )
    return filled, _read_out(response, filled.body)


def _read_out(response: Mapping[str, Any], values: Sequence[str]) -> str:
    text = next((each["content"] for each in response.get("texts") or [] if each.get("content")), "")
    for index, value in enumerate(values, start=1):
        text = text.replace("{{" + str(index) + "}}", value)
    return text
