"""Numbers in words: as printed, with the interval, the count and the method beside them."""

from __future__ import annotations

from evidence.models import (
    Comparison,
    EffectMeasure,
    Endpoint,
    Estimator,
    Measurement,
    Population,
    ValueState,
)
from osteodb.core.numbers import plain_number
from osteodb.website.words import NOT_REPORTED

TIME_WORDS = {"DAYS": "day", "WEEKS": "week", "MONTHS": "month", "YEARS": "year"}
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
    """ "6 months"; empty where the number has no time."""
    if one.time_point is None:
        return ""
    word = TIME_WORDS[one.time_point_unit]
    return f"{plain_number(one.time_point)} {word}{'' if one.time_point == 1 else 's'}"


def value(one: Measurement) -> str:
    """As printed, with its unit; in words where there is no number."""
    if one.state != ValueState.REPORTED:
        return str(one.get_state_display())
    unit = one.unit_raw
    if not unit or unit.casefold() in one.value_raw.casefold():
        return one.value_raw
    return f"{one.value_raw}{'' if unit == '%' else ' '}{unit}"


def effect(one: Comparison) -> str:
    """ "HR 0.42", or only what kind of test it was."""
    if one.state == ValueState.REPORTED:
        measure = "" if one.measure in ("DIFFERENCE", "TEST_ONLY") else f"{one.measure} "
        return f"{measure}{one.value_raw}"
    if one.p_raw:
        return p_text(one)
    return str(one.get_state_display())


def p_text(one: Comparison) -> str:
    """ "p = 0.017", with its sides where they are known."""
    if not one.p_raw:
        return ""
    text = one.p_raw if one.p_raw[:1] in "<>=" else f"= {one.p_raw}"
    text = text if "p" in one.p_raw.casefold() else f"p {text}"
    return f"{text} ({one.get_p_sides_display()})" if one.p_sides else text


def interval(number: Measurement | Comparison) -> str:
    """The interval as printed; says so where there is none beside a number."""
    if number.ci_raw:
        if "CI" in number.ci_raw.upper():
            return number.ci_raw
        if number.ci_level is None:
            return f"interval {number.ci_raw}, level {NOT_REPORTED}"
        return f"{plain_number(number.ci_level)}% CI {number.ci_raw}"
    if number.ci_low is not None or number.ci_high is not None:
        level = plain_number(number.ci_level)
        low, high = plain_number(number.ci_low) or "?", plain_number(number.ci_high)
        open_end = number.get_ci_high_state_display() if isinstance(number, Measurement) else ""
        return f"{level + '% ' if level else ''}CI {low}–{high or open_end or '?'}"
    return f"CI {NOT_REPORTED}" if _expects_interval(number) else ""


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
        met = {True: "met", False: "not met", None: f"met or not: {NOT_REPORTED}"}
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
