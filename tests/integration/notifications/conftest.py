"""Channels and the connections that listen to them, in a local cloud that moves only when told."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.cloud import LocalCloud
from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre, centre, cloud

__all__ = ["centre", "cloud"]

CHANNELS = "/api/v2/notifications/channels"


@dataclass
class Listener:
    """One WebSocket connection and what came over it."""

    cloud: LocalCloud
    id: str = ""
    received: list[dict[str, Any]] = field(default_factory=list)

    def connect(self, uri: str) -> "Listener":
        """Raises RejectedError."""
        assert self.cloud.websockets is not None
        self.id = self.cloud.websockets.connect(self._receive, lambda: None, query=urlsplit(uri).query)
        return self

    def _receive(self, text: str) -> None:
        self.received.append(json.loads(text))

    def say(self, text: str) -> None:
        assert self.cloud.websockets is not None
        self.cloud.websockets.receive(self.id, text)

    def close(self) -> None:
        assert self.cloud.websockets is not None
        self.cloud.websockets.disconnect(self.id)

    def vanish(self) -> None:
        """The connection is gone and nobody was told."""
        assert self.cloud.websockets is not None
        self.cloud.websockets._connections.pop(self.id)

    def on(self, topic: str) -> list[dict[str, Any]]:
        return [each["eventBody"] for each in self.received if each["topicName"] == topic]


@dataclass
class Subscriber:
    """A user with a channel."""

    centre: Centre
    user_id: str
    console: Console
    channel: dict[str, Any]

    def subscribe(self, *topics: str) -> Any:
        path = f"{CHANNELS}/{self.channel['id']}/subscriptions"
        answer = self.console.call("POST", path, [{"id": topic} for topic in topics])
        assert answer.status == 200, answer.body
        return answer.body["entities"]

    def listen(self) -> Listener:
        return Listener(self.centre.cloud).connect(self.channel["connectUri"])


@pytest.fixture
def queue(centre: Centre) -> str:
    return centre.queue()


@pytest.fixture
def ana(centre: Centre, queue: str) -> Subscriber:
    user_id = centre.agent(queue, on_queue=False)
    console = Console(centre.cloud).client(user_id=user_id)
    answer = console.call("POST", CHANNELS)
    assert answer.status == 200, answer.body
    return Subscriber(centre, user_id, console, answer.body)
