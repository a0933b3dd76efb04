"""The queue that a request names, by id or by name."""

from switchboard.kit.entities import Body
from switchboard.kit.errors import InvalidValueError
from switchboard.routing import api as routing


def named(queue_id: str) -> Body:
    """Raises InvalidValueError."""
    queue = routing.find_queue(queue_id)
    if queue is None:
        raise InvalidValueError(f"There is no queue {queue_id}.", field="queueId")
    return queue


def called(name: str) -> Body:
    """Raises InvalidValueError."""
    queue = routing.queues().by_name(name)
    if queue is None:
        raise InvalidValueError(f"There is no queue {name[:60]}.", field="queueName")
    return queue
