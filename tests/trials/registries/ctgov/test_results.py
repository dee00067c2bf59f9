"""Posted outcome measures read from a record: their shape, their keys, what counts as a change."""

from __future__ import annotations

import copy
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.results import ARM, CONTROL, figure, one_arm, outcome, study_with, two_arms
from trials.registries.base import MalformedRecord
from trials.registries.ctgov.results import LONGEST_KEY, posted_text, read_results

TITLES = st.text(alphabet=string.ascii_letters + " #12", max_size=12)


def keys(*outcomes: dict[str, Any]) -> list[str]:
    return [one.key for one in read_results(study_with(*outcomes))]


def test_a_measure_is_read_whole() -> None:
    (found,) = read_results(study_with(two_arms(pValueComment="Two-sided", estimateComment="Cox")))
    assert (found.key, found.outcome_type) == (
        "PRIMARY: Progression-free Survival",
        "PRIMARY",
    )
    assert (found.unit, found.param_type, found.time_frame) == ("months", "MEDIAN", "Up to 2 years")
    assert [(group.id, group.title) for group in found.groups] == [
        ("OG000", ARM),
        ("OG001", CONTROL),
    ]
    assert [(one.value, one.lower_limit, one.upper_limit, one.analysed) for one in found.cells] == [
        ("3.6", "2.0", "7.6", "20"),
        ("1.7", "1.2", "1.8", "22"),
    ]
    (analysis,) = found.analyses
    assert (analysis.param_type, analysis.param_value) == ("Hazard Ratio (HR)", "0.42")
    assert (analysis.ci_lower_limit, analysis.ci_upper_limit) == ("0.21", "0.85")
    assert (analysis.p_value, analysis.p_value_comment) == ("0.017", "Two-sided")
    assert (analysis.estimate_comment, analysis.ci_sides) == ("Cox", "TWO_SIDED")


def test_a_class_with_its_own_number_of_people_outweighs_the_measure() -> None:
    posted = one_arm()
    posted["classes"] = [
        {
            "title": "Interim",
            "denoms": [
                {"units": "Participants", "counts": [{"groupId": "OG000", "value": "9"}]},
                {"units": "Lesions", "counts": [{"groupId": "OG000", "value": "40"}]},
            ],
            "categories": [{"measurements": [{"groupId": "OG000", "value": "4"}]}],
        },
        {
            "title": "Final",
            "categories": [{"measurements": [{"groupId": "OG000", "value": "7"}]}],
        },
    ]
    (found,) = read_results(study_with(posted))
    assert [(one.class_title, one.value, one.analysed) for one in found.cells] == [
        ("Interim", "4", "9"),
        ("Final", "7", "20"),
    ]


def test_a_study_without_results_posts_nothing() -> None:
    assert read_results(study_with()) == ()


def test_a_shape_against_the_registrys_document_says_where() -> None:
    record = study_with(one_arm())
    record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]["title"] = 7
    with pytest.raises(MalformedRecord) as refusal:
        read_results(record)
    assert refusal.value.registry_id == "NCT91000001"
    assert "outcomeMeasures[0].title" in refusal.value.path.replace("[...]", "[0]")


def test_the_key_does_not_follow_figures_or_the_place_in_the_list() -> None:
    posted = outcome("Overall Survival", figure("10"))
    alone = keys(posted)
    assert keys(one_arm(), outcome("Overall Survival", figure("12")))[1:] == alone
    assert alone == ["SECONDARY: Overall Survival"]


def test_measures_of_one_title_are_told_apart_by_time_frame_then_by_order() -> None:
    same = [
        outcome("Overall Survival", figure("1"), timeFrame=frame)
        for frame in ("1 year", "2 years", "2 years")
    ]
    assert keys(*same, one_arm()) == [
        "SECONDARY: Overall Survival [1 year]",
        "SECONDARY: Overall Survival [2 years]",
        "SECONDARY: Overall Survival [2 years] #2",
        "SECONDARY: Objective Response Rate",
    ]


def test_long_titles_that_begin_alike_have_different_keys() -> None:
    first, second = keys(outcome("A" * 300 + "x"), outcome("A" * 300 + "y"))
    assert first != second
    assert max(len(first), len(second)) <= LONGEST_KEY


@given(st.lists(st.tuples(TITLES, TITLES), max_size=8))
def test_every_measure_has_a_key_of_its_own_whatever_it_is_called(
    named: list[tuple[str, str]],
) -> None:
    found = keys(*[outcome(title, figure("1"), timeFrame=frame) for title, frame in named])
    assert len(set(found)) == len(named)
    assert all(len(key) <= LONGEST_KEY for key in found)


def hash_of(posted: dict[str, Any]) -> str:
    return read_results(study_with(posted))[0].content_hash


def test_only_what_a_measure_says_changes_its_hash() -> None:
    posted = two_arms()
    other_form = dict(reversed(list(copy.deepcopy(posted).items())))
    other_form["populationDescription"] = "Intention  to *treat*\n"
    assert hash_of(other_form) == hash_of(posted)
    corrected = copy.deepcopy(posted)
    corrected["classes"][0]["categories"][0]["measurements"][0]["value"] = "3.7"
    assert hash_of(corrected) != hash_of(posted)


def test_the_posting_itself_is_found_by_its_key() -> None:
    record = study_with(two_arms(), one_arm())
    assert posted_text(record, "SECONDARY: Objective Response Rate") == one_arm()
    assert posted_text(record, "SECONDARY: Another") is None
