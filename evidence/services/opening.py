"""Disagreements that a machine finds: put on record with both sides, decided by nobody but people.

Three kinds: a number that contradicts its own arithmetic, one measurement that two sources print
differently, and with these a registry against a paper. The machine opens them once. It marks no
side as the doubtful one, closes none, and opens none again that is on record with these numbers as
its sides, whatever became of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.text import Truncator, slugify

from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancyKind,
    DiscrepancySide,
    DiscrepancyState,
    Finding,
    Measurement,
    ModelSystem,
    SourceKind,
    Weight,
)
from evidence.number_text import number_text, short_text, what_text
from evidence.services.discrepancies import Side, decide_discrepancy, open_discrepancy
from evidence.services.two_sources import Clash, comparison_clashes, measurement_clashes
from osteodb.core.models import User
from osteodb.core.review import ReviewState
from osteodb.core.roles import FINDER
from osteodb.core.services import ensure_system_account
from osteodb.core.writing import free_slug
from therapies.models import Agent
from trials.models import Trial

MACHINE = "evidence-checks"
SERIOUS = (Weight.CONTRADICTION, Weight.DIFFERENCE)
REVIEWS = frozenset({SourceKind.REVIEW, SourceKind.META_ANALYSIS, SourceKind.GUIDELINE})
KINDS = {
    ("paper", "paper"): DiscrepancyKind.PAPER_PAPER,
    ("paper", "registry"): DiscrepancyKind.PAPER_REGISTRY,
    ("paper", "review"): DiscrepancyKind.REVIEW_PAPER,
    ("registry", "registry"): DiscrepancyKind.REGISTRY_REGISTRY,
    ("registry", "review"): DiscrepancyKind.REVIEW_REGISTRY,
    ("review", "review"): DiscrepancyKind.PAPER_PAPER,  # two documents, neither of them the trial's
}
DIFFERENT = {
    "value": "Two sources differ",
    "interval": "Two sources print the same value with another interval",
    "events": "Two sources print the same value with other numbers of patients",
    "p": "Two sources print the same value with another p",
}
CHANGED = "The number was changed in version {} of {}; a person decides whether that settles it."
NOT_FOUND = "The check no longer finds this; a person decides whether that settles it."
LONGEST_SLUG = Discrepancy._meta.get_field("slug").max_length or 80
Number = Measurement | Comparison


@dataclass(frozen=True, slots=True)
class Found:
    """What the findings and the comparison of sources bring: numbers that are published and seen in
    patients only. Findings have to be up to date."""

    serious: list[tuple[Any, list[Finding]]]
    clashes: list[Clash]


def find() -> Found:
    """Look for what is to be put on record."""
    return Found(serious_findings(), [*measurement_clashes(), *comparison_clashes()])


def open_found(*, now: dt.datetime, found: Found | None = None) -> list[Discrepancy]:
    """Put what was found on record, unless it is there. Run again it opens nothing."""
    found = found or find()
    serious, clashes = found.serious, found.clashes
    if not serious and not clashes:
        return []
    by = ensure_system_account(username=MACHINE, role=FINDER, by=None, now=now)
    known = _on_record()
    opened = []
    for number, findings in serious:
        if not any(kind == DiscrepancyKind.ARITHMETIC for kind, _ in known.get(_id(number), ())):
            opened.append(_open_arithmetic(number, findings, by, now))
    for clash in clashes:
        one, other = (known.get(_id(each), set()) for each in (clash.one, clash.other))
        if not one & other:
            opened.append(_open_clash(clash, by, now))
    return opened


@transaction.atomic
def note_settled(*, now: dt.datetime, found: Found) -> list[Discrepancy]:
    """Say in open disagreements that the machine put on record what it no longer finds.

    They stay open: whether a corrected number settles one is for a person to say. Said once. They
    are locked meanwhile, so that no decision that a person makes now is written over.
    """
    mine = Discrepancy.objects.filter(opened_by__username=MACHINE, state=DiscrepancyState.OPEN)
    sides = ("sides__measurement__version__item", "sides__comparison__version__item")
    clashing = {frozenset((_id(one.one), _id(one.other))) for one in found.clashes}
    serious = {_id(number) for number, _ in found.serious}
    noted = []
    locked = mine.select_for_update(of=("self",)).select_related("opened_by")
    for row in locked.prefetch_related(*sides):
        note = _settled(row, serious, clashing)
        if note and note not in row.explanation:
            decide_discrepancy(
                discrepancy=row,
                state=DiscrepancyState.OPEN,
                explanation=f"{row.explanation} {note}".strip(),
                by=row.opened_by,
                now=now,
            )
            noted.append(row)
    return noted


def serious_findings() -> list[tuple[Any, list[Finding]]]:
    """Published numbers seen in patients with findings heavier than a hint, the heaviest first."""
    of_number: dict[tuple[str, int], tuple[Any, list[Finding]]] = {}
    for name in ("measurement", "comparison"):
        published = {
            f"{name}__version__state": ReviewState.PUBLISHED,
            f"{name}__version__model_system": ModelSystem.PATIENT,
        }
        related = (f"{name}__{part}" for part in ("locator__source", "version__item", "population"))
        findings = Finding.objects.filter(weight__in=SERIOUS, **published)
        for one in findings.select_related(*related).order_by("weight", "check_name", "pk"):
            number = getattr(one, name)
            of_number.setdefault(_id(number), (number, []))[1].append(one)
    return [of_number[key] for key in sorted(of_number)]


# --- What is on record ----------------------------------------------------------------------------


def _id(number: Number) -> tuple[str, int]:
    return type(number).__name__, number.pk


def _on_record() -> dict[tuple[str, int], set[tuple[str, int]]]:
    """For each number the disagreements it is a side of, whatever became of them: kind and id."""
    known: dict[tuple[str, int], set[tuple[str, int]]] = {}
    sides = DiscrepancySide.objects.annotate(kind=F("discrepancy__kind"))
    for side in sides.only("measurement_id", "comparison_id", "discrepancy_id"):
        about = (side.kind, side.discrepancy_id)
        if side.measurement_id:
            known.setdefault(("Measurement", side.measurement_id), set()).add(about)
        if side.comparison_id:
            known.setdefault(("Comparison", side.comparison_id), set()).add(about)
    return known


def _settled(
    row: Discrepancy,
    serious: set[tuple[str, int]],
    clashing: set[frozenset[tuple[str, int]]],
) -> str:
    """What a person should know of a disagreement whose numbers say something else by now."""
    numbers = [side.measurement or side.comparison for side in row.sides.all()]
    stated = [number for number in numbers if number is not None]
    for number in stated:
        if number.version.state != ReviewState.PUBLISHED:
            now_shown = number.version.item.versions.filter(state=ReviewState.PUBLISHED).first()
            if now_shown:
                return CHANGED.format(now_shown.number, now_shown.item.public_id)
    ids = {_id(number) for number in stated}
    if row.kind == DiscrepancyKind.ARITHMETIC:
        holds = bool(ids & serious)
    else:
        holds = any(pair <= ids for pair in clashing)  # a person may have added a side
    return "" if holds else NOT_FOUND


# --- Opening --------------------------------------------------------------------------------------


def _open_arithmetic(
    number: Any, findings: Sequence[Finding], by: User, now: dt.datetime
) -> Discrepancy:
    heaviest = findings[0]
    return _open(
        kind=DiscrepancyKind.ARITHMETIC,
        title=f"{what_text(number)}: {heaviest.says}",
        slug=_slug(heaviest.check_name, number),
        sides=[_side(number, " ".join(one.says for one in findings))],
        explanation=" ".join(dict.fromkeys(one.innocent for one in findings)),
        numbers=[number],
        by=by,
        now=now,
    )


def _open_clash(clash: Clash, by: User, now: dt.datetime) -> Discrepancy:
    pair = sorted((clash.one, clash.other), key=lambda one: (one.version.item_id, one.key))
    names = " and ".join(one.locator.source.short_name for one in pair)
    values = " and ".join(dict.fromkeys(short_text(one) for one in pair))
    return _open(
        kind=_kind(clash),
        title=f"{DIFFERENT[clash.differs[0]]}: {what_text(pair[0])}, {values} ({names})",
        slug=_slug("sources", *pair),
        sides=[_side(one) for one in pair],
        explanation="",
        numbers=pair,
        by=by,
        now=now,
    )


def _open(
    *,
    kind: str,
    title: str,
    slug: str,
    sides: Sequence[Side],
    explanation: str,
    numbers: Sequence[Any],
    by: User,
    now: dt.datetime,
) -> Discrepancy:
    row = open_discrepancy(
        kind=kind,
        title=Truncator(title).chars(300),
        slug=slug,
        sides=sides,
        trials=_trials(numbers),
        agents=_agents(numbers),
        by=by,
        now=now,
    )
    if explanation:
        state = DiscrepancyState.OPEN
        decide_discrepancy(discrepancy=row, state=state, explanation=explanation, by=by, now=now)
    return row


def _side(number: Any, remark: str = "") -> Side:
    """What a source says of a number; never the doubtful side, which is a person's judgement."""
    says = f"{what_text(number)}: {number_text(number)}."
    return Side(
        says=Truncator(f"{says} {remark}".strip()).chars(500),
        source=number.locator.source,
        place=Truncator(number.locator.place).chars(200),
        version=number.version,
        measurement=number if isinstance(number, Measurement) else None,
        comparison=number if isinstance(number, Comparison) else None,
    )


