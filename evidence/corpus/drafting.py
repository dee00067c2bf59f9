"""An evidence entry as the draft that a curator's form would make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from evidence.corpus.reading import Corpus, Entry
from evidence.drafts import (
    LINKS,
    AssertionDraft,
    ComparisonDraft,
    Draft,
    Entity,
    LocatorDraft,
    MeasurementDraft,
    PopulationDraft,
)

OWN = ("kind", "statement", "level", "direction", "model_system")
NAMED = {
    "source": "sources",
    "regimen": "regimens",
    "pathway": "pathways",
    "donor_cell": "targets",
    "recipient_cell": "targets",
}
ENTITIES = {"target": "targets", "agent": "agents", "pathway": "pathways"}
Resolve = Callable[[str, str], int]


def draft_from(entry: Entry, corpus: Corpus, resolve: Resolve) -> Draft:
    """The draft of an entry whose shape has been checked.

    `resolve` gives the primary key of what is named elsewhere. A part that names no locator or
    population means the first; the item's one trial and one regimen hold for all its numbers.
    """
    data = entry.data
    trial = _only(data, "trials", resolve)
    regimen = _only(data, "regimens", resolve)
    locators = tuple(
        LocatorDraft(
            source_kind=str(corpus.entries["sources"][one["source"]].data["kind"]),
            **_plain(one, resolve),
        )
        for one in data["locators"]
    )
    populations = tuple(
        PopulationDraft(trial=trial, **_plain(one, resolve)) for one in data.get("populations", [])
    )
    first: dict[str, Any] = {
        "trial": trial,
        "locator": locators[0].key if locators else "",
        "population": populations[0].key if populations else "",
    }
    return Draft(
        **{name: data[name] for name in OWN},
        **_links(data, resolve),
        rating=data.get("rating"),
        note=data.get("note", ""),
        locators=locators,
        populations=populations,
        measurements=tuple(
            MeasurementDraft(**{**first, "regimen": regimen, **_plain(one, resolve)})
            for one in data.get("measurements", [])
        ),
        comparisons=tuple(
            ComparisonDraft(**{**first, **_plain(one, resolve)})
            for one in data.get("comparisons", [])
        ),
        assertions=tuple(
            AssertionDraft(**{"locator": first["locator"], **_assertion(one, resolve)})
            for one in data.get("assertions", [])
        ),
    )


def _links(data: Mapping[str, Any], resolve: Resolve) -> dict[str, Any]:
    return {name: tuple(sorted(resolve(name, key) for key in data.get(name, []))) for name in LINKS}


def _only(data: Mapping[str, Any], name: str, resolve: Resolve) -> int | None:
    keys = data.get(name, [])
    return resolve(name, keys[0]) if len(keys) == 1 else None


def _plain(part: Mapping[str, Any], resolve: Resolve) -> dict[str, Any]:
    """The values of a part, numbers exact, names of other entries as primary keys."""
    return {
        name: resolve(NAMED[name], value) if name in NAMED else _exact(name, value)
        for name, value in part.items()
    }


def _exact(name: str, value: Any) -> Any:
    whole = name in ("sentence", "n", "events") or isinstance(value, bool)
    return Decimal(value) if isinstance(value, int) and not whole else value


def _assertion(part: Mapping[str, Any], resolve: Resolve) -> dict[str, Any]:
    ends = ("subject", "object")
    values = _plain({key: value for key, value in part.items() if key not in ends}, resolve)
    for end in ends:
        kind, key = next(iter(part[end].items()))
        values[end] = Entity(kind, resolve(ENTITIES[kind], key))
    return values
