"""What the tests of the served centre look at and change."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, Json, platform

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def wrap_up_code(centre: ContactCentre) -> str:
    codes = platform.RoutingApi(centre.sdk()).get_routing_wrapupcodes(name="Resolved").entities
    return str(codes[0].id)


@pytest.fixture(scope="module")
def details(centre: ContactCentre) -> Callable[[str], Any]:
    """Analytics details of a conversation."""
    return lambda conversation_id: platform.ConversationsApi(centre.sdk()).get_analytics_conversation_details(
        conversation_id
    )


@pytest.fixture(autouse=True)
def nothing_is_given_up(request: pytest.FixtureRequest, centre: ContactCentre) -> Iterator[None]:
    """No test leaves dead letters, unless it says that it makes some."""
    before = centre.dead_letters()  # of an earlier test that failed
    yield
    if "emptied" not in request.fixturenames:
        assert [each for each in centre.dead_letters() if each not in before] == []


@pytest.fixture
def answer(centre: ContactCentre) -> Iterator[Callable[[str, list[Json]], None]]:
    """`answer("whatsapp", actions)`: from then on, whoever writes there is answered by a flow of these actions."""
    architect, routing = platform.ArchitectApi(centre.sdk()), platform.RoutingApi(centre.sdk())
    former: dict[str, str] = {}

    def answer_by(number: str, flow_id: str) -> None:
        routing.put_routing_message_recipient(number, {"flow": {"id": flow_id}})
        centre.advance("PT31S")  # configuration is read anew within half a minute

    def by(channel: str, actions: list[Json]) -> None:
        number = centre.integration(channel)["id"]
        former.setdefault(number, routing.get_routing_message_recipient(number).flow.id)
        flow = architect.post_flows({"name": f"Answers {next(_numbers)}", "type": "INBOUNDSHORTMESSAGE"})
        task = {"task": {"refId": "main", "actions": actions}}
        definition = {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}
        architect.post_flow_versions(flow.id, definition)
        architect.post_flows_actions_publish(flow.id)
        answer_by(number, flow.id)

    yield by
    for number, flow_id in former.items():
        answer_by(number, flow_id)


@pytest.fixture
def lead(answer: Callable[[str, list[Json]], None]) -> Callable[[Json], None]:
    """`lead({"targetQueue": ...})`: from then on, whoever writes to the demo's WhatsApp number is transferred so."""
    return lambda transfer: answer("whatsapp", [{"transferToAcd": transfer}])
