"""Utilization of the organization: what an agent can have at once."""

from typing import Any

from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing
from switchboard.routing.api import Capacity, labels_of, media_of, of_label

LARGEST = 25


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_utilization", "routing:utilization:view")(get)
    api.operation("RoutingApi.put_routing_utilization", "routing:utilization:manage")(put)


def get(request: Request) -> dict[str, Any]:
    return _shown()


def put(request: Request) -> dict[str, Any]:
    """Media that the body leaves out go back to what is assumed. Raises InvalidValueError naming the field."""
    known = routing.DEFAULT_UTILIZATION
    given = request.body.get("utilization") or {}
    made = {media: _capacity(media, settings or {}) for media, settings in given.items()}
    unknown = sorted(made.keys() - known.keys())
    if unknown:
        raise InvalidValueError(f"'{unknown[0]}' is no media type.", field=f"utilization.{unknown[0]}")
    labels = request.body.get("labelUtilizations") or {}
    routing.set_utilization(made | {of_label(label): _label(label, each or {}) for label, each in labels.items()})
    return _shown()


def _maximum(settings: dict[str, Any], field: str) -> int:
    maximum = settings.get("maximumCapacity", 1)
    if not isinstance(maximum, int) or not 0 <= maximum <= LARGEST:
        raise InvalidValueError(f"maximumCapacity must be between 0 and {LARGEST}.", field=f"{field}.maximumCapacity")
    return maximum


def _label(label_id: str, settings: dict[str, Any]) -> Capacity:
    field = f"labelUtilizations.{label_id}"
    if settings.get("interruptingLabelIds"):
        raise InvalidValueError("Labels do not interrupt one another.", field=f"{field}.interruptingLabelIds")
    return Capacity(maximum_capacity=_maximum(settings, field))


def _capacity(media: str, settings: dict[str, Any]) -> Capacity:
    field = f"utilization.{media}"
    maximum = _maximum(settings, field)
    interrupting = settings.get("interruptableMediaTypes") or []
    for each in interrupting:
        if each not in routing.DEFAULT_UTILIZATION:
            raise InvalidValueError(f"'{each}' is no media type.", field=f"{field}.interruptableMediaTypes")
    return Capacity(
        maximum_capacity=maximum,
        interruptable_media_types=interrupting,
        include_non_acd=bool(settings.get("includeNonAcd")),
    )


def _shown() -> dict[str, Any]:
    stored = routing.utilization()
    media = {
        name: {
            "maximumCapacity": each.maximum_capacity,
            "interruptableMediaTypes": each.interruptable_media_types,
            "includeNonAcd": each.include_non_acd,
        }
        for name, each in media_of(stored).items()
    }
    labels = {name: {"maximumCapacity": each.maximum_capacity} for name, each in labels_of(stored).items()}
    return {"utilization": media, "labelUtilizations": labels, "maxInboundCalls": 1}
