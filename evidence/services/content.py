"""A draft into the rows of a version, and back. Nothing here decides; `versions` calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.db.models import F, Model, ProtectedError, QuerySet, Value

from evidence.drafts import (
    LINKS,
    PARTS,
    AssertionDraft,
    ComparisonDraft,
    Draft,
    Entity,
    LocatorDraft,
    MeasurementDraft,
    PopulationDraft,
)
from evidence.models import (
    Comparison,
    DiscrepancySide,
    EvidenceVersion,
    Locator,
    Measurement,
    MechanismAssertion,
    Population,
)
from evidence.services.following import with_kept
from osteodb.core.errors import InvalidInput
from osteodb.core.writing import save_all_checked, save_checked, set_fields

OWN_FIELDS = ("kind", "statement", "level", "direction", "model_system", "rating", "note")
ENTITIES = ("target", "agent", "pathway")
FOREIGN = frozenset(
    {
        "source", "registered_outcome", "trial", "arm", "regimen", "pathway", "donor_cell",
        "recipient_cell",
    }
)  # fmt: skip
OWN_PARTS = frozenset({"parent", "population", "locator", "experimental", "control"})
Rows = dict[str, Any]  # key -> row
Former = Mapping[str, Rows]


def parts_of(version: EvidenceVersion) -> Former:
    """The rows of a version's parts: kind of part -> key -> row. One query a kind."""
    return {part: {row.key: row for row in getattr(version, part).all()} for part in PARTS}


def write_content(version: EvidenceVersion, draft: Draft, former: Former | None = None) -> None:
    """Give a saved version the parts and links of the draft.

    `former` holds the parts it has had until now. A part whose key stays keeps its row, and with it
    what was said about it: a side of a disagreement, a benchmark, a judgement of bias. Raises
    InvalidInput where such a number is left out.
    """
    draft = with_kept(draft)
    for name in LINKS:
        keys, links = getattr(draft, name), getattr(version, name)
        if former is not None:
            links.set(keys)
        elif keys:
            links.add(*keys)
    rows = former or {part: {} for part in PARTS}
    locators = _write(version, Locator, draft.locators, rows["locators"], leave_out={"source_kind"})
    populations = _write_populations(version, draft.populations, rows["populations"])
    known = {"population": populations, "locator": locators}
    measurements = _write(version, Measurement, draft.measurements, rows["measurements"], known)
    ends = {**known, "experimental": measurements, "control": measurements}
    _write(version, Comparison, draft.comparisons, rows["comparisons"], ends)
    _write_assertions(version, draft.assertions, rows["assertions"], locators)
    if former is not None:
        _take_away(version, draft)


def _take_away(version: EvidenceVersion, draft: Draft) -> None:
    """Delete the parts of a version that its draft no longer has."""
    for part in reversed(PARTS):  # a part stands after those that it names
        left = getattr(version, part).exclude(key__in=[one.key for one in getattr(draft, part)])
        if part == "populations":
            left.update(parent=None)
        try:
            left.delete()
        except ProtectedError as error:
            raise InvalidInput(_held(error)) from error


def _held(error: ProtectedError) -> str:
    """Why a number cannot be left out, in words."""
    said = [
        f"“{row.discrepancy}”" if isinstance(row, DiscrepancySide) else f"“{row}”"
        for row in error.protected_objects
    ]
    names = ", ".join(dict.fromkeys(sorted(said)))
    return (
        f"A number that is left out is what {names} is about: change the number, "
        "or take it out there first."
    )


def _write_populations(
    version: EvidenceVersion, parts: tuple[PopulationDraft, ...], former: Rows
) -> Rows:
    """Populations: a subgroup stands after its whole, which has to be saved before."""
    saved: Rows = {}
    waiting = list(enumerate(parts))
    while waiting:
        ready = [(at, one) for at, one in waiting if not one.parent or one.parent in saved]
        rows = {
            one.key: _row(version, Population, one, at, former, {"parent": saved})
            for at, one in ready
        }
        _save_new(rows)
        saved |= rows
        waiting = [(at, one) for at, one in waiting if one.key not in saved]
    return saved


def _write_assertions(
    version: EvidenceVersion, parts: tuple[AssertionDraft, ...], former: Rows, locators: Rows
) -> None:
    nothing = {f"{end}_{kind}_id": None for end in ("subject", "object") for kind in ENTITIES}
    rows = {
        one.key: _row(
            version,
            MechanismAssertion,
            one,
            position,
            former,
            {"locator": locators},
            leave_out={"subject", "object"},
            extra=nothing
            | {
                f"{end}_{entity.kind}_id": entity.pk
                for end, entity in (("subject", one.subject), ("object", one.object))
            },
        )
        for position, one in enumerate(parts)
    }
    _save_new(rows)


