"""A replay of signed WhatsApp webhooks through the whole system, counted: AWS calls, request units and dollars.

Everything runs in this process against the synthesized templates; a batch of ten webhooks is settled at a time, as a busy
system would batch them. Counts are exact and repeatable; nothing is timed here.
"""

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from local.cloud import LocalCloud
from tests.load import prices

BATCH = 10
MESSAGES_AT_ONCE = 4
"""What an agent takes by default."""
APART = ("-api", "-inbound", "-record", "-socket", "-timers")
"""Not on a message's way in: what people's clicks invoke, the timers that are set beside it, and what is kept for reports."""


@dataclass
class Tally:
    """What a number of messages cost, by step."""

    messages: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)

    def add(self, entities: list[dict[str, Any]]) -> None:
        for entity in entities:
            step = entity["function"].split("-", 1)[-1]
            if step.endswith(APART):
                continue
            self.calls[step] += entity["count"]
            self.writes[step] += entity["writeUnits"]
            self.reads[step] += entity["readUnits"]
            self.operations[entity["operation"]] += entity["count"]

    def per_message(self, figures: Counter[str], *steps: str) -> float:
        wanted = steps or tuple(figures)
        return sum(figures[step] for step in wanted) / max(1, self.messages)

    def dollars_per_million(self) -> float:
        """Request charges of the message's way in: tables, queues (send, receive, delete), events, functions, gateway."""
        batches = self.messages / BATCH
        operations = self.operations
        queue = 3 * (operations["SendMessage"] + operations["SendMessageBatch"]) + 2 * batches
        functions = self.messages + 3 * batches
        total = (
            sum(self.writes.values()) * prices.WRITE_UNIT
            + sum(self.reads.values()) * prices.READ_UNIT
            + queue * prices.FIFO_REQUEST
            + self.messages * (prices.HTTP_REQUEST + prices.EVENT)
            + operations["PostToConnection"] * prices.WEBSOCKET_MESSAGE
            + functions * prices.LAMBDA_REQUEST
        )
        return total / max(1, self.messages)


class Replay:
    """A cloud with the demo organisation, its agents on queue and listening."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.integration = next(each for each in cloud.organization["integrations"] if each["channel"] == "whatsapp")
        self.pushed: list[dict[str, Any]] = []
        self._tokens: dict[str, str] = {}
        self._sent = 0

    # people

    def api(self, client: str, method: str, path: str, body: Any = None) -> Any:
        """A console API call of a demo client; raises where it is refused."""
        headers = [("authorization", f"Bearer {self._token(client)}"), ("content-type", "application/json")]
        payload = b"" if body is None else json.dumps(body).encode()
        answer = self.cloud.http(method, path, headers=headers, body=payload)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return json.loads(answer.body) if answer.body else None

    def _token(self, client: str) -> str:
        if client not in self._tokens:
            body = f"grant_type=client_credentials&client_id={client}&client_secret=demo-secret".encode()
            headers = [("content-type", "application/x-www-form-urlencoded")]
            answer = self.cloud.http("POST", "/oauth/token", headers=headers, body=body)
            self._tokens[client] = json.loads(answer.body)["access_token"]
        return self._tokens[client]

    def users(self) -> dict[str, str]:
        """Demo clients that act as a user, with the user's id."""
        return {each["clientId"]: each["userId"] for each in self.cloud.organization["clients"] if each.get("userId")}

    def agents_listen_and_go_on_queue(self) -> None:
        for client, user in self.users().items():
            self.listen(client, [user])
            self.api(client, "PUT", f"/api/v2/users/{user}/routingstatus", {"userId": user, "status": "IDLE"})
        self.cloud.settle()

    def hire(self, count: int) -> None:
        """More agents for the queue Support, on queue; the administrator listens for them."""
        queue = next(each["id"] for each in self.cloud.organization["queues"] if each["name"] == "Support")
        users = []
        for number in range(count):
            person = {"name": f"Agent {number}", "email": f"agent{number}@bench.example"}
            users.append(self.api("demo-admin", "POST", "/api/v2/users", person)["id"])
        for start in range(0, count, 50):
            members = [{"id": user} for user in users[start : start + 50]]
            self.api("demo-admin", "POST", f"/api/v2/routing/queues/{queue}/members", members)
        self.listen("demo-admin", users)
        for user in users:
            self.api("demo-admin", "PUT", f"/api/v2/users/{user}/routingstatus", {"userId": user, "status": "IDLE"})
        self.cloud.settle()

    def let_alerts_last(self) -> None:
        """An alert that nobody answers must not move on while a test lets time pass."""
        for queue in self.cloud.organization["queues"]:
            body = self.api("demo-admin", "GET", f"/api/v2/routing/queues/{queue['id']}")
            body["mediaSettings"]["message"]["alertingTimeoutSeconds"] = 3600
            self.api("demo-admin", "PUT", f"/api/v2/routing/queues/{queue['id']}", body)

    def listen(self, client: str, users: list[str]) -> None:
        """Open a socket for the client on the conversations of the users."""
        channel = self.api(client, "POST", "/api/v2/notifications/channels")
        topics = [{"id": f"v2.users.{user}.conversations"} for user in users]
        self.api(client, "POST", f"/api/v2/notifications/channels/{channel['id']}/subscriptions", topics)
        self._listen(channel["connectUri"])

    def _listen(self, uri: str) -> None:
        sockets = self.cloud.websockets
        if sockets is None:
            raise LookupError("the template has no WebSocket API")
        query = uri.partition("?")[2]
        sockets.connect(lambda text: self.pushed.append(json.loads(text)), lambda: None, query=query)

    def answer_everything(self) -> None:
        """Every alert that was pushed is taken (the administrator may answer for anybody)."""
        for event in self.pushed:
            conversation = event["eventBody"]
            for part in conversation.get("participants", []):
                if part["purpose"] == "agent" and part["messages"][0]["state"] == "alerting":
                    path = f"/api/v2/conversations/messages/{conversation['id']}/participants/{part['id']}"
                    self.api("demo-admin", "PATCH", path, {"state": "connected"})
        self.pushed.clear()
        self.cloud.settle()

    # customers

    def webhook(
        self, customer: int, message: str, at: int, text: str = "Hello, I have a question about my order"
    ) -> None:
        """One signed Meta webhook with one text message; `at` is the provider's time in seconds."""
        number = f"1555{customer:07d}"
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": self.integration["address"]["phoneNumber"].lstrip("+"),
                "phone_number_id": self.integration["address"]["phoneNumberId"],
            },
            "contacts": [{"profile": {"name": f"Customer {customer}"}, "wa_id": number, "user_id": f"US.{number}"}],
            "messages": [
                {
                    "from": number,
                    "from_user_id": f"US.{number}",
                    "id": message,
                    "timestamp": str(at),
                    "type": "text",
                    "text": {"body": text},
                }
            ],
        }
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        digest = hmac.new(self.integration["secrets"]["appSecret"].encode(), body, hashlib.sha256).hexdigest()
        path = "/webhooks/whatsapp/" + self.integration["id"]
        headers = [("x-hub-signature-256", f"sha256={digest}"), ("content-type", "application/json")]
        answer = self.cloud.http("POST", path, headers=headers, body=body)
        if answer.status != 200:
            raise RuntimeError(f"the webhook answered {answer.status}")

    def seconds(self) -> int:
        return int(self.cloud.clock.now().timestamp())

    def measured(self, count: int, send: Callable[[int], None]) -> Tally:
        """The cost of `count` webhooks, settled in batches of ten."""
        tally = Tally(messages=count)
        for start in range(0, count, BATCH):
            self.cloud.calls.clear()
            for index in range(start, min(start + BATCH, count)):
                send(index)
            self.cloud.settle()
            tally.add(self.cloud.calls.entities())
        return tally


