"""Text from outside can be stored, encoded and shown as a file name, whatever it was."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit import text

ANYTHING = st.text(st.characters())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANYTHING,
    lambda inner: st.lists(inner) | st.dictionaries(ANYTHING, inner),
)


@given(ANYTHING)
def test_clean_text_can_be_encoded_and_is_clean_already(raw: str) -> None:
    cleaned = text.clean(raw)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert text.clean(cleaned) == cleaned


@given(ANYTHING, st.integers(0, 20))
def test_clean_keeps_to_the_limit(raw: str, limit: int) -> None:
    assert len(text.clean(raw, limit)) <= limit


@pytest.mark.parametrize(
    "kept",
    ["Grüße", "שלום עולם", "مرحبا", "👩‍👩‍👧‍👦 \U0001f3f4\U000e0067\U000e0062", "  spaces\tand\nlines  ", "a\u202eb"],
)
def test_what_the_customer_wrote_stays(kept: str) -> None:
    assert text.clean(kept) == kept


def test_nul_between_a_letter_and_its_accent() -> None:
    assert text.clean("e\x00\u0301") == "é"


def test_a_lone_surrogate_is_replaced() -> None:
    assert text.clean("a\ud800b") == "a\ufffdb"


@given(JSON)
def test_clean_json_cleans_every_string_and_changes_no_shape(raw: object) -> None:
    cleaned = text.clean_json(raw)
    json.dumps(cleaned, ensure_ascii=False).encode("utf-8")
    assert type(cleaned) is type(raw)
    if isinstance(raw, list):
        assert len(cleaned) == len(raw)


@given(ANYTHING)
def test_a_file_name_is_only_a_name(raw: str) -> None:
    name = text.file_name(raw)
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\:*?"<>|\x00\x7f\u202e')
    assert not name.startswith(".")


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("..", "file"),
        ("a" * 200 + ".pdf", "a" * 116 + ".pdf"),
        ("x" * 10 + "." + "b" * 119, "b" * 119),
        ("a\r\nSet-Cookie: b.pdf", "a_Set-Cookie_ b.pdf"),
    ],
)
def test_hostile_file_names(hostile: str, harmless: str) -> None:
    assert text.file_name(hostile) == harmless
