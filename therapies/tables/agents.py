"""Agents as rows: by slug, with their names and classes in one cell each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from osteodb.core.errors import InvalidInput
from osteodb.core.models import User
from osteodb.core.normalise import normalise_name
from osteodb.core.table_plans import Change, choice, differing
from osteodb.core.tables import Row
from therapies import services
from therapies.models import Agent, AgentKind, AgentName, AgentNameKind, TherapyClass
from therapies.tables.cells import joined, parts, said_otherwise

TEXTS = (
    "description", "chembl_id", "ncit_id", "drugbank_id", "chebi_id", "mesh_id", "rxcui", "note",
    "source_text", "source_url", "source_seen_on",
)  # fmt: skip


class AgentTable:
    """One row for each agent.

    `names` holds "KIND: name" parts; a name that is not listed stays, for no name is lost. An empty
    cell empties its field; a column that is left out says nothing.
    """

    columns: Sequence[str] = ("slug", "name", "kind", "therapy_classes", "names", *TEXTS)
    required: Sequence[str] = ("slug", "name", "kind")

    def exported(self) -> list[Row]:
        """Every agent that was not merged into another, by name."""
        agents = Agent.objects.current().order_by("name")
        return [_as_row(one) for one in agents.prefetch_related("names", "therapy_classes")]

    def key(self, row: Row) -> str:
        """Its slug, or for a new one without any its name."""
        return row["slug"] or normalise_name(row["name"])

    def apply(
        self, row: Row, *, by: User | None, now: dt.datetime
    ) -> tuple[bool, tuple[Change, ...]]:
        """Add or change one agent. Raises an OsteoDBError to refuse it."""
        agent = Agent.objects.filter(slug=row["slug"]).first() if row["slug"] else None
        before = _as_row(agent) if agent else dict.fromkeys(self.columns, "")
        who: dict[str, Any] = {"by": by, "now": now}
        given: dict[str, Any] = dict(said_otherwise(row, before, TEXTS))
        given["kind"] = choice(row["kind"], AgentKind.choices, "kind")
        if "therapy_classes" in row:
            given["therapy_classes"] = _classes(row["therapy_classes"])
        names = _names(row.get("names", ""))
        if agent is None:
            first = next((k for k, n in names if n == row["name"]), AgentNameKind.SYNONYM)
            made = services.create_agent(
                name=row["name"], slug=row["slug"], name_kind=first, **given, **who
            )
        else:
            made = services.update_agent(agent=agent, name=row["name"], **given, **who)
        for kind, name in names:
            _keep_name(made, kind, name, **who)
        after = _as_row(Agent.objects.get(pk=made.pk))
        return agent is None, differing(before, after, self.columns)


def _as_row(agent: Agent) -> Row:
    names = sorted(agent.names.all(), key=lambda one: (one.kind, one.name))
    return {
        "slug": agent.slug,
        "name": agent.name,
        "kind": agent.kind,
        "therapy_classes": joined(sorted(one.slug for one in agent.therapy_classes.all())),
        "names": joined([f"{one.kind}: {one.name}" for one in names]),
        **{name: getattr(agent, name) for name in TEXTS},
    }


def _classes(cell: str) -> list[TherapyClass]:
    slugs = parts(cell)
    found = {one.slug: one for one in TherapyClass.objects.filter(slug__in=slugs)}
    unknown = [slug for slug in slugs if slug not in found]
    if unknown:
        raise InvalidInput(f"There is no therapy class “{unknown[0]}”.")
    return list(found.values())


def _names(cell: str) -> list[tuple[str, str]]:
    """The names of a cell with their kinds."""
    found = []
    for part in parts(cell):
        kind, colon, name = part.partition(":")
        if not colon or not name.strip():
            raise InvalidInput(f"“{part}” is no name with its kind, such as “CODE: AB 12”.")
        found.append((choice(kind.strip(), AgentNameKind.choices, "kind of name"), name.strip()))
    return found


def _keep_name(agent: Agent, kind: str, name: str, **who: Any) -> None:
    """Add a name, or correct its spelling and kind; where it was read stays as it is."""
    known = AgentName.objects.filter(agent=agent, normalised=normalise_name(name)).first()
    if known is None:
        services.add_agent_name(agent=agent, name=name, kind=kind, **who)
    elif (known.name, known.kind) != (name, kind):
        services.update_agent_name(agent_name=known, name=name, kind=kind, **who)
