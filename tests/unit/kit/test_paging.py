"""The platform's listing shapes: every entity on exactly one page, links that lead to it, no link past the end."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit import paging
from switchboard.kit.errors import InvalidValueError

PATH = "/api/v2/routing/queues"


def entities(count: int) -> list[dict[str, Any]]:
    return [{"id": str(number)} for number in range(count)]


def follow(link: str, everything: list[dict[str, Any]]) -> dict[str, Any]:
    """What a client gets that opens a link of an answer."""
    query: dict[str, Any] = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    return paging.numbered(everything, PATH, query | {name: int(query[name]) for name in ("pageSize", "pageNumber")})


@given(st.integers(0, 60), st.integers(1, 25))
def test_the_next_links_lead_through_all_entities_once(count: int, size: int) -> None:
    everything = entities(count)
    page = paging.numbered(everything, PATH, {"pageSize": size, "name": "sup*"})
    seen = list(page["entities"])
    while "nextUri" in page:
        assert "name=sup%2A" in page["nextUri"]
        page = follow(page["nextUri"], everything)
        seen += page["entities"]
    assert seen == everything
    assert page["selfUri"] == page["lastUri"]
    assert page["pageNumber"] == page["pageCount"]
    assert page["total"] == count


def test_a_page_knows_its_neighbours() -> None:
    everything = entities(30)
    middle = paging.numbered(everything, PATH, {"pageSize": 10, "pageNumber": 2})
    assert follow(middle["previousUri"], everything)["entities"] == everything[:10]
    assert follow(middle["nextUri"], everything)["entities"] == everything[20:]
    assert "previousUri" not in follow(middle["firstUri"], everything)


def test_a_page_past_the_end_is_empty() -> None:
    page = paging.numbered(entities(3), PATH, {"pageNumber": 9})
    assert page["entities"] == []
    assert "nextUri" not in page


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"pageSize": 0}, "pageSize"),
        ({"pageSize": 501}, "pageSize"),
        ({"pageSize": -1}, "pageSize"),
        ({"pageNumber": 0}, "pageNumber"),
    ],
)
def test_pages_that_cannot_be(query: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        paging.numbered(entities(1), PATH, query)
    assert refused.value.field == field


def test_a_cursor_names_where_to_read_on_and_keeps_the_query() -> None:
    page = paging.cursor(entities(2), PATH, {"pageSize": 2, "active": True, "id": ["a", "b"]}, after="here&now")
    assert page["after"] == "here&now"
    assert parse_qs(urlsplit(page["nextUri"]).query) == {
        "pageSize": ["2"],
        "active": ["true"],
        "id": ["a,b"],
        "after": ["here&now"],
    }
    assert "nextUri" not in paging.cursor(entities(1), PATH, {})


def test_members_tell_no_total() -> None:
    assert {"total", "pageCount", "lastUri"}.isdisjoint(paging.members(entities(3), PATH, {}))


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("sup", "Support", True),
        ("port", "Support", False),
        ("*port", "Support", True),
        ("S*T", "support", True),
        ("sup[p]", "Support", False),
        ("", "Support", True),
    ],
)
def test_name_search(pattern: str, name: str, found: bool) -> None:
    assert paging.matches_name(pattern, name) is found
