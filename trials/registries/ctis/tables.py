"""How the values of the EU's Clinical Trials Information System are named in OsteoDB. Exact
matches only.

`PUBLIC_STATUSES` are the public codes of `ctPublicStatusCode`, with the words shown for them.
States of an application that say nothing about the trial itself are `other`, with those words.
"""

from __future__ import annotations

PUBLIC_STATUSES: dict[int, tuple[str, str]] = {
    1: ("Under evaluation", "other"),
    2: ("Authorised/recruitment pending", "not_yet_recruiting"),
    3: ("Authorised/recruiting", "recruiting"),
    4: ("Ongoing/recruiting", "recruiting"),
    5: ("Ongoing/recruitment ended", "active_not_recruiting"),
    6: ("Temporarily halted", "suspended"),
    7: ("Suspended", "suspended"),
    8: ("Ended", "completed"),
    9: ("Expired", "other"),
    10: ("Revoked", "other"),
    11: ("Not authorised", "other"),
    12: ("Cancelled", "other"),
}
ENDED = 8
EARLY_END = "EARLY_TERMINATION"
# the words that records of before June 2024 carry instead of a code
OLD_STATUSES = {
    "Under evaluation": "other",
    "Authorised": "other",
    "Authorised, not started": "not_yet_recruiting",
    "Authorised, recruitment pending": "not_yet_recruiting",
    "Authorised, recruiting": "recruiting",
    "Ongoing, not yet recruiting": "not_yet_recruiting",
    "Ongoing, recruiting": "recruiting",
    "Ongoing, recruitment ended": "active_not_recruiting",
    "Temporarily halted": "suspended",
    "Suspended": "suspended",
    "Ended": "completed",
    "Expired": "other",
    "Revoked": "other",
    "Not authorised": "other",
    "Cancelled": "other",
}
PHASES: dict[str, tuple[str, ...]] = {
    "Human pharmacology (Phase I)": ("PHASE1",),
    "Therapeutic exploratory (Phase II)": ("PHASE2",),
    "Therapeutic confirmatory (Phase III)": ("PHASE3",),
    "Therapeutic use (Phase IV)": ("PHASE4",),
}
# a first part that integrates several phases is worded in full; the numerals say which
NUMERALS = {"I": "PHASE1", "II": "PHASE2", "III": "PHASE3", "IV": "PHASE4"}
SPONSOR_CLASSES = {
    "Pharmaceutical company": "INDUSTRY",
    "Hospital/Clinic/Other health care facility": "OTHER",
    "EU Institution/Body/Agency": "OTHER",
    "Member State Institution/Body/Agency": "OTHER",
}
AGE_GROUPS: dict[str, tuple[str | None, str | None]] = {
    "In utero": (None, None),
    "0-17 years": (None, "17"),
    "18-64 years": ("18", "64"),
    "65+ years": ("65", None),
}
SEXES = {
    "Female": "FEMALE",
    "Male": "MALE",
    "Female, Male": "ALL",
    "Male, Female": "ALL",
}
