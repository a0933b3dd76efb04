"""Routing's config entities: queues, skills, languages, wrap-up codes."""

from collections.abc import Callable, Iterable, Sequence

from switchboard.kit.dynamo import Write
from switchboard.kit.entities import Body, Entity, Store
from switchboard.kit.errors import InvalidValueError
from switchboard.routing import queue_settings, waiting_settings
from switchboard.routing.repository import serving_writes

QUEUES = "/api/v2/routing/queues"
SKILLS = "/api/v2/routing/skills"
LANGUAGES = "/api/v2/routing/languages"
WRAPUP_CODES = "/api/v2/routing/wrapupcodes"
UTILIZATION_LABELS = "/api/v2/routing/utilization/labels"
LARGEST_LABEL_NAME = 256
FORBIDDEN_IN_LABELS = "[]:*"

UsedBy = Callable[[str], Iterable[str]]
"""What refuses the deletion of the entity with that id, each as the refusal names it."""


def queue(
    *,
    known_skills: queue_settings.Known,
    known_queues: queue_settings.Known,
    known_groups: queue_settings.Known,
    used_by: UsedBy,
) -> Entity:
    """Interactions wait in it, members serve it. `used_by`: conversations that wait there, queues whose rules go by it,
    whose backup it is, which overflow into it."""
    return Entity(
        kind="queue",
        path=QUEUES,
        permission="routing:queue",
        operations={
            "get": "RoutingApi.get_routing_queue",
            "create": "RoutingApi.post_routing_queues",
            "update": "RoutingApi.put_routing_queue",
        },
        defaults=queue_settings.DEFAULTS,
        read_only=("memberCount", "userMemberCount", "joinedMemberCount", "sourceQueueId"),
        hidden=(waiting_settings.FIELD,),
        check=lambda body, old: queue_settings.check(body, known_skills, known_queues, known_groups),
        references=used_by,
    )


class Queues(Store):
    """The groups that a queue names point to it, written with the queue."""

    def _write(self, old: Body | None, new: Body | None, actor: str, also: Sequence[Write] = ()) -> None:
        before, after = ({} if body is None else queue_settings.named_groups(body) for body in (old, new))
        queue_id = (new or old or {})["id"]
        super()._write(old, new, actor, [*also, *serving_writes(queue_id, before, after)])


def skill(*, used_by: UsedBy = lambda _: ()) -> Entity:
    """What an agent can do, with a proficiency of 0 to 5. `used_by`: queues whose rings mention it, agents who have it."""
    return Entity(
        kind="skill",
        path=SKILLS,
        permission="routing:skill",
        operations={
            "list": "RoutingApi.get_routing_skills",
            "get": "RoutingApi.get_routing_skill",
        },
        present=_as_declared,
        references=used_by,
    )


def language(*, used_by: UsedBy = lambda _: ()) -> Entity:
    """What an agent speaks, with a proficiency of 0 to 5. `used_by`: queues that assume it, agents who speak it."""
    return Entity(
        kind="language",
        path=LANGUAGES,
        permission="routing:language",
        operations={
            "list": "RoutingApi.get_routing_languages",
            "get": "RoutingApi.get_routing_language",
            "create": "RoutingApi.post_routing_languages",
        },
        divisioned=False,
        read_only=("state", "version"),
        present=_as_declared,
        references=used_by,
    )


def utilization_label(*, used_by: UsedBy = lambda _: ()) -> Entity:
    """A kind of interaction, whatever its medium, of which an agent has so many at once; its bounds are in the utilization.
    `used_by` names others that mention it."""
    return Entity(
        kind="utilizationlabel",
        path=UTILIZATION_LABELS,
        permission="routing:utilization",
        operations={},
        divisioned=False,
        check=lambda body, old: _check_label_name(body["name"]),
        present=lambda body: {"id": body["id"], "name": body["name"]},
        references=used_by,
    )


def _check_label_name(name: str) -> None:
    if len(name) > LARGEST_LABEL_NAME or set(name) & set(FORBIDDEN_IN_LABELS):
        text = f"A label's name has at most {LARGEST_LABEL_NAME} characters, and none of {FORBIDDEN_IN_LABELS}"
        raise InvalidValueError(text, field="name")


def wrapup_code(*, used_by: UsedBy = lambda _: ()) -> Entity:
    """How an interaction ended, chosen by the agent. `used_by`: queues that offer it."""
    return Entity(
        kind="wrapupcode",
        path=WRAPUP_CODES,
        permission="routing:wrapupCode",
        operations={
            "list": "RoutingApi.get_routing_wrapupcodes",
            "get": "RoutingApi.get_routing_wrapupcode",
            "create": "RoutingApi.post_routing_wrapupcodes",
            "update": "RoutingApi.put_routing_wrapupcode",
            "delete": "RoutingApi.delete_routing_wrapupcode",
        },
        references=used_by,
    )


def _as_declared(body: Body) -> Body:
    # The platform declares the version of skills and languages as text, and tells that they have not been deleted.
    return body | {"version": str(body["version"]), "state": "active"}
