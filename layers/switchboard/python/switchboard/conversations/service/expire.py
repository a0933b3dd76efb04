"""Time passing: the channel's customer service window closes, and a conversation nobody writes in any more ends (CE34).

One timer per conversation and purpose. It is not moved with each message, which would cost a call a message: when it fires it
looks at the thread, and where the customer has written since, it is set again for the time that then holds.
"""

from switchboard.channels import capabilities
from switchboard.conversations import due, transitions
from switchboard.conversations.errors import ChangedMeanwhileError
from switchboard.conversations.events import window_closed
from switchboard.conversations.models import Conversation
from switchboard.conversations.ports import Channels
from switchboard.conversations.repository import Repository
from switchboard.kit import clock, timers
from switchboard.kit.events import publish
from switchboard.kit.sqs import RetryLaterError

WINDOW, INACTIVITY = "window", "inactivity"
DOMAIN = "conversations"


class Expiring:
    def __init__(self, repository: Repository, channels: Channels) -> None:
        self._repository = repository
        self._channels = channels

    def start(self, conversation_id: str, started: int) -> None:
        """Set both timers of a conversation that has started. `started` makes a repeated start set the same timers."""
        conversation = self._repository.find(conversation_id)
        if conversation is None or not conversation.thread:
            return
        self._set(WINDOW, conversation, started)
        self._set(INACTIVITY, conversation, started)

    def fire(self, timer: str, conversation_id: str, since: int) -> None:
        """A timer is due. `since` is the moment it was counted from."""
        conversation = self._repository.find(conversation_id)
        thread = self._repository.thread(conversation.thread) if conversation else None
        if conversation is None or thread is None:
            return
        if thread.conversation_id != conversation_id:
            if timer == INACTIVITY and not conversation.end and _forsaken(conversation):
                self._end(conversation)
            return
        latest = thread.last_inbound if timer == WINDOW else thread.last_activity
        if latest > since:
            self._set(timer, conversation, latest)
        elif timer == WINDOW:
            publish([window_closed(conversation)])
        elif later := max((each.at for each in due.of(conversation) if each.at > clock.now_ms()), default=0):
            self._set(timer, conversation, later)
        elif not conversation.end:
            self._end(conversation)

    def _end(self, conversation: Conversation) -> None:
        try:
            self._repository.save(conversation, transitions.disconnect(conversation, clock.now_ms(), "inactivity"))
        except ChangedMeanwhileError as changed:
            raise RetryLaterError(1, "the conversation changed while it was ended") from changed

    def _set(self, timer: str, conversation: Conversation, since: int) -> None:
        minutes = self._minutes(timer, conversation.channel)
        if minutes:
            due = clock.from_ms(since + minutes * 60_000)
            timers.start(DOMAIN, timer, due, {"conversationId": conversation.id, "since": since})

    def _minutes(self, timer: str, channel: str) -> int:
        if timer == WINDOW:
            return capabilities.of(channel).window_hours * 60
        return self._channels.threading_minutes(channel)


def _forsaken(conversation: Conversation) -> bool:
    """Whether nobody is left in it, or an external contact alone, once the customer has begun another or is one themselves
    elsewhere."""
    return not conversation.unfinished or (conversation.external is not None and not conversation.audience)
