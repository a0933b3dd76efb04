"""Callbacks through the official SDK: asked for, taken, put off, noted; and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, UUID4, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.refusals import refusal

NUMBER = "+15551234567"


@pytest.fixture
def api(admin: Any) -> Any:
    return platform.ConversationsApi(admin)


@pytest.fixture
def asked(centre: ContactCentre, unique: Callable[[str], str]) -> Json:
    """Another in each test: the same again at once would be the same callback."""
    return {"queueId": centre.queue("Support"), "callbackNumbers": [NUMBER], "callbackUserName": unique("Maria")}


@pytest.fixture
def scheduled(centre: ContactCentre, asked: Json) -> Json:
    """For ten minutes from now."""
    moment = (centre.now() + timedelta(minutes=10)).isoformat(timespec="milliseconds")
    return asked | {"callbackScheduledTime": moment}


def part(conversation: Any, purpose: str) -> Any:
    return [each for each in conversation.participants if each.purpose == purpose][-1]


def taken(api: Any, ana: Desk) -> tuple[str, Any]:
    """The callback that alerts Ana, accepted: its id and her part."""
    (conversation,) = ana.held()
    mine = ana.part(conversation)
    assert mine.callbacks[-1].state == "alerting"
    api.patch_conversations_callback_participant(conversation.id, mine.id, {"state": "connected"})
    return conversation.id, ana.part(api.get_conversation(conversation.id))


def test_one_wanted_at_once(api: Any, ana: Desk, asked: Json) -> None:
    made = api.post_conversations_callbacks(asked | {"routingData": {"priority": 7}, "data": {"order": "1234"}})
    assert [each.type for each in made.callback_identifiers] == ["ACD"]
    assert UUID4.fullmatch(made.conversation.id)
    identifier, mine = taken(api, ana)
    assert identifier == made.conversation.id
    asked_for = {"callbackNumbers": [NUMBER], "callbackUserName": asked["callbackUserName"]}
    shown = asked_for | {"state": "connected", "direction": "inbound"}
    assert_agrees(shown, mine.callbacks[0])
    assert not mine.messages
    waited = part(api.get_conversation(identifier), "acd")
    assert waited.conversation_routing_data.priority == 7
    assert part(api.get_conversation(identifier), "customer").attributes == {"order": "1234"}
    flat = api.get_conversations_callback(identifier)
    assert_agrees(shown, flat.participants[-1])
    assert flat.self_uri == f"/api/v2/conversations/callbacks/{identifier}"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"preferredAgentIds": [NOBODY]}, "preferredAgentIds"),
        ({"scoredAgents": [{}]}, "scoredAgents.0.agent.id"),
        ({"scoredAgents": [{"agent": {"id": NOBODY}, "score": 5}]}, "scoredAgents.0.agent.id"),
        ({"scoredAgents": [{"agent": {"id": NOBODY}, "score": 101}]}, "scoredAgents.0.score"),
        ({"skillExpression": 'Skill("Unheard of") > 3'}, "skillExpression"),
        ({"skillExpression": f'Skill("{"x" * 1500}")'}, "skillExpression"),
        ({"skillExpression": 'Skill(" ")'}, "skillExpression"),
    ],
)
def test_a_wish_that_nobody_fulfils_is_refused(api: Any, asked: Json, wish: Json, field: str) -> None:
    data = {"queueId": asked["queueId"], **wish}
    refused = refusal(lambda: api.post_conversations_callbacks(asked | {"routingData": data}))
    assert (refused.status, refused.field) == (400, f"routingData.{field}")


@pytest.mark.parametrize(
    "wish",
    [{"preferredAgentIds": [NOBODY[:-2] + f"{number:02}" for number in range(21)]}, {"skillIds": [NOBODY] * 51}],
)
def test_only_so_much_is_wished_for(api: Any, asked: Json, wish: Json) -> None:
    refused = refusal(lambda: api.post_conversations_callbacks(asked | {"routingData": asked | wish}))
    assert (refused.status, refused.field, refused.message[:7]) == (400, f"routingData.{next(iter(wish))}", "At most")


def test_what_goes_along_has_room_for_so_much(api: Any, asked: Json) -> None:
    refused = refusal(lambda: api.post_conversations_callbacks(asked | {"data": {"order": "x" * 20_001}}))
    assert (refused.status, refused.field) == (400, "data")


def test_its_outcome_is_noted(api: Any, ana: Desk, asked: Json) -> None:
    api.post_conversations_callbacks(asked)
    identifier, mine = taken(api, ana)
    (code, *_) = api.get_conversation_participant_wrapupcodes(identifier, mine.id)
    api.patch_conversations_callback_participant(identifier, mine.id, {"state": "disconnected"})
    api.post_conversations_callback_participant_communication_wrapup(
        identifier, mine.id, mine.callbacks[0].id, body={"code": code.id, "notes": "Reached"}
    )
    over = api.get_conversation(identifier)
    assert over.state == "disconnected"
    assert_agrees({"code": code.id, "name": code.name, "notes": "Reached"}, ana.part(over).wrapup)


def test_one_for_later_waits_for_its_time(centre: ContactCentre, api: Any, ana: Desk, scheduled: Json) -> None:
    made = api.post_conversations_callbacks(scheduled)
    assert ana.held() == []
    waits = part(api.get_conversation(made.conversation.id), "acd").callbacks[0]
    assert_agrees({"state": "scheduled", "callbackScheduledTime": scheduled["callbackScheduledTime"]}, waits)
    states = {each.purpose: each.state for each in api.get_conversations_callback(made.conversation.id).participants}
    assert states["acd"] == "parked", "the participants of callbacks know no other word for it"
    centre.advance("PT9M")
    assert ana.held() == []
    centre.advance("PT1M5S")
    assert taken(api, ana)[0] == made.conversation.id


def test_one_that_is_put_aside_says_so_in_the_words_of_callbacks(api: Any, ana: Desk, asked: Json) -> None:
    api.post_conversations_callbacks(asked)
    identifier, mine = taken(api, ana)
    api.patch_conversations_message_participant_parkingstate(identifier, mine.id, {"state": "parked"})
    assert ana.part(api.get_conversation(identifier)).callbacks[0].state == "scheduled"
    assert api.get_conversations_callback(identifier).participants[-1].state == "parked"


def test_who_reaches_nobody_puts_it_off(centre: ContactCentre, api: Any, ana: Desk, asked: Json) -> None:
    api.post_conversations_callbacks(asked)
    identifier, mine = taken(api, ana)
    later = (centre.now() + timedelta(minutes=5)).isoformat(timespec="milliseconds")
    api.patch_conversations_callback_participant(identifier, mine.id, {"resumeTime": later})
    assert ana.held() == []
    waits = part(api.get_conversation(identifier), "acd").callbacks[0]
    assert_agrees({"state": "scheduled", "callbackScheduledTime": later}, waits)
    centre.advance("PT5M5S")
    assert taken(api, ana)[0] == identifier


def test_a_waiting_customer_is_called_back_instead(api: Any, admin: Any, ana: Desk, asked: Json) -> None:
    """Here of a callback that is taken: asked for anew, the agent's part ends and it waits again."""
    api.post_conversations_callbacks(asked)
    identifier, mine = taken(api, ana)
    anew = asked | {"callbackNumbers": ["+15557654321"], "data": {"order": "1234"}}
    ana.conversations.post_conversation_participant_callbacks(identifier, mine.id, body=anew)
    ana.held()
    conversation = api.get_conversation(identifier)
    customer = part(conversation, "customer")
    assert (customer.callbacks[0].callback_numbers, customer.attributes) == (["+15557654321"], {"order": "1234"})
    again = refusal(lambda: api.post_conversation_participant_callbacks(identifier, mine.id, body=asked))
    assert again.status == 409


