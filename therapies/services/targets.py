"""Targets and the names they go by."""

from __future__ import annotations

import datetime as dt
from typing import Unpack

from osteodb.core.errors import Conflict
from osteodb.core.merged import refuse_merged
from osteodb.core.models import User
from osteodb.core.normalise import normalise_name
from osteodb.core.writing import (
    acting,
    free_slug,
    raise_problems,
    save_checked,
    set_fields,
)
from therapies import rules
from therapies.models import Target, TargetName
from therapies.services.common import Citation


class TargetDetails(Citation, total=False):
    """The fields of a target besides its symbol, name and kind."""

    description: str
    hgnc_id: str
    uniprot_id: str
    ncbi_gene_id: str
    ensembl_id: str
    mirbase_id: str
    cell_ontology_id: str
    note: str


def create_target(
    *,
    symbol: str,
    name: str,
    kind: str,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    **details: Unpack[TargetDetails],
) -> Target:
    """Add a target; its symbol and name become its first names, so that one look-up finds it.

    Raises InvalidInput.
    """
    raise_problems(rules.name_problems(symbol) | rules.target_problems(details))
    target = Target(
        symbol=symbol,
        name=name,
        kind=kind,
        slug=slug or free_slug(Target, symbol),
        **details,
    )
    with acting(action="create_target", by=by, now=now):
        save_checked(target)
        _ensure_own_names(target)
    return target


def update_target(
    *,
    target: Target,
    by: User | None,
    now: dt.datetime,
    symbol: str | None = None,
    name: str | None = None,
    kind: str | None = None,
    **details: Unpack[TargetDetails],
) -> Target:
    """Change a target; what is not given stays. A former symbol stays among its names.

    Raises InvalidInput.
    """
    refuse_merged(target)
    given = {"symbol": symbol, "name": name, "kind": kind}
    fields = {key: value for key, value in given.items() if value is not None}
    raise_problems(
        rules.name_problems(fields.get("symbol", target.symbol)) | rules.target_problems(details)
    )
    with acting(action="update_target", by=by, now=now):
        if set_fields(target, {**fields, **details}):
            save_checked(target)
            _ensure_own_names(target)
    return target


def add_target_name(
    *,
    target: Target,
    name: str,
    by: User | None,
    now: dt.datetime,
    **citation: Unpack[Citation],
) -> TargetName:
    """Add a name to a target; one it already has is returned as it is.

    Other targets may have it too: HGNC's own aliases overlap. Raises InvalidInput.
    """
    raise_problems(rules.name_problems(name) | rules.citation_problems(citation))
    refuse_merged(target)
    known = target.names.filter(normalised=normalise_name(name)).first()
    if known:
        return known
    row = TargetName(target=target, name=name, normalised=normalise_name(name), **citation)
    with acting(action="add_target_name", by=by, now=now):
        save_checked(row)
    return row


def update_target_name(
    *,
    target_name: TargetName,
    name: str,
    by: User | None,
    now: dt.datetime,
    **citation: Unpack[Citation],
) -> TargetName:
    """Correct a name or its source. Raises InvalidInput, or Conflict for a name it has already."""
    raise_problems(rules.name_problems(name) | rules.citation_problems(citation))
    target, normalised = target_name.target, normalise_name(name)
    if target.names.filter(normalised=normalised).exclude(pk=target_name.pk).exists():
        raise Conflict(f"“{name}” is already among the names of {target.symbol}.")
    fields = {"name": name, "normalised": normalised, **citation}
    with acting(action="update_target_name", by=by, now=now):
        if set_fields(target_name, fields):
            save_checked(target_name)
    return target_name


def _ensure_own_names(target: Target) -> None:
    known = set(target.names.values_list("normalised", flat=True))
    for name in (target.symbol, target.name):
        normalised = normalise_name(name)
        if normalised and normalised not in known:
            known.add(normalised)
            save_checked(
                TargetName(
                    target=target,
                    name=name,
                    normalised=normalised,
                    source_text=target.source_text,
                    source_url=target.source_url,
                    source_seen_on=target.source_seen_on,
                )
            )
