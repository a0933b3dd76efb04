"""A flow's definition: a JSON object in the vocabulary of Architect's YAML.

    {"inboundShortMessage": {
        "name": "Support", "startUpRef": "./tasks/task[main]",
        "tasks": [{"task": {"refId": "main", "name": "Main", "actions": [
            {"evaluateScheduleGroup": {
                "scheduleGroup": {"id": "..."}, "emergencyGroup": {"id": "..."},
                "outputs": {
                    "open": {"actions": [
                        {"transferToAcd": {"name": "To support", "targetQueue": {"id": "..."}, ...}}]},
                    "closed": {"actions": [
                        {"sendResponse": {"messageBody": "We are closed."}}, {"disconnect": {}}]}}}}]}}]}}

What a task or an output does may depend on a participant attribute (what a channel says beside the first message is one):

    {"switch": {"participantData": "tier", "cases": [{"case": {"value": "gold", "actions": [...]}}], "default": {"actions": [...]}}}

A task, and each output, says something (where it wants to) and then transfers to a queue (transfer.py); an output may disconnect
instead.
Outputs that are left out (`holiday`, `emergency`) do as `closed` does. A value may stand in `{"lit": ...}`, as Architect writes
literals. Anything else is refused when it is published, because a flow that silently skips a step is worse.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from switchboard.channels.api import Entry
from switchboard.channels.models import Choice, Hours
from switchboard.flows.reading import known, list_at, object_at, one_of, reference_at, referred, refused, text_at
from switchboard.flows.transfer import transfer
from switchboard.kit.calendars import Calendar

ROOT = "inboundShortMessage"
LONGEST_ATTRIBUTE, LONGEST_VALUE, MOST_CASES = 100, 1000, 50
LONGEST_MESSAGE = 4096
"""The least that a channel takes."""
_NOT_COMPILED = Calendar(zone="UTC")


def entry(definition: Any) -> Entry:
    """Where the flow's conversations go; queues' names and the calendar are left to whoever looks them up.

    Raises InvalidValueError naming the first field that is wrong or not understood.
    """
    _, root = one_of(object_at(definition, "definition"), "definition", ROOT)
    flow = known(root, ROOT, "name", "description", "division", "defaultLanguage", "startUpRef", "tasks")
    task, where = referred(flow, ROOT, "startUpRef", "task")
    actions = list_at(task.get("actions"), f"{where}.actions")
    if actions and isinstance(actions[0], Mapping) and "evaluateScheduleGroup" in actions[0]:
        _, evaluation = one_of(actions[0], f"{where}.actions.0", "evaluateScheduleGroup")
        if len(actions) > 1:
            raise refused(f"{where}.actions.1", "comes after the evaluation, whose outputs are where the flow ends")
        return _by_schedule(evaluation, f"{where}.actions.0.evaluateScheduleGroup")
    return _way_or_switch(actions, f"{where}.actions", "transferToAcd")


def _by_schedule(value: Any, where: str) -> Entry:
    evaluation = known(value, where, "name", "scheduleGroup", "emergencyGroup", "outputs")
    outputs = known(evaluation.get("outputs"), f"{where}.outputs", "open", "closed", "holiday", "emergency")
    ways = {
        name: _way_or_switch(
            known(output, f"{where}.outputs.{name}", "actions").get("actions"),
            f"{where}.outputs.{name}.actions",
            "transferToAcd",
            "disconnect",
        )
        for name, output in outputs.items()
    }
    for name in ("open", "closed"):
        if name not in ways:
            raise refused(f"{where}.outputs.{name}", "is required")
    emergency = evaluation.get("emergencyGroup")
    hours = Hours(
        schedule_group_id=reference_at(evaluation.get("scheduleGroup"), f"{where}.scheduleGroup"),
        emergency_group_id=reference_at(emergency, f"{where}.emergencyGroup") if emergency else "",
        calendar=_NOT_COMPILED,
        closed=ways["closed"],
        holiday=ways.get("holiday", ways["closed"]),
        emergency=ways.get("emergency", ways["closed"]),
    )
    return replace(ways["open"], hours=hours)


def _switch(value: Any, where: str) -> Entry:
    """The way for who has none of the values, with those for who has one."""
    switch = known(value, where, "name", "participantData", "cases", "default")
    attribute = text_at(switch.get("participantData"), f"{where}.participantData", LONGEST_ATTRIBUTE)
    cases = list_at(switch.get("cases"), f"{where}.cases")
    if not 1 <= len(cases) <= MOST_CASES:
        raise refused(f"{where}.cases", f"takes 1 to {MOST_CASES} cases")
    choices = []
    for index, each in enumerate(cases):
        path = f"{where}.cases.{index}.case"
        case = known(one_of(each, f"{where}.cases.{index}", "case")[1], path, "name", "value", "actions")
        wanted = text_at(case.get("value"), f"{path}.value", LONGEST_VALUE)
        way = _way(case.get("actions"), f"{path}.actions", "transferToAcd", "disconnect")
        choices.append(Choice(attribute=attribute, value=wanted, entry=way))
    other = known(switch.get("default"), f"{where}.default", "actions")
    default = _way(other.get("actions"), f"{where}.default.actions", "transferToAcd", "disconnect")
    return replace(default, choices=choices)


def _way_or_switch(value: Any, where: str, *ends: str) -> Entry:
    actions = list_at(value, where)
    if not actions or not isinstance(actions[0], Mapping) or "switch" not in actions[0]:
        return _way(actions, where, *ends)
    if len(actions) > 1:
        raise refused(f"{where}.1", "comes after the switch, whose cases are where the flow ends")
    return _switch(one_of(actions[0], f"{where}.0", "switch")[1], f"{where}.0.switch")


def _way(value: Any, where: str, *ends: str) -> Entry:
    """Something said or not, then an end."""
    actions = list_at(value, where)
    if not actions:
        raise refused(where, f"must end with {' or '.join(ends)}")
    kind, first = one_of(actions[0], f"{where}.0", *ends, "sendResponse")
    message, last = "", 0
    if kind == "sendResponse":
        said = known(first, f"{where}.0.sendResponse", "name", "messageBody")
        message, last = text_at(said.get("messageBody"), f"{where}.0.sendResponse.messageBody", LONGEST_MESSAGE), 1
        if len(actions) == 1:
            raise refused(where, f"must end with {' or '.join(ends)}")
    if len(actions) > last + 1:
        raise refused(f"{where}.{last + 1}", f"comes after the {'message and the ' if last else ''}end of the flow")
    kind, end = one_of(actions[last], f"{where}.{last}", *ends)
    if kind == "disconnect":
        known(end, f"{where}.{last}.disconnect", "name")
        return Entry(queue_id="", message=message)
    return replace(transfer(end, f"{where}.{last}.transferToAcd"), message=message)
