"""Announcing: a customer who waits hears their place in the queue and how long it will take, at first and every so often (CE43).

Each moment of a wait is an occasion on which something is said once, and sets the timer of the next. A timer that was set twice
finds its occasion used, and ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.conversations.models import Hearing
from switchboard.flows.ports import Conversations, Flows, Queues
from switchboard.flows.waiting.models import Announcement, Announcements
from switchboard.kit import clock, timers

TIMER = "announce"


class Announcing:
    def __init__(self, flows: Flows, conversations: Conversations, queues: Queues) -> None:
        self._flows = flows
        self._conversations = conversations
        self._queues = queues

    def begin(self, detail: Mapping[str, Any]) -> None:
        """The event `interaction.waiting`: a wait has begun, or goes on from another place in the queue. Nothing comes before the
        first announcement; that the timer is set again where it was set before costs an occasion that is found used."""
        moment = self._moment(detail, 0)
        if moment is None:
            return
        if not moment.told:
            self._say(moment, moment.said.first)
        self._await_next(moment)

    def fire(self, timer: Mapping[str, Any]) -> None:
        """The timer of a later moment of the wait. The next one's is set before anything is said, so that a crash between the two
        loses neither."""
        moment = self._moment(timer, timer["number"])
        if moment is None or moment.told or moment.said.again is None:
            return
        self._await_next(moment)
        self._say(moment, moment.said.again)

    def _moment(self, about: Mapping[str, Any], number: int) -> "_Moment | None":
        conversation_id, participant_id = about["conversationId"], about["participantId"]
        said = self._flows.announcements(about["flowId"])
        wait = self._conversations.hearing(conversation_id, participant_id)
        if said is None or wait is None:
            return None
        occasion = f"waiting:{participant_id}:{number}"
        told = self._conversations.told(conversation_id, occasion)
        return _Moment(about, said, wait, occasion, told)

    def _say(self, moment: "_Moment", announcement: Announcement) -> None:
        conversation_id, wait = moment.about["conversationId"], moment.wait
        standing = self._queues.standing(wait.queue_id, conversation_id) if wait.undisturbed else None
        text = announcement.rendered(standing.position, standing.estimated_seconds) if standing else ""
        if text:
            self._conversations.tell_waiting(conversation_id, text, moment.occasion)

    def _await_next(self, moment: "_Moment") -> None:
        """The next moment that is still to come: those that an outage has swallowed are not made up for."""
        since, every_ms = moment.wait.since, moment.said.again_seconds * 1000
        if not every_ms:
            return
        number = (clock.now_ms() - since) // every_ms + 1
        named = {name: moment.about[name] for name in ("conversationId", "participantId", "flowId")}
        timers.start("flows", TIMER, clock.from_ms(since + number * every_ms), {**named, "number": number})


@dataclass(frozen=True)
class _Moment:
    """A moment of a wait: what its flow says, and whether it has been said on this occasion."""

    about: Mapping[str, Any]
    said: Announcements
    wait: Hearing
    occasion: str
    told: bool
