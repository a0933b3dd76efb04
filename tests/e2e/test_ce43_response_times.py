"""CE43, reporting: how fast agents answer what customers write, and customers what agents write."""

from typing import Any

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


def test_a_supervisor_reads_how_long_answers_took(centre: ContactCentre, customer: Customer) -> None:
    began = centre.now()
    customer.write("Is anybody there?")
    centre.settle()
    centre.advance("PT30S")
    customer.write("Hello?")
    with Desk(centre, "ana") as ana:
        talk = ana.accept(customer.address)
        centre.advance("PT10S")
        talk.say("Here I am.")
        talk.say("How can I help?")
        centre.settle()
        centre.advance("PT1M")
        customer.write("My order is late.")
        centre.settle()
        centre.advance("PT20S")
        talk.say("It is on its way.")
        centre.settle()
        centre.advance("PT1S")
        found = stats(centre, talk.id, f"{began.isoformat()}/{centre.now().isoformat()}")
        (user, first), *others = found.items()
        assert (user, others) == (ana.user_id, [])
    assert near(first["tFirstResponse"], 1, 40)
    assert near(first["tAgentResponseTime"], 2, 40 + 20)
    assert near(first["tUserResponseTime"], 1, 60)


def stats(centre: ContactCentre, conversation: str, interval: str) -> dict[str, dict[str, Any]]:
    """The stats of each metric by agent."""
    body = {
        "interval": interval,
        "groupBy": ["userId"],
        "metrics": ["tFirstResponse", "tAgentResponseTime", "tUserResponseTime"],
        "filter": {"type": "and", "predicates": [{"dimension": "conversationId", "value": conversation}]},
    }
    results = platform.ConversationsApi(centre.sdk()).post_analytics_conversations_aggregates_query(body).results
    return {
        each.group["userId"]: {metric.metric: metric.stats for part in each.data for metric in part.metrics}
        for each in results
    }


def near(found: Any, count: int, seconds: int) -> bool:
    """WhatsApp's times have whole seconds, and what happens takes a little of the time that otherwise stands still."""
    return bool(found.count == count and (seconds - count) * 1000 <= found.sum <= (seconds + 5 * count) * 1000)
