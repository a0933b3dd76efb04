"""Storage of channels and subscriptions; the only file that knows their keys.

    CHANNEL#<id>           CHANNEL         the channel: owner, token, live connection, topics
    OWNER#<user, client>   <expires>#<id>  finds an owner's channels
    CONNECTION#<id>        CHANNEL         finds the channel of a connection that closes
    TOPIC#<name>           LIVE            the live connections that subscribe to a topic, as `<channel>|<connection>`

A push reads one TOPIC item per topic and nothing else. The channel item is written first, and its answer tells the other half
(topics to a connection, connection to a subscription), so that none is lost when both come at once.
"""

from collections.abc import Collection, Iterable
from typing import Any

from switchboard.kit import clock
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table
from switchboard.kit.errors import NotFoundError
from switchboard.notifications.models import Channel

CONNECTION_SECONDS = 3 * 3600
"""API Gateway closes a WebSocket after two hours."""


class Repository:
    def __init__(self, table: Table) -> None:
        self._table = table

    # -- channels

    def create(self, channel: Channel) -> None:
        ends = channel.expires // 1000
        self._table.put_all(
            [
                {
                    "PK": f"CHANNEL#{channel.id}",
                    "SK": "CHANNEL",
                    "owner": channel.owner,
                    "token": channel.token,
                    "expires": channel.expires,
                    "expiresAt": ends,
                },
                {"PK": f"OWNER#{channel.owner}", "SK": _place(channel), "expiresAt": ends},
            ]
        )

    def find(self, channel_id: str) -> Channel | None:
        """The channel, unless it has expired."""
        item = self._table.get(_channel_key(channel_id))
        channel = _channel(item) if item else None
        return channel if channel and channel.expires > clock.now_ms() else None

    def owned_by(self, owner: str) -> list[Channel]:
        """The owner's channels, the oldest first."""
        places = self._table.query(f"OWNER#{owner}", after=f"{clock.now_ms():013d}", consistent=True)
        wanted = [_channel_key(place["SK"].split("#")[1]) for place in places]
        found = self._table.batch_get(wanted, consistent=True)
        return [_channel(found[key]) for key in wanted if key in found]

    def delete(self, channel: Channel) -> None:
        self._table.delete((f"OWNER#{channel.owner}", _place(channel)))
        self._table.delete(_channel_key(channel.id))
        self._leave(channel.topics, channel)

    # -- subscriptions

    def subscribe(self, channel_id: str, topics: Collection[str]) -> None:
        if not topics:
            return
        self._join(topics, self._update(channel_id, "ADD topics :topics", {"topics": set(topics)}))

    def unsubscribe(self, channel_id: str, topics: Collection[str]) -> None:
        if not topics:
            return
        self._leave(topics, self._update(channel_id, "DELETE topics :topics", {"topics": set(topics)}))

    # -- connections

    def connect(self, channel: Channel, connection: str) -> None:
        """The newest connection of a channel takes over from the one before."""
        self._table.put(
            {
                "PK": f"CONNECTION#{connection}",
                "SK": "CHANNEL",
                "channel": channel.id,
                "expiresAt": clock.now_ms() // 1000 + CONNECTION_SECONDS,
            }
        )
        connected = self._update(channel.id, "SET connectionId = :connection", {"connection": connection})
        self._leave(connected.topics, channel)
        self._join(connected.topics, connected)

    def disconnect(self, connection: str) -> None:
        """The connection is no more; a newer one of the same channel stays."""
        pointer = self._table.delete((f"CONNECTION#{connection}", "CHANNEL"))
        if pointer is None:
            return
        try:
            item = self._table.update(
                _channel_key(pointer["channel"]),
                "REMOVE connectionId",
                condition="connectionId = :connection",
                values={"connection": connection},
            )
        except ConditionFailedError as superseded:
            item = superseded.old
        self.forget(pointer["channel"], connection, item.get("topics", set()))

    def live(self, topics: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
        """(channel, connection) of each live subscriber, by topic."""
        found = self._table.batch_get(_topic_key(topic) for topic in topics)
        return {
            key[0].removeprefix("TOPIC#"): [_split(each) for each in sorted(item.get("live", set()))]
            for key, item in found.items()
        }

    def forget(self, channel_id: str, connection: str, topics: Collection[str]) -> None:
        """Take a dead connection off topics."""
        for topic in topics:
            self._table.update(_topic_key(topic), "DELETE live :live", values={"live": {f"{channel_id}|{connection}"}})

    def _update(self, channel_id: str, expression: str, values: dict[str, Any]) -> Channel:
        """Raises NotFoundError: the channel was deleted meanwhile."""
        try:
            item = self._table.update(
                _channel_key(channel_id), expression, values=values, condition="attribute_exists(PK)"
            )
        except ConditionFailedError as failed:
            raise NotFoundError("notification channel", channel_id) from failed
        return _channel(item)

    def _join(self, topics: Collection[str], channel: Channel) -> None:
        if not channel.connection:
            return
        for topic in topics:
            self._table.update(
                _topic_key(topic), "ADD live :live", values={"live": {f"{channel.id}|{channel.connection}"}}
            )

    def _leave(self, topics: Collection[str], channel: Channel) -> None:
        if channel.connection:
            self.forget(channel.id, channel.connection, topics)


def _channel(item: Item) -> Channel:
    return Channel(
        id=item["PK"].removeprefix("CHANNEL#"),
        owner=item["owner"],
        token=item["token"],
        expires=item["expires"],
        connection=item.get("connectionId", ""),
        topics=frozenset(item.get("topics", set())),
    )


def _place(channel: Channel) -> str:
    return f"{channel.expires:013d}#{channel.id}"


def _channel_key(channel_id: str) -> Key:
    return f"CHANNEL#{channel_id}", "CHANNEL"


def _topic_key(topic: str) -> Key:
    return f"TOPIC#{topic}", "LIVE"


def _split(live: str) -> tuple[str, str]:
    channel, _, connection = live.partition("|")
    return channel, connection
