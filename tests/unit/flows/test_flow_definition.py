"""What a flow's definition may say."""

import copy
from typing import Any

import pytest
from switchboard.channels.models import Entry
from switchboard.flows import definition
from switchboard.kit.errors import InvalidValueError

QUEUE, SKILL, LANGUAGE = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "abc")
ACTION = "inboundShortMessage.tasks.0.task.actions.0"


def flow(**transfer: Any) -> dict[str, Any]:
    action = {"transferToAcd": {"targetQueue": {"id": QUEUE}, **transfer}}
    task = {"task": {"refId": "main", "name": "Main", "actions": [action]}}
    other = {"task": {"refId": "other", "actions": []}}
    return {"inboundShortMessage": {"name": "Support", "startUpRef": "./tasks/task[main]", "tasks": [task, other]}}


def test_a_transfer_says_where_conversations_go() -> None:
    made = definition.entry(flow(priority=5, skills=[{"id": SKILL}, {"id": SKILL}], language={"id": LANGUAGE}))
    assert made == Entry(queue_id=QUEUE, priority=5, skill_ids=[SKILL], language_id=LANGUAGE)
    assert definition.entry(flow()) == Entry(queue_id=QUEUE)


def test_literals_may_be_written_as_architect_does() -> None:
    written = flow(targetQueue={"lit": {"id": QUEUE, "name": "Support"}}, priority={"lit": -3}, skills={"lit": []})
    assert definition.entry(written) == Entry(queue_id=QUEUE, priority=-3)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ([], [], "definition"),
        (["inboundShortMessage"], "flow", "inboundShortMessage"),
        (["inboundCall"], {}, "definition.inboundCall"),
        (["inboundShortMessage", "variables"], [], "inboundShortMessage.variables"),
        (["inboundShortMessage", "startUpRef"], "./tasks/task[none]", "inboundShortMessage.startUpRef"),
        (["inboundShortMessage", "startUpRef"], None, "inboundShortMessage.startUpRef"),
        (["inboundShortMessage", "startUpRef"], "./tasks/task[other]", "inboundShortMessage.tasks.1.task.actions"),
        (["inboundShortMessage", "tasks"], {}, "inboundShortMessage.tasks"),
        (["inboundShortMessage", "tasks", 0], {"menu": {}}, "inboundShortMessage.tasks.0.menu"),
        (["inboundShortMessage", "tasks", 0, "task", "loop"], 1, "inboundShortMessage.tasks.0.task.loop"),
        (["inboundShortMessage", "tasks", 0, "task", "actions", 0], {"disconnect": {}}, f"{ACTION}.disconnect"),
        (["inboundShortMessage", "tasks", 0, "task", "actions", 0], "x", ACTION),
    ],
)
def test_what_is_not_understood_is_refused_by_name(path: list[Any], value: Any, field: str) -> None:
    written: Any = copy.deepcopy(flow())
    if not path:
        written = value
    else:
        holder = written
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
    with pytest.raises(InvalidValueError) as refused:
        definition.entry(written)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("transfer", "field"),
    [
        ({"targetQueue": None}, "targetQueue"),
        ({"targetQueue": {"name": "Support"}}, "targetQueue.id"),
        ({"targetQueue": {"id": "../../etc"}}, "targetQueue.id"),
        ({"targetQueue": {"lit": {"id": 7}}}, "targetQueue.id"),
        ({"priority": "high"}, "priority"),
        ({"priority": True}, "priority"),
        ({"priority": 10**12}, "priority"),
        ({"skills": {"id": SKILL}}, "skills"),
        ({"skills": [{"id": SKILL}] * 51}, "skills"),
        ({"skills": ["billing"]}, "skills.0"),
        ({"language": {"name": "English"}}, "language.id"),
        ({"preTransferAudio": "x"}, "preTransferAudio"),
    ],
)
def test_a_wrong_transfer_is_refused_by_name(transfer: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        definition.entry(flow(**transfer))
    assert refused.value.field == f"{ACTION}.transferToAcd.{field}"


def test_two_actions_are_one_too_many() -> None:
    written = flow()
    actions = written["inboundShortMessage"]["tasks"][0]["task"]["actions"]
    actions.append({"disconnect": {}})
    with pytest.raises(InvalidValueError) as refused:
        definition.entry(written)
    assert refused.value.field.endswith("actions.1")
