"""A cloud that moves only when told, with the demo organization; a folder that needs another one says so in its own conftest."""

from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud
from tests.integration.console import Console, sign_in


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """Delivers nothing by itself: `settle()` and `advance()` do, in a repeatable order, by a clock that stands still."""
    with LocalCloud(demo=True) as started:
        yield started


@pytest.fixture(scope="module")
def admin(cloud: LocalCloud) -> Console:
    return sign_in(cloud)
