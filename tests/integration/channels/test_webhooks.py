"""The way in: what is refused leaves nothing behind, what is taken is on the queue in its customer's order."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any

import pytest
from switchboard.channels.signatures import signed

from local.cloud import LocalCloud
from local.http_messages import Response
from tests.integration.channels.conftest import Centre
from tests.integration.console import sign_in

CHANNELS = ["whatsapp", "open"]
on_every_channel = pytest.mark.parametrize("channel", CHANNELS)
_numbers = itertools.count(1)
SECRETS = {"whatsapp": "appSecret", "open": "outboundSecret"}


def body_of(centre: Centre, channel: str, **facts: Any) -> dict[str, Any]:
    """A webhook that says Hello, under an id of its own: the queue drops repeats."""
    number = next(_numbers)
    if channel == "open":
        sender = {"id": "kiosk-9", "idType": "Opaque"}
        return {
            "channel": {"messageId": f"m-{number}", "from": sender, "time": "2026-11-21T10:00:00Z"},
            "text": "Hello",
            **facts,
        }
    message = {
        "from": "5521977776666",
        "id": f"wamid.{number}",
        "timestamp": "1790000000",
        "type": "text",
        "text": {"body": "Hello"},
    }
    metadata = {"phone_number_id": centre.integration("whatsapp")["address"]["phoneNumberId"]}
    change = {"field": "messages", "value": {"metadata": metadata, "messages": [{**message, **facts}]}}
    return {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}


def post(
    centre: Centre, channel: str, body: bytes, *, signature: str | None = None, integration: str = "", kind: str = ""
) -> Response:
    known = centre.integration(channel)
    own = signed(known["secrets"][SECRETS[channel]], body)
    headers = [("x-hub-signature-256", own if signature is None else signature)]
    headers.append(("content-type", kind or "application/json"))
    return centre.cloud.http("POST", f"/webhooks/{channel}/{integration or known['id']}", headers=headers, body=body)


def queued(cloud: LocalCloud) -> list[dict[str, Any]]:
    """What waits on the inbound queue, taken off it."""
    url = cloud.function("channels-whatsapp-webhook").environment["INBOUND_QUEUE_URL"]
    sqs = cloud.client("sqs")
    found: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


def refused(centre: Centre, response: Response) -> tuple[int, str]:
    """Status and code of a refusal in the platform's form, which left nothing on the queue."""
    error = response.json()
    assert error["status"] == response.status
    assert error["contextId"] == dict(response.headers)["inin-correlation-id"]
    assert queued(centre.cloud) == []
    return response.status, error["code"]


@on_every_channel
def test_a_signed_webhook_is_queued_and_answered(centre: Centre, channel: str) -> None:
    response = post(centre, channel, json.dumps(body_of(centre, channel)).encode())

    assert response.status == 200
    (event,) = queued(centre.cloud)
    assert (event["channel"], event["message"]["text"]) == (channel, "Hello")
    assert event["integrationId"] == centre.integration(channel)["id"]


@on_every_channel
def test_one_aws_call_for_a_message(centre: Centre, channel: str) -> None:
    post(centre, channel, json.dumps(body_of(centre, channel)).encode())
    body = json.dumps(body_of(centre, channel)).encode()
    centre.cloud.calls.clear()

    post(centre, channel, body)

    calls = [each for each in centre.cloud.calls.entities() if each["function"].endswith(f"{channel}-webhook")]
    assert [(each["operation"], each["count"]) for each in calls] == [("SendMessageBatch", 1)]


@on_every_channel
def test_a_repeat_is_answered_and_dropped(centre: Centre, channel: str) -> None:
    body = json.dumps(body_of(centre, channel)).encode()

    assert [post(centre, channel, body).status for _ in range(3)] == [200, 200, 200]
    assert len(queued(centre.cloud)) == 1


@on_every_channel
def test_the_signature_is_over_the_bytes_as_sent(centre: Centre, channel: str) -> None:
    """API Gateway hands on in base64 what it does not take for text."""
    body = json.dumps(body_of(centre, channel), indent=3, ensure_ascii=False).encode()

    assert post(centre, channel, body, kind="application/octet-stream").status == 200
    assert len(queued(centre.cloud)) == 1


@on_every_channel
@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256=" + "0" * 64, "none"])
def test_what_is_not_signed_is_not_read(centre: Centre, channel: str, signature: str) -> None:
    response = post(centre, channel, json.dumps(body_of(centre, channel)).encode(), signature=signature)

    assert refused(centre, response) == (401, "bad.credentials")


@on_every_channel
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe\x00", b'{"a":NaN}', b'{"a":' * 20_000, b"{}" * 2],
    ids=["empty", "cut", "array", "null", "string", "not text", "NaN", "deep", "two"],
)
def test_what_is_no_json_object_is_refused(centre: Centre, channel: str, body: bytes) -> None:
    assert refused(centre, post(centre, channel, body)) == (400, "bad.request")


@on_every_channel
def test_a_body_over_a_megabyte_is_refused_before_it_is_read(centre: Centre, channel: str) -> None:
    response = post(centre, channel, b"x" * 1_000_001)

    assert refused(centre, response) == (413, "request.entity.too.large")


