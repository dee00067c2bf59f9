"""A number in one line of words, for the sides and titles of disagreements."""

from __future__ import annotations

from decimal import Decimal

from evidence.models import Comparison, Endpoint, Estimator, Measurement, ValueState

AT_A_TIME = (Estimator.KAPLAN_MEIER_RATE, Estimator.RATE_UNSPECIFIED)
TIME_WORDS = {"DAYS": "day", "WEEKS": "week", "MONTHS": "month", "YEARS": "year"}


def what_text(one: Measurement | Comparison) -> str:
    """What was measured, in whom of the arms: "PFS, median (regorafenib)"."""
    endpoint = one.endpoint_name if one.endpoint == Endpoint.OTHER else one.endpoint
    if isinstance(one, Comparison):
        return f"{endpoint}, {one.experimental_label} against {one.control_label}"
    how = str(one.get_estimator_display()).removesuffix(" at a time")
    when = time_text(one.time_point, one.time_point_unit)
    arm = one.arm_label or (one.regimen.name if one.regimen else "") or one.population.label
    return f"{endpoint}, {how}{f' at {when}' if when else ''} ({arm})"


def number_text(one: Measurement | Comparison, *, short: bool = False) -> str:
    """As printed: value, unit, months, interval, count; `short` leaves all but the value out."""
    if isinstance(one, Comparison):
        return _effect_text(one, short=short)
    parts = [_value_text(one)]
    if not short:
        parts += [_interval_text(one), f"{one.events} of {one.n}" if one.events is not None else ""]
    return ", ".join(part for part in parts if part)


def time_text(value: Decimal | None, unit: str) -> str:
    """ "6 months"; empty where there is no time."""
    if value is None or unit not in TIME_WORDS:
        return ""
    return f"{value.normalize():f} {TIME_WORDS[unit]}{'' if value == 1 else 's'}"


def _value_text(one: Measurement) -> str:
    if one.state != ValueState.REPORTED:
        return str(one.get_state_display())
    unit = one.unit_raw
    known = not unit or unit.casefold() in one.value_raw.casefold()
    value = one.value_raw if known else f"{one.value_raw}{'' if unit == '%' else ' '}{unit}"
    months = one.value_months
    if months is None or one.unit == "MONTHS":
        return value
    return f"{value} ({months:.1f} months)"


def _effect_text(one: Comparison, *, short: bool) -> str:
    value = f"{one.measure} {one.value_raw}" if one.value_raw else ""
    p = f"p {one.p_raw if one.p_raw[:1] in '<>=' else f'= {one.p_raw}'}" if one.p_raw else ""
    parts = [value or p] if short else [value, _interval_text(one), p]
    return ", ".join(part for part in parts if part)


def _interval_text(one: Measurement | Comparison) -> str:
    if not one.ci_raw:
        return ""
    if "CI" in one.ci_raw.upper():
        return one.ci_raw
    level = f"{one.ci_level.normalize():f} % " if one.ci_level is not None else ""
    return f"{level}interval {one.ci_raw}"
