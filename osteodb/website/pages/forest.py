"""The forest plot of one group: from rows of the database to a picture with its table and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from evidence.models import Benchmark, Measurement
from evidence.number_text import (
    effect_text,
    interval_text,
    months_text,
    number_text,
    value_text,
)
from evidence.statistics.intervals import proportion_interval
from evidence.statistics.pooling import Pooled, Study
from evidence.statistics.units import MONTHS_IN
from evidence.synthesis import words
from evidence.synthesis.numbers import Alike, LeftOut, Number, Reason
from evidence.synthesis.plots import Plot, benchmarks_for
from evidence.synthesis.rules import PERCENT, RATIO
from osteodb.website import number_words
from osteodb.website.pages.forest_words import (
    AXES,
    CHOSEN,
    favours,
    figures,
    lasting_notes,
    reference_note,
    span,
    told,
)
from osteodb.website.pictures import scales
from osteodb.website.pictures.forest import PLOT, Diamond, Forest, Mark, Reference, draw
from osteodb.website.pictures.picture import Cell, Column, Picture
from osteodb.website.pictures.scales import Scale

SYMBOLS = {Reason.DISPUTED: "≠ ", Reason.RETRACTED: "⚠ "}
CHOICES = ("measurement", "comparison")
OPEN = ("NOT_REACHED", "NOT_ESTIMABLE")
SAME_TIME, NO_TIME = Decimal("0.05"), Decimal(-1)  # months
UNTOLD = ("page", "group", "ordering", *CHOICES)
BY_RESULT = ("value_months_min", "value_months_max")
ADDRESS = "/pictures/forest"
Rows = Mapping[int, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A number of a plot: as the database has it, as it is drawn, and why it is not pooled."""

    number: Number
    row: Any
    mark: Mark
    remark: str


def forest_picture(
    plot: Plot, rows: Rows, benchmarks: Sequence[Benchmark], query: QueryDict
) -> Picture:
    """The plot of a group as the query asks for it."""
    alike, pooled = plot.group.alike, plot.group.pooled
    lines, beside = _pooled_lines(plot, rows), _beside(plot, rows)
    controls = benchmarks_for(alike, benchmarks)
    forest = _forest(alike, lines, beside, pooled, controls)
    return Picture(
        key=f"forest-{plot.key}",
        title=f"{words.title(alike)} ({', '.join(words.facts(alike))})",
        description=told(
            [(line.mark, line.remark) for line in (*lines, *beside)],
            _diamond(pooled, alike) if pooled else None,
            [one.name for one in controls],
        ),
        canvas=draw(forest),
        columns=_columns(alike),
        rows=[
            *(_cells(line) for line in (*lines, *beside)),
            *_pooled_cells(pooled, alike),
            *(_control_cells(one) for one in controls),
        ],
        address=(ADDRESS, _file_query(query, plot.key)),
        notes=[
            *lasting_notes(plot, forest),
            *(reference_note(one) for one in controls),
            *([CHOSEN] if _is_chosen(query) else []),
            *_asked_for(query),
        ],
    )


def _is_chosen(query: QueryDict) -> bool:
    return any(value for name in CHOICES for value in query.getlist(name))


def _asked_for(query: QueryDict) -> list[str]:
    """What was filtered for; and, where it was for the size of the result, what that means."""
    given = [
        f"{name} {', '.join(filter(None, values))}"
        for name, values in query.lists()
        if name not in UNTOLD and any(values)
    ]
    notes = [f"Filtered: {'; '.join(given)}."] if given else []
    if any(query.get(name) for name in BY_RESULT):
        notes.append("These numbers were chosen by their size: an average of them misleads.")
    return notes


def _file_query(query: QueryDict, key: str) -> str:
    own = query.copy()
    for name in ("page", "group"):
        own.pop(name, None)
    own["group"] = key
    return own.urlencode()


# --- From rows to marks ---------------------------------------------------------------------------


def _pooled_lines(plot: Plot, rows: Rows) -> list[Line]:
    """The numbers that may be pooled, with their weights where they were."""
    group = plot.group
    studies: Sequence[Study | None] = (
        group.pooled.studies if group.pooled else [None] * len(group.rows)
    )
    return [
        _line(one, rows[one.pk], "", group.alike.months, study)
        for one, study in zip(group.rows, studies, strict=True)
    ]


def _beside(plot: Plot, rows: Rows) -> list[Line]:
    """What is alike and not pooled, each with its reason; unreached medians say it themselves."""
    months = plot.group.alike.months
    left_out = [
        _line(out.number, rows[out.number.pk], _remark(out), months) for out in plot.group.left_out
    ]
    unreached = [_line(one, rows[one.pk], _never_drawn(one), months) for one in plot.unreached]
    return [*left_out, *unreached]


