"""A forest plot: one line per number, on one axis, with what they pool to below. Pure.

A square is a value as printed, filled and sized by its weight where it is pooled, hollow otherwise.
A line is its interval as printed, a dotted one an interval computed from its count. An arrow says
that an interval has no end, or ends beyond the axis. A diamond is the pooled result with its
interval as width. Shape and words say everything; colour only helps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from osteodb.website.pictures.canvas import Canvas, fitted, wrapped
from osteodb.website.pictures.scales import Scale

WIDTH = 820.0
LABELS, PLOT, TEXTS = (0.0, 212.0), (230.0, 542.0), (562.0, 820.0)
LINE, PADDING, HEAD = 15, 7, 20
SIDE, LARGEST = 8.0, 16.0
TIP, CAP = 6.0, 4.0
WIDE = 13.8  # the size texts are fitted for: figures are wider than the mean letter
MOST_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One number: its words, and where it lies. `at` is None where nothing may be drawn of it.

    `low` and `high` are the ends of its interval, None where there is none; an end without a number
    that is open runs to the edge of the axis. `weight` is in percent, of a pooled number.
    """

    label: str
    url: str
    small: str
    value: str
    interval: str
    remark: str = ""
    at: float | None = None
    low: float | None = None
    high: float | None = None
    is_open_low: bool = False
    is_open_high: bool = False
    is_computed: bool = False
    weight: float | None = None
    threshold: float | None = None
    threshold_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diamond:
    """What the numbers pool to, and where the true value of a next study is expected."""

    label: str
    small: str
    value: str
    at: float
    low: float
    high: float
    ahead: tuple[float, float] | None = None
    ahead_label: str = ""
    ahead_value: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A line through all rows: a historical control, or no difference."""

    label: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """All that is drawn. `beside` are numbers that are alike but not pooled."""

    scale: Scale
    axis: str
    marks: Sequence[Mark]
    beside: Sequence[Mark] = field(default=())
    beside_title: str = ""
    diamond: Diamond | None = None
    references: Sequence[Reference] = field(default=())
    favours: tuple[str, str] | None = None


@dataclass(slots=True)
class _Row:
    """The lines of text of a row, to the left and to the right of the plot."""

    left: list[tuple[str, str]]
    right: list[tuple[str, str]]

    @property
    def height(self) -> float:
        return LINE * max(len(self.left), len(self.right)) + 2 * PADDING


def draw(forest: Forest) -> Canvas:
    """The drawing, as high as its rows need."""
    marks = [(mark, _row(mark)) for mark in forest.marks]
    beside = [(mark, _row(mark)) for mark in forest.beside]
    top = LINE * len(forest.references) + HEAD
    body = sum(row.height for _, row in (*marks, *beside)) + _heading(forest)
    bottom = top + body + _pooled_height(forest.diamond)
    canvas = Canvas(WIDTH, bottom + (42 if forest.favours else 24))
    _frame(canvas, forest, top, bottom)
    y = _rows(canvas, forest, marks, top)
    if forest.diamond:
        y = _diamond(canvas, forest.scale, forest.diamond, y)
    if _heading(forest):
        canvas.line((0, y), (WIDTH, y), "pic-grid")
        canvas.text((0, y + 17), forest.beside_title, "pic-small pic-strong")
        y += HEAD + 4
    _rows(canvas, forest, beside, y)
    return canvas


def _heading(forest: Forest) -> float:
    return HEAD + 4 if forest.beside and forest.beside_title else 0


def _pooled_height(diamond: Diamond | None) -> float:
    if diamond is None:
        return 0
    return _pooled_row(diamond).height + (_ahead_row(diamond).height if diamond.ahead else 0)


# --- Texts ----------------------------------------------------------------------------------------


def _row(mark: Mark) -> _Row:
    room, right = LABELS[1] - LABELS[0], TEXTS[1] - TEXTS[0]
    label = [(line, "pic-text") for line in _few(mark.label, room)]
    small = [
        (line, "pic-small")
        for text in (mark.small, mark.remark)
        for line in _few(text, room)
        if line
    ]
    value = [(line, "pic-text") for line in wrapped(mark.value, right, WIDE)]
    interval = [(line, "pic-small") for line in wrapped(mark.interval, right, WIDE - 1) if line]
    return _Row([*label, *small], [*value, *interval])


def _few(text: str, room: float) -> list[str]:
    """On two lines; what is more is cut, and stands whole in the table."""
    lines = wrapped(text, room, WIDE)
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], fitted(" ".join(lines[MOST_LINES - 1 :]), room, WIDE)]


def _pooled_row(diamond: Diamond) -> _Row:
    room, right = LABELS[1] - LABELS[0], TEXTS[1] - TEXTS[0]
    return _Row(
        [(diamond.label, "pic-text pic-strong"), (fitted(diamond.small, room, WIDE), "pic-small")],
        [(line, "pic-text pic-strong") for line in wrapped(diamond.value, right, WIDE + 1)],
    )


def _ahead_row(diamond: Diamond) -> _Row:
    return _Row([(diamond.ahead_label, "pic-text")], [(diamond.ahead_value, "pic-text")])


def _write(canvas: Canvas, row: _Row, y: float, url: str = "") -> None:
    """The texts of a row, each side in its middle; the label leads to the number's own place."""
    for lines, x in ((row.left, LABELS[0]), (row.right, TEXTS[0])):
        base = y + (row.height - LINE * len(lines)) / 2 + 11
        for i, (text, look) in enumerate(lines):
            if url and x == LABELS[0] and look == "pic-text":
                with canvas.link(url):
                    canvas.text((x, base + LINE * i), text, look)
            else:
                canvas.text((x, base + LINE * i), text, look)


