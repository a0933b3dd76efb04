"""Storage of conversations, threads and messages; the only file that knows their keys.

    C#<conversation>  C                      the conversation document
    T#<thread>        STATE                  where the customer stands with us (`relayed`, `saidBy`: an external contact joined)
    T#<thread>        M#<time>#<message>     a message; the key is made of the provider's facts, so a repeat meets itself
    C#<conversation>  TOLD#<occasion>        what a flow says was said on that occasion
    C#<conversation>  INTERNAL#<time>#<id>   what an agent and a colleague said to each other in a consultation
    Q#<queue>         RETURNS#<conversation> it is put aside, for a time or for later, and comes back to that queue
    U#<user>          BESIDE#<conversation>  the user's advice was asked for there, or they joined the agent, lately
    P#<integration>#<provider id>  P         a sent message by the provider's id, for receipts without our reference

A conversation's document is compressed: with an agent alerted it then still fits one write unit, uncompressed it takes two.

A thread is one customer on one integration. Message ids carry their thread (kit.ids.anchored), so a message is found by its id
alone without an index, which the hot write would pay for.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from switchboard.conversations import parts
from switchboard.conversations.errors import ChangedMeanwhileError, StateConflictError
from switchboard.conversations.models import Conversation, InternalMessage, Message, Participant, Thread
from switchboard.kit import clock, dynamo, ids, model
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table, TransactionCanceledError, Write

LATEST_MS = 7 * 24 * 3_600_000
"""Providers deliver again for a week at most."""
POINTER_SECONDS = 30 * 24 * 3600
RETURN_SECONDS = 2 * POINTER_SECONDS
"""Longer than anything is put aside."""
OCCASION_SECONDS = 30 * 24 * 3600
STATUS_RANK = {
    "queued": 0,
    "sending": 1,
    "received": 1,
    "sent": 2,
    "published": 2,
    "delivered": 3,
    "read": 4,
    "removed": 5,
}
FAILED_RANK = 10


@dataclass(frozen=True)
class ThreadWrite:
    """How a thread follows its conversation. Where its condition fails: `refusal` says why the change is refused; empty, the thread
    has gone on to a later conversation, which this one does not concern any more."""

    write: Write
    refusal: str = ""


@dataclass(frozen=True)
class Touched:
    """A thread after a customer's message. `fresh`: it was moved on; else it is as it stood (older message, or not open)."""

    thread: Thread | None
    fresh: bool


def thread_id(integration_id: str, identity: str) -> str:
    """80 bits that name one customer on one integration."""
    return ids.digest("thread", integration_id, identity).hex()[: ids.ANCHOR_DIGITS]


def message_id(thread: str, provider_id: str) -> str:
    return ids.anchored(thread, "message", provider_id)


def sort_key(time: int, identifier: str) -> str:
    return f"M#{time:013d}#{identifier}"


