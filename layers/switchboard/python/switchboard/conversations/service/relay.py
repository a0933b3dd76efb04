"""Relaying: an external contact joins a customer's conversation, and what one of those outside says reaches the others (CE43).

What is said arrives as always, and the table's stream leads to a copy in the other's thread (docs/adr/0015). A copy's key is made
of what it copies, so that a step that runs again finds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from switchboard.channels import capabilities
from switchboard.channels.message import Content, Identity, InboundMessage, OutboundMessage, Party
from switchboard.conversations import transferring
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Message, Participant, Thread
from switchboard.conversations.repository import Repository, contact_thread, thread_id
from switchboard.conversations.service.participate import Participating
from switchboard.conversations.service.send import Addressee, Draft, composed, expect_open
from switchboard.conversations.transferring import ContactTarget, Manner
from switchboard.kit import clock, model
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.logs import logger, metric
from switchboard.kit.sqs import RetryLaterError

log = logger(__name__)

PENDING_SECONDS, PENDING_ATTEMPTS = 5, 4


@dataclass(frozen=True)
class Way:
    """An address of a contact's on the customer's integration; `proven`: only where they have written from it."""

    identity: Identity
    proven: bool = False


class Relaying:
    def __init__(self, repository: Repository, participating: Participating) -> None:
        self._repository = repository
        self._participating = participating

    # -- joining

    def begin(
        self,
        conversation_id: str,
        participant_id: str,
        contact: tuple[str, str],
        ways: Sequence[Way],
        manner: Manner,
        field: str,
    ) -> None:
        """Hand the customer to an external contact, (id, name). Nothing has changed where it raises: NotFoundError,
        StateConflictError (the contact's or the agent's state), InvalidValueError naming `field` (no address there),
        WindowClosedError."""
        conversation = self._repository.find(conversation_id)
        agent = conversation.participant(participant_id) if conversation else None
        if conversation is None or agent is None:
            raise NotFoundError("participant", participant_id)
        transferring.expect_transferable(conversation, agent, manner)
        party, thread = self._reached(conversation, ways, contact[1], field)
        (customer,) = conversation.of_purpose("customer")
        if contact[0] == customer.external_contact_id or party.identity.value == conversation.customer.identity.value:
            raise StateConflictError("The contact is the customer.", field="contactId")
        if thread and self._busy(thread):
            raise StateConflictError("The contact is in a conversation of their own just now.", field="contactId")
        expect_open(conversation.channel, thread, "contact")
        target = ContactTarget(*contact, party)

        def change(old: Conversation, now: int) -> Conversation:
            return transferring.to_contact(old, old.participant(participant_id) or agent, target, now, manner)

        self._participating.change(conversation_id, change)

    def _reached(
        self, conversation: Conversation, ways: Sequence[Way], name: str, field: str
    ) -> tuple[Party, Thread | None]:
        """Where they wrote from last, else the likeliest address."""
        threads = [
            (way, self._repository.thread(thread_id(conversation.integration_id, way.identity.value))) for way in ways
        ]
        usable = [(way, thread) for way, thread in threads if thread or not way.proven]
        if not usable:
            raise InvalidValueError("The contact has no such address on the customer's channel.", field=field)
        way, thread = max(usable, key=lambda each: each[1].last_inbound if each[1] else -1)
        return Party(identity=way.identity, name=name), thread

    def _busy(self, thread: Thread) -> bool:
        """Attended to, or waiting, or put aside by an agent."""
        return thread.engaged or self._repository.open_of(thread) is not None

    # -- carrying

    def introduce(self, conversation_id: str, participant_id: str, attempt: int = 1) -> None:
        """Carry the customer's latest words to a contact who has just joined. Raises RetryLaterError while media are stored."""
        conversation = self._repository.find(conversation_id)
        contact = conversation.external if conversation else None
        if conversation is None or contact is None or contact.id != participant_id:
            return
        said = [each for each in self._repository.said_in(conversation) if each.direction == "inbound"]
        # What was said to this contact already is carried by itself, however late this step runs.
        before = [each for each in said if not each.relayed or each.received < contact.start]
        for message in reversed(before):
            if _pending(message) and attempt < PENDING_ATTEMPTS:
                raise RetryLaterError(PENDING_SECONDS, "what the customer sent is not stored yet")
            if _words(message):
                self._to_contact(conversation, contact, message)
                return

    def carry(self, identifier: str, sort: str) -> None:
        """Carry a message to who is outside and has not said it. With media it is carried when they have been stored: the table's
        stream comes back then."""
        message = self._repository.message(identifier, sort)
        conversation = self._repository.find(message.conversation_id) if message else None
        if message is None or conversation is None:
            return
        if not message.said_by:
            if conversation.external and not _pending(message):
                self._to_contact(conversation, conversation.external, message)
            return
        contact = conversation.participant(message.said_by)
        if contact is None or (contact.end and message.received > contact.end):
            log.info("not carried", extra={"messageId": identifier, "reason": "the contact has left"})
            return
        if not _pending(message):
            self._to_customer(conversation, contact, message)
        self._participating.change(conversation.id, lambda old, now: _heard(old, contact.id, now))

    def give_up(self, identifier: str, sort: str) -> None:
        """A copy did not reach the contact. Where it is the words that the channel does not take, only they are lost."""
        message = self._repository.message(identifier, sort)
        if message is None or message.status != "failed" or not message.heard_by:
            return
        metric("RelayFailed", channel=message.channel, problemClass=message.problem_class)
        if message.problem_class == "content":
            return
        part = message.heard_by
        self._participating.change(message.conversation_id, lambda old, now: _lost(old, part, now))

    def _to_contact(self, conversation: Conversation, contact: Participant, message: Message) -> None:
        if contact.party is None:
            return
        there = Addressee(contact_thread(conversation, contact), contact.party)
        for copy in _copies(conversation, message, there, contact.id):
            self._repository.add(replace(copy, heard_by=contact.id), [])
        self._repository.note_activity(there.thread, clock.now_ms())

    def _to_customer(self, conversation: Conversation, contact: Participant, message: Message) -> None:
        there = Addressee(conversation.thread, conversation.customer)
        for copy in _copies(conversation, message, there, contact.id):
            self._repository.add(replace(copy, said_by=contact.id), conversation.audience)
        self._repository.note_activity(there.thread, clock.now_ms())


