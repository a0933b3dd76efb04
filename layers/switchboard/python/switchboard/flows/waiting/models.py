"""What an in-queue flow says, as it was compiled when it was published."""

from math import ceil

from switchboard.kit.model import Record

POSITION = "{{Message.PositionInQueue}}"
ESTIMATE = "{{Message.EstimatedWaitMinutes}}"


class Announcement(Record):
    """A message in which POSITION and ESTIMATE stand for the customer's place in the queue (1: next) and the minutes until they
    are answered. `without_estimate` is said instead where there is no data to estimate by; empty: nothing is."""

    text: str
    without_estimate: str = ""

    def rendered(self, position: int, estimated_seconds: int | None) -> str:
        """Minutes are rounded up, and one at least."""
        text = self.text
        if ESTIMATE in text:
            if estimated_seconds is None:
                text = self.without_estimate
            else:
                text = text.replace(ESTIMATE, str(max(1, ceil(estimated_seconds / 60))))
        return text.replace(POSITION, str(position))


class Announcements(Record):
    """What is said as the wait begins, and `again` every `again_seconds` while it lasts (None: never)."""

    first: Announcement
    again: Announcement | None = None
    again_seconds: int = 0
