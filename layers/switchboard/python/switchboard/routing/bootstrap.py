"""Composition root of the routing domain: what its steps and its API share, wired once per function."""

from collections.abc import Callable, Mapping
from functools import partial

from switchboard.kit import settings
from switchboard.kit.cache import TimedCache
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Store
from switchboard.routing import catalogue, queue_settings
from switchboard.routing.models import QueueRules
from switchboard.routing.repository import Repository
from switchboard.routing.utilization import DEFAULT, Utilization
from switchboard.routing.waiting_time import estimate_seconds

WAITING_COUNTED = 100
KEPT_SECONDS = 10
"""How old the configuration that a decision goes by may be."""


class Configuration:
    """Queue rules and utilization, kept for a while per container."""

    def __init__(
        self, queues: Store, utilization: Callable[[], Utilization], estimate: Callable[[str], float | None]
    ) -> None:
        self._queues = queues
        self._read_utilization = utilization
        self._estimate = estimate
        self._waits: TimedCache[str, float] = TimedCache(KEPT_SECONDS)
        self._rules: TimedCache[str, QueueRules] = TimedCache(KEPT_SECONDS)
        self._utilization: TimedCache[str, Utilization] = TimedCache(KEPT_SECONDS)

    def queue(self, queue_id: str) -> QueueRules | None:
        return self._rules.get(queue_id, lambda: self._load(queue_id))

    def utilization(self) -> Utilization:
        return self._utilization.get("", self._read_utilization) or DEFAULT

    def waits(self, rules: QueueRules) -> Mapping[str, float]:
        wanted = {rule.queue_id for rule in rules.conditional}
        found = {queue_id: self._waits.get(queue_id, partial(self._estimate, queue_id)) for queue_id in wanted}
        return {queue_id: seconds for queue_id, seconds in found.items() if seconds is not None}

    def forget(self, queue_id: str) -> None:
        self._rules.forget(queue_id)

    def _load(self, queue_id: str) -> QueueRules | None:
        queue = self._queues.find(queue_id)
        return queue_settings.rules(queue) if queue else None


@settings.per_function
def table() -> Table:
    return Table(settings.required("ROUTING_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table(), lambda: configuration().utilization())


@settings.per_function
def configuration() -> Configuration:
    return Configuration(queues(), lambda: repository().utilization(), _estimated_wait)


def _estimated_wait(queue_id: str) -> float | None:
    """Seconds until a message that comes now is answered, from what the queue's members took lately."""
    members = repository().agents(repository().members(queue_id)).values()
    joined = [each for each in members if each.joined(queue_id)]
    ahead = len(list(repository().places.waiting(queue_id, WAITING_COUNTED)))
    return estimate_seconds(joined, "message", ahead + 1, configuration().utilization())


@settings.per_function
def queues() -> Store:
    return Store(
        table(),
        catalogue.queue(known_skills=lambda ids: skills().find_all(ids), waiting=_waiting_conversations),
    )


@settings.per_function
def skills() -> Store:
    return Store(table(), catalogue.skill(named_by=queues_naming))


@settings.per_function
def languages() -> Store:
    return Store(table(), catalogue.language())


@settings.per_function
def wrapup_codes() -> Store:
    return Store(table(), catalogue.wrapup_code())


def _waiting_conversations(queue_id: str) -> list[str]:
    return [each.conversation_id for each in repository().places.waiting(queue_id, 10)]


def queues_naming(skill_id: str) -> list[str]:
    """The names of queues whose rings mention the skill."""
    return [queue["name"] for queue in queues().all() if skill_id in queue_settings.ring_skills(queue)]