def _remark(out: LeftOut) -> str:
    """ "≠ disputed: not drawn", "not pooled: no usable interval"."""
    return _never_drawn(out.number) or f"not pooled: {words.REASON_WORDS[out.reason]}"


def _never_drawn(one: Number) -> str:
    """What forbids drawing it, whatever else keeps it from being pooled. Empty for most."""
    reasons = (
        (Reason.RETRACTED, one.retraction == "RETRACTED"),
        (Reason.DISPUTED, one.is_disputed),
        (Reason.NOT_EXACT, one.value is not None and not one.is_exact),
    )
    for reason, holds in reasons:
        if holds:
            return f"{SYMBOLS.get(reason, '')}{words.REASON_WORDS[reason]}: not drawn"
    return ""


def _line(one: Number, row: Any, remark: str, months: Decimal, study: Study | None = None) -> Line:
    is_measured = isinstance(row, Measurement)
    is_drawn = not remark.endswith("not drawn")
    anchor = "number" if is_measured else "comparison"
    low, high, is_computed = _ends(row, study)
    at = in_unit(row.value, row)
    mark = Mark(
        label=one.label,
        url=f"/evidence/{row.version.item.public_id}/#{anchor}-{row.pk}",
        small=", ".join(
            [*number_words.population_details(row.population)[:2], *_own_time(row, months)]
        ),
        remark=remark,
        value=printed_value(row),
        interval=_interval_words(row, low, high, is_computed),
        at=at if is_drawn else None,
        low=low if is_drawn else None,
        high=high if is_drawn else None,
        is_open_low=is_drawn and row.ci_low_state in OPEN,
        is_open_high=is_drawn and (row.ci_high_state in OPEN or row.state == "NOT_REACHED"),
        is_computed=is_computed,
        weight=study.weight if study else None,
        threshold=in_unit(row.threshold, row) if is_measured and is_drawn else None,
        threshold_words=row.threshold_raw if is_measured else "",
    )
    return Line(number=one, row=row, mark=mark, remark=remark)


def _own_time(row: Any, months: Decimal) -> list[str]:
    """When the number was taken, where that is not quite the time that the group is named by."""
    own = row.time_point_months if isinstance(row, Measurement) else None
    if own is None or abs(own - months) < SAME_TIME:
        return []
    return [f"at {number_words.time_point(row)}"]


def in_unit(value: Decimal | None, row: Any) -> float | None:
    """A value in its group's unit: months for any length of time, else as it is."""
    if value is None:
        return None
    factor = MONTHS_IN.get(row.unit) if isinstance(row, Measurement) else None
    return float(value * factor if factor else value)


def printed_value(row: Any) -> str:
    """The value as printed; a time in another unit also in months."""
    if not isinstance(row, Measurement):
        return effect_text(row)
    months = months_text(row.value_months, row.unit)
    return f"{value_text(row)} ({months})" if months else value_text(row)


def _ends(row: Any, study: Study | None) -> tuple[float | None, float | None, bool]:
    """The ends of the interval, and whether they are computed from the count, not printed."""
    states = (row.ci_low_state, row.ci_high_state)
    if row.ci_low is not None or row.ci_high is not None or any(states):
        return in_unit(row.ci_low, row), in_unit(row.ci_high, row), False
    if not isinstance(row, Measurement) or row.estimator != "CRUDE_PROPORTION":
        return None, None, False
    if study is not None:
        return study.low, study.high, True
    if row.events is not None and row.n and row.state == "REPORTED":
        found = proportion_interval(row.events, row.n, level=95)
        return found.low, found.high, True
    return None, None, False


def _interval_words(row: Any, low: float | None, high: float | None, is_computed: bool) -> str:
    if is_computed and low is not None and high is not None:
        count = f"from {row.events} of {row.n}" if row.events is not None else "from its count"
        return f"no interval printed; {count}: {low:.1f}–{high:.1f}%"
    return interval_text(row) or ("no interval printed" if row.state == "REPORTED" else "")


# --- The drawing ----------------------------------------------------------------------------------


def _forest(
    alike: Alike,
    lines: Sequence[Line],
    beside: Sequence[Line],
    pooled: Pooled | None,
    controls: Sequence[Benchmark],
) -> Forest:
    references = [_reference(one) for one in controls]
    marks = [line.mark for line in (*lines, *beside)]
    return Forest(
        scale=_scale(alike, marks, pooled, references),
        axis=AXES.get(alike.measure or alike.unit, ""),
        marks=[line.mark for line in lines],
        beside=[line.mark for line in beside],
        beside_title="Alike, but not pooled" if lines else "",
        diamond=_diamond(pooled, alike) if pooled else None,
        references=references,
        favours=favours(alike),
    )


