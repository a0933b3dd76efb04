"""Pushing: a batch of events to the live connections of the topics they concern.

One read for the topics, one for the conversations, one post per subscriber and notification. Whoever is gone is taken off.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from switchboard.conversations.models import Conversation
from switchboard.kit.events import Event
from switchboard.kit.logs import correlation_id
from switchboard.notifications.ports import Conversations, Sockets
from switchboard.notifications.repository import Repository
from switchboard.notifications.telling import Telling, tellings


class Pushing:
    def __init__(self, repository: Repository, conversations: Conversations, sockets: Sockets) -> None:
        self._repository = repository
        self._conversations = conversations
        self._sockets = sockets

    def push(self, events: Sequence[Event]) -> None:
        told = _distinct(each for event in events for each in tellings(event))
        if not told:
            return
        live = self._repository.live({each.topic for each in told})
        heard = [each for each in told if live.get(each.topic)]
        found = self._found(heard)
        gone: set[str] = set()
        for each in heard:
            conversation = found.get(each.about)
            if each.about and conversation is None:
                continue
            text = _text(each, conversation)
            for channel, connection in live[each.topic]:
                if connection not in gone and not self._sockets.post(connection, text):
                    gone.add(connection)
                    self._repository.disconnect(connection)
                if connection in gone:
                    # Also where the connection's own records are no more.
                    self._repository.forget(channel, connection, [each.topic])

    def _found(self, heard: Sequence[Telling]) -> Mapping[str, Conversation]:
        """The conversations to tell about, none older than the event that tells of it."""
        wanted = {each.about: 0 for each in heard if each.about}
        for each in heard:
            if each.about:
                wanted[each.about] = max(wanted[each.about], each.version)
        found = dict(self._conversations.find_all(wanted)) if wanted else {}
        for identifier, version in wanted.items():
            if identifier not in found or found[identifier].version < version:
                current = self._conversations.find(identifier)
                if current is not None:
                    found[identifier] = current
        return found


def _distinct(told: Iterable[Telling]) -> list[Telling]:
    """Of the same thing told twice in a batch, the later."""
    latest = {(each.topic, each.about, each.distinct): each for each in told}
    return list(latest.values())


def _text(telling: Telling, conversation: Conversation | None) -> str:
    notification = {
        "topicName": telling.topic,
        "version": "2",
        "eventBody": telling.body(conversation),
        "metadata": {"CorrelationId": correlation_id.get() or telling.about or telling.topic},
    }
    return json.dumps(notification, separators=(",", ":"))
