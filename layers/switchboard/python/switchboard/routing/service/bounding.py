"""Bounding: what one agent can have at once is changed, and the labels that such bounds may be about."""

from functools import partial

from switchboard.kit import clock, ids
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import DomainError
from switchboard.routing import agents, commands
from switchboard.routing.models import Agent
from switchboard.routing.repository import Repository
from switchboard.routing.utilization import Capacity, Utilization, of_label


class Bounding:
    def __init__(self, repository: Repository, labels: Store) -> None:
        self._repository = repository
        self._labels = labels

    def set_own(self, user_id: str, bounds: Utilization) -> Agent:
        """What the agent has of their own; nothing: as the organization."""
        change = partial(agents.set_utilization, own=bounds, now=clock.now_ms())
        old, new = self._repository.set_own_utilization(user_id, change)
        if new is not old:
            commands.match_for(self._repository, [new])
        return new

    def create_label(self, name: str, bound: Capacity | None, actor: str = "") -> Body:
        """Raises InvalidValueError, ConflictError. The bound comes first: without its label it bounds nothing and is not shown."""
        label_id = ids.new()
        if bound is not None:
            self._repository.change_utilization(lambda known: {**known, of_label(label_id): bound})
        try:
            return self._labels.create({"name": name}, actor, label_id)
        except DomainError:
            self._unbind(label_id)
            raise

    def delete_label(self, label_id: str, actor: str = "") -> None:
        """With its bound in the organization's utilization. What bears it from before is bounded by its medium only.

        Raises NotFoundError, InUseError.
        """
        self._labels.delete(label_id, actor)
        self._unbind(label_id)

    def _unbind(self, label_id: str) -> None:
        key = of_label(label_id)
        self._repository.change_utilization(lambda known: {each: known[each] for each in known if each != key})
