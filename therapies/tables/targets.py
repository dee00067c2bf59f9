"""Targets as rows: by slug, with their names in one cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from osteodb.core.models import User
from osteodb.core.normalise import normalise_name
from osteodb.core.table_plans import Change, choice, differing
from osteodb.core.tables import Row
from therapies import services
from therapies.models import Target, TargetKind, TargetName
from therapies.tables.cells import joined, parts, said_otherwise

TEXTS = (
    "description", "hgnc_id", "uniprot_id", "ncbi_gene_id", "ensembl_id", "mirbase_id",
    "cell_ontology_id", "note", "source_text", "source_url", "source_seen_on",
)  # fmt: skip


class TargetTable:
    """One row for each target.

    A name that is not listed in `names` stays, for no name is lost. An empty cell empties its
    field; a column that is left out says nothing.
    """

    columns: Sequence[str] = ("slug", "symbol", "name", "kind", "names", *TEXTS)
    required: Sequence[str] = ("slug", "symbol", "name", "kind")

    def exported(self) -> list[Row]:
        """Every target that was not merged into another, by symbol."""
        targets = Target.objects.current().order_by("symbol")
        return [_as_row(one) for one in targets.prefetch_related("names")]

    def key(self, row: Row) -> str:
        """Its slug, or for a new one without any its symbol."""
        return row["slug"] or normalise_name(row["symbol"])

    def apply(
        self, row: Row, *, by: User | None, now: dt.datetime
    ) -> tuple[bool, tuple[Change, ...]]:
        """Add or change one target. Raises an OsteoDBError to refuse it."""
        target = Target.objects.filter(slug=row["slug"]).first() if row["slug"] else None
        before = _as_row(target) if target else dict.fromkeys(self.columns, "")
        given: dict[str, Any] = dict(said_otherwise(row, before, TEXTS))
        given |= {"symbol": row["symbol"], "name": row["name"], "by": by, "now": now}
        given["kind"] = choice(row["kind"], TargetKind.choices, "kind")
        if target is None:
            made = services.create_target(slug=row["slug"], **given)
        else:
            made = services.update_target(target=target, **given)
        for name in parts(row.get("names", "")):
            _keep_name(made, name, by=by, now=now)
        after = _as_row(Target.objects.get(pk=made.pk))
        return target is None, differing(before, after, self.columns)


def _as_row(target: Target) -> Row:
    return {
        "slug": target.slug,
        "symbol": target.symbol,
        "name": target.name,
        "kind": target.kind,
        "names": joined(sorted(one.name for one in target.names.all())),
        **{name: getattr(target, name) for name in TEXTS},
    }


def _keep_name(target: Target, name: str, **who: Any) -> None:
    """Add a name, or correct its spelling; where it was read stays as it is."""
    known = TargetName.objects.filter(target=target, normalised=normalise_name(name)).first()
    if known is None:
        services.add_target_name(target=target, name=name, **who)
    elif known.name != name:
        services.update_target_name(target_name=known, name=name, **who)
