"""Creates that may be resent: the same caller, operation and body within a short window give one object and one answer.

The official SDK resends any method, POST included, on a dropped connection and on 413, 429 and 503 with Retry-After; people
double-click. Powertools' idempotency utility would do the same with its own clock and import 450 modules.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from switchboard.kit import clock, ids
from switchboard.kit.dynamo import ConditionFailedError, Table
from switchboard.kit.errors import ConflictError

WINDOW_MS = 10_000
CLAIM_MS = 30_000
"""Longer than a request can take: a claim without an answer for so long is of somebody who died."""
_POLLS = 20
_POLL_SECONDS = 0.1


def once(table: Table, parts: tuple[str, ...], run: Callable[[], Any], window_ms: int = WINDOW_MS) -> Any:
    """Run, or give the answer of the same call made within the window. An error of `run` is not kept: it may be tried again.

    A twin still under way is waited for (2 s), then ConflictError.
    """
    key = (f"ONCE#{ids.digest(*parts).hex()}", "ONCE")
    started = clock.now_ms()
    claim = {"PK": key[0], "SK": key[1], "startedAt": started, "expiresAt": (started + window_ms) // 1000 + 3600}
    for _ in range(_POLLS):
        try:
            table.put(
                claim,
                condition="attribute_not_exists(PK) OR startedAt < :oldest"
                " OR (attribute_not_exists(answer) AND startedAt < :dead)",
                values={"oldest": started - window_ms, "dead": started - CLAIM_MS},
            )
            break
        except ConditionFailedError as twin:
            if "answer" in twin.old:
                return json.loads(twin.old["answer"])
            time.sleep(_POLL_SECONDS)
    else:
        raise ConflictError("The same request is still being processed.")
    try:
        answer = run()
    except BaseException:
        table.delete(key)
        raise
    table.put(claim | {"answer": json.dumps(answer)})
    return answer
