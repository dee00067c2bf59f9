"""The shapes of answers: typed dictionaries that are checked by mypy and described in OpenAPI.

A row is built as the dictionary it is sent as, so nothing is serialised twice; the same type gives
the JSON schema, so the document cannot drift from the code.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import (
    Annotated,
    Any,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from django.db.models import Choices

Schema = dict[str, Any]
PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    object: {},
    Any: {},
}


class PartialDateShape(TypedDict):
    """A date known to its year, month or day; "2022-11" stays a month."""

    text: Annotated[str, "As reported: yyyy, yyyy-MM or yyyy-MM-dd."]
    precision: Annotated[str, {"enum": ["year", "month", "day"]}]
    earliest: Annotated[str, "The first possible day, for sorting.", {"format": "date"}]
    type: Annotated[
        str | None,
        "Whether it has happened or is planned.",
        {"enum": ["ACTUAL", "ESTIMATED", None]},
    ]


Day = Annotated[str | None, {"format": "date"}]
Moment = Annotated[str | None, {"format": "date-time"}]


def schema_of(hint: Any, components: dict[str, Schema]) -> Schema:
    """The JSON schema of a type; typed dictionaries become components and are referred to."""
    if get_origin(hint) is Annotated:
        return _annotated(hint, components)
    if is_typeddict(hint):
        return _component(hint, components)
    if get_origin(hint) in (types.UnionType, Union):
        return _optional(hint, components)
    if get_origin(hint) is list:
        return {"type": "array", "items": schema_of(get_args(hint)[0], components)}
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": schema_of(get_args(hint)[1], components)}
    return dict(PLAIN[hint])


def _component(shape: Any, components: dict[str, Schema]) -> Schema:
    name = shape.__name__.removesuffix("Shape")
    if name not in components:
        components[name] = {}  # taken before its fields are read, so that shapes may nest
        properties = {
            key: schema_of(hint, components)
            for key, hint in get_type_hints(shape, include_extras=True).items()
        }
        components[name] = {
            "type": "object",
            "description": " ".join((shape.__doc__ or "").split()),
            "properties": properties,
            "required": list(properties),
        }
    return {"$ref": f"#/components/schemas/{name}"}


def _optional(hint: Any, components: dict[str, Schema]) -> Schema:
    """`X | None`: null means "not reported", or that there is none."""
    inner = schema_of(next(arg for arg in get_args(hint) if arg is not type(None)), components)
    if "type" in inner and isinstance(inner["type"], str):
        return inner | {"type": [inner["type"], "null"]}
    return {"oneOf": [inner, {"type": "null"}]} if inner else {}


def _annotated(hint: Any, components: dict[str, Schema]) -> Schema:
    """A type with a description (text), further schema (dict) or a closed list (Choices)."""
    base, *notes = get_args(hint)
    schema = schema_of(base, components)
    for note in notes:
        if isinstance(note, str):
            schema = schema | {"description": note}
        elif isinstance(note, dict):
            schema = schema | note
        elif isinstance(note, type) and issubclass(note, Choices):
            schema = _with_choices(schema, note)
    return schema


def _with_choices(schema: Schema, choices: type[Choices]) -> Schema:
    """The closed list as an enum, and what each value means as its description."""
    pairs = [(value, label) for value, label in choices.choices if value]
    nullable: list[None] = [None] if "null" in schema.get("type", ()) else []
    meanings = "; ".join(f"`{value}`: {label}" for value, label in pairs)
    lead = f"{schema['description']} " if "description" in schema else ""
    if schema.get("type") == "array":
        items = {"type": "string", "enum": [value for value, _ in pairs]}
        return schema | {"items": items, "description": lead + meanings}
    values = [value for value, _ in pairs]
    return schema | {"enum": [*values, *nullable], "description": lead + meanings}


def page_of(row: Any, components: dict[str, Schema]) -> Schema:
    """The shape of a list: how many there are, where the neighbouring pages are, this page."""
    address: Schema = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "description": "Rows that match, on all pages."},
            "next": address,
            "previous": address,
            "results": {"type": "array", "items": schema_of(row, components)},
        },
        "required": ["count", "next", "previous", "results"],
    }


def columns_of(shape: Any) -> Iterable[tuple[str, Any]]:
    """The fields of a shape, with the bare type of each."""
    for key, hint in get_type_hints(shape).items():
        members = [arg for arg in get_args(hint) if arg is not type(None)]
        is_optional = get_origin(hint) in (types.UnionType, Union)
        yield key, members[0] if is_optional else hint