class Repository:
    def __init__(self, table: Table) -> None:
        self._table = table

    # -- conversations

    def find(self, identifier: str) -> Conversation | None:
        item = self._table.get(_conversation_key(identifier))
        return _conversation(item) if item else None

    def find_all(self, identifiers: list[str]) -> dict[str, Conversation]:
        found = self._table.batch_get([_conversation_key(identifier) for identifier in identifiers])
        return {key[0][2:]: _conversation(item) for key, item in found.items()}

    def create(self, conversation: Conversation) -> bool:
        """False where it is there already (a step that runs again)."""
        self._note_returns(_returning(conversation), conversation.id)
        try:
            self._table.create(_conversation_item(conversation))
        except ConditionFailedError:
            return False
        return True

    def save(self, old: Conversation, new: Conversation) -> Conversation:
        """Write the next version; raises ChangedMeanwhileError. The threads follow in the same transaction where what the customer
        or an external contact writes next must go elsewhere for it; raises StateConflictError where a contact cannot join."""
        new = msgspec.structs.replace(new, version=old.version + 1)
        item = _conversation_item(new)
        condition, values = "version = :version", {"version": old.version}
        threads = _thread_writes(old, new)
        self._note_returns(_returning(new) - _returning(old), new.id)
        while threads:
            try:
                self._table.transact(
                    [dynamo.put(item, condition=condition, values=values), *(each.write for each in threads)]
                )
            except TransactionCanceledError as canceled:
                threads = _without_past(threads, canceled)
            else:
                return new
        try:
            self._table.put(item, condition=condition, values=values)
        except ConditionFailedError as failed:
            raise ChangedMeanwhileError from failed
        return new

    def _note_returns(self, queue_ids: Iterable[str], conversation_id: str) -> None:
        """First, so that a crash leaves a note too many, which `returning` reads over, and none too few."""
        expires = clock.now_ms() // 1000 + RETURN_SECONDS
        for queue_id in queue_ids:
            self._table.put({"PK": f"Q#{queue_id}", "SK": f"RETURNS#{conversation_id}", "expiresAt": expires})

    def returning(self, queue_id: str) -> Iterator[str]:
        """Conversations that are put aside and come back to the queue."""
        noted = (item["SK"].removeprefix("RETURNS#") for item in self._table.query(f"Q#{queue_id}", prefix="RETURNS#"))
        for identifier in noted:
            conversation = self.find(identifier)
            if conversation and queue_id in _returning(conversation):
                yield identifier

    def note_beside(self, user_id: str, conversation_id: str) -> None:
        """Where it is looked for what the user takes part in beside an agent, for as long as that may last."""
        expires = clock.now_ms() // 1000 + POINTER_SECONDS
        self._table.put({"PK": f"U#{user_id}", "SK": f"BESIDE#{conversation_id}", "expiresAt": expires})

    def beside(self, user_id: str) -> list[str]:
        """Conversations in which the user was beside an agent lately; some may be over."""
        found = self._table.query(f"U#{user_id}", prefix="BESIDE#", consistent=True)
        return [item["SK"].removeprefix("BESIDE#") for item in found]

    def add_internal(self, old: Conversation, new: Conversation, message: InternalMessage) -> Conversation:
        """The next version of a conversation and an internal message, in one write. Raises ChangedMeanwhileError."""
        new = msgspec.structs.replace(new, version=old.version + 1)
        item = _conversation_item(new)
        said = {"PK": f"C#{new.id}", "SK": f"INTERNAL#{message.time:013d}#{message.id}", "doc": model.dump(message)}
        changed = dynamo.put(item, condition="version = :version", values={"version": old.version})
        try:
            self._table.transact([changed, dynamo.create(said)])
        except TransactionCanceledError as canceled:
            raise ChangedMeanwhileError from canceled
        return new

    def internal(self, conversation_id: str) -> list[InternalMessage]:
        """A conversation's internal messages, the earliest first."""
        found = self._table.query(f"C#{conversation_id}", prefix="INTERNAL#", consistent=True)
        return [model.load(InternalMessage, item["doc"]) for item in found]

    # -- threads

    def thread(self, identifier: str) -> Thread | None:
        item = self._table.get(_thread_key(identifier))
        return _thread(identifier, item) if item else None

    def open_of(self, thread: Thread | None) -> Conversation | None:
        """The thread's conversation where somebody of ours is on it, has put it aside or is awaited: silence has not ended it."""
        if thread is None or thread.said_by or not thread.conversation_id:
            return None
        found = self.find(thread.conversation_id)
        return found if found and found.unfinished else None

    def touch(self, identifier: str, time: int, now: int, oldest_activity: int) -> Touched:
        """One write for a customer's message in an open conversation; no read, whatever the outcome.

        `time` is the provider's. The condition holds where somebody of ours is on the conversation, it was active after
        `oldest_activity`, and no later message has been seen.
        """
        try:
            item = self._table.update(
                _thread_key(identifier),
                "SET lastInbound = :time, lastActivity = :now",
                values={"time": time, "now": now, "yes": True, "oldest": oldest_activity},
                condition="engaged = :yes AND lastActivity > :oldest AND lastInbound < :time",
            )
        except ConditionFailedError as failed:
            return Touched(_thread(identifier, failed.old) if failed.old else None, fresh=False)
        return Touched(_thread(identifier, item), fresh=True)

    def point_thread(self, conversation: Conversation, contact_id: str, inbound: int, now: int) -> None:
        """Make this the conversation that the customer's next message belongs to. `inbound` 0: they did not write."""
        expression = "SET conversationId = :id, engaged = :engaged, lastActivity = :now, contactId = :contact, audience = :audience"
        values: dict[str, Any] = {
            "id": conversation.id,
            "engaged": conversation.engaged,
            "now": now,
            "contact": contact_id,
            "audience": _connected_audience(conversation),
        }
        expression += ", lastInbound = :time" if inbound else ", lastInbound = if_not_exists(lastInbound, :time)"
        expression += ", relayed = :relayed REMOVE saidBy" if conversation.external else " REMOVE relayed, saidBy"
        values |= {"time": inbound, **({"relayed": True} if conversation.external else {})}
        self._table.update(_thread_key(conversation.thread), expression, values=values)

    def note_activity(self, thread: str, now: int) -> None:
        self._table.update(_thread_key(thread), "SET lastActivity = :now", values={"now": now})

    # -- messages

    def add(self, message: Message, audience: list[str]) -> bool:
        """False where the message is there already: delivered twice."""
        try:
            self._table.create(_message_item(message, audience))
        except ConditionFailedError:
            return False
        return True

    def add_once(self, message: Message, occasion: str) -> bool:
        """Add a message of ours unless the conversation has had one on that occasion; of two at once one is added."""
        expires = clock.now_ms() // 1000 + OCCASION_SECONDS
        told = {"PK": f"C#{message.conversation_id}", "SK": f"TOLD#{occasion}", "expiresAt": expires}
        try:
            self._table.transact([dynamo.create(told), dynamo.create(_message_item(message, []))])
        except TransactionCanceledError as canceled:
            if canceled.failed:
                return False
            raise ChangedMeanwhileError from canceled
        return True

    def told(self, conversation_id: str, occasion: str) -> bool:
        """Whether `add_once` has added a message on that occasion."""
        return self._table.get((f"C#{conversation_id}", f"TOLD#{occasion}")) is not None

    def message(self, identifier: str, sort: str = "") -> Message | None:
        """By id, and where known its sort key: one read, else a query of the thread."""
        thread = ids.anchor_of(identifier)
        if sort:
            item = self._table.get((f"T#{thread}", sort))
            return _message(item) if item else None
        items = self._table.query(f"T#{thread}", prefix="M#", forward=False, page=20)
        return next((_message(item) for item in items if item["id"] == identifier), None)

    def messages(self, thread: str, start: int, end: int = 0, *, consistent: bool = False) -> list[Message]:
        """Messages of a thread between two times, in the order they were said: by the provider's clock, then by arrival. Without
        those that belong to a conversation of another customer's (Message.beside)."""
        bounds = (sort_key(start, ""), f"M#{end:013d}#~" if end else "M#~")
        items = self._table.query(f"T#{thread}", between=bounds, consistent=consistent)
        found = [each for each in map(_message, items) if not each.beside]
        return sorted(found, key=lambda message: (message.time, message.received, message.sort))

    def said_in(self, conversation: Conversation) -> list[Message]:
        """The conversation's messages stored by now, in the order they were said; those that a provider delivered more than a week
        late are left out, and a callback alone has none."""
        if not conversation.thread:
            return []
        found = self.messages(conversation.thread, conversation.start - LATEST_MS, consistent=True)
        return [each for each in found if each.conversation_id == conversation.id]

    def advance(self, identifier: str, sort: str, status: str, values: dict[str, Any]) -> Message | None:
        """The ratchet: queued < sending < sent < delivered < read; failed only where not yet delivered, and for good.

        None where the message is already further, or is not there.
        """
        rank = FAILED_RANK if status == "failed" else STATUS_RANK[status]
        bound = STATUS_RANK["delivered"] if status == "failed" else rank
        named = {name: value for name, value in values.items() if value not in ("", None)}
        sets = "".join(f", {name} = :{name}" for name in named)
        try:
            item = self._table.update(
                (f"T#{ids.anchor_of(identifier)}", sort),
                f"SET #status = :status, #rank = :rank{sets}",
                names={"status": "status", "rank": "rank"},
                values={"status": status, "rank": rank, "bound": bound, **named},
                condition="attribute_exists(PK) AND #rank < :bound",
            )
        except ConditionFailedError:
            return None
        return _message(item)

    def swap_status(self, identifier: str, sort: str, before: str, after: str) -> bool:
        """A claim, or its return: only one of two wins."""
        try:
            self._table.update(
                (f"T#{ids.anchor_of(identifier)}", sort),
                "SET #status = :after, #rank = :rank",
                names={"status": "status", "rank": "rank"},
                values={"before": before, "after": after, "rank": STATUS_RANK[after]},
                condition="#status = :before",
            )
        except ConditionFailedError:
            return False
        return True

    def replace_doc(self, message: Message, doc: str) -> bool:
        """Write a message's document where nobody else has meanwhile."""
        try:
            self._table.update(
                (f"T#{message.thread}", message.sort),
                "SET doc = :new",
                values={"old": message.doc, "new": doc},
                condition="doc = :old",
            )
        except ConditionFailedError:
            return False
        return True

    def point(self, integration_id: str, provider_id: str, identifier: str, sort: str) -> None:
        """Find a sent message by the provider's id for as long as receipts may come."""
        key = _pointer_key(integration_id, provider_id)
        expires = clock.now_ms() // 1000 + POINTER_SECONDS
        self._table.put({"PK": key[0], "SK": key[1], "id": identifier, "sort": sort, "expiresAt": expires})

    def pointed(self, integration_id: str, provider_id: str) -> tuple[str, str] | None:
        """(message id, sort key)."""
        item = self._table.get(_pointer_key(integration_id, provider_id))
        return (item["id"], item["sort"]) if item else None