def _heard(conversation: Conversation, participant_id: str, now: int) -> Conversation:
    contact = conversation.participant(participant_id)
    return transferring.contact_wrote(conversation, contact, now) if contact else conversation


def _lost(conversation: Conversation, participant_id: str, now: int) -> Conversation:
    contact = conversation.participant(participant_id)
    if contact is None:
        return conversation
    return transferring.contact_lost(conversation, contact, now, "transport.failure")


def _copies(conversation: Conversation, message: Message, to: Addressee, part: str) -> list[Message]:
    """A message as somebody else outside gets it: as many as the channel needs for its length, one after the other."""
    longest = capabilities.of(conversation.channel).longest_text
    copies = [
        composed(
            conversation,
            Draft(text=text, content=tuple(content)),
            0,  # the send step knows when the window of who gets it closes
            message.time + index,
            to,
            f"{part}:{message.id}:{index}",
        )
        for index, (text, content) in enumerate(_words(message, longest))
    ]
    # It stands where the original would: providers that tell whole seconds leave the order to the arrival.
    return [replace(each, received=message.received) for each in copies]


def _words(message: Message, longest: int = 0) -> list[tuple[str, list[Content]]]:
    """What of a message can be said again: its text, in pieces, and its stored media with the first; a place as text."""
    said = _said(message)
    places = [_place(each) for each in said.content if each.kind == "location"]
    text = "\n".join(each for each in (said.text, *places) if each.strip())
    media = [each for each in said.content if each.attachment and (each.attachment.key or _is_link(each))]
    pieces = [text[start : start + (longest or len(text))] for start in range(0, len(text), longest or len(text) or 1)]
    first, *rest = pieces or [""]
    return [(first, media), *((piece, []) for piece in rest)] if first or media else []


def _said(message: Message) -> InboundMessage | OutboundMessage:
    kind: type[InboundMessage] | type[OutboundMessage] = (
        InboundMessage if message.direction == "inbound" else OutboundMessage
    )
    return model.load(kind, message.doc)


def _pending(message: Message) -> bool:
    media = [each for each in _said(message).content if each.attachment and not _is_link(each)]
    return any(each.attachment and each.attachment.state == "pending" for each in media)


def _is_link(content: Content) -> bool:
    return content.attachment is not None and content.attachment.media_type == "Link"


def _place(content: Content) -> str:
    told = (content.data.get(name) for name in ("name", "address"))
    where = (content.data.get(name) for name in ("latitude", "longitude"))
    return ", ".join(str(each) for each in (*told, *where) if each not in (None, ""))
