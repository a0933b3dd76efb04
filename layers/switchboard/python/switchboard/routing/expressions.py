"""Skill expressions: which agents an interaction wants, by skills, languages and proficiency (the platform's ACD skill expression).

    Skill("PreSales") > 2 AND (LanguageSkill("Italian") >= 3 OR NOT Skill("Trainee"))

NOT binds closer than AND, AND closer than OR. A comparison holds only for who has the skill; without one any proficiency will do.
How the platform quotes names is not documented: single and double quotes both are taken, in round or square brackets.

An expression is nested lists: ["and", a, b, ...], ["or", a, b, ...], ["not", a], ["skill" or "language", name, comparison,
proficiency]. It is kept with ids in place of names, so that a skill may be renamed while something waits for it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from switchboard.kit.entities import Store
from switchboard.kit.errors import InvalidValueError
from switchboard.routing.models import BEST_PROFICIENCY

LONGEST, MOST_TERMS, DEEPEST = 2000, 30, 20
Expression = list[Any]
Stores = Mapping[str, Store]
"""Of "skill" and "language"."""

_KINDS = {"skill": "skill", "languageskill": "language"}
_SHOWN = {"skill": "Skill", "language": "LanguageSkill"}
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<kind>Skill|LanguageSkill)\s*(?:\(\s*(?P<round>"[^"]*"|'[^']*')\s*\)|\[\s*(?P<square>"[^"]*"|'[^']*')\s*\])
    | (?P<word>AND|OR|NOT)\b
    | (?P<bracket>[()])
    | (?P<comparison>>=|<=|!=|==|=|>|<)\s*(?P<number>\d+(?:\.\d+)?)
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def parse(text: str, field: str) -> Expression:
    """With names; nothing where nothing is asked for. Raises InvalidValueError naming the field and the place."""
    if len(text) > LONGEST:
        raise InvalidValueError(f"{field} has more than {LONGEST} characters.", field=field)
    return _Parser(text, field).whole() if text.strip() else []


def resolved(expression: Expression, stores: Stores, field: str) -> Expression:
    """With ids. Raises InvalidValueError naming the field."""
    if not expression:
        return []
    kind, *rest = expression
    if kind not in stores:
        return [kind, *(resolved(each, stores, field) for each in rest)]
    known = stores[kind].by_name(rest[0])
    if known is None:
        raise InvalidValueError(f"The {kind} '{rest[0]}' does not exist.", field=field)
    return [kind, known["id"], *rest[1:]]


def shown(expression: Expression, stores: Stores) -> str:
    """The text of one with ids, with the names of today; a skill that is gone shows its id."""
    kind, *rest = expression
    if kind in ("and", "or"):
        return f" {kind.upper()} ".join(_grouped(each, stores) for each in rest)
    if kind == "not":
        return f"NOT {_grouped(rest[0], stores)}"
    identifier, comparison, proficiency = rest
    compared = f" {comparison} {proficiency:g}" if (comparison, proficiency) != (">=", 0) else ""
    known = stores[kind].find(identifier)
    return f'{_SHOWN[kind]}("{known["name"] if known else identifier}"){compared}'


def _grouped(expression: Expression, stores: Stores) -> str:
    text = shown(expression, stores)
    return f"({text})" if expression[0] in ("and", "or") else text


class _Parser:
    def __init__(self, text: str, field: str) -> None:
        self._text, self._field = text.rstrip(), field
        self._at, self._terms, self._depth = 0, 0, 0
        self._token: re.Match[str] | None = None
        self._forward()

    def whole(self) -> Expression:
        expression = self._any_of()
        if self._token is not None or self._at < len(self._text):
            raise self._refused("AND, OR or the end is expected")
        return expression

    def _any_of(self) -> Expression:
        return self._joined("or", self._all_of)

    def _all_of(self) -> Expression:
        return self._joined("and", self._one)

    def _joined(self, word: str, operand: Callable[[], Expression]) -> Expression:
        operands = [operand()]
        while self._word() == word:
            self._forward()
            operands.append(operand())
        return operands[0] if len(operands) == 1 else [word, *operands]

    def _one(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refused(f"more than {DEEPEST} levels are not understood")
        expression = self._bracketed() if self._bracket() == "(" else self._negated() or self._term()
        self._depth -= 1
        return expression

    def _bracketed(self) -> Expression:
        self._forward()
        expression = self._any_of()
        if self._bracket() != ")":
            raise self._refused("a closing bracket is expected")
        self._forward()
        return expression

    def _negated(self) -> Expression | None:
        if self._word() != "not":
            return None
        self._forward()
        return ["not", self._one()]

    def _term(self) -> Expression:
        token = self._token
        if token is None or not token["kind"]:
            raise self._refused('Skill("...") or LanguageSkill("...") is expected')
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise self._refused(f"at most {MOST_TERMS} skills are asked for")
        kind, name = _KINDS[token["kind"].lower()], (token["round"] or token["square"])[1:-1]
        self._forward()
        comparison, proficiency = self._comparison()
        return [kind, name, comparison, proficiency]

    def _comparison(self) -> tuple[str, float]:
        token = self._token
        if token is None or not token["comparison"]:
            return ">=", 0
        proficiency = float(token["number"])
        if proficiency > BEST_PROFICIENCY:
            raise self._refused(f"proficiency is at most {BEST_PROFICIENCY}")
        self._forward()
        return token["comparison"].replace("==", "="), proficiency

    def _word(self) -> str:
        return (self._token["word"] or "").lower() if self._token else ""

    def _bracket(self) -> str:
        return self._token["bracket"] or "" if self._token else ""

    def _forward(self) -> None:
        self._token = _TOKEN.match(self._text, self._at)
        self._at = self._token.end() if self._token else self._at

    def _refused(self, reason: str) -> InvalidValueError:
        at = self._token.start() if self._token else self._at
        return InvalidValueError(f"{self._field} at character {at + 1}: {reason}.", field=self._field)
