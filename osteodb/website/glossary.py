"""The words of the field, each explained once: for `<abbr>` titles and the glossary on /about/."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word, its long form and what it means here."""

    key: str
    word: str
    meaning: str


TERMS: tuple[Term, ...] = (
    Term(
        "PFS",
        "PFS",
        "Progression-free survival: time until the disease grows or the patient dies.",
    ),
    Term(
        "EFS",
        "EFS",
        "Event-free survival: time until relapse, progression, second cancer or death.",
    ),
    Term("OS", "OS", "Overall survival: time until death from any cause."),
    Term(
        "DFS",
        "DFS",
        "Disease-free survival: time until relapse or death, in patients without disease.",
    ),
    Term(
        "ORR",
        "ORR",
        "Objective response rate: share of patients whose tumour shrank or disappeared.",
    ),
    Term("DCR", "DCR", "Disease control rate: responses plus stable disease."),
    Term(
        "CBR",
        "CBR",
        "Clinical benefit rate: responses plus lasting stable disease, as the paper defines it.",
    ),
    Term("DOR", "DoR", "Duration of response: time from response to progression."),
    Term("TTP", "TTP", "Time to progression: deaths without progression are not counted."),
    Term(
        "NECROSIS",
        "Necrosis",
        "Share of dead tumour in the removed specimen after chemotherapy.",
    ),
    Term("HR", "HR", "Hazard ratio: below 1 favours the experimental group."),
    Term("OR", "OR", "Odds ratio of two groups."),
    Term("RR", "RR", "Risk ratio of two groups."),
    Term("CI", "CI", "Confidence interval: the range that is compatible with the data."),
    Term("MEDIAN", "Median", "The time by which half of the patients had the event."),
    Term(
        "KAPLAN_MEIER_RATE",
        "Kaplan–Meier rate",
        "Share still free of the event at a time, with patients lost from view accounted for.",
    ),
    Term(
        "CRUDE_PROPORTION",
        "Crude proportion",
        "Patients with the outcome divided by all; not the same as a Kaplan–Meier rate.",
    ),
    Term(
        "DISPUTED",
        "Disputed",
        "A person found that another source or its own arithmetic contradicts it. Kept and shown, "
        "never plotted.",
    ),
    Term(
        "MONTHS",
        "Months",
        "A year is taken as 365.25 days and a month as a twelfth of it, 30.4375 days: 1 week is "
        "0.23 months. The figure as printed stands first; the months make it comparable.",
    ),
    Term(
        "CONTRADICTION",
        "Contradicts itself",
        "A sum done again cannot give what is printed, however it was rounded.",
    ),
    Term(
        "DIFFERENCE",
        "Comes out otherwise",
        "A sum done again gives something else than is printed, and another method may explain it.",
    ),
    Term(
        "HINT",
        "Worth a look",
        "Under an assumption that need not hold, a sum comes out far from what is printed.",
    ),
    Term(
        "NOT_REPORTED",
        "Not reported",
        "No source that OsteoDB holds gives it. It is not zero and not “no”.",
    ),
    Term(
        "ACTUAL",
        "Actual and estimated",
        "A registry marks a date or an enrolment as having happened (actual) or planned "
        "(estimated).",
    ),
    Term(
        "LAST_SEEN",
        "Seen on a third party's page",
        "Not the registry's own word: a copy seen elsewhere, on the date given. The "
        "registry replaces it.",
    ),
    Term("LEVEL_A", "Level A", "A guideline or a phase III trial."),
    Term("LEVEL_B", "Level B", "A clinical trial or a cohort."),
    Term("LEVEL_C", "Level C", "Case reports."),
    Term(
        "LEVEL_D",
        "Level D",
        "Preclinical work: cells, animals, patients' tissue in the laboratory.",
    ),
    Term(
        "LEVEL_E",
        "Level E",
        "Inferred, or read in a review only and not located in the primary source.",
    ),
)
BY_KEY = {term.key: term for term in TERMS}


def meaning(key: str) -> str:
    """What a term means; empty where the glossary does not know it."""
    term = BY_KEY.get(key)
    return term.meaning if term else ""
