"""What comes from outside and is wrong: refused in the platform's error body with nothing stored, or stored safely."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.contact_centre import ContactCentre, sign
from tests.e2e.desk import Desk
from tests.e2e.middleware import Middleware, new_address
from tests.e2e.whatsapp import Customer

TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.fixture
def middleware(centre: ContactCentre) -> Middleware:
    return Middleware(centre)


def assert_refused(answer: Any, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["code"]
    assert body["contextId"] == answer.headers["inin-correlation-id"]


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "0" * 64])
def test_without_the_right_signature_nothing_is_stored(
    centre: ContactCentre, customer: Customer, ana: Desk, signature: str
) -> None:
    payload = customer.payload(customer.message(text={"body": "Forged"}))
    assert_refused(centre.webhook("whatsapp", payload, signature), 401, 403)
    assert ana.held() == []


def test_a_signature_of_another_body_is_none(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    signed, sent = (json.dumps(customer.payload(customer.message(text={"body": text}))).encode() for text in ("a", "b"))
    secret = centre.integration("whatsapp")["secrets"]["appSecret"]
    assert_refused(centre.webhook("whatsapp", sent, sign(secret, signed)), 401, 403)
    assert ana.held() == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe\x00", b'{"object":' + b"[" * 100_000, b'{"object": NaN}'],
    ids=["empty", "cut off", "list", "text", "null", "no UTF-8", "nested", "NaN"],
)
@pytest.mark.parametrize("channel", ["whatsapp", "open"])
def test_a_body_that_is_no_json_object_is_refused(centre: ContactCentre, channel: str, raw: bytes) -> None:
    assert_refused(centre.webhook(channel, raw), 400)


def test_a_body_over_ten_megabytes_is_refused(centre: ContactCentre) -> None:
    answer = centre.webhook("whatsapp", b'{"object": "' + b"x" * TEN_MEGABYTES + b'"}')
    assert answer.status_code == 413
    assert answer.json()["status"] == 413


@pytest.mark.parametrize(
    "integration", ["6b0cf7a5-9f0e-4a53-8f57-3a8f1c1f1f01", "nothing", "..%2F..%2Fetc", "%00", "a" * 1000]
)
def test_an_unknown_integration_is_not_found(centre: ContactCentre, integration: str) -> None:
    for channel in ("whatsapp", "open"):
        assert_refused(centre.http.post(f"/webhooks/{channel}/{integration}", content=b"{}"), 404)


def test_one_channels_integration_is_not_anothers(centre: ContactCentre) -> None:
    assert_refused(centre.http.post(f"/webhooks/open/{centre.integration('whatsapp')['id']}", content=b"{}"), 404)


TEXTS = {
    "lone surrogates": ("before \ud83d after \udc00", "before \ufffd after \ufffd"),
    "NUL": ("a\x00b", "ab"),
    "100 kB": ("\N{FACE WITH TEARS OF JOY}" * 25_000, None),
    "right to left": ("\u202eمرحبا بكم\u202c و hello", None),
    "emoji": (
        "\N{FAMILY}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} \N{REGIONAL INDICATOR SYMBOL LETTER P}",
        None,
    ),
    "markup": ("<script>alert(1)</script>{{7*7}}${jndi:ldap://x}", None),
    "combining": ("Z" + "\N{COMBINING TILDE}" * 500, None),
}


@pytest.mark.parametrize("said", TEXTS.values(), ids=TEXTS)
def test_a_strange_text_is_stored_and_read_back(
    centre: ContactCentre, middleware: Middleware, ana: Desk, said: tuple[str, str | None]
) -> None:
    text, expected = said
    customer = new_address()
    raw = json.dumps(middleware.message(customer, text)).encode()
    assert centre.webhook("open", raw).status_code == 200
    assert ana.accept(customer).texts() == [expected or text]


def test_strange_texts_come_by_the_api_and_by_whatsapp_too(
    centre: ContactCentre, middleware: Middleware, customer: Customer, ana: Desk
) -> None:
    text, expected = TEXTS["lone surrogates"]
    headers = centre.bearer() | {"content-type": "application/json"}
    address = new_address()
    path = f"/api/v2/conversations/messages/{middleware.integration['id']}/inbound/open/message"
    answer = centre.http.post(path, content=json.dumps(middleware.message(address, text)), headers=headers)
    assert answer.status_code == 200, answer.text
    customer.write(text)
    assert ana.accept(address).texts() == [expected]
    assert ana.accept(customer.address).texts() == [expected]


NAMES = [
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=1.pdf",
    "nul\x00byte.pdf",
    '"quoted".pdf',
    "\u202efdp.exe",
    "C:\\Windows\\x.dll",
]


@pytest.mark.parametrize("name", NAMES, ids=["path", "header", "NUL", "quotes", "direction", "drive"])
def test_a_hostile_file_name_harms_nobody(centre: ContactCentre, customer: Customer, ana: Desk, name: str) -> None:
    document = customer.message(document={"id": "77", "mime_type": "application/pdf", "filename": name})
    centre.webhook("whatsapp", customer.payload(document))
    talk = ana.accept(customer.address)
    centre.settle()
    (message,) = talk.history()
    attachment = message.normalized_message.content[0].attachment
    assert not set("/\\\r\n\x00\u202e") & set(attachment.filename)
    stored = centre.http.get(attachment.url)
    assert stored.status_code == 200
    assert "set-cookie" not in stored.headers
    assert stored.headers["content-disposition"].startswith("attachment")


def test_an_unknown_type_is_kept_beside_its_siblings(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    known = customer.message(text={"body": "Readable"})
    unknown = customer.message(hologram={"depth": 3})
    broken = {"id": None, "type": ["text"], "from": customer.phone, "timestamp": "yesterday"}
    assert centre.webhook("whatsapp", customer.payload(known, unknown, broken)).status_code == 200
    talk = ana.accept(customer.address)
    assert "Readable" in talk.texts()
    assert len(talk.history()) >= 2


@pytest.fixture
def emptied(cloud: Any) -> Iterator[None]:
    """The dead letters that the test made are removed."""
    yield
    sqs = cloud.client("sqs")
    for url in {sqs.get_queue_url(QueueName=each["queue"])["QueueUrl"] for each in cloud.dead_letters()}:
        sqs.purge_queue(QueueUrl=url)


@pytest.mark.usefixtures("emptied")
def test_a_poison_event_goes_to_the_dead_letters_while_its_siblings_pass(cloud: Any) -> None:
    """The poison is what no webhook of ours would queue."""
    centre = ContactCentre(cloud.url)
    customer = Customer(centre)
    poison = f'{{"poison": "{uuid.uuid4()}"}}'
    inbound = cloud.function("channels-whatsapp-webhook").environment["INBOUND_QUEUE_URL"]
    cloud.client("sqs").send_message(
        QueueUrl=inbound, MessageBody=poison, MessageGroupId="poison", MessageDeduplicationId=poison
    )
    with Desk(centre, "ana") as ana:
        customer.write("Beside it")
        assert ana.accept(customer.address).texts() == ["Beside it"]
        centre.advance("PT2H")
        (letter,) = centre.dead_letters()
        assert letter["body"] == poison
        assert letter["reason"]


@pytest.mark.usefixtures("emptied")
def test_a_message_given_up_in_an_outage_is_redriven(cloud: Any) -> None:
    """As docs/operations.md tells the owner."""
    centre = ContactCentre(cloud.url)
    customer = Customer(centre)
    sqs = cloud.client("sqs")
    inbound = cloud.function("channels-whatsapp-webhook").environment["INBOUND_QUEUE_URL"]
    redrive = sqs.get_queue_attributes(QueueUrl=inbound, AttributeNames=["RedrivePolicy"])["Attributes"][
        "RedrivePolicy"
    ]
    for _ in range(json.loads(redrive)["maxReceiveCount"]):
        cloud.faults.fail(function="conversations-ingest", call=1)
    with Desk(centre, "ana") as ana:
        customer.write("In the outage")
        centre.advance("PT2H")
        (letter,) = centre.dead_letters()
        assert ana.held() == []
        move_back(sqs, letter["queue"], inbound)
        assert ana.accept(customer.address).texts() == ["In the outage"]


def move_back(sqs: Any, dead_letters: str, queue: str) -> None:
    """What `aws sqs start-message-move-task` does; moto lacks it."""
    url = sqs.get_queue_url(QueueName=dead_letters)["QueueUrl"]
    for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]:
        fifo = {name: message["Attributes"][name] for name in ("MessageGroupId", "MessageDeduplicationId")}
        sqs.send_message(QueueUrl=queue, MessageBody=message["Body"], **fifo)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_an_id_that_no_key_can_hold_names_nothing(centre: ContactCentre) -> None:
    answer = httpx.get(f"{centre.url}/api/v2/routing/queues/{'x' * 3000}", headers=centre.bearer())
    assert_refused(answer, 404)
    assert answer.json()["code"] == "route.not.found"
