"""A cloud per test, from a small template."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.integration.local import handlers

StartCloud = Callable[..., LocalCloud]


@pytest.fixture
def start_cloud() -> Iterator[StartCloud]:
    handlers.received.clear()
    handlers.failing.clear()
    with ExitStack() as stack:
        yield lambda stacks, **options: stack.enter_context(LocalCloud(stacks, **options))


def send(cloud: LocalCloud, queue: str, *bodies: str, **options: Any) -> None:
    sqs = cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body, **options)
