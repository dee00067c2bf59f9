"""What a draft looks like as JSON: checked strictly, and described in the API's document.

The same small checks that read the corpus read this; a value that is not given may be left out, be
null or be empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from evidence.corpus.reading import ValuePath
from evidence.corpus.shapes.common import one_of
from evidence.corpus.specs import (
    Choice,
    Date,
    Found,
    Known,
    Many,
    Shape,
    Spec,
    Text,
    Whole,
    YesNo,
)
from evidence.drafts import LINKS
from evidence.models import (
    Direction,
    EffectMeasure,
    Endpoint,
    Estimator,
    EvidenceKind,
    EvidenceLevel,
    ModelSystem,
    Relation,
    Scope,
    Setting,
    Unit,
    ValueModifier,
    ValueState,
)
from evidence.models.numbers import TIME_UNITS, PModifier, Sides
from osteodb.core.filter_values import LARGEST_NUMBER, did_you_mean

PLAIN_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)
MOST_PARTS = 500
MOST_LINKS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Shape):
    """An object with named values; one that is missing is named with its own place."""

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, dict):
            yield path, "give an object."
            return
        for name, given in value.items():
            if name not in self.fields:
                yield (
                    (*path, name),
                    f"there is no value of this name.{did_you_mean(name, self.fields)}",
                )
            else:
                yield from self.fields[name].check(given, (*path, name), known)
        for name, spec in self.fields.items():
            if spec.required and name not in value:
                yield (*path, name), "is missing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Whole):
    """A whole number that the database's integers hold."""

    largest: int = LARGEST_NUMBER

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= self.largest:
            yield path, f"give a whole number from 0 to {self.largest}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact(Spec):
    """A number, or its text where a program's numbers are not exact enough."""

    whole: int = 10
    places: int = 6

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if exact_number(value) is None:
            yield path, "give a number, or its digits as text, such as 50.9."
        elif not self._fits(value):
            yield (
                path,
                (f"give at most {self.whole} digits before the point and {self.places} behind it."),
            )

    def _fits(self, value: Any) -> bool:
        number = Decimal(value)
        if not number:
            return True
        digits, exponent = number.as_tuple().digits, int(number.as_tuple().exponent)
        shown = "".join(map(str, digits)).rstrip("0")
        places = -exponent - (len(digits) - len(shown))
        return places <= self.places and len(digits) + exponent <= self.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Text):
    """A web address."""

    longest: int = 500

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        found = list(Text(longest=self.longest).check(value, path, known))
        if not found:
            try:
                URLValidator()(value)
            except ValidationError:
                found = [(path, "give a web address such as https://example.org/page.")]
        yield from found


def exact_number(value: Any) -> Decimal | None:
    """The number as it was sent; None for what is none."""
    if isinstance(value, str) and PLAIN_NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if number.is_finite() else None


def stored_number(value: Any) -> Decimal:
    """A number that was checked, without zeros that say nothing."""
    return Decimal(f"{Decimal(value).normalize():f}")


KEY = Text(required=True, longest=80)
PART_KEY = Text(longest=80)
NEEDED_PART = Text(required=True, longest=80)
NAME = Text(longest=200)
NAMES = Many(item=NAME, most=MOST_LINKS, is_set=True)
LONG = Text(longest=10_000)