def _reference(one: Benchmark) -> Reference:
    number = one.measurement
    return Reference(f"{one.name}: {value_text(number)}", in_unit(number.value, number) or 0.0)


def _scale(
    alike: Alike,
    marks: Sequence[Mark],
    pooled: Pooled | None,
    references: Sequence[Reference],
) -> Scale:
    if alike.unit == PERCENT:
        return scales.percent(*PLOT)
    near = [mark.at for mark in marks if mark.at is not None]
    near += [one.at for one in references] + ([pooled.estimate] if pooled else [])
    found = [mark.low for mark in marks] + [mark.high for mark in marks]
    found += [mark.threshold for mark in marks]
    if pooled:
        found += [pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high]
    ends = [end for end in found if end is not None]
    make = scales.ratios if alike.unit == RATIO else scales.linear
    return make(near, ends, *PLOT)


def _diamond(pooled: Pooled, alike: Alike) -> Diamond:
    unit = words.unit(alike)
    low, high = pooled.prediction_low, pooled.prediction_high
    ahead = None if low is None or high is None else (low, high)
    return Diamond(
        label=f"Pooled, {pooled.k} studies",
        small="random effects, 95% CI",
        value=figures(pooled.estimate, pooled.low, pooled.high, unit),
        at=pooled.estimate,
        low=pooled.low,
        high=pooled.high,
        ahead=ahead,
        ahead_label="Prediction interval (95%)" if ahead else "",
        ahead_value=span(*ahead, unit) if ahead else "",
    )


# --- The table behind it --------------------------------------------------------------------------


def _columns(alike: Alike) -> list[Column]:
    unit = words.unit(alike)
    value = f"Value, {unit}" if unit else "Value"
    return [
        Column("Study"),
        Column("As printed"),
        Column("Interval"),
        *(Column(name, is_number=True) for name in (value, "From", "To", "Weight, %")),
        Column("In whom"),
        Column("Remark"),
        Column("Read in"),
        Column("Statement"),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _cells(line: Line) -> list[Cell]:
    row, mark = line.row, line.mark
    source = row.locator.source
    remarks = [line.remark, "interval computed from the count" if mark.is_computed else ""]
    if mark.threshold_words:
        met = {True: "met", False: "missed", None: "met or missed: not reported"}
        remarks.append(f"set beforehand: {mark.threshold_words}: {met[row.threshold_met]}")
    return [
        Cell(mark.label, mark.url),
        Cell(mark.value),
        Cell(mark.interval),
        Cell(_number(mark.at)),
        Cell(_number(mark.low)),
        Cell(_number(mark.high)),
        Cell(f"{mark.weight:.1f}" if mark.weight is not None else ""),
        Cell(
            ", ".join(
                [*number_words.population_details(row.population)[:3], *_own_time(row, NO_TIME)]
            )
        ),
        Cell("; ".join(part for part in remarks if part)),
        Cell(source.short_name, f"/sources/{source.slug}/"),
        Cell(row.version.item.public_id, f"/evidence/{row.version.item.public_id}/"),
    ]


def _pooled_cells(pooled: Pooled | None, alike: Alike) -> list[list[Cell]]:
    """The pooled result and the prediction interval as rows of the table."""
    if pooled is None:
        return []
    found = _diamond(pooled, alike)
    rows = [(found.label, found.value, found.at, found.low, found.high, pooled.method)]
    cells = [
        [
            Cell(name),
            Cell(""),
            Cell(value),
            *(Cell(_number(one)) for one in (at, low, high)),
            Cell(""),
            Cell(""),
            Cell(f"computed here: {how}"),
            Cell(""),
            Cell(""),
        ]
        for name, value, at, low, high, how in rows
    ]
    if found.ahead:
        ends = [Cell(_number(one)) for one in found.ahead]
        ahead = [Cell(found.ahead_label), Cell(""), Cell(found.ahead_value), Cell(""), *ends]
        cells.append([*ahead, *(Cell(text) for text in ("", "", "computed here", "", ""))])
    return cells


def _control_cells(one: Benchmark) -> list[Cell]:
    number = one.measurement
    item, source = number.version.item.public_id, number.locator.source
    numbers = (number.value, number.ci_low, number.ci_high)
    return [
        Cell(one.name, f"/evidence/{item}/#number-{number.pk}"),
        Cell(value_text(number)),
        Cell(interval_text(number)),
        *(Cell(_number(in_unit(end, number))) for end in numbers),
        Cell(""),
        Cell(", ".join(number_words.population_details(number.population)[:3])),
        Cell(f"benchmark: a historical control; {number_text(number)}"),
        Cell(source.short_name, f"/sources/{source.slug}/"),
        Cell(item, f"/evidence/{item}/"),
    ]
