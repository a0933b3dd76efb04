"""What a channel listens to."""

from typing import Any

from switchboard.kit import model
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request
from switchboard.notifications import api as notifications

PATH = "/api/v2/notifications/channels/{channelId}/subscriptions"


def register(api: Api) -> None:
    api.operation("NotificationsApi.post_notifications_channel_subscriptions")(add)
    api.route(
        "PUT",
        PATH,
        query={"ignoreErrors": "bool"},
        request="list[ChannelTopic]",
        response="ChannelTopicEntityListing",
        body_required=True,
    )(replace_all)
    api.route("GET", PATH, response="ChannelTopicEntityListing")(list_all)
    api.route("DELETE", PATH)(remove_all)


def add(request: Request) -> dict[str, Any]:
    return _subscribe(request, replace=False)


def replace_all(request: Request) -> dict[str, Any]:
    return _subscribe(request, replace=True)


def list_all(request: Request) -> dict[str, Any]:
    channel = notifications.channels().get(request.caller, request.path["channelId"])
    return {"entities": [_shown(notifications.Standing(id=topic)) for topic in sorted(channel.topics)]}


def remove_all(request: Request) -> None:
    notifications.channels().unsubscribe_all(request.caller, request.path["channelId"])


def _subscribe(request: Request, *, replace: bool) -> dict[str, Any]:
    standings = notifications.channels().subscribe(
        request.caller,
        request.path["channelId"],
        _names(request.body or []),
        ignore_errors=request.query.get("ignoreErrors", False),
        replace=replace,
    )
    return {"entities": [_shown(each) for each in standings]}


def _names(body: list[dict[str, Any]]) -> list[str]:
    for index, each in enumerate(body):
        if not each.get("id"):
            raise InvalidValueError("id is required.", field=f"{index}.id")
    return [each["id"] for each in body]


def _shown(standing: notifications.Standing) -> dict[str, Any]:
    """The platform's ChannelTopic."""
    return {"state": standing.state, **model.wire(standing)}
