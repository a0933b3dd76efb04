"""Sending: an agent's (or a flow's) message to the customer, and the record of what became of it (CE34, step 6)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from switchboard.channels import capabilities
from switchboard.channels.message import Attachment, Content, InboundMessage, OutboundMessage, Party, Problem, Template
from switchboard.conversations import transitions
from switchboard.conversations.errors import NotConnectedError, WindowClosedError
from switchboard.conversations.models import Conversation, Message, Thread
from switchboard.conversations.repository import Repository, message_id, sort_key, thread_id
from switchboard.kit import clock, ids, model, text
from switchboard.kit.errors import BadRequestError, InvalidValueError, NotFoundError
from switchboard.kit.model import Record

if TYPE_CHECKING:
    from switchboard.kit.idempotency import Attempt

HOUR_MS = 3_600_000
PROVIDER_LINK_SECONDS = 3600


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say: text, media already stored under their keys, or an approved template."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    template: Template | None = None
    sender_user_id: str = ""
    bot: bool = False
    content: tuple[Content, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Addressee:
    """Who hears something, and in which thread."""

    thread: str
    party: Party


class Outgoing(Record):
    """A message on its way out, for the channel's send step."""

    message: OutboundMessage
    status: str


class Sending:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def send(self, conversation: Conversation, draft: Draft, attempt: "Attempt") -> Message:
        """Queue a message, unless an attempt before has. Raises BadRequestError (nothing to say, too long), WindowClosedError
        before any provider call."""
        thread = self._repository.thread(conversation.thread)
        closes = _free_form_until(conversation.channel, thread, draft)
        message = self._queue(conversation, draft, closes, attempt)
        self._repository.note_activity(conversation.thread, message.time)
        return message

    def send_agentless(
        self, channel: str, integration_id: str, recipient: Party, draft: Draft, existing: bool, attempt: "Attempt"
    ) -> Message:
        """One message with no agent: in the customer's open conversation where `existing` asks for it, else in its own.

        Raises as `send`; nothing is stored then.
        """
        thread_key = thread_id(integration_id, recipient.identity.value)
        thread = self._repository.thread(thread_key)
        closes = _free_form_until(channel, thread, draft)
        open_one = self._repository.open_of(thread)
        if existing and open_one:
            return self._queue(open_one, draft, closes, attempt)
        now = clock.now_ms()
        conversation = _agentless_conversation(
            attempt.identity, channel, integration_id, thread_key, recipient, thread, now
        )
        self._repository.create(conversation)
        if open_one is None and not (thread and thread.said_by):
            contact = thread.external_contact_id if thread else ""
            self._repository.point_thread(conversation, contact, 0, now)
        return self._queue(conversation, draft, closes, attempt)

    def _queue(self, conversation: Conversation, draft: Draft, closes: int, attempt: "Attempt") -> Message:
        identifier = message_id(conversation.thread, attempt.identity)
        if attempt.again and (queued := self._repository.message(identifier)):
            return queued
        message = composed(conversation, draft, closes, clock.now_ms(), name=attempt.identity)
        message = replace(message, relayed=conversation.external is not None)
        self._repository.add(message, conversation.audience)
        return message

    def load(self, identifier: str, sort: str) -> Outgoing | None:
        """A message for its send step, with the window as it is now: the customer may have written since."""
        message = self._repository.message(identifier, sort)
        if message is None:
            return None
        said = model.load(OutboundMessage, message.doc)
        said = replace(said, content=[_linked(each) for each in said.content])
        hours = capabilities.of(message.channel).window_hours
        if hours:
            thread = self._repository.thread(message.thread)
            closes = (thread.last_inbound if thread else 0) + hours * HOUR_MS
            said = replace(said, free_form_until=max(said.free_form_until, closes))
        return Outgoing(message=said, status=message.status)

    def claim(self, identifier: str, sort: str) -> bool:
        return self._repository.swap_status(identifier, sort, "queued", "sending")

    def release(self, identifier: str, sort: str) -> None:
        self._repository.swap_status(identifier, sort, "sending", "queued")

    def record_sent(self, identifier: str, sort: str, provider_id: str) -> None:
        """The provider took it. The pointer is first: a receipt by the provider's id finds it from then on."""
        message = self._repository.message(identifier, sort)
        if message is None:
            return
        if provider_id:
            self._repository.point(message.integration_id, provider_id, identifier, sort)
        self._repository.advance(identifier, sort, "sent", {"providerId": provider_id, "sentAt": clock.now_ms()})

    def record_failed(self, identifier: str, sort: str, problem: Problem) -> None:
        values = {
            "problemCode": problem.code or problem.error_class,
            "problemText": problem.message,
            "problemClass": problem.error_class,
            "failedAt": clock.now_ms(),
        }
        self._repository.advance(identifier, sort, "failed", values)

    def pending_media(self, identifier: str, sort: str) -> list[tuple[int, Attachment]]:
        message = self._repository.message(identifier, sort)
        if message is None:
            return []
        content = model.load(InboundMessage, message.doc).content
        return [
            (index, each.attachment)
            for index, each in enumerate(content)
            if each.attachment and each.attachment.state == "pending" and each.attachment.media_type != "Link"
        ]

    def attach_media(self, identifier: str, sort: str, index: int, attachment: Attachment) -> None:
        """Record where a fetched media item lies, or why it was refused. Several may be recorded at once."""
        while True:
            message = self._repository.message(identifier, sort)
            if message is None:
                return
            said = model.load(InboundMessage, message.doc)
            content = list(said.content)
            content[index] = replace(content[index], attachment=attachment)
            if self._repository.replace_doc(message, model.dump(replace(said, content=content))):
                return


