"""A contact centre with queues and agents in a local cloud that moves only when told."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from switchboard.channels.message import Identity, Party
from switchboard.conversations import api as conversations
from switchboard.conversations import bootstrap as conversation_parts
from switchboard.conversations import console, transitions
from switchboard.conversations.models import Conversation, Participant
from switchboard.directory import api as directory
from switchboard.kit import clock, ids
from switchboard.routing import api as routing

from local.cloud import LocalCloud

_numbers = itertools.count(1)


@dataclass
class Centre:
    cloud: LocalCloud
    names: dict[str, str] = field(default_factory=dict)

    def queue(self, **settings: Any) -> str:
        with self.cloud.as_function("routing-api"):
            created = routing.queues().create({"name": f"Queue {next(_numbers)}", **settings})
        return str(created["id"])

    def agent(self, *queue_ids: str, on_queue: bool = True) -> str:
        """A user who is a joined member of the queues; each comes on queue a second after the one before."""
        number = next(_numbers)
        with self.cloud.acting(), self.cloud.as_function("directory-api"):
            user = directory.users().create({"name": f"Agent {number}", "email": f"agent{number}@example.com"})
        with self.cloud.as_function("routing-api"):
            for queue_id in queue_ids:
                routing.add_members(queue_id, [user["id"]])
            if on_queue:
                routing.set_status(user["id"], "IDLE")
        self.cloud.settle()
        self.cloud.clock.advance(timedelta(seconds=1))
        return str(user["id"])

    def group(self, *user_ids: str) -> str:
        """A group of the directory with these members."""
        with self.cloud.acting(), self.cloud.as_function("directory-api"):
            made = directory.groups().store.create({"name": f"Group {next(_numbers)}", "type": "official"})
        group_id = str(made["id"])
        if user_ids:
            self.let_in(group_id, *user_ids)
        return group_id

    def let_in(self, group_id: str, *user_ids: str) -> None:
        with self.cloud.as_function("directory-api"), routing.following(group_id, user_ids):
            version = directory.groups().store.get(group_id)["version"]
            directory.groups().add(group_id, user_ids, version)
        self.cloud.settle()

    def take_out(self, group_id: str, *user_ids: str) -> None:
        with self.cloud.as_function("directory-api"), routing.following(group_id, user_ids):
            directory.groups().remove(group_id, user_ids)
        self.cloud.settle()

    def skill(self, name: str = "") -> str:
        with self.cloud.as_function("routing-api"):
            return str(routing.skills().create({"name": name or f"Skill {next(_numbers)}"})["id"])

    def start(self, queue_id: str, *, settle: bool = True, **target: Any) -> str:
        """A customer's conversation begins to wait in the queue; its id."""
        self.cloud.clock.advance(timedelta(milliseconds=10))
        identifier, now = ids.new(), self.now()
        party = Party(identity=Identity(kind="Opaque", value=identifier))
        conversation = Conversation(
            id=identifier,
            thread=ids.digest(identifier).hex()[:20],
            channel="open",
            integration_id=ids.new(),
            start=now,
            customer=party,
            participants=[transitions.customer_part(identifier, "Kim", "kim", "", now, "inbound")],
        )
        conversation = transitions.enqueue(conversation, transitions.QueueTarget(queue_id, **target), now)
        with self.cloud.as_function("conversations-ingest"):
            assert conversation_parts.repository().create(conversation)
        if settle:
            self.cloud.settle()
        return identifier

    def conversation(self, identifier: str) -> Conversation:
        with self.cloud.as_function("conversations-api"):
            return conversations.get(identifier)

    def alerting(self, identifier: str) -> Participant | None:
        """The agent's part that alerts; there is never more than one."""
        parts = [each for each in self.conversation(identifier).of_purpose("agent") if each.active]
        alerting = [each for each in parts if each.state == "alerting"]
        assert len(alerting) <= 1
        return alerting[0] if alerting else None

    def alerted_user(self, identifier: str) -> str:
        part = self.alerting(identifier)
        return part.user_id if part else ""

    def set_state(self, identifier: str, state: str, *, settle: bool = True) -> None:
        """The agent's latest part is answered (`connected`) or left (`disconnected`)."""
        part = self.conversation(identifier).of_purpose("agent")[-1]
        with self.cloud.as_function("conversations-api"):
            console.set_state(identifier, part.id, state)
        if settle:
            self.cloud.settle()

    def status(self, user_id: str) -> str:
        return self.state(user_id).status

    def state(self, user_id: str) -> routing.Agent:
        with self.cloud.as_function("routing-api"):
            return routing.agent(user_id)

    def say(self, user_id: str, status: str) -> None:
        with self.cloud.as_function("routing-api"):
            routing.set_status(user_id, status)
        self.cloud.settle()

    def waiting(self, queue_id: str) -> list[str]:
        with self.cloud.as_function("routing-api"):
            return [each.conversation_id for each in routing.waiting(queue_id, 100)]

    def now(self) -> int:
        return clock.to_ms(self.cloud.clock.now())


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud() as started:
        yield started


@pytest.fixture
def centre(cloud: LocalCloud) -> Iterator[Centre]:
    yield Centre(cloud)
    assert cloud.dead_letters() == []
