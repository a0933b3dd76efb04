"""Batches are read without consistency: what was read may be older than what is decided about."""

from switchboard.conversations import api as conversations
from switchboard.conversations.api import Choice

from tests.integration.routing.conftest import Centre


def test_a_conversation_read_before_it_waited_is_read_again_and_not_taken_for_gone(centre: Centre) -> None:
    queue = centre.queue()
    identifier = centre.start(queue)
    waiting = centre.conversation(identifier)
    before = waiting.__class__(
        id=waiting.id,
        thread=waiting.thread,
        channel=waiting.channel,
        integration_id=waiting.integration_id,
        start=waiting.start,
        customer=waiting.customer,
        participants=[each for each in waiting.participants if each.purpose != "acd"],
    )
    agent = centre.agent()
    with centre.cloud.as_function("routing-assign"):
        alerted = conversations.alert_agent(
            identifier,
            queue_id=queue,
            user_id=agent,
            user_name="Ana",
            timeout_ms=30_000,
            choice=Choice(),
            known=before,
        )
    assert alerted is not None
    assert centre.alerted_user(identifier) == agent
