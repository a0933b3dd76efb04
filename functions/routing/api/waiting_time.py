"""Estimated waiting time of a queue, per medium."""

from typing import Any

from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.routing.api import queues

MEDIA = ("call", "callback", "chat", "email", "message")
LOOKED_AT = 1000


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_queue_estimatedwaittime", "routing:queue:view")(get)


def get(request: Request) -> dict[str, Any]:
    """For a conversation that waits, or for the next to come. Media without data to tell by are left out."""
    queue = queues.reachable(request, "view")
    waiting = routing.waiting(queue["id"], LOOKED_AT)
    results = []
    for media in MEDIA:
        position, _ = routing.position(waiting, request.query.get("conversationId", ""), media)
        seconds = routing.estimated_wait(queue["id"], media, position)
        if seconds is not None:
            results.append({"intent": media.upper(), "formula": "SIMPLE", "estimatedWaitTimeSeconds": seconds})
    return {"results": results}
