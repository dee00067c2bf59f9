"""A draft as JSON and back: what a saved revision keeps. Pure.

Rows elsewhere are named by their primary key, as in the draft itself; none of them is ever deleted.
A field that this code does not know, from a later form, is refused rather than dropped.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from evidence.drafts import Draft


def draft_as_json(draft: Draft) -> dict[str, Any]:
    """The draft in values that JSON knows; numbers with decimals as text, so that none changes."""
    return {name: _plain(value) for name, value in asdict(draft).items()}


def draft_from_json(content: Mapping[str, Any]) -> Draft:
    """The draft that was written. Raises TypeError for fields that no draft has."""
    made: Draft = _made(Draft, content)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _made(shape: Any, content: Mapping[str, Any]) -> Any:
    hints = get_type_hints(shape)
    known = {one.name for one in fields(shape)}
    if strange := sorted(content.keys() - known):
        raise TypeError(f"A {shape.__name__} has no {', '.join(strange)}.")
    return shape(**{name: _value(hints[name], value) for name, value in content.items()})


def _value(hint: Any, value: Any) -> Any:
    """One value in the type that the draft wants."""
    if value is None:
        return None
    if get_origin(hint) in (types.UnionType, Union):
        hint = next(one for one in get_args(hint) if one is not types.NoneType)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in value)
    if hint is Decimal:
        return Decimal(value)
    return _made(hint, value) if is_dataclass(hint) else value
