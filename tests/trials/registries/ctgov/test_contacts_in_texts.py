"""Contacts are sought only near a hint of one; that finds all that looking everywhere finds."""

from __future__ import annotations

import orjson
from hypothesis import example, given
from hypothesis import strategies as st

from trials.registries.ctgov import cleaning
from trials.registries.ctgov.cleaning import without_contacts

BITS = st.sampled_from(
    [
        "tel", "Phone", "call ", "fax: ", "mobile ", "tél ", "Tel.", "+49 ", "555-123-4567",
        "(555) 123-4567", "555.123.4567", "+1 (555) 123-4567", "12345678", ", 12345678",
        "someone@example.org", "x (at) example.org", "y[AT]example.org", "2020-01-02", " ", "\n",
        "\\n", '"', "\\", "é", "-", "_", "@", "1", "a word ",
    ]
)  # fmt: skip
TEXTS = st.lists(BITS, max_size=8).map("".join)


def looked_at_whole(data: bytes) -> bytes:
    """The patterns over all of a record, one after the other."""
    lower = data.lower()
    if b"@" in data or b"at)" in lower or b"at]" in lower:
        data = cleaning.EMAIL.sub(cleaning.REMOVED, data)
    if any(hint in lower for hint in cleaning.TELEPHONE_HINTS):
        data = cleaning.TELEPHONE.sub(cleaning.REMOVED, data)
    data = cleaning.ABROAD.sub(cleaning.REMOVED, data)
    if any(hint.search(data) for hint in cleaning.AMERICAN_HINTS):
        data = cleaning.AMERICAN.sub(cleaning.REMOVED, data)
    return data


@given(st.fixed_dictionaries({"a": TEXTS, "b": st.lists(TEXTS, max_size=3)}))
@example({"a": "éphone_555.123.4567é555-123-4567(555) 123-4567", "b": []})
@example({"a": 'call "555-123-4567"', "b": ["Tel.\n12345678", "someone@example.org"]})
def test_it_finds_what_looking_at_the_whole_record_finds(record: dict[str, object]) -> None:
    wanted = orjson.loads(looked_at_whole(orjson.dumps(record)))
    assert without_contacts(record) == wanted


def test_the_record_given_is_left_as_it_was() -> None:
    record = {"a": {"contacts": [1], "b": [{"zip": "x", "c": "call 555-123-4567"}]}}
    assert without_contacts(record) == {"a": {"b": [{"c": "[contact removed]"}]}}
    assert record == {"a": {"contacts": [1], "b": [{"zip": "x", "c": "call 555-123-4567"}]}}
