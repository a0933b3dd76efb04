"""A contact centre that moves only when told, with its providers, and one agent who takes everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from local.cloud import LocalCloud
from local.providers import Simulator, providers_of
from tests.integration.console import Console, sign_in

_customers = itertools.count(1)


@dataclass(frozen=True)
class Chat:
    """A customer's open conversation with the agent."""

    centre: Centre
    channel: str
    customer: str
    conversation_id: str
    communication_id: str

    def reply(self, text: str) -> str:
        """The agent writes; the message's id. Nothing is delivered yet."""
        path = f"/conversations/messages/{self.conversation_id}/communications/{self.communication_id}/messages"
        message_id: str = self.centre.agent.done("POST", path, {"textBody": text})["id"]
        return message_id

    def message(self, message_id: str) -> dict[str, Any]:
        path = f"/conversations/messages/{self.conversation_id}/messages/{message_id}"
        found: dict[str, Any] = self.centre.agent.done("GET", path)
        return found

    def status(self, message_id: str) -> str:
        status: str = self.message(message_id)["status"]
        return status

    def heard(self) -> list[dict[str, Any]]:
        """What the customer's messages say, oldest first."""
        conversation = self.centre.agent.done("GET", f"/conversations/messages/{self.conversation_id}")
        customer = next(each for each in conversation["participants"] if each["purpose"] == "customer")
        return [self.message(each["messageId"]) for each in customer["messages"]]


@dataclass(frozen=True)
class Centre:
    cloud: LocalCloud
    providers: Simulator
    agent: Console
    agent_id: str

    def chat(self, channel: str) -> Chat:
        """A new customer writes and the agent accepts."""
        customer = f"55219{next(_customers):08d}"
        self.says(channel, customer, text="Hello")
        self.cloud.settle()
        for conversation in self.agent.done("GET", "/conversations")["entities"]:
            part = next(each for each in conversation["participants"] if each["purpose"] == "customer")
            if customer in part["address"]:
                return self._accept(channel, customer, conversation)
        raise LookupError(f"the message of {customer} reached nobody")

    def _accept(self, channel: str, customer: str, conversation: dict[str, Any]) -> Chat:
        part = [each for each in conversation["participants"] if each["purpose"] == "agent"][-1]
        path = f"/conversations/messages/{conversation['id']}/participants/{part['id']}"
        assert self.agent.call("PATCH", path, {"state": "connected"}).status < 300
        return Chat(self, channel, customer, conversation["id"], part["messages"][-1]["id"])

    def says(self, channel: str, customer: str, **order: Any) -> list[int]:
        """A customer's webhook through the simulated provider; the statuses of our answers."""
        answers = self.providers.order_inbound(channel, {"from": customer, "name": "Maria", **order})["answers"]
        return [answer["status"] for answer in answers]

    def integration(self, channel: str) -> dict[str, Any]:
        return next(each for each in self.cloud.organization["integrations"] if each["channel"] == channel)

    def taken(self, channel: str) -> list[dict[str, Any]]:
        """Messages that the provider took since the journal was cleared."""
        return [each for each in self.tried(channel) if each["response"]["status"] == 200]

    def tried(self, channel: str) -> list[dict[str, Any]]:
        return [each for each in self.providers.journal.entities(channel) if each["method"] == "POST"]

    def pass_time(self, **duration: float) -> None:
        self.cloud.advance(timedelta(**duration))


@pytest.fixture(scope="module")
def system() -> Iterator[Centre]:
    with LocalCloud(demo=True) as cloud, providers_of(cloud) as providers:
        agent = sign_in(cloud, "demo-ana")
        admin = sign_in(cloud)
        for queue in cloud.organization["queues"]:
            settings = admin.done("GET", f"/routing/queues/{queue['id']}")
            settings["mediaSettings"]["message"]["alertingTimeoutSeconds"] = 3600
            admin.done("PUT", f"/routing/queues/{queue['id']}", settings)
        agent_id = agent.done("GET", "/users/me")["id"]
        agent.done("PUT", f"/users/{agent_id}/routingstatus", {"userId": agent_id, "status": "IDLE"})
        cloud.settle()
        yield Centre(cloud, providers, agent, agent_id)


@pytest.fixture
def centre(system: Centre) -> Iterator[Centre]:
    """The running system with an empty journal, no faults, and afterwards no open conversation and no integration at fault."""
    system.providers.journal.clear()
    system.providers.faults.clear()
    yield system
    system.providers.faults.clear()
    admin = sign_in(system.cloud)
    for conversation in system.agent.done("GET", "/conversations")["entities"]:
        assert admin.call("POST", f"/conversations/{conversation['id']}/disconnect").status < 300
    for channel in ("whatsapp", "open"):
        path = f"/conversations/messaging/integrations/{channel}/{system.integration(channel)['id']}"
        assert admin.call("PATCH", path, {}).status < 300  # whoever edits an integration clears its fault
    system.cloud.settle()
    system.pass_time(seconds=31)
