"""Groups: what changes in the directory's groups, the agents follow.

Whoever changes members says so first: a timer makes the agents be looked at again, whatever stops the change half-way. Nothing is
carried in a message that could be older than another: the directory is asked. An agent who was written is compared with it once
more, since of two lookups at once the one that saw the older members may have been the last to write.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from switchboard.kit import clock
from switchboard.kit.errors import ConflictError
from switchboard.routing import agents, commands
from switchboard.routing.models import Agent
from switchboard.routing.ports import Directory
from switchboard.routing.repository import ATTEMPTS, Repository
from switchboard.routing.service.later import look_again


class Groups:
    def __init__(self, repository: Repository, directory: Directory) -> None:
        self._repository = repository
        self._directory = directory

    @contextmanager
    def following(self, group_id: str, user_ids: Collection[str]) -> Iterator[None]:
        """Around a change of the group's members that may concern these users."""
        look_again("group", user_ids, {"groupId": group_id})
        yield
        self.follow(group_id, sorted(set(user_ids)))

    def follow(self, group_id: str, user_ids: Collection[str]) -> None:
        """Let these agents be in the group, or not, as the directory says now. Harmless when repeated."""
        names = {user_id: str(user.get("name") or "") for user_id, user in self._directory.find_users(user_ids).items()}
        within = []
        for user_id in user_ids:
            agent = self._aligned(user_id, group_id, names.get(user_id, ""))
            # Looked for again when nothing changed this time: the attempt before may have died between the two.
            if group_id in agent.groups:
                within.append(agent)
        commands.match_for(self._repository, within)

    def _aligned(self, user_id: str, group_id: str, name: str) -> Agent:
        """The agent, who is as the directory says. Raises ConflictError."""

        def change(agent: Agent) -> Agent:
            member = self._directory.in_group(group_id, user_id)
            moved = agents.belong(agent, group_id, member, clock.now_ms())
            return moved if moved is agent else replace(moved, name=name or agent.name)

        for _ in range(ATTEMPTS):
            before, after = self._repository.change_group(user_id, group_id, change)
            if after is before:
                return after
        raise ConflictError("The group's members change too fast; try again.")
