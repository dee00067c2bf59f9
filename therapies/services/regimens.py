"""Regimens: what is given together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict
from osteodb.core.merged import refuse_merged
from osteodb.core.models import User
from osteodb.core.writing import acting, free_slug, save_checked, set_fields, set_links
from therapies.models import Agent, Regimen, RegimenAgent, TherapyClass


@dataclass(frozen=True, slots=True)
class RegimenPart:
    """One agent of a regimen, with its dose where a source gives one."""

    agent: Agent
    dose: str = ""


def create_regimen(
    *,
    name: str,
    kind: str,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    description: str = "",
    parts: Sequence[RegimenPart] = (),
    therapy_classes: Sequence[TherapyClass] = (),
) -> Regimen:
    """Add a regimen with its agents in order. Raises InvalidInput."""
    regimen = Regimen(
        slug=slug or free_slug(Regimen, name, longest=120),
        name=name,
        kind=kind,
        description=description,
    )
    with acting(action="create_regimen", by=by, now=now):
        save_checked(regimen)
        _set_parts(regimen, parts)
        set_links(regimen, "therapy_classes", therapy_classes, by=by, now=now)
    return regimen


def update_regimen(
    *,
    regimen: Regimen,
    by: User | None,
    now: dt.datetime,
    name: str | None = None,
    kind: str | None = None,
    description: str | None = None,
    therapy_classes: Sequence[TherapyClass] | None = None,
) -> Regimen:
    """Change a regimen; what is not given stays. Raises InvalidInput."""
    given = {"name": name, "kind": kind, "description": description}
    with acting(action="update_regimen", by=by, now=now):
        if set_fields(regimen, {key: value for key, value in given.items() if value is not None}):
            save_checked(regimen)
        if therapy_classes is not None:
            set_links(regimen, "therapy_classes", therapy_classes, by=by, now=now)
    return regimen


def set_regimen_agents(
    *,
    regimen: Regimen,
    parts: Sequence[RegimenPart],
    by: User | None,
    now: dt.datetime,
) -> Regimen:
    """Say which agents, in which order, make the regimen. Its history keeps what it was.

    Raises Conflict where an agent stands twice.
    """
    with acting(action="set_regimen_agents", by=by, now=now):
        old = _words(regimen)
        _set_parts(regimen, parts)
        new = _words(regimen)
        if new != old:
            record_event(
                action="set_regimen_agents",
                target=regimen,
                by=by,
                now=now,
                old={"agents": old},
                new={"agents": new},
            )
    return regimen


def _words(regimen: Regimen) -> list[str]:
    rows = regimen.regimen_agents.select_related("agent").order_by("position")
    return [f"{row.agent} {row.dose}".strip() for row in rows]


def _set_parts(regimen: Regimen, parts: Sequence[RegimenPart]) -> None:
    refuse_merged(*(part.agent for part in parts))
    wanted = {part.agent.pk: part for part in parts}
    if len(wanted) != len(parts):
        raise Conflict(f"An agent stands twice in “{regimen.name}”.")
    rows = {row.agent_id: row for row in regimen.regimen_agents.all()}
    regimen.regimen_agents.exclude(agent_id__in=wanted).delete()
    for position, part in enumerate(parts):
        row = rows.get(part.agent.pk) or RegimenAgent(regimen=regimen, agent=part.agent)
        if set_fields(row, {"position": position, "dose": part.dose}) or row.pk is None:
            save_checked(row)
