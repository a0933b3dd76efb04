"""What the conversations domain refuses, and why."""

from switchboard.kit.errors import ConflictError, DomainError


class WindowClosedError(DomainError):
    """Free-form text outside the channel's customer service window; an approved template would go through."""

    status, code = 400, "messaging.window.closed"

    def __init__(self, hours: int, who: str = "customer") -> None:
        super().__init__(
            f"The {who} last wrote more than {hours} hours ago: only an approved template can be sent now.",
            params={"windowHours": str(hours)},
        )


class NotConnectedError(ConflictError):
    """The communication is not connected, so nothing can be said on it."""

    code = "communication.not.connected"


class StateConflictError(ConflictError):
    """The participant's state does not allow the change; the message names both."""

    code = "invalid.state"


class ChangedMeanwhileError(Exception):
    """Somebody else wrote the conversation between our read and our write: read again and repeat."""
