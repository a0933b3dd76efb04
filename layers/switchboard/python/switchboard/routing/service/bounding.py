"""Bounding: what agents can have at once is changed, for all or for one, and the labels that such bounds may be about."""

from collections.abc import Collection
from functools import partial

from msgspec.structs import replace

from switchboard.kit import clock, ids
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import DomainError
from switchboard.routing import agents, commands
from switchboard.routing.models import Agent
from switchboard.routing.repository import Repository
from switchboard.routing.service.later import look_again
from switchboard.routing.utilization import Capacity, Utilization, has_any_room, of_label


class Bounding:
    def __init__(self, repository: Repository, labels: Store) -> None:
        self._repository = repository
        self._labels = labels

    def set_all(self, bounds: Utilization, user_ids: Collection[str]) -> None:
        """What whoever has nothing of their own can have at once. These users are looked at again soon: somebody who had no room
        may have some now, and is not found until they are written anew."""
        look_again("utilization", user_ids)
        self._repository.change_utilization(lambda _: bounds)

    def set_own(self, user_id: str, bounds: Utilization) -> Agent:
        """What the agent has of their own; nothing: as the organization."""
        change = partial(agents.set_utilization, own=bounds, now=clock.now_ms())
        _, new = self._repository.set_own_utilization(user_id, change)
        # Also where nothing changed: the request before may have died between the two.
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


def renew(repository: Repository, user_ids: Collection[str]) -> None:
    """Look for work for those of the users who have room by now. Harmless when repeated."""
    utilization, now = repository.utilization(), clock.now_ms()
    free = [
        agent.user_id
        for agent in repository.agents(user_ids).values()
        if agent.on_duty and has_any_room(agent.held, agent.within(utilization))
    ]
    changed = [repository.change(user_id, lambda agent: replace(agent, renewed_at=now)) for user_id in free]
    commands.match_for(repository, [new for _, new in changed])
