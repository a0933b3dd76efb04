"""The steps of assignment, for the functions that run them: each is wired with what it needs and loads no more."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.conversations import api as conversations
from switchboard.kit import settings
from switchboard.routing import bootstrap
from switchboard.routing.batch import Batch
from switchboard.routing.service.assign import Assigning


def begin(commands: Sequence[Mapping[str, Any]]) -> Batch:
    """Read once what a batch of commands of acd.fifo needs."""
    offered = [each.get("conversationId") for each in commands if each.get("command") == "offer"]
    return Batch(bootstrap.repository(), conversations, [each for each in offered if each])


def assign(command: Mapping[str, Any], attempt: int = 1, batch: Batch | None = None) -> None:
    """Carry out a command of acd.fifo (offer, withdraw, match). Harmless when repeated."""
    _assigning().handle(command, batch or begin([]), again=attempt > 1)


def fire_timer(timer: Mapping[str, Any]) -> None:
    """A due routing timer."""
    if timer["timer"] == "group":
        from switchboard.directory import api as directory
        from switchboard.routing.service.groups import Groups

        return Groups(bootstrap.repository(), directory).follow(timer["groupId"], timer["userIds"])
    if timer["timer"] == "members":
        from switchboard.directory import api as directory
        from switchboard.routing.service.members import Members

        members = Members(bootstrap.repository(), directory, bootstrap.rules)
        return members.dissolve(timer["queueId"], timer["userIds"])
    if timer["timer"] == "utilization":
        from switchboard.routing.service.bounding import renew

        return renew(bootstrap.repository(), timer["userIds"])
    from switchboard.routing.service.alerting import Alerting

    return Alerting(bootstrap.repository(), conversations).fire(timer)


def conversation_changed(detail: Mapping[str, Any]) -> None:
    """The event `conversation.changed`: give back the capacity that is no longer used."""
    from switchboard.routing.service.release import Releasing

    Releasing(bootstrap.repository()).conversation_changed(detail)


def tell(records: Sequence[Mapping[str, Any]]) -> None:
    """The outbox: stream records to events."""
    from switchboard.routing.service.tell import tell as tell_of

    tell_of(records, bootstrap.through_groups)


@settings.per_function
def _assigning() -> Assigning:
    return Assigning(bootstrap.repository(), conversations, bootstrap.configuration())
