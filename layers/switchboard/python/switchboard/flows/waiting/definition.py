"""An in-queue flow's definition: a JSON object in the vocabulary of Architect's YAML.

    {"inqueueShortMessage": {
        "name": "While they wait", "startUpRef": "./states/state[first]", "recurringRef": "./states/state[again]",
        "recurringSeconds": 120,
        "states": [
            {"state": {"refId": "first", "name": "Initial State", "actions": [
                {"sendResponse": {"messageBody": "You are number {{Message.PositionInQueue}}, about
                                                  {{Message.EstimatedWaitMinutes}} minutes from now.",
                                  "messageBodyWithoutEstimate": "You are number {{Message.PositionInQueue}}."}}]}},
            {"state": {"refId": "again", ...}}]}}

The initial state speaks as the wait begins, the recurring state (optional) every `recurringSeconds`, 30 to 3600. Where there is no
data to estimate by, `messageBodyWithoutEstimate` is said, or nothing where it is left out. Anything else is refused when it is
published.
"""

import re
from collections.abc import Mapping
from typing import Any

from switchboard.flows.reading import known, list_at, literal, object_at, one_of, referred, refused, text_at
from switchboard.flows.waiting.models import ESTIMATE, POSITION, Announcement, Announcements

ROOT = "inqueueShortMessage"
SHORTEST_SECONDS, LONGEST_SECONDS = 30, 3600
LONGEST_MESSAGE = 4000
"""What a channel takes less what the figures may add."""
_FIGURE = re.compile(r"\{\{.*?\}\}")


def announcements(definition: Any) -> Announcements:
    """What the flow says. Raises InvalidValueError naming the first field that is wrong or not understood."""
    _, root = one_of(object_at(definition, "definition"), "definition", ROOT)
    flow = known(
        root,
        ROOT,
        *("name", "description", "division", "defaultLanguage"),
        *("startUpRef", "recurringRef", "recurringSeconds", "states"),
    )
    first = _state(flow, "startUpRef")
    if flow.get("recurringRef") is None:
        return Announcements(first=first)
    return Announcements(first=first, again=_state(flow, "recurringRef"), again_seconds=_seconds(flow))


def _seconds(flow: Mapping[str, Any]) -> int:
    seconds = literal(flow.get("recurringSeconds"))
    if type(seconds) is not int or not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise refused(f"{ROOT}.recurringSeconds", f"must be a whole number of {SHORTEST_SECONDS} to {LONGEST_SECONDS}")
    return seconds


def _state(flow: Mapping[str, Any], name: str) -> Announcement:
    """What the state that the reference names says."""
    state, where = referred(flow, ROOT, name, "state")
    return _announcement(state.get("actions"), f"{where}.actions")


def _announcement(value: Any, where: str) -> Announcement:
    actions = list_at(value, where)
    if len(actions) != 1:
        raise refused(where, "must be one sendResponse")
    _, action = one_of(actions[0], f"{where}.0", "sendResponse")
    path = f"{where}.0.sendResponse"
    said = known(action, path, "name", "messageBody", "messageBodyWithoutEstimate")
    text = _text(said.get("messageBody"), f"{path}.messageBody", POSITION, ESTIMATE)
    other = said.get("messageBodyWithoutEstimate")
    if other is None:
        return Announcement(text=text)
    return Announcement(text=text, without_estimate=_text(other, f"{path}.messageBodyWithoutEstimate", POSITION))


def _text(value: Any, where: str, *figures: str) -> str:
    text = text_at(value, where, LONGEST_MESSAGE)
    for figure in _FIGURE.findall(text):
        if figure not in figures:
            raise refused(where, f"holds {figure[:60]}, which is not understood; {', '.join(figures)} may stand in it")
    return text
