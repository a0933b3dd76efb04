"""After-call work, automatic answers, declining and parking, as agents and the clock bring them about."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from switchboard.conversations.steps import timers
from switchboard.kit import clock

from tests.load.replay import Replay

_customers = iter(range(5000, 9999))
Body = dict[str, Any]


class Line:
    """The queue Support under given settings, and one agent alone on queue."""

    def __init__(self, replay: Replay, client: str = "demo-ana") -> None:
        self.replay, self.client = replay, client
        self.user_id = replay.users()[client]
        queue = next(each["id"] for each in replay.cloud.organization["queues"] if each["name"] == "Support")
        self._path = f"/api/v2/routing/queues/{queue}"
        self._before = replay.api("demo-admin", "GET", self._path)
        for user in replay.users().values():
            self.status(user, "IDLE" if user == self.user_id else "OFF_QUEUE")

    def configure(self, **settings: Any) -> None:
        self.replay.api("demo-admin", "PUT", self._path, self._before | settings)
        self.replay.cloud.settle()

    def restore(self) -> None:
        self.replay.api("demo-admin", "PUT", self._path, self._before)
        for user in self.replay.users().values():
            self.status(user, "IDLE")
        self.replay.cloud.settle()

    def status(self, user: str, status: str) -> None:
        body = {"userId": user, "status": status}
        self.replay.api("demo-admin", "PUT", f"/api/v2/users/{user}/routingstatus", body)
        self.replay.cloud.settle()

    def arrive(self) -> int:
        customer = next(_customers)
        self.write(customer, "Hello")
        return customer

    def write(self, customer: int, text: str) -> None:
        self.replay.webhook(customer, f"wamid.{customer}.{text}", self.replay.seconds(), text=text)
        self.replay.cloud.settle()

    def held(self) -> list[str]:
        return [each["id"] for each in self.replay.api(self.client, "GET", "/api/v2/conversations")["entities"]]

    def part(self, identifier: str) -> Body:
        conversation = self.replay.api("demo-admin", "GET", f"/api/v2/conversations/{identifier}")
        mine: list[Body] = [each for each in conversation["participants"] if each.get("userId") == self.user_id]
        return mine[-1]

    def codes(self, identifier: str) -> list[str]:
        path = f"/api/v2/conversations/{identifier}/participants/{self.part(identifier)['id']}/wrapupcodes"
        return [each["id"] for each in self.replay.api(self.client, "GET", path)]

    def state(self, identifier: str) -> str:
        return str(self.part(identifier)["messages"][-1]["state"])

    def patch(self, identifier: str, **body: Any) -> None:
        path = f"/api/v2/conversations/messages/{identifier}/participants/{self.part(identifier)['id']}"
        self.replay.api(self.client, "PATCH", path, body)
        self.replay.cloud.settle()

    def park(self, identifier: str, **body: Any) -> None:
        path = f"/api/v2/conversations/messages/{identifier}/participants/{self.part(identifier)['id']}/parkingstate"
        self.replay.api(self.client, "PATCH", path, body)
        self.replay.cloud.settle()

    def talk(self) -> str:
        """A conversation that the agent accepted."""
        self.arrive()
        (identifier,) = self.held()
        self.patch(identifier, state="connected")
        return identifier

    def pass_time(self, **time: int) -> None:
        self.replay.cloud.advance(timedelta(**time))
        self.replay.cloud.settle()


@pytest.fixture
def line(replay: Replay) -> Iterator[Line]:
    made = Line(replay)
    yield made
    for identifier in made.held():
        replay.api("demo-admin", "POST", f"/api/v2/conversations/{identifier}/disconnect")
    made.pass_time(minutes=10)
    made.restore()
    assert replay.cloud.dead_letters() == []


def _work(prompt: str, seconds: int = 60) -> Body:
    return {"wrapupPrompt": prompt, "timeoutMs": seconds * 1000}


def test_the_time_ends_it_and_frees_the_agent(line: Line) -> None:
    line.configure(acwSettings=_work("MANDATORY_TIMEOUT"))
    identifier = line.talk()
    part = line.part(identifier)
    assert (part["wrapupPrompt"], part["wrapupTimeoutMs"]) == ("timeout", 60_000)
    line.patch(identifier, state="disconnected")
    assert line.held() == [identifier], "the slot is kept"
    line.pass_time(seconds=58)
    assert line.held() == [identifier]
    line.pass_time(seconds=4)
    assert line.held() == []
    part = line.part(identifier)
    assert (part["wrapup"]["code"], part["wrapupRequired"]) == ("ININ-WRAP-UP-TIMEOUT", False)


def test_a_code_given_at_the_moment_the_time_runs_out_is_kept(line: Line) -> None:
    """Whichever of the two writes first: the other reads again."""
    line.configure(acwSettings=_work("MANDATORY_TIMEOUT"))
    for _ in range(5):
        identifier = line.talk()
        line.patch(identifier, state="disconnected")
        part = line.part(identifier)
        code = line.codes(identifier)[0]
        ends = datetime.fromisoformat(part["startAcwTime"]) + timedelta(seconds=60)
        timer = {
            "timer": "afterCallWork",
            "conversationId": identifier,
            "participantId": part["id"],
            "dueMs": clock.to_ms(ends),
        }

        def fire(timer: Body = timer) -> None:
            with line.replay.cloud.acting(), line.replay.cloud.as_function("conversations-timers"):
                timers.fire(timer)

        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(fire), pool.submit(line.patch, identifier, wrapup={"code": code})]
        assert [each.result() for each in done] == [None, None]
        part = line.part(identifier)
        assert (part["wrapup"]["code"], part["wrapupRequired"]) == (code, False)
        assert line.held() == []


@pytest.mark.parametrize(("prompt", "held"), [("MANDATORY_TIMEOUT", 0), ("MANDATORY_FORCED_TIMEOUT", 1)])
def test_noted_early_the_forced_time_still_runs(line: Line, prompt: str, held: int) -> None:
    line.configure(acwSettings=_work(prompt))
    identifier = line.talk()
    line.patch(identifier, state="disconnected")
    code = line.codes(identifier)[0]
    line.patch(identifier, wrapup={"code": code})
    assert len(line.held()) == held
    line.pass_time(seconds=62)
    assert line.held() == []
    assert line.part(identifier)["wrapup"]["code"] == code, "the timer changes nothing that was noted"


def test_only_who_asks_for_it_has_work_after(line: Line) -> None:
    line.configure(acwSettings=_work("AGENT_REQUESTED"))
    identifier = line.talk()
    line.patch(identifier, state="disconnected")
    assert line.held() == []
    identifier = line.talk()
    part = line.part(identifier)
    path = f"/api/v2/conversations/aftercallwork/{identifier}/participants/{part['id']}/communications"
    wanted = {"afterCallWorkRequired": True}
    assert line.replay.api(line.client, "PATCH", f"{path}/{part['messages'][0]['id']}", wanted) == wanted
    line.patch(identifier, state="disconnected")
    assert line.held() == [identifier]
    line.patch(identifier, wrapupSkipped=True)
    assert line.held() == []


def test_connected_without_being_asked(line: Line) -> None:
    line.configure(mediaSettings={"message": {"enableAutoAnswer": True, "alertingTimeoutSeconds": 30}})
    line.arrive()
    (identifier,) = line.held()
    assert line.state(identifier) == "connected"
    line.pass_time(minutes=1)
    assert line.state(identifier) == "connected", "no alert runs out"
    line.patch(identifier, state="disconnected")
    assert line.held() == []


def test_an_agent_who_wants_everything_connected(line: Line) -> None:
    path = f"/api/v2/users/{line.user_id}"
    for wanted, state in ((True, "connected"), (False, "alerting")):
        version = line.replay.api("demo-admin", "GET", path)["version"]
        line.replay.api("demo-admin", "PATCH", path, {"acdAutoAnswer": wanted, "version": version})
        line.arrive()
        identifier = line.held()[-1]
        assert line.state(identifier) == state


def test_declined_it_comes_back_only_in_a_later_round(line: Line) -> None:
    line.arrive()
    (identifier,) = line.held()
    line.patch(identifier, state="disconnected")
    assert line.held() == []
    line.pass_time(seconds=5)
    assert line.held() == []
    line.pass_time(seconds=15)
    assert line.held() == [identifier]
    assert line.state(identifier) == "alerting"


def test_parked_it_takes_no_capacity_and_comes_back_when_the_customer_writes(line: Line) -> None:
    customer = line.arrive()
    (identifier,) = line.held()
    line.patch(identifier, state="connected")
    line.park(identifier, state="parked")
    assert line.held() == []
    line.write(customer, "Are you still there?")
    assert line.held() == [identifier]
    assert line.state(identifier) == "alerting"
    line.patch(identifier, state="connected")
    line.patch(identifier, state="disconnected")
    assert line.held() == []


def test_parked_beyond_the_threading_window_it_is_still_the_customers_conversation(line: Line) -> None:
    customer = line.arrive()
    (identifier,) = line.held()
    line.patch(identifier, state="connected")
    moment = line.replay.cloud.clock.now() + timedelta(days=10)
    line.park(identifier, state="parked", resumeTime=moment.isoformat())
    line.pass_time(days=4)
    line.write(customer, "Are you still there?")
    assert line.held() == [identifier]
    assert line.state(identifier) == "alerting"


def test_parked_until_a_time(line: Line) -> None:
    identifier = line.talk()
    moment = line.replay.cloud.clock.now() + timedelta(minutes=20)
    line.park(identifier, state="parked", resumeTime=moment.isoformat())
    line.pass_time(minutes=19)
    assert line.held() == []
    line.pass_time(minutes=1, seconds=5)
    assert line.held() == [identifier]
    assert line.state(identifier) == "alerting"


def test_taken_up_again_it_holds_the_slot_until_it_ends(line: Line) -> None:
    identifier = line.talk()
    line.park(identifier, state="parked")
    line.park(identifier, state="connected")
    line.pass_time(minutes=2)
    assert line.held() == [identifier], "the claim is not given back"
    line.patch(identifier, state="disconnected")
    assert line.held() == []


def test_who_has_no_room_takes_nothing_up(line: Line) -> None:
    identifier = line.talk()
    line.park(identifier, state="parked")
    for _ in range(4):
        line.arrive()
    assert len(line.held()) == 4
    with pytest.raises(RuntimeError, match="409"):
        line.park(identifier, state="connected")
    assert line.state(identifier) == "parked"
