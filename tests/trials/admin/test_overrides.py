"""Overrides in the admin: a value typed as text, its reason, the refusal at its field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.admin_support import address, refused, said, save, sign_in
from tests.universe import Universe
from trials.admin.overrides import FIELDS, how_to_write, value_from_text
from trials.models import FieldOverride, Trial
from trials.reconcile import FIELD_KINDS


def override(browser: Client, trial: Trial, field: str, value: str, reason: str = "Seen.") -> Any:
    given = {"trial": str(trial.pk), "field": field, "value": value, "reason": reason}
    return save(browser, FieldOverride, **given)


def test_the_question_shows_what_stands_now_and_who_says_it(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regobone"]
    page = address(FieldOverride, "add") + f"?trial={trial.pk}&field=phases"
    source = curator.get(page).content.decode()
    assert "Shown now: PHASE2 (NCT02389244 of" in source
    assert "One a line. One of: NA, EARLY_PHASE1" in source
    assert '<option value="phases" selected>' in source


def test_a_value_is_set_shown_as_the_curators_and_released(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regobone"]
    assert "added successfully" in said(override(curator, trial, "phases", "PHASE1\nPHASE2\n"))
    trial.refresh_from_db()
    assert trial.phases == ["PHASE1", "PHASE2"]
    row = FieldOverride.objects.get()
    assert (str(row.created_by), row.reason) == ("test-curator", "Seen.")
    page = curator.get(address(Trial, "change", trial.pk)).content.decode()
    assert "set by test-curator" in page
    assert address(FieldOverride, "change", row.pk) in page
    button = address(FieldOverride, "do", row.pk, "release")
    answer = curator.post(button, {"comment": "Corrected there."}, follow=True)
    assert "stands again" in said(answer)
    trial.refresh_from_db()
    assert trial.phases == ["PHASE2"]
    assert curator.post(button, {"comment": "x"}).status_code == 403


def test_the_list_shows_what_the_registry_says_instead(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regobone"]
    override(curator, trial, "phases", "PHASE1")
    row = FieldOverride.objects.get()
    source = curator.get(address(FieldOverride, "changelist")).content.decode()
    assert "PHASE1" in source
    assert "≠ PHASE2" in source
    assert "NCT02389244" in source
    curator.post(address(FieldOverride, "do", row.pk, "release"), {"comment": "Corrected."})
    source = curator.get(address(FieldOverride, "changelist")).content.decode()
    assert "≠ PHASE2" not in source


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("enrolment_count", "many", "Expected"),
        ("phases", "PHASE9", "PHASE9"),
        ("status", "dreaming", "dreaming"),
        ("start_date", "next week", "give yyyy"),
        ("first_posted_date", "2024-13-01", "month must be"),
        ("has_results", "perhaps", "Expected"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(
    curator: Client, shared_universe: Universe, field: str, value: str, words: str
) -> None:
    answer = override(curator, shared_universe.trials["regobone"], field, value)
    assert words in refused(answer)
    assert "value" in answer.context["adminform"].form.errors
    assert not FieldOverride.objects.exists()


def test_a_locked_field_and_a_merged_trial_are_refused_in_words(
    curator: Client, shared_universe: Universe
) -> None:
    trials = shared_universe.trials
    override(curator, trials["regobone"], "acronym", "X")
    assert "release it first" in refused(override(curator, trials["regobone"], "acronym", "Y"))
    assert "set the value there" in refused(override(curator, trials["merged"], "acronym", "Y"))
    assert "This field is required" in refused(
        override(curator, trials["regobone"], "sex", "MALE", reason="")
    )


@pytest.mark.parametrize("role", ["reader", "reviewer"])
def test_others_set_nothing(shared_universe: Universe, role: str) -> None:
    assert sign_in(role).get(address(FieldOverride, "add")).status_code == 403


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("countries", " DE \n\nFR", ["DE", "FR"]),
        ("countries", "", []),
        ("enrolment_count", "42", 42),
        ("enrolment_count", "", None),
        ("has_results", "Yes", True),
        ("healthy_volunteers", "no", False),
        ("acronym", "", ""),
        ("minimum_age_years", "0.5", "0.5"),
        ("first_posted_date", "", None),
    ],
)
def test_text_becomes_the_fields_own_kind(field: str, text: str, value: Any) -> None:
    assert value_from_text(field, text) == value


def test_every_field_of_the_registries_is_offered_and_explained() -> None:
    assert {name for name, _label in FIELDS} == set(FIELD_KINDS)
    assert all(how_to_write(name) for name in FIELD_KINDS)
