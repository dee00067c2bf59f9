"""Measurements and comparisons as rows for a table: every number with its source and its doubts.

Numbers seen in patients and all others are kept apart here, once: no page can put a mouse's
percentage into a clinical table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancySide,
    DiscrepancyState,
    Endpoint,
    Measurement,
    ModelSystem,
)
from evidence.number_text import effect_text, months_text, value_text
from osteodb.website import number_words
from trials.models import Trial

RELATIONS = ("version__item", "population", "locator__source", "trial")
ENDPOINT_ORDER = {value: place for place, value in enumerate(Endpoint.values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """One number as a reader sees it. Texts are empty where there is nothing to say."""

    number: Measurement | Comparison
    anchor: str
    endpoint: str
    how: str
    how_term: str
    groups: str
    value: str
    months: str = ""
    details: list[str]
    findings: list[number_words.FindingWords]
    retraction: str
    disputed: list[Discrepancy]
    also_in: list[Discrepancy]
    population_details: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NumberTables:
    """Numbers of a page: those seen in patients, and the others, never in one table."""

    clinical: list[NumberRow]
    other: list[NumberRow]
    clinical_comparisons: list[NumberRow]
    other_comparisons: list[NumberRow]
    design_sentence: str = ""

    @property
    def by_arm(self) -> list[tuple[str, list[NumberRow]]]:
        """The clinical measurements of each group, like beside like within it; groups in the order
        in which the source has them, what names no group last."""
        groups: dict[str, list[NumberRow]] = {}
        for row in self.clinical:
            regimen = getattr(row.number, "regimen", None)
            groups.setdefault(row.groups or (regimen.name if regimen else ""), []).append(row)

        def place(name: str) -> tuple[bool, int]:
            return (not name, min(row.number.position for row in groups[name]))

        return [(name, groups[name]) for name in sorted(groups, key=place)]

    @property
    def count(self) -> int:
        """How many numbers there are in all."""
        comparisons = len(self.clinical_comparisons) + len(self.other_comparisons)
        return len(self.clinical) + len(self.other) + comparisons


def number_tables(
    measurements: QuerySet[Measurement],
    comparisons: QuerySet[Comparison],
    trial: Trial | None = None,
) -> NumberTables:
    """The tables of a page. Six queries, whatever the number of rows."""
    compared = list(compared_with_all(comparisons))
    rows = [measurement_row(one) for one in sorted(measured_with_all(measurements), key=_order)]
    others = [comparison_row(one) for one in compared]
    return NumberTables(
        clinical=[row for row in rows if is_clinical(row)],
        other=[row for row in rows if not is_clinical(row)],
        clinical_comparisons=[row for row in others if is_clinical(row)],
        other_comparisons=[row for row in others if not is_clinical(row)],
        design_sentence=design_sentence(trial, rows, compared) if trial else "",
    )


def measured_with_all(measurements: QuerySet[Measurement]) -> QuerySet[Measurement]:
    """The measurements with what their rows show: two more queries."""
    return measurements.select_related(*RELATIONS, "arm", "regimen").prefetch_related(*_doubtful())


def compared_with_all(comparisons: QuerySet[Comparison]) -> QuerySet[Comparison]:
    """The comparisons with what their rows show: two more queries."""
    return comparisons.select_related(*RELATIONS).prefetch_related(*_doubtful())


def _doubtful() -> tuple[Prefetch[str], Prefetch[str]]:
    """What speaks against numbers: the disagreements they stand in, what arithmetic finds."""
    sides = DiscrepancySide.objects.select_related("discrepancy")
    return (
        Prefetch("discrepancy_sides", queryset=sides, to_attr="shown_sides"),
        Prefetch("findings", to_attr="shown_findings"),
    )


def design_sentence(
    trial: Trial, rows: Sequence[NumberRow], comparisons: Sequence[Comparison]
) -> str:
    """What a reader must know before reading two arms against each other."""
    arms = {row.groups for row in rows if is_clinical(row) and row.groups}
    designed = {one.comparative_by_design for one in comparisons}
    if True in designed:
        return ""
    if False in designed:
        return (
            "This trial was not designed to compare these groups: its numbers stand side by side."
        )
    if trial.allocation == "NA" or len(arms) == 1:
        return "Numbers of a single group are not a comparison with any other treatment."
    if len(arms) > 1:
        return (
            "No comparison between the groups of this trial is on record. Its numbers stand side "
            "by side; they are not a comparative result."
        )
    return ""


def is_clinical(row: NumberRow) -> bool:
    """Whether the number was seen in patients."""
    return row.number.version.model_system == ModelSystem.PATIENT


def _order(number: Measurement) -> tuple[object, ...]:
    """Like beside like: endpoint, estimator, time, and within that as the source has them."""
    return (
        ENDPOINT_ORDER[number.endpoint],
        number.estimator,
        number.time_point_unit,
        number.time_point or 0,
        number.version_id,
        number.position,
        number.pk,
    )


def _doubts(number: Measurement | Comparison) -> tuple[list[Discrepancy], list[Discrepancy]]:
    """Discrepancies in which the number is the doubtful side, and the others it stands in."""
    disputed: dict[int, Discrepancy] = {}
    other: dict[int, Discrepancy] = {}
    for side in vars(number)["shown_sides"]:
        is_open = side.discrepancy.state != DiscrepancyState.RESOLVED
        group = disputed if side.is_disputed and is_open else other
        group[side.discrepancy_id] = side.discrepancy
    return list(disputed.values()), [one for key, one in other.items() if key not in disputed]


def measurement_row(one: Measurement) -> NumberRow:
    """A measurement as a reader sees it."""
    disputed, also_in = _doubts(one)
    return NumberRow(
        number=one,
        anchor=f"number-{one.pk}",
        endpoint=number_words.endpoint(one),
        how=number_words.estimator(one),
        how_term=one.estimator,
        groups=one.arm_label or (one.arm.label if one.arm else ""),
        value=value_text(one),
        months=months_text(one.value_months, one.unit),
        details=number_words.measurement_details(one),
        population_details=number_words.population_details(one.population),
        findings=number_words.finding_words(vars(one)["shown_findings"]),
        retraction=number_words.retraction(one.locator.source),
        disputed=disputed,
        also_in=also_in,
    )


def comparison_row(one: Comparison) -> NumberRow:
    """A comparison as a reader sees it."""
    disputed, also_in = _doubts(one)
    return NumberRow(
        number=one,
        anchor=f"comparison-{one.pk}",
        endpoint=number_words.endpoint(one),
        how=one.get_measure_display(),
        how_term=one.measure,
        groups=f"{one.experimental_label} against {one.control_label}",
        value=effect_text(one),
        details=number_words.comparison_details(one),
        population_details=number_words.population_details(one.population),
        findings=number_words.finding_words(vars(one)["shown_findings"]),
        retraction=number_words.retraction(one.locator.source),
        disputed=disputed,
        also_in=also_in,
    )
