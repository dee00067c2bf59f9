"""What wins between origins, and which differences are disagreements."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.known_differences import (
    COPY,
    RULES,
    SECONDARY,
    Combined,
    Origin,
    Spoken,
    as_trial,
    combine,
    explained,
)
from trials.reconcile import COLLECTION_KINDS, FIELD_KINDS
from trials.registries.base import ParsedOutcome, ParsedTrial, TrialFields


def spoken(registry: str, channel: str = "REGISTRY", *, lists: Any = None, **values: Any) -> Spoken:
    parsed = ParsedTrial(
        registry=registry,
        registry_id=f"{registry}-1",
        registry_date="",
        fields=TrialFields(**values),
        **(lists or {}),
    )
    return Spoken(Origin(registry, channel), parsed)


def disputed(combined: Combined) -> list[tuple[str, Any, Any]]:
    return [(one.field, one.shown, one.other) for one in combined.disagreements]


def test_every_field_and_list_has_exactly_one_rule_with_a_reason() -> None:
    names = [name for rule in RULES for name in rule.fields]
    assert sorted(names) == sorted([*FIELD_KINDS, *COLLECTION_KINDS])
    assert all(len(rule.why) > 20 for rule in RULES)


def test_the_general_order_decides_and_the_other_value_is_a_disagreement() -> None:
    combined = combine([spoken("EUCTR", sex="FEMALE"), spoken("NCT", sex="ALL")])
    assert combined.fields.sex == "ALL"
    assert combined.origins["sex"] == Origin("NCT")
    assert disputed(combined) == [("sex", "ALL", "FEMALE")]


def test_an_origin_that_is_silent_denies_nothing() -> None:
    combined = combine([spoken("NCT"), spoken("CTIS", phases=("PHASE2",))])
    assert combined.fields.phases == ("PHASE2",)
    assert combined.origins["phases"].registry == "CTIS"
    assert combined.disagreements == ()


def test_a_definite_status_comes_before_other_and_keeps_its_own_words() -> None:
    combined = combine(
        [
            spoken("NCT", status="unknown", status_raw="UNKNOWN", last_known_status="recruiting"),
            spoken("CTIS", status="completed", status_raw="Ended"),
            spoken("EUCTR", status="other", status_raw="Ongoing"),
        ]
    )
    fields = combined.fields
    assert (fields.status, fields.status_raw) == ("completed", "Ended")
    assert fields.last_known_status == ""
    assert combined.disagreements == ()


@pytest.mark.parametrize(
    ("who", "agrees"),
    [("not_recruiting", True), ("recruiting", False), ("other", True), ("completed", True)],
)
def test_whos_not_recruiting_agrees_with_what_it_covers(who: str, agrees: bool) -> None:
    combined = combine(
        [
            spoken("NCT", status="completed", status_raw="COMPLETED"),
            spoken("ChiCTR", COPY, status=who, status_raw="as WHO has it"),
        ]
    )
    assert combined.fields.status == "completed"
    assert (combined.disagreements == ()) is agrees


def test_people_enrolled_come_before_people_planned_together_with_their_type() -> None:
    combined = combine(
        [
            spoken("NCT", enrolment_count=160, enrolment_type="ESTIMATED"),
            spoken("ISRCTN", enrolment_count=87, enrolment_type="ACTUAL"),
        ]
    )
    assert (combined.fields.enrolment_count, combined.fields.enrolment_type) == (87, "ACTUAL")
    assert disputed(combined) == [("enrolment_count", 87, 160)]


def test_two_starts_are_both_shown_and_a_month_agrees_with_its_day() -> None:
    ours = spoken("NCT", start_date="2014-09-30", start_date_type="ACTUAL")
    who = spoken("EUCTR", COPY, start_date="2014-05-06")
    assert disputed(combine([who, ours])) == [("start_date", "2014-09-30", "2014-05-06")]
    month = spoken("CTIS", start_date="2014-09")
    assert disputed(combine([month, ours])) == []


def test_ages_come_before_age_groups() -> None:
    combined = combine(
        [
            spoken("CTIS", minimum_age="18 Years", minimum_age_years="18.000"),
            spoken("ISRCTN", minimum_age="16 Years", minimum_age_years="16.000"),
        ]
    )
    assert (combined.fields.minimum_age, combined.fields.minimum_age_years) == (
        "16 Years",
        "16.000",
    )


def test_countries_are_joined_and_results_anywhere_are_results() -> None:
    combined = combine(
        [
            spoken("NCT", countries=("FR", "US"), has_results=False),
            spoken("EUCTR", countries=("DE", "FR"), has_results=True),
        ]
    )
    assert combined.fields.countries == ("DE", "FR", "US")
    assert combined.fields.has_results is True
    assert combined.origins["has_results"].registry == "EUCTR"
    assert combined.disagreements == ()


def test_wording_is_no_disagreement_and_a_sponsors_spelling_neither() -> None:
    combined = combine(
        [
            spoken("NCT", brief_title="One", lead_sponsor="UNICANCER"),
            spoken("EUCTR", brief_title="Another", lead_sponsor="Uni-Cancer"),
        ]
    )
    assert combined.fields.brief_title == "One"
    assert combined.disagreements == ()


def test_a_copy_is_not_heard_beside_its_registrys_own_record() -> None:
    own = spoken("NCT", sex="ALL")
    copies = [spoken("NCT", COPY, sex="MALE", acronym="OLD"), spoken("NCT", SECONDARY, sex="MALE")]
    combined = combine([*copies, own])
    assert (combined.fields.sex, combined.fields.acronym) == ("ALL", "")
    assert combined.disagreements == ()
    assert combine(copies).fields.sex == "MALE"


def test_a_list_comes_whole_from_one_origin() -> None:
    one, other = ParsedOutcome("PRIMARY", "PFS"), ParsedOutcome("PRIMARY", "OS")
    combined = combine(
        [spoken("CTIS", lists={"outcomes": (other,)}), spoken("NCT", lists={"outcomes": (one,)})]
    )
    assert combined.collections["outcomes"] == (one,)
    trial = as_trial(combined, spoken("CTIS").parsed)
    assert (trial.registry, trial.outcomes) == ("CTIS", (one,))


def test_why_a_value_is_shown_can_be_said() -> None:
    combined = combine([spoken("ChiCTR", COPY, status="recruiting", status_raw="Recruiting")])
    assert explained(combined, "status").startswith("ChiCTR (WHO's copy): A definite status")
    assert explained(combined, "sex") == "No origin reports it."


def test_nothing_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="without a record"):
        combine([])


statuses = st.sampled_from(["recruiting", "completed", "not_recruiting", "other", "unknown"])


@given(
    st.lists(
        st.builds(
            spoken,
            st.sampled_from(["NCT", "CTIS", "EUCTR", "ISRCTN", "ChiCTR", "DRKS"]),
            status=statuses,
            status_raw=st.sampled_from(["", "x"]),
            start_date=st.sampled_from(["", "2020", "2020-01", "2021-02-03"]),
            sex=st.sampled_from(["", "ALL", "MALE"]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one.origin.registry,
    )
)
def test_the_order_in_which_records_come_does_not_matter(records: list[Spoken]) -> None:
    results = {repr(combine(order)) for order in itertools.permutations(records)}
    assert len(results) == 1
    combined = combine(records)
    for name, origin in combined.origins.items():
        if name in FIELD_KINDS and name != "countries":
            (source,) = [one for one in records if one.origin == origin]
            assert getattr(combined.fields, name) == getattr(source.parsed.fields, name)
