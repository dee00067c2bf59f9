"""The one way to write an entry: two that say the same look the same.

Values stand in the order of the shapes, numbers without zeros at the end, sets in alphabetical
order. What would be meant anyway is left out: a default, an empty list, the first locator and
population of a statement for its numbers and arrows, its one regimen for its measurements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from evidence.corpus.reading import Corpus, Entry
from evidence.corpus.shapes import SHAPES
from evidence.corpus.shapes.therapies import AGENT_SCHEMES

Data = dict[str, Any]


def canonical_corpus(corpus: Corpus) -> Corpus:
    """Every entry in its canonical form, in the same order. For a corpus without problems."""
    entries = {
        kind: {key: canonical_entry(entry) for key, entry in known.items()}
        for kind, known in corpus.entries.items()
    }
    return Corpus(entries)


def canonical_entry(entry: Entry) -> Entry:
    """The entry, saying the same in its canonical form."""
    return replace(entry, data=canonical_data(entry.kind, entry.data))


def canonical_data(kind: str, data: Data) -> Data:
    """What an entry of this kind says, in its canonical form; its shape has been checked."""
    settle = SETTLE.get(kind)
    return SHAPES[kind].canonical(settle(data) if settle else data)  # type: ignore[no-any-return]


def _source(data: Data) -> Data:
    """A source seen at one address only has that as its address; its links say nothing by order."""
    links = sorted(data.get("links", []), key=lambda one: (one["kind"], one["to"]))
    seen = data.get("seen", [])
    moved = {} if "url" in data or not seen else {"url": seen[0], "seen": seen[1:]}
    return {**data, **moved, "links": links}


def _agent(data: Data) -> Data:
    given = data.get("identifiers", [])
    in_order = sorted(given, key=lambda one: AGENT_SCHEMES.index(one["scheme"]))
    return {**data, "identifiers": in_order}


def _statement(data: Data) -> Data:
    meant = {
        name: data[part][0]["key"]
        for name, part in (("locator", "locators"), ("population", "populations"))
        if data.get(part)
    }
    regimens = data.get("regimens", [])
    only = {"regimen": regimens[0]} if len(set(regimens)) == 1 else {}
    settled = {
        part: [_without(one, given) for one in data[part]]
        for part, given in (
            ("measurements", {**meant, **only}),
            ("comparisons", meant),
            ("assertions", meant),
        )
        if part in data
    }
    return {**data, **settled}


def _discrepancy(data: Data) -> Data:
    return {**data, "sides": [_side(one) for one in data["sides"]]}


def _side(side: Data) -> Data:
    """A side that stands on a number of a statement stands on that statement."""
    number = side.get("measurement") or side.get("comparison")
    of = number.split("/")[0] if number else ""
    return _without(side, {"version": of})


def _without(data: Data, meant: Mapping[str, Any]) -> Data:
    return {
        name: value for name, value in data.items() if name not in meant or value != meant[name]
    }


SETTLE: Mapping[str, Callable[[Data], Data]] = {
    "sources": _source,
    "agents": _agent,
    "evidence": _statement,
    "discrepancies": _discrepancy,
}
