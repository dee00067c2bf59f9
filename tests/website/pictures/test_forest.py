"""The drawing of a forest plot: to scale, and as another program draws the same studies."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from statsmodels.stats.meta_analysis import combine_effects

from evidence.statistics.log_scale import Interval, pool_ratios
from osteodb.website.pictures import scales
from osteodb.website.pictures.forest import PLOT, Diamond, Forest, Mark, Reference, draw
from osteodb.website.pictures.picture import Column, Picture
from osteodb.website.pictures.scales import Scale
from tests.website.forest_reading import HALF_A_PIXEL, Drawn, crowded, read

Z = 1.959963984540054
# Estimates and standard errors of the logarithm: made up, for the geometry alone.
STUDIES = [("First", 0.52, 0.25), ("Second", 0.66, 0.18), ("Third", 0.58, 0.31), ("Last", 0.7, 0.2)]


def mark(label: str = "Study", **given: object) -> Mark:
    words: dict[str, object] = {"url": "/x/", "small": "n = 1", "value": "1", "interval": ""}
    return Mark(label=label, **(words | given))  # type: ignore[arg-type]


def drawn(forest: Forest) -> Drawn:
    svg = draw(forest).on_page("made", "Made", "Made")
    return read(svg, is_log=forest.scale.is_log)


def ratio_scale(*ends: float) -> Scale:
    return scales.ratios(ends, ends, *PLOT)


def months_scale(*ends: float) -> Scale:
    return scales.linear(ends, ends, *PLOT)


def same_studies() -> tuple[Forest, list[Interval]]:
    """The studies as a forest plot of ratios, pooled."""
    rows = [
        Interval(
            label=name,
            estimate=ratio,
            low=ratio * math.exp(-Z * error),
            high=ratio * math.exp(Z * error),
            level=95.0,
        )
        for name, ratio, error in STUDIES
    ]
    pooled = pool_ratios(rows)
    marks = [
        mark(one.label, at=one.estimate, low=one.low, high=one.high, weight=study.weight)
        for one, study in zip(rows, pooled.studies, strict=True)
    ]
    diamond = Diamond(
        label="Pooled",
        small="",
        value="x",
        at=pooled.estimate,
        low=pooled.low,
        high=pooled.high,
    )
    ends = [end for one in rows for end in (one.low, one.high)]
    return Forest(scale=ratio_scale(*ends), axis="", marks=marks, diamond=diamond), rows


def points_and_intervals(axes: Any) -> tuple[list[float], list[tuple[float, float]]]:
    """What statsmodels drew: of each row first its interval, then its point."""
    every = [list(line.get_xdata()) for line in axes.lines]
    pairs = [(one, before) for before, one in pairwise(every) if len(one) == 1 and len(before) == 2]
    return [one[0] for one, _ in pairs], [(low, high) for _, (low, high) in pairs]


def test_the_same_studies_lie_where_statsmodels_draws_them() -> None:
    mpl.use("Agg")
    forest, rows = same_studies()
    found = drawn(forest)
    effects = np.log([one.estimate for one in rows])
    errors = np.array([error for _, _, error in STUDIES])
    combined = combine_effects(effects, errors**2, method_re="iterated", row_names=[
        one.label for one in rows
    ])  # fmt: skip
    figure = combined.plot_forest(alpha=0.05, use_exp=True)
    points, segments = points_and_intervals(figure.axes[0])
    pyplot.close(figure)
    assert len(points) > len(rows), "statsmodels draws the pooled rows as well"
    for square, point, (low, high) in zip(found.squares, points, segments, strict=False):
        (x, y), _ = square.points
        assert found.value(x) == pytest.approx(point, rel=0.003)
        ends = found.interval(y)
        assert ends is not None
        assert [found.value(one) for one in ends] == pytest.approx([low, high], rel=0.003)
    # These studies agree better than chance, so τ² is none and every weighting is the same.
    random_effects = points[list(combined.summary_frame().index).index("random effect")]
    top = found.diamonds[0].points[1][0]
    assert found.value(top) == pytest.approx(random_effects, rel=0.003)


def test_the_surface_of_a_square_is_as_its_weight() -> None:
    forest, _ = same_studies()
    sizes = [one.points[1] for one in drawn(forest).squares]
    weights = [one.weight or 0 for one in forest.marks]
    for (width, height), weight in zip(sizes, weights, strict=True):
        assert width == height
        assert width**2 / sizes[1][0] ** 2 == pytest.approx(weight / weights[1], abs=0.03)


def test_an_end_beyond_the_axis_and_one_without_a_number_are_arrows_at_its_edge() -> None:
    scale = Scale(0, 10, (0, 5, 10), *PLOT)
    far = mark("Far", at=4.0, low=2.0, high=40.0)
    endless = mark("Endless", at=5.0, low=3.0, is_open_high=True)
    found = drawn(Forest(scale=scale, axis="months", marks=[far, endless]))
    assert [one.points[0][0] for one in found.arrows] == [PLOT[1], PLOT[1]]
    for square, low in zip(found.squares, (2, 3), strict=True):
        ends = found.interval(square.points[0][1])
        assert ends == pytest.approx((found.place(low), PLOT[1]), abs=HALF_A_PIXEL)


def test_a_median_that_was_not_reached_is_an_arrow_with_words_and_no_square() -> None:
    unreached = mark("None yet", value="not reached", is_open_high=True)
    found = drawn(Forest(scale=months_scale(8.0), axis="months", marks=[unreached]))
    assert found.squares == []
    assert [one.points[0][0] for one in found.arrows] == [PLOT[1]]
    assert "not reached" in found.printed


def test_a_value_without_an_interval_is_hollow_and_has_no_line() -> None:
    found = drawn(Forest(scale=months_scale(8.0), axis="months", marks=[mark(at=4.0)]))
    [square] = found.squares
    assert square.look == "pic-hollow"
    assert found.interval(square.points[0][1]) is None


def test_what_may_not_be_drawn_is_told_only() -> None:
    quiet = mark(value="12%", remark="≠ disputed: not drawn")
    found = drawn(Forest(scale=scales.percent(*PLOT), axis="%", marks=[quiet]))
    assert not found.squares and not found.arrows
    assert "≠ disputed: not drawn" in found.labels
    assert "12%" in found.printed


def test_the_threshold_of_a_trial_is_a_tick_on_its_own_row() -> None:
    own = mark(at=30.0, threshold=40.0, threshold_words="≥ 40%")
    found = drawn(Forest(scale=scales.percent(*PLOT), axis="%", marks=[own, mark(at=20.0)]))
    [tick] = [one for one in found.lines if one.look == "pic-reference"]
    (x, top), (_, bottom) = tick.points
    assert x == pytest.approx(found.place(40), abs=HALF_A_PIXEL)
    assert top < found.squares[0].points[0][1] < bottom < found.squares[1].points[0][1]
    assert tick.title == "Set beforehand: ≥ 40%"


def test_references_are_lines_through_all_rows_under_their_names() -> None:
    references = [Reference("Later: 7%", 7), Reference("Early: 12%", 12)]
    marks = [mark(at=20.0), mark(at=50.0)]
    found = drawn(Forest(scale=scales.percent(*PLOT), axis="%", marks=marks, references=references))
    lines = [one for one in found.lines if one.look == "pic-reference"]
    assert [one.points[0][0] for one in lines] == pytest.approx(
        [found.place(7), found.place(12)], abs=HALF_A_PIXEL
    )
    for line in lines:
        assert line.points[0][1] < found.squares[0].points[0][1]
        assert line.points[1][1] > found.squares[1].points[0][1]


def test_a_scale_of_ratios_holds_one_and_halves_as_wide_as_it_doubles() -> None:
    scale = ratio_scale(0.4, 0.9)
    assert scale.low < 1 < scale.high
    one = scale.place(1)
    assert one - scale.place(0.5) == pytest.approx(scale.place(2) - one)


@given(st.lists(st.floats(0.01, 500), min_size=1, max_size=6))
def test_every_scale_holds_its_estimates_and_has_few_ticks(values: list[float]) -> None:
    for scale in (months_scale(*values), ratio_scale(*values)):
        assert all(scale.is_within(value) for value in values)
        assert 2 <= len(scale.ticks) <= 8
        assert list(scale.ticks) == sorted(set(scale.ticks))
        assert (scale.ticks[0], scale.ticks[-1]) == (scale.low, scale.high)


def test_long_words_neither_overlap_nor_leave_the_drawing() -> None:
    long = "Study of a treatment with a name that goes on and on, WWWW MMMM " * 3
    words = {
        "small": long,
        "remark": long,
        "value": "11 of 222 patients (4.95 %) of MMMM WWWW " * 3,
        "interval": "95% CI 12.34 to not estimable (printed 12.34–NE) " * 3,
    }
    marks = [mark(long, at=20.0 * i, **words) for i in range(1, 4)]
    forest = Forest(
        scale=scales.percent(*PLOT),
        axis="% of patients",
        marks=marks,
        beside=marks,
        beside_title="Alike, but not pooled",
        references=[Reference(long, 90), Reference(long, 95), Reference("x", 5)],
    )
    picture = Picture(
        key="made",
        title="Made",
        description="Made",
        canvas=draw(forest),
        columns=[Column("a")],
        rows=[],
        address=("/pictures/forest", ""),
    )
    assert crowded(picture) == []
    assert drawn(forest).printed.count("(printed 12.34–NE)") == 18
