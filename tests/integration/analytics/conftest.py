"""Reports of a contact centre that moves only when told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from switchboard.kit import clock

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre, centre, cloud

__all__ = ["centre", "cloud"]

Ask = Callable[..., Any]


@pytest.fixture
def console(centre: Centre) -> Console:
    return Console(centre.cloud).client()


def hour(centre: Centre) -> str:
    """The interval from half an hour ago to in half an hour."""
    now = centre.cloud.clock.now()
    half = timedelta(minutes=30)
    return f"{clock.iso(now - half)}/{clock.iso(now + half)}"
