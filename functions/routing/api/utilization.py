"""Utilization: what an agent can have at once, as the organization says and as some have it of their own."""

from collections.abc import Callable, Iterable
from typing import Any

from switchboard.directory import api as directory
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing
from switchboard.routing.api import Agent, Capacity, labels_of, media_of, named_labels, of_label

LARGEST = 25
VIEW, MANAGE = "routing:utilization:view", "routing:utilization:manage"

Json = dict[str, Any]


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_utilization", VIEW)(get)
    api.operation("RoutingApi.put_routing_utilization", MANAGE)(put)
    api.operation("RoutingApi.get_routing_user_utilization", VIEW)(get_own)
    api.operation("RoutingApi.put_routing_user_utilization", MANAGE)(put_own)
    api.operation("RoutingApi.delete_routing_user_utilization", MANAGE)(delete_own)


def get(request: Request) -> Json:
    return _shown(routing.utilization())


def put(request: Request) -> Json:
    """Media that the body leaves out go back to what is assumed, labels to no bound. Raises InvalidValueError naming the field."""
    routing.set_utilization(_bounds(request.body))
    return _shown(routing.utilization())


def get_own(request: Request) -> Json:
    """With the organization's bounds where the agent has none of their own; `level` says which they go by."""
    return _shown_of(routing.agent(_user_id(request, VIEW)))


def put_own(request: Request) -> Json:
    """Media and labels that the body leaves out are as the organization's. Raises InvalidValueError naming the field."""
    return _shown_of(routing.bounding().set_own(_user_id(request, MANAGE), _bounds(request.body)))


def delete_own(request: Request) -> None:
    routing.bounding().set_own(_user_id(request, MANAGE), {})


def label_bound(settings: Json, field: str) -> Capacity:
    """Of one label. Raises InvalidValueError naming the field below `field`."""
    interrupting = list(dict.fromkeys(settings.get("interruptingLabelIds") or []))
    _check_labels(interrupting, lambda label: f"{field}.interruptingLabelIds")
    return Capacity(maximum_capacity=_maximum(settings, field), interrupting_label_ids=interrupting)


def _user_id(request: Request, permission: str) -> str:
    """The user that the path names. Raises NotFoundError, MissingPermissionError for their division; who may see bounds
    sees their own anywhere."""
    user = directory.present_user(request.path["userId"])
    if permission != VIEW or user["id"] != request.caller.user_id:
        request.caller.require(permission, user["division"]["id"])
    return str(user["id"])


def _bounds(body: Json) -> dict[str, Capacity]:
    media = {name: _capacity(name, settings or {}) for name, settings in (body.get("utilization") or {}).items()}
    unknown = sorted(media.keys() - routing.DEFAULT_UTILIZATION.keys())
    if unknown:
        raise InvalidValueError(f"'{unknown[0]}' is no media type.", field=f"utilization.{unknown[0]}")
    given = body.get("labelUtilizations") or {}
    _check_labels(given, lambda label: f"labelUtilizations.{label}")
    labels = {label: label_bound(each or {}, f"labelUtilizations.{label}") for label, each in given.items()}
    return media | {of_label(label): bound for label, bound in labels.items()}


def _check_labels(label_ids: Iterable[str], field: Callable[[str], str]) -> None:
    wanted = list(label_ids)
    known = routing.utilization_labels().find_all(wanted) if wanted else {}
    for label in wanted:
        if label not in known:
            raise InvalidValueError(f"The label '{label}' does not exist.", field=field(label))


def _maximum(settings: Json, field: str) -> int:
    maximum = settings.get("maximumCapacity", 1)
    if not isinstance(maximum, int) or not 0 <= maximum <= LARGEST:
        raise InvalidValueError(f"maximumCapacity must be between 0 and {LARGEST}.", field=f"{field}.maximumCapacity")
    return maximum


def _capacity(media: str, settings: Json) -> Capacity:
    field = f"utilization.{media}"
    maximum = _maximum(settings, field)
    interrupting = list(dict.fromkeys(settings.get("interruptableMediaTypes") or []))
    for each in interrupting:
        if each not in routing.DEFAULT_UTILIZATION:
            raise InvalidValueError(f"'{each}' is no media type.", field=f"{field}.interruptableMediaTypes")
    return Capacity(
        maximum_capacity=maximum,
        interruptable_media_types=interrupting,
        include_non_acd=bool(settings.get("includeNonAcd")),
    )


def _shown_of(agent: Agent) -> Json:
    level = "Agent" if agent.utilization else "Organization"
    return _shown(agent.within(routing.utilization())) | {"level": level}


def _shown(bounds: dict[str, Capacity]) -> Json:
    media = {
        name: {
            "maximumCapacity": each.maximum_capacity,
            "interruptableMediaTypes": each.interruptable_media_types,
            "includeNonAcd": each.include_non_acd,
        }
        for name, each in media_of(bounds).items()
    }
    known = routing.utilization_labels().find_all(named_labels(bounds))
    labels = {
        label: {
            "labelName": known[label]["name"],
            "maximumCapacity": each.maximum_capacity,
            "interruptingLabelIds": [other for other in each.interrupting_label_ids if other in known],
        }
        for label, each in labels_of(bounds).items()
        if label in known
    }
    return {"utilization": media, "labelUtilizations": labels, "maxInboundCalls": 1}
