"""Details jobs: what they find, in which pages; repeated, interrupted, cancelled and out of date."""

from datetime import timedelta
from typing import Any

import pytest
from switchboard.analytics import bootstrap, jobs_repository
from switchboard.analytics import steps as analytics_steps
from switchboard.analytics.models import Job
from switchboard.analytics.service import work
from switchboard.kit import clock

from tests.integration.analytics.conftest import EVERYTHING, Json, matching
from tests.integration.identity.console import Answer, Console
from tests.integration.routing.conftest import Centre

PATH = "/api/v2/analytics/conversations/details/jobs"


@pytest.fixture
def queue(centre: Centre) -> str:
    return centre.queue()


class Jobs:
    def __init__(self, centre: Centre, console: Console) -> None:
        self.centre = centre
        self.console = console

    def start(self, **query: Any) -> str:
        """The id of a job over the last ten days that has not run yet."""
        now = self.centre.cloud.clock.now()
        interval = f"{clock.iso(now - timedelta(days=10))}/{clock.iso(now + timedelta(minutes=1))}"
        answer = self.console.call("POST", PATH, {"interval": interval, **query})
        assert answer.status == 202, answer.body
        return str(answer.body["jobId"])

    def state(self, job: str) -> str:
        answer = self.console.call("GET", f"{PATH}/{job}")
        assert answer.status == 200, answer.body
        return str(answer.body["state"])

    def page(self, job: str, **query: str) -> Answer:
        return self.console.call("GET", f"{PATH}/{job}/results", **query)

    def pages(self, job: str, size: int) -> list[list[str]]:
        """The conversations of each page."""
        found: list[list[str]] = []
        query = {"pageSize": str(size)}
        while True:
            answer = self.page(job, **query)
            assert answer.status == 200, answer.body
            found.append([each["conversationId"] for each in answer.body["conversations"]])
            if "cursor" not in answer.body:
                return found
            query["cursor"] = answer.body["cursor"]


@pytest.fixture
def jobs(centre: Centre) -> Jobs:
    return Jobs(centre, Console(centre.cloud).client(*EVERYTHING))


def over_days(centre: Centre, queue: str, *counts: int) -> list[str]:
    """So many conversations on each of the days, oldest first."""
    found = []
    for count in counts:
        found += [centre.start(queue) for _ in range(count)]
        centre.cloud.advance(timedelta(days=1))
    return found


def of(queue: str) -> Json:
    return {"segmentFilters": [matching("queueId", queue)]}


def test_a_job_finds_in_pages_what_happened_over_days(
    centre: Centre, queue: str, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_repository, "CHUNK", 2)
    monkeypatch.setattr(work, "AT_ONCE", 2)
    conversations = over_days(centre, queue, 3, 0, 4)
    job = jobs.start(**of(queue))
    assert jobs.state(job) == "QUEUED"
    assert jobs.page(job).status == 409, "there are no results yet"
    centre.cloud.settle()
    assert jobs.state(job) == "FULFILLED"
    assert jobs.pages(job, 2) == [conversations[index : index + 2] for index in range(0, 7, 2)]
    assert jobs.pages(job, 1000) == [conversations]
    newest_first = jobs.start(**of(queue), order="desc", limit=5)
    centre.cloud.settle()
    assert jobs.pages(newest_first, 3) == [conversations[:1:-1][:3], conversations[:1:-1][3:]]
    monkeypatch.setattr(work, "PAGE_BYTES", 1)
    assert jobs.pages(job, 1000) == [[each] for each in conversations], "large ones come alone"


def test_a_conversation_of_several_days_is_found_once(centre: Centre, queue: str, jobs: Jobs) -> None:
    """It started three days before the interval and emitted metrics on two days of it."""
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(days=3))
    now = centre.cloud.clock.now()
    centre.agent(queue)
    centre.set_state(conversation, "connected")
    centre.cloud.advance(timedelta(days=1))
    centre.set_state(conversation, "disconnected")
    later = f"{clock.iso(now - timedelta(hours=1))}/{clock.iso(centre.cloud.clock.now() + timedelta(minutes=1))}"
    found = jobs.start(**of(queue), interval=later)
    within = jobs.start(**of(queue), interval=later, startOfDayIntervalMatching=True)
    centre.cloud.settle()
    assert jobs.pages(found, 10) == [[conversation]]
    assert jobs.pages(within, 10) == [[]], "it started before"


