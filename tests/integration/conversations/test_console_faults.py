"""An operation of the console dies after each of its AWS calls, and the client repeats it: the conversation is where it was meant
to go, once, and nobody's capacity is lost."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from switchboard.conversations import bootstrap
from switchboard.conversations.models import Conversation, Participant
from switchboard.conversations.repository import stored_conversation, thread_id
from switchboard.kit import clock, idempotency, ids
from switchboard.kit.dynamo import unmarshal
from switchboard.routing import api as routing

from tests.integration.console import Answer, Console, sign_in
from tests.load.replay import Replay

MOST_CALLS = 30
RETRIED = timedelta(minutes=4)
"""The visibility time-out of the queues, and longer than a slot is held that was taken for nothing."""

_numbers = itertools.count(20_000)

Json = dict[str, Any]
Call = tuple[Console, str, str, Json | None]
Scene = tuple[str, Call]
"""The conversation that is looked at afterwards ("": what the call began), and the call."""


class Desk:
    """The demo organization's agents, each with a client of their own, and a queue in which work waits for nobody."""

    def __init__(self, replay: Replay) -> None:
        self.cloud, self._replay = replay.cloud, replay
        self.admin = sign_in(replay.cloud)
        self.agents = {user: sign_in(replay.cloud, client) for client, user in replay.users().items()}
        self.support = next(each["id"] for each in replay.cloud.organization["queues"] if each["name"] == "Support")
        self.deserted = str(self.admin.done("POST", "/routing/queues", {"name": f"Deserted {ids.new()}"})["id"])
        self.puller = min(self.agents)
        self.admin.done("POST", f"/routing/queues/{self.deserted}/members", [{"id": self.puller}])
        self.admin.call("PATCH", f"/routing/queues/{self.deserted}/members/{self.puller}", {"joined": False})

    def get(self, identifier: str) -> Conversation:
        with self.cloud.as_function("conversations-api"):
            found = bootstrap.repository().find(identifier)
        assert found
        return found

    def active(self, identifier: str, purpose: str) -> list[Participant]:
        return [each for each in self.get(identifier).of_purpose(purpose) if each.active]

    def states(self, identifier: str) -> list[tuple[str, str]]:
        """(purpose, state) of who and what is in it now, the customer aside."""
        found = [each for each in self.get(identifier).participants if each.active and each.purpose != "customer"]
        return sorted((each.purpose, each.state) for each in found)

    def message(self, state: str = "connected") -> str:
        """A customer's conversation with an agent who has answered."""
        number = next(_numbers)
        self._replay.webhook(number, f"wamid.desk.{number}", self._replay.seconds(), text="Hello")
        self.cloud.settle()
        thread = thread_id(self._replay.integration["id"], f"US.1555{number:07d}")
        with self.cloud.as_function("conversations-api"):
            found = bootstrap.repository().thread(thread)
        assert found
        self.answer(found.conversation_id)
        return found.conversation_id

    def answer(self, identifier: str) -> None:
        media = "callbacks" if self.get(identifier).callback else "messages"
        (alerted,) = self.active(identifier, "agent")
        path = f"/conversations/{media}/{identifier}/participants/{alerted.id}"
        self.admin.done("PATCH", path, {"state": "connected"})
        self.cloud.settle()

    def wanted(self, queue_id: str = "", **said: Any) -> Json:
        number = f"+1555{next(_numbers):07d}"
        return {"queueId": queue_id or self.deserted, "callbackNumbers": [number], **said}

    def callback(self, queue_id: str = "") -> str:
        made = self.admin.done("POST", "/conversations/callbacks", self.wanted(queue_id))
        self.cloud.settle()
        return str(made["conversation"]["id"])

    def later(self, minutes: int = 60) -> str:
        return (self.cloud.clock.now() + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")

    def of(self, identifier: str) -> tuple[Console, str]:
        """Whose the conversation is, and the path of their part in it."""
        (agent,) = self.active(identifier, "agent")
        media = "callbacks" if self.get(identifier).callback else "messages"
        return self.agents[agent.user_id], f"/conversations/{media}/{identifier}/participants/{agent.id}"

    def others(self, identifier: str) -> str:
        """An agent who has nothing to do with it."""
        return next(
            user for user in self.agents if user not in {each.user_id for each in self.get(identifier).participants}
        )

    def began(self, since: int) -> list[str]:
        table = self.cloud.function("conversations-ingest").environment["CONVERSATIONS_TABLE"]
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        with self.cloud.acting():
            stored = [stored_conversation(unmarshal(item)) for page in pages for item in page["Items"]]
        return [each.id for each in stored if each and each.start >= since]

    def replies(self, identifier: str) -> int:
        with self.cloud.as_function("conversations-api"):
            said = bootstrap.repository().said_in(self.get(identifier))
        return len([each for each in said if each.direction == "outbound"])

    def end(self, identifier: str) -> None:
        """Ended, it takes nobody's capacity; nor does anything else."""
        self.admin.done("POST", f"/conversations/{identifier}/disconnect")
        self.cloud.settle()
        with self.cloud.as_function("routing-api"):
            assert [dict(routing.agent(user).slots) for user in self.agents] == [{}] * len(self.agents)


def _transfer(how: str, to: str, *, busy: bool = False) -> Callable[[Desk], Scene]:
    def begin(desk: Desk) -> Scene:
        identifier = desk.message()
        console, path = desk.of(identifier)
        target = {"queueId": desk.deserted} if to == "queue" else {"userId": desk.others(identifier)}
        if busy:
            full = {"utilization": {"message": {"maximumCapacity": 0}}}
            desk.admin.done("PUT", f"/routing/users/{target['userId']}/utilization", full)
        path = path.replace("/messages", "")
        return identifier, (console, "POST", f"{path}/replace/{to}", {**target, "transferType": how})

    return begin


def _own(**body: Any) -> Callable[[Desk], Scene]:
    def begin(desk: Desk) -> Scene:
        identifier = desk.message()
        console, path = desk.of(identifier)
        return identifier, (console, "PATCH", path, body)

    return begin


def _assign(desk: Desk, console: Console, user: str) -> Scene:
    identifier = desk.callback()
    return identifier, (console, "POST", f"/conversations/{identifier}/assign", {"id": user})


def _barge(desk: Desk) -> Scene:
    identifier = desk.message()
    console, path = desk.of(identifier)
    colleague = desk.others(identifier)
    path = f"{path.replace('/messages', '')}/internalmessages/users/communications"
    console.done("POST", path, {"targetUserId": colleague})
    (asked,) = desk.active(identifier, "user")
    desk.agents[colleague].done("PATCH", f"/conversations/{identifier}/participants/{asked.id}", {"state": "connected"})
    return identifier, (desk.agents[colleague], "POST", f"/conversations/{identifier}/barge", None)


def _parking(desk: Desk, state: str) -> Scene:
    identifier = desk.message()
    console, path = desk.of(identifier)
    if state == "connected":
        console.done("PATCH", f"{path}/parkingstate", {"state": "parked"})
        desk.cloud.settle()
    return identifier, (console, "PATCH", f"{path}/parkingstate", {"state": state})


def _instead(desk: Desk) -> Scene:
    identifier = desk.message()
    console, path = desk.of(identifier)
    return identifier, (desk.admin, "POST", f"{path.replace('/messages', '')}/callbacks", desk.wanted())


def _put_off(desk: Desk) -> Scene:
    identifier = desk.callback(desk.support)
    desk.answer(identifier)
    console, path = desk.of(identifier)
    return identifier, (console, "PATCH", path, {"resumeTime": desk.later()})


def _revise(desk: Desk) -> Scene:
    identifier = desk.callback(desk.support)
    changes = {"conversationId": identifier, "queueId": desk.deserted, "callbackNumbers": ["+15550009999"]}
    return identifier, (desk.admin, "PATCH", "/conversations/callbacks", changes)


def _bulk(desk: Desk, operation: str, field: str, **changes: Any) -> Scene:
    identifier = desk.callback()
    items = [{"conversationId": each, **changes} for each in (desk.callback(), identifier)]
    return identifier, (desk.admin, "POST", f"/conversations/callbacks/bulk/{operation}", {field: items})


def _send(desk: Desk) -> Scene:
    identifier = desk.message()
    console, _ = desk.of(identifier)
    (agent,) = desk.active(identifier, "agent")
    path = f"/conversations/messages/{identifier}/communications/{agent.communications[-1].id}/messages"
    return identifier, (console, "POST", path, {"textBody": "It is on its way"})


WAITS, ALERTS, TALKS, BESIDE = (
    ("acd", "connected"),
    ("agent", "alerting"),
    ("agent", "connected"),
    ("user", "connected"),
)
SCENES: dict[str, tuple[Callable[[Desk], Scene], list[tuple[str, str]]]] = {
    "assigned": (lambda desk: _assign(desk, desk.admin, desk.puller), [WAITS, ALERTS]),
    "pulled": (lambda desk: _assign(desk, desk.agents[desk.puller], desk.puller), [WAITS, ALERTS]),
    "blind to a queue": (_transfer("Unattended", "queue"), [WAITS]),
    "attended to a queue": (_transfer("Attended", "queue"), [WAITS, TALKS]),
    "blind to an agent": (_transfer("Unattended", "agent"), [WAITS, ALERTS]),
    "attended to an agent": (_transfer("Attended", "agent"), [WAITS, ALERTS, TALKS]),
    "blind to a busy agent": (_transfer("Unattended", "agent", busy=True), [WAITS, ALERTS]),
    "barged": (_barge, [TALKS, BESIDE, BESIDE]),
    "parked": (lambda desk: _parking(desk, "parked"), [("agent", "parked")]),
    "taken up": (lambda desk: _parking(desk, "connected"), [TALKS]),
    "left": (_own(state="disconnected"), []),
    "callback": (lambda desk: ("", (desk.admin, "POST", "/conversations/callbacks", desk.wanted())), [WAITS]),
    "callback instead": (_instead, [WAITS]),
    "put off": (_put_off, [("acd", "scheduled")]),
    "revised": (_revise, [WAITS]),
    "bulk update": (
        lambda desk: _bulk(desk, "update", "patchCallbackRequests", callbackScheduledTime=desk.later()),
        [("acd", "scheduled")],
    ),
    "bulk disconnect": (lambda desk: _bulk(desk, "disconnect", "callbackDisconnectIdentifiers"), []),
    "said": (_send, [TALKS]),
}


@pytest.fixture(scope="module")
def desk(replay: Replay) -> Desk:
    made = Desk(replay)
    for queue_id in (made.support, made.deserted):
        queue = made.admin.done("GET", f"/routing/queues/{queue_id}")
        for media in ("callback", "message"):
            queue["mediaSettings"][media]["alertingTimeoutSeconds"] = 3600
        made.admin.done("PUT", f"/routing/queues/{queue_id}", queue)
    return made


@pytest.fixture(autouse=True)
def _nothing_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(idempotency, "_POLL_SECONDS", 0)
    yield
    desk.cloud.faults.clear()
    assert desk.cloud.dead_letters() == []


def _repeated(desk: Desk, call: Call, number: int) -> tuple[bool, Answer]:
    """Whether it died, and the answer to the call or, where it died, to its repetition."""
    console, method, path, body = call
    desk.cloud.faults.fail(function="conversations-api", call=number, when="after")
    answer = console.call(method, path, body)
    struck = bool(desk.cloud.faults.struck)
    desk.cloud.faults.clear()
    if struck:
        desk.cloud.clock.advance(timedelta(seconds=1))
        answer = console.call(method, path, body)
        if "still being processed" in str(answer.body):
            desk.cloud.clock.advance(timedelta(seconds=11))
            answer = console.call(method, path, body)
    return struck, answer


@pytest.mark.parametrize("scene", SCENES)
def test_an_operation_that_dies_at_any_call_is_repaired_by_its_repetition(desk: Desk, scene: str) -> None:
    begin, states = SCENES[scene]
    for number in range(1, MOST_CALLS):
        identifier, call = begin(desk)
        desk.cloud.clock.advance(timedelta(seconds=1))
        since = clock.to_ms(desk.cloud.clock.now())
        struck, answer = _repeated(desk, call, number)
        # 409: it had been done already, only the answer was lost.
        assert answer.status < 300 or (struck and answer.status == 409), (number, answer)
        desk.cloud.settle()
        desk.cloud.advance(RETRIED)
        if not identifier:
            (identifier,) = desk.began(since)
        assert desk.states(identifier) == states, number
        assert desk.replies(identifier) == (1 if scene == "said" else 0), number
        desk.end(identifier)
        for user in desk.agents:
            desk.admin.done("DELETE", f"/routing/users/{user}/utilization")
        if not struck:
            assert number > 1
            return
    pytest.fail("the operation makes more calls than were tried")
