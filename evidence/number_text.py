"""A number in words: as printed, in months where it is a length of time, with its interval."""

from __future__ import annotations

from decimal import Decimal

from evidence.models import Comparison, Endpoint, Measurement, ValueState
from osteodb.core.numbers import plain_number

TIME_WORDS = {"DAYS": "day", "WEEKS": "week", "MONTHS": "month", "YEARS": "year"}
Number = Measurement | Comparison


def time_text(value: Decimal | None, unit: str) -> str:
    """ "6 months"; empty where there is no time."""
    if value is None or unit not in TIME_WORDS:
        return ""
    return f"{plain_number(value)} {TIME_WORDS[unit]}{'' if value == 1 else 's'}"


def months_text(months: Decimal | None, unit: str) -> str:
    """ "3.8 months" for a time in another unit; empty for what is in months or is no time."""
    if months is None or unit == "MONTHS":
        return ""
    return time_text(round(months, 1), "MONTHS")


def value_text(one: Measurement) -> str:
    """As printed, with its unit; in words where there is no number."""
    if one.state != ValueState.REPORTED:
        return str(one.get_state_display())
    unit = one.unit_raw
    if not unit or unit.casefold() in one.value_raw.casefold():
        return one.value_raw
    return f"{one.value_raw}{'' if unit == '%' else ' '}{unit}"


def p_text(one: Comparison) -> str:
    """ "p = 0.017", with its sides where they are known."""
    if not one.p_raw:
        return ""
    text = one.p_raw if one.p_raw[:1] in "<>=" else f"= {one.p_raw}"
    text = text if "p" in one.p_raw.casefold() else f"p {text}"
    return f"{text} ({one.get_p_sides_display()})" if one.p_sides else text


def effect_text(one: Comparison) -> str:
    """ "HR 0.42", or only what kind of test it was."""
    if one.state == ValueState.REPORTED:
        measure = "" if one.measure in ("DIFFERENCE", "TEST_ONLY") else f"{one.measure} "
        return f"{measure}{one.value_raw}"
    return p_text(one) or str(one.get_state_display())


def interval_text(one: Number) -> str:
    """The interval as printed, an end without a number in words; empty where there is none.

    "95% CI 2.0-7.6"; "95% CI 9.6 to not estimable (printed 9.6–NE)".
    """
    raw, level = one.ci_raw, f"{plain_number(one.ci_level)}% " if one.ci_level is not None else ""
    if one.ci_low_state or one.ci_high_state:
        low = plain_number(one.ci_low) or one.get_ci_low_state_display() or "?"
        high = plain_number(one.ci_high) or one.get_ci_high_state_display() or "?"
        return f"{level}CI {low} to {high}{f' (printed {raw})' if raw else ''}"
    if raw:
        if "CI" in raw.upper():
            return raw
        return f"{level}CI {raw}" if level else f"interval {raw}, level not reported"
    if one.ci_low is None and one.ci_high is None:
        return ""
    return f"{level}CI {plain_number(one.ci_low) or '?'}–{plain_number(one.ci_high) or '?'}"


def what_text(one: Number) -> str:
    """What was measured, in which arm: "PFS, median (regorafenib)"."""
    endpoint = one.endpoint_name if one.endpoint == Endpoint.OTHER else one.endpoint
    if isinstance(one, Comparison):
        return f"{endpoint}, {one.experimental_label} against {one.control_label}"
    how = str(one.get_estimator_display()).removesuffix(" at a time")
    when = time_text(one.time_point, one.time_point_unit)
    arm = one.arm_label or (one.regimen.name if one.regimen else "") or one.population.label
    return f"{endpoint}, {how}{f' at {when}' if when else ''} ({arm})"


def number_text(one: Number) -> str:
    """In one line all that is printed: value, months, interval, count or p."""
    if isinstance(one, Comparison):
        p = p_text(one) if one.state == ValueState.REPORTED else ""
        parts = [effect_text(one), interval_text(one), p]
    else:
        months = months_text(one.value_months, one.unit)
        value = f"{value_text(one)} ({months})" if months else value_text(one)
        counted = f"{one.events} of {one.n}" if one.events is not None else ""
        parts = [value, interval_text(one), counted]
    return ", ".join(part for part in parts if part)


def short_text(one: Number) -> str:
    """The value alone, as printed."""
    return effect_text(one) if isinstance(one, Comparison) else value_text(one)
