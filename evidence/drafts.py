"""What a curator, a form or the corpus wants to say, before it is in the database.

Plain values that know no Django, so that `evidence.rules` can judge them and two of them can be
compared field by field. Rows elsewhere are named by their primary key; parts of the same draft
(a measurement's population, its locator) by the `key` they carry in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatorDraft:
    """Where in which source it was read. `source_kind` is the source's kind, for the level rule."""

    key: str
    source: int
    source_kind: str
    section: str = ""
    sentence: int | None = None
    page: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    figure: str = ""
    registry_outcome: str = ""
    registered_outcome: int | None = None
    url: str = ""
    seen_on: str = ""
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationDraft:
    """Who the numbers are about. `parent` is the key of the population it is a subgroup of."""

    key: str
    label: str
    scope: str
    setting: str
    parent: str = ""
    n: int | None = None
    disease_status: str = ""
    line: str = ""
    minimum_age_years: Decimal | None = None
    maximum_age_years: Decimal | None = None
    biomarker: str = ""
    analysis_set: str = ""
    trial: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementDraft:
    """One arm, one endpoint, one estimator, one time."""

    key: str
    population: str
    locator: str
    endpoint: str
    estimator: str
    unit: str
    state: str = "REPORTED"
    trial: int | None = None
    arm: int | None = None
    arm_label: str = ""
    regimen: int | None = None
    endpoint_name: str = ""
    endpoint_definition: str = ""
    time_point: Decimal | None = None
    time_point_unit: str = ""
    state_note: str = ""
    value_raw: str = ""
    value: Decimal | None = None
    value_modifier: str = ""
    value_to: Decimal | None = None
    unit_raw: str = ""
    events: int | None = None
    n: int | None = None
    ci_raw: str = ""
    ci_level: Decimal | None = None
    ci_sides: str = ""
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    ci_low_state: str = ""
    ci_high_state: str = ""
    threshold_raw: str = ""
    threshold: Decimal | None = None
    threshold_met: bool | None = None
    data_cutoff_date: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonDraft:
    """Two groups against each other; `experimental` and `control` are keys of measurements."""

    key: str
    population: str
    locator: str
    endpoint: str
    measure: str
    experimental_label: str
    control_label: str
    state: str = "REPORTED"
    trial: int | None = None
    endpoint_name: str = ""
    experimental: str = ""
    control: str = ""
    comparative_by_design: bool | None = None
    value_raw: str = ""
    value: Decimal | None = None
    ci_raw: str = ""
    ci_level: Decimal | None = None
    ci_sides: str = ""
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    ci_low_state: str = ""
    ci_high_state: str = ""
    p_raw: str = ""
    p_value: Decimal | None = None
    p_modifier: str = ""
    p_sides: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """One end of an arrow: `kind` is target, agent or pathway."""

    kind: str
    pk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionDraft:
    """One arrow of a mechanism."""

    key: str
    locator: str
    subject: Entity
    relation: str
    object: Entity
    model_system: str
    pathway: int | None = None
    is_negated: bool = False
    carried_by_exosome: bool | None = None
    donor_cell: int | None = None
    recipient_cell: int | None = None
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One version of an item, whole."""

    kind: str
    statement: str
    level: str
    direction: str
    model_system: str
    rating: int | None = None
    note: str = ""
    trials: tuple[int, ...] = ()
    regimens: tuple[int, ...] = ()
    agents: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    pathways: tuple[int, ...] = ()
    therapy_classes: tuple[int, ...] = ()
    locators: tuple[LocatorDraft, ...] = ()
    populations: tuple[PopulationDraft, ...] = ()
    measurements: tuple[MeasurementDraft, ...] = ()
    comparisons: tuple[ComparisonDraft, ...] = ()
    assertions: tuple[AssertionDraft, ...] = ()


LINKS = ("trials", "regimens", "agents", "targets", "pathways", "therapy_classes")
PARTS = ("locators", "populations", "measurements", "comparisons", "assertions")
SHAPES: Mapping[str, type[Any]] = {
    "locators": LocatorDraft,
    "populations": PopulationDraft,
    "measurements": MeasurementDraft,
    "comparisons": ComparisonDraft,
    "assertions": AssertionDraft,
}
REFERS = {
    "populations": {"parent": "populations"},
    "measurements": {"population": "populations", "locator": "locators"},
    "comparisons": {
        "population": "populations",
        "locator": "locators",
        "experimental": "measurements",
        "control": "measurements",
    },
    "assertions": {"locator": "locators"},
}  # which value of a part names a part of which kind


def with_keys(draft: Draft, keys: Mapping[str, Mapping[str, str]]) -> Draft:
    """The draft with other keys: kind of part -> key in it -> key to have; others stay."""

    def renamed(part: str, key: str) -> str:
        return keys.get(part, {}).get(key, key)

    parts: dict[str, Any] = {
        part: tuple(
            replace(
                one,
                key=renamed(part, one.key),
                **{
                    name: renamed(other, getattr(one, name))
                    for name, other in REFERS.get(part, {}).items()
                },
            )
            for one in getattr(draft, part)
        )
        for part in PARTS
    }
    return replace(draft, **parts)


def free_keys(wanted: str, count: int, taken: frozenset[str]) -> list[str]:
    """The first `count` keys such as "measurement-1" that are not taken yet."""
    found: list[str] = []
    at = 1
    while len(found) < count:
        key = f"{wanted}-{at}"
        if key not in taken:
            found.append(key)
        at += 1
    return found
