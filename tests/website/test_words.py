"""Values in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from osteodb.core.numbers import plain_number
from osteodb.website import words
from osteodb.website.glossary import TERMS
from osteodb.website.looks import STATUS_LOOKS
from osteodb.website.pages.changes import field_label, in_words
from osteodb.website.registry_links import registry_url
from osteodb.website.templatetags.osteodb_web import status_pill
from trials.models import Registry, TrialStatus


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [
        (0, "trial", "no trials"),
        (1, "trial", "1 trial"),
        (1200, "trial", "1,200 trials"),
        (2, "therapy class", "2 therapy classes"),
        (3, "open discrepancy", "3 open discrepancies"),
    ],
)
def test_things_are_counted_in_words(number: int, noun: str, expected: str) -> None:
    assert words.counted(number, noun) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("8.000000", "8"), ("16.400000", "16.4"), ("0", "0"), ("100.000000", "100"), (None, "")],
)
def test_numbers_lose_the_zeros_of_their_column_only(value: str | None, expected: str) -> None:
    assert plain_number(None if value is None else Decimal(value)) == expected


def test_every_status_has_a_symbol_and_keeps_its_words() -> None:
    assert set(STATUS_LOOKS) == set(TrialStatus.values)
    for value, label in TrialStatus.choices:
        pill = status_pill(value, "as worded")
        assert str(label) in pill
        assert 'aria-hidden="true"' in pill


def test_a_status_that_nobody_said_is_not_the_registrys_unknown() -> None:
    assert "None seen" in status_pill("unknown", "")
    assert "Unknown" in status_pill("unknown", "UNKNOWN")


@pytest.mark.parametrize("registry", Registry.values)
def test_every_registrys_number_leads_to_a_page_but_a_sponsors_code(registry: str) -> None:
    url = registry_url(registry, "X 1/2")
    assert (url == "") == (registry == "SPONSOR")
    assert " " not in url


def test_a_japanese_number_is_found_at_the_portal_with_its_prefix() -> None:
    assert registry_url("JPRN", "UMIN000000001").endswith("TrialID=JPRN-UMIN000000001")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("status", "recruiting", "Recruiting"),
        ("status_raw", "ACTIVE_NOT_RECRUITING", "ACTIVE_NOT_RECRUITING"),
        ("phases", ["PHASE2", "PHASE3"], "Phase 2, Phase 3"),
        ("has_results", False, "no"),
        ("enrolment_count", 0, "0"),
        ("enrolment_count", None, "not reported"),
        ("start_date", "2022-11", "2022-11"),
        ("allocation", "NON_RANDOMIZED", "Non randomized"),
        ("acronym", "REGOBONE", "REGOBONE"),
        ("arms", [{"label": "Arm A", "arm_type": "EXPERIMENTAL"}], "Arm A"),
        ("sites", [{"facility": "", "country": "France"}], "France"),
    ],
)
def test_a_changed_value_is_told_in_words(field: str, value: object, expected: str) -> None:
    assert in_words(field, value) == expected


def test_a_long_text_and_a_long_list_are_cut_where_words_end() -> None:
    assert len(in_words("brief_summary", "word " * 400)) < 260
    assert in_words("countries", ["FR"] * 9).endswith("and 3 others")


def test_fields_are_named_for_people() -> None:
    assert field_label("enrolment_count") == "Enrolment"
    assert field_label("primary_completion_date") == "Primary completion"
    assert field_label("no_such_field") == "No such field"


def test_the_glossary_explains_each_word_once() -> None:
    assert len({term.key for term in TERMS}) == len(TERMS)
    assert all(term.meaning.endswith(".") for term in TERMS)