# --- The frame ------------------------------------------------------------------------------------


def tick_text(value: float) -> str:
    """A number of the axis."""
    return f"{value:g}"


def _frame(canvas: Canvas, forest: Forest, top: float, bottom: float) -> None:
    """Axis and ticks below, the line of no difference, and the references with their names."""
    scale = forest.scale
    canvas.text((LABELS[0], top - 6), "Study", "pic-small pic-strong")
    canvas.text((TEXTS[0], top - 6), "As printed", "pic-small pic-strong")
    canvas.line((0, top), (WIDTH, top), "pic-axis")
    for tick in scale.ticks:
        x = scale.place(tick)
        canvas.line((x, top), (x, bottom), "pic-axis" if scale.is_log and tick == 1 else "pic-grid")
        canvas.text((x, bottom + 15), tick_text(tick), "pic-small", "middle")
    canvas.line((scale.left, bottom), (scale.right, bottom), "pic-axis")
    canvas.text((TEXTS[0], bottom + 15), forest.axis, "pic-small")
    for i, one in enumerate(sorted(forest.references, key=lambda each: each.at)):
        x, y = scale.place(one.at), LINE * (i + 1) - 3
        canvas.line((x, y - 9), (x, bottom), "pic-reference", one.label)
        canvas.text((x + 5, y), fitted(one.label, WIDTH - x - 5, WIDE - 1), "pic-small")
    if forest.favours and scale.is_log:
        x = scale.place(1)
        below, above = forest.favours
        canvas.text((x - 8, bottom + 33), f"← favours {below}", "pic-small", "end")
        canvas.text((x + 8, bottom + 33), f"favours {above} →", "pic-small")


# --- The rows -------------------------------------------------------------------------------------


def _rows(canvas: Canvas, forest: Forest, rows: Sequence[tuple[Mark, _Row]], y: float) -> float:
    heaviest = max((mark.weight or 0 for mark, _ in rows), default=0)
    for mark, row in rows:
        _write(canvas, row, y, mark.url)
        _draw_mark(canvas, forest.scale, mark, y + row.height / 2, heaviest)
        y += row.height
    return y


