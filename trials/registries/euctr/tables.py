"""How the EU register's statuses and codes are named in OsteoDB. Exact matches only.

The register says whether a trial runs, not whether it recruits. "Ongoing" is therefore `other`
with the register's own word beside it, not a guess at recruiting. The administrative states say
nothing about the trial in that country and are passed over where another country says more.
"""

from __future__ import annotations

STATUSES = {
    "Completed": "completed",
    "Prematurely Ended": "terminated",
    "Temporarily Halted": "suspended",
    "Suspended by CA": "suspended",
    "Ongoing": "other",
    "Restarted": "other",
    "Not Authorised": "other",
    "Trial now transitioned": "other",
    "GB - no longer in EU/EEA": "other",
}
ADMINISTRATIVE = frozenset({"Not Authorised", "Trial now transitioned", "GB - no longer in EU/EEA"})
SPONSOR_CLASSES = {"Commercial": "INDUSTRY", "Non-Commercial": "OTHER"}
PHASES = (
    ("E.7.1", "PHASE1"),
    ("E.7.2", "PHASE2"),
    ("E.7.3", "PHASE3"),
    ("E.7.4", "PHASE4"),
)
# the age groups of F.1, each from and up to which age in years; None has no limit
AGE_GROUPS: tuple[tuple[str, str | None, str | None], ...] = (
    ("F.1.1.1", None, None),
    ("F.1.1.2", None, None),
    ("F.1.1.3", None, None),
    ("F.1.1.4", None, "1"),
    ("F.1.1.5", "2", "11"),
    ("F.1.1.6", "12", "17"),
    ("F.1.2", "18", "64"),
    ("F.1.3", "65", None),
)
NOT_GIVEN = frozenset({"Information not present in EudraCT", "JSON_ERROR_HERE"})
