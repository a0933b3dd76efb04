"""CE43: the colleague whom an agent asked for advice talks with the customer too, and goes on when the agent has left."""

from collections.abc import Iterator

import pytest

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.listener import Listener
from tests.e2e.whatsapp import Customer


@pytest.fixture
def ben(centre: ContactCentre) -> Iterator[Desk]:
    """Off queue: joining needs no capacity."""
    desk = Desk(centre, "ben")
    yield desk
    desk.end_all()


def _conference(ana: Desk, ben: Desk, talk: Talk) -> Talk:
    """Ana asks Ben, who accepts and joins."""
    ana.conversations.post_conversation_participant_internalmessages_users_communications(
        talk.id, talk.participant_id, {"targetUserId": ben.user_id}
    )
    (conversation,) = ben.held()
    ben.conversations.patch_conversation_participant(talk.id, ben.part(conversation).id, {"state": "connected"})
    ben.conversations.post_conversation_barge(talk.id)
    (conversation,) = ben.held()
    mine = ben.part(conversation)
    return Talk(ben, talk.id, mine.id, mine.messages[-1].id)


def test_advice_becomes_a_conference_of_three_which_the_colleague_ends(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk
) -> None:
    began = centre.now()
    customer.write("My card was charged twice")
    talk = ana.accept(customer.address)
    joined = _conference(ana, ben, talk)
    talk.say("Ben knows more about this")
    centre.settle()
    joined.say("Ben here: I see both payments")
    centre.settle()
    assert customer.taken() == ["Ben knows more about this", "Ben here: I see both payments"]
    talk.disconnect()
    topic = f"v2.users.{ben.user_id}.conversations"
    with Listener(ben.client, topic) as listener:
        customer.write("Please pay one back")
        centre.settle()
        listener.wait_for(topic, lambda body: bool(body["participants"][0]["messages"][-1]["messages"]))
    joined.say("Done")
    centre.settle()
    assert customer.taken()[2:] == ["Done"]
    joined.disconnect()
    over = ben.conversations.get_conversation(talk.id)
    assert (over.state, ben.held()) == ("disconnected", [])
    assert _sums(centre, talk.id, f"{began.isoformat()}/{centre.now().isoformat()}") == {
        ana.user_id: {"nConnected", "nConsult", "tTalk"},
        ben.user_id: {"tBarging"},
    }


def test_the_conference_goes_on_while_the_next_agent_is_awaited(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk
) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    joined = _conference(ana, ben, talk)
    ana.conversations.post_conversation_participant_replace_queue(
        talk.id, talk.participant_id, {"queueId": centre.queue("Sales")}
    )
    centre.settle()
    joined.say("I stay with you until somebody of Sales is here")
    with Desk(centre, "chloe") as chloe:
        next_talk = chloe.accept(customer.address)
        next_talk.say("Chloe of Sales")
        centre.settle()
        assert customer.taken() == ["I stay with you until somebody of Sales is here", "Chloe of Sales"]
        next_talk.disconnect()
        assert [each.id for each in ben.held()] == [talk.id]


def _sums(centre: ContactCentre, conversation: str, interval: str) -> dict[str, set[str]]:
    """The metrics that each user has of the conversation."""
    body = {
        "interval": interval,
        "groupBy": ["userId"],
        "metrics": ["nConnected", "nConsult", "tTalk", "tBarging"],
        "filter": {"type": "and", "predicates": [{"dimension": "conversationId", "value": conversation}]},
    }
    results = platform.ConversationsApi(centre.sdk()).post_analytics_conversations_aggregates_query(body).results
    return {
        each.group["userId"]: {metric.metric for part in each.data for metric in part.metrics if metric.stats.count}
        for each in results
        if "userId" in each.group
    }
