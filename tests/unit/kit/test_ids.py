"""Ids are UUIDv4 in shape whatever they are made of, and an anchored one gives its anchor back."""

import re

from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit import ids

UUID4 = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
ANYTHING = st.text(st.characters())  # lone surrogates too: providers send them
ANCHORS = st.text("0123456789abcdef", min_size=20, max_size=20)


@given(ANCHORS, st.lists(ANYTHING, min_size=1))
def test_an_anchor_survives_in_the_id(anchor: str, parts: list[str]) -> None:
    identifier = ids.anchored(anchor, *parts)
    assert UUID4.match(identifier)
    assert ids.anchor_of(identifier) == anchor


@given(ANCHORS, ANYTHING, ANYTHING)
def test_ids_under_one_anchor_differ_by_their_parts(anchor: str, one: str, other: str) -> None:
    assert (ids.anchored(anchor, one) == ids.anchored(anchor, other)) == (one == other)


@given(ANYTHING)
def test_any_id_has_an_anchor_that_can_be_looked_up(text: str) -> None:
    """A caller may send anything as an id: it leads to a partition without such an item, not to an error."""
    assert isinstance(ids.anchor_of(text), str)


@given(st.lists(ANYTHING), st.lists(ANYTHING))
def test_derived_ids_are_equal_for_equal_parts_only(one: list[str], other: list[str]) -> None:
    assert UUID4.match(ids.derived(*one))
    assert (ids.derived(*one) == ids.derived(*other)) == (one == other)


def test_parts_are_not_run_together() -> None:
    assert ids.derived("ab", "c") != ids.derived("a", "bc") != ids.derived("abc")


def test_new_ids_are_new() -> None:
    made = {ids.new() for _ in range(1000)}
    assert len(made) == 1000
    assert all(UUID4.match(each) for each in made)


@given(ANYTHING)
def test_only_a_uuid_is_one(text: str) -> None:
    assert not ids.is_uuid(text) or re.fullmatch(r"[0-9a-fA-F-]{36}", text)


def test_a_uuid_in_capitals_is_one() -> None:
    assert ids.is_uuid(ids.new().upper())
    assert not ids.is_uuid("{" + ids.new() + "}")
