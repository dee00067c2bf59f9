"""What was typed into the form of a statement, as one `Draft`.

The key of a part is the number of its row on the form, until `kept_keys` gives it a lasting one.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.db.models import Model

from evidence.drafts import LINKS, SHAPES, Draft, Entity, free_keys, with_keys
from evidence.services.content import ENTITIES, OWN_FIELDS


def draft_from(form: Any, formsets: list[Any]) -> Draft:
    """What a person typed, as one draft."""
    given = form.cleaned_data
    links: dict[str, Any] = {name: tuple(sorted(row.pk for row in given[name])) for name in LINKS}
    parts: dict[str, Any] = {
        formset.prefix: tuple(_part(formset.prefix, at, one) for at, one in _filled(formset))
        for formset in formsets
        if formset.prefix in SHAPES
    }
    return Draft(**{name: given[name] for name in OWN_FIELDS}, **links, **parts)


def kept_keys(draft: Draft, formsets: list[Any]) -> Draft:
    """The draft with each part under the key it was saved under; new parts get free ones.

    Also free of the keys of parts that somebody else added since the form was opened.
    """
    keys: dict[str, dict[str, str]] = {}
    for formset in formsets:
        if formset.prefix not in SHAPES:
            continue
        saved = {str(at): form.instance.key for at, form in _filled(formset) if form.instance.key}
        new = [str(at) for at, _form in _filled(formset) if str(at) not in saved]
        stored = {row.key for row in formset.get_queryset()}
        taken = frozenset(saved.values()) | stored
        free = free_keys(formset.prefix.removesuffix("s"), len(new), taken)
        keys[formset.prefix] = {**saved, **dict(zip(new, free, strict=True))}
    return with_keys(draft, keys)


def form_of(draft: Draft, part: str, index: int) -> str:
    """The prefix of the form that a part of the draft was typed in."""
    return prefix_of(part, getattr(draft, part)[index].key)


def prefix_of(part: str, row: str) -> str:
    """The prefix of the form of a row, counted from 1."""
    return f"{part}-{int(row) - 1}"


def _filled(formset: Any) -> list[tuple[int, Any]]:
    """The forms with something in them, with their row numbers; those taken out are left out."""
    return [
        (at, form)
        for at, form in enumerate(formset.forms, 1)
        if (form.instance.pk or form.has_changed())
        and form.cleaned_data
        and not form.cleaned_data.get("DELETE")
    ]


def _part(name: str, at: int, form: Any) -> Any:
    shape = SHAPES[name]
    values: dict[str, Any] = {"key": str(at)}
    if name == "locators":
        values["source_kind"] = form.cleaned_data["source"].kind
    if name == "assertions":
        values |= {end: _entity(form.cleaned_data, end) for end in ("subject", "object")}
    for one in fields(shape):
        if one.name not in values and one.name in form.cleaned_data:
            value = form.cleaned_data[one.name]
            values[one.name] = value.pk if isinstance(value, Model) else value
    return shape(**values)


def _entity(given: dict[str, Any], end: str) -> Entity:
    return next(
        Entity(kind, given[f"{end}_{kind}"].pk) for kind in ENTITIES if given.get(f"{end}_{kind}")
    )
