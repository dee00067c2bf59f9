"""A posted outcome measure as one draft."""

from __future__ import annotations

from dataclasses import replace

from evidence import rules
from evidence.registry_results.drafting import draft_of_outcome
from tests.evidence.registry_results.support import CONTEXT, drafted, left_out, posted
from tests.registry.results import ARM, CONTROL, figure, one_arm, outcome, two_arms


def test_a_draft_is_whole_and_could_be_submitted() -> None:
    draft = drafted(two_arms()).draft
    assert rules.problems(draft) == []
    assert (draft.kind, draft.level, draft.model_system) == ("EFFICACY", "B", "PATIENT")
    assert draft.trials == (7,)
    assert draft.statement == (
        f"NCT91000001 posted for progression-free survival (primary outcome): {ARM}: median 3.6 "
        f"months (95 % CI 2.0 to 7.6; n = 20); {CONTROL}: median 1.7 months (95 % CI 1.2 to 1.8; "
        "n = 22)."
    )


def test_the_source_is_the_registry_and_the_place_the_outcomes_key() -> None:
    (locator,) = drafted(two_arms()).draft.locators
    assert (locator.source, locator.source_kind) == (8, "REGISTRY")
    assert locator.registry_outcome == "PRIMARY: Progression-free Survival"
    assert (locator.registered_outcome, locator.seen_on) == (700, "2026-03-02")
    assert locator.url.endswith("NCT91000001?tab=results")
    (other,) = drafted(one_arm()).draft.locators
    assert other.registered_outcome is None


def test_each_group_is_a_population_and_compared_groups_have_a_whole() -> None:
    whole, first, second = drafted(two_arms()).draft.populations
    assert (whole.n, whole.parent) == (None, "")
    assert [(one.label, one.n, one.parent) for one in (first, second)] == [
        (ARM, 20, whole.key),
        (CONTROL, 22, whole.key),
    ]
    assert {one.analysis_set for one in (whole, first, second)} == {"Intention to treat"}
    (alone,) = drafted(one_arm()).draft.populations
    assert (alone.label, alone.n, alone.parent) == (ARM, 20, "")


def test_the_disease_is_told_only_where_the_trial_lists_no_other() -> None:
    scopes = [
        drafted(one_arm(), context).draft.populations[0].scope
        for context in (CONTEXT, replace(CONTEXT, only_osteosarcoma=True))
    ]
    assert scopes == ["NOT_REPORTED", "OSTEOSARCOMA_ONLY"]


def test_what_was_posted_around_the_figures_is_in_the_note() -> None:
    note = drafted(two_arms()).draft.note
    assert "Time frame as posted: Up to 2 years" in note
    assert "Population as posted: Intention to treat" in note


def test_long_texts_are_cut_to_what_their_columns_hold() -> None:
    draft = drafted(
        outcome(
            "Overall Survival " + "long " * 90,
            figure("NA", comment="c" * 900),
            groups=("g" * 900,),
            unitOfMeasure="months " + "u" * 900,
            timeFrame="t" * 900,
            populationDescription="p" * 900,
        )
    ).draft
    (one,) = draft.measurements
    assert (len(one.arm_label), len(one.endpoint_name), len(one.note)) == (200, 200, 400)
    assert (len(one.state_note), len(one.unit_raw)) == (300, 60)
    assert len(draft.populations[0].analysis_set) == 120
    assert len(draft.locators[0].registry_outcome) <= 200


def test_many_figures_are_told_by_their_number() -> None:
    groups = tuple(f"Arm {place}" for place in range(8))
    given = outcome("Overall Survival", *[figure("9")] * 8, groups=groups, analysed=("5",) * 8)
    assert drafted(given).draft.statement.endswith("Arm 5: median 9 months (n = 5); and 2 more.")


def test_other_endpoints_and_doubtful_ones_make_no_draft() -> None:
    assert draft_of_outcome(posted(outcome("Cmax", figure("9"))), CONTEXT) is None
    assert left_out(outcome("Patient Survival", figure("9")))
