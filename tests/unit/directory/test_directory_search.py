"""User search criteria."""

import pytest
from switchboard.directory.search import matches
from switchboard.kit.errors import InvalidValueError

ANA = {
    "id": "1",
    "name": "Ana María Soto",
    "email": "ana.soto@example.com",
    "state": "active",
    "acdAutoAnswer": False,
    "addresses": [{"address": "+15550100", "mediaType": "PHONE"}],
}


def criterion(kind: str, value: str | None, *fields: str, **more: object) -> dict[str, object]:
    return {"type": kind, "value": value, "fields": list(fields), **more}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ([criterion("EXACT", "ANA.SOTO@example.com", "email")], True),
        ([criterion("EXACT", "ana.soto", "email")], False),
        ([criterion("STARTS_WITH", "ana", "name")], True),
        ([criterion("STARTS_WITH", "soto", "name")], True),
        ([criterion("STARTS_WITH", "oto", "name")], False),
        ([criterion("CONTAINS", "maría", "name", "email")], True),
        ([criterion("TERM", "active", "state")], True),
        ([criterion("TERMS", None, "id", values=["7", "1"])], True),
        ([criterion("QUERY_STRING", "an* soto", "name")], True),
        ([criterion("QUERY_STRING", "*soto*ana", "email")], False),
        ([criterion("EXACT", "+15550100", "addresses.address")], True),
        ([criterion("EXACT", "false", "acdAutoAnswer")], True),
        ([criterion("REQUIRED_FIELDS", None, "title")], False),
        ([criterion("REQUIRED_FIELDS", None, "name", "email")], True),
        ([criterion("RANGE", None, "name", startValue="an", endValue="b")], True),
        ([criterion("GREATER_THAN", "b", "name")], False),
        ([{"type": "MATCH_ALL"}], True),
        ([], True),
        ([criterion("CONTAINS", "ana", "name"), criterion("CONTAINS", "ben", "name")], False),
        (
            [criterion("CONTAINS", "x", "name", operator="OR"), criterion("CONTAINS", "ana", "name", operator="OR")],
            True,
        ),
        ([criterion("CONTAINS", "ana", "name", operator="NOT")], False),
        ([{"group": [criterion("EXACT", "1", "id")]}, criterion("CONTAINS", "soto", "email")], True),
    ],
)
def test_a_query_finds(query: list[dict[str, object]], found: bool) -> None:
    assert matches(ANA, query) is found


def test_a_search_that_is_not_offered_is_refused_not_ignored() -> None:
    with pytest.raises(InvalidValueError, match="REGEX"):
        matches(ANA, [criterion("REGEX", "(a+)+$", "name")])


def test_a_hostile_pattern_is_answered() -> None:
    user = {**ANA, "name": "a" * 5_000}
    assert not matches(user, [criterion("QUERY_STRING", "*a" * 2_000 + "b", "name")]), "backtracking would not end"
