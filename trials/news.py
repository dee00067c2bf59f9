"""Which changes are news to a reader, and which are only a registry's housekeeping. Pure."""

from __future__ import annotations

# Each of these moves without anything about the study having moved.
HOUSEKEEPING = {
    "last_update_posted_date": "the date of the last update",
    "status_verified_date": "the date the status was verified",
    "status_raw": "the origin's own word for a status",
    "minimum_age_years": "an age limit as a number of years, beside the age as worded",
    "maximum_age_years": "an age limit as a number of years, beside the age as worded",
}


def is_news(field: str) -> bool:
    """Whether a change of this field tells a reader something about the study."""
    return field not in HOUSEKEEPING


def housekeeping_in_words() -> str:
    """What is held for housekeeping, as the end of a sentence."""
    *words, last = dict.fromkeys(HOUSEKEEPING.values())
    return f"{', '.join(words)} and {last}"