def stored_conversation(item: Item) -> Conversation | None:
    """The conversation in a stream image, None where the image is of something else."""
    return _conversation(item) if item.get("kind") == "conversation" else None


def stored_message(item: Item) -> Message | None:
    """The message in a stream image, None where the image is of something else."""
    return _message(item) if item.get("kind") == "message" else None


def _returning(conversation: Conversation) -> set[str]:
    """Queues to which what is parked or scheduled comes back, and the customer of an external contact who is lost."""
    aside = [each for each in conversation.participants if each.active and each.state in ("parked", "scheduled")]
    handed_over = parts.came_from(conversation) if conversation.external else None
    return {each.queue_id for each in (*aside, handed_over) if each and each.queue_id}


def _thread_writes(old: Conversation, new: Conversation) -> list[ThreadWrite]:
    """The threads that must follow the next version of a conversation."""
    writes = []
    before, after = old.external, new.external
    if new.thread and _followed(old) != _followed(new):
        write = dynamo.update(
            _thread_key(new.thread),
            f"SET engaged = :engaged, audience = :audience{', relayed = :relayed' if after else ' REMOVE relayed'}",
            values={
                "engaged": new.engaged,
                "audience": _connected_audience(new),
                "id": new.id,
                **({"relayed": True} if after else {}),
            },
            condition="conversationId = :id",
        )
        joins = "The customer has gone on to a later conversation." if after and not before else ""
        writes.append(ThreadWrite(write, joins))
    if after and not before:
        writes.append(ThreadWrite(_bound(new, after), "The contact is in a conversation of their own just now."))
    if before and not after:
        writes.append(ThreadWrite(_unbound(new, before)))
    return writes


