"""Response times from stored messages: recorded with the agent's message, right whatever overtakes what."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from switchboard.analytics import bootstrap
from switchboard.analytics.errors import CrossedError
from switchboard.analytics.models import Fact
from switchboard.conversations import api as conversations
from switchboard.conversations import bootstrap as conversation_parts
from switchboard.conversations.api import Draft
from switchboard.conversations.models import Conversation, Message
from switchboard.conversations.service.send import composed
from switchboard.kit import events

from tests.integration.analytics.conftest import Reports
from tests.integration.analytics.events import changed, record, told
from tests.integration.routing.conftest import Centre

METRICS = ("tAgentResponseTime", "tFirstResponse", "tUserResponseTime")


@pytest.fixture
def queue(centre: Centre) -> str:
    return centre.queue()


def write(centre: Centre, conversation: Conversation, sender: str = "", *, settle: bool = True) -> None:
    """The customer's message now, or an agent's."""
    message = composed(conversation, Draft(text="x", sender_user_id=sender), 0, centre.now())
    if not sender:
        message = replace(message, direction="inbound", status="received")
    with centre.cloud.as_function("conversations-ingest"):
        assert conversation_parts.repository().add(message, [])
    if settle:
        centre.cloud.settle()


def talking(centre: Centre, queue: str) -> tuple[Conversation, str]:
    """A conversation whose customer wrote four seconds ago, and the agent who has just come on."""
    agent = centre.agent(queue)
    conversation = centre.conversation(centre.start(queue))
    write(centre, conversation)
    centre.cloud.advance(timedelta(seconds=4))
    centre.set_state(conversation.id, "connected")
    return conversation, agent


def test_an_agents_message_is_in_the_figures_at_once(centre: Centre, queue: str, reports: Reports) -> None:
    conversation, agent = talking(centre, queue)
    assert reports.of_queue(queue, *METRICS) == {}
    centre.cloud.advance(timedelta(seconds=16))
    write(centre, conversation, agent)
    taken = {"count": 1, "sum": 20_000, "min": 20_000, "max": 20_000}
    assert reports.of_queue(queue, *METRICS) == {"tAgentResponseTime": taken, "tFirstResponse": taken}
    centre.cloud.advance(timedelta(seconds=10))
    write(centre, conversation)
    centre.set_state(conversation.id, "disconnected")
    figures = reports.of_queue(queue, *METRICS, groupBy=["userId"])
    assert figures["tUserResponseTime"]["sum"] == pytest.approx(10_000, abs=100), "the clock moves while things settle"
    (shown,) = reports.details_of(queue)["conversations"]
    live = reports.console.call("GET", f"/api/v2/analytics/conversations/{conversation.id}/details")
    assert live.body == shown


def test_events_of_messages_and_conversations_in_any_order_change_nothing(
    centre: Centre, queue: str, reports: Reports
) -> None:
    conversation, agent = talking(centre, queue)
    write(centre, conversation, agent)
    before = reports.of_queue(queue, *METRICS, "nOffered"), reports.details_of(queue)
    for delivered in (
        [told(conversation.id), changed(conversation.id, 1), told(conversation.id)],
        [changed(conversation.id, 3), told(conversation.id), changed(conversation.id, 2)],
    ):
        answer = centre.cloud.invoke("analytics-record", {"Records": [record(each) for each in delivered]})
        assert answer == {"batchItemFailures": []}
    assert (reports.of_queue(queue, *METRICS, "nOffered"), reports.details_of(queue)) == before


def test_who_read_less_of_either_reads_again(centre: Centre, queue: str, reports: Reports) -> None:
    """A worker has read a later version of the conversation, and fewer messages, than what is stored by now."""
    conversation, agent = talking(centre, queue)
    write(centre, conversation, agent)
    with centre.cloud.as_function("analytics-record"):
        repository, version = bootstrap.repository(), centre.conversation(conversation.id).version
        body = reports.details_of(queue)["conversations"][0]
        later = Fact(conversation_id=conversation.id, version=version + 1, body=body, said=1)
        with pytest.raises(CrossedError):
            repository.keep(later)
        assert not repository.keep(Fact(conversation_id=conversation.id, version=version, body=body, said=1))
        assert repository.keep(Fact(conversation_id=conversation.id, version=version, body=body, said=2))


def test_a_recorder_that_was_overtaken_ends_with_both(
    centre: Centre, queue: str, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held up between its two reads, while another recorded the agent's next message and the conversation went on."""
    conversation, agent = talking(centre, queue)
    read, interrupted = conversations.messages, []
    wrote = events.received(told(conversation.id))

    def interrupting(found: Conversation) -> list[Message]:
        messages = read(found)
        if found.id == conversation.id and not interrupted:
            interrupted.append(found.id)
            write(centre, conversation, agent, settle=False)
            with centre.cloud.as_function("analytics-record"):
                bootstrap.recording().record(wrote, bootstrap.recording().begin([]))
        return messages

    monkeypatch.setattr(conversations, "messages", interrupting)
    centre.set_state(conversation.id, "disconnected")
    assert interrupted
    figures = reports.of_queue(queue, *METRICS, "tHandle")
    assert {"tAgentResponseTime", "tFirstResponse", "tHandle"} == figures.keys()


def test_before_an_agent_has_come_on_no_message_is_read(centre: Centre, queue: str) -> None:
    conversation = centre.conversation(centre.start(queue))
    centre.cloud.calls.clear()
    write(centre, conversation)
    used = [each for each in centre.cloud.calls.entities() if each["function"].endswith("analytics-record")]
    assert used == [], "a customer's message alone records nothing"
