"""What a request changes of an integration, once checked: public fields apart from secrets."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from switchboard.kit.entities import Body
from switchboard.kit.errors import InvalidValueError

LONGEST_SECRET = 4096


@dataclass(frozen=True)
class Draft:
    """`fields` are merged into the stored entity; `secrets` into the stored secrets, where None removes one."""

    fields: Body
    secrets: dict[str, str | None] = field(default_factory=dict)


class MessengerType(Protocol):
    """What the administration asks of a messenger type."""

    def draft(self, body: Body, old: Body | None) -> Draft:
        """The checked changes of a create (`old` is None) or update. Raises BadRequestError, InvalidValueError."""

    def present(self, body: Body) -> Body:
        """The stored entity in the platform's shape."""


def secret(body: Body, name: str) -> str | None:
    """The secret's text where the body sends one. Raises InvalidValueError where it is no usable text."""
    value: Any = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_SECRET:
        raise InvalidValueError(f"{name} must be a text of at most {LONGEST_SECRET} characters.", field=name)
    return value


def name(body: Body) -> Body:
    """`{name}` where the body sends one. Raises InvalidValueError."""
    value: Any = body.get("name")
    if value is None:
        return {}
    if not isinstance(value, str) or not value.strip() or len(value) > 256:
        raise InvalidValueError("name must be a text of at most 256 characters.", field="name")
    return {"name": value.strip()}


def refuse_profiles(body: Body) -> None:
    """Raises InvalidValueError for a reference to a profile that cannot exist: there are none to choose from."""
    for reference in ("supportedContent", "messagingSetting"):
        if (body.get(reference) or {}).get("id"):
            raise InvalidValueError(f"{reference}.id names no profile of this organization.", field=f"{reference}.id")


def common(body: Body) -> Body:
    """The fields that every messenger type shows alike."""
    shared = ("id", "name", "status", "dateCreated", "dateModified", "createdBy", "modifiedBy", "version")
    shown = {each: body[each] for each in shared if each in body}
    return shown | {"createStatus": "Completed", "recipient": {"id": body["id"], "name": body["name"]}}


def fault(body: Body) -> Body | None:
    """Why the integration is in status Error, as an ErrorBody."""
    problem = body.get("fault")
    if not problem:
        return None
    return {"code": problem.get("code"), "message": problem.get("message"), "messageParams": _class(problem)}


def _class(problem: Body) -> dict[str, str]:
    return {"errorClass": str(problem.get("errorClass", ""))}
