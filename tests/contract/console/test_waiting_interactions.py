"""What waits for an agent: what it asks for is changed, and why it went to whom is told."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.contract.console.agreement import NOBODY, assert_agrees
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer

Unique = Callable[[str], str]


def test_priority_skills_and_preferred_agents_change_while_it_waits(
    centre: ContactCentre, admin: Any, unique: Unique
) -> None:
    customer = Customer(centre)
    customer.write("Is anybody there?")
    routing = platform.RoutingApi(admin)
    skill = routing.post_routing_skills({"name": unique("Skill")})
    with Desk(centre, "ana") as ana:
        talk = ana.alerted(customer.address)
        refused = refusal(lambda: routing.patch_routing_conversation(talk.id, {"priority": 5}))
        assert refused.status == 409
        centre.advance("PT31S")  # Ana does not answer, so that it waits again
    path = "/api/v2/routing/conversations/{conversationId}/decisions"
    answer = httpx.get(centre.url + path.format(conversationId=talk.id), headers=centre.bearer())
    (decision,) = answer.json()["entities"]
    assert (decision["agent"]["id"], decision["usedRouting"]) == (ana.user_id, "Standard")
    changes = {
        "priority": 5,
        "skillIds": [skill.id],
        "requestScoredAgents": [{"id": centre.user("ben"), "score": 90}],
    }
    changed = routing.patch_routing_conversation(talk.id, changes)
    assert_agrees({"priority": 5}, changed)
    assert [each.id for each in changed.skills] == [skill.id]
    assert [(each.agent.id, each.score) for each in changed.scored_agents] == [(centre.user("ben"), 90)]
    unknown = refusal(lambda: routing.patch_routing_conversation(talk.id, {"skillIds": [NOBODY]}))
    assert (unknown.status, unknown.field) == (400, "skillIds.0")
    strangers = {"requestScoredAgents": [{"id": NOBODY, "score": 90}]}
    unknown = refusal(lambda: routing.patch_routing_conversation(talk.id, strangers))
    assert (unknown.status, unknown.field) == (400, "requestScoredAgents.0.id")
    expression = f'NOT Skill("{skill.name}") OR Skill("{skill.name}") >= 4'
    changed = routing.patch_routing_conversation(talk.id, {"skillExpression": expression})
    assert changed.skill_expression == expression
    garbled = refusal(lambda: routing.patch_routing_conversation(talk.id, {"skillExpression": "Skill > 3"}))
    assert (garbled.status, garbled.field) == (400, "skillExpression")
    assert routing.patch_routing_conversation(talk.id, {"skillExpression": ""}).skill_expression is None
    platform.ConversationsApi(admin).post_conversation_disconnect(talk.id)


def test_settings_of_waiting_that_the_platforms_queue_lacks(centre: ContactCentre, admin: Any, unique: Unique) -> None:
    queue = platform.RoutingApi(admin).post_routing_queues({"name": unique("Queue")})
    path = "/api/v2/routing/queues/{queueId}/waitingsettings"
    url = centre.url + path.format(queueId=queue.id)
    assert httpx.get(url, headers=centre.bearer()).json() == {"secondsPerPriority": 60}
    body = {"overflowQueueId": centre.queue("Sales"), "overflowSeconds": 300, "alertSeconds": 60}
    assert httpx.put(url, json=body, headers=centre.bearer()).json() == {"secondsPerPriority": 60, **body}
    refused = httpx.put(url, json={"alertSeconds": -1}, headers=centre.bearer())
    assert (refused.status_code, refused.json()["details"][0]["fieldName"]) == (400, "alertSeconds")
