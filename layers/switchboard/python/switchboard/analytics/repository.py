"""Storage of facts and of agents' states; the only file that knows their keys.

    DAY#<day>#<shard>  <conversation>                  a conversation that started, or emitted a metric, on that day (UTC)
    USER#<user>        routing#<at>#<version>          what the agent's routing status became
    USER#<user>        presence#<at>#<definition>      what their presence became

A conversation is stored whole under each of its days, compressed, as one version with its messages: `said` counts them, and none is
ever taken back, so that more is later. The item of its first day knows the others (`days`), those that an earlier version had
included, and is written first: a version that is late meets a later one there or, where it overtakes, at every other day and loses.
"""

import zlib
from collections.abc import Iterable, Iterator

import msgspec

from switchboard.analytics import details_query, intervals
from switchboard.analytics.errors import CrossedError
from switchboard.analytics.models import Body, Fact, Interval, State, StateKind
from switchboard.kit import ids
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table
from switchboard.kit.errors import InvalidValueError

SHARDS = 4
"""A partition takes 1,000 write units a second: this many conversations can change at once, of one day."""

MOST_FACTS = 30_000
"""What a query reads at most: a conversation is about a kilobyte and adds up in a fifth of a millisecond, so that the most takes
some ten seconds of the 29 that a request may last."""


NOT_LATER = "attribute_not_exists(PK) OR (version <= :version AND (attribute_not_exists(said) OR said <= :said))"


class Repository:
    def __init__(self, table: Table) -> None:
        self._table = table

    # -- conversations

    def keep(self, fact: Fact) -> bool:
        """Store this version of a conversation in place of earlier ones; False where a later one is there. Harmless repeated.

        Raises CrossedError where neither is later: what is stored has a later version with fewer messages, or the reverse.
        """
        first, *others = details_query.days_of(fact.body)
        doc = zlib.compress(msgspec.json.encode(fact.body))
        values = {"version": fact.version, "said": fact.said, "doc": doc} | ({"days": set(others)} if others else {})
        try:
            stored = self._table.update(
                _key(first, fact.conversation_id),
                "SET version = :version, said = :said, doc = :doc" + (" ADD #days :days" if others else ""),
                values=values,
                names={"days": "days"} if others else None,
                condition=NOT_LATER,
            )
        except ConditionFailedError as failed:
            version, said = _order(failed.old)
            if version >= fact.version and said >= fact.said:
                return False
            raise CrossedError(fact.conversation_id) from failed
        for day in sorted(stored.get("days", ())):
            self._keep_other(day, fact, doc)
        return True

    def _keep_other(self, day: str, fact: Fact, doc: bytes) -> None:
        key = _key(day, fact.conversation_id)
        item: Item = {"PK": key[0], "SK": key[1], "version": fact.version, "said": fact.said, "doc": doc}
        try:
            self._table.put(item, condition=NOT_LATER, values={"version": fact.version, "said": fact.said})
        except ConditionFailedError:
            return  # a later version was here first

    def facts(self, interval: Interval, most: int = 0) -> Iterator[Body]:
        """Conversations of the days that the interval touches, the latest known version of each, decoded as they are consumed.

        Raises InvalidValueError for more than `most`, MOST_FACTS where nothing is said.
        """
        most = most or MOST_FACTS
        days = intervals.days(interval)
        found: dict[str, Item] = {}
        for count, item in enumerate(self._of_days(days)):
            if count >= most:
                less = "ask for fewer days" if len(days) > 1 else "a details job reads such a day"
                raise InvalidValueError(f"The days hold more than {most} conversations; {less}.", field="interval")
            known = found.get(item["SK"])
            if known is None or _order(known) < _order(item):
                found[item["SK"]] = item
        for item in found.values():
            yield msgspec.json.decode(zlib.decompress(item["doc"]))

    def read(self, day: str, conversation_ids: Iterable[str]) -> dict[str, tuple[Body, int]]:
        """Conversations of one day as they are known now, each with its bytes; without those that are not known."""
        found = self._table.batch_get([_key(day, each) for each in conversation_ids])
        docs = {key[1]: zlib.decompress(item["doc"]) for key, item in found.items()}
        return {identifier: (msgspec.json.decode(doc), len(doc)) for identifier, doc in docs.items()}

    def _of_days(self, days: Iterable[str]) -> Iterator[Item]:
        for day in days:
            for shard in range(SHARDS):
                yield from self._table.query(f"DAY#{day}#{shard}")

    # -- agents' states

    def keep_state(self, user_id: str, kind: StateKind, state: State, order: str) -> None:
        """Remember that a state began. `order` tells apart what began in the same millisecond, the later one sorting last."""
        item: Item = {
            "PK": _user(user_id),
            "SK": f"{kind}#{state.at:013d}#{order}",
            "at": state.at,
            "value": state.value,
            "definition": state.definition_id or None,
        }
        self._table.put(item)

    def history(self, user_id: str, kind: StateKind, interval: Interval) -> list[State]:
        """The states of the interval in order, with the one in which it begins."""
        begin, end = f"{kind}#{interval.start:013d}", f"{kind}#{interval.end:013d}"
        before = self._table.query(_user(user_id), between=(f"{kind}#", begin), forward=False, limit=1)
        within = self._table.query(_user(user_id), between=(begin, end))
        return [_state(item) for item in (*before, *within)]


def _order(item: Item) -> tuple[int, int]:
    return item["version"], item.get("said", 0)


def _key(day: str, conversation_id: str) -> Key:
    return f"DAY#{day}#{ids.digest(conversation_id)[0] % SHARDS}", conversation_id


def _user(user_id: str) -> str:
    return f"USER#{user_id}"


def _state(item: Item) -> State:
    return State(at=item["at"], value=item["value"], definition_id=item.get("definition", ""))
