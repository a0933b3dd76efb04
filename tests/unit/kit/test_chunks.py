"""Entries of one call: no more than a queue or a bus takes, none lost, all in order."""

from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit import aws


@given(st.lists(st.integers(min_value=1, max_value=300_000), max_size=60))
def test_every_call_is_taken(sizes: list[int]) -> None:
    chunks = aws.chunks(sizes, lambda size: size)
    assert [size for chunk in chunks for size in chunk] == sizes
    for chunk in chunks:
        assert 1 <= len(chunk) <= 10
        assert sum(chunk) <= aws.LARGEST_CALL_BYTES or len(chunk) == 1
