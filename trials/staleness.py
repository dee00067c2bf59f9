"""Whether what a trial says of itself may be out of date, and why, in words. Pure.

Three reasons, after ClinicalTrials.gov's own rule for "unknown status" (past its completion date,
status not verified within two years): the status is unknown; the planned end has passed and the
status still says that the trial goes on; nobody has verified the status for two years. Where the
study has ended for good, nothing is left to verify, so an old date is no reason. What a registry
does not report (no completion date, no date of verification) is no reason either: nothing is
guessed.

A month is past when it is over. Partial dates are text, so "over before this day" is a comparison
with the day cut to the same length ("2026-03" < "2026-04"); `trials.filters` asks the database the
same question in the same way.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

UNKNOWN_STATUS = "UNKNOWN_STATUS"
PAST_COMPLETION = "PAST_COMPLETION"
NOT_VERIFIED = "NOT_VERIFIED"
MEANINGS = {
    UNKNOWN_STATUS: "the status is unknown",
    PAST_COMPLETION: "past its completion date, and the status says that it goes on",
    NOT_VERIFIED: "the status was not verified for two years",
}
UNKNOWN = "unknown"
# What says that a trial goes on. WHO's `not_recruiting` does not: it stands for ended trials too.
GOING_ON = frozenset(
    {
        "not_yet_recruiting",
        "recruiting",
        "enrolling_by_invitation",
        "active_not_recruiting",
        "suspended",
        "available",
        "temporarily_not_available",
    }
)
ENDED = frozenset(
    {"completed", "terminated", "withdrawn", "no_longer_available", "approved_for_marketing"}
)
YEARS_UNVERIFIED = 2


class Dated(Protocol):
    """The fields of a trial that the rule reads, named as the model names them."""

    @property
    def status(self) -> str: ...

    @property
    def status_raw(self) -> str: ...

    @property
    def last_known_status(self) -> str: ...

    @property
    def completion_date(self) -> str: ...

    @property
    def status_verified_date(self) -> str: ...


@dataclass(frozen=True, slots=True)
class StaleReason:
    """One reason: its code, a few words for a list, a sentence for the trial's page."""

    code: str
    words: str
    sentence: str


def stale_reasons(trial: Dated, *, today: dt.date) -> list[StaleReason]:
    """Why the trial may be out of date on this day; empty where nothing says so."""
    found = []
    if trial.status == UNKNOWN:
        found.append(_unknown(trial))
    if trial.status in GOING_ON and is_over(trial.completion_date, today):
        found.append(_past_completion(trial))
    if trial.status not in ENDED and is_over(trial.status_verified_date, unverified_before(today)):
        since = f"not verified since {trial.status_verified_date}"
        sentence = f"Status {since}: may be out of date."
        found.append(StaleReason(NOT_VERIFIED, since, sentence))
    return found


def is_over(text: str, day: dt.date) -> bool:
    """Whether a partial date lies wholly before a day; an empty one does not."""
    return bool(text) and text < day.isoformat()[: len(text)]


def unverified_before(today: dt.date) -> dt.date:
    """The day two years ago; what was verified before it is old."""
    year = today.year - YEARS_UNVERIFIED
    try:
        return today.replace(year=year)
    except ValueError:  # the 29th of February
        return dt.date(year, 2, 28)


def _unknown(trial: Dated) -> StaleReason:
    if not trial.status_raw:
        words = "no status seen"
        return StaleReason(UNKNOWN_STATUS, words, "No source here gives a status.")
    last = trial.last_known_status.replace("_", " ")
    if not last:
        return StaleReason(UNKNOWN_STATUS, "status unknown", "Its status is unknown.")
    sentence = f"Its status is unknown; the last known one was “{last}”."
    return StaleReason(UNKNOWN_STATUS, f"last known: {last}", sentence)


def _past_completion(trial: Dated) -> StaleReason:
    words = f"past its completion date {trial.completion_date}"
    sentence = (
        f"Its completion date, {trial.completion_date}, has passed, and the status still says "
        f"“{trial.status.replace('_', ' ')}”: may be out of date."
    )
    return StaleReason(PAST_COMPLETION, words, sentence)