def draft_of(version: EvidenceVersion) -> Draft:
    """What a version says, as a draft: to start the next one from, or to compare two."""
    own: dict[str, Any] = {name: getattr(version, name) for name in OWN_FIELDS}

    def rows(part: str, *related: str) -> QuerySet[Any]:
        """In their order, which the models' own takes from a join with the version."""
        found: QuerySet[Any] = getattr(version, part).select_related(*related)
        return found.order_by("position", "pk")

    return Draft(
        **own,
        **_links(version),
        locators=tuple(
            _read(LocatorDraft, row, source_kind=row.source.kind)
            for row in rows("locators", "source")
        ),
        populations=tuple(_read(PopulationDraft, row) for row in rows("populations", "parent")),
        measurements=tuple(
            _read(MeasurementDraft, row) for row in rows("measurements", "population", "locator")
        ),
        comparisons=tuple(
            _read(ComparisonDraft, row)
            for row in rows("comparisons", "population", "locator", "experimental", "control")
        ),
        assertions=tuple(
            _read(
                AssertionDraft,
                row,
                subject=_entity(row, "subject"),
                object=_entity(row, "object"),
            )
            for row in rows("assertions", "locator")
        ),
    )


def _links(version: EvidenceVersion) -> dict[str, Any]:
    """What a version is about: the primary keys by kind of link, in one query for all kinds."""
    found: dict[str, list[int]] = {name: [] for name in LINKS}
    queries = []
    for name in LINKS:
        field: Any = EvidenceVersion._meta.get_field(name)
        rows = field.remote_field.through._default_manager.filter(evidenceversion=version)
        other = F(f"{field.m2m_reverse_field_name()}_id")
        queries.append(rows.values_list(Value(name), other))
    for name, pk in queries[0].union(*queries[1:], all=True):
        found[name].append(pk)
    return {name: tuple(sorted(pks)) for name, pks in found.items()}


def _write(
    version: EvidenceVersion,
    model: type[Model],
    parts: tuple[Any, ...],
    former: Rows,
    known: dict[str, Rows] | None = None,
    leave_out: frozenset[str] | set[str] = frozenset(),
) -> Rows:
    """Save the parts in their order; key -> row."""
    rows = {
        part.key: _row(version, model, part, position, former, known or {}, leave_out)
        for position, part in enumerate(parts)
    }
    _save_new(rows)
    return rows


def _save_new(rows: Rows) -> None:
    """Save together what was not there before."""
    save_all_checked([row for row in rows.values() if row.pk is None])


def _row(
    version: EvidenceVersion,
    model: type[Model],
    part: Any,
    position: int,
    former: Rows,
    known: dict[str, Rows],
    leave_out: frozenset[str] | set[str] = frozenset(),
    extra: dict[str, Any] | None = None,
) -> Model:
    """One part as a row: the one of its key, brought up to date and saved, or one still to save.

    `known` resolves the keys that the part names to rows of this version.
    """
    values: dict[str, Any] = {"position": position, **(extra or {})}
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name in leave_out:
            continue
        if one.name in known:
            values[one.name] = known[one.name][value] if value else None
        elif one.name in FOREIGN:
            values[f"{one.name}_id"] = value
        else:
            values[one.name] = value
    row: Model | None = former.get(part.key)
    if row is None:
        return model(version=version, **values)
    for name in known.keys() & values.keys():  # to compare the row itself would be a query
        named = values.pop(name)
        values[f"{name}_id"] = named.pk if named else None
    if set_fields(row, values):
        save_checked(row)
    return row


def _read(shape: Any, row: Any, **given: Any) -> Any:
    """A row as a part of a draft; the rows of its version that it points to by their keys."""
    values: dict[str, Any] = dict(given)
    for one in fields(shape):
        if one.name in values:
            continue
        if one.name in OWN_PARTS:
            other = getattr(row, one.name)
            values[one.name] = other.key if other else ""
        elif one.name in FOREIGN:
            values[one.name] = getattr(row, f"{one.name}_id")
        else:
            values[one.name] = getattr(row, one.name)
    return shape(**values)


def _entity(row: MechanismAssertion, end: str) -> Entity:
    pairs = ((kind, getattr(row, f"{end}_{kind}_id")) for kind in ENTITIES)
    return next(Entity(kind, pk) for kind, pk in pairs if pk is not None)
