"""What differs between two versions, in words: labels of fields, names of rows, "yes" and "no"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from evidence.differences import PartDifference, differences
from evidence.drafts import Entity
from evidence.models import (
    Comparison,
    EvidenceVersion,
    Locator,
    Measurement,
    MechanismAssertion,
    Population,
)
from evidence.services.content import draft_of
from osteodb.core.numbers import plain_number
from therapies.models import Agent, Pathway, Target

NOTHING = "—"
MODELS: Mapping[str, type[Model]] = {
    "": EvidenceVersion,
    "locators": Locator,
    "populations": Population,
    "measurements": Measurement,
    "comparisons": Comparison,
    "assertions": MechanismAssertion,
}
SINGULAR = {part: part.removesuffix("s") for part in MODELS}
ENTITIES: Mapping[str, type[Model]] = {"target": Target, "agent": Agent, "pathway": Pathway}
DERIVED = frozenset({"source_kind"})  # follows from another field


@dataclass(frozen=True, slots=True)
class FieldWords:
    """One field: its label, what it was and what it became, and whether that is the same."""

    label: str
    old: str
    new: str
    differs: bool = True


@dataclass(frozen=True, slots=True)
class PartWords:
    """A part: "measurement orr" and what became of it (a `Change`, or SAME)."""

    title: str
    change: str
    fields: list[FieldWords]


def differences_in_words(old: EvidenceVersion, new: EvidenceVersion) -> list[PartWords]:
    """What differs between two versions. One query for each kind of row that is named."""
    return in_words(differences(draft_of(old), draft_of(new)))


def in_words(found: list[PartDifference]) -> list[PartWords]:
    """These differences in words. One query for each kind of row that is named."""
    names = _names(found)
    return [_part(one, names) for one in found]


Names = Mapping[type[Model], Mapping[int, str]]


def _part(one: PartDifference, names: Names) -> PartWords:
    model = MODELS[one.part]
    lines = [
        FieldWords(
            _label(model, each.name),
            _words(model, each.name, each.old, names),
            _words(model, each.name, each.new, names),
            each.differs,
        )
        for each in one.fields
        if each.name not in DERIVED
    ]
    title = f"{SINGULAR[one.part]} {one.key}" if one.part else "statement"
    return PartWords(title, one.change, lines)


def _label(model: type[Model], name: str) -> str:
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name.replace("_", " ")


def _related(model: type[Model], name: str) -> type[Model] | None:
    """The model that a field of a version or part names by its primary key."""
    try:
        related = model._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None
    inside = set(MODELS.values())  # a part of the same version is named by its key
    return related if isinstance(related, type) and related not in inside else None


def _words(model: type[Model], name: str, value: Any, names: Names) -> str:
    if value is None or value in ("", ()):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Entity):
        return names[ENTITIES[value.kind]].get(value.pk, NOTHING)
    if related := _related(model, name):
        pks = value if isinstance(value, tuple) else (value,)
        return ", ".join(sorted(names[related].get(pk, NOTHING) for pk in pks))
    if isinstance(value, Decimal):
        return plain_number(value)
    choices: Any = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value))


def _names(found: Iterable[PartDifference]) -> Names:
    """The names of all rows that the differences point to."""
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for one in found:
        for each in one.fields:
            for value in (each.old, each.new):
                if isinstance(value, Entity):
                    wanted[ENTITIES[value.kind]].add(value.pk)
                elif value is not None and (related := _related(MODELS[one.part], each.name)):
                    wanted[related].update(value if isinstance(value, tuple) else (value,))
    return {
        model: {row.pk: str(row) for row in model._default_manager.filter(pk__in=pks)}
        for model, pks in wanted.items()
    }