def test_steps_repeated_and_interrupted_end_the_same(
    centre: Centre, queue: str, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations = over_days(centre, queue, 2, 2)
    job = jobs.start(**of(queue))
    steps: list[Json] = []
    run = analytics_steps.work

    def unreliable(message: Json, *, last: bool) -> None:
        """Each step finds its day twice, dies once before it is taken and once after, and is then delivered again."""
        steps.append(dict(message))
        working = bootstrap.working()
        if message["jobId"] == job and steps.count(dict(message)) == 1:
            found = bootstrap.working()._jobs.find(job)
            assert found is not None
            working._worked(found)
            raise RuntimeError("died before the step was taken")
        if message["jobId"] == job and steps.count(dict(message)) == 2:
            monkeypatch.setattr(working, "_send", _dying)
            try:
                run(message, last=last)
            finally:
                monkeypatch.undo()
                monkeypatch.setattr(analytics_steps, "work", unreliable)
            return
        run(message, last=last)

    monkeypatch.setattr(analytics_steps, "work", unreliable)
    for _ in range(80):
        centre.cloud.settle()
        if jobs.state(job) == "FULFILLED":
            break
        centre.cloud.advance(timedelta(minutes=13))
    assert jobs.pages(job, 10) == [conversations]
    with centre.cloud.as_function("analytics-work"):
        for message in steps:
            run(message, last=False)
    centre.cloud.settle()
    assert jobs.pages(job, 10) == [conversations]


def _dying(body: Json) -> None:
    raise RuntimeError("died before the next step was sent")


def test_a_job_that_cannot_be_done_says_why(
    centre: Centre, queue: str, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_days(centre, queue, 3)
    monkeypatch.setattr(work, "MOST_OF_A_DAY", 2)
    job = jobs.start(**of(queue))
    centre.cloud.settle()
    status = jobs.console.call("GET", f"{PATH}/{job}").body
    assert (status["state"], "more than 2" in status["errorMessage"]) == ("FAILED", True)
    assert jobs.page(job).status == 409
    with centre.cloud.as_function("analytics-work"), monkeypatch.context() as broken:
        working = bootstrap.working()
        another = Job(id="j", owner="o", query={"interval": DAY}, divisions=["*"], submitted=0, expires=1 << 42)
        working._jobs.create(another)
        broken.setattr(working, "_worked", _dying)
        with pytest.raises(RuntimeError):
            working.run({"jobId": "j", "step": 0})
        assert working.status("j", "o")["state"] == "QUEUED", "it is tried again"
        with pytest.raises(RuntimeError):
            working.run({"jobId": "j", "step": 0}, last=True)
        assert working.status("j", "o")["state"] == "FAILED"


DAY = "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"


def test_a_job_is_cancelled_then_forgotten_and_expires(centre: Centre, queue: str, jobs: Jobs) -> None:
    over_days(centre, queue, 1)
    cancelled, done = jobs.start(**of(queue)), jobs.start(**of(queue), limit=1)
    assert jobs.console.call("DELETE", f"{PATH}/{cancelled}").status == 204
    centre.cloud.settle()
    assert (jobs.state(cancelled), jobs.state(done)) == ("CANCELLED", "FULFILLED")
    assert jobs.page(cancelled).status == 409
    assert jobs.console.call("DELETE", f"{PATH}/{cancelled}").status == 204
    assert jobs.console.call("GET", f"{PATH}/{cancelled}").status == 404
    centre.cloud.advance(timedelta(days=3))
    assert (jobs.state(done), jobs.page(done).status) == ("EXPIRED", 409)


def test_a_job_is_its_owners_and_sees_what_they_may_see(centre: Centre, queue: str, jobs: Jobs) -> None:
    over_days(centre, queue, 1)
    job = jobs.start(**of(queue))
    centre.cloud.settle()
    stranger = Console(centre.cloud).client(*EVERYTHING)
    for method, path in (("GET", ""), ("GET", "/results"), ("DELETE", "")):
        assert stranger.call(method, f"{PATH}/{job}{path}").status == 404
    assert Console(centre.cloud).client("routing:queue:view").call("GET", f"{PATH}/{job}").status == 403
    assert len(jobs.pages(job, 10)[0]) == 1


def test_asking_again_at_once_starts_nothing_new(jobs: Jobs) -> None:
    assert jobs.start(limit=7) == jobs.start(limit=7)
    assert jobs.start(limit=7) != jobs.start(limit=8)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"interval": "2025-01-01T00:00Z/2026-02-01T00:00Z"}, "interval"),
        ({"interval": None}, "interval"),
        ({"orderBy": "segmentEnd"}, "orderBy"),
        ({"limit": 0}, "limit"),
        ({"surveyFilters": [matching("queueId", "x")]}, "surveyFilters"),
        ({"segmentFilters": [matching("roomId", "x")]}, "segmentFilters.0.predicates.0.dimension"),
    ],
)
def test_a_bad_job_is_refused_by_the_field(jobs: Jobs, query: Json, field: str) -> None:
    answer = jobs.console.call("POST", PATH, {"interval": DAY, **query})
    assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, field)


def test_a_bad_page_is_refused_by_the_field(centre: Centre, queue: str, jobs: Jobs) -> None:
    over_days(centre, queue, 1)
    job = jobs.start(**of(queue))
    centre.cloud.settle()
    for field, value in (
        *(("pageSize", size) for size in ("0", "1001", "x")),
        *(("cursor", cursor) for cursor in ("x", "0.1", "1.0", "-1.0", "0.0.0", "99999999999999.0")),
    ):
        answer = jobs.page(job, **{field: value})
        assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, field), value
