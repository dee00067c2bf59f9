"""The page of one trial: found by any number, honest about where each thing was seen."""

from __future__ import annotations

import pytest

from tests.universe import LATER, Universe
from tests.website.support import get, html, section, text, words
from trials import services as trial_services
from trials.models import Trial

pytestmark = pytest.mark.django_db


def page(world: Universe, name: str) -> str:
    return html(f"/trials/{world.trials[name].public_id}/")


@pytest.mark.parametrize(
    "spelling",
    [
        "NCT02389244",
        "nct 2389244",
        "NCT-02389244",
        "ost-t{id}",
        "2013-003910-42",
        "EUCTR2013-003910-42-FR",
    ],
)
def test_any_spelling_of_any_number_leads_to_the_one_page(
    spelling: str, shared_universe: Universe
) -> None:
    public_id = shared_universe.trials["regobone"].public_id
    answer = get(f"/trials/{spelling.format(id=public_id.removeprefix('OST-T'))}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/trials/{public_id}/")


def test_all_numbers_stand_on_the_page_with_a_link_to_each_registry(
    shared_universe: Universe,
) -> None:
    known_as = section(page(shared_universe, "regobone"), "identifiers")
    assert "EUCTR2013-003910-42" in known_as
    assert 'href="https://clinicaltrials.gov/study/NCT02389244"' in known_as
    assert "clinicaltrialsregister.eu/ctr-search/search?query=2013-003910-42" in known_as


def test_a_merged_trial_answers_with_the_one_it_was_merged_into(shared_universe: Universe) -> None:
    regobone = shared_universe.trials["regobone"].public_id
    for address in ("ISRCTN00000001", shared_universe.trials["merged"].public_id):
        assert get(f"/trials/{address}/").headers["Location"] == f"/trials/{regobone}/"


def test_a_trial_that_waits_for_a_decision_is_not_shown(shared_universe: Universe) -> None:
    for address in ("ISRCTN00000002", shared_universe.trials["hidden"].public_id):
        assert get(f"/trials/{address}/").status_code == 404


def test_a_code_that_two_sponsors_use_leads_to_a_choice(shared_universe: Universe) -> None:
    answer = get("/trials/shared code 1/")
    assert answer.headers["Location"] == "/search/?q=shared+code+1"
    choice = text("/search/?q=shared+code+1")
    assert "Several trials carry" in choice
    for twin in ("twin3", "twin4"):
        assert shared_universe.trials[twin].public_id in choice


def test_the_status_stands_with_its_wording_and_its_origin(shared_universe: Universe) -> None:
    shown = words(page(shared_universe, "regomain"))
    assert "Completed worded “COMPLETED” in ClinicalTrials.gov" in shown


def test_what_was_seen_elsewhere_says_so(shared_universe: Universe) -> None:
    shown = words(page(shared_universe, "chictr"))
    assert "Not yet seen in the registry." in shown
    assert "a registry's page, 2023-04-07 (third party)" in shown
    assert "None seen" in shown
    assert "no status seen" in shown


def test_a_registrys_record_is_not_called_unseen(shared_universe: Universe) -> None:
    assert "Not yet seen in the registry" not in page(shared_universe, "regobone")


def test_what_no_source_gives_is_not_reported(shared_universe: Universe) -> None:
    facts = words(section(page(shared_universe, "chictr"), "facts"))
    assert "Not reported Enrolment, Age, Sex" in facts
    assert "Enrolment 0" not in facts


def test_a_date_is_shown_as_precise_as_it_was_given(shared_universe: Universe) -> None:
    trial = Trial.objects.visible().filter(start_date__regex=r"^\d{4}-\d{2}$").first()
    assert trial is not None, "the generated records hold dates known to the month"
    facts = words(section(html(f"/trials/{trial.public_id}/"), "facts"))
    assert f"Start {trial.start_date} " in facts
    assert f"{trial.start_date}-" not in facts.split("Start ")[1][:12]


def test_arms_are_shown_with_what_is_given_and_as_agents(shared_universe: Universe) -> None:
    given = section(page(shared_universe, "regobone"), "given")
    assert 'href="/agents/regorafenib/"' in given
    assert "regorafenib" in words(given)
    assert "a name in the registry equals a known name" in words(given)


def test_the_change_that_the_registry_brought_is_told_in_words(shared_universe: Universe) -> None:
    changed = words(section(page(shared_universe, "regomain"), "changes"))
    assert "Status:" in changed
    assert "Completed" in changed
    assert "Added to OsteoDB." in changed


def test_every_record_is_listed_by_its_origin(shared_universe: Universe) -> None:
    records = words(section(page(shared_universe, "regomain"), "records"))
    assert records.count("from the registry") == 2
    seen = words(section(page(shared_universe, "chictr"), "records"))
    assert "seen on a third party's page" in seen
    assert "Phase: Phase 2" in seen


def test_two_trials_that_may_be_one_point_at_each_other(shared_universe: Universe) -> None:
    twins = [shared_universe.trials["twin3"], shared_universe.trials["twin4"]]
    trial_services.propose_link(
        trial_a=twins[0],
        trial_b=twins[1],
        signals=[{"kind": "sponsor_code", "says": "Both use shared code 1."}],
        by=None,
        now=LATER,
    )
    for one, other in (twins, twins[::-1]):
        shown = html(f"/trials/{one.public_id}/")
        assert "May be the same study as" in shown
        assert f'href="/trials/{other.public_id}/"' in shown
        assert "Both use shared code 1." in shown
