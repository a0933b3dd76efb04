"""The threading window: how long after its last activity a conversation is continued by the next message (CE34)."""

from switchboard.channels import console as channels
from switchboard.kit.entities import Body
from switchboard.kit.http import Api, Request


def register(api: Api) -> None:
    name = "ConversationsApi.{}_conversations_messaging_threadingtimeline"
    api.operation(name.format("get"), "conversation:threadingTimeline:view")(get)
    api.operation(name.format("put"), "conversation:threadingTimeline:edit")(put)


def get(_request: Request) -> Body:
    return channels.threading_window()


def put(request: Request) -> Body:
    return channels.set_threading_window(request.body)
