"""Numbers in words: as printed, with the interval, the count and the method beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.models import (
    Comparison,
    EffectMeasure,
    Endpoint,
    Estimator,
    Finding,
    Measurement,
    Population,
    RetractionState,
    Source,
    ValueState,
    Weight,
)
from evidence.number_text import interval_text, months_text, p_text, time_text
from osteodb.website.words import NOT_REPORTED

FINDING_LOOKS = {
    Weight.CONTRADICTION: ("✕", "Contradicts itself"),
    Weight.DIFFERENCE: ("≠", "Comes out otherwise"),
    Weight.HINT: ("?", "Worth a look"),
}
RETRACTION_WORDS = {
    RetractionState.RETRACTED: "source retracted: never plotted",
    RetractionState.CONCERN: "expression of concern about the source",
    RetractionState.CORRECTED: "source corrected",
}
WITHOUT_INTERVAL = (Estimator.OTHER, Estimator.FOLD_CHANGE)
DESIGN_WORDS = {
    True: "Designed to compare these groups",
    False: "Not designed to compare these groups",
    None: "Whether designed to compare: not reported",
}


def endpoint(number: Measurement | Comparison) -> str:
    """The endpoint's own name where it has one beside the code."""
    if number.endpoint == Endpoint.OTHER:
        return number.endpoint_name
    return str(number.get_endpoint_display())


def estimator(one: Measurement) -> str:
    """ "median", "Kaplan–Meier rate at 6 months"."""
    label = str(one.get_estimator_display())
    when = time_point(one)
    if one.estimator == Estimator.OTHER:
        return f"at {when}" if when else ""
    if one.estimator in (Estimator.KAPLAN_MEIER_RATE, Estimator.RATE_UNSPECIFIED) and when:
        return label.replace("a time", when)
    return f"{label} at {when}" if when else label


def time_point(one: Measurement) -> str:
    """ "8 weeks (1.8 months)"; empty where the number has no time."""
    when = time_text(one.time_point, one.time_point_unit)
    months = months_text(one.time_point_months, one.time_point_unit)
    return f"{when} ({months})" if months else when


def interval(number: Measurement | Comparison) -> str:
    """The interval as printed; says so where there is none beside a number."""
    return interval_text(number) or (f"CI {NOT_REPORTED}" if _expects_interval(number) else "")


def _expects_interval(number: Measurement | Comparison) -> bool:
    """A median, a rate or a ratio should have an interval; one patient's time or a count not."""
    if number.state != ValueState.REPORTED:
        return False
    if isinstance(number, Measurement):
        return number.estimator not in WITHOUT_INTERVAL
    return number.measure != EffectMeasure.TEST_ONLY


def measurement_details(one: Measurement) -> list[str]:
    """What stands in small type under a value."""
    details = [interval(one)]
    if one.events is not None and f"{one.events}/{one.n}" not in one.value_raw:
        details.append(f"{one.events} of {one.n}")
    elif one.events is None and one.n is not None:
        details.append(f"n = {one.n}")
    if one.threshold_raw:
        met = {True: "met", False: "missed", None: f"met or missed: {NOT_REPORTED}"}
        details.append(f"Pre-specified: {one.threshold_raw}: {met[one.threshold_met]}")
    if one.data_cutoff_date:
        details.append(f"Data cut-off {one.data_cutoff_date}")
    details += [one.endpoint_definition, one.state_note, one.note]
    if one.endpoint != Endpoint.OTHER:
        details.append(f"Printed as: {one.endpoint_name}" if one.endpoint_name else "")
    return [detail for detail in details if detail]


def comparison_details(one: Comparison) -> list[str]:
    """What stands in small type under an effect."""
    p = p_text(one) if one.state == ValueState.REPORTED else ""
    details = [interval(one), p, DESIGN_WORDS[one.comparative_by_design], one.note]
    if one.endpoint != Endpoint.OTHER and one.endpoint_name:
        details.append(f"Printed as: {one.endpoint_name}")
    return [detail for detail in details if detail]


def population_details(one: Population) -> list[str]:
    """Who: how many, whose disease, when."""
    details = [
        f"n = {one.n:,}" if one.n is not None else f"n {NOT_REPORTED}",
        _scope(one),
        "" if one.setting in ("ANY", "NOT_REPORTED") else str(one.get_setting_display()),
        one.disease_status,
        one.line,
        one.biomarker,
        one.analysis_set,
    ]
    return [detail for detail in details if detail]


def _scope(one: Population) -> str:
    label = str(one.get_scope_display())
    return f"scope {label}" if one.scope == "NOT_REPORTED" else label


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What the arithmetic says about a number, with a sign and a word for its weight."""

    finding: Finding
    mark: str
    word: str


def finding_words(findings: Iterable[Finding]) -> list[FindingWords]:
    """Findings for a reader, the heaviest first."""
    order = {weight: place for place, weight in enumerate(Weight.values)}
    ordered = sorted(findings, key=lambda one: (order[one.weight], one.check_name))
    return [FindingWords(one, *FINDING_LOOKS[Weight(one.weight)]) for one in ordered]


def retraction(source: Source) -> str:
    """What is known against the source of a number; empty where nothing is."""
    return RETRACTION_WORDS.get(RetractionState(source.retraction), "")
