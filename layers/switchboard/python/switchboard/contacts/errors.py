"""Errors of contacts."""

from switchboard.kit.errors import ConflictError


class IdentifierTakenError(ConflictError):
    """An identifier leads to another contact already; `field` is where the client wrote it."""

    def __init__(self, field: str, owner: str) -> None:
        super().__init__(
            f"What {field} holds belongs to contact {owner} already.", field=field, params={"contactId": owner}
        )
