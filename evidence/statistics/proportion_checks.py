"""A percentage against its counts, and its printed interval against those the counts give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence.statistics import names
from evidence.statistics.figures import Doubt, Figure, level_of
from evidence.statistics.intervals import (
    EXACT,
    LOWER,
    METHODS,
    TWO_SIDED,
    UPPER,
    USUAL_METHODS,
    WILSON,
    Interval,
    proportion_interval,
)
from evidence.statistics.printing import Printed, printed, printed_interval, shown, span

COUNTED = frozenset({"CRUDE_PROPORTION", "RATE_UNSPECIFIED", "OTHER"})
OTHER_LEVELS = (90.0, 99.0, 80.0)  # tried where none is printed
_MOST_PATIENTS = 10**9


def percent(figure: Figure) -> Doubt | None:
    """PERCENT: value against 100 × events / n, at the printed precision.

    Assumes a crude proportion. Of a rate whose method is not stated it can only be a hint: by
    Kaplan and Meier it need not be events over n.
    """
    counts = _counts(figure)
    if figure.value is None or counts is None or figure.estimator not in COUNTED:
        return None
    events, n = counts
    value = printed(figure.value, figure.value_raw, unit=figure.unit)
    expected = 100 * events / n
    if value.allows(expected):
        return None
    places = max(value.decimals, 1)
    cut_off = _within_last_digit(value, expected)
    is_hint = cut_off or figure.estimator != "CRUDE_PROPORTION"
    return Doubt(
        check=names.PERCENT,
        weight=names.HINT if is_hint else names.DIFFERENCE,
        says=f"{events} of {n} is {shown(expected, places)} %, printed is {_percent(value)}.",
        printed=_percent(value),
        expected=f"{shown(expected, places)} %",
        difference=f"{shown(float(figure.value) - expected, places)} points",
        innocent=_why_percent(value, expected, cut_off=cut_off),
    )


def _why_percent(value: Printed, expected: float, *, cut_off: bool) -> str:
    if cut_off:
        return "The last digit may have been cut off instead of rounded."
    if value.allows(100 - expected):
        return "The count may be of the others: those who did not have what the percentage counts."
    return (
        "The percentage may be of another number of patients than the count, such as those who "
        "could be assessed, or come from a survival curve."
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to take the printed interval: at which level, with one bound or two."""

    level: float
    sides: str

    def of(self, events: int, n: int, method: str) -> Interval:
        return proportion_interval(events, n, level=self.level, method=method, sides=self.sides)

    def name(self, method: str) -> str:
        one = "" if self.sides == TWO_SIDED else "one-sided "
        return f"{method} {one}{self.level:g} % interval"


@dataclass(frozen=True, slots=True)
class _Ends:
    """The printed interval of events of n; an end is None where it is open."""

    events: int
    n: int
    low: Printed | None
    high: Printed | None

    @property
    def decimals(self) -> int:
        return max(end.decimals for end in (self.low, self.high) if end is not None)

    def agree(self, reading: _Reading, method: str, *, to_the_digit: bool = False) -> bool:
        """Is every printed end that of `method`, rounded (or, `to_the_digit`, next to it)?"""
        test = _within_last_digit if to_the_digit else Printed.allows
        found = reading.of(self.events, self.n, method)
        pairs = ((self.low, found.low), (self.high, found.high))
        return all(end is None or test(end, computed) for end, computed in pairs)


def interval(figure: Figure) -> Doubt | None:
    """INTERVAL: a crude proportion's printed interval against those computed from its counts.

    Agreeing with the exact or Wilson's interval is no finding, agreeing with another known one a
    hint that names it, agreeing with none a difference that gives both. 95 % is assumed where no
    level is printed.
    """
    counts = _counts(figure)
    level = level_of(figure)
    if counts is None or figure.estimator != "CRUDE_PROPORTION" or level is None:
        return None
    low, high = printed_interval(figure.ci_low, figure.ci_high, figure.ci_raw, unit=figure.unit)
    ends = _Ends(*counts, low, high)
    readings = _readings(figure, level)
    if (low is None and high is None) or not readings or _is_reversed(figure):
        return None
    if any(ends.agree(one, method) for one in readings for method in USUAL_METHODS):
        return None
    found = next(_explanations(ends, readings, figure), None)
    if found is not None:
        return _named(ends, readings[0], *found)
    return _unexplained(ends, readings[0], level_is_printed=figure.ci_level is not None)


def _readings(figure: Figure, level: float) -> list[_Reading]:
    """The ways to read the printed ends, the likeliest first; none where both are open."""
    low_is_open = figure.ci_low is None or figure.ci_low <= 0
    high_is_open = figure.ci_high is None or figure.ci_high >= 100
    bound = UPPER if low_is_open else LOWER
    if figure.ci_sides == "ONE_SIDED":
        if low_is_open and high_is_open:
            return []
        if low_is_open or high_is_open:
            return [_Reading(level, bound)]
        return [_Reading(2 * level - 100, TWO_SIDED)] if level > 50.5 else []
    two_sided = _Reading(level, TWO_SIDED)
    if figure.ci_sides == "" and (figure.ci_low is None) != (figure.ci_high is None):
        return [_Reading(level, UPPER if figure.ci_low is None else LOWER), two_sided]
    return [two_sided]


