"""What an in-queue flow's definition may say, and how its figures are told."""

import copy
from typing import Any

import pytest
from switchboard.flows.waiting.definition import announcements
from switchboard.flows.waiting.models import Announcement, Announcements
from switchboard.kit.errors import InvalidValueError

POSITION, MINUTES = "{{Message.PositionInQueue}}", "{{Message.EstimatedWaitMinutes}}"
SAID = "inqueueShortMessage.states.0.state.actions.0.sendResponse"


def state(name: str, **said: str) -> dict[str, Any]:
    return {"state": {"refId": name, "actions": [{"sendResponse": said}]}}


def flow(**root: Any) -> dict[str, Any]:
    first = state(
        "first", messageBody=f"Number {POSITION}, {MINUTES} min", messageBodyWithoutEstimate="Number " + POSITION
    )
    states = [first, state("again", messageBody="Still " + POSITION)]
    return {"inqueueShortMessage": {"startUpRef": "./states/state[first]", "states": states, **root}}


def test_it_speaks_first_and_again() -> None:
    first = Announcement(text=f"Number {POSITION}, {MINUTES} min", without_estimate=f"Number {POSITION}")
    assert announcements(flow()) == Announcements(first=first)
    again = announcements(flow(recurringRef="./states/state[again]", recurringSeconds={"lit": 120}))
    assert again == Announcements(first=first, again=Announcement(text="Still " + POSITION), again_seconds=120)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "2: 1"), (60, "2: 1"), (61, "2: 2"), (3600, "2: 60"), (None, "2")],
)
def test_minutes_are_rounded_up_and_may_be_unknown(seconds: int | None, said: str) -> None:
    told = Announcement(text=f"{POSITION}: {MINUTES}", without_estimate=POSITION)
    assert told.rendered(2, seconds) == said


def test_nothing_is_said_of_an_unknown_estimate_unless_the_flow_says_what() -> None:
    assert Announcement(text=MINUTES).rendered(1, None) == ""
    assert Announcement(text="Please wait").rendered(1, None) == "Please wait"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["startUpRef"], "./states/state[none]", "inqueueShortMessage.startUpRef"),
        (["startUpRef"], None, "inqueueShortMessage.startUpRef"),
        (["recurringRef"], "./states/state[again]", "inqueueShortMessage.recurringSeconds"),
        (["music"], {}, "inqueueShortMessage.music"),
        (["states"], {}, "inqueueShortMessage.states"),
        (["states", 0, "state", "actions"], [], "inqueueShortMessage.states.0.state.actions"),
        (
            ["states", 0, "state", "actions", 0],
            {"disconnect": {}},
            "inqueueShortMessage.states.0.state.actions.0.disconnect",
        ),
        (["states", 0, "state", "actions", 0, "sendResponse", "messageBody"], "", f"{SAID}.messageBody"),
        (["states", 0, "state", "actions", 0, "sendResponse", "messageBody"], "{{Mine}}", f"{SAID}.messageBody"),
        (
            ["states", 0, "state", "actions", 0, "sendResponse", "messageBodyWithoutEstimate"],
            MINUTES,
            f"{SAID}.messageBodyWithoutEstimate",
        ),
    ],
)
def test_what_is_not_understood_is_refused_by_name(path: list[Any], value: Any, field: str) -> None:
    written = copy.deepcopy(flow())
    holder: Any = written["inqueueShortMessage"]
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    with pytest.raises(InvalidValueError) as refused:
        announcements(written)
    assert refused.value.field == field


@pytest.mark.parametrize("seconds", [29, 3601, 60.0, True, None])
def test_it_does_not_speak_too_often_or_hardly_ever(seconds: Any) -> None:
    with pytest.raises(InvalidValueError, match="recurringSeconds"):
        announcements(flow(recurringRef="./states/state[again]", recurringSeconds=seconds))


def test_a_flow_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        announcements({"inboundShortMessage": {}})