def test_a_double_click_asks_once(api: Any, ana: Desk, asked: Json) -> None:
    body = asked | {"callbackUserName": "Noor"}
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: api.post_conversations_callbacks(dict(body)), range(2))
    assert wire(first) == wire(second)
    assert len(ana.held()) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"queueId": NOBODY}, "queueId"),
        ({"queueId": ""}, "queueId"),
        ({"callbackNumbers": []}, "callbackNumbers"),
        ({"callbackNumbers": [NUMBER, "call me"]}, "callbackNumbers.1"),
        ({"callbackNumbers": ["030 1234567"]}, "callbackNumbers.0"),
        ({"callbackScheduledTime": "2020-01-01T00:00:00Z"}, "callbackScheduledTime"),
        ({"callbackScheduledTime": "0001-01-01T00:00:00Z"}, "callbackScheduledTime"),
        ({"callbackScheduledTime": "0001-01-01T00:00:00+14:00"}, "callbackScheduledTime"),
        ({"callbackScheduledTime": "9999-12-31T23:59:59-14:00"}, "callbackScheduledTime"),
        ({"scriptId": "x" * 201}, "scriptId"),
        ({"callerId": "call me"}, "callerId"),
        ({"callerIdName": "x" * 201}, "callerIdName"),
        ({"routingData": {"skillIds": [NOBODY]}}, "routingData.skillIds"),
        ({"routingData": {"languageId": NOBODY}}, "routingData.languageId"),
        ({"routingData": {"label": NOBODY}}, "routingData.label"),
        ({"routingData": {"skillExpression": "anything"}}, "routingData.skillExpression"),
        ({"routingData": {"priority": 99_000_000}}, "routingData.priority"),
        ({"externalContactId": NOBODY}, "externalContactId"),
    ],
)
def test_what_cannot_be_called_is_refused(api: Any, asked: Json, change: Json, field: str) -> None:
    refused = refusal(lambda: api.post_conversations_callbacks(asked | change))
    assert (refused.status, refused.field) == (400, field)


