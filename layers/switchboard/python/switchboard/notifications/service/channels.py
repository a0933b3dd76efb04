"""Channels and their subscriptions: a caller opens a channel, subscribes to topics, connects with the channel's token."""

import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence

from switchboard.kit import clock, ids
from switchboard.kit.callers import Caller
from switchboard.kit.errors import InvalidValueError, MissingPermissionError, NotFoundError
from switchboard.kit.logs import logger
from switchboard.notifications import topics
from switchboard.notifications.models import Channel
from switchboard.notifications.ports import Objects
from switchboard.notifications.repository import Repository
from switchboard.notifications.topics import Standing, Subject

log = logger(__name__)

LIFETIME_MS = 24 * 3_600_000
MOST_CHANNELS = 20
MOST_TOPICS = 1000


class Channels:
    def __init__(self, repository: Repository, objects: Objects) -> None:
        self._repository = repository
        self._objects = objects

    def open(self, caller: Caller) -> Channel:
        """A channel for 24 hours. Who has twenty already loses the oldest."""
        owner = _owner(caller)
        held = self._repository.owned_by(owner)
        for oldest in held[: max(0, len(held) - MOST_CHANNELS + 1)]:
            self._repository.delete(oldest)
        expires = clock.now_ms() + LIFETIME_MS
        channel = Channel(id=ids.new(), owner=owner, token=secrets.token_urlsafe(32), expires=expires)
        self._repository.create(channel)
        return channel

    def of(self, caller: Caller) -> list[Channel]:
        return self._repository.owned_by(_owner(caller))

    def get(self, caller: Caller, channel_id: str) -> Channel:
        """The caller's own channel. Raises NotFoundError, also for somebody else's."""
        channel = self._repository.find(channel_id)
        if channel is None or channel.owner != _owner(caller):
            raise NotFoundError("notification channel", channel_id)
        return channel

    def subscribe(
        self, caller: Caller, channel_id: str, names: Sequence[str], *, ignore_errors: bool, replace: bool = False
    ) -> list[Standing]:
        """Add topics, or replace all. A topic that is refused stops everything, unless errors are ignored.

        Raises NotFoundError, InvalidValueError (no such topic, too many), MissingPermissionError.
        """
        channel = self.get(caller, channel_id)
        divisions = self._divisions(names, caller)
        standings = [topics.standing(name, caller, divisions) for name in dict.fromkeys(names)]
        if not ignore_errors:
            _refuse(standings)
        wanted = {each.id for each in standings if each.permitted}
        if len(wanted if replace else wanted | channel.topics) > MOST_TOPICS:
            raise InvalidValueError(f"A channel takes at most {MOST_TOPICS} topics.", field="body")
        if replace:
            self._repository.unsubscribe(channel_id, channel.topics - wanted)
        self._repository.subscribe(channel_id, wanted)
        return standings

    def _divisions(self, names: Iterable[str], caller: Caller) -> dict[Subject, Collection[str]]:
        """Of all objects whose division decides, in a call or two for each kind."""
        subjects = {subject for name in names if (subject := topics.deciding(name, caller)) and ids.is_uuid(subject.id)}
        return {
            Subject(kind, identifier): divisions
            for kind in sorted({subject.kind for subject in subjects})
            for identifier, divisions in self._objects.divisions(
                kind, [subject.id for subject in subjects if subject.kind == kind]
            ).items()
        }

    def unsubscribe_all(self, caller: Caller, channel_id: str) -> None:
        self._repository.unsubscribe(channel_id, self.get(caller, channel_id).topics)

    def close_all(self, user_id: str) -> None:
        """Whoever may no longer call is told nothing any more: their channels end, connections and all. Harmless repeated."""
        for channel in self._repository.owned_by(user_id):
            self._repository.delete(channel)

    # -- the connection's side

    def connect(self, channel_id: str, token: str, connection: str) -> bool:
        """False where the channel does not exist, has expired, or the token is not its."""
        channel = self._repository.find(channel_id)
        if channel is None or not hmac.compare_digest(channel.token.encode(), token.encode()):
            log.info("connection refused")
            return False
        self._repository.connect(channel, connection)
        log.info("connected", extra={"channelId": channel_id})
        return True

    def disconnect(self, connection: str) -> None:
        self._repository.disconnect(connection)


def _owner(caller: Caller) -> str:
    return caller.user_id or caller.client_id


def _refuse(standings: Sequence[Standing]) -> None:
    for index, each in enumerate(standings):
        if each.missing_permissions:
            raise MissingPermissionError(each.missing_permissions[0])
        if not each.permitted:
            raise InvalidValueError(f"{each.rejection_reason} ({each.id[:120]})", field=f"{index}.id")
