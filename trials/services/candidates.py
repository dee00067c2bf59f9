"""Trials that may be one study: put before a person with the signs for it, never joined here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from osteodb.core.models import User
from osteodb.core.normalise import normalise_name
from osteodb.core.writing import acting, save_checked
from trials.models import InclusionDecision, Registry, Trial, TrialIdentifier, TrialLink

MOST_BEARERS = 3  # a code that more trials carry is a grant's or a programme's, not one study's


def propose_link(
    *,
    trial_a: Trial,
    trial_b: Trial,
    signals: Sequence[Mapping[str, str]],
    by: User | None,
    now: dt.datetime,
) -> TrialLink:
    """Say that two trials may be one study, and why; a person decides.

    A pair that stands already is left as it is, decided or not.
    """
    first, second = sorted((trial_a, trial_b), key=lambda trial: trial.pk)
    known = TrialLink.objects.filter(trial_a=first, trial_b=second).first()
    if known:
        return known
    row = TrialLink(
        trial_a=first, trial_b=second, signals=[dict(one) for one in signals], created_at=now
    )
    with acting(action="propose_link", by=by, now=now):
        save_checked(row)
    return row


def propose_by_codes(*, trials: Collection[int], now: dt.datetime) -> None:
    """Put pairs of which one is in `trials` before a person, where both carry one code and agree in
    sponsor or title: a code alone is no sign, for sponsors number alike. A trial that does not
    belong here is nobody's candidate. Two queries where nothing is shared."""
    for (first, second), codes in _pairs(trials).items():
        signals = _signals(first, second, sorted(codes))
        if signals:
            propose_link(trial_a=first, trial_b=second, signals=signals, by=None, now=now)


def _pairs(trials: Collection[int]) -> dict[tuple[Trial, Trial], set[str]]:
    numbers = TrialIdentifier.objects.filter(registry=Registry.SPONSOR)
    codes = set(numbers.filter(trial__head__in=trials).values_list("value", flat=True))
    bearers: defaultdict[str, set[int]] = defaultdict(set)
    if codes:
        rows = numbers.filter(value__in=codes).values_list("value", "trial__head")
        for code, head in rows:
            bearers[code].add(head)
    shared = {code: heads for code, heads in bearers.items() if 1 < len(heads) <= MOST_BEARERS}
    ours = Trial.objects.exclude(inclusion=InclusionDecision.EXCLUDED)
    rows_of = ours.in_bulk({head for heads in shared.values() for head in heads})
    found: defaultdict[tuple[Trial, Trial], set[str]] = defaultdict(set)
    for code, heads in shared.items():
        for first, second in combinations(sorted(heads & rows_of.keys()), 2):
            if first in trials or second in trials:
                found[rows_of[first], rows_of[second]].add(code)
    return found


def _signals(first: Trial, second: Trial, codes: Iterable[str]) -> list[dict[str, str]]:
    """The signs for one study; none where only the code is the same."""
    found = []
    if _same(first.lead_sponsor, second.lead_sponsor):
        found.append({"kind": "SPONSOR", "words": f"the same lead sponsor: {first.lead_sponsor}"})
    for name in ("official_title", "brief_title"):
        if _same(getattr(first, name), getattr(second, name)):
            found.append({"kind": "TITLE", "words": f"the same title: {getattr(first, name)}"})
            break
    if not found:
        return []
    same = [{"kind": "SPONSOR_CODE", "words": f"the same code: {code}"} for code in codes]
    return [*same, *found]


def _same(one: str, other: str) -> bool:
    return bool(one) and normalise_name(one) == normalise_name(other)
