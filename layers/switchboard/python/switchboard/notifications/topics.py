"""The topics one can subscribe to, by the platform's names, and who may."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from switchboard.kit.callers import EVERY_DIVISION, Caller
from switchboard.kit.model import Record

Kind = Literal["user", "queue", "conversation"]


class Subject(NamedTuple):
    """What a topic is about."""

    kind: Kind
    id: str


@dataclass(frozen=True)
class Topic:
    """`name` with `{id}` for the object; `permission` is needed in a division of the object ("": none), but not for a topic about
    oneself (`own`)."""

    name: str
    description: str
    permission: str = ""
    kind: Kind | None = None
    own: bool = False

    def matches(self, name: str) -> str | None:
        """The id in the name ("" where the topic has none); None where it is another topic's."""
        pattern = re.escape(self.name).replace(r"\{id\}", r"(?P<id>[\w-]{1,100})").replace(r"\*", r"[\w.]+")
        found = re.fullmatch(pattern, name)
        return None if found is None else found.groupdict().get("id", "")


USER_CONVERSATIONS = "v2.users.{id}.conversations"
USER_MESSAGES = "v2.users.{id}.conversations.messages"
USER_PRESENCE = "v2.users.{id}.presence"
USER_ROUTING_STATUS = "v2.users.{id}.routingStatus"
QUEUE_CONVERSATIONS = "v2.routing.queues.{id}.conversations"
QUEUE_USERS = "v2.routing.queues.{id}.users"
QUEUE_WAITING = "v2.routing.queues.{id}.waiting"
"""Not the platform's, which tells of it by rules of its alerting."""
CONVERSATION = "v2.conversations.{id}"
METADATA = "channel.metadata"

COMMUNICATION = "conversation:communication:view"

TOPICS = (
    Topic(USER_CONVERSATIONS, "Conversations that a user takes part in.", COMMUNICATION, "user", own=True),
    Topic(
        USER_MESSAGES,
        "Message conversations of a user, with each new message.",
        "conversation:message:view",
        "user",
        own=True,
    ),
    Topic(USER_PRESENCE, "A user's presence.", "directory:user:view", "user", own=True),
    Topic(USER_ROUTING_STATUS, "A user's routing status.", "routing:status:view", "user", own=True),
    Topic(QUEUE_CONVERSATIONS, "Conversations of a queue.", COMMUNICATION, "queue"),
    Topic(QUEUE_USERS, "Routing status of those who have joined a queue.", "routing:queue:view", "queue"),
    Topic(QUEUE_WAITING, "Conversations that have waited longer than a queue allows.", COMMUNICATION, "queue"),
    Topic(CONVERSATION, "One conversation.", COMMUNICATION, "conversation"),
    Topic(METADATA, "Answers about the channel itself."),
    Topic("v2.system.*", "Notices of the system."),
)


_NONE: Mapping[Subject, Collection[str]] = {}
NOWHERE = ("",)


class Standing(Record):
    """Whether a caller may subscribe to a topic: the platform's ChannelTopic."""

    id: str
    state: str = "Permitted"
    rejection_reason: str = ""
    missing_permissions: list[str] = []

    @property
    def permitted(self) -> bool:
        return self.state == "Permitted"


def deciding(name: str, caller: Caller) -> Subject | None:
    """The object whose division decides whether the caller may subscribe; None where none does."""
    topic, identifier = _named(name)
    if topic is None or topic.kind is None or _own(topic, identifier, caller):
        return None
    return None if EVERY_DIVISION in caller.divisions(topic.permission) else Subject(topic.kind, identifier)


def standing(name: str, caller: Caller, divisions: Mapping[Subject, Collection[str]] = _NONE) -> Standing:
    """`divisions` are those of the objects that decide; what is not there lies in none."""
    topic, identifier = _named(name)
    if topic is None:
        return Standing(id=name, state="Rejected", rejection_reason="There is no such topic.")
    subject = deciding(name, caller)
    where = divisions.get(subject) or NOWHERE if subject else ()
    if not topic.permission or _own(topic, identifier, caller) or caller.may(topic.permission, *where):
        return Standing(id=name)
    reason = f"You are missing the permission {topic.permission}."
    return Standing(id=name, state="Rejected", rejection_reason=reason, missing_permissions=[topic.permission])


def _named(name: str) -> tuple[Topic | None, str]:
    for topic in TOPICS:
        identifier = topic.matches(name)
        if identifier is not None:
            return topic, identifier
    return None, ""


def _own(topic: Topic, identifier: str, caller: Caller) -> bool:
    return topic.own and caller.user_id == identifier != ""


def name_of(topic: str, identifier: str) -> str:
    return topic.replace("{id}", identifier)
