"""The topics one can subscribe to, by the platform's names, and who may."""

import re
from dataclasses import dataclass

from switchboard.kit.callers import Caller
from switchboard.kit.model import Record


@dataclass(frozen=True)
class Topic:
    """`name` with `{id}` for the object; `permission` is needed ("": none), but not for a topic about oneself (`own`)."""

    name: str
    description: str
    permission: str = ""
    own: bool = False

    def matches(self, name: str) -> str | None:
        """The id in the name ("" where the topic has none); None where it is another topic's."""
        pattern = re.escape(self.name).replace(r"\{id\}", r"(?P<id>[\w-]+)").replace(r"\*", r"[\w.]+")
        found = re.fullmatch(pattern, name)
        return None if found is None else found.groupdict().get("id", "")


USER_CONVERSATIONS = "v2.users.{id}.conversations"
USER_MESSAGES = "v2.users.{id}.conversations.messages"
USER_PRESENCE = "v2.users.{id}.presence"
USER_ROUTING_STATUS = "v2.users.{id}.routingStatus"
QUEUE_CONVERSATIONS = "v2.routing.queues.{id}.conversations"
QUEUE_USERS = "v2.routing.queues.{id}.users"
CONVERSATION = "v2.conversations.{id}"
METADATA = "channel.metadata"

TOPICS = (
    Topic(USER_CONVERSATIONS, "Conversations that a user takes part in.", "conversation:communication:view", own=True),
    Topic(
        USER_MESSAGES, "Message conversations of a user, with each new message.", "conversation:message:view", own=True
    ),
    Topic(USER_PRESENCE, "A user's presence.", "directory:user:view", own=True),
    Topic(USER_ROUTING_STATUS, "A user's routing status.", "routing:status:view", own=True),
    Topic(QUEUE_CONVERSATIONS, "Conversations of a queue.", "conversation:communication:view"),
    Topic(QUEUE_USERS, "Routing status of those who have joined a queue.", "routing:queue:view"),
    Topic(CONVERSATION, "One conversation.", "conversation:communication:view"),
    Topic(METADATA, "Answers about the channel itself."),
    Topic("v2.system.*", "Notices of the system."),
)


class Standing(Record):
    """Whether a caller may subscribe to a topic: the platform's ChannelTopic."""

    id: str
    state: str = "Permitted"
    rejection_reason: str = ""
    missing_permissions: list[str] = []

    @property
    def permitted(self) -> bool:
        return self.state == "Permitted"


def standing(name: str, caller: Caller) -> Standing:
    for topic in TOPICS:
        subject = topic.matches(name)
        if subject is None:
            continue
        own = topic.own and caller.user_id == subject != ""
        if own or not topic.permission or caller.may(topic.permission):
            return Standing(id=name)
        reason = f"You are missing the permission {topic.permission}."
        return Standing(id=name, state="Rejected", rejection_reason=reason, missing_permissions=[topic.permission])
    return Standing(id=name, state="Rejected", rejection_reason="There is no such topic.")


def name_of(topic: str, identifier: str) -> str:
    return topic.replace("{id}", identifier)