LOCATOR = Form(
    fields={
        "key": KEY,
        "source": Text(required=True, longest=300),
        "section": Text(longest=120),
        "sentence": Count(largest=32_767),
        "page": Text(longest=40),
        "table": Text(longest=120),
        "row": Text(longest=120),
        "column": Text(longest=120),
        "figure": Text(longest=120),
        "registry_outcome": Text(longest=200),
        "registered_outcome": Count(),
        "url": Address(),
        "seen_on": Date(),
        "reference": Text(longest=60),
        "note": Text(longest=300),
    }
)
POPULATION = Form(
    fields={
        "key": KEY,
        "label": Text(required=True, longest=200),
        "scope": one_of(Scope, required=True),
        "setting": one_of(Setting, required=True),
        "parent": PART_KEY,
        "n": Count(),
        "disease_status": Text(longest=200),
        "line": Text(longest=60),
        "minimum_age_years": Exact(whole=4, places=2),
        "maximum_age_years": Exact(whole=4, places=2),
        "biomarker": Text(longest=120),
        "analysis_set": Text(longest=120),
        "trial": NAME,
    }
)
INTERVAL: Mapping[str, Spec] = {
    "ci_raw": Text(longest=120),
    "ci_level": Exact(),
    "ci_sides": one_of(Sides),
    "ci_low": Exact(),
    "ci_high": Exact(),
    "ci_low_state": one_of(ValueState),
    "ci_high_state": one_of(ValueState),
}
MEASUREMENT = Form(
    fields={
        "key": KEY,
        "population": NEEDED_PART,
        "locator": NEEDED_PART,
        "endpoint": one_of(Endpoint, required=True),
        "estimator": one_of(Estimator, required=True),
        "unit": one_of(Unit, required=True),
        "state": one_of(ValueState),
        "trial": NAME,
        "arm": Text(longest=400),
        "arm_label": Text(longest=200),
        "regimen": NAME,
        "endpoint_name": Text(longest=200),
        "endpoint_definition": LONG,
        "time_point": Exact(),
        "time_point_unit": Choice(values=TIME_UNITS),
        "state_note": Text(longest=300),
        "value_raw": Text(longest=120),
        "value": Exact(),
        "value_modifier": one_of(ValueModifier),
        "value_to": Exact(),
        "unit_raw": Text(longest=60),
        "events": Count(),
        "n": Count(),
        **INTERVAL,
        "threshold_raw": Text(longest=200),
        "threshold": Exact(),
        "threshold_met": YesNo(),
        "data_cutoff_date": Date(),
        "note": Text(longest=400),
    }
)
COMPARISON = Form(
    fields={
        "key": KEY,
        "population": NEEDED_PART,
        "locator": NEEDED_PART,
        "endpoint": one_of(Endpoint, required=True),
        "measure": one_of(EffectMeasure, required=True),
        "experimental_label": Text(required=True, longest=200),
        "control_label": Text(required=True, longest=200),
        "state": one_of(ValueState),
        "trial": NAME,
        "endpoint_name": Text(longest=200),
        "experimental": PART_KEY,
        "control": PART_KEY,
        "comparative_by_design": YesNo(),
        "value_raw": Text(longest=120),
        "value": Exact(),
        **INTERVAL,
        "p_raw": Text(longest=60),
        "p_value": Exact(whole=2, places=12),
        "p_modifier": one_of(PModifier),
        "p_sides": one_of(Sides),
        "note": Text(longest=400),
    }
)
ENTITY = Form(fields={"target": NAME, "agent": NAME, "pathway": NAME}, required=True)
ASSERTION = Form(
    fields={
        "key": KEY,
        "locator": NEEDED_PART,
        "subject": ENTITY,
        "relation": one_of(Relation, required=True),
        "object": ENTITY,
        "model_system": one_of(ModelSystem, required=True),
        "pathway": NAME,
        "is_negated": YesNo(),
        "carried_by_exosome": YesNo(),
        "donor_cell": NAME,
        "recipient_cell": NAME,
        "context": Text(longest=300),
    }
)
PARTS: Mapping[str, Shape] = {
    "locators": LOCATOR,
    "populations": POPULATION,
    "measurements": MEASUREMENT,
    "comparisons": COMPARISON,
    "assertions": ASSERTION,
}
DRAFT = Form(
    fields={
        "kind": one_of(EvidenceKind, required=True),
        "statement": Text(required=True, longest=10_000),
        "level": one_of(EvidenceLevel, required=True),
        "direction": one_of(Direction, required=True),
        "model_system": one_of(ModelSystem, required=True),
        "rating": Count(largest=5),
        "note": LONG,
        **dict.fromkeys(LINKS, NAMES),
        **{name: Many(item=shape, most=MOST_PARTS) for name, shape in PARTS.items()},
    }
)
DESCRIPTIONS: Mapping[str, str] = {
    "source": "Slug, PMID, PMCID or DOI.",
    "trial": "Public id or any number.",
    "trials": "Public ids or any numbers.",
    "arm": "The label of an arm of that trial, as registered.",
    "registered_outcome": "The id of a registered outcome.",
    "population": "The key of a population of this draft.",
    "locator": "The key of a locator of this draft.",
    "parent": "The key of the population it is a subgroup of; that one stands before it.",
    "experimental": "The key of a measurement of this draft.",
    "control": "The key of a measurement of this draft.",
    "key": "Its name within the draft. What was said about a number stays with its key.",
    "regimens": "Slugs.",
    "agents": "Slugs, or any names.",
    "targets": "Slugs, symbols, or names that mean one.",
    "pathways": "Slugs, or any names.",
    "therapy_classes": "Slugs, or names.",
}


def draft_schema(spec: Spec = DRAFT, *, name: str = "") -> dict[str, Any]:
    """The JSON schema of what is checked here."""
    schema = _plain_schema(spec)
    if name in DESCRIPTIONS:
        schema["description"] = DESCRIPTIONS[name]
    return schema if spec.required or isinstance(spec, Shape) else _or_null(schema)


def _plain_schema(spec: Spec) -> dict[str, Any]:
    if isinstance(spec, Shape):
        return _object_schema(spec)
    if isinstance(spec, Many):
        item = draft_schema(spec.item)
        if not isinstance(spec.item, Shape):
            item["type"] = "string"
        return {"type": "array", "maxItems": spec.most, "items": item}
    if isinstance(spec, Choice):
        return {"type": "string", "enum": list(spec.values)}
    if isinstance(spec, Count):
        return {"type": "integer", "minimum": 0, "maximum": spec.largest}
    if isinstance(spec, Exact):
        return {"type": ["number", "string"]}
    if isinstance(spec, YesNo):
        return {"type": "boolean"}
    return {"type": "string", **({"maxLength": spec.longest} if isinstance(spec, Text) else {})}


def _object_schema(spec: Shape) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: draft_schema(one, name=name) for name, one in spec.fields.items()},
        "required": [name for name, one in spec.fields.items() if one.required],
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """null means that it is not given."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    choices = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return schema | {"type": [*types, "null"]} | choices
