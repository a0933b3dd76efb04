"""Notification channels. A channel belongs to who opened it; opening one twice gives two, as two windows need."""

from typing import Any

from switchboard.kit.http import Api, Request
from switchboard.notifications import api as notifications


def register(api: Api) -> None:
    api.operation("NotificationsApi.post_notifications_channels")(open_channel)
    api.operation("NotificationsApi.get_notifications_channels")(list_own)
    api.route("GET", "/api/v2/notifications/availabletopics")(list_topics)


def open_channel(request: Request) -> dict[str, Any]:
    return notifications.shown(notifications.channels().open(request.caller))


def list_own(request: Request) -> dict[str, Any]:
    return {"entities": [notifications.shown(each) for each in notifications.channels().of(request.caller)]}


def list_topics(request: Request) -> dict[str, Any]:
    return {
        "entities": [
            {
                "id": topic.name,
                "description": topic.description,
                "visibility": "Public",
                "transports": ["Websocket"],
                "enforced": bool(topic.permission),
                "requiresPermissions": [topic.permission] if topic.permission else [],
            }
            for topic in notifications.TOPICS
        ]
    }
