"""All that other domains and the API functions may use of routing; the steps of assignment are in steps.py."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from msgspec.structs import replace

from switchboard.conversations.models import RoutingData as RoutingData
from switchboard.directory import api as directory
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body, Store
from switchboard.routing import bootstrap, catalogue, commands, expressions, queue_settings
from switchboard.routing import waiting_settings as waiting_rules
from switchboard.routing.expressions import Expression as Expression
from switchboard.routing.expressions import parse as parse_skill_expression
from switchboard.routing.models import Agent as Agent
from switchboard.routing.models import Interaction as Interaction
from switchboard.routing.models import Membership as Membership
from switchboard.routing.models import QueueRules as QueueRules
from switchboard.routing.queue_settings import MEDIA as MEDIA
from switchboard.routing.queue_settings import media_settings as media_settings
from switchboard.routing.service.bounding import Bounding
from switchboard.routing.service.groups import Groups
from switchboard.routing.service.members import Members
from switchboard.routing.service.members import ThroughGroupError as ThroughGroupError
from switchboard.routing.service.members import check_proficiency as check_proficiency
from switchboard.routing.service.members import ids_of as ids_of
from switchboard.routing.service.roster import Counts as Counts
from switchboard.routing.service.roster import counts
from switchboard.routing.service.status import Statuses
from switchboard.routing.service.taking import Taking
from switchboard.routing.utilization import DEFAULT as DEFAULT_UTILIZATION
from switchboard.routing.utilization import Capacity as Capacity
from switchboard.routing.utilization import Utilization
from switchboard.routing.utilization import has_room as has_room
from switchboard.routing.utilization import labels as labels_of
from switchboard.routing.utilization import media as media_of
from switchboard.routing.utilization import named_labels as named_labels
from switchboard.routing.utilization import of_label as of_label
from switchboard.routing.views import proficiencies
from switchboard.routing.views import shown_status as shown_status
from switchboard.routing.waiting_time import Standing as Standing
from switchboard.routing.waiting_time import estimate_seconds
from switchboard.routing.waiting_time import position as position

MOST_STANDING = 1000

SKILL = catalogue.skill()
LANGUAGE = catalogue.language()
WRAPUP_CODE = catalogue.wrapup_code()
UTILIZATION_LABEL = catalogue.utilization_label()

__all__ = [
    "DEFAULT_UTILIZATION",
    "LANGUAGE",
    "SKILL",
    "UTILIZATION_LABEL",
    "WRAPUP_CODE",
    "labels_of",
    "media_of",
    "parse_skill_expression",
]


# -- configuration


def queues() -> Store:
    return bootstrap.queues()


def skills() -> Store:
    return bootstrap.skills()


def languages() -> Store:
    return bootstrap.languages()


def resolved_skill_expression(expression: Expression, field: str) -> Expression:
    """As it is kept in RoutingData: with ids in place of names. Raises InvalidValueError naming the field."""
    return expressions.resolved(expression, {"skill": skills(), "language": languages()}, field)


def skill_expression_text(expression: Expression) -> str:
    return expressions.shown(expression, {"skill": skills(), "language": languages()})


def wrapup_codes() -> Store:
    return bootstrap.wrapup_codes()


def table() -> Table:
    """The domain's table, for the idempotency of its creates."""
    return bootstrap.table()


def find_queue(queue_id: str) -> Body | None:
    return bootstrap.queues().find(queue_id) if queue_id else None


def queue_counts(queues: Collection[Body]) -> dict[str, Counts]:
    """How many members each queue has; of one that names groups they are read."""
    repository = bootstrap.repository()
    direct = repository.counts(queue["id"] for queue in queues)
    return {queue["id"]: counts(repository, rules_of(queue), direct[queue["id"]]) for queue in queues}


def delete_queue(queue_id: str, actor: str = "") -> None:
    """Raises NotFoundError, InUseError saying by what. Its memberships end within a minute or two: a queue may have thousands."""
    members().dissolving(queue_id)
    bootstrap.queues().delete(queue_id, actor)


def queue_changed(queue: Body) -> None:
    """Its rules may let somebody have what waits."""
    commands.match(queue["id"], f"version:{queue['version']}", changed=True)


def wrapup_code(code_id: str) -> Body | None:
    return bootstrap.wrapup_codes().find(code_id) if code_id else None


def wrapup_codes_of(queue_id: str) -> list[Body]:
    """The queue's wrap-up codes, by name."""
    found = bootstrap.wrapup_codes().find_all(bootstrap.repository().wrapup_codes(queue_id))
    return sorted(found.values(), key=lambda code: str(code["name"]).lower())


def add_wrapup_codes(queue_id: str, code_ids: Iterable[str]) -> None:
    bootstrap.repository().add_wrapup_codes(queue_id, code_ids)


def remove_wrapup_code(queue_id: str, code_id: str) -> bool:
    """False where the queue did not have it."""
    return bootstrap.repository().remove_wrapup_code(queue_id, code_id)


def utilization() -> Utilization:
    return bootstrap.repository().utilization()


def utilization_labels() -> Store:
    return bootstrap.utilization_labels()


def set_utilization(bounds: Utilization) -> None:
    """Counts for every agent within a minute."""
    bounding().set_all(bounds, [user["id"] for user in directory.user_store().all()])


def bounding() -> Bounding:
    """How agents' own utilizations, and labels, are changed."""
    return Bounding(bootstrap.repository(), bootstrap.utilization_labels())


def waiting_settings(queue: Body) -> Body:
    """What the queue says about waiting beyond the platform's Queue."""
    return waiting_rules.of(queue)


