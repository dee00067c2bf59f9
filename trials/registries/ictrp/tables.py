"""How the values of WHO's export are named in OsteoDB. Exact matches only, white space aside.

WHO hands on what each registry wrote, so one thing has many spellings. What stands here was seen
in exports; a value that does not is listed as a problem.
"""

from __future__ import annotations

STATUSES = {
    "Recruiting": "recruiting",
    "Not Recruiting": "not_recruiting",
    "Not recruiting": "not_recruiting",
    "Authorised": "other",  # an authority's permission; says nothing about recruiting
}
STUDY_TYPES = {
    "Interventional": "INTERVENTIONAL",
    "interventional": "INTERVENTIONAL",
    "Interventional study": "INTERVENTIONAL",
    "Interventional clinical trial of medicinal product": "INTERVENTIONAL",
    "Observational": "OBSERVATIONAL",
    "observational": "OBSERVATIONAL",
    "Observational study": "OBSERVATIONAL",
    "Observational [Patient Registry]": "OBSERVATIONAL",
    "Expanded Access": "EXPANDED_ACCESS",
}
PHASES: dict[str, tuple[str, ...]] = {
    "N/A": ("NA",),
    "Not Applicable": ("NA",),
    "Not applicable": ("NA",),
    "Early Phase 1": ("EARLY_PHASE1",),
    "1": ("PHASE1",),
    "Phase 1": ("PHASE1",),
    "Phase I": ("PHASE1",),
    "1-2": ("PHASE1", "PHASE2"),
    "Phase 1/Phase 2": ("PHASE1", "PHASE2"),
    "Phase I/II": ("PHASE1", "PHASE2"),
    "2": ("PHASE2",),
    "Phase 2": ("PHASE2",),
    "Phase II": ("PHASE2",),
    "2-3": ("PHASE2", "PHASE3"),
    "Phase 2/Phase 3": ("PHASE2", "PHASE3"),
    "Phase II/III": ("PHASE2", "PHASE3"),
    "3": ("PHASE3",),
    "Phase 3": ("PHASE3",),
    "Phase III": ("PHASE3",),
    "4": ("PHASE4",),
    "Phase 4": ("PHASE4",),
    "Phase IV": ("PHASE4",),
    # kinds of study in ChiCTR's phase field, which are no phase of a trial
    "Retrospective study": (),
    "New Treatment Measure Clinical Study": (),
}
EUROPEAN_PHASES = {
    "Human pharmacology (Phase I)": "PHASE1",
    "Therapeutic exploratory (Phase II)": "PHASE2",
    "Therapeutic confirmatory - (Phase III)": "PHASE3",
    "Therapeutic use (Phase IV)": "PHASE4",
}
SEXES = {
    "Both": "ALL",
    "All": "ALL",
    "Both males and females": "ALL",
    "Male and Female": "ALL",
    "Both, male and female": "ALL",
    "Female: yes Male: yes": "ALL",
    "Female": "FEMALE",
    "Females": "FEMALE",
    "Female: yes Male: no": "FEMALE",
    "Male": "MALE",
    "Males": "MALE",
    "Female: no Male: yes": "MALE",
}
NO_AGE_LIMIT = frozenset(
    {"n/a", "-", "/", "no limit", "not applicable", "no maximum age", "no minimum age", "none"}
)
INTERVENTION_TYPES = {
    "Behavioral": "BEHAVIORAL",
    "Biological": "BIOLOGICAL",
    "Combination Product": "COMBINATION_PRODUCT",
    "Device": "DEVICE",
    "Diagnostic Test": "DIAGNOSTIC_TEST",
    "Dietary Supplement": "DIETARY_SUPPLEMENT",
    "Drug": "DRUG",
    "Genetic": "GENETIC",
    "Other": "OTHER",
    "Procedure": "PROCEDURE",
    "Radiation": "RADIATION",
}
ALLOCATIONS = {
    "Randomized": "RANDOMIZED",
    "Non-Randomized": "NON_RANDOMIZED",
    "N/A": "NA",
}
MODELS = {
    "Parallel": "PARALLEL",
    "Parallel Assignment": "PARALLEL",
    "Single arm": "SINGLE_GROUP",
    "Single Group Assignment": "SINGLE_GROUP",
    "Factorial": "FACTORIAL",
    "Factorial Assignment": "FACTORIAL",
    "Sequential": "SEQUENTIAL",
    "Sequential Assignment": "SEQUENTIAL",
    "Crossover Assignment": "CROSSOVER",
}
PURPOSES = {
    "Treatment": "TREATMENT",
    "Prevention": "PREVENTION",
    "Diagnostic": "DIAGNOSTIC",
    "Supportive Care": "SUPPORTIVE_CARE",
    "Screening": "SCREENING",
    "Health Services Research": "HEALTH_SERVICES_RESEARCH",
    "Basic Science": "BASIC_SCIENCE",
    "Device Feasibility": "DEVICE_FEASIBILITY",
    "Other": "OTHER",
}
MASKINGS = ("None", "Single", "Double", "Triple", "Quadruple")