def _kind(clash: Clash) -> str:
    """Who disagrees with whom, by what the two sources are."""
    one, other = sorted(_sort(each.locator.source.kind) for each in (clash.one, clash.other))
    return KINDS[one, other]


def _sort(kind: str) -> str:
    if kind in REVIEWS:
        return "review"
    return "registry" if kind == SourceKind.REGISTRY else "paper"


def _slug(what: str, *numbers: Any) -> str:
    """The same address for the same finding on the same numbers, whenever and wherever it is made.

    A later wording of a number gets an address of its own.
    """
    names = [f"{one.version.item.public_id} {one.key}" for one in numbers]
    slug = _short(" ".join((what, *names)))
    if Discrepancy.objects.filter(slug=slug).exists():
        versions = (f"v{one.version.number}" for one in numbers)
        slug = free_slug(Discrepancy, _short(" ".join((what, *names, *versions))))
    return slug


def _short(text: str) -> str:
    slug = slugify(text.replace("_", " "))
    if len(slug) <= LONGEST_SLUG:
        return slug
    mark = hashlib.sha256(slug.encode()).hexdigest()[:8]
    return f"{slug[: LONGEST_SLUG - 9].rstrip('-')}-{mark}"


def _trials(numbers: Iterable[Any]) -> list[Trial]:
    heads = {number.trial_id for number in numbers if number.trial_id}
    return list(Trial.objects.filter(pk__in=Trial.objects.filter(pk__in=heads).values("head")))


def _agents(numbers: Iterable[Any]) -> list[Agent]:
    """What was given: the agents of the regimens, or of the statements where none is known."""
    found: set[int] = set()
    for number in numbers:
        regimen = number.regimen if isinstance(number, Measurement) else None
        agents = regimen.agents if regimen else number.version.agents
        found |= set(agents.values_list("pk", flat=True))
    return list(Agent.objects.filter(pk__in=found).order_by("name"))