def run(conversations: int = 200, messages: int = 700, duplicates: int = 100) -> dict[str, Tally]:
    """New conversations, messages in them once an agent has answered, and duplicates of those."""
    with LocalCloud(demo=True) as cloud:
        replay = Replay(cloud)
        replay.hire(conversations // MESSAGES_AT_ONCE)
        replay.agents_listen_and_go_on_queue()
        warm = replay.seconds()
        replay.webhook(conversations + 1, "wamid.warm", warm)
        cloud.settle()
        started = replay.seconds()
        new = replay.measured(conversations, lambda index: replay.webhook(index, f"wamid.new.{index}", started))
        replay.answer_everything()
        cloud.advance(timedelta(minutes=1))
        later = replay.seconds()
        sent = [
            (index % conversations, f"wamid.more.{index}", later + index // conversations) for index in range(messages)
        ]
        cloud.advance(timedelta(seconds=messages // conversations + 1))
        existing = replay.measured(messages, lambda index: replay.webhook(*sent[index]))
        cloud.advance(timedelta(minutes=6))  # past the FIFO queue's own deduplication: the table must do it
        repeated = replay.measured(duplicates, lambda index: replay.webhook(*sent[index]))
        if cloud.dead_letters():
            raise RuntimeError(f"dead letters: {cloud.dead_letters()[:3]}")
        return {"new": new, "existing": existing, "duplicate": repeated}


def time_per_message(stored: int, messages: int = 60) -> float:
    """Seconds of this process's time per message with that many messages already stored; for a ratio, never a claim."""
    with LocalCloud(demo=True) as cloud:
        replay = Replay(cloud)
        _fill(cloud, stored)
        moment = replay.seconds()
        replay.webhook(0, "wamid.first", moment)
        cloud.settle()
        begun = time.process_time()
        for index in range(messages):
            replay.webhook(index % 10, f"wamid.{index}", moment + 1)
            if index % BATCH == BATCH - 1:
                cloud.settle()
        return (time.process_time() - begun) / messages


def _fill(cloud: LocalCloud, count: int) -> None:
    """Messages of customers long gone."""
    from switchboard.kit.dynamo import Table

    name = cloud.function("conversations-ingest").environment["CONVERSATIONS_TABLE"]
    with cloud.acting():
        Table(name).put_all(list(_old_messages(count)))


def _old_messages(count: int) -> Iterator[dict[str, Any]]:
    for index in range(count):
        yield {
            "PK": f"T#{index // 20:020x}",
            "SK": f"M#{index:013d}#old",
            "kind": "message-of-the-past",
            "doc": "x" * 300,
        }
