"""The demo organization in a local cloud that moves only when told, and its administrator."""

from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud
from tests.integration.console import Console, sign_in


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(demo=True) as started:
        yield started


@pytest.fixture(scope="module")
def admin(cloud: LocalCloud) -> Console:
    return sign_in(cloud)
