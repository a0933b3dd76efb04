"""Creates that may be resent: the same caller, operation and body within a short window give one object and one answer.

The official SDK resends any method, POST included, on a dropped connection and on 413, 429 and 503 with Retry-After; people
double-click. Powertools' idempotency utility would do the same with its own clock and import 450 modules.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from switchboard.kit import clock, ids
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table
from switchboard.kit.errors import ConflictError, DomainError

WINDOW_MS = 10_000
CLAIM_MS = 30_000
"""Longer than a request can take: a claim without an answer for so long is of somebody who died."""
_POLLS = 20
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Attempt:
    """At a create. What it makes has its id from `identity`, which stays the same until an attempt is answered: one that died may
    have made it already. `again`: there was such a one."""

    identity: str = field(default_factory=ids.new)
    again: bool = False


def once(table: Table, parts: tuple[str, ...], run: Callable[[Attempt], Any], window_ms: int = WINDOW_MS) -> Any:
    """Run, or give the answer of the same call made within the window. An error of `run` is not kept: it may be tried again.

    A twin still under way is waited for (2 s), then ConflictError.
    """
    key = (f"ONCE#{ids.digest(*parts).hex()}", "ONCE")
    for _ in range(_POLLS):
        claim, twin = _claimed(table, key, window_ms)
        if claim is not None:
            break
        if "answer" in twin:
            return json.loads(twin["answer"])
        time.sleep(_POLL_SECONDS)
    else:
        raise ConflictError("The same request is still being processed.")
    try:
        answer = run(Attempt(claim["identity"], again="identity" in twin))
    except DomainError:
        table.delete(key)
        raise
    except BaseException:
        # Nobody knows what it has done by now: it is open to the next attempt, under the same identity.
        table.put(claim | {"startedAt": 0})
        raise
    table.put(claim | {"answer": json.dumps(answer)})
    return answer


def _claimed(table: Table, key: Key, window_ms: int) -> tuple[Item | None, Item]:
    """The claim to go on under, None where it is another's; and the claim that stood there, where it is that or is gone on with."""
    now = clock.now_ms()
    claim = {
        "PK": key[0],
        "SK": key[1],
        "startedAt": now,
        "identity": ids.new(),
        "expiresAt": (now + window_ms) // 1000 + 3600,
    }
    try:
        table.create(claim)
    except ConditionFailedError as stands:
        twin = stands.old
    else:
        return claim, {}
    answered = "answer" in twin
    if twin["startedAt"] >= now - (window_ms if answered else min(window_ms, CLAIM_MS)):
        return None, twin
    if not answered:
        claim["identity"] = twin.get("identity", claim["identity"])
    condition = f"startedAt = :seen AND attribute_{'exists' if answered else 'not_exists'}(answer)"
    try:
        table.put(claim, condition=condition, values={"seen": twin["startedAt"]})
    except ConditionFailedError as overtaken:
        return None, overtaken.old
    return claim, {} if answered else twin
