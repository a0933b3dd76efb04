"""Which topics an event concerns, and what their subscribers are told: pure.

Conversation topics carry the conversation as it is now (the platform's Conversation, or MessageConversation with the message
that came), so an event that comes late or twice shows nothing wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.conversations import console
from switchboard.conversations.models import Conversation, Message
from switchboard.kit import clock, contract
from switchboard.kit.events import Event
from switchboard.notifications import topics
from switchboard.notifications.topics import name_of

Body = dict[str, Any]


@dataclass(frozen=True)
class Telling:
    """A topic to tell something on. `about` names the conversation whose state `body` needs ("": none)."""

    topic: str
    body: Callable[[Conversation | None], Body]
    about: str = ""
    version: int = 0
    distinct: str = ""


def tellings(event: Event) -> list[Telling]:
    """What follows from an event; nothing for one that nobody can subscribe to."""
    detail = event.detail
    match event.kind:
        case "conversation.started" | "conversation.changed":
            return _conversation_changed(detail)
        case "message.received" | "message.status":
            return _message(detail)
        case "conversation.window.closed":
            closed = {"messagingWindow": {"state": "closed"}}
            return _for_users(detail, lambda found: _conversation(found) | closed, distinct=event.kind)
        case "user.presence.changed":
            return [Telling(name_of(topics.USER_PRESENCE, detail["userId"]), lambda _: _presence(detail))]
        case "user.routingStatus.changed":
            return _routing_status(detail)
        case "interaction.waiting.long":
            return [_waiting(detail)]
    return []


def _conversation_changed(detail: Mapping[str, Any]) -> list[Telling]:
    told = _for_users(detail, _conversation)
    told += [_about(detail, name_of(topics.USER_MESSAGES, user), _message_conversation) for user in detail["userIds"]]
    told += [_about(detail, name_of(topics.QUEUE_CONVERSATIONS, queue), _conversation) for queue in detail["queueIds"]]
    return [*told, _about(detail, name_of(topics.CONVERSATION, detail["conversationId"]), _conversation)]


def _message(detail: Mapping[str, Any]) -> list[Telling]:
    message = Message(
        id=detail["messageId"],
        conversation_id=detail["conversationId"],
        thread="",
        sort="",
        direction=detail["direction"],
        channel=detail["channel"],
        integration_id="",
        time=detail.get("time") or clock.now_ms(),
        status=detail["status"],
        sender_user_id=detail.get("senderUserId") or next(iter(detail["userIds"]), ""),
    )
    mark = f"{message.id}:{message.status}"
    told = _for_users(detail, lambda found: _conversation(found, message), distinct=mark)
    told += [
        _about(detail, name_of(topics.USER_MESSAGES, user), lambda found: _message_conversation(found, message), mark)
        for user in detail["userIds"]
    ]
    name = name_of(topics.CONVERSATION, message.conversation_id)
    return [*told, _about(detail, name, lambda found: _conversation(found, message), mark)]


def _routing_status(detail: Mapping[str, Any]) -> list[Telling]:
    status = {"status": detail["status"], "startTime": detail["startTime"]}
    body: Body = {"id": detail["userId"], "routingStatus": status}
    told = [Telling(name_of(topics.USER_ROUTING_STATUS, detail["userId"]), lambda _: body)]

    def member(queue_id: str, by: str) -> Telling:
        shown = {"joined": True, "memberBy": by, **body}
        return Telling(name_of(topics.QUEUE_USERS, queue_id), lambda _: shown, distinct=detail["userId"])

    told += [member(queue_id, "user") for queue_id in detail["queueIds"]]
    return told + [member(queue_id, "group") for queue_id in detail.get("groupQueueIds", [])]


def _waiting(detail: Mapping[str, Any]) -> Telling:
    """{conversationId, queueId, mediaType, queuedAt}."""
    body = {name: detail[name] for name in ("conversationId", "queueId", "queuedAt")} | {"mediaType": detail["media"]}
    return Telling(name_of(topics.QUEUE_WAITING, detail["queueId"]), lambda _: body, distinct=detail["conversationId"])


def _presence(detail: Mapping[str, Any]) -> Body:
    definition = {"id": detail["presenceDefinitionId"], "systemPresence": detail["systemPresence"]}
    return {
        "source": "PURECLOUD",
        "primary": True,
        "presenceDefinition": definition,
        "modifiedDate": detail["modifiedDate"],
    }


def _for_users(
    detail: Mapping[str, Any], body: Callable[[Conversation | None], Body], distinct: str = ""
) -> list[Telling]:
    names = [name_of(topics.USER_CONVERSATIONS, user) for user in detail["userIds"]]
    return [_about(detail, name, body, distinct) for name in names]


def _about(
    detail: Mapping[str, Any], topic: str, body: Callable[[Conversation | None], Body], distinct: str = ""
) -> Telling:
    return Telling(topic, body, detail["conversationId"], detail.get("version", 0), distinct)


def _conversation(found: Conversation | None, *messages: Message) -> Body:
    shaped: Body = contract.shape("Conversation", console.view(found, messages)) if found else {}
    return shaped


def _message_conversation(found: Conversation | None, *messages: Message) -> Body:
    shaped: Body = contract.shape("MessageConversation", console.message_view(found, messages)) if found else {}
    return shaped
