"""One running system for all tests of a folder: each test makes its own clients, users and roles."""

from collections.abc import Iterator

import pytest
from switchboard.kit import ids

from local.cloud import LocalCloud
from tests.integration.identity.console import Console
from tests.integration.identity.divisioned import DIVISIONS


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud() as started:
        yield started


@pytest.fixture
def console(cloud: LocalCloud) -> Console:
    return Console(cloud)


@pytest.fixture
def admin(console: Console) -> Console:
    return console.client("*:*:*")


@pytest.fixture
def division(admin: Console) -> str:
    return str(admin.call("POST", DIVISIONS, {"name": ids.new()}).body["id"])
