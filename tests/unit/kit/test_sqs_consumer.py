"""A consumer's batch: what failed is answered, in a FIFO group with all that follows it, and nothing else."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit import sqs
from switchboard.kit.logs import JsonFormatter, correlation_id
from switchboard.kit.sqs import Outgoing, Received, consume

ARN = "arn:aws:sqs:us-east-1:123456789012:dev-inbound.fifo"


def record(identifier: str, group: str = "", body: str | None = None, received: int = 2) -> dict[str, Any]:
    return {
        "messageId": identifier,
        "receiptHandle": f"handle-{identifier}",
        "body": json.dumps({"id": identifier}) if body is None else body,
        "eventSourceARN": ARN,
        "attributes": {"ApproximateReceiveCount": str(received), **({"MessageGroupId": group} if group else {})},
    }


def failed(answer: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def failing(*poison: str) -> tuple[list[str], Callable[[Received], None]]:
    """What a handler saw, and the handler."""
    seen: list[str] = []

    def handle(received: Received) -> None:
        seen.append(received.message_id)
        if received.message_id in poison:
            raise ValueError("+15551234567 wrote: help")

    return seen, handle


def test_a_poison_message_fails_alone() -> None:
    seen, handle = failing("b")
    assert failed(consume({"Records": [record("a"), record("b"), record("c")]}, handle)) == ["b"]
    assert seen == ["a", "b", "c"]


def test_a_group_waits_for_its_failed_message() -> None:
    seen, handle = failing("a1")
    batch = [record("a1", "a"), record("b1", "b"), record("a2", "a"), record("b2", "b"), record("a3", "a")]
    assert failed(consume({"Records": batch}, handle)) == ["a1", "a2", "a3"]
    assert seen == ["a1", "b1", "b2"]


def test_a_group_waits_no_longer_than_the_message_it_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden: list[tuple[str, int]] = []
    monkeypatch.setattr(sqs, "_hide", lambda received, seconds: hidden.append((received.message_id, seconds)))

    def handle(received: Received) -> None:
        raise sqs.RetryLaterError(4, "not yet")

    batch = [record("a1", "a"), record("a2", "a"), record("b1", "b")]
    assert failed(consume({"Records": batch}, handle)) == ["a1", "a2", "b1"]
    assert hidden == [("a1", 4), ("a2", 4), ("b1", 4)]


def test_a_message_given_up_does_not_take_its_group_along() -> None:
    """What stands behind a poison message was received as often: held back once more, it would be a dead letter too."""
    seen, handle = failing("a1")
    batch = [record("a1", "a", received=5), record("a2", "a", received=5), record("a3", "a", received=1)]
    assert failed(consume({"Records": batch}, handle, last_delivery=5)) == ["a1"]
    assert seen == ["a1", "a2", "a3"]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.booleans()), max_size=10))
def test_every_group_is_done_up_to_its_first_failure(batch: list[tuple[str, bool]]) -> None:
    records = [record(str(index), group) for index, (group, _) in enumerate(batch)]
    poison = {str(index) for index, (_, fails) in enumerate(batch) if fails}
    seen, handle = failing(*poison)
    refused = failed(consume({"Records": records}, handle))
    for group in "abc":
        mine = [str(index) for index, (each, _) in enumerate(batch) if each == group]
        first = next((place for place, identifier in enumerate(mine) if identifier in poison), len(mine))
        assert [identifier for identifier in seen if identifier in mine] == mine[: first + 1]
        assert [identifier for identifier in refused if identifier in mine] == mine[first:]


@pytest.mark.parametrize("body", ["", "not json", "[1]", "null", '"text"'])
def test_a_body_that_is_no_object_reaches_the_handler_as_an_empty_one(body: str) -> None:
    bodies: list[dict[str, Any]] = []
    consume({"Records": [record("a", body=body)]}, lambda received: bodies.append(received.body))
    assert bodies == [{}]


def test_the_handler_sees_what_the_queue_says() -> None:
    seen: list[tuple[Received, str]] = []
    consume({"Records": [record("a", "g")]}, lambda received: seen.append((received, correlation_id.get())))
    [(received, correlation)] = seen
    assert (received.receive_count, received.group, received.queue_arn, received.body) == (2, "g", ARN, {"id": "a"})
    assert correlation == "a"
    assert correlation_id.get() == ""


def test_the_log_names_the_error_and_not_what_it_quotes(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("switchboard")
    logger.addHandler(caplog.handler)
    try:
        consume({"Records": [record("a")]}, failing("a")[1])
    finally:
        logger.removeHandler(caplog.handler)
    (line,) = [each for each in caplog.records if each.levelno >= logging.INFO]
    assert vars(line)["error"] == "ValueError"
    assert "help" not in JsonFormatter().format(line)


@pytest.mark.parametrize("text", ["\ud800", "\ufffe", "a\uffffb"])
def test_what_a_queue_refuses_is_escaped(text: str) -> None:
    body = Outgoing({"text": text}).arguments()["MessageBody"]
    body.encode("utf-8")
    assert json.loads(body) == {"text": text}


def test_emoji_take_the_bytes_they_need_and_no_more() -> None:
    body = Outgoing({"text": "\U0001f600" * 1000}).arguments()["MessageBody"]
    assert len(body.encode()) < 4100
