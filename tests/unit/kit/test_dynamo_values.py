"""Values survive DynamoDB's typed form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit.dynamo import marshal, unmarshal

SCALARS = (
    st.text()
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.binary()
    | st.sets(st.text(), min_size=1)
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_a_stored_item_is_read_as_it_was(item: dict[str, object]) -> None:
    read = unmarshal(marshal(item))
    assert read == item
    # An int read as a float would be equal, and still break what counts with it.
    assert {name: type(value) for name, value in read.items()} == {name: type(value) for name, value in item.items()}


def test_nothing_is_said_by_leaving_out() -> None:
    assert marshal({"a": None, "b": {"c": None, "d": "e"}}) == {"b": {"M": {"d": {"S": "e"}}}}


def test_a_tuple_is_read_as_a_list() -> None:
    assert unmarshal(marshal({"pair": ("a", 1)})) == {"pair": ["a", 1]}


@pytest.mark.parametrize("foreign", [object(), 1j, [None]])
def test_what_cannot_be_stored_is_refused(foreign: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        marshal({"value": foreign})
