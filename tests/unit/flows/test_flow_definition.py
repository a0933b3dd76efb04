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
    made = definition.entry(
        flow(priority=5, vip=True, skills=[{"id": SKILL}, {"id": SKILL}], language={"id": LANGUAGE})
    )
    assert made == Entry(queue_id=QUEUE, priority=5, vip=True, skill_ids=[SKILL], language_id=LANGUAGE)
    assert definition.entry(flow()) == Entry(queue_id=QUEUE)


def test_a_transfer_says_how_good_and_who_is_to_have_it() -> None:
    skills = [{"id": SKILL, "name": "Billing", "minimumProficiency": 2.5}, {"id": LANGUAGE, "minimumProficiency": 0}]
    made = definition.entry(
        flow(
            skills=skills,
            label={"id": QUEUE},
            preferredAgents=[
                {"agent": {"id": SKILL, "name": "Ana"}, "score": 90},
                {"agent": {"id": QUEUE}, "score": 0},
            ],
            directAgent={"id": LANGUAGE},
        )
    )
    assert (made.skill_ids, made.skill_levels) == ([SKILL, LANGUAGE], {SKILL: [2.5, 5]})
    assert (made.label_id, made.direct_agent) == (QUEUE, LANGUAGE)
    assert made.preferred_agents == {SKILL: 90, QUEUE: 0}


@pytest.mark.parametrize(
    ("transfer", "field"),
    [
        ({"skills": [{"id": SKILL, "minimumProficiency": 6}]}, "skills.0.minimumProficiency"),
        ({"skills": [{"id": SKILL, "minimumProficiency": 4, "maximumProficiency": 3}]}, "skills.0.minimumProficiency"),
        ({"skills": [{"id": SKILL, "maximumProficiency": True}]}, "skills.0.maximumProficiency"),
        ({"skills": [{"id": SKILL, "level": 3}]}, "skills.0.level"),
        ({"preferredAgents": [{"agent": {"id": SKILL}, "score": 101}]}, "preferredAgents.0.score"),
        ({"preferredAgents": [{"agent": {"id": SKILL}}]}, "preferredAgents.0.score"),
        ({"preferredAgents": [{"score": 1}]}, "preferredAgents.0.agent"),
        ({"preferredAgents": [{"agent": {"id": SKILL}, "score": 1}] * 21}, "preferredAgents"),
        ({"directAgent": {"id": "ana"}}, "directAgent.id"),
        ({"label": "sales"}, "label"),
    ],
)
def test_what_a_transfer_may_not_ask_is_refused_by_name(transfer: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        definition.entry(flow(**transfer))
    assert refused.value.field == f"{ACTION}.transferToAcd.{field}"


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
        ({"vip": "yes"}, "vip"),
        ({"vip": 1}, "vip"),
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


# -- by opening hours

GROUP, EMERGENCY = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "de")
TRANSFER = {"transferToAcd": {"targetQueue": {"id": QUEUE}}}
EVALUATION = f"{ACTION}.evaluateScheduleGroup"


def said(text: Any) -> dict[str, Any]:
    return {"sendResponse": {"messageBody": text}}


def by_hours(**evaluation: Any) -> dict[str, Any]:
    outputs = {"open": {"actions": [TRANSFER]}, "closed": {"actions": [said("Closed."), {"disconnect": {}}]}}
    written = flow()
    action = {"evaluateScheduleGroup": {"scheduleGroup": {"id": GROUP}, "outputs": outputs} | evaluation}
    written["inboundShortMessage"]["tasks"][0]["task"]["actions"] = [action]
    return written


def test_each_outcome_has_its_way_and_those_left_out_do_as_closed_does() -> None:
    made = definition.entry(by_hours(emergencyGroup={"id": EMERGENCY}))
    closed = Entry(queue_id="", message="Closed.")
    assert made.queue_id == QUEUE and made.hours is not None
    assert (made.hours.schedule_group_id, made.hours.emergency_group_id) == (GROUP, EMERGENCY)
    assert made.hours.closed == made.hours.holiday == made.hours.emergency == closed


def test_a_message_comes_before_the_transfer() -> None:
    written = flow()
    written["inboundShortMessage"]["tasks"][0]["task"]["actions"] = [said({"lit": "Welcome."}), TRANSFER]
    assert definition.entry(written) == Entry(queue_id=QUEUE, message="Welcome.")


