"""Composition root of the routing domain: its parts, wired once per function."""

from switchboard.conversations import api as conversations
from switchboard.directory import api as directory
from switchboard.kit import clock, settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Store
from switchboard.routing import catalogue, queue_settings
from switchboard.routing.models import QueueRules
from switchboard.routing.repository import Repository
from switchboard.routing.service.alerting import Alerting
from switchboard.routing.service.assign import Assigning
from switchboard.routing.service.members import Members
from switchboard.routing.service.release import Releasing
from switchboard.routing.service.status import Statuses
from switchboard.routing.utilization import Utilization

KEPT_MS = 10_000
"""How old the configuration that a decision goes by may be."""


class Configuration:
    """Queue rules and utilization, kept for ten seconds per container."""

    def __init__(self, queues: Store, repository: Repository) -> None:
        self._queues = queues
        self._repository = repository
        self._rules: dict[str, tuple[int, QueueRules | None]] = {}
        self._utilization: tuple[int, Utilization] | None = None

    def queue(self, queue_id: str) -> QueueRules | None:
        now = clock.now_ms()
        read, rules = self._rules.get(queue_id, (0, None))
        if now - read > KEPT_MS:
            queue = self._queues.find(queue_id)
            rules = queue_settings.rules(queue) if queue else None
            self._rules[queue_id] = now, rules
        return rules

    def utilization(self) -> Utilization:
        now = clock.now_ms()
        if self._utilization is None or now - self._utilization[0] > KEPT_MS:
            self._utilization = now, self._repository.utilization()
        return self._utilization[1]


@settings.per_function
def table() -> Table:
    return Table(settings.required("ROUTING_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table(), lambda: configuration().utilization())


@settings.per_function
def configuration() -> Configuration:
    return Configuration(queues(), repository())


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


@settings.per_function
def assigning() -> Assigning:
    kept = configuration()
    return Assigning(repository(), conversations, kept.queue, kept.utilization)


@settings.per_function
def alerting() -> Alerting:
    return Alerting(repository(), conversations)


@settings.per_function
def releasing() -> Releasing:
    return Releasing(repository())


@settings.per_function
def members() -> Members:
    return Members(repository(), directory)


@settings.per_function
def statuses() -> Statuses:
    return Statuses(repository())


def _waiting_conversations(queue_id: str) -> list[str]:
    return [each.conversation_id for each in repository().waiting(queue_id, limit=10)]


def queues_naming(skill_id: str) -> list[str]:
    """The names of queues whose rings mention the skill."""
    return [queue["name"] for queue in queues().all() if skill_id in queue_settings.ring_skills(queue)]
