"""Parts that several rows of evidence have: source, locator, population, interval, dispute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evidence.api.shapes import (
    DisputeShape,
    EvidenceRefShape,
    FindingShape,
    IntervalShape,
    LocatorShape,
    MeasuredShape,
    PopulationShape,
    SourceRefShape,
    ValueShape,
)
from evidence.models import DiscrepancySide, DiscrepancyState, Finding, Locator, Source
from osteodb.core.api.values import address, grouped, known, number
from therapies.api.rows import regimen_ref
from therapies.api.shapes import RegimenRefShape
from trials.api.rows import INCLUSION_COLUMNS, is_visible, shown_trial_columns, shown_trial_ref
from trials.api.shapes import TrialRefShape

Values = Mapping[str, Any]
POPULATION = (
    *("label", "n", "scope", "setting", "disease_status", "line"),
    *("minimum_age_years", "maximum_age_years", "biomarker", "analysis_set"),
)
NUMBER_COLUMNS = (
    *("pk", "endpoint", "endpoint_name", "state", "value_raw", "value", "note"),
    *("ci_raw", "ci_level", "ci_sides", "ci_low", "ci_high", "ci_low_state", "ci_high_state"),
    "locator_id",
    *(f"population__{name}" for name in POPULATION),
    *shown_trial_columns(),
    *INCLUSION_COLUMNS,
    *("version__item__public_id", "version__number", "version__kind"),
    *("version__level", "version__model_system"),
)


def source_ref(source: Source, site: str) -> SourceRefShape:
    """A source in short."""
    return {
        "slug": source.slug,
        "name": source.short_name,
        "url": address(site, "sources", source.slug),
        "kind": source.kind,
        "pmid": known(source.pmid),
        "doi": known(source.doi),
        "retraction": source.retraction,
    }


def locator_shape(locator: Locator) -> LocatorShape:
    """Where in its source."""
    return {
        "place": locator.place,
        "section": known(locator.section),
        "sentence": locator.sentence,
        "page": known(locator.page),
        "table": known(locator.table),
        "row": known(locator.row),
        "column": known(locator.column),
        "figure": known(locator.figure),
        "registry_outcome": known(locator.registry_outcome),
        "url": known(locator.url),
        "seen_on": known(locator.seen_on),
        "note": known(locator.note),
    }


def locators_by_id(ids: Iterable[int]) -> dict[int, Locator]:
    """Locators with their sources: one query."""
    return Locator.objects.select_related("source").in_bulk(set(ids))


def population_shape(row: Values) -> PopulationShape:
    """Who a number is about."""
    return {
        "label": row["population__label"],
        "n": row["population__n"],
        "scope": row["population__scope"],
        "setting": row["population__setting"],
        "disease_status": known(row["population__disease_status"]),
        "line": known(row["population__line"]),
        "minimum_age_years": number(row["population__minimum_age_years"]),
        "maximum_age_years": number(row["population__maximum_age_years"]),
        "biomarker": known(row["population__biomarker"]),
        "analysis_set": known(row["population__analysis_set"]),
    }


def value_shape(row: Values) -> ValueShape:
    """A number as printed and as a number."""
    return {"printed": known(row["value_raw"]), "number": number(row["value"])}


def measured_shape(row: Values) -> MeasuredShape:
    """A measured number, in months too where it is a length of time."""
    return {**value_shape(row), "months": number(row["value_months"])}


def interval_shape(row: Values) -> IntervalShape | None:
    """The interval, or null where none is given."""
    if not row["ci_raw"] and row["ci_low"] is None and row["ci_high"] is None:
        return None
    return {
        "printed": known(row["ci_raw"]),
        "level": number(row["ci_level"]),
        "sides": known(row["ci_sides"]),
        "low": number(row["ci_low"]),
        "high": number(row["ci_high"]),
        "low_state": known(row["ci_low_state"]),
        "high_state": known(row["ci_high_state"]),
    }


def evidence_ref(row: Values, site: str) -> EvidenceRefShape:
    """The statement a number belongs to."""
    public_id = row["version__item__public_id"]
    return {
        "public_id": public_id,
        "url": address(site, "evidence", public_id),
        "version": row["version__number"],
        "kind": row["version__kind"],
        "level": row["version__level"],
        "model_system": row["version__model_system"],
    }


def visible_trial(row: Values, site: str) -> TrialRefShape | None:
    """The trial of a number, where there is one that readers may see."""
    if not row["trial__public_id"] or not is_visible(row):
        return None
    return shown_trial_ref(row, site)


def regimen_of(row: Values, site: str) -> RegimenRefShape | None:
    """The regimen of a number, where it is known."""
    if row["regimen__slug"] is None:
        return None
    return regimen_ref(row["regimen__slug"], row["regimen__name"], site)


def disputes(column: str, ids: Iterable[int], site: str) -> dict[Any, list[DisputeShape]]:
    """The discrepancies each number is a side of: one query."""
    found = (
        DiscrepancySide.objects.filter(**{f"{column}__in": list(ids)})
        .order_by("discrepancy__slug", "position")
        .values(
            *(f"{column}_id", "is_disputed", "discrepancy__slug"),
            *("discrepancy__title", "discrepancy__state"),
        )
    )
    return {
        key: [
            {
                "slug": row["discrepancy__slug"],
                "title": row["discrepancy__title"],
                "url": address(site, "discrepancies", row["discrepancy__slug"]),
                "state": row["discrepancy__state"],
                "is_disputed": row["is_disputed"],
            }
            for row in rows
        ]
        for key, rows in grouped(found, f"{column}_id").items()
    }


def findings(column: str, ids: Iterable[int]) -> dict[Any, list[FindingShape]]:
    """What the arithmetic says about each number, the heaviest first: one query."""
    found = Finding.objects.filter(**{f"{column}__in": list(ids)}).order_by("weight", "check_name")
    rows: dict[Any, list[FindingShape]] = {}
    for one in found:
        rows.setdefault(getattr(one, f"{column}_id"), []).append(
            {
                "check": one.check_name,
                "weight": one.weight,
                "says": one.says,
                "printed": one.printed,
                "expected": one.expected,
                "difference": known(one.difference),
                "innocent": one.innocent,
            }
        )
    return rows


def is_in_doubt(sides: Iterable[DisputeShape]) -> bool:
    """Whether any open discrepancy names this number as its doubtful side."""
    return any(side["is_disputed"] and side["state"] != DiscrepancyState.RESOLVED for side in sides)
