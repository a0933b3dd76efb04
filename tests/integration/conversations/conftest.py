"""A whole contact centre that moves only when told, with its agents on queue and listening."""

from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud
from tests.load.replay import Replay


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with LocalCloud(demo=True) as cloud:
        replay = Replay(cloud)
        replay.let_alerts_last()
        replay.agents_listen_and_go_on_queue()
        yield replay
