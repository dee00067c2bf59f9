"""Patients are counted once."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.synthesis.groups import synthesise
from evidence.synthesis.numbers import Number, Reason
from evidence.synthesis.patients import cohorts, once
from tests.evidence.synthesis.support import hazard_ratio, response


def kept(*numbers: Number, links: Any = ()) -> list[int]:
    """The numbers whose patients are counted, by pk."""
    rows, _left_out = once(numbers, cohorts(numbers, links))
    return sorted(one.pk for one in rows)


def test_two_sources_that_nothing_ties_have_their_own_patients() -> None:
    first, second = response(), response()
    assert kept(first, second) == [first.pk, second.pk]


def test_two_sources_of_one_trial_are_counted_once() -> None:
    paper = response(trial=7)
    news = response(trial=7, source_kind="NEWS")
    assert kept(paper, news) == [paper.pk]
    [out] = once([paper, news], cohorts([paper, news], []))[1]
    assert out.reason == Reason.SAME_PATIENTS
    assert paper.label in out.says


@pytest.mark.parametrize("kind", ["SAME_TRIAL", "OVERLAPPING_PATIENTS", "ABSTRACT_OF", "REPORTS"])
def test_sources_tied_by_patients_are_counted_once(kind: str) -> None:
    first, second = response(5, 40), response(5, 30)
    assert kept(first, second, links=[(second.source, first.source, kind)]) == [first.pk]


def test_a_citation_ties_no_patients() -> None:
    first, second = response(), response()
    links = [(first.source, second.source, "CITES")]
    assert kept(first, second, links=links) == [first.pk, second.pk]


def test_ties_reach_across_a_third_source() -> None:
    first, second, third = response(5, 40), response(5, 30), response(5, 20)
    links = [
        (first.source, second.source, "ABSTRACT_OF"),
        (third.source, second.source, "REPORTS"),
    ]
    assert kept(first, second, third, links=links) == [first.pk]


def test_two_trials_stay_two_unless_they_share_patients() -> None:
    first, second = response(trial=1), response(trial=2)
    for kind, number in (("SAME_TRIAL", 2), ("OVERLAPPING_PATIENTS", 1)):
        links = [(first.source, second.source, kind)]
        assert len(kept(first, second, links=links)) == number


def test_arms_with_different_treatments_are_different_patients() -> None:
    first = response(trial=7, regimen="Regorafenib")
    second = response(trial=7, regimen="Cabozantinib")
    assert kept(first, second) == [first.pk, second.pk]


def test_two_comparisons_of_a_trial_share_its_control_arm() -> None:
    first = hazard_ratio(trial=7, regimen="Regorafenib")
    second = hazard_ratio(trial=7, regimen="Cabozantinib")
    assert kept(first, second) == [first.pk]


def test_arms_named_apart_in_one_statement_are_different_patients() -> None:
    first = response(trial=7, version=3, arm="80 mg")
    second = response(trial=7, version=3, arm="120 mg")
    assert kept(first, second) == [first.pk, second.pk]
    elsewhere = response(trial=7, version=4, arm="high dose")
    assert kept(first, elsewhere) == [first.pk]


def test_a_subgroup_is_a_part_of_those_who_are_in_already() -> None:
    whole = response(10, 40, version=3, population=1, trial=7)
    part = response(5, 45, version=3, population=2, ancestors=frozenset({1}), trial=7)
    rows, [out] = once([part, whole], cohorts([part, whole], []))
    assert rows == [whole]
    assert out.reason == Reason.SUBGROUP


def test_the_fuller_report_stays() -> None:
    small = response(5, 30, trial=7)
    large = response(5, 40, trial=7, source_kind="ABSTRACT")
    assert kept(small, large) == [large.pk]
    paper = response(5, 40, trial=7)
    assert kept(large, paper) == [paper.pk]
    later = response(5, 40, trial=7, year=2024)
    assert kept(paper, later) == [later.pk]


def test_a_report_that_cannot_be_pooled_does_not_keep_another_out() -> None:
    disputed = response(5, 60, trial=7, is_disputed=True)
    plain = response(5, 40, trial=7)
    found = synthesise([disputed, plain, response(6, 30)])
    assert [one.pk for one in found.groups[0].rows if one.trial == 7] == [plain.pk]
