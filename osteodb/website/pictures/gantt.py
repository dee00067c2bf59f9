"""Studies in time, one row each: what begins and ends when, as wide as it is uncertain. Pure.

A triangle is a start, a diamond a primary completion, a square a completion. Filled has happened,
hollow is planned, hollow with a bar is not said which. Signs below are statuses on their days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from osteodb.website.pictures.canvas import Canvas, Point, fitted, width_of

LABELS, PLOT, RIGHT = 300, 560, 16
KEY, AXIS, ROW = 24, 40, 40
TOP = KEY + AXIS
WIDTH = LABELS + PLOT + RIGHT
SIZE = 5
ROOM_FOR_SIGN = 12
MOST_YEARS = 11
START, PRIMARY, END = "start", "primary completion", "completion"
HAPPENED, PLANNED, UNSAID = "pic-mark", "pic-hollow", "pic-unsaid"


@dataclass(frozen=True, slots=True)
class Mark:
    """A date: the first day it may mean, the first day after it, its shape, look and words."""

    first: dt.date
    after: dt.date
    shape: str
    look: str
    words: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A status from a day on."""

    day: dt.date
    symbol: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A study: its name, a remark below it, where it leads, its dates and its statuses."""

    name: str
    remark: str
    url: str
    marks: Sequence[Mark]
    signs: Sequence[Sign]


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to places along the picture."""

    start: dt.date
    end: dt.date

    @classmethod
    def around(cls, rows: Sequence[Row], today: dt.date) -> Scale:
        """From the beginning of the earliest year to the end of the latest."""
        days = [day for row in rows for mark in row.marks for day in (mark.first, mark.after)]
        days += [sign.day for row in rows for sign in row.signs]
        first, last = min([today, *days]), max([today, *days])
        end = dt.date(last.year + 1, 1, 1) if last.year < dt.MAXYEAR else dt.date.max
        return cls(dt.date(first.year, 1, 1), end)

    def x(self, day: dt.date) -> float:
        """The place of a day."""
        return LABELS + PLOT * (day - self.start).days / (self.end - self.start).days

    def middle(self, mark: Mark) -> float:
        """The middle of all that a date may mean."""
        return (self.x(mark.first) + self.x(mark.after)) / 2


def draw_gantt(rows: Sequence[Row], today: dt.date) -> Canvas:
    """All rows to one scale of time."""
    canvas = Canvas(WIDTH, TOP + ROW * len(rows) + 8)
    scale = Scale.around(rows, today)
    _key(canvas)
    for place in range(0, len(rows), 2):
        canvas.rect((0, TOP + ROW * place), (WIDTH, ROW), "pic-band")
    _years(canvas, scale)
    for place, row in enumerate(rows):
        _row(canvas, row, TOP + ROW * place, scale)
    _today(canvas, scale, today)
    return canvas


def _key(canvas: Canvas) -> None:
    """What the shapes mean."""
    entries = [(START, HAPPENED, "start"), (PRIMARY, HAPPENED, PRIMARY), (END, HAPPENED, END)]
    entries += [(END, PLANNED, "planned"), (END, UNSAID, "not said which")]
    x = 8.0
    for shape, look, words in entries:
        _shape(canvas, Mark(dt.date.min, dt.date.min, shape, look, words), (x + SIZE, 12))
        canvas.text((x + 2 * SIZE + 6, 16), words, "pic-small")
        x += 2 * SIZE + 6 + width_of(words, 11) + 18
    canvas.rect((x, 7), (18, 10), "pic-span")
    canvas.text((x + 24, 16), "the month or year, where no day is known", "pic-small")


def _years(canvas: Canvas, scale: Scale) -> None:
    first, last = scale.start.year, scale.end.year
    step = max(1, -(-(last - first) // MOST_YEARS))
    for year in range(first, last, step):
        x = scale.x(dt.date(year, 1, 1))
        canvas.line((x, TOP - 6), (x, canvas.height), "pic-grid")
        canvas.text((x + 2, TOP - 8), str(year), "pic-small")


def _today(canvas: Canvas, scale: Scale, today: dt.date) -> None:
    x = scale.x(today)
    canvas.line((x, KEY + 4), (x, canvas.height), "pic-reference")
    side, anchor = (x - 4, "end") if x > LABELS + PLOT / 2 else (x + 4, "start")
    canvas.text((side, KEY + 13), f"today, {today.isoformat()}", "pic-small", anchor)


def _row(canvas: Canvas, row: Row, top: float, scale: Scale) -> None:
    with canvas.link(row.url, row.name):
        canvas.text((8, top + 17), fitted(row.name, LABELS - 20), "pic-text")
    canvas.text((8, top + 32), fitted(row.remark, LABELS - 20, 11), "pic-small")
    y = top + 13
    places = [scale.middle(mark) for mark in row.marks]
    if len(places) > 1:
        canvas.line((min(places), y), (max(places), y), "pic-line")
    for mark in row.marks:
        left, right = scale.x(mark.first), scale.x(mark.after)
        canvas.rect((left, y - SIZE - 1), (right - left, 2 * SIZE + 2), "pic-span", mark.words)
    for mark, x in zip(row.marks, places, strict=True):
        _shape(canvas, mark, (x, y))
    if not row.marks and not row.signs:
        canvas.text((LABELS + 8, top + 24), "no dates", "pic-small")
    for sign in apart(row.signs, scale):
        canvas.text((scale.x(sign.day), top + 34), sign.symbol, "pic-text", "middle")


def apart(signs: Sequence[Sign], scale: Scale) -> list[Sign]:
    """The signs that have room: where two would lie on each other, the later one stays."""
    kept: list[Sign] = []
    for sign in reversed(signs):
        if all(abs(scale.x(sign.day) - scale.x(one.day)) >= ROOM_FOR_SIGN for one in kept):
            kept.append(sign)
    return kept[::-1]


def _shape(canvas: Canvas, mark: Mark, centre: Point) -> None:
    """The shape says which date it is, its filling whether it has happened."""
    x, y = centre
    if mark.shape == START:
        corners = [(x - SIZE, y - SIZE), (x + SIZE, y), (x - SIZE, y + SIZE)]
        canvas.polygon(corners, mark.look, mark.words)
    elif mark.shape == PRIMARY:
        around = [(x, y - SIZE - 1), (x + SIZE + 1, y), (x, y + SIZE + 1), (x - SIZE - 1, y)]
        canvas.polygon(around, mark.look, mark.words)
    else:
        size = (2 * SIZE - 1, 2 * SIZE - 1)
        canvas.rect((x - SIZE + 0.5, y - SIZE + 0.5), size, mark.look, mark.words)
    if mark.look == UNSAID:
        canvas.line((x - SIZE, y + SIZE), (x + SIZE, y - SIZE), "pic-axis")
