"""Members of queues, and what an agent can do: memberships, skills, languages."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

from msgspec.structs import replace

from switchboard.kit import clock
from switchboard.kit.errors import ConflictError, DomainError, InvalidValueError, NotFoundError
from switchboard.routing import agents, commands
from switchboard.routing.models import BEST_PROFICIENCY, Agent, Membership, QueueRules
from switchboard.routing.ports import Users
from switchboard.routing.repository import Repository
from switchboard.routing.service.later import look_again
from switchboard.routing.service.roster import roster

AT_ONCE = 100


class ThroughGroupError(ConflictError):
    """A membership that a group brings is changed with the group."""

    def __init__(self, user_id: str) -> None:
        super().__init__(
            f"User {user_id} is a member of the queue through a group; take them out of that group instead."
        )


class Members:
    """`rules` are those of the queue now; None where there is none."""

    def __init__(self, repository: Repository, users: Users, rules: Callable[[str], QueueRules | None]) -> None:
        self._repository = repository
        self._users = users
        self._rules = rules

    def add(self, queue_id: str, user_ids: Collection[str]) -> None:
        """Make users members who have joined; who is a member already stays as they are. Raises InvalidValueError."""
        _check_number(user_ids)
        known = self._users.present_users(user_ids)
        for index, user_id in enumerate(user_ids):
            if user_id not in known:
                raise InvalidValueError(f"The user '{user_id}' does not exist.", field=f"{index}.id")
        joined = [
            self._join(queue_id, user_id, known[user_id].get("name") or "") for user_id in dict.fromkeys(user_ids)
        ]
        # Also for who was one already, here and below: the request before may have died between the two.
        commands.match_for(self._repository, [agent for agent in joined if agent.joined(queue_id)])

    def remove(self, queue_id: str, user_ids: Collection[str]) -> None:
        """End memberships; who is none is left alone."""
        _check_number(user_ids)
        self._leave(queue_id, dict.fromkeys(user_ids))

    def depart(self, user_id: str) -> None:
        """End all memberships of a user who is no more."""
        for queue_id in self._repository.agent(user_id).queues:
            self.remove(queue_id, [user_id])

    def alter(self, queue_id: str, user_id: str, *, joined: bool | None = None, ring: int | None = None) -> Agent:
        """Join or leave as a member, move to a ring (1 to 6). Raises NotFoundError, InvalidValueError, ThroughGroupError."""
        self.check_alteration(queue_id, user_id, ring)

        def change(agent: Agent) -> Agent:
            membership = agent.queues.get(queue_id)
            if membership is None:
                raise self._no_member(queue_id, agent)
            altered = Membership(
                joined=membership.joined if joined is None else joined, ring=membership.ring if ring is None else ring
            )
            return agents.join(agent, queue_id, altered, clock.now_ms())

        _, new = self._repository.change_membership(user_id, queue_id, change)
        if joined and new.joined(queue_id):
            commands.match_for(self._repository, [new])
        return new

    def check_alteration(self, queue_id: str, user_id: str, ring: int | None, field: str = "ringNumber") -> None:
        """Raises what `alter` would, before anything is changed."""
        if ring is not None and not 1 <= ring <= 6:
            raise InvalidValueError("ringNumber must be between 1 and 6.", field=field)
        agent = self._repository.agent(user_id)
        if queue_id not in agent.queues:
            raise self._no_member(queue_id, agent)

    def _no_member(self, queue_id: str, agent: Agent) -> DomainError:
        rules = self._rules(queue_id)
        if rules and rules.membership(agent):
            return ThroughGroupError(agent.user_id)
        return NotFoundError("queue member", agent.user_id)

    def of_queue(self, queue_id: str) -> list[Agent]:
        """The members, by name; who is one through a group has that membership here. To be read, not to be stored."""
        rules = self._rules(queue_id)
        return roster(self._repository, rules) if rules else []

    def lent_to(self, queue_id: str) -> list[Agent]:
        """Who is in a group that the queue's rules bring in on a condition, and no member."""
        rules = self._rules(queue_id)
        brought = self._repository.group_members(rules.groups - rules.member_rings.keys()) if rules else set()
        found = self._repository.agents(brought).values() if brought else ()
        return [agent for agent in found if rules and rules.membership(agent) is None]

    def dissolving(self, queue_id: str) -> None:
        """Before a queue is deleted: its memberships are looked at again soon."""
        look_again("members", self._repository.members(queue_id), {"queueId": queue_id})

    def dissolve(self, queue_id: str, user_ids: Iterable[str]) -> None:
        """End these memberships if the queue is no more. Harmless when repeated."""
        if self._rules(queue_id) is None:
            self._leave(queue_id, user_ids)

    def _leave(self, queue_id: str, user_ids: Iterable[str]) -> None:
        for user_id in user_ids:
            leave = partial(agents.join, queue_id=queue_id, membership=None, now=clock.now_ms())
            self._repository.change_membership(user_id, queue_id, leave)

    def set_skill(self, user_id: str, skill_id: str, proficiency: float | None) -> Agent:
        """Give the agent a skill, change its proficiency, or (None) take it away."""
        return self._alter(user_id, lambda agent: replace(agent, skills=_with(agent.skills, skill_id, proficiency)))

    def set_language(self, user_id: str, language_id: str, proficiency: float | None) -> Agent:
        return self._alter(
            user_id, lambda agent: replace(agent, languages=_with(agent.languages, language_id, proficiency))
        )

    def _alter(self, user_id: str, change: agents.Change) -> Agent:
        def renewed(agent: Agent) -> Agent:
            altered = change(agent)
            return agent if altered == agent else replace(altered, renewed_at=clock.now_ms())

        _, new = self._repository.change(user_id, renewed)
        commands.match_for(self._repository, [new])
        return new

    def _join(self, queue_id: str, user_id: str, name: str) -> Agent:
        def change(agent: Agent) -> Agent:
            agent = replace(agent, name=name)
            return agent if queue_id in agent.queues else agents.join(agent, queue_id, Membership(), clock.now_ms())

        return self._repository.change_membership(user_id, queue_id, change)[1]


def check_proficiency(value: Any) -> float:
    """Raises InvalidValueError outside 0 to 5."""
    if value is None or not 0 <= value <= BEST_PROFICIENCY:
        raise InvalidValueError(f"proficiency must be between 0 and {BEST_PROFICIENCY}.", field="proficiency")
    return float(value)


def _check_number(user_ids: Collection[str]) -> None:
    if len(user_ids) > AT_ONCE:
        raise InvalidValueError(f"At most {AT_ONCE} members are taken at once.", field="body")


def _with(held: dict[str, float], key: str, value: float | None) -> dict[str, float]:
    return {**{name: each for name, each in held.items() if name != key}, **({} if value is None else {key: value})}


def ids_of(bodies: Iterable[Any]) -> list[str]:
    """The ids of a list of references. Raises InvalidValueError where one has none."""
    found = []
    for index, body in enumerate(bodies):
        if not (body or {}).get("id"):
            raise InvalidValueError("id is required.", field=f"{index}.id")
        found.append(str(body["id"]))
    return found
