"""Every mark of a forest plot against the row of the database that it draws."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from statsmodels.stats.proportion import proportion_confint

from evidence.models import Comparison, Measurement
from evidence.statistics.units import MONTHS_IN
from evidence.synthesis.asking import question
from evidence.synthesis.plots import Plot, plots_of, read_benchmarks
from evidence.synthesis.reading import Reading
from osteodb.website.pages.forest import forest_picture
from osteodb.website.pictures.picture import Picture
from tests.website.forest_reading import HALF_A_PIXEL, Drawn, crowded, read

ENDLESS = ("NOT_REACHED", "NOT_ESTIMABLE")


def pictures(query: str = "") -> Iterator[tuple[Plot, Picture, Reading]]:
    """All plots of a question with their pictures."""
    asked = QueryDict(query)
    reading = question(asked).answer()
    controls = read_benchmarks()
    for plot in plots_of(reading.synthesis):
        yield plot, forest_picture(plot, reading.rows, controls, asked), reading


def check(plot: Plot, picture: Picture, reading: Reading) -> int:
    """Compare a drawing with its rows; how many marks were compared."""
    group = plot.group
    drawn = read(picture.svg, is_log=group.alike.unit == "RATIO")
    squares = iter(drawn.squares)
    compared = 0
    for number in plot.numbers:
        row = reading.rows[number.pk]
        check_text(drawn, row)
        if row.value is None or not may_be_drawn(row) or not is_on_axis(drawn, in_unit(row)):
            continue
        (x, y), _ = next(squares).points
        assert x == pytest.approx(drawn.place(in_unit(row)), abs=HALF_A_PIXEL)
        check_interval(drawn, row, x, y)
        compared += 1
    assert next(squares, None) is None, "a square without a number"
    check_pooled(plot, drawn)
    assert crowded(picture) == []
    return compared


def may_be_drawn(row: Any) -> bool:
    """The rule of the house, asked of the database."""
    if isinstance(row, Measurement):
        return Measurement.objects.plottable().filter(pk=row.pk).exists()
    return not row.in_dispute and row.locator.source.retraction != "RETRACTED"


def in_unit(row: Any, value: Decimal | None = None) -> float:
    """The value of a row, or an end of its interval, as its axis has it."""
    own = row.value if value is None else value
    factor = MONTHS_IN.get(getattr(row, "unit", ""))
    return float(own * factor if factor else own)


def is_on_axis(drawn: Drawn, value: float) -> bool:
    return drawn.ticks[0][1] <= value <= drawn.ticks[-1][1]


def check_text(drawn: Drawn, row: Any) -> None:
    """What the source prints stands there, letter by letter."""
    said = " ".join(drawn.printed.split())
    for printed in (row.value_raw, row.ci_raw):
        assert " ".join(printed.split()) in said


def check_interval(drawn: Drawn, row: Any, x: float, y: float) -> None:
    """The line runs from end to end, and to the edge where an end is open."""
    found = drawn.interval(y)
    if row.ci_raw or row.ci_low is not None or row.ci_high is not None:
        ends = [
            edge if state in ENDLESS else x if end is None else drawn.place(in_unit(row, end))
            for end, state, edge in (
                (row.ci_low, row.ci_low_state, drawn.edges[0]),
                (row.ci_high, row.ci_high_state, drawn.edges[1]),
            )
        ]
    elif isinstance(row, Comparison) or row.estimator != "CRUDE_PROPORTION" or row.events is None:
        return
    else:
        exact = proportion_confint(row.events, row.n, method="beta")
        ends = [drawn.place(100 * float(end)) for end in exact]
    if ends[0] == ends[1]:
        return
    assert found == pytest.approx(ends, abs=HALF_A_PIXEL), row


def check_pooled(plot: Plot, drawn: Drawn) -> None:
    """A diamond only where something is pooled, with its corners at estimate and interval."""
    pooled = plot.group.pooled
    assert len(drawn.diamonds) == (1 if pooled else 0)
    if pooled is None:
        return
    corners = [x for x, _ in drawn.diamonds[0].points]
    wanted = [pooled.low, pooled.estimate, pooled.high, pooled.estimate]
    assert corners == pytest.approx([drawn.place(one) for one in wanted], abs=HALF_A_PIXEL)
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        ahead = [drawn.place(one) for one in (pooled.prediction_low, pooled.prediction_high)]
        [line] = [one for one in drawn.lines if one.title.startswith("Prediction interval")]
        assert [x for x, _ in line.points] == pytest.approx(ahead, abs=HALF_A_PIXEL)
