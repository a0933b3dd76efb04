"""Telling: the outbox. Each record of the table's stream becomes events on the bus and commands on FIFO queues.

A stream batch that fails half-way is delivered again whole: consumers decide by ids, FIFO queues drop what they have.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.conversations import events
from switchboard.conversations.events import Told
from switchboard.conversations.repository import stored_conversation, stored_message
from switchboard.kit import clock, settings, timers
from switchboard.kit.dynamo import unmarshal
from switchboard.kit.events import publish
from switchboard.kit.sqs import Outgoing, send_all


def tell(records: Sequence[Mapping[str, Any]]) -> None:
    """Publish what the records of a stream batch lead to: as few calls as there are destinations, and one for each timer."""
    told = [each for each in map(_told, records) if each is not None]
    for conversation_id, due in (timer for each in told for timer in each.timers):
        about = {"conversationId": conversation_id, "participantId": due.participant_id, "dueMs": due.at}
        timers.start("conversations", due.kind, clock.from_ms(due.at), about)
    outbound: dict[str, list[Outgoing]] = {}
    for each in told:
        for channel, commands in each.outbound.items():
            outbound.setdefault(channel, []).extend(commands)
    for channel, commands in outbound.items():
        send_all(settings.required(f"OUTBOUND_{channel.upper()}_QUEUE_URL"), commands)
    acd = [command for each in told for command in each.acd]
    if acd:
        send_all(settings.required("ACD_QUEUE_URL"), acd)
    relay = [command for each in told for command in each.relay]
    if relay:
        send_all(settings.required("RELAY_QUEUE_URL"), relay)
    facts = [event for each in told for event in each.events]
    if facts:
        publish(facts)


def _told(record: Mapping[str, Any]) -> Told | None:
    images = record["dynamodb"]
    if "NewImage" not in images:
        return None
    new, old = unmarshal(images["NewImage"]), unmarshal(images.get("OldImage", {}))
    conversation, message = stored_conversation(new), stored_message(new)
    if conversation is not None:
        return events.of_conversation(stored_conversation(old), conversation)
    if message is not None:
        return events.of_message(stored_message(old), message, new.get("audience", []))
    return None
