"""Details jobs: asked for, worked through one day at a time, read in pages.

Each step is a message of a queue. It may come twice, and die at any point: what it finds lies under a token of its attempt, one
conditional write makes that part of the job and takes the step, and a step that was taken already only sees to it that the next one
is on its way.
"""

from collections.abc import Callable, Iterator
from itertools import count, islice

from msgspec.structs import replace

from switchboard.analytics import jobs
from switchboard.analytics.jobs_repository import JobsRepository
from switchboard.analytics.models import Body, Found, Job
from switchboard.analytics.repository import Repository
from switchboard.analytics.service.query import Visible
from switchboard.kit import clock, ids
from switchboard.kit.callers import reach
from switchboard.kit.errors import ConflictError, DomainError, NotFoundError, PayloadTooLargeError

KEPT_MS = 3 * 24 * 3_600_000
LARGEST_QUERY = 100_000
MOST_OF_A_DAY = 200_000
"""A conversation takes a fifth of a millisecond and a kilobyte: 40 seconds of a step's two minutes."""
PAGE_BYTES = 4_000_000
"""An answer of a function has 6 MB at most."""
AT_ONCE = 100

Send = Callable[[Body], None]


class Working:
    def __init__(self, jobs_: JobsRepository, facts: Repository, send: Send) -> None:
        self._jobs = jobs_
        self._facts = facts
        self._send = send

    def start(self, body: Body, owner: str, divisions: list[str]) -> str:
        """The id of a new job. Raises InvalidValueError, PayloadTooLargeError."""
        jobs.query_of(body)
        if len(str(body)) > LARGEST_QUERY:
            raise PayloadTooLargeError(f"A job's query has {LARGEST_QUERY} characters at most.", field="body")
        now = clock.now_ms()
        job = Job(id=ids.new(), owner=owner, query=body, divisions=divisions, submitted=now, expires=now + KEPT_MS)
        self._jobs.create(job)
        # Whoever dies in between has not told anybody the id: the job expires unseen.
        self._go_on(job)
        return job.id

    def status(self, identifier: str, owner: str) -> Body:
        """AsyncQueryStatus. Raises NotFoundError, also for another's job."""
        return jobs.status(self._owned(identifier, owner), clock.now_ms())

    def remove(self, identifier: str, owner: str) -> None:
        """An open job is cancelled, one that is over is forgotten. Raises NotFoundError."""
        job = self._owned(identifier, owner)
        while job.open:
            if self._jobs.replace(job, replace(job, state="CANCELLED", completed=clock.now_ms())):
                return
            job = self._owned(identifier, owner)
        self._jobs.delete(identifier)

    def results(self, identifier: str, owner: str, visible: Visible, *, cursor: str | None, page_size: int) -> Body:
        """AnalyticsConversationAsyncQueryResponse: conversations as they are known now, fewer than asked for where they are large.

        Raises NotFoundError, ConflictError where there are none (yet), InvalidValueError.
        """
        job = self._owned(identifier, owner)
        state = jobs.state_of(job, clock.now_ms())
        if state != "FULFILLED":
            raise ConflictError(f"The job is {state}: it has no results.", params={"state": state})
        shown: list[Body] = []
        size = 0
        for at, body, length in self._from(job, *jobs.position(job, cursor)):
            if len(shown) == page_size or (shown and size + length > PAGE_BYTES):
                return {"conversations": shown, "cursor": at}
            if body is not None and visible(body["divisionIds"]):
                shown.append(body)
                size += length
        return {"conversations": shown}

    def _from(self, job: Job, index: int, offset: int) -> Iterator[tuple[str, Body | None, int]]:
        """What was found from there on: its cursor, the conversation where it is still known, and its bytes."""
        for part, number in zip(job.found[index:], count(index), strict=False):
            identifiers = self._jobs.found(job, part, offset)
            while some := list(islice(identifiers, AT_ONCE)):
                known = self._facts.read(part.day, some)
                for each in some:
                    body, length = known.get(each, (None, 0))
                    yield f"{number}.{offset}", body, length
                    offset += 1
            offset = 0

    def run(self, message: Body, *, last: bool = False) -> None:
        """Carry out a step. Harmless when repeated. `last`: the message does not come again, so a failure is the job's."""
        job = self._jobs.find(message["jobId"])
        if job is None or not job.open or clock.now_ms() >= job.expires:
            return
        if message["step"] < job.step:
            if message["step"] == job.step - 1:
                self._go_on(job)
            return
        try:
            done = self._worked(job)
        except DomainError as refused:
            self._fail(job, refused.message)
            return
        except Exception:
            if last:
                self._fail(job, "The server failed; the same query may succeed later.")
            raise
        if self._jobs.replace(job, done) and done.open:
            self._go_on(done)

    def _worked(self, job: Job) -> Job:
        """The job with one more day."""
        query = jobs.query_of(job.query)
        day = query.days[job.step]
        bodies = self._facts.facts(jobs.interval_of(day), MOST_OF_A_DAY)
        seen = (each for each in bodies if reach(job.divisions, each["divisionIds"]))
        before = sum(each.size for each in job.found)
        chosen = query.of_day(seen, day, before)
        found = job.found
        if chosen:
            token = ids.new()
            self._jobs.keep(job, token, chosen)
            found = [*found, Found(day=day, token=token, size=len(chosen))]
        over = query.done(job.step + 1, before + len(chosen))
        return replace(
            job,
            state="FULFILLED" if over else "PENDING",
            completed=clock.now_ms() if over else 0,
            step=job.step + 1,
            found=found,
        )

    def _fail(self, job: Job, reason: str) -> None:
        self._jobs.replace(job, replace(job, state="FAILED", completed=clock.now_ms(), error=reason))

    def _go_on(self, job: Job) -> None:
        self._send({"jobId": job.id, "step": job.step})

    def _owned(self, identifier: str, owner: str) -> Job:
        job = self._jobs.find(identifier)
        if job is None or job.owner != owner:
            raise NotFoundError("job", identifier)
        return job
