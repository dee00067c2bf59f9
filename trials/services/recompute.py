"""Trials brought to what their stored records say, without a new record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from osteodb.core.models import User
from osteodb.core.writing import acting
from trials.known_differences import as_trial
from trials.models import SyncRun
from trials.reconcile import keeping_withheld, plan
from trials.registries.base import ParsedTrial, TrialFields
from trials.services import snapshots
from trials.services.candidates import propose_by_codes
from trials.services.locks import alone_with_trials
from trials.services.matching import Known
from trials.services.origins import combined, numbers_of, voices_of
from trials.services.plans import Item, Work, write_works

NO_RECORD = ParsedTrial("", "", "", TrialFields())


def recompute_trials(
    *,
    trials: Collection[int],
    by: User | None,
    now: dt.datetime,
    run: SyncRun | None = None,
    known: Known | None = None,
) -> None:
    """Compute these trials' values anew from the newest record of each of their numbers.

    Needed where which records speak for a trial has changed: merged, separated, a lock released, a
    page of a third party put on record. Differences are `TrialChange` rows with the record that
    each value came from. Raises MalformedRecord where a stored record cannot be read any more.
    """
    if not trials:
        return
    with acting(action="recompute_trials", by=by, now=now):
        alone_with_trials()
        stored = snapshots.load_stored(trials)
        voices = voices_of(numbers_of(stored))
        works = []
        for trial, before in stored.items():
            together = combined(voices.get(trial, []))
            said = keeping_withheld(before, as_trial(together, like=NO_RECORD))
            planned = plan(before, said, owners={})
            item = Item(record=0, parsed=said)
            works.append(Work(item, trial, trial, before, together, said, planned, True))
        write_works(works=works, known=known or Known(), run=run, now=now)
        propose_by_codes(trials={work.trial for work in works if work.plan.changes}, now=now)
