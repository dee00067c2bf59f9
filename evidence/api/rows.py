"""Rows of measurements, comparisons and sources, read with a fixed number of queries."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from evidence.api.parts import (
    NUMBER_COLUMNS,
    Values,
    disputes,
    evidence_ref,
    findings,
    interval_shape,
    is_in_doubt,
    locator_shape,
    locators_by_id,
    measured_shape,
    population_shape,
    regimen_of,
    source_ref,
    value_shape,
    visible_trial,
)
from evidence.api.shapes import (
    ComparisonRowShape,
    MeasurementRowShape,
    PValueShape,
    SourceDetailShape,
    SourceRowShape,
    ThresholdShape,
    TimePointShape,
)
from evidence.models import Comparison, Measurement, ModelSystem, Source, SourceLink
from osteodb.core.api.values import address, grouped, known, listing, number, partial_date
from trials.api.rows import distinct_trials, shown_trial_columns
from trials.models import Trial

MEASUREMENT_COLUMNS = (
    *NUMBER_COLUMNS,
    *("endpoint_definition", "estimator", "time_point", "time_point_unit", "time_point_months"),
    *("state_note", "unit", "unit_raw", "value_months", "events", "n", "threshold_raw"),
    *("threshold", "threshold_met", "data_cutoff_date", "arm_label", "arm__label"),
    *("regimen__slug", "regimen__name"),
)
COMPARISON_COLUMNS = (
    *NUMBER_COLUMNS,
    *("measure", "experimental_label", "control_label", "experimental_id", "control_id"),
    *("comparative_by_design", "p_raw", "p_value", "p_modifier", "p_sides"),
)


def _time_point(row: Values) -> TimePointShape | None:
    if row["time_point"] is None:
        return None
    return {
        "number": float(row["time_point"]),
        "unit": row["time_point_unit"],
        "months": number(row["time_point_months"]),
    }


def _threshold(row: Values) -> ThresholdShape | None:
    if not row["threshold_raw"] and row["threshold"] is None and row["threshold_met"] is None:
        return None
    return {
        "printed": known(row["threshold_raw"]),
        "number": number(row["threshold"]),
        "met": row["threshold_met"],
    }


def measurement_rows(queryset: QuerySet[Measurement], site: str) -> list[MeasurementRowShape]:
    """Measurements with source, locator, disputes and findings: four queries, however many."""
    found = list(queryset.values(*MEASUREMENT_COLUMNS))
    locators = locators_by_id(row["locator_id"] for row in found)
    doubts = findings("measurement", [row["pk"] for row in found])
    sides = disputes("measurement", [row["pk"] for row in found], site)
    return [
        {
            "id": row["pk"],
            "url": address(site, "measurements", row["pk"]),
            "endpoint": row["endpoint"],
            "endpoint_name": known(row["endpoint_name"]),
            "endpoint_definition": known(row["endpoint_definition"]),
            "estimator": row["estimator"],
            "time_point": _time_point(row),
            "state": row["state"],
            "state_note": known(row["state_note"]),
            "value": measured_shape(row),
            "unit": row["unit"],
            "unit_printed": known(row["unit_raw"]),
            "events": row["events"],
            "n": row["n"],
            "interval": interval_shape(row),
            "threshold": _threshold(row),
            "data_cutoff": partial_date(row["data_cutoff_date"]),
            "arm": known(row["arm_label"]),
            "arm_registered": known(row["arm__label"]),
            "regimen": regimen_of(row, site),
            "trial": visible_trial(row, site),
            "population": population_shape(row),
            "evidence": evidence_ref(row, site),
            "clinical": row["version__model_system"] == ModelSystem.PATIENT,
            "source": source_ref(locators[row["locator_id"]].source, site),
            "locator": locator_shape(locators[row["locator_id"]]),
            "disputed": is_in_doubt(sides.get(row["pk"], ())),
            "discrepancies": sides.get(row["pk"], []),
            "findings": doubts.get(row["pk"], []),
            "note": known(row["note"]),
        }
        for row in found
    ]


def _p_value(row: Values) -> PValueShape | None:
    if not row["p_raw"]:
        return None
    return {
        "printed": row["p_raw"],
        "number": number(row["p_value"]),
        "modifier": known(row["p_modifier"]),
        "sides": known(row["p_sides"]),
    }


def _measurement_url(pk: int | None, site: str) -> str | None:
    return None if pk is None else address(site, "measurements", pk)


def comparison_rows(queryset: QuerySet[Comparison], site: str) -> list[ComparisonRowShape]:
    """Comparisons with source, locator, disputes and findings: four queries, however many."""
    found = list(queryset.values(*COMPARISON_COLUMNS))
    locators = locators_by_id(row["locator_id"] for row in found)
    doubts = findings("comparison", [row["pk"] for row in found])
    sides = disputes("comparison", [row["pk"] for row in found], site)
    return [
        {
            "id": row["pk"],
            "url": address(site, "comparisons", row["pk"]),
            "endpoint": row["endpoint"],
            "endpoint_name": known(row["endpoint_name"]),
            "measure": row["measure"],
            "experimental": row["experimental_label"],
            "control": row["control_label"],
            "experimental_measurement": _measurement_url(row["experimental_id"], site),
            "control_measurement": _measurement_url(row["control_id"], site),
            "comparative_by_design": row["comparative_by_design"],
            "state": row["state"],
            "value": value_shape(row),
            "interval": interval_shape(row),
            "p": _p_value(row),
            "trial": visible_trial(row, site),
            "population": population_shape(row),
            "evidence": evidence_ref(row, site),
            "clinical": row["version__model_system"] == ModelSystem.PATIENT,
            "source": source_ref(locators[row["locator_id"]].source, site),
            "locator": locator_shape(locators[row["locator_id"]]),
            "disputed": is_in_doubt(sides.get(row["pk"], ())),
            "discrepancies": sides.get(row["pk"], []),
            "findings": doubts.get(row["pk"], []),
            "note": known(row["note"]),
        }
        for row in found
    ]


def source_rows(queryset: QuerySet[Source], site: str) -> list[SourceRowShape]:
    """Sources: two queries, however many."""
    sources = list(queryset)
    trials = grouped(
        Source.trials.through.objects.filter(
            source_id__in=[source.pk for source in sources],
            trial__head__in=Trial.objects.visible().values("pk"),
        )
        .order_by("trial__public_id")
        .values("source_id", *shown_trial_columns()),
        "source_id",
    )
    return [
        {
            "slug": source.slug,
            "url": address(site, "sources", source.slug),
            "name": source.short_name,
            "kind": source.kind,
            "title": source.title,
            "first_author": known(source.first_author),
            "container": known(source.container),
            "year": source.year,
            "citation": known(source.citation),
            "pmid": known(source.pmid),
            "pmcid": known(source.pmcid),
            "doi": known(source.doi),
            "address": known(source.url),
            "other_addresses": source.addresses,
            "seen_on": known(source.seen_on),
            "retraction": source.retraction,
            "retraction_note": known(source.retraction_note),
            "identified": source.is_identified,
            "trials": distinct_trials(trials[source.pk], site),
            "note": known(source.note),
        }
        for source in sources
    ]


def source_detail(pk: int, site: str) -> SourceDetailShape:
    """One source with its kin."""
    [row] = source_rows(Source.objects.filter(pk=pk), site)
    related = (
        SourceLink.objects.current()
        .filter(Q(from_source=pk) | Q(to_source=pk))
        .select_related("from_source", "to_source")
        .order_by("kind", "pk")
    )
    return {
        **row,
        "same_trial": [
            source_ref(one, site)
            for one in Source.objects.of_same_trials(Source(pk=pk)).order_by("slug")
        ],
        "related": [
            {
                "kind": link.kind,
                "outgoing": link.from_source_id == pk,
                "source": source_ref(
                    link.to_source if link.from_source_id == pk else link.from_source, site
                ),
                "reference": known(link.reference),
                "note": known(link.note),
            }
            for link in related
        ],
        "links": {
            name: listing(site, name, source=row["slug"])
            for name in ("evidence", "measurements", "comparisons")
        },
    }
