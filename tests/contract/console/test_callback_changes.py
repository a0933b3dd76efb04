"""Callbacks that nobody has taken are changed and cancelled, one and many at a time, through the official SDK."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.refusals import refusal

NUMBER, OTHER = "+15551234567", "+15557654321"
Ask = Callable[[], str]


@pytest.fixture
def api(admin: Any) -> Any:
    return platform.ConversationsApi(admin)


@pytest.fixture
def at(centre: ContactCentre) -> Callable[[int], str]:
    return lambda minutes: (centre.now() + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


@pytest.fixture
def ask(centre: ContactCentre, api: Any, at: Callable[[int], str], unique: Callable[[str], str]) -> Iterator[Ask]:
    """Asks for one in an hour; its conversation. What nobody has taken after the test is cancelled."""
    made: list[str] = []

    def asked() -> str:
        body = {
            "queueId": centre.queue("Support"),
            "callbackNumbers": [NUMBER],
            "callbackUserName": unique("Maria"),
            "callbackScheduledTime": at(60),
        }
        made.append(str(api.post_conversations_callbacks(body).conversation.id))
        return made[-1]

    yield asked
    left = [{"conversationId": identifier} for identifier in made]
    api.post_conversations_callbacks_bulk_disconnect({"callbackDisconnectIdentifiers": left})


def waits(api: Any, conversation_id: str) -> Any:
    """The part that waits for an agent."""
    return [each for each in api.get_conversation(conversation_id).participants if each.purpose == "acd"][-1]


def test_one_is_brought_forward_to_an_agent_of_another_queue(
    centre: ContactCentre, api: Any, ana: Desk, ask: Ask, at: Callable[[int], str]
) -> None:
    identifier, soon = ask(), at(5)
    changes = {
        "queueId": centre.queue("Sales"),
        "agentId": ana.user_id,
        "callbackNumbers": ["030 1234567"],
        "countryCode": "DE",
        "callbackScheduledTime": soon,
    }
    changed = api.patch_conversations_callbacks({"conversationId": identifier} | changes)
    there = waits(api, identifier)
    assert changed.conversation.id == identifier
    assert [(each.type, each.id) for each in changed.callback_identifiers] == [("ACD", there.id)]
    assert there.queue_id == centre.queue("Sales")
    shown = {"state": "scheduled", "callbackNumbers": ["+49301234567"], "callbackScheduledTime": soon}
    assert_agrees(shown, there.callbacks[0])
    centre.advance("PT5M5S")
    assert [each.id for each in ana.held()] == [identifier]


def test_what_an_agent_has_taken_is_not_changed(api: Any, ana: Desk, centre: ContactCentre, ask: Ask) -> None:
    identifier = ask()
    centre.advance("PT1H5S")
    (conversation,) = ana.held()
    mine = ana.part(conversation)
    api.patch_conversations_callback_participant(identifier, mine.id, {"state": "connected"})
    assert [each.id for each in ana.conversations.get_conversations_callbacks().entities] == [identifier]
    codes = api.get_conversations_callback_participant_wrapupcodes(identifier, mine.id)
    assert codes
    noted = api.patch_conversations_callback_participant_attributes(
        identifier, mine.id, {"attributes": {"order": "12"}}
    )
    assert noted.attributes == {"order": "12"}
    refused = refusal(
        lambda: api.patch_conversations_callbacks({"conversationId": identifier, "callbackNumbers": [OTHER]})
    )
    assert (refused.status, refused.field) == (409, "conversationId")
    kept = api.post_conversations_callbacks_bulk_update(
        {"patchCallbackRequests": [{"conversationId": identifier, "callbackNumbers": [OTHER]}]}
    )
    assert kept.error_indexes == [0]
    api.post_conversations_callbacks_bulk_disconnect(
        {"callbackDisconnectIdentifiers": [{"conversationId": identifier}]}
    )
    assert ana.part(api.get_conversation(identifier)).callbacks[0].state == "connected"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({}, 400, "callbackScheduledTime"),
        ({"conversationId": ""}, 400, "conversationId"),
        ({"conversationId": NOBODY, "agentId": NOBODY}, 404, ""),
        ({"queueId": NOBODY}, 400, "queueId"),
        ({"agentId": NOBODY}, 400, "agentId"),
        ({"callbackNumbers": ["call me"]}, 400, "callbackNumbers.0"),
        ({"callbackScheduledTime": "2020-01-01T00:00:00Z"}, 400, "callbackScheduledTime"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    api: Any, ask: Ask, change: Json, status: int, field: str
) -> None:
    identifier = ask()
    before = wire(api.get_conversation(identifier))
    refused = refusal(lambda: api.patch_conversations_callbacks({"conversationId": identifier} | change))
    assert (refused.status, refused.field) == (status, field)
    assert wire(api.get_conversation(identifier)) == before


def test_of_many_each_is_changed_or_refused_on_its_own(api: Any, ask: Ask, at: Callable[[int], str]) -> None:
    first, second, later = ask(), ask(), at(90)
    done = api.post_conversations_callbacks_bulk_update(
        {
            "patchCallbackRequests": [
                {"conversationId": first, "callbackScheduledTime": later},
                {"conversationId": NOBODY, "callbackScheduledTime": later},
                {"conversationId": second, "queueId": NOBODY},
                {"callbackScheduledTime": later},
                {"conversationId": second, "callbackNumbers": [OTHER]},
            ]
        }
    )
    assert (done.error_count, done.error_indexes) == (3, [1, 2, 3])
    assert [each.error and each.error.code for each in done.results] == [
        None,
        "not.found",
        "invalid.value",
        "bad.request",
        None,
    ]
    assert done.results[0].entity["conversation"]["id"] == first
    assert_agrees({"callbackScheduledTime": later}, waits(api, first).callbacks[0])
    assert waits(api, second).callbacks[0].callback_numbers == [OTHER]


def test_many_are_cancelled_and_call_nobody(centre: ContactCentre, api: Any, ana: Desk, ask: Ask) -> None:
    first, second, kept = ask(), ask(), ask()
    named = [
        {"conversationId": first},
        {"conversationId": kept, "callbackId": NOBODY},
        {"conversationId": second, "callbackId": waits(api, second).id},
        {"conversationId": first},
    ]
    api.post_conversations_callbacks_bulk_disconnect({"callbackDisconnectIdentifiers": named})
    states = [api.get_conversation(each).state for each in (first, second, kept)]
    assert states == ["disconnected", "disconnected", "connected"]
    centre.advance("PT1H5S")
    assert [each.id for each in ana.held()] == [kept]


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ("post_conversations_callbacks_bulk_update", "patchCallbackRequests"),
        ("post_conversations_callbacks_bulk_disconnect", "callbackDisconnectIdentifiers"),
    ],
)
@pytest.mark.parametrize("count", [0, 101])
def test_none_or_too_many_are_refused(api: Any, operation: str, field: str, count: int) -> None:
    items = [{"conversationId": NOBODY, "callbackNumbers": [NUMBER]}] * count
    refused = refusal(lambda: getattr(api, operation)({field: items}))
    assert (refused.status, refused.field) == (400, field)
