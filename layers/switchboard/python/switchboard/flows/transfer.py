"""A flow's action `transferToAcd`: where a conversation waits, and what it asks for (CE43).

{"name": "To support", "targetQueue": {"id": "..."}, "priority": 5, "vip": false,
 "skills": [{"id": "...", "minimumProficiency": 2, "maximumProficiency": 5}], "language": {"id": "..."}, "label": {"id": "..."},
 "skillExpression": "Skill(\\"Sales\\") > 2",
 "preferredAgents": [{"agent": {"id": "..."}, "score": 90}], "directAgent": {"id": "..."}}
"""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.api import Entry
from switchboard.flows.reading import known, list_at, literal, reference_at, refused
from switchboard.routing import api as routing
from switchboard.routing.models import BEST_PROFICIENCY, LARGEST_PRIORITY, LARGEST_SCORE, MOST_PREFERRED, MOST_SKILLS


def transfer(value: Any, where: str) -> Entry:
    """Raises InvalidValueError naming the first field that is wrong or not understood."""
    said = known(
        value,
        where,
        *("name", "targetQueue", "priority", "vip", "skills", "skillExpression", "language", "label"),
        *("preferredAgents", "directAgent"),
    )
    skills = _skills(said.get("skills", []), f"{where}.skills")
    return Entry(
        queue_id=reference_at(said.get("targetQueue"), f"{where}.targetQueue"),
        priority=_priority(said.get("priority", 0), f"{where}.priority"),
        vip=_yes_or_no(said.get("vip", False), f"{where}.vip"),
        skill_ids=list(skills),
        skill_levels={skill_id: level for skill_id, level in skills.items() if level},
        skill_expression=_expression(said.get("skillExpression", ""), f"{where}.skillExpression"),
        language_id=_reference(said, "language", where),
        label_id=_reference(said, "label", where),
        preferred_agents=_preferred(said.get("preferredAgents", []), f"{where}.preferredAgents"),
        direct_agent=_reference(said, "directAgent", where),
    )


def _reference(said: Mapping[str, Any], name: str, where: str) -> str:
    return reference_at(said[name], f"{where}.{name}") if said.get(name) else ""


def _priority(value: Any, where: str) -> int:
    number = literal(value)
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > LARGEST_PRIORITY:
        raise refused(where, f"must be a whole number between -{LARGEST_PRIORITY} and {LARGEST_PRIORITY}")
    return number


def _yes_or_no(value: Any, where: str) -> bool:
    said = literal(value)
    if not isinstance(said, bool):
        raise refused(where, "must be true or false")
    return said


def _skills(value: Any, where: str) -> dict[str, list[float]]:
    """The proficiency that each skill asks for, [least, most]; empty where any will do."""
    given = list_at(literal(value), where)
    if len(given) > MOST_SKILLS:
        raise refused(where, f"takes at most {MOST_SKILLS} skills")
    skills = {}
    for index, each in enumerate(given):
        path = f"{where}.{index}"
        said = known(literal(each), path, "id", "name", "minimumProficiency", "maximumProficiency")
        skill_id = reference_at({"id": said.get("id")}, path)
        least = _number(said.get("minimumProficiency", 0), f"{path}.minimumProficiency", BEST_PROFICIENCY)
        most = _number(
            said.get("maximumProficiency", BEST_PROFICIENCY),
            f"{path}.maximumProficiency",
            BEST_PROFICIENCY,
        )
        if least > most:
            raise refused(f"{path}.minimumProficiency", "is above maximumProficiency")
        skills[skill_id] = [] if (least, most) == (0, BEST_PROFICIENCY) else [least, most]
    return skills


def _expression(value: Any, where: str) -> routing.Expression:
    """With names, which are looked up when the flow is published."""
    text = literal(value)
    if not isinstance(text, str):
        raise refused(where, "must be a text")
    return routing.parse_skill_expression(text, where)


def _preferred(value: Any, where: str) -> dict[str, int]:
    """Scores by user."""
    given = list_at(literal(value), where)
    if len(given) > MOST_PREFERRED:
        raise refused(where, f"takes at most {MOST_PREFERRED} agents")
    scores = {}
    for index, each in enumerate(given):
        path = f"{where}.{index}"
        said = known(literal(each), path, "agent", "score")
        user_id = reference_at(said.get("agent"), f"{path}.agent")
        scores[user_id] = round(_number(said.get("score"), f"{path}.score", LARGEST_SCORE))
    return scores


def _number(value: Any, where: str, most: float) -> float:
    number = literal(value)
    if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number <= most:
        raise refused(where, f"must be a number from 0 to {most}")
    return number
