"""What may be said about agents and targets."""

from __future__ import annotations

import pytest

from therapies.rules import agent_problems, name_problems, target_problems


@pytest.mark.parametrize(
    "given",
    [
        {"chembl_id": "CHEMBL1946170", "drugbank_id": "DB08896", "ncit_id": "C78204"},
        {"chebi_id": "CHEBI:68647", "mesh_id": "D000077157", "rxcui": "714438"},
        {"source_seen_on": "2026-05"},
        {"chembl_id": "", "mesh_id": "", "source_seen_on": ""},
    ],
)
def test_an_agents_true_identifiers_pass(given: dict[str, str]) -> None:
    assert agent_problems(given) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chembl_id", "chembl1946170"),
        ("drugbank_id", "DB8896"),
        ("ncit_id", "78204"),
        ("chebi_id", "68647"),
        ("mesh_id", "X1"),
        ("rxcui", "714438 "),
        ("source_seen_on", "May 2026"),
    ],
)
def test_what_cannot_be_an_agents_identifier_is_said_at_its_field(field: str, value: str) -> None:
    assert list(agent_problems({field: value})) == [field]


@pytest.mark.parametrize("accession", ["Q15116", "P35968", "A0A024R161"])
def test_both_lengths_of_uniprot_accessions_pass(accession: str) -> None:
    assert target_problems({"uniprot_id": accession, "hgnc_id": "HGNC:8760"}) == {}


def test_every_problem_is_named_not_only_the_first() -> None:
    given = {"hgnc_id": "8760", "ensembl_id": "ENSG1", "uniprot_id": "PD1", "mirbase_id": "MI1"}
    assert set(target_problems(given)) == set(given)


@pytest.mark.parametrize(
    ("name", "stands"), [("β", True), ("PD-1", True), ("–", False), ("", False)]
)
def test_a_name_holds_a_letter_or_a_digit(name: str, stands: bool) -> None:
    assert (name_problems(name) == {}) is stands
