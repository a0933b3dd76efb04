"""Participating: agents answer, hold, transfer, leave and wrap up; routing alerts them (CE34, CE43).

Every change is read, decided by a pure transition, written under the version read. Two at once: one wins, the other reads again.
"""

from collections.abc import Callable, Sequence

from switchboard.conversations import calling_back, consulting, due, transferring, transitions, wrapping_up
from switchboard.conversations.calling_back import Revision
from switchboard.conversations.due import Due
from switchboard.conversations.errors import ChangedMeanwhileError
from switchboard.conversations.models import Callback, Conversation, Participant, RoutingData, WrapUp
from switchboard.conversations.repository import Repository
from switchboard.conversations.transferring import Manner
from switchboard.conversations.transitions import AgentTarget, QueueTarget
from switchboard.kit import clock
from switchboard.kit.checks import check_size
from switchboard.kit.errors import ConflictError, NotFoundError

ATTEMPTS = 5
LARGEST_ATTRIBUTES = 60_000
"""Bytes of JSON, more than a channel gives: events tell them, and a conversation's document has 400 kB for all that it holds."""

Change = Callable[[Conversation, int], Conversation]
Write = Callable[[Conversation, Conversation], Conversation]
"""Writes the next version of a conversation, which it answers. Raises ChangedMeanwhileError."""


