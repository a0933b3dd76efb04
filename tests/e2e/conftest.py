"""Agents and customers of the shared cloud. A test that takes an agent has that agent alone on queue."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


@pytest.fixture
def ana(centre: ContactCentre) -> Iterator[Desk]:
    """Ana, on queue in Support and Sales; her work is ended after the test."""
    with Desk(centre, "ana") as desk:
        yield desk


@pytest.fixture
def customer(centre: ContactCentre) -> Customer:
    return Customer(centre)


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
