"""Observing: the state of queues and agents now, read from routing and directory.

Bounded: at most MOST_QUEUES queues or MOST_USERS users a query; of a queue MOST_WAITING interactions (what waits beyond them is not
counted), its members and those who are lent to it, and one conversation for each piece of capacity that they have in use. An agent
who is neither and yet has its work (the last agent of a customer, a direct assignment) is not seen here.
"""

from collections.abc import Callable, Iterable

from switchboard.analytics import filters, observations
from switchboard.analytics.aggregates import known
from switchboard.analytics.models import Body
from switchboard.analytics.observations import Part, QueueNow, UserNow, Wanted
from switchboard.analytics.ports import Conversations
from switchboard.analytics.user_aggregates import users_of
from switchboard.directory import api as directory
from switchboard.kit import clock
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError
from switchboard.routing import api as routing
from switchboard.routing.models import Agent

MOST_QUEUES = 50
MOST_WAITING = 10_000
_DIMENSIONS = ("queueId", "mediaType")

MaySee = Callable[[list[str]], list[str]]
"""Picks of ids those that exist and that the caller may see."""


class Observing:
    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    def queues(self, body: Body, may_see: MaySee) -> Body:
        """QueueObservationQueryResponse results. Raises InvalidValueError, BadRequestError."""
        wanted = _wanted(body, observations.QUEUE_METRICS)
        passes = filters.compile_filter(body.get("filter"), _DIMENSIONS, field="filter")
        queue_ids = filters.named(body.get("filter"), "queueId")
        if not 1 <= len(queue_ids) <= MOST_QUEUES:
            raise InvalidValueError(f"filter must name 1 to {MOST_QUEUES} queues by queueId.", field="filter")
        results: list[Body] = []
        for queue_id in may_see(queue_ids):
            media = [each for each in observations.ALL_MEDIA if _passes(passes, queue_id, each)]
            if media:
                results += observations.of_queue(self._queue(queue_id), media, wanted, clock.now_ms())
        return {"results": results}

    def users(self, body: Body, may_see: MaySee) -> Body:
        """UserObservationQueryResponse. Raises InvalidValueError, BadRequestError."""
        wanted = _wanted(body, observations.USER_METRICS)
        user_ids = may_see(users_of(body.get("filter")))
        agents = routing.agents(user_ids)
        presences = directory.presences_of(user_ids)
        parts = self._parts(agents.values())
        states = [
            UserNow(agents[each], presences[each], [part for part in parts if part.participant.user_id == each])
            for each in user_ids
        ]
        return {"results": [result for state in states for result in observations.of_user(state, wanted)]}

    def _queue(self, queue_id: str) -> QueueNow:
        members, lent = routing.members().of_queue(queue_id), routing.members().lent_to(queue_id)
        return QueueNow(
            queue_id=queue_id,
            waiting=routing.waiting(queue_id, MOST_WAITING, in_turn=False),
            members=members,
            presences=directory.presences_of(each.user_id for each in members),
            parts=[each for each in self._parts([*members, *lent]) if each.participant.queue_id == queue_id],
        )

    def _parts(self, agents: Iterable[Agent]) -> list[Part]:
        """The parts of these agents in what takes their capacity."""
        held = dict.fromkeys(conversation_id for agent in agents for conversation_id in agent.slots)
        return observations.parts_of(self._conversations.find_all(held).values()) if held else []


def _wanted(body: Body, supported: tuple[str, ...]) -> Wanted:
    require(body, "metrics", "filter")
    detailed = known(body.get("detailMetrics") or [], observations.DETAILED, "detailMetrics", "metric")
    return Wanted(known(body["metrics"], supported, "metrics", "metric"), detailed)


def _passes(test: filters.Test, queue_id: str, media: str) -> bool:
    values = {"queueId": (queue_id,), "mediaType": (media,)}
    return test(values.__getitem__, filters.no_number)