@on_every_channel
@pytest.mark.parametrize("integration", ["5a0c4f7e-3d5e-4c1e-8f6a-0d9b1c2e3f40", "not-an-id"])
def test_an_unknown_integration_is_not_found(centre: Centre, channel: str, integration: str) -> None:
    response = post(centre, channel, b"{}", integration=integration)

    assert refused(centre, response) == (404, "not.found")


def test_an_integration_of_another_channel_is_not_found(centre: Centre) -> None:
    response = post(centre, "whatsapp", b"{}", integration=centre.integration("open")["id"])

    assert refused(centre, response) == (404, "not.found")


@pytest.mark.parametrize(
    ("query", "status", "answer"),
    [
        ("hub.mode=subscribe&hub.verify_token=demo-verify-token&hub.challenge=1158201444", 200, b"1158201444"),
        ("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1158201444", 403, None),
        ("hub.mode=unsubscribe&hub.verify_token=demo-verify-token&hub.challenge=1", 403, None),
        ("", 403, None),
    ],
)
def test_the_subscription_check(centre: Centre, query: str, status: int, answer: bytes | None) -> None:
    path = f"/webhooks/whatsapp/{centre.integration('whatsapp')['id']}"

    response = centre.cloud.http("GET", path, query=query)

    assert response.status == status
    if answer is not None:
        assert response.body == answer
        assert dict(response.headers)["content-type"].startswith("text/plain")


def test_a_queue_that_cannot_be_reached_has_the_provider_send_again(centre: Centre) -> None:
    from botocore.exceptions import EndpointConnectionError

    body = json.dumps(body_of(centre, "whatsapp")).encode()
    post(centre, "whatsapp", body)
    queued(centre.cloud)
    centre.cloud.faults.fail(
        function="channels-whatsapp-webhook", call=1, error=lambda: EndpointConnectionError(endpoint_url="sqs")
    )

    assert refused(centre, post(centre, "whatsapp", body)) == (503, "service.unavailable")


def test_a_batch_keeps_each_customers_order_and_an_odd_item_costs_nothing(centre: Centre) -> None:
    def said(number: int, customer: str) -> dict[str, Any]:
        text = {"body": f"line {number}"}
        return {
            "from": customer,
            "id": f"wamid.{customer}.{number}",
            "timestamp": "1790000000",
            "type": "text",
            "text": text,
        }

    body = body_of(centre, "whatsapp")
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"] = [said(1, "5521900000001"), 42, said(2, "5521900000001"), None, said(1, "5521900000002")]

    assert post(centre, "whatsapp", json.dumps(body).encode()).status == 200

    events = queued(centre.cloud)
    first = [
        each["message"]["text"]
        for each in events
        if each.get("message", {}).get("sender", {}).get("identity", {}).get("value") == "+5521900000001"
    ]
    assert first == ["line 1", "line 2"]
    assert len(events) == 5


@on_every_channel
@pytest.mark.parametrize(
    "text", ["😀" * 25_000, "\ud83d lone", "a\x00b", "\u202eabc\u202c", "x" * 100_000, "\uffff\ufffe"]
)
def test_any_text_passes_the_queue(centre: Centre, channel: str, text: str) -> None:
    facts = {"text": text} if channel == "open" else {"text": {"body": text}}

    assert post(centre, channel, json.dumps(body_of(centre, channel, **facts)).encode()).status == 200

    (event,) = queued(centre.cloud)
    assert event["message"]["text"] == text.replace("\x00", "").replace("\ud83d", "\ufffd")


def test_what_is_too_large_to_store_is_cut_and_not_lost(centre: Centre) -> None:
    body = body_of(centre, "whatsapp", hologram=base64.b64encode(b"x" * 600_000).decode(), type="hologram")

    assert post(centre, "whatsapp", json.dumps(body).encode()).status == 200

    (event,) = queued(centre.cloud)
    assert event["message"]["content"] == [{"kind": "unsupported", "data": {"reason": "too large"}}]
    assert event["message"]["providerId"].startswith("wamid.")


@pytest.mark.parametrize("same_app", [True, False])
def test_an_app_has_one_webhook_for_all_its_numbers(centre: Centre, same_app: bool) -> None:
    """What is about another integration's number is that integration's, if the payload is signed by its app as well."""
    ours = centre.integration("whatsapp")
    number = str(next(_numbers) + 700)
    secret = ours["secrets"]["appSecret"] if same_app else "another app's"
    facts = {"phoneNumber": "+4930123456", "accessToken": "t", "appSecret": secret, "verifyToken": "v"}
    path = "/conversations/messaging/integrations/whatsapp"
    other = sign_in(centre.cloud).done("POST", path, {"name": f"Number {number}", "phoneNumberId": number, **facts})
    centre.pass_time(seconds=31)
    body, second = body_of(centre, "whatsapp"), body_of(centre, "whatsapp")
    second["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = number
    body["entry"] += second["entry"]

    assert post(centre, "whatsapp", json.dumps(body).encode()).status == 200

    expected = {ours["id"], other["id"]} if same_app else {ours["id"]}
    assert {each["integrationId"] for each in queued(centre.cloud)} == expected
