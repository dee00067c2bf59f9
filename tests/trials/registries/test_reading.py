"""Dates, ages and texts as registries write them; what is none is listed, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osteodb.core.partial_dates import PartialDate
from trials.registries.identifiers import RegistryNumber
from trials.registries.privacy import cleaned, scrub
from trials.registries.reading import Findings, date_text, gathered, plain, years


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2020-02-01", "2020-02-01"),
        ("2020-02-01T00:00:00.000Z", "2020-02-01"),
        ("2024-04-24T15:14:58.509", "2024-04-24"),
        ("2020/2/1", "2020-02-01"),
        ("20200201", "2020-02-01"),
        ("01/02/2020", "2020-02-01"),
        ("1 February 2020", "2020-02-01"),
        ("February 1, 2020", "2020-02-01"),
        ("February 2020", "2020-02"),
        ("2020-02", "2020-02"),
        ("2020", "2020"),
    ],
)
def test_dates_are_read_as_they_are_written_and_stay_partial(written: str, read: str) -> None:
    assert date_text(written) == read


@pytest.mark.parametrize(
    "written", ["31/02/2020", "2020-13", "Febtober 2020", "soon", "", "12/2020", "99999999", "0000"]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        date_text(written)


@given(st.text(max_size=40))
def test_a_date_from_any_text_is_a_date_or_listed(text: str) -> None:
    findings = Findings()
    found = findings.date(text, "here")
    assert PartialDate.parse(found) if found else (findings.problems or not text.strip())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("18 Years", "18.000"),
        ("18 years", "18.000"),
        (">= 20age old", "20.000"),
        ("1years-old", "1.000"),
        ("6 Months", "0.500"),
        ("14 Days", "0.038"),
    ],
)
def test_ages_are_read_in_their_unit(written: str, read: str) -> None:
    assert years(written) == read


def test_a_bare_number_is_an_age_only_where_the_form_asks_for_years() -> None:
    assert years("18", bare_is_years=True) == "18.000"
    with pytest.raises(ValueError, match="no age"):
        years("18")
    with pytest.raises(ValueError, match="no age of a person"):
        years("4000 years")


def test_markup_between_lines_goes_and_comparisons_stay() -> None:
    assert plain("a<br>b<br/> c <= 12 &gt; 3 <b>bold</b>") == "a\nb\nc <= 12 > 3 bold"


@pytest.mark.parametrize("count", ["99999999999", "-3", "many", "1e3", "٣٣٣٣٣٣٣٣٣٣٣٣"])
def test_a_number_of_people_that_is_none_is_listed(count: str) -> None:
    findings = Findings()
    assert findings.count(count, "size") is None
    assert findings.problems[0].kind == "SUSPICIOUS_VALUE"


def test_a_status_without_a_word_is_unknown_and_an_unmapped_one_is_other_and_listed() -> None:
    findings = Findings()
    assert findings.status("", {}, "status") == "unknown"
    assert not findings.problems
    assert findings.status("Dancing", {}, "status") == "other"
    assert findings.problems[0].kind == "UNMAPPED_STATUS"


def test_numbers_stand_once_and_the_own_one_is_primary() -> None:
    own = RegistryNumber("NCT", "NCT99900001")
    found = gathered(own, "NCT99900001", [("nct99900001", "SECONDARY"), ("EX-1", "SECONDARY")])
    assert [(one.registry, one.kind) for one in found] == [
        ("NCT", "PRIMARY"),
        ("SPONSOR", "SECONDARY"),
    ]


@given(st.text(max_size=60), st.sampled_from(["\n", " ", "\t", ", "]))
def test_an_address_in_any_text_is_taken_out(before: str, space: str) -> None:
    assert "example.org" not in scrub(f"{before}{space}who@example.org")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_cleaning_twice_changes_nothing_more(value: object) -> None:
    once = cleaned(value, lambda _key: False)
    assert cleaned(once, lambda _key: False) == once


def test_telephones_go_and_doses_stay() -> None:
    assert "000" not in scrub("Tel: 000 000 0000") + scrub("+49 30 000 00000")
    text = "Doses of 120 - 160 mg on days 1-21; CD8+ 10 to 20; call at 12 months"
    assert scrub(text) == text
