"""Rules about trials: do they belong here, and under which names may an intervention be known."""

from __future__ import annotations

from typing import Any

import pytest

from trials.registries.base import ParsedTrial, TrialFields
from trials.rules import candidate_names, combined_names, inclusion, role_in_arms


def trial(*conditions: str, **fields: Any) -> ParsedTrial:
    return ParsedTrial("NCT", "NCT00000001", "", TrialFields(**fields), conditions=conditions)


@pytest.mark.parametrize(
    ("found", "decision", "words"),
    [
        (trial("Osteosarcoma"), "INCLUDED", 'the condition "Osteosarcoma"'),
        (trial("Osteogenic Sarcoma"), "INCLUDED", "the condition"),
        (trial("Childhood Osteosarcomas, Metastatic"), "INCLUDED", "the condition"),
        (trial("Solid Tumor", keywords=("osteosarcoma",)), "INCLUDED", "the keyword"),
        (trial("Cancer", brief_title="X in Osteosarcoma"), "INCLUDED", "the title"),
        (trial("Cancer", brief_summary="such as osteosarcoma"), "CANDIDATE", "in the summary"),
        (trial("X", eligibility_criteria="or osteosarcoma"), "CANDIDATE", "eligibility criteria"),
        (trial("Ewing Sarcoma"), "CANDIDATE", "may include"),
        (trial("Bone Cancer"), "CANDIDATE", "may include"),
        (trial("Advanced Solid Tumors"), "CANDIDATE", "may include"),
        (trial("Low Back Pain"), "EXCLUDED", "nothing in the record"),
    ],
)
def test_a_trial_is_in_out_or_waits_and_says_why(
    found: ParsedTrial, decision: str, words: str
) -> None:
    verdict = inclusion(found)
    assert verdict.decision == decision
    assert words in verdict.reason
    assert verdict.reason.startswith("By rule: ")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Regorafenib", "Regorafenib"),
        ("Drug: Regorafenib", "Regorafenib"),
        ("Regorafenib 160 mg", "Regorafenib"),
        ("Regorafenib 80-120 mg daily", "Regorafenib"),
        ("Drug: Doxorubicin, 75 mg/m2", "Doxorubicin"),
        ("Apatinib (YN968D1)", "Apatinib"),
        ("Apatinib (YN968D1)", "YN968D1"),
        ("Nivolumab Injection", "Nivolumab"),
        ("oral cabozantinib tablets", "cabozantinib"),
    ],
)
def test_noise_around_a_name_is_taken_off(name: str, wanted: str) -> None:
    assert wanted in candidate_names(name)


@pytest.mark.parametrize("name", ["BAY 73-4506", "ZKAB001", "IL-2", "vitamin D3", "AMG 232"])
def test_a_code_is_not_cut(name: str) -> None:
    assert candidate_names(name) == (name,)


def test_the_registry_s_other_names_count_too() -> None:
    assert "SHR-1210" in candidate_names("Camrelizumab", ["SHR-1210"])


def test_joined_agents_are_told_apart() -> None:
    assert combined_names("Nivolumab + Ipilimumab") == ("Nivolumab", "Ipilimumab")
    assert combined_names("Drug: Apatinib plus chemotherapy") == ("Apatinib", "chemotherapy")
    assert combined_names("Regorafenib") == ()


@pytest.mark.parametrize(
    ("arm_type", "all_types", "in_types", "role"),
    [
        ("EXPERIMENTAL", ["EXPERIMENTAL"], ["EXPERIMENTAL"], "EXPERIMENTAL"),
        (
            "EXPERIMENTAL",
            ["EXPERIMENTAL", "PLACEBO_COMPARATOR"],
            ["EXPERIMENTAL"],
            "EXPERIMENTAL",
        ),
        (
            "PLACEBO_COMPARATOR",
            ["EXPERIMENTAL", "PLACEBO_COMPARATOR"],
            ["PLACEBO_COMPARATOR"],
            "COMPARATOR",
        ),
        (
            "EXPERIMENTAL",
            ["EXPERIMENTAL", "ACTIVE_COMPARATOR"],
            ["EXPERIMENTAL", "ACTIVE_COMPARATOR"],
            "BACKBONE",
        ),
        ("", ["EXPERIMENTAL"], [], "UNSTATED"),
    ],
)
def test_the_role_of_an_agent_follows_from_the_arms(
    arm_type: str, all_types: list[str], in_types: list[str], role: str
) -> None:
    assert role_in_arms(arm_type, all_types, in_types) == role
