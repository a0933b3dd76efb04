"""What tests of several folders share: a served local cloud for each file, with the demo organization, and clients of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from tests.e2e.contact_centre import ContactCentre
    from tests.e2e.desk import Desk
    from tests.e2e.whatsapp import Customer


# A busy machine is no defect of the code; and what our fixtures give is good for many examples.
hypothesis.settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A served cloud. The tests of a file share it: each brings customers of its own, and leaves nobody on queue.

    Not those of all files: what one leaves for later would come due when another moves the clock.
    """
    from local.cloud import LocalCloud  # moto and the whole product: only where it is needed

    with LocalCloud(port=0, demo=True) as started:
        yield started


@pytest.fixture(scope="module")
def centre(request: pytest.FixtureRequest) -> ContactCentre:
    """The served cloud by its URL; SWITCHBOARD_URL names one that runs already (`make up`)."""
    from tests.e2e.contact_centre import ContactCentre

    return ContactCentre(os.environ.get("SWITCHBOARD_URL") or request.getfixturevalue("cloud").url)


@pytest.fixture(scope="module")
def sdk(centre: ContactCentre) -> Callable[..., Any]:
    """`sdk("demo-ana")`: the official SDK's client, signed in as that OAuth client."""
    return centre.sdk


@pytest.fixture
def ana(centre: ContactCentre) -> Iterator[Desk]:
    """Ana, alone on queue in Support and Sales; her work is ended after the test."""
    from tests.e2e.desk import Desk

    with Desk(centre, "ana") as desk:
        yield desk


@pytest.fixture
def customer(centre: ContactCentre) -> Customer:
    """Who writes on WhatsApp."""
    from tests.e2e.whatsapp import Customer

    return Customer(centre)
