"""The contract checks what comes in and cuts what goes out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit import contract
from switchboard.kit.errors import InvalidValueError

MODELS = ["Conversation", "Queue", "MessageData", "User", "ConversationEntityListing", "ExternalContact"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def _shaped(kind: str) -> st.SearchStrategy[Any]:
    """Values with the model's field names and whatever else, nulls included, as a careless handler might answer."""
    fields = sorted(contract.models()[kind]["fields"])
    return st.dictionaries(st.sampled_from(fields) | st.text(max_size=5), st.none() | st.text(max_size=5), max_size=8)


@pytest.mark.parametrize("kind", MODELS)
@given(data=st.data())
def test_an_answer_has_declared_fields_only_and_no_null(kind: str, data: st.DataObject) -> None:
    fields = {
        name
        for name, field in contract.models()[kind]["fields"].items()
        if field in ("str", "int", "bool", "float", "datetime")
    }
    value = data.draw(_shaped(kind))
    simple = {
        name: item for name, item in value.items() if name in fields or name not in contract.models()[kind]["fields"]
    }
    shaped = contract.shape(kind, simple)
    assert shaped == {name: item for name, item in simple.items() if name in fields and item is not None}


@given(VALUES)
def test_no_null_is_ever_answered(value: Any) -> None:
    assert "null" not in json.dumps(contract.shape("object", _quoted(value)))


def _quoted(value: Any) -> Any:
    """The value without the letters n-u-l-l in its own texts."""
    if isinstance(value, dict):
        return {name.replace("n", ""): _quoted(item) for name, item in value.items()} or {"a": None}
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    return value.replace("n", "") if isinstance(value, str) else {"nothing": None} if value is None else value


def test_models_nest() -> None:
    listing = {"entities": [{"id": "1", "division": {"id": "2", "name": None, "secret": "x"}}, None], "total": 1}
    assert contract.shape("QueueEntityListing", listing) == {
        "entities": [{"id": "1", "division": {"id": "2"}}],
        "total": 1,
    }


def test_an_id_stands_for_a_reference() -> None:
    assert contract.shape("Queue", {"division": "2"}) == {"division": {"id": "2"}}


def test_a_request_keeps_declared_fields_and_explicit_nulls() -> None:
    sent = {"name": "Support", "description": None, "unknown": 1, "dateCreated": "2026-01-02T04:04:05+01:00"}
    assert contract.validate("Queue", sent) == {
        "name": "Support",
        "description": None,
        "dateCreated": "2026-01-02T03:04:05.000Z",
    }


def test_enums_match_in_any_case_and_become_the_declared_one() -> None:
    assert contract.validate("Queue", {"skillEvaluationMethod": "best"}) == {"skillEvaluationMethod": "BEST"}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"skillEvaluationMethod": "outdated_sdk_version"}, "skillEvaluationMethod"),
        ({"name": 7}, "name"),
        ({"dateCreated": ""}, "dateCreated"),
        ({"dateCreated": "yesterday"}, "dateCreated"),
        ({"division": {"id": []}}, "division.id"),
        ("Support", ""),
        ([], ""),
    ],
)
def test_a_refusal_names_the_field(value: Any, field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        contract.validate("Queue", value)
    assert refused.value.field == field


def test_a_model_that_refers_to_itself() -> None:
    nested = {"message": "outer", "errors": [{"message": "inner", "errors": []}]}
    assert contract.validate("ErrorBody", nested) == nested


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("int", "7", 7),
        ("bool", "TRUE", True),
        ("list[str]", "a,b,,c", ["a", "b", "c"]),
        ("str", "x", "x"),
        ("unheard of", "x", "x"),
    ],
)
def test_query_values(kind: str, raw: str, value: Any) -> None:
    assert contract.query_value("q", kind, raw) == value


@pytest.mark.parametrize(("kind", "raw"), [("int", "seven"), ("bool", "yes"), ("datetime", "soon"), ("float", "")])
def test_a_query_value_of_another_type_is_refused(kind: str, raw: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        contract.query_value("q", kind, raw)
    assert refused.value.field == "q"


def test_the_facts_agree_with_each_other() -> None:
    """Every model that an operation or a model names is there, so that nothing is passed through unchecked."""
    primitives = {"str", "int", "float", "bool", "datetime", "date", "LocalDateTime", "object", "list", "dict"}
    named = {
        word
        for operation in contract.operations().values()
        for kind in (operation.request, operation.response)
        for word in _words(kind)
    }
    named |= {
        word for model in contract.models().values() for kind in model["fields"].values() for word in _words(kind)
    }
    assert named - primitives - contract.models().keys() == set()


def _words(kind: str) -> set[str]:
    return {word for word in "".join(c if c.isalnum() or c == "_" else " " for c in kind).split() if word}
