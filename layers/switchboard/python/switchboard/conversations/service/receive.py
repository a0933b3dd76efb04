"""Receiving: a customer's message becomes a message in a conversation (CE34, messaging flow steps 3 to 5).

Each step is a single write that may run again, in an order in which a crash after any of them is repaired by the queue's
redelivery: contact, conversation, thread, message. The message is last, so that its presence proves the rest.
"""

from dataclasses import replace

from msgspec import structs

from switchboard.channels.message import Inbound, InboundMessage, Receipt
from switchboard.conversations import transitions
from switchboard.conversations.errors import ChangedMeanwhileError
from switchboard.conversations.models import Conversation, Message, Thread
from switchboard.conversations.ports import Channels, Contacts, Entrance
from switchboard.conversations.repository import Repository, message_id, sort_key, thread_id
from switchboard.conversations.service.greet import greet
from switchboard.kit import clock, ids, model, text
from switchboard.kit.logs import logger, metric
from switchboard.kit.sqs import RetryLaterError

log = logger(__name__)

LONGEST_TEXT = 100_000
MOST_ATTRIBUTES, LONGEST_NAME, LONGEST_VALUE = 50, 100, 1000
UNKNOWN_RECEIPT_ATTEMPTS = 4


class Receiving:
    def __init__(self, repository: Repository, contacts: Contacts, channels: Channels) -> None:
        self._repository = repository
        self._contacts = contacts
        self._channels = channels

    def receive(self, inbound: Inbound, attempt: int = 1) -> None:
        """Take one canonical event of a channel. Raises to have it delivered again."""
        if inbound.message is not None:
            self._message(inbound, inbound.message)
        elif inbound.receipt is not None:
            self._receipt(inbound, inbound.receipt, attempt)
        elif inbound.signal is not None:
            log.info("signal", extra={"kind": inbound.signal.kind, "integrationId": inbound.integration_id})

    def _message(self, inbound: Inbound, said: InboundMessage) -> None:
        now = clock.now_ms()
        time = min(said.time, now)  # a provider's clock ahead of ours must not lengthen its window
        thread_key = thread_id(inbound.integration_id, said.sender.identity.value)
        oldest = now - self._channels.threading_minutes(inbound.channel) * 60_000
        touched = self._repository.touch(thread_key, time, now, oldest)
        thread = touched.thread
        identifier = message_id(thread_key, said.provider_id)
        sort = sort_key(said.time, identifier)
        within = thread is not None and thread.last_activity > oldest
        if not (thread and within and thread.engaged):
            if thread and time <= thread.last_inbound and self._repository.message(identifier, sort):
                log.info("duplicate", extra={"messageId": identifier})
                return
            current = thread if within or self._repository.open_of(thread) else None
            thread = self._engage(inbound, said, thread_key, current, thread, now, time)
        message = Message(
            id=identifier,
            conversation_id=thread.conversation_id,
            thread=thread_key,
            sort=sort,
            direction="inbound",
            channel=inbound.channel,
            integration_id=inbound.integration_id,
            time=said.time,
            status="received",
            provider_id=said.provider_id,
            received=now,
            doc=model.dump(_safe(said)),
            relayed=thread.relayed,
            said_by=thread.said_by,
        )
        if not self._repository.add(message, thread.audience):
            log.info("duplicate", extra={"messageId": identifier})

    def _engage(
        self,
        inbound: Inbound,
        said: InboundMessage,
        thread_key: str,
        current: Thread | None,
        former: Thread | None,
        now: int,
        time: int,
    ) -> Thread:
        """Reopen the conversation of the threading window, or the open one, or start one; the thread as it then is."""
        conversation = self._repository.find(current.conversation_id) if current else None
        if conversation is None or conversation.exhausted:
            last_agent = transitions.last_agent(conversation) if conversation else ""
            conversation = self._start(inbound, said, thread_key, former, now, last_agent)
        elif not conversation.engaged:
            conversation = self._reopen(conversation, inbound, said, now)
        contact = conversation.of_purpose("customer")[0].external_contact_id
        latest = max(time, former.last_inbound) if former else time
        self._repository.point_thread(conversation, contact, latest, now)
        relayed = conversation.external is not None
        return Thread(id=thread_key, conversation_id=conversation.id, audience=conversation.audience, relayed=relayed)

    def _start(
        self,
        inbound: Inbound,
        said: InboundMessage,
        thread_key: str,
        former: Thread | None,
        now: int,
        last_agent: str,
    ) -> Conversation:
        contact = former.external_contact_id if former else ""
        contact = contact or self._contacts.resolve(said.sender, inbound.channel, inbound.integration_id)
        identifier = ids.derived("conversation", thread_key, said.provider_id)
        sender = said.sender
        name = text.clean(sender.name or f"{sender.first_name} {sender.last_name}".strip(), 200)
        customer = transitions.customer_part(identifier, name, sender.identity.value, contact, now, "inbound")
        customer = structs.replace(customer, attributes=_attributes(said))
        conversation = Conversation(
            id=identifier,
            thread=thread_key,
            channel=inbound.channel,
            integration_id=inbound.integration_id,
            start=now,
            customer=sender,
            participants=[customer],
        )
        entrance = self._entrance(inbound, conversation)
        if entrance:
            target = replace(entrance.queue, last_agent=last_agent) if entrance.queue else None
            conversation = transitions.enter(conversation, target, now)
        self._repository.create(conversation)
        if entrance:
            greet(self._repository, conversation, entrance, now)
        return conversation

    def _entrance(self, inbound: Inbound, conversation: Conversation) -> Entrance | None:
        entrance = self._channels.entrance(inbound.integration_id, transitions.attributes(conversation))
        if entrance is None:
            metric("InboundWithoutFlow", channel=inbound.channel)
        return entrance

    def _reopen(self, conversation: Conversation, inbound: Inbound, said: InboundMessage, now: int) -> Conversation:
        """Let it wait again, for the last agent first. Where it may not (nobody is there now) it stays as it ended."""
        parked = transitions.parked(conversation)
        if parked is not None:
            return self._brought_back(conversation, transitions.resume(conversation, parked, now))
        (customer,) = conversation.of_purpose("customer")
        told = transitions.set_attributes(conversation, customer, _attributes(said))
        entrance = self._entrance(inbound, told)
        if entrance is None:
            return conversation
        # First, because a conversation that waits again looks like one in which all this was done.
        greet(self._repository, conversation, entrance, now)
        if entrance.queue is None:
            return conversation
        target = replace(entrance.queue, last_agent=transitions.last_agent(conversation))
        return self._brought_back(conversation, transitions.enqueue(transitions.reopen(told, now), target, now))

    def _brought_back(self, conversation: Conversation, reopened: Conversation) -> Conversation:
        try:
            return self._repository.save(conversation, reopened)
        except ChangedMeanwhileError as changed:
            raise RetryLaterError(1, "the conversation changed while it was reopened") from changed

    def _receipt(self, inbound: Inbound, receipt: Receipt, attempt: int) -> None:
        """Apply the ratchet. A receipt may overtake the record of its own send: then it comes again a little later."""
        found = self._receipt_target(inbound, receipt)
        if found is None:
            if attempt < UNKNOWN_RECEIPT_ATTEMPTS:
                raise RetryLaterError(2**attempt, "receipt for a message not known yet")
            metric("ReceiptUnknown", channel=inbound.channel)
            return
        problem = receipt.problem
        values = {
            "providerId": receipt.provider_id,
            f"{receipt.status}At": receipt.time,
            "problemClass": problem.error_class if problem else "",
            "problemCode": problem.code if problem else "",
            "problemText": problem.message if problem else "",
        }
        self._repository.advance(*found, receipt.status, values)

    def _receipt_target(self, inbound: Inbound, receipt: Receipt) -> tuple[str, str] | None:
        """By our reference, else by the provider's id: the reference may be another tool's, or be left out."""
        message = self._repository.message(receipt.message_id) if receipt.message_id else None
        if message and message.integration_id == inbound.integration_id and message.direction == "outbound":
            return message.id, message.sort
        return self._repository.pointed(inbound.integration_id, receipt.provider_id)


def _attributes(said: InboundMessage) -> dict[str, str]:
    """What the channel says of the customer beside the message, as participant attributes."""
    named = list(said.metadata.items())[:MOST_ATTRIBUTES]
    return {text.clean(name, LONGEST_NAME): text.clean(value, LONGEST_VALUE) for name, value in named if value}


def _safe(said: InboundMessage) -> InboundMessage:
    """The message with every string made storable and the text cut to what is kept."""
    plain = text.clean_json(model.wire(said))
    plain["text"] = text.clean(said.text, LONGEST_TEXT)
    return model.parse(InboundMessage, plain)
