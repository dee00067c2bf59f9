"""How ClinicalTrials.gov's enumerated values are named in OsteoDB (OpenAPI document 2.0.3).

Exact matches only. A value that is in no table stays as it is written, or becomes `other`, and is
listed as a problem.
"""

from __future__ import annotations

STATUSES = {
    "ACTIVE_NOT_RECRUITING": "active_not_recruiting",
    "COMPLETED": "completed",
    "ENROLLING_BY_INVITATION": "enrolling_by_invitation",
    "NOT_YET_RECRUITING": "not_yet_recruiting",
    "RECRUITING": "recruiting",
    "SUSPENDED": "suspended",
    "TERMINATED": "terminated",
    "WITHDRAWN": "withdrawn",
    "AVAILABLE": "available",
    "NO_LONGER_AVAILABLE": "no_longer_available",
    "TEMPORARILY_NOT_AVAILABLE": "temporarily_not_available",
    "APPROVED_FOR_MARKETING": "approved_for_marketing",
    "WITHHELD": "withheld",
    "UNKNOWN": "unknown",
}
SITE_STATUSES = frozenset(
    {
        "ACTIVE_NOT_RECRUITING",
        "COMPLETED",
        "ENROLLING_BY_INVITATION",
        "NOT_YET_RECRUITING",
        "RECRUITING",
        "SUSPENDED",
        "TERMINATED",
        "WITHDRAWN",
        "AVAILABLE",
    }
)
PHASES = ("NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4")
STUDY_TYPES = frozenset({"EXPANDED_ACCESS", "INTERVENTIONAL", "OBSERVATIONAL"})
SEXES = frozenset({"FEMALE", "MALE", "ALL"})
DATE_TYPES = frozenset({"ACTUAL", "ESTIMATED"})
ARM_TYPES = frozenset(
    {
        "EXPERIMENTAL",
        "ACTIVE_COMPARATOR",
        "PLACEBO_COMPARATOR",
        "SHAM_COMPARATOR",
        "NO_INTERVENTION",
        "OTHER",
    }
)
INTERVENTION_TYPES = frozenset(
    {
        "BEHAVIORAL",
        "BIOLOGICAL",
        "COMBINATION_PRODUCT",
        "DEVICE",
        "DIAGNOSTIC_TEST",
        "DIETARY_SUPPLEMENT",
        "DRUG",
        "GENETIC",
        "PROCEDURE",
        "RADIATION",
        "OTHER",
    }
)
REFERENCE_TYPES = frozenset({"BACKGROUND", "RESULT", "DERIVED"})
UNITS_IN_YEAR = {
    "year": "1",
    "month": "12",
    "week": "52.1775",
    "day": "365.2425",
    "hour": "8765.82",
    "minute": "525949.2",
}
ENROLMENT_NOT_KNOWN = 99_999_999
