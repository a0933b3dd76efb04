"""Conferring: several of ours talk with one customer (CE43)."""

from collections.abc import Callable

from switchboard.conversations import conferring
from switchboard.conversations.models import Conversation
from switchboard.conversations.repository import Repository
from switchboard.conversations.service.participate import Participating


class Conferring:
    def __init__(self, repository: Repository, participating: Participating) -> None:
        self._repository = repository
        self._participating = participating

    def join(self, conversation_id: str, user_id: str, user_name: str, check: Callable[[Conversation], None]) -> None:
        """`check` refuses who may not, at each version that is read: an invitation may be withdrawn at the same moment.

        Raises as `check`; NotFoundError, StateConflictError.
        """

        def change(conversation: Conversation, now: int) -> Conversation:
            check(conversation)
            joined = conferring.join(conversation, user_id, user_name, now)
            if joined != conversation:
                self._repository.note_beside(user_id, conversation_id)
            return joined

        self._participating.change(conversation_id, change)

    def beside(self, user_id: str) -> list[Conversation]:
        """The conversations in which the user advises an agent, or has joined one, now."""
        found = self._repository.find_all(self._repository.beside(user_id)).values()
        return [
            conversation
            for conversation in found
            if any(each.active and each.user_id == user_id for each in conversation.of_purpose("user"))
        ]
