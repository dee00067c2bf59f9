"""What a value of a corpus file may be: small checks that name everything wrong at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evidence.corpus.reading import ValuePath
from osteodb.core.partial_dates import PartialDate

Known = Mapping[str, Collection[str]]
Found = Iterator[tuple[ValuePath, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Any value; a subclass says which. `default` is what is meant where none is given."""

    required: bool = False
    default: Any = None

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        """Everything wrong with `value`; `known` holds the keys that others may name."""
        raise NotImplementedError

    def canonical(self, value: Any) -> Any:
        """The one way to write `value`, whose shape has been checked."""
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Spec):
    """Words, not empty."""

    longest: int = 10_000

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, str) or not value.strip():
            yield path, "give words (a number or date in quotes)."
        elif len(value) > self.longest:
            yield path, f"is longer than {self.longest} characters."


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(Spec):
    """A date known to the year, the month or the day, in quotes."""

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        try:
            PartialDate.parse(value if isinstance(value, str) else "")
        except ValueError:
            yield path, f"“{value}” is no date: give yyyy, yyyy-MM or yyyy-MM-dd in quotes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Spec):
    """A whole number, not negative."""

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            yield path, f"“{value}” is no whole number."


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Spec):
    """An exact number."""

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            yield path, f"“{value}” is no number."

    def canonical(self, value: Any) -> Any:
        """Without zeros at the end: how a number is printed stands in its raw text."""
        exact = Decimal(value)
        whole = exact.to_integral_value()
        return int(whole) if exact == whole else exact.normalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Spec):
    """true or false."""

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, bool):
            yield path, "give true or false."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Spec):
    """One of a closed list."""

    values: Collection[str]

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if value not in self.values:
            yield path, f"“{value}” is none of {', '.join(self.values)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref(Spec):
    """The key of an entry elsewhere."""

    kind: str

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if value not in known[self.kind]:
            yield path, f"there is no “{value}” among the {self.kind.replace('_', ' ')}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(Spec):
    """A list whose values are all alike; of a set, the order says nothing."""

    item: Spec
    least: int = 0
    most: int = 10_000
    is_set: bool = False

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, list):
            yield path, "give a list."
            return
        if not self.least <= len(value) <= self.most:
            yield path, f"give at least {self.least} of these, and at most {self.most}."
        for index, one in enumerate(value):
            yield from self.item.check(one, (*path, index), known)

    def canonical(self, value: Any) -> Any:
        """A set in alphabetical order and each once, another list in its own."""
        found = [self.item.canonical(one) for one in value]
        return sorted(set(found)) if self.is_set else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape(Spec):
    """A mapping with named values."""

    fields: Mapping[str, Spec]

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, dict):
            yield path, "give a mapping."
            return
        for name, given in value.items():
            if name not in self.fields:
                yield (*path, name), f"there is no value called “{name}” here."
            else:
                yield from self.fields[name].check(given, (*path, name), known)
        for name, spec in self.fields.items():
            if spec.required and name not in value:
                yield path, f"“{name}” is missing."

    def canonical(self, value: Any) -> Any:
        """Values in the order of the fields; what says nothing is left out."""
        found = {
            name: spec.canonical(value[name]) for name, spec in self.fields.items() if name in value
        }
        return {
            name: one
            for name, one in found.items()
            if self.fields[name].required or one not in (self.fields[name].default, [], {})
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(Spec):
    """A mapping from free names to words."""

    def check(self, value: Any, path: ValuePath, known: Known) -> Found:
        if not isinstance(value, dict):
            yield path, "give a mapping."
            return
        for name, given in value.items():
            yield from Text().check(given, (*path, name), known)

    def canonical(self, value: Any) -> Any:
        """In alphabetical order."""
        return dict(sorted(value.items()))
