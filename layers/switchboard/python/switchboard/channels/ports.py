"""What the channels' shared steps ask of the conversations domain. `switchboard.conversations.api` answers it; the handlers of
functions/channels/ bring the two together, because conversations builds on channels and not the other way round."""

from typing import Protocol

from switchboard.channels.message import Attachment, OutboundMessage, Problem


class Outgoing(Protocol):
    """A message on its way out: `status` is queued, sending, or what became of it."""

    @property
    def message(self) -> OutboundMessage: ...

    @property
    def status(self) -> str: ...


class Outbox(Protocol):
    """Messages to send, by their id and sort key."""

    def load_outgoing(self, identifier: str, sort: str) -> Outgoing | None:
        """The message with the end of its service window as it is now; None where it is gone."""

    def claim_outgoing(self, identifier: str, sort: str) -> bool:
        """queued -> sending; False where somebody else did."""

    def release_outgoing(self, identifier: str, sort: str) -> None:
        """sending -> queued."""

    def record_sent(self, identifier: str, sort: str, provider_id: str) -> None:
        """The provider took it."""

    def record_failed(self, identifier: str, sort: str, problem: Problem) -> None:
        """It will not be sent any more."""


class MediaStore(Protocol):
    """Attachments of received messages."""

    def pending_media(self, identifier: str, sort: str) -> list[tuple[int, Attachment]]:
        """What is still to be fetched, with its place in the message."""

    def attach_media(self, identifier: str, sort: str, index: int, attachment: Attachment) -> None:
        """What became of it."""