def _explanations(
    ends: _Ends, readings: list[_Reading], figure: Figure
) -> Iterator[tuple[str, str]]:
    """What the printed interval may be, each with the reason why that is innocent."""
    yield from _agreeing(ends, readings, METHODS, "It is a known interval, only another one.")
    if ends.events in (0, ends.n) and figure.ci_sides != "ONE_SIDED":
        bound = _Reading(readings[0].level, UPPER if ends.events == 0 else LOWER)
        why = "With none or all of them, one bound is often all that is given."
        yield from _agreeing(ends, [bound], (EXACT,), why)
    if figure.ci_level is None:
        others = [_Reading(level, TWO_SIDED) for level in OTHER_LEVELS]
        why = "The level is not printed; it may be this one."
        yield from _agreeing(ends, others, USUAL_METHODS, why)
    why = "The last digit may have been cut off instead of rounded."
    for name, _ in _agreeing(ends, readings, USUAL_METHODS, why, to_the_digit=True):
        yield f"{name} to one unit of the last digit", why


def _agreeing(
    ends: _Ends,
    readings: Iterable[_Reading],
    methods: Iterable[str],
    why: str,
    *,
    to_the_digit: bool = False,
) -> Iterator[tuple[str, str]]:
    for reading in readings:
        for method in methods:
            if ends.agree(reading, method, to_the_digit=to_the_digit):
                yield reading.name(method), why


def _named(ends: _Ends, main: _Reading, name: str, why: str) -> Doubt:
    exact = _words(main.of(ends.events, ends.n, EXACT), main.sides, max(ends.decimals, 1))
    text = _printed_words(ends)
    return Doubt(
        check=names.INTERVAL,
        weight=names.HINT,
        says=(
            f"The printed interval {text} agrees with the {name} of {ends.events} of {ends.n}; "
            f"the {main.name(EXACT)} is {exact}."
        ),
        printed=text,
        expected=f"{exact} (exact)",
        innocent=why,
    )


def _unexplained(ends: _Ends, main: _Reading, *, level_is_printed: bool) -> Doubt:
    places = max(ends.decimals, 1)
    exact = main.of(ends.events, ends.n, EXACT)
    words = _words(exact, main.sides, places)
    wilson = _words(main.of(ends.events, ends.n, WILSON), main.sides, places)
    text = _printed_words(ends)
    assumed = "" if level_is_printed else " (no level is printed; 95 % assumed)"
    share = shown(100 * ends.events / ends.n, places)
    return Doubt(
        check=names.INTERVAL,
        weight=names.DIFFERENCE,
        says=(
            f"{ends.events} of {ends.n} is {share} %; its {main.name(EXACT)} is {words} "
            f"(Wilson's {wilson}), printed is {text}{assumed}."
        ),
        printed=text,
        expected=f"{words} (exact), {wilson} (Wilson)",
        difference=_apart(ends, exact, places),
        innocent=(
            "The interval may belong to another estimator, such as a Kaplan–Meier rate, come from "
            "a method not tried here, or be a misprint."
        ),
    )


def _apart(ends: _Ends, exact: Interval, places: int) -> str:
    """How far each printed end is from the exact one, where it is not the same."""
    parts = []
    for word, end, computed in (("lower", ends.low, exact.low), ("upper", ends.high, exact.high)):
        if end is not None and not end.allows(computed):
            apart = float(end.value) - computed
            side = "below" if apart < 0 else "above"
            parts.append(f"{word} end {shown(abs(apart), places)} points {side} the exact one")
    return ", ".join(parts)


def _words(found: Interval, sides: str, places: int) -> str:
    if sides == LOWER:
        return f"from {shown(found.low, places)} %"
    if sides == UPPER:
        return f"up to {shown(found.high, places)} %"
    return f"{span(found.low, found.high, places)} %"


def _printed_words(ends: _Ends) -> str:
    low = None if ends.low is None else ends.low.value
    high = None if ends.high is None else ends.high.value
    return f"{span(low, high, ends.decimals)} %"


def _percent(value: Printed) -> str:
    return f"{shown(value.value, value.decimals)} %"


def _within_last_digit(value: Printed, number: float) -> bool:
    """Is `number` within one unit of the last printed digit, as if digits had been cut off?"""
    return abs(number - float(value.value)) <= 10.0**-value.decimals + 1e-9


def _counts(figure: Figure) -> tuple[int, int] | None:
    events, n = figure.events, figure.n
    if figure.unit != "PERCENT" or events is None or n is None:
        return None
    return (events, n) if 0 <= events <= n <= _MOST_PATIENTS and n > 0 else None


def _is_reversed(figure: Figure) -> bool:
    low, high = figure.ci_low, figure.ci_high
    return low is not None and high is not None and low > high
