"""What one batch of routing commands has read, so that ten offers cost the reads of one.

It may be as old as the batch. Agents and conversations are written under the version read, so what others changed meanwhile shows
there; what waits in a queue only the batch's own FIFO group writes.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from switchboard.conversations.models import Conversation
from switchboard.routing.models import Agent, Interaction
from switchboard.routing.ports import Conversations
from switchboard.routing.repository import PAGE, Repository

FEW = 100
"""Members whose agents are read in one call."""


class Batch:
    def __init__(self, repository: Repository, conversations: Conversations, offered: Iterable[str] = ()) -> None:
        """`offered` are the conversations that the batch's offers are about."""
        self._repository = repository
        self._conversations = conversations
        self._known: dict[str, Conversation] = {}
        self._expected: dict[str, Interaction] = {}
        self._read(offered)
        self._unread = repository.available_agents()
        self._agents: dict[str, Agent] = {}
        self._looked_at = 0
        self._known_whole: set[str] = set()
        self._timed: dict[tuple[str, str], int] = {}
        self._first_rank: dict[str, str | None] = {}

    def expect(self, interactions: Iterable[Interaction]) -> None:
        """These are likely to be assigned next, to one agent: the first has for all what can be had in one call."""
        self._expected = {each.conversation_id: each for each in interactions}

    def expected_like(self, interaction: Interaction) -> list[Interaction]:
        """Those of its medium that are expected with it, and itself."""
        same = [each for each in self._expected.values() if each.media == interaction.media]
        return same if interaction in same else [interaction]

    def _read(self, identifiers: Iterable[str]) -> None:
        unread = [each for each in identifiers if each not in self._known]
        if unread:
            self._known |= self._conversations.find_all(unread)

    def conversation(self, identifier: str) -> Conversation | None:
        """The conversation as it was when the batch read it; None where it was not read."""
        if identifier in self._expected:
            self._read(self._expected)
        return self._known.get(identifier)

    def alerts_are_timed(self, user_id: str, interactions: Iterable[Interaction], due: int) -> None:
        """A timer is set already for when the agent is offered one of these."""
        self._timed |= {(user_id, each.conversation_id): due for each in interactions}

    def alert_due(self, user_id: str, interaction: Interaction) -> int:
        """When the timer rings that is set for the agent's next claim of it (milliseconds); 0 where none is."""
        return self._timed.pop((user_id, interaction.conversation_id), 0)

    def available(self, queue_id: str, groups: Collection[str] = ()) -> Iterator[Agent]:
        """Joined members, and agents of the groups, for whom work may be found, the longest idle first, read as they are
        consumed: from all who are available, as long as that is one page; then from the queue's own, where these are few."""

        def serves(agent: Agent) -> bool:
            if queue_id in agent.queues:
                return agent.joined(queue_id)
            return any(group in agent.groups for group in groups)

        yield from [agent for agent in self._agents.values() if serves(agent)]
        if queue_id in self._known_whole:
            return
        yield from filter(serves, self._added(islice(self._unread, max(0, PAGE - self._looked_at))))
        if self._looked_at < PAGE:
            return
        few = self._repository.few_available(queue_id, groups, FEW)
        if few is not None:
            self._known_whole.add(queue_id)
        yield from filter(serves, self._added(self._unread if few is None else few))

    def _added(self, agents: Iterable[Agent]) -> Iterator[Agent]:
        """Those who were not known, who are so from here on."""
        for agent in agents:
            self._looked_at += 1
            if agent.user_id not in self._agents:
                self._agents[agent.user_id] = agent
                yield agent

    def now_is(self, agent: Agent) -> None:
        """The agent after a write of ours, or as another's write left them."""
        if agent.user_id in self._agents:
            self._agents[agent.user_id] = agent

    def better_placed(self, interaction: Interaction) -> bool:
        """Whether somebody waits in the queue whose turn comes before this one's."""
        queue_id = interaction.queue_id
        if queue_id not in self._first_rank:
            first = next(self._repository.places.waiting(queue_id, limit=1), None)
            self._first_rank[queue_id] = first.rank if first else None
        rank = self._first_rank[queue_id]
        return rank is not None and rank < interaction.rank

    def queue_moved(self, queue_id: str) -> None:
        """Something began or ceased to wait in the queue."""
        self._first_rank.pop(queue_id, None)