def _draw_mark(canvas: Canvas, scale: Scale, mark: Mark, y: float, heaviest: float) -> None:
    """The interval first, the square upon it, and the threshold as a tick."""
    told = ": ".join(part for part in (mark.label, mark.value) if part)
    look = "pic-computed" if mark.is_computed else "pic-line"
    _interval(canvas, scale, mark, y, look, f"{told}, {mark.interval}".rstrip(", "))
    if mark.at is not None and scale.is_within(mark.at):
        side = _side(mark, heaviest)
        x = scale.place(mark.at)
        filled = mark.weight is not None and not mark.is_computed
        shape = "pic-mark" if filled else "pic-hollow"
        canvas.rect((x - side / 2, y - side / 2), (side, side), shape, told)
    if mark.threshold is not None and scale.is_within(mark.threshold):
        x = scale.place(mark.threshold)
        words = f"Set beforehand: {mark.threshold_words}"
        canvas.line((x, y - 11), (x, y + 11), "pic-reference", words)


def _side(mark: Mark, heaviest: float) -> float:
    """The side of a square whose surface is as its weight."""
    if not mark.weight or not heaviest:
        return SIDE
    return max(4.0, LARGEST * math.sqrt(mark.weight / heaviest))


def _interval(canvas: Canvas, scale: Scale, mark: Mark, y: float, look: str, title: str) -> None:
    """From end to end; from the value where an end is unknown; to the edge where it is open."""
    known = [one for one in (mark.low, mark.at, mark.high) if one is not None]
    if not known and not (mark.is_open_low or mark.is_open_high):
        return
    first = scale.place(known[0]) if known else scale.right - 30
    last = scale.place(known[-1]) if known else scale.right - 30
    low = scale.left if mark.is_open_low else first
    high = scale.right if mark.is_open_high else last
    if low == high and mark.at is None and high == scale.right:
        low = scale.right - 30
    if low == high:
        return
    canvas.line((low, y), (high, y), look, title)
    if mark.is_open_low or (mark.low is not None and mark.low < scale.low):
        _arrow(canvas, (low, y), 1)
    elif mark.low is not None:
        canvas.line((low, y - CAP), (low, y + CAP), "pic-line")
    if mark.is_open_high or (mark.high is not None and mark.high > scale.high):
        _arrow(canvas, (high, y), -1)
    elif mark.high is not None:
        canvas.line((high, y - CAP), (high, y + CAP), "pic-line")


def _arrow(canvas: Canvas, tip: tuple[float, float], back: int) -> None:
    """An arrow's head at the edge of the axis."""
    x, y = tip
    barbs = (
        f"M{x + back * TIP:.1f} {y - CAP:.1f}L{x:.1f} {y:.1f}L{x + back * TIP:.1f} {y + CAP:.1f}"
    )
    canvas.path(barbs, "pic-line")


def _diamond(canvas: Canvas, scale: Scale, diamond: Diamond, y: float) -> float:
    """The pooled result, as wide as its interval, and below it what is expected of a next study."""
    row = _pooled_row(diamond)
    canvas.line((0, y), (WIDTH, y), "pic-grid")
    _write(canvas, row, y)
    middle, title = y + row.height / 2, f"{diamond.label}: {diamond.value}"
    low, at, high = (scale.place(one) for one in (diamond.low, diamond.at, diamond.high))
    corners = [(low, middle), (at, middle - 8), (high, middle), (at, middle + 8)]
    canvas.polygon(corners, "pic-pooled", title)
    for end, x, back in ((diamond.low, low, 1), (diamond.high, high, -1)):
        if not scale.is_within(end):
            _arrow(canvas, (x, middle), back)
    y += row.height
    if diamond.ahead is None:
        return y
    ahead = _ahead_row(diamond)
    _write(canvas, ahead, y)
    middle = y + ahead.height / 2
    first, last = diamond.ahead
    _interval(
        canvas,
        scale,
        Mark(label="", url="", small="", value="", interval="", low=first, high=last),
        middle,
        "pic-line",
        f"{diamond.ahead_label}: {diamond.ahead_value}",
    )
    return y + ahead.height