def composed(
    conversation: Conversation, draft: Draft, closes: int, now: int, to: Addressee | None = None, name: str = ""
) -> Message:
    """A message that waits to be sent, to the customer unless it is to somebody else. `closes`: until when it may be sent without a
    template (0: for ever). One `name` composes one message, however often."""
    to = to or Addressee(conversation.thread, conversation.customer)
    identifier = message_id(to.thread, name or ids.new())
    said = OutboundMessage(
        message_id=identifier,
        conversation_id=conversation.id,
        integration_id=conversation.integration_id,
        recipient=to.party,
        text=text.clean(draft.text),
        content=[*draft.content, *(Content(kind="attachment", attachment=each) for each in draft.attachments)],
        template=draft.template,
        time=now,
        free_form_until=closes,
        bot=draft.bot,
    )
    return Message(
        id=identifier,
        conversation_id=conversation.id,
        thread=to.thread,
        sort=sort_key(now, identifier),
        direction="outbound",
        channel=conversation.channel,
        integration_id=conversation.integration_id,
        time=now,
        status="queued",
        received=now,
        doc=model.dump(said),
        sender_user_id=draft.sender_user_id,
    )


def connected_communication(conversation: Conversation, communication_id: str, user_id: str) -> None:
    """Raises unless the communication is a connected one of ours with the customer, and this user's where one is named."""
    for participant in conversation.participants:
        if not any(each.id == communication_id for each in participant.communications):
            continue
        if not participant.speaks or participant.communications[-1].media != "message":
            raise NotConnectedError(
                "Nothing is written to the customer on this communication.", field="communicationId"
            )
        if participant.state != "connected" or not participant.active:
            raise NotConnectedError(f"The communication is {participant.state}.", field="communicationId")
        if user_id and participant.user_id != user_id:
            raise NotConnectedError("The communication belongs to somebody else.", field="communicationId")
        return
    raise NotFoundError("communication", communication_id)


def _free_form_until(channel: str, thread: Thread | None, draft: Draft) -> int:
    """When the customer service window closes (0: the channel has none); raises where the draft may not be sent now."""
    capability = capabilities.of(channel)
    _check(draft, capability)
    if draft.template is None:
        expect_open(channel, thread)
    return (thread.last_inbound if thread else 0) + capability.window_hours * HOUR_MS if capability.window_hours else 0


def expect_open(channel: str, thread: Thread | None, who: str = "customer") -> None:
    """Raises WindowClosedError where free text may not be sent to them now."""
    hours = capabilities.of(channel).window_hours
    if hours and clock.now_ms() >= (thread.last_inbound if thread else 0) + hours * HOUR_MS:
        raise WindowClosedError(hours, who)


def _agentless_conversation(
    identifier: str,
    channel: str,
    integration_id: str,
    thread_key: str,
    recipient: Party,
    thread: Thread | None,
    now: int,
) -> Conversation:
    contact = thread.external_contact_id if thread else ""
    address = recipient.identity.value
    customer = transitions.customer_part(identifier, recipient.name, address, contact, now, "outbound")
    conversation = Conversation(
        id=identifier,
        thread=thread_key,
        channel=channel,
        integration_id=integration_id,
        start=now,
        customer=recipient,
        participants=[customer],
    )
    return transitions.disconnect(transitions.add_workflow(conversation, now), now, "endpoint")


def _linked(content: Content) -> Content:
    """Stored media with a link from which the provider fetches it."""
    attachment = content.attachment
    if attachment is None or not attachment.key:
        return content
    # Only the send steps make links: ingest starts cold without it.
    from switchboard.kit import storage

    link = storage.read_link(attachment.key, seconds=PROVIDER_LINK_SECONDS)
    return replace(content, attachment=replace(attachment, url=link))


def _check(draft: Draft, capability: capabilities.Capabilities) -> None:
    if not draft.text.strip() and not draft.attachments and not draft.content and draft.template is None:
        raise BadRequestError("A message needs textBody, mediaIds or messagingTemplate.", field="textBody")
    if len(draft.text) > capability.longest_text:
        raise InvalidValueError(
            f"The text has {len(draft.text)} characters; this channel takes {capability.longest_text}.",
            field="textBody",
        )
    if draft.template is not None and not capability.templates:
        raise InvalidValueError("This channel has no templates.", field="messagingTemplate")
    for attachment in draft.attachments:
        if attachment.size > capability.largest_media_bytes:
            raise InvalidValueError(
                f"{attachment.filename} is larger than this channel's {capability.largest_media_bytes} bytes.",
                field="mediaIds",
            )
