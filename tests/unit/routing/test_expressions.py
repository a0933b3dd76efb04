"""Skill expressions: what is understood, what it means, and what is refused where."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit.errors import InvalidValueError
from switchboard.routing import expressions
from switchboard.routing.matching.lanes import lane_of, open_to
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.utilization import DEFAULT

from tests.unit.routing import oracle


class Named:
    """A store of entities whose ids are their names in capitals."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def by_name(self, name: str) -> dict[str, str] | None:
        return {"id": name.upper(), "name": name} if name in self._names else None

    def find(self, identifier: str) -> dict[str, str] | None:
        return self.by_name(identifier.lower())


STORES: Any = {"skill": Named("sales", "after sales", "or"), "language": Named("french")}


def parsed(text: str) -> expressions.Expression:
    return expressions.resolved(expressions.parse(text, "skillExpression"), STORES, "skillExpression")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('Skill("sales")', ["skill", "SALES", ">=", 0]),
        ("  skill [ 'after sales' ]>2.5  ", ["skill", "AFTER SALES", ">", 2.5]),
        ('LanguageSkill("french") == 3', ["language", "FRENCH", "=", 3]),
        ('Skill("or") != 1', ["skill", "OR", "!=", 1]),
        ('NOT Skill("or")', ["not", ["skill", "OR", ">=", 0]]),
        (
            'Skill("sales") OR Skill("or") AND NOT Skill("after sales") < 2',
            [
                "or",
                ["skill", "SALES", ">=", 0],
                ["and", ["skill", "OR", ">=", 0], ["not", ["skill", "AFTER SALES", "<", 2]]],
            ],
        ),
        (
            '(Skill("sales") or Skill("or")) and LanguageSkill("french") <= 5',
            [
                "and",
                ["or", ["skill", "SALES", ">=", 0], ["skill", "OR", ">=", 0]],
                ["language", "FRENCH", "<=", 5],
            ],
        ),
    ],
)
def test_not_binds_closer_than_and_and_closer_than_or(text: str, meant: Any) -> None:
    assert parsed(text) == meant
    assert parsed(expressions.shown(meant, STORES)) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("anything", "character 1"),
        ('Skill("nothing")', "skill 'nothing' does not exist"),
        ('LanguageSkill("sales")', "language 'sales' does not exist"),
        ('Skill("sales") >', "character 15"),
        ('Skill("sales") > 5.5', "at most 5"),
        ('Skill("sales") Skill("or")', "AND, OR or the end"),
        ('Skill("sales") AND', "character 19"),
        ('(Skill("sales")', "closing bracket"),
        ('Skill("sales"))', "AND, OR or the end"),
        ("Skill(sales)", "character 1"),
        ('ANDSkill("sales")', "character 1"),
        ("(" * 50 + 'Skill("sales")' + ")" * 50, "levels"),
        ("NOT " * 50 + 'Skill("sales")', "levels"),
        (" OR ".join(['Skill("or")'] * 31), "at most 30"),
        ("x" * 2001, "more than 2000"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason) as refused:
        parsed(text)
    assert refused.value.field == "skillExpression"


def test_nothing_asks_for_nothing() -> None:
    assert parsed(" ") == []


@given(st.text(alphabet='Skil("saes)[]ANDORT <>=!5.', max_size=60))
def test_whatever_is_written_is_understood_or_refused(text: str) -> None:
    try:
        meant = parsed(text)
    except InvalidValueError:
        return
    assert not meant or parsed(expressions.shown(meant, STORES)) == meant


TERM = st.tuples(
    st.sampled_from(["skill", "language"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from([">", ">=", "<", "<=", "=", "!="]),
    st.integers(0, 5),
).map(list)
EXPRESSION = st.recursive(
    TERM,
    lambda inner: st.one_of(
        inner.map(lambda one: ["not", one]),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: ["and", *some]),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: ["or", *some]),
    ),
    max_leaves=6,
)
HELD = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 5).map(float))


@given(EXPRESSION, HELD, HELD)
def test_a_lane_is_open_to_those_for_whom_its_expression_holds(
    expression: Any, skills: dict[str, float], languages: dict[str, float]
) -> None:
    agent = Agent(user_id="ana", on_queue=True, skills=skills, languages=languages)
    wish = Interaction(
        conversation_id="1", participant_id="1", queue_id="q", skill_ids=["other"], expression=expression
    )
    rules = QueueRules(queue_id="q", default_language="other")
    assert open_to(agent, lane_of(wish), rules, DEFAULT) == oracle.satisfies(agent, expression)
