"""Which endpoint a title names; in doubt none, with the reason."""

from __future__ import annotations

import pytest

from evidence.registry_results.endpoints import LeftOut, endpoint_of
from trials.registries.results import PostedOutcome


def said(title: str, description: str = "") -> str | LeftOut | None:
    return endpoint_of(PostedOutcome("k", "h", title=title, description=description))


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Progression Free Survival (PFS)", "PFS"),
        ("Phase II: progression-free survival rate at 6 months", "PFS"),
        ("PFS by Central Review", "PFS"),
        ("Event-free Survival", "EFS"),
        ("EFS at 3 Years", "EFS"),
        ("Disease-Free Survival", "DFS"),
        ("Median Overall Survival (Phase 2)", "OS"),
        ("Survival (OS)", "OS"),
        ("Objective Response Rate (ORR)", "ORR"),
        ("Overall Response Rate", "ORR"),
        ("Percentage of Participants With Objective Confirmed Complete or Partial Response", "ORR"),
        ("Disease Control Rate", "DCR"),
        ("Percentage of Participants With Disease Control", "DCR"),
        ("Duration of Response", "DOR"),
        ("Duration of Objective Response by Independent Review", "DOR"),
        ("DoR", "DOR"),
    ],
)
def test_an_endpoint_is_known_by_its_name(title: str, code: str) -> None:
    assert said(title) == code


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Patient Survival", "does not say which one"),
        ("Relapse-Free Survival", "does not say which one"),
        ("Percentage of Participants Surviving at 6 Months", "does not say which one"),
        ("Invasive Disease-Free Survival (iDFS)", "narrower"),
        ("Intracranial Progression-Free Survival", "narrower"),
        ("PFS and OS", "beside another endpoint"),
        ("OS/PFS at 1 Year", "beside another endpoint"),
        ("Progression-free Survival and Overall Survival", "more than one"),
        ("Correlation of PD-L1 With Overall Survival", "not the endpoint itself"),
        ("Hazard for Overall Survival by Biomarker", "not the endpoint itself"),
        ("Time to Objective Response", "A time that concerns"),
        ("Duration of Disease Control", "A time that concerns"),
        ("Best Overall Response", "the objective one"),
        ("Best Overall Response and Objective Response Rate", "by class"),
        ("MADRS Response Rate at Week 8", "the objective one"),
        ("Number of Patients With Tumor Responses", "the objective one"),
    ],
)
def test_what_may_be_another_thing_is_left_out_with_the_reason(title: str, why: str) -> None:
    found = said(title)
    assert isinstance(found, LeftOut)
    assert why in found.reason


@pytest.mark.parametrize(
    "title", ["Number of Adverse Events", "Quality of Life", "Time to Progression", "Cmax", "PFS2"]
)
def test_other_endpoints_are_no_matter_of_doubt(title: str) -> None:
    assert said(title) is None


def test_os_alone_is_survival_only_where_the_description_says_so() -> None:
    assert said("OS at 2 Years", "Overall survival from the first dose") == "OS"
    doubtful = said("OS at 2 Years", "From the first dose")
    assert isinstance(doubtful, LeftOut) and "the disease" in doubtful.reason
    assert isinstance(said("OS Cohort: Toxicity", "Overall survival"), LeftOut)
    assert said("PFS in OS Patients") == "PFS"
