"""Starting a conversation from our side: a callback that was asked for (CE43), an agent who writes first (CE34, CE29)."""

from dataclasses import dataclass

from switchboard.channels.message import Party, identity_at
from switchboard.conversations import calling_back, transitions
from switchboard.conversations.errors import ChangedMeanwhileError, StateConflictError
from switchboard.conversations.models import Callback, Conversation, Thread
from switchboard.conversations.repository import Repository, thread_id
from switchboard.conversations.transitions import AgentTarget, QueueTarget
from switchboard.kit import clock, ids
from switchboard.kit.errors import ConflictError


@dataclass(frozen=True)
class Opening:
    """Whom an agent writes to first, on which integration, for which queue. A phone number is E.164.

    `use_existing`: the conversation that the customer's next message would belong to is used; else it is refused where there is
    one, because two at once could not be told apart. `threading_minutes` is how long after the last activity there is one.
    """

    channel: str
    integration_id: str
    address: str
    queue_name: str
    threading_minutes: int
    use_existing: bool = False
    external_contact_id: str = ""


class Starting:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def callback(
        self, identifier: str, callback: Callback, target: QueueTarget, contact_id: str, data: dict[str, str]
    ) -> Conversation:
        """A callback that waits in the queue, at once or from its time on: the stream sets its timer. The one that is there already
        where an attempt before made it."""
        conversation = calling_back.begin(identifier, callback, target, clock.now_ms(), contact_id)
        (customer,) = conversation.of_purpose("customer")
        conversation = transitions.set_attributes(conversation, customer, data)
        if not self._repository.create(conversation):
            return self._repository.find(identifier) or conversation
        return conversation

    def thread(self, integration_id: str, address: str) -> Thread | None:
        return self._repository.thread(thread_id(integration_id, address))

    def existing(self, opening: Opening) -> Conversation | None:
        """The conversation that the customer's next message would belong to."""
        thread = self.thread(opening.integration_id, opening.address)
        oldest = clock.now_ms() - opening.threading_minutes * 60_000
        if thread is None or not thread.conversation_id:
            return None
        if thread.said_by:
            raise StateConflictError("They are helping in a customer's conversation just now.", field="toAddress")
        if thread.last_activity <= oldest:
            return self._repository.open_of(thread)
        found = self._repository.find(thread.conversation_id)
        return None if found is None or found.exhausted else found

    def planned(self, opening: Opening) -> str:
        """The id of the conversation that `write_first` will use or begin."""
        existing = self.existing(opening)
        if existing is not None:
            return existing.id
        thread = self.thread(opening.integration_id, opening.address)
        return _outbound_id(thread_id(opening.integration_id, opening.address), thread)

    def write_first(self, opening: Opening, agent: AgentTarget) -> Conversation:
        """The agent's conversation with the customer, new or joined; the agent is connected in it.

        Two who begin at once derive the same conversation: one is refused.
        """
        existing = self.existing(opening)
        if existing is None:
            return self._new(opening, agent)
        if not opening.use_existing:
            raise StateConflictError(
                f"The conversation {existing.id} with this customer is current: use it.",
                field="useExistingConversation",
            )
        if any(each.active and each.user_id == agent.user_id for each in existing.of_purpose("agent")):
            return existing
        now = clock.now_ms()
        joined = transitions.add_agent(transitions.reopen(existing, now), agent, opening.queue_name, now)
        try:
            return self._repository.save(existing, joined)
        except ChangedMeanwhileError as changed:
            raise ConflictError("The conversation is being changed by others; try again.") from changed

    def _new(self, opening: Opening, agent: AgentTarget) -> Conversation:
        now = clock.now_ms()
        thread_key = thread_id(opening.integration_id, opening.address)
        thread = self._repository.thread(thread_key)
        identifier = _outbound_id(thread_key, thread)
        contact = opening.external_contact_id or (thread.external_contact_id if thread else "")
        customer = transitions.customer_part(identifier, "", opening.address, contact, now, "outbound")
        conversation = Conversation(
            id=identifier,
            thread=thread_key,
            channel=opening.channel,
            integration_id=opening.integration_id,
            start=now,
            customer=Party(identity=identity_at(opening.address)),
            participants=[customer],
        )
        conversation = transitions.add_agent(conversation, agent, opening.queue_name, now)
        if not self._repository.create(conversation):
            begun = self._repository.find(identifier)
            if begun is None or agent.user_id not in begun.audience:
                raise StateConflictError("Somebody else is writing to this customer already.", field="toAddress")
            conversation = begun
        self._repository.point_thread(conversation, contact, 0, now)
        return conversation


def _outbound_id(thread_key: str, thread: Thread | None) -> str:
    """One for each conversation that there was before: who begins at the same time begins the same one."""
    return ids.derived("outbound", thread_key, thread.conversation_id if thread else "")
