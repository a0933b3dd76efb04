"""A notification channel: its subscriptions, and what comes over its WebSocket."""

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from websockets.sync.client import connect

from tests.e2e.contact_centre import Json, platform

PATIENCE_SECONDS = 10.0


class Listener:
    """Opened for the SDK client, subscribed to the topics. Raises TimeoutError where an event does not come."""

    def __init__(self, client: Any, *topics: str) -> None:
        api = platform.NotificationsApi(client)
        self.channel = api.post_notifications_channels()
        self.subscribed = api.post_notifications_channel_subscriptions(
            self.channel.id, [{"id": topic} for topic in topics]
        ).entities
        self._connection = connect(self.channel.connect_uri, open_timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        self._socket = self._connection.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def wait_for(self, topic: str, wanted: Callable[[Json], bool]) -> Json:
        """The body of the first event of the topic that is wanted; earlier ones are passed over."""
        while True:
            event = self.next()
            if event["topicName"] == topic and wanted(event["eventBody"]):
                return dict(event["eventBody"])

    def next(self) -> Json:
        return dict(json.loads(self._socket.recv(timeout=PATIENCE_SECONDS)))

    def send(self, message: Json) -> None:
        self._socket.send(json.dumps(message))
