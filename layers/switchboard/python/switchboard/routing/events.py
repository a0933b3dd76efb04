"""What routing tells the others."""

from collections.abc import Iterable

from switchboard.kit import clock
from switchboard.kit.entities import Body
from switchboard.kit.events import Event
from switchboard.routing.models import Agent, Interaction

SOURCE = "switchboard.routing"


def has_changed(old: Agent | None, new: Agent) -> bool:
    """Whether it is a status of the agent that has not been told."""
    if old is None:
        return new.status != "OFF_QUEUE"
    return (old.status, old.status_since) != (new.status, new.status_since)


def status_changed(new: Agent, through_groups: Iterable[str]) -> Event:
    """`user.routingStatus.changed` {userId, status, startTime, version, queueIds, groupQueueIds}: the queues that the agent has
    joined, and those they serve through groups. `version` grows with every change of the agent: it orders what began in the same
    millisecond."""
    detail = {
        "userId": new.user_id,
        "status": new.status,
        "startTime": clock.iso_ms(new.status_since),
        "version": new.version,
        "queueIds": new.joined_queues,
        "groupQueueIds": sorted(through_groups),
    }
    return Event(SOURCE, "user.routingStatus.changed", detail)


def queue_changed(queue: Body) -> Event:
    """`queue.changed` {queueId}: it has another name or lies in another division."""
    return Event(SOURCE, "queue.changed", {"queueId": queue["id"]})


def waiting(interaction: Interaction) -> Event:
    """`interaction.waiting` {conversationId, participantId, queueId, media, flowId}: it began to wait in a queue that has a flow
    for that. Said again where its place in the queue changes."""
    detail = {
        "conversationId": interaction.conversation_id,
        "participantId": interaction.participant_id,
        "queueId": interaction.queue_id,
        "media": interaction.media,
        "flowId": interaction.in_queue_flow,
    }
    return Event(SOURCE, "interaction.waiting", detail)


def waiting_long(interaction: Interaction) -> Event:
    """`interaction.waiting.long` {conversationId, queueId, media, queuedAt}: supervisors of the queue should look."""
    detail = {
        "conversationId": interaction.conversation_id,
        "queueId": interaction.queue_id,
        "media": interaction.media,
        "queuedAt": clock.iso_ms(interaction.queued_at),
    }
    return Event(SOURCE, "interaction.waiting.long", detail)
