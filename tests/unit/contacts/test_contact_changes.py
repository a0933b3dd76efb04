"""PATCH of a contact."""

from typing import Any

import pytest
from switchboard.contacts import changes
from switchboard.kit.errors import ConflictError, InvalidValueError

KIM = {"id": "1", "firstName": "Kim", "address": {"city": "Berlin"}, "externalIds": [{"value": "a"}]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"field": "$.firstName", "action": "Update", "value": "Kay"}, {"firstName": "Kay"}),
        ({"field": "$.firstName", "action": "UpdateIfEmpty", "value": "Kay"}, {"firstName": "Kim"}),
        ({"field": "$.lastName", "action": "UpdateIfEmpty", "value": "Lee"}, {"lastName": "Lee"}),
        ({"field": "$.firstName", "action": "UpdateIfExists", "value": "Kay"}, {"firstName": "Kay"}),
        ({"field": "$.lastName", "action": "UpdateIfExists", "value": "Lee"}, {"lastName": None}),
        ({"field": "$.firstName", "action": "Remove"}, {"firstName": None}),
        ({"field": "$.address.city", "action": "Update", "value": "Bonn"}, {"address": {"city": "Bonn"}}),
        ({"field": "$.address", "action": "Remove"}, {"address": None}),
        (
            {"field": "$.externalIds", "action": "AppendToCollection", "value": [{"value": "b"}]},
            {"externalIds": [{"value": "a"}, {"value": "b"}]},
        ),
        ({"field": "$.externalIds", "action": "RemoveFromCollection", "value": {"value": "a"}}, {"externalIds": []}),
    ],
)
def test_each_action_does_what_it_says(change: dict[str, Any], expected: dict[str, Any]) -> None:
    changed = changes.apply(KIM, [change])
    assert {name: changed.get(name) for name in expected} == expected
    assert KIM["address"] == {"city": "Berlin"} and KIM["externalIds"] == [{"value": "a"}]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"field": "firstName", "action": "Update", "value": "x"}, "changes.0.field"),
        ({"field": "$..firstName", "action": "Update", "value": "x"}, "changes.0.field"),
        ({"field": "$.__class__.x.y.z", "action": "Update", "value": "x"}, "changes.0.field"),
        ({"field": None, "action": "Update", "value": "x"}, "changes.0.field"),
        ({"field": "$.id", "action": "Update", "value": "x"}, "changes.0.field"),
        ({"field": "$.identifiers", "action": "Remove"}, "changes.0.field"),
        ({"field": "$.firstName.first", "action": "Update", "value": "x"}, "changes.0.field"),
        ({"field": "$.firstName", "action": "AppendToCollection", "value": "x"}, "changes.0.field"),
        ({"field": "$.firstName", "value": "x"}, "changes.0.action"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        changes.apply(KIM, [change])
    assert refused.value.field == field


def test_changes_of_a_field_and_of_a_part_of_it_conflict() -> None:
    whole = {"field": "$.address", "action": "Remove"}
    part = {"field": "$.address.city", "action": "Update", "value": "Bonn"}
    with pytest.raises(ConflictError):
        changes.apply(KIM, [part, whole])


@pytest.mark.parametrize("count", [0, 101])
def test_the_number_of_changes_is_bounded(count: int) -> None:
    with pytest.raises(InvalidValueError):
        changes.apply(KIM, [{"field": f"$.customFields.f{index}", "action": "Remove"} for index in range(count)])
