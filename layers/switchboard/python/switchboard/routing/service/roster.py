"""Who is a member of a queue, directly or through a group that it names."""

from typing import NamedTuple

from msgspec.structs import replace

from switchboard.routing.models import Agent, QueueRules
from switchboard.routing.repository import Repository


class Counts(NamedTuple):
    """Of a queue: who is a member by name, all who have joined, all members."""

    users: int = 0
    joined: int = 0
    all: int = 0


def roster(repository: Repository, rules: QueueRules) -> list[Agent]:
    """The members, by name; who is one through a group has that membership here. To be read, not to be stored."""
    user_ids = {*repository.members(rules.queue_id), *repository.group_members(rules.member_rings)}
    members = []
    for agent in repository.agents(user_ids).values():
        membership = rules.membership(agent)
        if membership is not None:
            members.append(replace(agent, queues={**agent.queues, rules.queue_id: membership}))
    return sorted(members, key=lambda agent: (agent.name.lower(), agent.user_id))


def counts(repository: Repository, rules: QueueRules, direct: tuple[int, int]) -> Counts:
    """`direct` is how many are members by name, and have joined: those who are it through groups come to them."""
    if not rules.member_rings:
        return Counts(*direct, direct[0])
    members = roster(repository, rules)
    by_group = len([agent for agent in members if agent.queues[rules.queue_id].by_group])
    return Counts(direct[0], direct[1] + by_group, direct[0] + by_group)
