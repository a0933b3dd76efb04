"""The jobs' part of the storage; the only file that knows their keys.

    JOB#<job>  JOB              the job
    JOB#<job>  FOUND#<token>#n  500 conversation ids that a step found, under the token of the attempt

An attempt that died leaves its ids behind under a token that no job names; they expire with the job.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from switchboard.analytics.models import Found, Job
from switchboard.kit import model
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table

CHUNK = 500


class JobsRepository:
    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, job: Job) -> None:
        self._table.create(_item(job))

    def find(self, identifier: str) -> Job | None:
        item = self._table.get(_key(identifier))
        return model.load(Job, item["doc"]) if item else None

    def replace(self, old: Job, new: Job) -> bool:
        """Write the next state of a job; False where somebody else moved it on meanwhile."""
        try:
            self._table.put(
                _item(new),
                condition="step = :step AND progress = :progress",
                values={"step": old.step, "progress": old.state},
            )
        except ConditionFailedError:
            return False
        return True

    def delete(self, identifier: str) -> None:
        self._table.delete(_key(identifier))

    def keep(self, job: Job, token: str, conversation_ids: Sequence[str]) -> None:
        starts = range(0, len(conversation_ids), CHUNK)
        self._table.put_all(
            [
                {
                    **_chunk_key(job.id, token, start // CHUNK),
                    "ids": list(conversation_ids[start : start + CHUNK]),
                    "expiresAt": job.expires // 1000,
                }
                for start in starts
            ]
        )

    def found(self, job: Job, part: Found, offset: int) -> Iterator[str]:
        """The conversations that a step found, from `offset` on, read as they are consumed."""
        for number in range(offset // CHUNK, -(-part.size // CHUNK)):
            key = _chunk_key(job.id, part.token, number)
            item = self._table.get((key["PK"], key["SK"]))
            yield from islice(item["ids"] if item else (), max(0, offset - number * CHUNK), None)


def _item(job: Job) -> Item:
    key = _key(job.id)
    return {
        "PK": key[0],
        "SK": key[1],
        "step": job.step,
        "progress": job.state,
        "doc": model.dump(job),
        "expiresAt": job.expires // 1000,
    }


def _key(identifier: str) -> Key:
    return f"JOB#{identifier}", "JOB"


def _chunk_key(identifier: str, token: str, number: int) -> dict[str, str]:
    return {"PK": f"JOB#{identifier}", "SK": f"FOUND#{token}#{number:05d}"}
