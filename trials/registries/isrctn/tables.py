"""How the values of the ISRCTN registry are named in OsteoDB. Exact matches only.

The registry stores no recruitment status unless the registrant sets one: it shows what follows from
the recruitment dates on the day it is looked at. `BY_DATES` are its words for that.
"""

from __future__ import annotations

OVERRIDES = {
    "Stopped": "terminated",
    "Suspended": "suspended",
    "Ongoing": "other",
    "Completed": "completed",
    "Recruiting": "recruiting",
    "Not yet recruiting": "not_yet_recruiting",
    "No longer recruiting": "not_recruiting",
}
BEFORE, DURING, AFTER = "not_yet_recruiting", "recruiting", "not_recruiting"
BY_DATES = {
    BEFORE: "Not yet recruiting, by its recruitment dates",
    DURING: "Recruiting, by its recruitment dates",
    AFTER: "No longer recruiting, by its recruitment dates",
}
STUDY_TYPES = {
    "Interventional": "INTERVENTIONAL",
    "Observational": "OBSERVATIONAL",
}
PHASES: dict[str, tuple[str, ...]] = {
    "Not Applicable": ("NA",),
    "Not Specified": (),
    "Phase 0": ("EARLY_PHASE1",),
    "Phase I": ("PHASE1",),
    "Phase I/II": ("PHASE1", "PHASE2"),
    "Phase II": ("PHASE2",),
    "Phase II/III": ("PHASE2", "PHASE3"),
    "Phase III": ("PHASE3",),
    "Phase III/IV": ("PHASE3", "PHASE4"),
    "Phase IV": ("PHASE4",),
}
SEXES = {
    "All": "ALL",
    "Both": "ALL",
    "Female": "FEMALE",
    "Male": "MALE",
}
INTERVENTION_TYPES = {
    "Behavioural": "BEHAVIORAL",
    "Biological/Vaccine": "BIOLOGICAL",
    "Device": "DEVICE",
    "Drug": "DRUG",
    "Genetic": "GENETIC",
    "Procedure/Surgery": "PROCEDURE",
    "Supplement": "DIETARY_SUPPLEMENT",
    "Mixed": "OTHER",
    "Other": "OTHER",
    "Not Specified": "",
}
PURPOSES = {
    "Treatment": "TREATMENT",
    "Prevention": "PREVENTION",
    "Diagnostic": "DIAGNOSTIC",
    "Screening": "SCREENING",
}
SPONSOR_CLASSES = {"Commercial": "INDUSTRY", "Non-commercial": "OTHER"}
NO_AGE_LIMIT = frozenset({"n/a", "no limit", "not applicable"})
NOT_GIVEN = frozenset(
    {
        "not provided at time of registration",
        "plain english summary of protocol not provided at time of registration",
        "not provided at registration",
        "nil known",
        "not applicable",
        "none",
        "n/a",
    }
)
