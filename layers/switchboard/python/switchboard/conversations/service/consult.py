"""Consulting: an agent and a colleague talk by internal messages, which the customer never sees (CE43).

A message and the conversation's new version are one write: what was said is told, and said once.
"""

from switchboard.conversations import consulting
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, InternalMessage, Participant
from switchboard.conversations.repository import Repository
from switchboard.conversations.service.participate import Participating
from switchboard.kit import clock, ids, text
from switchboard.kit.errors import BadRequestError, NotFoundError

LONGEST_TEXT = 10_000


class Consulting:
    def __init__(self, repository: Repository, participating: Participating) -> None:
        self._repository = repository
        self._participating = participating

    def begin(self, conversation_id: str, participant_id: str, user_id: str, user_name: str) -> Participant:
        """Ask a colleague; their part. Raises NotFoundError, StateConflictError."""

        def asked(conversation: Conversation, now: int) -> tuple[Conversation, Participant]:
            agent = conversation.participant(participant_id)
            if agent is None:
                raise NotFoundError("participant", participant_id)
            return consulting.begin(conversation, agent, user_id, user_name, now)

        self._repository.note_beside(user_id, conversation_id)
        changed = self._participating.change(conversation_id, lambda conversation, now: asked(conversation, now)[0])
        # Who has been asked is found, not asked again.
        return asked(changed, clock.now_ms())[1]

    def say(self, conversation_id: str, communication_id: str, user_id: str, said: str) -> InternalMessage:
        """Raises NotFoundError, StateConflictError (not connected), BadRequestError (nothing or too much to say)."""
        plain = text.clean(said)
        if not plain.strip():
            raise BadRequestError("text is required.", field="text")
        if len(plain) > LONGEST_TEXT:
            raise BadRequestError(f"text has more than {LONGEST_TEXT} characters.", field="text")
        identifier = ids.new()
        made: list[InternalMessage] = []

        def told(conversation: Conversation, now: int) -> Conversation:
            colleague, sender_id, recipient_id = self._ends(conversation, communication_id)
            if sender_id != user_id:
                raise StateConflictError("It is the other one's end of the consultation.", field="communicationId")
            message = InternalMessage(
                id=identifier,
                conversation_id=conversation_id,
                communication_id=communication_id,
                time=now,
                sender_id=sender_id,
                recipient_id=recipient_id,
                text=plain,
            )
            made.append(message)
            return consulting.say(conversation, colleague)

        self._participating.change(
            conversation_id, told, lambda old, new: self._repository.add_internal(old, new, made[-1])
        )
        return made[-1]

    def said(self, conversation_id: str, communication_id: str) -> list[InternalMessage]:
        """What both have said to each other, the earliest first. Raises NotFoundError."""
        colleague, _, _ = self._ends(self._find(conversation_id), communication_id)
        both = (colleague.communications[-1].id, colleague.communications[-1].peer_id)
        return [each for each in self._repository.internal(conversation_id) if each.communication_id in both]

    def _find(self, conversation_id: str) -> Conversation:
        found = self._repository.find(conversation_id)
        if found is None:
            raise NotFoundError("conversation", conversation_id)
        return found

    def _ends(self, conversation: Conversation, communication_id: str) -> tuple[Participant, str, str]:
        ends = consulting.ends(conversation, communication_id)
        if ends is None:
            raise NotFoundError("internal message communication", communication_id)
        return ends
