"""Disagreements: opened with both sides, decided by a person with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancySide,
    DiscrepancyState,
    EvidenceVersion,
    Measurement,
    Source,
)
from osteodb.core.audit import record_event
from osteodb.core.errors import InvalidInput
from osteodb.core.models import User
from osteodb.core.writing import acting, free_slug, save_checked, set_fields, set_links
from therapies.models import Agent, Pathway, Target
from trials.models import RegistryRecord, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side says, where, and the row it stands on where there is one."""

    says: str
    source: Source | None = None
    place: str = ""
    version: EvidenceVersion | None = None
    measurement: Measurement | None = None
    comparison: Comparison | None = None
    record: RegistryRecord | None = None
    is_disputed: bool = False


def open_discrepancy(
    *,
    kind: str,
    title: str,
    sides: Sequence[Side],
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    trials: Sequence[Trial] = (),
    agents: Sequence[Agent] = (),
    targets: Sequence[Target] = (),
    pathways: Sequence[Pathway] = (),
) -> Discrepancy:
    """Put a disagreement on record, open, with at least one side.

    One side alone is a value that contradicts its own arithmetic. Raises InvalidInput.
    """
    row = Discrepancy(
        slug=slug or free_slug(Discrepancy, title),
        kind=kind,
        title=title,
        opened_by=by,
        opened_at=now,
    )
    with acting(action="open_discrepancy", by=by, now=now):
        save_checked(row)
        set_subjects(
            discrepancy=row,
            trials=trials,
            agents=agents,
            targets=targets,
            pathways=pathways,
            by=by,
            now=now,
        )
        set_sides(discrepancy=row, sides=sides, by=by, now=now)
    return row


def set_subjects(
    *,
    discrepancy: Discrepancy,
    trials: Sequence[Trial],
    agents: Sequence[Agent],
    targets: Sequence[Target],
    pathways: Sequence[Pathway],
    by: User | None,
    now: dt.datetime,
) -> None:
    """Say what a disagreement is about; its pages show it."""
    with acting(action="set_subjects", by=by, now=now):
        subjects: dict[str, Sequence[Trial | Agent | Target | Pathway]] = {
            "trials": trials,
            "agents": agents,
            "targets": targets,
            "pathways": pathways,
        }
        for name, links in subjects.items():
            set_links(discrepancy, name, links, by=by, now=now)


def set_sides(
    *, discrepancy: Discrepancy, sides: Sequence[Side], by: User | None, now: dt.datetime
) -> None:
    """Say what each side says; sides that say the same as before are left as they are.

    Raises InvalidInput where there is no side or one has no source.
    """
    if not sides:
        raise InvalidInput("A disagreement has at least one side.")
    rows = list(discrepancy.sides.order_by("position", "id"))
    with acting(action="set_sides", by=by, now=now):
        for surplus in rows[len(sides) :]:
            surplus.delete()
        for position, side in enumerate(sides):
            row = (
                rows[position] if position < len(rows) else DiscrepancySide(discrepancy=discrepancy)
            )
            given = {one.name: getattr(side, one.name) for one in fields(side)}
            if set_fields(row, {**given, "position": position}) or row.pk is None:
                save_checked(row)


def decide_discrepancy(
    *,
    discrepancy: Discrepancy,
    state: str,
    explanation: str,
    by: User | None,
    now: dt.datetime,
    kind: str | None = None,
    title: str | None = None,
) -> Discrepancy:
    """Say what is known about a disagreement, and whether that explains or resolves it.

    An open one may be given words too. Raises InvalidInput where a decision has no words.
    """
    decided = state != DiscrepancyState.OPEN
    given = {
        "state": state,
        "explanation": explanation,
        "kind": discrepancy.kind if kind is None else kind,
        "title": discrepancy.title if title is None else title,
    }
    old = {name: getattr(discrepancy, name) for name in ("state", "explanation")}
    with acting(action="decide_discrepancy", by=by, now=now):
        if set_fields(discrepancy, given):
            discrepancy.decided_by = by if decided else None
            discrepancy.decided_at = now if decided else None
            save_checked(discrepancy)
            new = {"state": state, "explanation": explanation}
            if new != old:
                record_event(
                    action="decide_discrepancy",
                    target=discrepancy,
                    by=by,
                    now=now,
                    old=old,
                    new=new,
                    comment=explanation,
                )
    return discrepancy
