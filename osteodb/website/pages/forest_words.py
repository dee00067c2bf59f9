"""The words of a forest plot: what its axis means, what must stay with it, what it shows told."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.models import Benchmark
from evidence.number_text import interval_text, value_text
from evidence.synthesis.numbers import MEASUREMENT, Alike, Reason
from evidence.synthesis.plots import Plot
from osteodb.website import number_words
from osteodb.website.pictures.forest import Diamond, Forest, Mark

DECIMALS = {"%": 1, "months": 1, "": 2}
SINGLE_ARMS = (
    "Single-arm results are not a comparison: each row is one arm by itself, and its patients "
    "differ from those of other rows in more than their treatment."
)
CHOSEN = (
    "Only numbers that were chosen one by one are drawn; others that are alike may be on record."
)
AXES = {
    "PERCENT": "% of patients",
    "TIME": "months",
    "HR": "hazard ratio, log scale",
    "OR": "odds ratio, log scale",
    "RR": "risk ratio, log scale",
}
EVENTS_ARE_BAD = ("PFS", "EFS", "OS", "DFS", "TTP")
EVENTS_ARE_GOOD = ("ORR", "DCR", "CBR")


def figures(estimate: float, low: float, high: float, unit: str) -> str:
    """ "43.2% (27.1–60.5)", "4.3 months (3.3–5.7)"."""
    places = DECIMALS[unit]
    shown = "%" if unit == "%" else f" {unit}".rstrip()
    return f"{estimate:.{places}f}{shown} ({low:.{places}f}–{high:.{places}f})"


def span(low: float, high: float, unit: str) -> str:
    """ "12.0–31.5%"."""
    places, shown = DECIMALS[unit], "%" if unit == "%" else f" {unit}".rstrip()
    return f"{low:.{places}f}–{high:.{places}f}{shown}"


def favours(alike: Alike) -> tuple[str, str] | None:
    """Whom a ratio below 1, and one above, speaks for.

    Said only where the trials were designed to compare, and where it is plain which event is good.
    """
    if alike.comparative_by_design != "YES":
        return None
    sides = ("treatment", "control")
    if alike.measure == "HR" and alike.endpoint in EVENTS_ARE_BAD:
        return sides
    if alike.measure in ("OR", "RR") and alike.endpoint in EVENTS_ARE_GOOD:
        return sides[::-1]
    return None


def lasting_notes(plot: Plot, forest: Forest) -> list[str]:
    """What has to stay with the picture wherever it goes."""
    group = plot.group
    is_measured = group.alike.kind == MEASUREMENT
    first = [SINGLE_ARMS] if is_measured else []
    refusal = [f"Not pooled: {group.refusal}"] if group.refusal else []
    cautions = [one for one in group.cautions if not (is_measured and one.startswith("Single arm"))]
    return [*first, *refusal, *cautions, *legend(forest), *_never_drawn(plot)]


def legend(forest: Forest) -> list[str]:
    """What the shapes mean: those that occur."""
    marks = [*forest.marks, *forest.beside]
    drawn = [mark for mark in marks if mark.at is not None]
    parts = [
        ("square: the value as printed", bool(drawn)),
        ("filled, and larger with more weight, where pooled", forest.diamond is not None),
        ("line: its printed interval", any(_has_printed(mark) for mark in drawn)),
        (
            "hollow square with dotted line: no interval is printed, this one is computed from "
            "the count (Clopper and Pearson, 95%)",
            any(mark.is_computed for mark in drawn),
        ),
        (
            "arrow: the interval has no end, or ends beyond the axis",
            any(one.is_open_high or one.is_open_low for one in marks) or _leaves(forest),
        ),
        (
            "tick: what the trial had set beforehand",
            any(mark.threshold is not None for mark in marks),
        ),
        ("diamond: the pooled result, as wide as its interval", forest.diamond is not None),
    ]
    said = "; ".join(text for text, holds in parts if holds)
    return [f"{said[:1].upper()}{said[1:]}."] if said else []


def _leaves(forest: Forest) -> bool:
    """Whether an interval ends beyond the axis."""
    ends = [end for one in (*forest.marks, *forest.beside) for end in (one.low, one.high)]
    if forest.diamond:
        ends += [forest.diamond.low, forest.diamond.high, *(forest.diamond.ahead or ())]
    return any(end is not None and not forest.scale.is_within(end) for end in ends)


def _has_printed(mark: Mark) -> bool:
    return not mark.is_computed and (mark.low is not None or mark.high is not None)


def _never_drawn(plot: Plot) -> list[str]:
    reasons = {out.reason for out in plot.group.left_out}
    sentences = {
        Reason.DISPUTED: "≠ marks the doubtful side of an open disagreement: told, never drawn.",
        Reason.RETRACTED: "⚠ marks a number of a retracted source: told, never drawn.",
        Reason.NOT_EXACT: "A bound, a range or “about” is told as printed and not drawn.",
    }
    return [says for reason, says in sentences.items() if reason in reasons]


def reference_note(one: Benchmark) -> str:
    """Whose historical control a dashed line is, and where it was read."""
    number = one.measurement
    printed = ", ".join(text for text in (value_text(number), interval_text(number)) if text)
    whom = ", ".join([number.population.label, *number_words.population_details(number.population)])
    level = number.version.level
    read = f"{number.locator.source.short_name}, {number.version.item.public_id}, level {level}"
    return f"Dashed line, {one.name}: {printed} ({whom}; {read}). {one.note}".rstrip()


def told(
    marks: Sequence[tuple[Mark, str]], diamond: Diamond | None, references: Sequence[str]
) -> str:
    """The plot for who does not see it."""
    rows = [
        ", ".join(part for part in (f"{mark.label}: {mark.value}", mark.interval, remark) if part)
        for mark, remark in marks
    ]
    parts = [
        f"Forest plot of {len(marks)} number{'' if len(marks) == 1 else 's'}: {'; '.join(rows)}"
    ]
    if diamond:
        parts.append(f"{diamond.label}: {diamond.value}, 95% CI")
        if diamond.ahead:
            parts.append(f"{diamond.ahead_label}: {diamond.ahead_value}")
    if references:
        parts.append(f"Dashed lines: {', '.join(references)}")
    return ". ".join(parts) + "."
