"""Estimated waiting time of a queue, per medium."""

from typing import Any

from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.routing.api import queues


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_queue_estimatedwaittime", "routing:queue:view")(get)


def get(request: Request) -> dict[str, Any]:
    """For a conversation that waits, or for the next to come. Media without data to tell by are left out."""
    queue = queues.reachable(request, "view")
    waiting = routing.waiting(queue["id"], routing.MOST_STANDING)
    wanted = request.query.get("conversationId", "")
    positions = {media: routing.position(waiting, wanted, media)[0] for media in routing.MEDIA}
    results = [
        {"intent": media.upper(), "formula": "SIMPLE", "estimatedWaitTimeSeconds": seconds}
        for media, seconds in routing.estimated_waits(queue["id"], positions).items()
    ]
    return {"results": results}
