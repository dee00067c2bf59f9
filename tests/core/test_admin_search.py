"""What a curator finds while typing into a relation of the form: any name, any spelling."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.admin_support import sign_in
from tests.universe import LATER, Universe
from therapies.services import create_pathway


@pytest.fixture
def alice(shared_universe: Universe) -> Client:
    """A browser of Alice, who writes."""
    return sign_in("curator", "alice")


def found(browser: Client, field: str, term: str) -> list[str]:
    """The keys of what the box of a statement's relation offers for a term."""
    asked = {
        "app_label": "evidence", "model_name": "evidenceversion", "field_name": field, "term": term,
    }  # fmt: skip
    if field == "source":
        asked["model_name"] = "locator"
    answer = browser.get("/admin/autocomplete/", asked)
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["results"]]


@pytest.mark.parametrize("term", ["YN968D1", "yn-968 d1", "Apatinib", "rivoceranib"])
def test_an_agent_and_its_regimens_are_found_by_any_name(
    alice: Client, shared_universe: Universe, term: str
) -> None:
    assert found(alice, "agents", term) == [str(shared_universe.agents["rivoceranib"].pk)]


def test_a_regimen_is_found_by_a_spelling_of_its_agent(
    alice: Client, shared_universe: Universe
) -> None:
    regimen = str(shared_universe.regimens["regorafenib"].pk)
    assert found(alice, "regimens", "Rego-Rafenib") == [regimen]


def test_a_target_is_found_by_any_name(alice: Client, shared_universe: Universe) -> None:
    for target in shared_universe.targets.values():
        for name in target.names.all():
            assert str(target.pk) in found(alice, "targets", f"{name.name[:2]}-{name.name[2:]}")


def test_a_trial_is_found_by_its_number_in_any_spelling(
    alice: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regobone"]
    for term in ("NCT02389244", "nct 02389244", "ClinicalTrials.gov: NCT02389244", trial.public_id):
        assert found(alice, "trials", term) == [str(trial.pk)], term
    european = trial.identifiers.get(registry="EUCTR").value
    for term in (
        european,
        f"EudraCT {european}",
        european.replace("-", "–"),
        f"EUCTR{european}-FR",
    ):
        assert found(alice, "trials", term) == [str(trial.pk)], term


def test_a_source_is_found_by_number_author_and_year(
    alice: Client, shared_universe: Universe
) -> None:
    source = shared_universe.sources["duffaud2019"]
    source.pmid, source.doi = "123456789", "10.99999/Made.Up"
    source.save()
    for term in (
        "123456789", "PMID: 123456789", "10.99999/made.up", "https://doi.org/10.99999/made.up",
        "doi:10.99999/Made.Up", f"{source.first_author} {source.year}",
    ):  # fmt: skip
        assert found(alice, "source", term) == [str(source.pk)], term


def test_a_pathway_is_found_by_its_other_names(alice: Client, shared_universe: Universe) -> None:
    pathway = create_pathway(
        name="Invented/β-made", names=["Otherwise α 7"], by=shared_universe.alice, now=LATER
    )
    for term in ("invented beta made", "otherwise-alpha7", "Otherwise α"):
        assert found(alice, "pathways", term) == [str(pathway.pk)], term


def test_a_term_of_signs_only_finds_nothing_odd(alice: Client, shared_universe: Universe) -> None:
    for field in ("agents", "targets", "trials", "regimens", "pathways", "source"):
        assert found(alice, field, "§§//") == []