def test_farther_than_a_month_is_refused(centre: ContactCentre, api: Any, asked: Json) -> None:
    far = (centre.now() + timedelta(days=31)).isoformat()
    refused = refusal(lambda: api.post_conversations_callbacks(asked | {"callbackScheduledTime": far}))
    assert (refused.status, refused.field) == (400, "callbackScheduledTime")


def test_a_national_number_needs_its_country(api: Any, ana: Desk, asked: Json) -> None:
    api.post_conversations_callbacks(asked | {"callbackNumbers": ["030 1234567"], "countryCode": "DE"})
    (conversation,) = ana.held()
    assert ana.part(conversation).callbacks[0].callback_numbers == ["+49301234567"]


def test_nothing_is_written_on_a_callback(api: Any, ana: Desk, asked: Json) -> None:
    api.post_conversations_callbacks(asked)
    identifier, mine = taken(api, ana)
    send = api.post_conversations_message_communication_messages
    refused = refusal(lambda: send(identifier, mine.callbacks[0].id, {"textBody": "Hello"}))
    assert (refused.status, refused.field) == (409, "communicationId")


def test_a_callback_is_transferred(centre: ContactCentre, api: Any, ana: Desk, asked: Json) -> None:
    api.post_conversations_callbacks(asked)
    identifier, mine = taken(api, ana)
    replace = api.post_conversations_callback_participant_replace
    refused = refusal(lambda: replace(identifier, mine.id, {"address": "+15557654321"}))
    assert (refused.status, refused.field) == (400, "address")
    replace(identifier, mine.id, {"queueId": centre.queue("Sales")})
    centre.settle()
    assert part(api.get_conversation(identifier), "acd").queue_id == centre.queue("Sales")
