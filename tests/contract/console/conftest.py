"""Clients of the shared cloud."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.whatsapp import Customer

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def admin(centre: ContactCentre) -> Any:
    """A client with every permission."""
    return centre.sdk()


@pytest.fixture(scope="module")
def nobody(centre: ContactCentre, admin: Any) -> Any:
    """A client that holds no role."""
    made = platform.OAuthApi(admin).post_oauth_clients(
        {"name": "Nobody", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": []}
    )
    return centre.sdk(made.id, made.secret)


@pytest.fixture(scope="module")
def unique() -> Callable[[str], str]:
    """`unique("Queue")` is a name that no other test uses."""
    return lambda stem: f"{stem} c{next(_numbers)}"


@pytest.fixture
def talk(customer: Customer, ana: Desk) -> Talk:
    """A conversation that Ana accepted."""
    customer.write("Hello")
    return ana.accept(customer.address)