@pytest.mark.parametrize(
    ("evaluation", "field"),
    [
        ({"scheduleGroup": {"name": "Support"}}, "scheduleGroup.id"),
        ({"emergencyGroup": {"id": "x"}}, "emergencyGroup.id"),
        ({"outputs": {"open": {"actions": [TRANSFER]}}}, "outputs.closed"),
        ({"outputs": {"closed": {"actions": [TRANSFER]}}}, "outputs.open"),
        ({"outputs": {"lunch": {"actions": [TRANSFER]}}}, "outputs.lunch"),
        ({"outputs": {"open": {"actions": []}}}, "outputs.open.actions"),
        ({"outputs": {"open": {"actions": [said("Hi")]}}}, "outputs.open.actions"),
        ({"outputs": {"open": {"actions": [TRANSFER, said("Hi")]}}}, "outputs.open.actions.1"),
        ({"outputs": {"open": {"actions": [said("Hi"), said("Hi")]}}}, "outputs.open.actions.1.sendResponse"),
        ({"outputs": {"open": {"actions": [said(""), TRANSFER]}}}, "outputs.open.actions.0.sendResponse.messageBody"),
        (
            {"outputs": {"open": {"actions": [said("x" * 4097), TRANSFER]}}},
            "outputs.open.actions.0.sendResponse.messageBody",
        ),
        ({"outputs": {"open": {"actions": [{"disconnect": {"why": "x"}}]}}}, "outputs.open.actions.0.disconnect.why"),
        ({"now": True}, "now"),
    ],
)
def test_a_wrong_evaluation_is_refused_by_name(evaluation: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        definition.entry(by_hours(**evaluation))
    assert refused.value.field == f"{EVALUATION}.{field}"


def test_nothing_comes_after_an_evaluation() -> None:
    written = by_hours()
    written["inboundShortMessage"]["tasks"][0]["task"]["actions"].append(TRANSFER)
    with pytest.raises(InvalidValueError) as refused:
        definition.entry(written)
    assert refused.value.field.endswith("actions.1")


def transfer_to(queue: str) -> list[dict[str, Any]]:
    return [{"transferToAcd": {"targetQueue": {"id": queue}}}]


def switched(**changes: Any) -> dict[str, Any]:
    gold = [{"sendResponse": {"messageBody": "Welcome back"}}, *transfer_to(SKILL)]
    cases = [
        {"case": {"value": "gold", "actions": gold}},
        {"case": {"value": "banned", "actions": [{"disconnect": {}}]}},
    ]
    switch = {"participantData": "tier", "cases": cases, "default": {"actions": transfer_to(QUEUE)}, **changes}
    task = {"task": {"refId": "main", "actions": [{"switch": switch}]}}
    return {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}


@pytest.mark.parametrize(
    ("attributes", "queue", "message", "choice"),
    [
        ({"tier": "gold", "city": "Oslo"}, SKILL, "Welcome back", "choice0"),
        ({"tier": "banned"}, "", "", "choice1"),
        ({"tier": "Gold"}, QUEUE, "", ""),
        ({}, QUEUE, "", ""),
    ],
)
def test_a_participant_attribute_decides(attributes: dict[str, str], queue: str, message: str, choice: str) -> None:
    entry, name = definition.entry(switched()).for_whom(attributes)
    assert (entry.queue_id, entry.message, name) == (queue, message, choice)


def test_opening_hours_come_before_attributes() -> None:
    evaluation = {
        "scheduleGroup": {"id": SKILL},
        "outputs": {
            "open": switched()["inboundShortMessage"]["tasks"][0]["task"],
            "closed": {"actions": [{"disconnect": {}}]},
        },
    }
    del evaluation["outputs"]["open"]["refId"]
    task = {"task": {"refId": "main", "actions": [{"evaluateScheduleGroup": evaluation}]}}
    made = definition.entry({"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}})
    assert made.for_whom({"tier": "gold"})[0].queue_id == SKILL
    assert made.hours is not None
    assert made.hours.closed.for_whom({"tier": "gold"})[0].queue_id == ""
    assert [each.queue_id for each in made.ways()] == [SKILL, "", QUEUE, "", "", ""]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"participantData": ""}, "participantData"),
        ({"cases": []}, "cases"),
        ({"cases": [{"case": {"value": "", "actions": transfer_to(QUEUE)}}]}, "cases.0.case.value"),
        ({"cases": [{"case": {"value": "gold", "actions": []}}]}, "cases.0.case.actions"),
        ({"cases": [{"other": {}}]}, "cases.0.other"),
        ({"default": None}, "default"),
        ({"default": {"actions": [{"switch": {}}]}}, "default.actions.0.switch"),
        ({"evaluate": 1}, "evaluate"),
    ],
)
def test_a_switch_that_is_not_understood_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        definition.entry(switched(**changes))
    assert refused.value.field == f"{ACTION}.switch.{field}"