def _bound(conversation: Conversation, contact: Participant) -> Write:
    """An external contact's thread belongs to a customer's conversation for a while."""
    return dynamo.update(
        _thread_key(contact_thread(conversation, contact)),
        "SET conversationId = :id, engaged = :yes, relayed = :yes, saidBy = :part, audience = :nobody, lastActivity = :now, "
        "contactId = if_not_exists(contactId, :contact), lastInbound = if_not_exists(lastInbound, :never)",
        values={
            "id": conversation.id,
            "yes": True,
            "part": contact.id,
            "nobody": [],
            "now": clock.now_ms(),
            "contact": contact.external_contact_id,
            "never": 0,
            "no": False,
        },
        condition="attribute_not_exists(PK) OR engaged = :no",
    )


def _unbound(conversation: Conversation, contact: Participant) -> Write:
    """What the contact writes next begins a conversation of their own."""
    return dynamo.update(
        _thread_key(contact_thread(conversation, contact)),
        "SET conversationId = :none, engaged = :no REMOVE relayed, saidBy",
        values={"none": "", "no": False, "part": contact.id},
        condition="saidBy = :part",
    )


def _without_past(threads: list[ThreadWrite], canceled: TransactionCanceledError) -> list[ThreadWrite]:
    """The threads that are still the conversation's, after a transaction whose first write is the conversation."""
    if not canceled.failed or 0 in canceled.failed:
        raise ChangedMeanwhileError from canceled
    for index in canceled.failed:
        if refusal := threads[index - 1].refusal:
            raise StateConflictError(refusal, field="contactId") from canceled
    return [each for index, each in enumerate(threads, start=1) if index not in canceled.failed]


