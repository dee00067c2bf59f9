"""A draft into the rows of a version, and back. Nothing here decides; `versions` calls it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.db.models import Model

from evidence.drafts import (
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
    EvidenceVersion,
    Locator,
    Measurement,
    MechanismAssertion,
    Population,
)
from osteodb.core.writing import save_checked

LINKS = ("trials", "regimens", "agents", "targets", "pathways", "therapy_classes")
OWN_FIELDS = ("kind", "statement", "level", "direction", "model_system", "rating", "note")
ENTITIES = ("target", "agent", "pathway")
FOREIGN = frozenset(
    {
        "source", "registered_outcome", "trial", "arm", "regimen", "pathway", "donor_cell",
        "recipient_cell",
    }
)  # fmt: skip
OWN_PARTS = frozenset({"parent", "population", "locator", "experimental", "control"})
Rows = dict[str, Model]


def clear_content(version: EvidenceVersion) -> None:
    """Take away the parts and links of a draft, before it gets new ones."""
    version.assertions.all().delete()
    version.comparisons.all().delete()
    version.measurements.all().delete()
    version.populations.update(parent=None)
    version.populations.all().delete()
    version.locators.all().delete()
    for name in LINKS:
        getattr(version, name).clear()


def write_content(version: EvidenceVersion, draft: Draft) -> None:
    """Give a saved version without content the parts and links of the draft."""
    for name in LINKS:
        if keys := getattr(draft, name):
            getattr(version, name).add(*keys)
    locators = _write(version, Locator, draft.locators, leave_out={"source_kind"})
    populations: Rows = {}
    for position, population in enumerate(draft.populations):
        made = _row(version, Population, population, position, {"parent": populations})
        populations[population.key] = made
    known = {"population": populations, "locator": locators}
    measurements = _write(version, Measurement, draft.measurements, known)
    ends = {**known, "experimental": measurements, "control": measurements}
    _write(version, Comparison, draft.comparisons, ends)
    for position, assertion in enumerate(draft.assertions):
        entities = {
            f"{end}_{entity.kind}_id": entity.pk
            for end, entity in (("subject", assertion.subject), ("object", assertion.object))
        }
        _row(
            version,
            MechanismAssertion,
            assertion,
            position,
            {"locator": locators},
            leave_out={"subject", "object"},
            extra=entities,
        )


def draft_of(version: EvidenceVersion) -> Draft:
    """What a version says, as a draft: to start the next one from, or to compare two."""
    own: dict[str, Any] = {name: getattr(version, name) for name in OWN_FIELDS}
    for name in LINKS:
        own[name] = tuple(getattr(version, name).order_by("pk").values_list("pk", flat=True))
    return Draft(
        **own,
        locators=tuple(
            _read(LocatorDraft, row, source_kind=row.source.kind)
            for row in version.locators.select_related("source")
        ),
        populations=tuple(
            _read(PopulationDraft, row) for row in version.populations.select_related("parent")
        ),
        measurements=tuple(
            _read(MeasurementDraft, row)
            for row in version.measurements.select_related("population", "locator")
        ),
        comparisons=tuple(
            _read(ComparisonDraft, row)
            for row in version.comparisons.select_related(
                "population", "locator", "experimental", "control"
            )
        ),
        assertions=tuple(
            _read(
                AssertionDraft,
                row,
                subject=_entity(row, "subject"),
                object=_entity(row, "object"),
            )
            for row in version.assertions.select_related("locator")
        ),
    )


def _write(
    version: EvidenceVersion,
    model: type[Model],
    parts: tuple[Any, ...],
    known: dict[str, Rows] | None = None,
    leave_out: frozenset[str] | set[str] = frozenset(),
) -> Rows:
    """Save the parts in their order; key -> row."""
    return {
        part.key: _row(version, model, part, position, known or {}, leave_out)
        for position, part in enumerate(parts)
    }


def _row(
    version: EvidenceVersion,
    model: type[Model],
    part: Any,
    position: int,
    known: dict[str, Rows],
    leave_out: frozenset[str] | set[str] = frozenset(),
    extra: dict[str, Any] | None = None,
) -> Model:
    """Save one part; `known` resolves the keys it names to rows of this version."""
    values: dict[str, Any] = {"version": version, "position": position, **(extra or {})}
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
    row = model(**values)
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
