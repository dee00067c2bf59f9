"""Cells of a posted table as measurements: as posted, or left out with the reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from evidence import rules
from tests.evidence.registry_results.support import drafted, left_out
from tests.registry.results import ARM, CONTROL, categories, figure, one_arm, outcome

PERCENT: dict[str, Any] = {
    "paramType": "NUMBER", "unitOfMeasure": "percentage of participants",
}  # fmt: skip
COUNT: dict[str, Any] = {
    "paramType": "COUNT_OF_PARTICIPANTS", "unitOfMeasure": "Participants", "dispersionType": None,
}  # fmt: skip


def measurements(posted: dict[str, Any]) -> Any:
    """The measurements of a posting; every rule for a submitted draft holds."""
    draft = drafted(posted).draft
    assert rules.problems(draft) == []
    return draft.measurements


def only(posted: dict[str, Any]) -> Any:
    (one,) = measurements(posted)
    return one


def test_a_median_is_bound_to_arm_unit_interval_and_people() -> None:
    one = only(outcome("Overall Survival", figure("14.8", "10.0", "17.0")))
    assert (one.endpoint, one.estimator, one.unit) == ("OS", "MEDIAN", "MONTHS")
    assert (one.value_raw, one.value, one.unit_raw) == ("14.8", Decimal("14.8"), "months")
    assert (one.ci_raw, one.ci_low, one.ci_high) == ("10.0 to 17.0", 10, 17)
    assert (one.ci_level, one.ci_sides) == (95, "")
    assert (one.arm_label, one.arm, one.n, one.trial) == (ARM, 70, 20, 7)
    assert one.note == "Time frame as posted: Up to 2 years."


def test_a_group_that_is_no_arm_by_its_exact_title_keeps_its_label() -> None:
    one = only(outcome("Overall Survival", figure("14.8"), groups=(f"{ARM}, part 2",)))
    assert (one.arm, one.arm_label) == (None, f"{ARM}, part 2")


@pytest.mark.parametrize(
    ("comment", "state"),
    [
        ("Median not reached", "NOT_REACHED"),
        ("The median was not yet reached at data cut-off.", "NOT_REACHED"),
        ("Too few events to estimate", "NOT_ESTIMABLE"),
        ("The upper limit was not reached.", "NOT_ESTIMABLE"),
        ("", "NOT_ESTIMABLE"),
    ],
)
def test_na_is_no_number_and_its_comment_says_what_it_is(comment: str, state: str) -> None:
    one = only(outcome("Overall Survival", figure("NA", "4.5", "NA", comment)))
    assert (one.state, one.value, one.value_raw) == (state, None, "NA")
    assert one.state_note == (comment or "Posted without a number and without a comment.")
    assert (one.ci_low, one.ci_high) == (Decimal("4.5"), None)


def test_an_upper_limit_of_na_leaves_the_interval_open_with_its_comment() -> None:
    comment = "The upper limit would be outside of the observed values."
    one = only(outcome("Progression-free Survival", figure("2.07", "2.00", "NA", comment)))
    assert (one.state, one.value) == ("REPORTED", Decimal("2.07"))
    assert (one.ci_raw, one.ci_low, one.ci_high) == ("2.00 to NA", 2, None)
    assert (one.ci_high_state, one.state_note) == ("NOT_ESTIMABLE", comment)
    reached = figure("2.07", "2.00", "NA", "Upper limit not reached")
    assert only(outcome("PFS", reached)).ci_high_state == "NOT_REACHED"


def test_a_one_sided_interval_says_so() -> None:
    kind = "90% 1-Sided Confidence Interval"
    one = only(outcome("Overall Survival", figure("9", "7"), dispersionType=kind))
    assert (one.ci_raw, one.ci_low, one.ci_high) == ("from 7", 7, None)
    assert (one.ci_level, one.ci_sides, one.ci_high_state) == (90, "ONE_SIDED", "")


def test_another_spread_is_no_confidence_interval() -> None:
    kind = "Inter-Quartile Range"
    one = only(outcome("Overall Survival", figure("9", "7", "12"), dispersionType=kind))
    assert (one.ci_raw, one.ci_low, one.ci_high, one.ci_level) == ("", None, None, None)
    assert "Inter-Quartile Range as posted: 7 to 12" in one.note


def test_an_interval_that_runs_backwards_keeps_its_words_and_no_numbers() -> None:
    one = only(outcome("Overall Survival", figure("9", "12", "7")))
    assert (one.ci_raw, one.ci_low, one.ci_high) == ("12 to 7", None, None)
    assert "runs backwards" in one.note


def test_a_count_of_participants_is_events_out_of_those_analysed() -> None:
    one = only(one_arm())
    assert (one.estimator, one.unit, one.value) == ("CRUDE_PROPORTION", "COUNT", 3)
    assert (one.events, one.n, one.unit_raw) == (3, 20, "Participants")


@pytest.mark.parametrize("value", ["21", "2.5", "-1", "many"])
def test_a_count_that_cannot_be_keeps_its_words(value: str) -> None:
    one = only(outcome("Objective Response Rate", {"value": value}, **COUNT))
    assert (one.state, one.value, one.value_raw, one.events) == ("NOT_REPORTED", None, value, None)
    assert one.state_note.startswith("As posted")


def test_a_percentage_above_100_keeps_its_words_and_no_number() -> None:
    one = only(outcome("Disease Control Rate", figure("120", "90", "130"), **PERCENT))
    assert (one.state, one.value, one.value_raw) == ("NOT_REPORTED", None, "120")
    assert one.state_note == "As posted it is no percentage."
    assert (one.ci_raw, one.ci_low, one.ci_high) == ("90 to 130", None, None)


def test_a_proportion_is_kept_as_printed_and_in_percent() -> None:
    given: dict[str, Any] = {"paramType": "NUMBER", "unitOfMeasure": "Proportion of participants"}
    one = only(outcome("Objective Response Rate", figure("0.65", "0.49", "0.78"), **given))
    assert (one.value_raw, one.unit_raw) == ("0.65", "Proportion of participants")
    assert (one.unit, one.value, one.ci_low, one.ci_high) == ("PERCENT", 65, 49, 78)
    assert only(outcome("Objective Response Rate", figure("65"), **given)).state == "NOT_REPORTED"


def test_a_rate_at_a_time_is_kaplan_meier_only_where_the_words_say_so() -> None:
    title = "Progression-free Survival at 6 Months"
    plain = only(outcome(title, figure("56"), **PERCENT))
    assert (plain.estimator, plain.time_point, plain.time_point_unit) == (
        "RATE_UNSPECIFIED", 6, "MONTHS",
    )  # fmt: skip
    said = only(outcome(title, figure("56"), description="Kaplan-Meier estimate", **PERCENT))
    assert said.estimator == "KAPLAN_MEIER_RATE"


def test_a_rate_takes_its_time_from_the_class_it_stands_in() -> None:
    classes = [
        {
            "title": title,
            "categories": [{"measurements": [{"groupId": "OG000", "value": value}]}],
        }
        for title, value in (("6 months", "80"), ("12 months", "60"))
    ]
    posted = outcome("Overall Survival", classes=classes, description="By Kaplan-Meier", **PERCENT)
    assert [(one.time_point, one.value) for one in measurements(posted)] == [(6, 80), (12, 60)]


def test_a_kaplan_meier_rate_without_a_time_is_left_out() -> None:
    posted = outcome("Overall Survival", figure("81"), description="Kaplan-Meier", **PERCENT)
    assert "which one time" in left_out(posted)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reportingStatus": "NOT_POSTED", "classes": None}, "not posted yet"),
        ({"classes": None}, "without any figure"),
        ({"denomUnitsSelected": "Lesions"}, "Counted in Lesions"),
        ({"unitOfMeasure": "score on a scale"}, "is none that the endpoint"),
        ({"paramType": "NUMBER"}, "not said that it is a median"),
        ({**COUNT}, "not said whether with the event"),
        ({"unitOfMeasure": "percentage of participants"}, "posted as median"),
    ],
)
def test_what_is_not_said_is_not_guessed(given: dict[str, Any], why: str) -> None:
    assert why in left_out(outcome("Overall Survival", figure("9"), **given))


def test_shares_and_times_are_not_mixed_up() -> None:
    assert "a share of patients is expected" in left_out(
        outcome("Objective Response Rate", figure("9"))
    )
    assert "where a time is expected" in left_out(
        outcome("Duration of Response", figure("9"), **PERCENT)
    )


def test_a_group_nobody_was_in_is_passed_over() -> None:
    posted = outcome(
        "Overall Survival", figure("9"), figure("0"), groups=(ARM, CONTROL), analysed=("20", "0")
    )
    assert [one.arm_label for one in measurements(posted)] == [ARM]
    nobody = outcome("Overall Survival", figure("0"), analysed=("0",))
    assert left_out(nobody) == "Nobody was analysed."


def test_response_classes_are_not_the_objective_response() -> None:
    named = (("CR", "0"), ("PR", "2"), ("Stable Disease", "5"), ("Progressive Disease (PD)", "32"),
             ("Not Evaluable", "11"))  # fmt: skip
    posted = outcome("Objective Response", classes=categories(*named), **COUNT)
    assert "their sum was not posted" in left_out(posted)


def test_the_objective_response_is_taken_from_among_the_classes() -> None:
    named = (("Objective response (CR or PR)", "1"), ("Stable disease", "6"),
             ("Progression disease", "5"))  # fmt: skip
    posted = outcome("Objective Response", classes=categories(*named), **COUNT)
    assert (only(posted).value, only(posted).events) == (1, 1)
    assert "Stable disease" in drafted(posted).draft.note


def test_yes_is_taken_and_no_is_not() -> None:
    posted = outcome("Disease Control", classes=categories(("Yes", "7"), ("No", "6")), **COUNT)
    assert only(posted).value == 7


def test_categories_that_say_nothing_known_are_for_a_person() -> None:
    posted = outcome("Disease Control", classes=categories(("Early", "7"), ("Late", "6")), **COUNT)
    assert "for a person" in left_out(posted)
    survival = outcome("Overall Survival", classes=categories(("Early", "7"), ("Late", "6")))
    assert "for a person" in left_out(survival)


def test_a_class_is_named_in_the_note() -> None:
    classes = categories(("", "30"))
    classes[0]["title"] = "Investigator Assessment"
    posted = outcome("Objective Response Rate", classes=classes, **PERCENT)
    assert "Class as posted: Investigator Assessment" in only(posted).note
    assert f"{ARM}, Investigator Assessment: 30" in drafted(posted).draft.statement
