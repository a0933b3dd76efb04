"""A flow's definition: a JSON object in the vocabulary of Architect's YAML.

    {"inboundShortMessage": {
        "name": "Support", "startUpRef": "./tasks/task[main]",
        "tasks": [{"task": {"refId": "main", "name": "Main", "actions": [
            {"transferToAcd": {"name": "To support", "targetQueue": {"id": "..."}, "priority": 5,
                               "skills": [{"id": "..."}], "language": {"id": "..."}}}]}}]}}

A value may stand in `{"lit": ...}`, as Architect writes literals. This is all that is understood so far: a start-up task that
transfers to a queue. Anything else is refused when it is published, because a flow that silently skips a step is worse.
"""

import re
from collections.abc import Mapping
from typing import Any

from switchboard.channels.api import Entry
from switchboard.kit import ids
from switchboard.kit.errors import InvalidValueError

ROOT = "inboundShortMessage"
PRIORITY_LIMIT = 25_000_000
MOST_SKILLS = 50
_START = re.compile(r"(?:\./|/inboundShortMessage/)tasks/task\[([^\]]{1,200})\]")


def entry(definition: Any) -> Entry:
    """Where the flow's conversations go; the queue's name is left to whoever looks it up.

    Raises InvalidValueError naming the first field that is wrong or not understood.
    """
    root = _only(_object(definition, "definition"), "definition", ROOT)
    flow = _known(root[ROOT], ROOT, "name", "description", "division", "defaultLanguage", "startUpRef", "tasks")
    action, where = _single_action(_start_up_task(flow))
    transfer = _known(
        _only(action, where, "transferToAcd")["transferToAcd"],
        f"{where}.transferToAcd",
        "name",
        "targetQueue",
        "priority",
        "skills",
        "language",
    )
    where = f"{where}.transferToAcd"
    return Entry(
        queue_id=_reference(transfer.get("targetQueue"), f"{where}.targetQueue"),
        priority=_priority(transfer.get("priority", 0), f"{where}.priority"),
        skill_ids=_skills(transfer.get("skills", []), f"{where}.skills"),
        language_id=_reference(transfer["language"], f"{where}.language") if transfer.get("language") else "",
    )


def _start_up_task(flow: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    match = _START.fullmatch(str(flow.get("startUpRef", "")))
    if not match:
        raise _refused(f"{ROOT}.startUpRef", "must name a task, as ./tasks/task[main]")
    for index, entered in enumerate(_list(flow.get("tasks"), f"{ROOT}.tasks")):
        where = f"{ROOT}.tasks.{index}"
        task = _known(_only(entered, where, "task")["task"], f"{where}.task", "name", "refId", "actions")
        if task.get("refId") == match[1]:
            return task, f"{where}.task"
    raise _refused(f"{ROOT}.startUpRef", "names no task of the flow")


def _single_action(start: tuple[Mapping[str, Any], str]) -> tuple[Any, str]:
    task, where = start
    actions = _list(task.get("actions"), f"{where}.actions")
    if not actions:
        raise _refused(f"{where}.actions", "must hold a transferToAcd action")
    if len(actions) > 1:
        raise _refused(f"{where}.actions.1", "comes after the transfer, or before it: only a transfer is understood")
    return actions[0], f"{where}.actions.0"


def _reference(value: Any, where: str) -> str:
    reference = _known(_literal(value), where, "id", "name")
    identifier = reference.get("id")
    if not isinstance(identifier, str) or not ids.is_uuid(identifier):
        raise _refused(f"{where}.id", "must be an id")
    return identifier


def _priority(value: Any, where: str) -> int:
    number = _literal(value)
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > PRIORITY_LIMIT:
        raise _refused(where, f"must be a whole number between -{PRIORITY_LIMIT} and {PRIORITY_LIMIT}")
    return number


def _skills(value: Any, where: str) -> list[str]:
    skills = _list(_literal(value), where)
    if len(skills) > MOST_SKILLS:
        raise _refused(where, f"takes at most {MOST_SKILLS} skills")
    return list(dict.fromkeys(_reference(skill, f"{where}.{index}") for index, skill in enumerate(skills)))


def _literal(value: Any) -> Any:
    return value["lit"] if isinstance(value, Mapping) and set(value) == {"lit"} else value


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _refused(where, "must be an object")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _refused(where, "must be a list")
    return value


def _only(value: Any, where: str, name: str) -> Mapping[str, Any]:
    found = _object(value, where)
    if set(found) != {name}:
        other = next((str(key) for key in found if key != name), name)
        raise _refused(f"{where}.{other}"[:200], f"is not understood; {name} is")
    return found


def _known(value: Any, where: str, *names: str) -> Mapping[str, Any]:
    found = _object(value, where)
    for key in found:
        if key not in names:
            raise _refused(f"{where}.{key}"[:200], f"is not understood; {', '.join(names)} are")
    return found


def _refused(where: str, why: str) -> InvalidValueError:
    return InvalidValueError(f"{where} {why}.", field=where)
