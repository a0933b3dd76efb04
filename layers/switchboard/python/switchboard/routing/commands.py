"""Commands to the assign step: `acd.fifo`, one group per queue, so that a queue's decisions are taken one after another."""

from collections.abc import Iterable
from typing import Any

from switchboard.kit import ids, settings, sqs
from switchboard.kit.sqs import Outgoing
from switchboard.routing.models import Agent
from switchboard.routing.repository import Repository


def match_for(repository: Repository, agents: Iterable[Agent]) -> None:
    """Somebody can take more: let the queues they have joined, and those that their groups serve, look for work. Nothing is sent
    for who is not on duty."""
    messages = [
        _match(queue_id, agent.user_id, f"{agent.user_id}:{agent.version}")
        for agent in agents
        if agent.on_duty
        for queue_id in sorted(_served(repository, agent))
    ]
    if messages:
        sqs.send_all(settings.required("ACD_QUEUE_URL"), messages)


def _served(repository: Repository, agent: Agent) -> set[str]:
    """Read anew each time: a queue that names the group since a moment looks for everybody, but only once."""
    through_groups = repository.queues_of_groups(agent.groups) - agent.queues.keys()
    return {*agent.joined_queues, *through_groups}


def match(queue_id: str, reason: str, *, changed: bool = False) -> None:
    """Let one queue look for agents, with its configuration read anew where it `changed`. The same reason within five minutes
    does it once."""
    sqs.send_all(settings.required("ACD_QUEUE_URL"), [_match(queue_id, reason=reason, changed=changed)])


def widen(queue_id: str, place: str, due: str) -> None:
    """What waits at that place of the queue asks for less since `due`, or is to be sent on."""
    body = {"command": "widen", "queueId": queue_id, "place": place}
    message = Outgoing(body, group=queue_id, deduplication=ids.derived("widen", queue_id, place, due))
    sqs.send_all(settings.required("ACD_QUEUE_URL"), [message])


def _match(queue_id: str, user_id: str = "", reason: str = "", *, changed: bool = False) -> Outgoing:
    body: dict[str, Any] = {"command": "match", "queueId": queue_id}
    if user_id:
        body["userId"] = user_id
    if changed:
        body["changed"] = True
    return Outgoing(body, group=queue_id, deduplication=ids.derived("match", queue_id, reason))
