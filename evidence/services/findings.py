"""What the arithmetic says about numbers: worked out again, and kept beside them.

A finding follows from its number and decides nothing. It is written with a draft, so that a curator
sees it at once, and again by `manage.py check_evidence`, for a trial's enrolment may have changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from evidence.drafts import Draft
from evidence.models import (
    Comparison,
    Endpoint,
    Estimator,
    EvidenceItem,
    EvidenceVersion,
    Finding,
    Measurement,
    Weight,
)
from evidence.services.content import rows_of
from evidence.statistics.checks import check_effect, check_figure
from evidence.statistics.figures import Doubt, Effect, Figure
from osteodb.core.normalise import normalise_name
from trials.models import EnrolmentType, Trial

SAID = ("weight", "says", "printed", "expected", "difference", "innocent")
LONGEST = {one.name: getattr(one, "max_length", None) for one in Finding._meta.fields}
HEAVIEST = {weight: place for place, weight in enumerate(Weight.values)}
AT_ONCE = 200  # versions in one transaction
Slot = tuple[object, ...]
Medians = dict[Slot, Decimal | None]
Number = Measurement | Comparison
Wanted = dict[tuple[str, int], list[Doubt]]


def write_findings(*, versions: Collection[int], now: dt.datetime) -> int:
    """Work out the findings of these versions' numbers; returns how many numbers have other ones.

    The number of queries does not depend on how many numbers there are. A finding that comes out
    as before is left as it is, with the time it was first made.
    """
    measured, compared = _measurements(versions), _comparisons(versions)
    medians = medians_of(measured)
    wanted: Wanted = {}
    for one in measured:
        wanted["measurement", one.pk] = _doubts(one, one.enrolment, medians)
    by_id = {one.pk: one for one in measured}
    for each in compared:
        wanted["comparison", each.pk] = _doubts_between(each, by_id, medians)
    return _store(versions, wanted, now)


def findings_of_draft(draft: Draft) -> dict[tuple[str, str], list[Doubt]]:
    """What the arithmetic would say about the numbers of a draft; nothing is written.

    By kind of part and key, only of numbers about which there is something to say. Its parts have
    to hold together (`rules.structure_problems`).
    """
    measured, compared = rows_of(draft)
    trials = Trial.objects.filter(pk__in={row.trial_id for row in measured.values()} - {None})
    enrolled = dict(trials.annotate(enrolment=_enrolment("")).values_list("pk", "enrolment"))
    medians = medians_of(measured.values())
    by_id = {row.pk: row for row in measured.values()}
    found = {
        ("measurements", key): _doubts(row, enrolled.get(row.trial_id), medians)
        for key, row in measured.items()
    }
    for key, row in compared.items():
        found["comparisons", key] = _doubts_between(row, by_id, medians)
    return {number: _one_each(doubts) for number, doubts in found.items() if doubts}


def recompute_findings(
    *,
    versions: QuerySet[EvidenceVersion],
    now: dt.datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[int, int]:
    """Work out the findings of many versions, some at a time: how many versions, how many numbers
    have other findings than before. `progress` is told how many of how many are done.
    """
    ids = list(versions.order_by("item_id", "pk").values_list("pk", flat=True).distinct())
    changed = 0
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        with transaction.atomic():
            items = EvidenceItem.objects.filter(versions__in=some).order_by("pk")
            list(items.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
            changed += write_findings(versions=some, now=now)
        progress(min(start + AT_ONCE, len(ids)), len(ids))
    return len(ids), changed


# --- From rows to what the checks know ------------------------------------------------------------


def figure_of(
    one: Measurement, *, enrolment: int | None = None, median_months: Decimal | None = None
) -> Figure:
    """A measurement as the checks see it. `enrolment` is the trial's, `median_months` that of the
    same endpoint in the same people. A bound, a range or an "about" is no figure to check."""
    population = one.population
    return Figure(
        endpoint=one.endpoint,
        estimator=one.estimator,
        unit=one.unit,
        value=one.value if one.is_exact else None,
        value_raw=one.value_raw,
        time_point_months=one.time_point_months,
        events=one.events,
        n=one.n,
        ci_raw=one.ci_raw,
        ci_level=one.ci_level,
        ci_sides=one.ci_sides,
        ci_low=one.ci_low,
        ci_high=one.ci_high,
        threshold_raw=one.threshold_raw,
        threshold=one.threshold,
        threshold_met=one.threshold_met,
        population_n=population.n,
        whole_n=population.parent.n if population.parent else None,
        enrolment=enrolment,
        median_months=None if one.estimator == Estimator.MEDIAN else median_months,
    )


def effect_of(
    one: Comparison,
    experimental_median_months: Decimal | None = None,
    control_median_months: Decimal | None = None,
) -> Effect:
    """A comparison as the checks see it, with the medians of its two sides where known."""
    return Effect(
        endpoint=one.endpoint,
        measure=one.measure,
        value=one.value,
        value_raw=one.value_raw,
        ci_raw=one.ci_raw,
        ci_level=one.ci_level,
        ci_sides=one.ci_sides,
        ci_low=one.ci_low,
        ci_high=one.ci_high,
        p_raw=one.p_raw,
        p_value=one.p_value,
        p_modifier=one.p_modifier,
        p_sides=one.p_sides,
        experimental_median_months=experimental_median_months,
        control_median_months=control_median_months,
    )


def medians_of(measured: Iterable[Measurement]) -> Medians:
    """The reported median of each endpoint in each group of people, in months.

    None where a version prints several: which of them a rate belongs to cannot be told.
    """
    found: Medians = {}
    for one in measured:
        if one.estimator != Estimator.MEDIAN or one.value_months is None or not one.is_exact:
            continue
        slot = _slot(one)
        again = slot in found and found[slot] != one.value_months
        found[slot] = None if again else one.value_months
    return found


def _doubts(one: Measurement, enrolment: int | None, medians: Medians) -> list[Doubt]:
    """What the sums say about a measurement."""
    return check_figure(figure_of(one, enrolment=enrolment, median_months=medians.get(_slot(one))))


def _doubts_between(
    each: Comparison, by_id: Mapping[int, Measurement], medians: Medians
) -> list[Doubt]:
    """What the sums say about a comparison."""
    ends = [by_id.get(pk or 0) for pk in (each.experimental_id, each.control_id)]
    return check_effect(effect_of(each, *(_median_beside(each, end, medians) for end in ends)))


def _slot(one: Measurement) -> Slot:
    """What two numbers of one version share that are about the same endpoint in the same people."""
    named = normalise_name(one.endpoint_name) if one.endpoint == Endpoint.OTHER else ""
    arm = one.regimen_id, one.arm_id, normalise_name(one.arm_label)
    return one.version_id, one.endpoint, named, arm, one.population_id


def _median_beside(each: Comparison, end: Measurement | None, medians: Medians) -> Decimal | None:
    """The median of one side of a comparison, of the same endpoint."""
    if end is None or end.endpoint != each.endpoint:
        return None
    return medians.get(_slot(end))


def _enrolment(trial: str = "trial__") -> Case:
    """How many the trial enrolled, of the trial on whose page it is shown.

    A number that was only planned limits nothing and is left out.
    """
    planned, head = EnrolmentType.ESTIMATED, f"{trial}merged_into"
    return Case(
        When(
            ~Q(**{f"{head}__enrolment_type": planned}),
            **{f"{head}__isnull": False},
            then=F(f"{head}__enrolment_count"),
        ),
        When(
            ~Q(**{f"{trial}enrolment_type": planned}),
            **{head: None},
            then=F(f"{trial}enrolment_count"),
        ),
        default=None,
    )


def _measurements(versions: Collection[int]) -> list[Any]:
    rows = Measurement.objects.filter(version__in=versions).select_related("population__parent")
    return list(rows.annotate(enrolment=_enrolment()).order_by("version", "position", "pk"))


def _comparisons(versions: Collection[int]) -> list[Comparison]:
    return list(Comparison.objects.filter(version__in=versions).order_by("version", "position"))


# --- Keeping them ---------------------------------------------------------------------------------


def _store(versions: Collection[int], wanted: Wanted, now: dt.datetime) -> int:
    """Bring the table in line with what was found; how many numbers that changed."""
    about = Q(measurement__version__in=versions) | Q(comparison__version__in=versions)
    known = {_key(row): row for row in Finding.objects.filter(about)}
    new, mended, touched = [], [], set()
    for (kind, pk), doubts in wanted.items():
        for doubt in _one_each(doubts):
            row = known.pop((kind, pk, doubt.check), None)
            said = {name: _fit(name, getattr(doubt, name)) for name in SAID}
            if row is None:
                new.append(_new(kind, pk, doubt.check, said, now))
            elif any(getattr(row, name) != text for name, text in said.items()):
                row.__dict__.update(said, found_at=now)
                mended.append(row)
            else:
                continue
            touched.add((kind, pk))
    touched |= {key[:2] for key in known}
    if known:
        Finding.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    Finding.objects.bulk_create(new)
    if mended:
        Finding.objects.bulk_update(mended, [*SAID, "found_at"])
    return len(touched)


def _key(row: Finding) -> tuple[str, int, str]:
    if row.measurement_id:
        return "measurement", row.measurement_id, row.check_name
    return "comparison", row.comparison_id or 0, row.check_name


def _new(kind: str, pk: int, check: str, said: dict[str, str], now: dt.datetime) -> Finding:
    return Finding(**{f"{kind}_id": pk}, check_name=check, found_at=now, **said)


def _one_each(doubts: Sequence[Doubt]) -> list[Doubt]:
    """One finding of each check, the heaviest: what a number is told once is enough."""
    heaviest: dict[str, Doubt] = {}
    for doubt in sorted(doubts, key=lambda one: HEAVIEST[one.weight]):
        heaviest.setdefault(doubt.check, doubt)
    return list(heaviest.values())


def _fit(name: str, text: str) -> str:
    """A sentence as long as its column allows; a source may print anything."""
    longest = LONGEST[name] or len(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"