class Participating:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def alert(self, conversation_id: str, target: AgentTarget, known: Conversation | None = None) -> Participant | None:
        """Offer the waiting interaction to the agent; None where it does not wait in that queue any more.

        `known` is the conversation as the caller read it, maybe not consistently: it is read again where it has changed since,
        and before it is said that it does not wait.
        """
        for _ in range(ATTEMPTS):
            given, known = known, None
            old = given or self._repository.find(conversation_id)
            alerted = transitions.alert(old, target, clock.now_ms()) if old else None
            if old is None or alerted is None:
                if given is not None:
                    continue
                return None
            new, participant = alerted
            if new is old:
                return participant
            try:
                self._repository.save(old, new)
            except ChangedMeanwhileError:
                continue
            return participant
        raise ConflictError("The conversation changes too fast.")

    def not_responding(self, conversation_id: str, participant_id: str) -> bool:
        """End an alert that nobody answered; False where it was answered, or ended, in time."""
        for _ in range(ATTEMPTS):
            old = self._repository.find(conversation_id)
            participant = old.participant(participant_id) if old else None
            if old is None or participant is None or not participant.active or participant.state != "alerting":
                return False
            new = transitions.no_answer(old, participant, clock.now_ms(), "transfer.noanswer")
            try:
                self._repository.save(old, new)
            except ChangedMeanwhileError:
                continue
            return True
        raise ConflictError("The conversation changes too fast.")

    def set_state(self, conversation_id: str, participant_id: str, state: str) -> None:
        """`connected` answers (or comes back from hold), `disconnected` declines while alerting and leaves after."""

        def change(conversation: Conversation, participant: Participant, now: int) -> Conversation:
            if participant.consulted:
                step = consulting.accept if state == "connected" else consulting.end
                return step(conversation, participant, now)
            if participant.purpose == "external":
                return transferring.set_contact_state(conversation, participant, state, now)
            if participant.handed_over_by and state == "disconnected":
                return transferring.withdraw(conversation, participant, now)
            if state == "connected":
                return transitions.answer(conversation, participant, now)
            if participant.purpose != "agent" and not participant.joined:
                return transitions.disconnect(conversation, now)
            if participant.active and participant.state == "alerting":
                return transitions.decline(conversation, participant, now)
            return transitions.leave(conversation, participant, now)

        self._change_participant(conversation_id, participant_id, change)

    def hold(self, conversation_id: str, participant_id: str, held: bool) -> None:
        self._change_participant(conversation_id, participant_id, lambda c, p, now: transitions.hold(c, p, held, now))

    def wrap_up(self, conversation_id: str, participant_id: str, given: WrapUp) -> None:
        self._change_participant(
            conversation_id, participant_id, lambda c, p, now: wrapping_up.wrap_up(c, p, given, now)
        )

    def skip_wrap_up(self, conversation_id: str, participant_id: str) -> None:
        self._change_participant(conversation_id, participant_id, wrapping_up.skip)

    def request_after_call_work(self, conversation_id: str, participant_id: str, wanted: bool) -> None:
        self._change_participant(conversation_id, participant_id, lambda c, p, _: wrapping_up.request(c, p, wanted))

    def park(self, conversation_id: str, participant_id: str, resume_at: int) -> None:
        """Put it aside until `resume_at` (0: until the customer writes, or the agent takes it up)."""
        self._change_participant(
            conversation_id, participant_id, lambda c, p, now: transitions.park(c, p, resume_at, now)
        )

    def call_back_instead(
        self, conversation_id: str, callback: Callback, target: QueueTarget, contact_id: str, data: dict[str, str]
    ) -> None:
        """Raises InvalidValueError where the customer's attributes and the `data` are more than can be kept, among others."""

        def change(conversation: Conversation, now: int) -> Conversation:
            called = calling_back.instead(conversation, callback, target, now, contact_id)
            (customer,) = called.of_purpose("customer")
            return _with_attributes(called, customer, data, "data")

        self.change(conversation_id, change)

    def put_off(self, conversation_id: str, participant_id: str, until: int) -> None:
        """A callback is to be made at `until`."""
        self._change_participant(
            conversation_id, participant_id, lambda c, p, now: calling_back.put_off(c, p, until, now)
        )

    def revise_callback(self, conversation_id: str, revision: Revision) -> Conversation:
        return self.change(conversation_id, lambda c, now: calling_back.revise(c, revision, now))

    def cancel_callback(self, conversation_id: str) -> None:
        self.change(conversation_id, calling_back.cancel)

    def fall_due(self, conversation_id: str, what: Due) -> None:
        """A time that the conversation waited for; nothing happens where it no longer does."""
        self.change(conversation_id, lambda conversation, now: due.happen(conversation, what, now))

    def set_attributes(self, conversation_id: str, participant_id: str, given: dict[str, str]) -> None:
        """Raises InvalidValueError where there would be more than can be kept, among others."""

        self._change_participant(
            conversation_id, participant_id, lambda c, p, _: _with_attributes(c, p, given, "attributes")
        )

    def transfer(self, conversation_id: str, participant_id: str, target: QueueTarget, manner: Manner) -> None:
        self._change_participant(
            conversation_id, participant_id, lambda c, p, now: transferring.transfer(c, p, target, now, manner)
        )

    def assign(self, conversation_id: str, user_id: str, instead_of: Sequence[str] | None = None) -> None:
        self.change(conversation_id, lambda conversation, _: transitions.direct_to(conversation, user_id, instead_of))

    def change_routing(self, conversation_id: str, change: Callable[[RoutingData], RoutingData]) -> Conversation:
        return self.change(conversation_id, lambda conversation, _: transitions.change_routing(conversation, change))

    def send_on(self, conversation_id: str, queue_id: str, target: QueueTarget) -> bool:
        """False: it waits on where it is."""
        sent = self.change(
            conversation_id, lambda conversation, now: transitions.send_on(conversation, queue_id, target, now)
        )
        acd = transitions.waiting(sent)
        return acd is None or acd.queue_id != queue_id

    def disconnect(self, conversation_id: str) -> None:
        self.change(conversation_id, transitions.disconnect)

    def set_external_contact(self, conversation_id: str, contact_id: str) -> None:
        self.change(conversation_id, lambda conversation, _: transitions.set_contact(conversation, contact_id))

    def change(self, conversation_id: str, decide: Change, write: Write | None = None) -> Conversation:
        """Apply a transition. Raises NotFoundError, ConflictError where others keep winning."""
        write = write or self._repository.save
        for _ in range(ATTEMPTS):
            old = self._repository.find(conversation_id)
            if old is None:
                raise NotFoundError("conversation", conversation_id)
            new = decide(old, clock.now_ms())
            if new == old:
                return old
            try:
                return write(old, new)
            except ChangedMeanwhileError:
                continue
        raise ConflictError("The conversation is being changed by others; try again.")

    def _change_participant(
        self,
        conversation_id: str,
        participant_id: str,
        decide: Callable[[Conversation, Participant, int], Conversation],
    ) -> None:
        def change(conversation: Conversation, now: int) -> Conversation:
            participant = conversation.participant(participant_id)
            if participant is None:
                raise NotFoundError("participant", participant_id)
            return decide(conversation, participant, now)

        self.change(conversation_id, change)


def _with_attributes(
    conversation: Conversation, participant: Participant, given: dict[str, str], field: str
) -> Conversation:
    """Raises InvalidValueError naming the field where there would be more than can be kept."""
    check_size({field: participant.attributes | given}, field, LARGEST_ATTRIBUTES)
    return transitions.set_attributes(conversation, participant, given)
