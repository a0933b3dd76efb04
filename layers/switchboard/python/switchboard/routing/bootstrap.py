"""Composition root of the routing domain: what its steps and its API share, wired once per function."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from switchboard.kit import clock, settings
from switchboard.kit.cache import TimedCache
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body, Store
from switchboard.routing import catalogue, queue_settings
from switchboard.routing.matching.stages import Measured
from switchboard.routing.models import Agent, Membership, Metric, QueueRules
from switchboard.routing.repository import Repository
from switchboard.routing.service_level import RECENT_MS, RECENT_STAYS, service_level
from switchboard.routing.utilization import DEFAULT, Utilization
from switchboard.routing.waiting_time import estimate_seconds

if TYPE_CHECKING:
    from switchboard.routing.usage import Usage

WAITING_COUNTED = 100
KEPT_SECONDS = 10
"""How old the configuration that a decision goes by may be."""


class Configuration:
    """Queue rules and utilization, kept for a while per container."""

    def __init__(
        self,
        rules: Callable[[str], QueueRules | None],
        utilization: Callable[[], Utilization],
        measures: Mapping[Metric, Callable[[str], float | None]],
    ) -> None:
        self._read_rules = rules
        self._read_utilization = utilization
        self._measures = measures
        self._measured: TimedCache[tuple[Metric, str], tuple[float | None]] = TimedCache(KEPT_SECONDS)
        self._rules: TimedCache[str, QueueRules] = TimedCache(KEPT_SECONDS)
        self._utilization: TimedCache[str, Utilization] = TimedCache(KEPT_SECONDS)

    def queue(self, queue_id: str) -> QueueRules | None:
        return self._rules.get(queue_id, partial(self._read_rules, queue_id))

    def utilization(self) -> Utilization:
        return self._utilization.get("", self._read_utilization) or DEFAULT

    def measured(self, rules: QueueRules) -> Measured:
        wanted = {(rule.metric, rule.queue_id) for rule in rules.conditional}
        found = {key: self._measured.get(key, partial(self._measure, *key)) for key in wanted}
        return {key: known[0] for key, known in found.items() if known is not None and known[0] is not None}

    def _measure(self, metric: Metric, queue_id: str) -> tuple[float | None]:
        # In a tuple, so that what cannot be told is remembered too: whatever waits in a queue asks for it.
        return (self._measures[metric](queue_id),)

    def forget(self, queue_id: str) -> None:
        self._rules.forget(queue_id)


@settings.per_function
def table() -> Table:
    return Table(settings.required("ROUTING_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table(), lambda: configuration().utilization())


@settings.per_function
def configuration() -> Configuration:
    measures: dict[Metric, Callable[[str], float | None]] = {
        "EstimatedWaitTime": _estimated_wait,
        "ServiceLevel": _service_level,
    }
    return Configuration(rules, lambda: repository().utilization(), measures)


def _service_level(queue_id: str) -> float | None:
    """Percent of what lately left the queue that was answered in time."""
    rules = configuration().queue(queue_id)
    stays = repository().places.stays(queue_id, clock.now_ms() - RECENT_MS, RECENT_STAYS)
    return service_level(stays, rules.goal_ms) if rules else None


def _estimated_wait(queue_id: str) -> float | None:
    """Seconds until a message that comes now is answered, from what the queue's members took lately."""
    # Imported when a rule goes by the estimate: most assignments do not pay for it.
    from switchboard.routing.service.roster import roster

    rules = configuration().queue(queue_id)
    members = roster(repository(), rules) if rules else []
    joined = [each for each in members if each.joined(queue_id)]
    ahead = len(list(repository().places.waiting(queue_id, WAITING_COUNTED)))
    return estimate_seconds(joined, "message", ahead + 1, configuration().utilization())


@settings.per_function
def queues() -> Store:
    return catalogue.Queues(
        table(),
        catalogue.queue(
            known_skills=lambda ids: skills().find_all(ids),
            known_queues=lambda ids: queues().find_all(ids),
            known_groups=_known_groups,
            used_by=lambda queue_id: usage().of_queue(queue_id),
        ),
    )


def _known_groups(group_ids: Collection[str]) -> Collection[str]:
    # Imported when a queue that names groups is saved: the assignment, which only reads queues, does not pay for the directory.
    from switchboard.directory import api as directory

    return directory.find_groups(group_ids)


@settings.per_function
def skills() -> Store:
    return Store(table(), catalogue.skill(used_by=lambda skill_id: usage().of_skill(skill_id)))


@settings.per_function
def languages() -> Store:
    return Store(table(), catalogue.language(used_by=lambda language_id: usage().of_language(language_id)))


@settings.per_function
def wrapup_codes() -> Store:
    return Store(table(), catalogue.wrapup_code(used_by=lambda code_id: usage().of_wrapup_code(code_id)))


@settings.per_function
def utilization_labels() -> Store:
    return Store(table(), catalogue.utilization_label(used_by=lambda label_id: usage().of_label(label_id)))


def usage() -> "Usage":
    # Imported when something is deleted: the assignment pays neither for this nor for the directory.
    from switchboard.conversations import api as conversations
    from switchboard.directory import api as directory
    from switchboard.routing.usage import Usage

    return Usage(
        repository(),
        queues(),
        utilization_labels(),
        directory.user_store(),
        conversations.returning,
        conversations.find_all,
    )


def queues_of_groups(group_ids: Collection[str]) -> list[Body]:
    """The queues that name any of the groups."""
    found = repository().queues_of_groups(group_ids)
    return list(queues().find_all(found).values()) if found else []


def through_groups(agent: Agent) -> dict[str, Membership]:
    """The queues of which the agent is a member because a group of theirs is, by id. Without groups nothing is read."""
    named = map(queue_settings.rules, queues_of_groups(agent.groups))
    found = {rules.queue_id: rules.membership(agent) for rules in named}
    return {queue_id: each for queue_id, each in found.items() if each and each.by_group}


def rules(queue_id: str) -> QueueRules | None:
    """The queue's rules as they are now; None where there is no such queue."""
    queue = queues().find(queue_id)
    return queue_settings.rules(queue) if queue else None