def contact_thread(conversation: Conversation, contact: Participant) -> str:
    """The thread of an external contact who takes part in the conversation."""
    return thread_id(conversation.integration_id, contact.address)


def _followed(conversation: Conversation) -> tuple[bool, list[str], bool]:
    """What a thread says of its conversation."""
    return conversation.engaged, _connected_audience(conversation), conversation.external is not None


def _connected_audience(conversation: Conversation) -> list[str]:
    """Users to tell of each message: those who answered. One who is only alerted reads the history on answering."""
    return sorted(
        {
            each.user_id
            for each in conversation.participants
            if each.user_id and each.active and each.state != "alerting"
        }
    )


def _conversation_key(identifier: str) -> Key:
    return f"C#{identifier}", "C"


def _thread_key(identifier: str) -> Key:
    return f"T#{identifier}", "STATE"


def _pointer_key(integration_id: str, provider_id: str) -> Key:
    return f"P#{integration_id}#{provider_id}", "P"


def _conversation_item(conversation: Conversation) -> Item:
    key = _conversation_key(conversation.id)
    return {
        "PK": key[0],
        "SK": key[1],
        "kind": "conversation",
        "version": conversation.version,
        "doc": zlib.compress(model.dump(conversation).encode()),
    }


def _conversation(item: Item) -> Conversation:
    return model.load(Conversation, zlib.decompress(item["doc"]))


def _thread(identifier: str, item: Item) -> Thread:
    return Thread(
        id=identifier,
        conversation_id=item["conversationId"],
        engaged=item["engaged"],
        last_activity=item["lastActivity"],
        last_inbound=item["lastInbound"],
        external_contact_id=item["contactId"],
        audience=item["audience"],
        relayed=item.get("relayed", False),
        said_by=item.get("saidBy", ""),
    )


def _message_item(message: Message, audience: list[str]) -> Item:
    return {
        "PK": f"T#{message.thread}",
        "SK": message.sort,
        "kind": "message",
        "rank": STATUS_RANK[message.status],
        "audience": audience or None,
        **{name: value for name, value in model.wire(message).items() if name not in ("thread", "sort")},
    }


def _message(item: Item) -> Message:
    return model.parse(Message, {**item, "thread": item["PK"][2:], "sort": item["SK"]})
