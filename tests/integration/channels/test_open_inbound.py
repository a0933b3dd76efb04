"""Open Messaging's operations for clients with a token: the same events as by webhook, answered with our ids."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.channels.conftest import Centre
from tests.integration.console import Answer, Console, sign_in

TIME = "2026-11-21T10:00:00.000Z"
FROM = {"id": "kiosk-api", "idType": "Opaque", "nickname": "Kiosk"}


@pytest.fixture
def client(centre: Centre) -> Console:
    return sign_in(centre.cloud)


def post(centre: Centre, client: Console, kind: str, body: dict[str, Any], integration: str = "") -> Answer:
    integration = integration or centre.integration("open")["id"]
    return client.call("POST", f"/conversations/messages/{integration}/inbound/open/{kind}", body)


def said(message_id: str = "m-1", **facts: Any) -> dict[str, Any]:
    return {"channel": {"messageId": message_id, "from": FROM, "time": TIME}, "text": "Hello", **facts}


def test_a_message_is_answered_with_the_id_it_will_have(centre: Centre, client: Console) -> None:
    answers = [post(centre, client, "message", said("m-2")) for _ in range(2)]
    centre.cloud.settle()

    assert [answer.status for answer in answers] == [200, 200]
    first, repeat = (answer.body for answer in answers)
    assert first["id"] == repeat["id"]
    assert (first["type"], first["text"]) == ("Text", "Hello")
    assert first["channel"]["platform"] == "Open"
    (conversation,) = [
        each
        for each in centre.agent.done("GET", "/conversations")["entities"]
        if any(part.get("address") == "kiosk-api" for part in each["participants"])
    ]
    path = f"/conversations/messages/{conversation['id']}/messages/{first['id']}"
    assert centre.agent.done("GET", path)["normalizedMessage"]["text"] == "Hello"


def test_receipts_events_and_answers_have_their_operations(centre: Centre, client: Console) -> None:
    chat = centre.chat("open")
    message_id = chat.reply("Which one?")
    centre.cloud.settle()
    channel = {"to": {"id": chat.customer, "idType": "Opaque"}, "time": TIME}
    receipt = post(centre, client, "receipt", {"id": message_id, "channel": channel, "status": "Failed"})
    sender = {"id": chat.customer, "idType": "Opaque"}
    typing = {"channel": {"from": sender, "time": TIME}, "events": [{"eventType": "Typing"}]}
    event = post(centre, client, "event", typing)
    chosen = {"type": "QuickReply", "text": "This one", "payload": "1"}
    answer = post(
        centre,
        client,
        "structured/response",
        {"channel": {"messageId": "m-3", "from": sender, "time": TIME}, "buttonResponse": chosen},
    )
    centre.cloud.settle()

    assert [each.status for each in (receipt, event, answer)] == [200, 200, 200]
    assert [each.body["type"] for each in (receipt, event, answer)] == ["Receipt", "Event", "Structured"]
    assert chat.status(message_id) == "delivery-success"  # it was delivered before it was said to have failed
    assert "This one" in [each["normalizedMessage"].get("text") for each in chat.heard()]


@pytest.mark.parametrize("missing", ["messageId", "time", "from"])
def test_what_is_missing_is_named(centre: Centre, client: Console, missing: str) -> None:
    body = said()
    del body["channel"][missing]

    answer = post(centre, client, "message", body)

    field = "channel.from.id" if missing == "from" else f"channel.{missing}"
    assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, field)


def test_an_integration_of_another_channel_is_not_found(centre: Centre, client: Console) -> None:
    assert post(centre, client, "message", said(), centre.integration("whatsapp")["id"]).status == 404
    assert post(centre, client, "message", said(), "nonsense").status == 404


def test_it_takes_the_permission(centre: Centre) -> None:
    answer = post(centre, sign_in(centre.cloud, "demo-ben"), "message", said())

    assert (answer.status, answer.body["code"]) == (403, "missing.permissions")
    assert "conversation:message:receive" in answer.body["message"]
