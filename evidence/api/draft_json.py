"""A draft out of the JSON that a program sends, and back into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from evidence.api.draft_names import NAMED, Names, Resolver, entity_name, names_of
from evidence.api.draft_specs import DRAFT, PARTS, Exact, stored_number
from evidence.corpus.drafting import ENTITIES
from evidence.corpus.reading import ValuePath
from evidence.corpus.specs import Shape
from evidence.drafts import LINKS, SHAPES, Draft, Entity
from evidence.models import Source
from osteodb.core.api.errors import InvalidBody
from osteodb.core.filter_values import UnknownTerm
from osteodb.core.numbers import plain_number

LONGEST = 400  # of a sentence, which may repeat what was sent
MOST = 200  # sentences in one answer
ENDS = ("subject", "object")


def path_text(path: ValuePath) -> str:
    """Where in a body: `measurements[0].value`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{str(part)[:80]}"
    return text.removeprefix(".")


def read_shape(spec: Shape, data: Any) -> dict[str, Any]:
    """What was sent, checked; what is null or empty is left out. Raises InvalidBody."""
    given = _given(data)
    raise_found(spec.check(given, (), {}))
    checked: dict[str, Any] = given
    return checked


def raise_found(found: Iterable[tuple[ValuePath, str]]) -> None:
    """Raise InvalidBody where something was found; each sentence says its place."""
    places: list[tuple[str | None, str]] = [
        (path_text(path) or None, f"{path_text(path) or 'The body'}: {message[:LONGEST]}")
        for path, message in found
    ]
    if places:
        raise InvalidBody(places[:MOST])


def read_draft(data: Any) -> Draft:
    """The draft that was sent. Raises InvalidBody with everything wrong about it."""
    given = read_shape(DRAFT, data)
    reader = _Reader()
    links: dict[str, Any] = {kind: reader.rows(kind, given.get(kind, [])) for kind in LINKS}
    parts = {
        name: tuple(
            reader.part(name, one, (name, index)) for index, one in enumerate(given.get(name, []))
        )
        for name in PARTS
    }
    raise_found(reader.found)
    own: dict[str, Any] = {
        name: given.get(name, "" if name == "note" else None)
        for name in DRAFT.fields
        if name not in LINKS and name not in PARTS
    }
    return Draft(**own, **links, **_with_kinds(parts))


class _Reader:
    """Reads the parts of one draft, and collects what it finds wrong."""

    def __init__(self) -> None:
        self.resolver = Resolver()
        self.found: list[tuple[ValuePath, str]] = []

    def rows(self, kind: str, words: list[str]) -> tuple[int, ...]:
        """What a draft is about."""
        pks = [self.row(kind, word, (kind, index)) for index, word in enumerate(words)]
        return tuple(sorted({pk for pk in pks if pk is not None}))

    def row(self, kind: str, word: str, path: ValuePath) -> int | None:
        """One row that is named."""
        return self._tried(path, lambda: self.resolver.find(kind, word))

    def part(self, name: str, given: dict[str, Any], path: ValuePath) -> Any:
        """A locator, population, measurement, comparison or assertion."""
        values: dict[str, Any] = {}
        specs = PARTS[name].fields
        for key, value in given.items():
            if key in ENDS:
                values[key] = self._entity(value, (*path, key))
            elif key in NAMED and key != "arm":
                values[key] = self.row(NAMED[key], value, (*path, key))
            elif isinstance(specs[key], Exact):
                values[key] = stored_number(value)
            else:
                values[key] = value
        if "arm" in given:
            trial = values.get("trial")
            values["arm"] = self._tried(
                (*path, "arm"), lambda: self.resolver.arm(trial, given["arm"])
            )
        if outcome := given.get("registered_outcome"):
            where = (*path, "registered_outcome")
            values["registered_outcome"] = self._tried(
                where, lambda: self.resolver.outcome(outcome)
            )
        if name == "locators":
            values["source_kind"] = ""  # follows when all sources are known
        return None if self.found else SHAPES[name](**values)

    def _entity(self, given: dict[str, str], path: ValuePath) -> Entity | None:
        if len(given) != 1:
            self.found.append((path, "give one: target, agent or pathway."))
            return None
        [(kind, word)] = given.items()
        pk = self.row(ENTITIES[kind], word, (*path, kind))
        return None if pk is None else Entity(kind, pk)

    def _tried(self, path: ValuePath, look_up: Any) -> int | None:
        try:
            pk: int = look_up()
        except UnknownTerm as unknown:
            self.found.append((path, unknown.message))
            return None
        return pk


def _with_kinds(parts: dict[str, Any]) -> dict[str, Any]:
    """The locators with the kinds of their sources, which the rule on levels asks for."""
    sources = {one.source for one in parts["locators"]}
    kinds = dict(Source.objects.filter(pk__in=sources).values_list("pk", "kind"))
    located = tuple(replace(one, source_kind=kinds[one.source]) for one in parts["locators"])
    return {**parts, "locators": located}


def _given(value: Any) -> Any:
    """Objects without what is null or empty: it is not given."""
    if isinstance(value, dict):
        return {key: _given(one) for key, one in value.items() if one is not None and one != ""}
    return [_given(one) for one in value] if isinstance(value, list) else value


def draft_json(draft: Draft) -> dict[str, Any]:
    """The draft as a program may send it back; null where nothing is given."""
    names = names_of(draft)
    own = {name: getattr(draft, name) for name in DRAFT.fields if name not in (*LINKS, *PARTS)}
    links = {kind: [names[kind][pk] for pk in getattr(draft, kind)] for kind in LINKS}
    parts = {name: [_part_json(name, one, names) for one in getattr(draft, name)] for name in PARTS}
    return {**own, "note": draft.note or None, **links, **parts}


def _part_json(name: str, part: Any, names: Names) -> dict[str, Any]:
    kept = {one.name for one in fields(part)}
    found: dict[str, Any] = {}
    for key in PARTS[name].fields:
        value = getattr(part, key) if key in kept else None
        if isinstance(value, Entity):
            found[key] = entity_name(value, names)
        elif key in NAMED:
            found[key] = None if value is None else names[NAMED[key]][value]
        else:
            found[key] = number_json(value) if isinstance(value, Decimal) else value
            found[key] = None if found[key] == "" else found[key]
    return found


def number_json(value: Decimal) -> float | str:
    """A number as JSON's where that says exactly the same, else its digits as text."""
    near = float(value)
    return near if Decimal(repr(near)) == value else plain_number(value)