def set_waiting_settings(queue_id: str, said: Body, actor: str = "") -> Body:
    """Raises InvalidValueError naming the field, NotFoundError."""
    stores = {"queue": queues, "language": languages}
    waiting_rules.check(said, queue_id, lambda kind, identifier: stores[kind]().find(identifier) is not None)
    updated = queues().update(queue_id, {waiting_rules.FIELD: said}, actor)
    queue_changed(updated)
    return waiting_rules.of(updated)


def in_division(division_id: str) -> Iterator[str]:
    """What of routing lies in the division, each as a refusal names it."""
    for store in (queues(), skills(), wrapup_codes()):
        yield from store.in_division(division_id)


# -- agents


@settings.per_function
def members() -> Members:
    return Members(bootstrap.repository(), directory, bootstrap.rules)


@settings.per_function
def _statuses() -> Statuses:
    return Statuses(bootstrap.repository())


def add_members(queue_id: str, user_ids: Sequence[str]) -> None:
    """Make users joined members of a queue. Raises InvalidValueError naming who does not exist."""
    members().add(queue_id, user_ids)


def following(group_id: str, user_ids: Collection[str]) -> AbstractContextManager[None]:
    """Around a change of members of a directory's group: the agents among these users follow it at its end, and once more by a
    timer, should it not come to its end."""
    return Groups(bootstrap.repository(), directory).following(group_id, user_ids)


def queues_of_group(group_id: str) -> list[Body]:
    """The queues that name the group, by name."""
    return sorted(bootstrap.queues_of_groups([group_id]), key=lambda queue: str(queue["name"]).lower())


def memberships_of(user_id: str) -> dict[str, Membership]:
    """The queues of which the user is a member, directly or through a group, by id."""
    known = agent(user_id)
    return {**bootstrap.through_groups(known), **known.queues}


def agent(user_id: str) -> Agent:
    return bootstrap.repository().agent(user_id)


def agents(user_ids: Iterable[str]) -> dict[str, Agent]:
    """The agent of each user; off queue and without queues where routing knows nothing of them."""
    wanted = list(user_ids)
    found = bootstrap.repository().agents(wanted)
    return {user_id: found.get(user_id) or Agent(user_id=user_id) for user_id in wanted}


def conversations_of(user_id: str) -> list[str]:
    """The ids of the conversations that take the agent's capacity, the oldest first."""
    slots = agent(user_id).slots
    return sorted(slots, key=lambda conversation_id: slots[conversation_id].since)


def take(user_id: str, interaction: Interaction) -> bool:
    """An agent takes it up on their own account: hold capacity for it, False where there is none. The conversation must then say
    that they are on it, else the slot is given back."""
    return Taking(bootstrap.repository()).take(user_id, interaction)


def rules_of(queue: Body) -> QueueRules:
    """What the queue's configuration says to those who handle its interactions."""
    return queue_settings.rules(queue)


def set_auto_answer(user_id: str, wanted: bool) -> None:
    """Whether what is assigned to the agent is connected without being answered."""
    bootstrap.repository().change(user_id, lambda agent: replace(agent, auto_answer=wanted))


def agent_status(user_ids: Iterable[str]) -> dict[str, Body]:
    """What routing knows of each user, as the platform's User has it: `{routingStatus, skills, languages}`."""
    known = agents(user_ids).values()
    names = {
        "skill": skills().find_all(key for each in known for key in each.skills),
        "language": languages().find_all(key for each in known for key in each.languages),
    }
    return {
        each.user_id: {
            "routingStatus": shown_status(each),
            "skills": proficiencies("skill", each.user_id, each.skills, names["skill"]),
            "languages": proficiencies("language", each.user_id, each.languages, names["language"]),
        }
        for each in known
    }


def shown_proficiencies(kind: str, user_id: str, held: Mapping[str, float]) -> list[Body]:
    """The platform's UserRoutingSkill (kind `skill`) or UserRoutingLanguage (`language`) of each that exists, by name."""
    return proficiencies(kind, user_id, held, (skills() if kind == "skill" else languages()).find_all(held))


def set_status(user_id: str, status: str) -> Body:
    """IDLE or OFF_QUEUE. Raises InvalidValueError."""
    return shown_status(_statuses().set(user_id, status))


def on_presence(user_id: str, system_presence: str) -> Body:
    """A user's presence changed: On Queue puts them on queue, any other off."""
    return shown_status(_statuses().follow_presence(user_id, system_presence))


# -- waiting


def waiting(queue_id: str, limit: int, *, in_turn: bool = True) -> list[Interaction]:
    """What waits, whose turn is first first; or in no order, a moment old, in as few reads as there are megabytes of it."""
    places = bootstrap.repository().places
    return list(places.waiting(queue_id, limit) if in_turn else places.unordered(queue_id, limit))


def estimated_waits(queue_id: str, positions: Mapping[str, int]) -> dict[str, int]:
    """Seconds from a position in each medium; those without data to tell by are left out."""
    joined, bounds = [each for each in members().of_queue(queue_id) if each.joined(queue_id)], utilization()
    estimates = {media: estimate_seconds(joined, media, at, bounds) for media, at in positions.items()}
    return {media: seconds for media, seconds in estimates.items() if seconds is not None}


def standing(queue_id: str, conversation_id: str, media: str) -> Standing | None:
    """Where a conversation stands in the queue, among the first thousand that wait; None where it does not wait there."""
    waiting = bootstrap.repository().places.waiting(queue_id, MOST_STANDING)
    place, found = position(waiting, conversation_id, media)
    if not found:
        return None
    return Standing(position=place, estimated_seconds=estimated_waits(queue_id, {media: place}).get(media))
