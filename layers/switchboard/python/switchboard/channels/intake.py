"""Canonical events onto the inbound queue: the last thing that webhooks and the inbound API do."""

from collections.abc import Sequence

from msgspec.structs import replace

from switchboard.channels.message import Content, Inbound, InboundMessage
from switchboard.kit import aws, ids, model, settings, sqs
from switchboard.kit.errors import ServiceUnavailableError
from switchboard.kit.logs import metric

LARGEST_EVENT_BYTES = 200_000  # a queue message may have 256 KiB, a stored item 400 KB
LONGEST_TEXT = 100_000


def enqueue(events: Sequence[Inbound]) -> None:
    """Put events on the inbound queue, in order for each customer of each integration, receipts for each message.

    An event that is sent again within five minutes is dropped by the queue, later by the ingest step. Raises
    ServiceUnavailableError where the queue cannot be reached: the provider then repeats its call.
    """
    if not events:
        return
    try:
        sqs.send_all(settings.required("INBOUND_QUEUE_URL"), [_outgoing(event) for event in events])
    except (*aws.CALL_FAILURES, sqs.NotSentError) as error:
        raise ServiceUnavailableError("The event could not be taken; send it again.") from error


def _outgoing(event: Inbound) -> sqs.Outgoing:
    body = model.wire(event)
    if len(model.dump(event).encode()) > LARGEST_EVENT_BYTES:
        body = model.wire(_shortened(event))
    # Digests, not the values: a queue takes neither every character nor every length, and logs may show both.
    group = f"{event.integration_id}#{ids.digest(_in_line(event)).hex()[:32]}"
    return sqs.Outgoing(body, group=group, deduplication=ids.digest(*_identity(event)).hex())


def _in_line(event: Inbound) -> str:
    """Whom or what the event waits in line with. A receipt may wait for the record of its own send, and nobody for the receipt."""
    if event.message is not None:
        return event.message.sender.identity.value
    if event.receipt is not None:
        return event.receipt.provider_id
    return event.signal.sender.identity.value if event.signal and event.signal.sender else ""


def _identity(event: Inbound) -> tuple[str, ...]:
    """What makes the event the same one when the provider repeats it."""
    if event.message is not None:
        return ("message", event.integration_id, event.message.provider_id)
    if event.receipt is not None:
        receipt = event.receipt
        return ("receipt", event.integration_id, receipt.provider_id, receipt.status, receipt.recipient)
    return ("signal", model.dump(event))


def _shortened(event: Inbound) -> Inbound:
    """The event cut to what can be stored. It is never refused: its provider would send it again for days."""
    metric("InboundShortened", channel=event.channel)
    if event.message is not None:
        return replace(event, message=_shortened_message(event.message))
    if event.signal is not None:
        return replace(event, signal=replace(event.signal, data={"omitted": "too large"}))
    return event


def _shortened_message(message: InboundMessage) -> InboundMessage:
    text = message.text.encode("utf-8", "replace")[:LONGEST_TEXT].decode("utf-8", "ignore")
    omitted = Content(kind="unsupported", data={"reason": "too large"})
    return replace(message, text=text, content=[omitted], metadata={}, raw=None)
