"""Storage of agents and memberships; the only file that knows their keys. What waits, or has lately, has its own (places.py).

    AGENT#<user>   STATE            the agent; in GSI1 (AGENTS, idle since) while new work may be found for them
    QUEUE#<queue>  MEMBER#<user>    points from a queue to its member, whose AGENT item says the rest
    QUEUE#<queue>  COUNTS           how many members it has and how many have joined
    QUEUE#<queue>  WRAPUP#<code>    a wrap-up code of the queue
    GROUP#<group>  MEMBER#<user>    points from a group of the directory to an agent in it
    GROUP#<group>  QUEUE#<queue>    points from a group to a queue that it may serve
    SETTINGS       UTILIZATION      the organization's utilization
    LABEL#<label>  AGENT#<user>     an agent whose own utilization names the label, unless the AGENT item says otherwise by now

An agent is written as a whole under the version that was read: a claim is one conditional put, exact under any rule of capacity.
The index is sorted by the start of idleness, and a claim leaves it as it is, which saves a write unit; what ends a claim moves it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from switchboard.kit import dynamo, model
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table, TransactionCanceledError
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import ConflictError
from switchboard.routing import agents as transitions
from switchboard.routing.models import Agent, Membership
from switchboard.routing.places import Places
from switchboard.routing.utilization import DEFAULT, Capacity, Utilization, named_labels

ATTEMPTS = 10
_AVAILABLE = "AGENTS"
PAGE = 100
"""How many of those who are available are read at a time."""
_UTILIZATION = ("SETTINGS", "UTILIZATION")


class ChangedMeanwhileError(Exception):
    """Another write came first; `stored` is the agent as it is now."""

    def __init__(self, stored: Agent) -> None:
        super().__init__(f"agent {stored.user_id} changed meanwhile")
        self.stored = stored


class Repository:
    def __init__(self, table: Table, utilization: Callable[[], Utilization]) -> None:
        self._table = table
        self._utilization = utilization
        self.places = Places(table)

    # -- agents

    def agent(self, user_id: str) -> Agent:
        """The agent as stored; off queue and without queues where nothing is."""
        item = self._table.get(_agent_key(user_id))
        return _agent(item) if item else Agent(user_id=user_id)

    def agents(self, user_ids: Iterable[str]) -> dict[str, Agent]:
        found = self._table.batch_get(_agent_key(user_id) for user_id in user_ids)
        return {agent.user_id: agent for agent in map(_agent, found.values())}

    def available_agents(self) -> Iterator[Agent]:
        """Agents for whom work may be found, the longest idle first, read as they are consumed."""
        yield from map(_agent, self._table.query(_AVAILABLE, index="GSI1", page=PAGE))

    def few_available(self, queue_id: str, groups: Iterable[str], most: int) -> list[Agent] | None:
        """Of the queue's members and the groups' agents those for whom work may be found, the longest idle first; None where they
        may be more than `most` in all."""
        serving: set[str] = set()
        for partition in (_queue(queue_id), *map(_group, groups)):
            found = self._table.query(partition, prefix="MEMBER#", limit=most + 1)
            serving.update(item["SK"].removeprefix("MEMBER#") for item in found)
            if len(serving) > most:
                return None
        bounds = self._utilization()
        able = [each for each in self.agents(serving).values() if transitions.available(each, bounds)]
        return sorted(able, key=lambda each: (each.idle_since, each.user_id))

    def save(self, new: Agent) -> Agent:
        """Write over the version that `new` was made from. Raises ChangedMeanwhileError."""
        condition, values = _unchanged(new)
        made = replace(new, version=new.version + 1)
        try:
            self._table.put(self._item(made), condition=condition, values=values)
        except ConditionFailedError as failed:
            raise ChangedMeanwhileError(_agent(failed.old) if failed.old else Agent(user_id=new.user_id)) from failed
        return made

    def change(self, user_id: str, change: transitions.Change) -> tuple[Agent, Agent]:
        """Apply a transition; the agent before and after (the same where nothing changed). Raises ConflictError."""
        old = self.agent(user_id)
        for _ in range(ATTEMPTS):
            new = change(old)
            if new == old:
                return old, old
            try:
                return old, self.save(new)
            except ChangedMeanwhileError as changed:
                old = changed.stored
        raise ConflictError("The agent's state changes too fast; try again.")

    # -- memberships

    def change_membership(self, user_id: str, queue_id: str, change: transitions.Change) -> tuple[Agent, Agent]:
        """Apply a transition that may add, end or alter a membership; the pointer and the queue's counts follow in one write."""

        def pointers(old: Agent, new: Agent) -> list[dynamo.Write]:
            return _membership_writes(user_id, queue_id, old.queues.get(queue_id), new.queues.get(queue_id))

        return self._change_with(user_id, change, pointers)

    def change_group(self, user_id: str, group_id: str, change: transitions.Change) -> tuple[Agent, Agent]:
        """Apply a transition that may put the agent into a group or take them out; the pointer follows in one write."""
        pointer = (_group(group_id), f"MEMBER#{user_id}")

        def pointers(old: Agent, new: Agent) -> list[dynamo.Write]:
            return _pointing(pointer, group_id in old.groups, group_id in new.groups)

        return self._change_with(user_id, change, pointers)

    def _change_with(
        self, user_id: str, change: transitions.Change, others: Callable[[Agent, Agent], list[dynamo.Write]]
    ) -> tuple[Agent, Agent]:
        for _ in range(ATTEMPTS):
            old = self.agent(user_id)
            new = change(old)
            if new == old:
                return old, old
            condition, values = _unchanged(old)
            made = replace(new, version=old.version + 1)
            write = dynamo.put(self._item(made), condition=condition, values=values)
            try:
                self._table.transact([write, *others(old, new)])
            except TransactionCanceledError:
                continue
            return old, made
        raise ConflictError("The agent is being changed by others; try again.")

    def members(self, queue_id: str) -> list[str]:
        """The user ids of a queue's members."""
        return self._pointed(_queue(queue_id), "MEMBER#")

    def group_members(self, group_ids: Iterable[str]) -> set[str]:
        """The user ids of the agents in any of the groups."""
        return {user_id for group_id in group_ids for user_id in self._pointed(_group(group_id), "MEMBER#")}

    def queues_of_groups(self, group_ids: Iterable[str]) -> set[str]:
        """The ids of the queues that name any of the groups: one call for each group."""
        return {queue_id for group_id in group_ids for queue_id in self._pointed(_group(group_id), "QUEUE#")}

    def _pointed(self, partition: str, prefix: str) -> list[str]:
        found = self._table.query(partition, prefix=prefix, consistent=True)
        return [item["SK"].removeprefix(prefix) for item in found]

    def counts(self, queue_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
        """(members, joined members) of each queue."""
        wanted = list(queue_ids)
        found = self._table.batch_get((_queue(queue_id), "COUNTS") for queue_id in wanted)
        items = {queue_id: found.get((_queue(queue_id), "COUNTS"), {}) for queue_id in wanted}
        return {queue_id: (item.get("members", 0), item.get("joined", 0)) for queue_id, item in items.items()}

    # -- wrap-up codes of a queue

    def wrapup_codes(self, queue_id: str) -> list[str]:
        return self._pointed(_queue(queue_id), "WRAPUP#")

    def queues_with_wrapup_code(self, queue_ids: Iterable[str], code_id: str) -> list[str]:
        """Those of the queues that have it."""
        wanted = list(queue_ids)
        found = self._table.batch_get((_queue(queue_id), f"WRAPUP#{code_id}") for queue_id in wanted)
        return [queue_id for queue_id in wanted if (_queue(queue_id), f"WRAPUP#{code_id}") in found]

    def add_wrapup_codes(self, queue_id: str, code_ids: Iterable[str]) -> None:
        self._table.put_all([{"PK": _queue(queue_id), "SK": f"WRAPUP#{code_id}"} for code_id in code_ids])

    def remove_wrapup_code(self, queue_id: str, code_id: str) -> bool:
        """False where the queue did not have it."""
        return self._table.delete((_queue(queue_id), f"WRAPUP#{code_id}")) is not None

    # -- utilization

    def utilization(self) -> Utilization:
        return {**DEFAULT, **_stored_bounds(self._table.get(_UTILIZATION))}

    def change_utilization(self, change: Callable[[Utilization], Utilization]) -> None:
        """What the change leaves out goes back to what is assumed. Raises ConflictError."""
        for _ in range(ATTEMPTS):
            item = self._table.get(_UTILIZATION)
            media = {name: model.dump(capacity) for name, capacity in change(_stored_bounds(item)).items()}
            condition = "media = :seen" if item else "attribute_not_exists(PK)"
            with suppress(ConditionFailedError):
                new = {"PK": _UTILIZATION[0], "SK": _UTILIZATION[1], "media": media}
                return self._table.put(new, condition=condition, values={"seen": item["media"]} if item else None)
        raise ConflictError("The utilization is being changed by others; try again.")

    def set_own_utilization(self, user_id: str, change: transitions.Change) -> tuple[Agent, Agent]:
        """Apply a transition that changes an agent's own utilization; whom a label's deletion would concern is known before."""
        old = self.agent(user_id)
        before, after = named_labels(old.utilization), named_labels(change(old).utilization)
        self._table.put_all([{"PK": f"LABEL#{each}", "SK": f"AGENT#{user_id}"} for each in sorted(after - before)])
        changed = self.change(user_id, change)
        self._table.delete_all((f"LABEL#{each}", f"AGENT#{user_id}") for each in sorted(before - after))
        return changed

    def agents_naming(self, label_id: str, most: int) -> list[Agent]:
        """Agents whose own utilization names the label, of the first so many that may."""
        found = self._table.query(f"LABEL#{label_id}", prefix="AGENT#", limit=most, consistent=True)
        agents = self.agents(item["SK"].removeprefix("AGENT#") for item in found)
        return [agent for agent in agents.values() if label_id in named_labels(agent.utilization)]

    def _item(self, agent: Agent) -> Item:
        key = _agent_key(agent.user_id)
        item: Item = {"PK": key[0], "SK": key[1], "version": agent.version, "doc": model.dump(agent)}
        if transitions.available(agent, self._utilization()):
            item |= {"GSI1PK": _AVAILABLE, "GSI1SK": f"{agent.idle_since:013d}#{agent.user_id}"}
        return item


def stored_agent(item: Item) -> Agent | None:
    """The agent that an item of the table's stream holds; None for items of another kind."""
    return _agent(item) if item.get("PK", "").startswith("AGENT#") else None


def renamed_queue(after: Item, before: Item) -> Body | None:
    """The queue that by the table's stream has another name or division."""
    new, old = Store.stored(after), Store.stored(before)
    if new is None or old is None or new[0] != "queue":
        return None
    same = all(new[1].get(name) == old[1].get(name) for name in ("name", "division"))
    return None if same else new[1]


def _stored_bounds(item: Item | None) -> Utilization:
    return {name: model.load(Capacity, text) for name, text in item["media"].items()} if item else {}


def _agent(item: Item) -> Agent:
    return model.load(Agent, item["doc"])


def _agent_key(user_id: str) -> Key:
    return f"AGENT#{user_id}", "STATE"


def _queue(queue_id: str) -> str:
    return f"QUEUE#{queue_id}"


def _group(group_id: str) -> str:
    return f"GROUP#{group_id}"


def _unchanged(agent: Agent) -> tuple[str, dict[str, Any] | None]:
    if not agent.version:
        return "attribute_not_exists(PK)", None
    return "version = :seen", {"seen": agent.version}


def serving_writes(queue_id: str, before: Collection[str], after: Collection[str]) -> list[dynamo.Write]:
    """Let the groups that a queue names point to it: to be written with the queue."""
    return [
        write
        for group_id in sorted({*before, *after})
        for write in _pointing((_group(group_id), f"QUEUE#{queue_id}"), group_id in before, group_id in after)
    ]


def _pointing(pointer: Key, before: bool, after: bool) -> list[dynamo.Write]:
    """The write, if any, that a pointer needs which stood there `before` and is to be there `after`."""
    if before == after:
        return []
    return [dynamo.put({"PK": pointer[0], "SK": pointer[1]}) if after else dynamo.delete(pointer)]


def _membership_writes(
    user_id: str, queue_id: str, before: Membership | None, after: Membership | None
) -> list[dynamo.Write]:
    writes = _pointing((_queue(queue_id), f"MEMBER#{user_id}"), before is not None, after is not None)
    members = (after is not None) - (before is not None)
    joined = (after is not None and after.joined) - (before is not None and before.joined)
    if members or joined:
        changes = {"members": members, "joined": joined}
        writes.append(
            dynamo.update((_queue(queue_id), "COUNTS"), "ADD members :members, joined :joined", values=changes)
        )
    return writes
