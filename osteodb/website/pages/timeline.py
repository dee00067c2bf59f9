"""A trial's dates as a picture: an SVG made on the server, with a table behind it. Pure.

A date known only to its month or year is drawn as wide as that month or year. What has happened is
a filled circle, what is planned a hollow one, what a registry did (posted, verified) a square, so
that shape and not colour tells them apart. Colours are the style sheet's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from osteodb.core.partial_dates import PartialDate

WIDTH, LEFT, RIGHT = 760, 150, 16
TOP, LANE, BOTTOM = 40, 28, 8
MOST_TICKS = 9
LETTER = 6.6  # the width of a letter of the labels, about
HAPPENED, PLANNED, REGISTRY, STATUS = "ACTUAL", "ESTIMATED", "REGISTRY", "STATUS"
IN_WORDS = {
    HAPPENED: "actual",
    PLANNED: "planned",
    REGISTRY: "date of the registry",
    STATUS: "status",
    "": "actual or planned: not reported",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A date of a lane: as it was given, what kind of date it is, and a word to it."""

    text: str
    kind: str
    words: str = ""
    symbol: str = ""

    @property
    def first(self) -> dt.date:
        """The first day it may mean."""
        return PartialDate.parse(self.text).earliest

    @property
    def after(self) -> dt.date:
        """The first day after it."""
        return after(PartialDate.parse(self.text))

    @property
    def kind_words(self) -> str:
        """What kind of date it is."""
        return IN_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the picture."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture and the same as rows. Without a date there is neither."""

    svg: str
    lanes: list[Lane]


def draw(lanes: Iterable[Lane], *, today: dt.date, title: str) -> Timeline:
    """The picture of all lanes that have a date."""
    shown = [lane for lane in lanes if lane.points]
    if not shown:
        return Timeline("", [])
    scale = _Scale.around(shown, today)
    height = TOP + LANE * len(shown) + BOTTOM
    parts = [
        _title("timeline-title", "title", title),
        _title("timeline-desc", "desc", described(shown, today)),
        *_years(scale, height),
    ]
    for place, lane in enumerate(shown):
        parts += _lane(lane, TOP + LANE * place + LANE // 2, scale)
    parts += _today(scale, today, height)
    opening = (
        f'<svg class="tl" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="timeline-title timeline-desc">'
    )
    return Timeline(f"{opening}{''.join(parts)}</svg>", shown)


def described(lanes: Sequence[Lane], today: dt.date) -> str:
    """The picture in words."""
    told = [
        f"{lane.label} {point.text} ({point.words or point.kind_words})"
        for lane in lanes
        for point in lane.points
    ]
    return f"{'; '.join(told)}. Today is {today.isoformat()}."


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to places along the picture."""

    start: dt.date
    end: dt.date

    @classmethod
    def around(cls, lanes: Sequence[Lane], today: dt.date) -> _Scale:
        """From the beginning of the earliest year to the end of the latest."""
        points = [point for lane in lanes for point in lane.points]
        first = min(today, *(point.first for point in points))
        last = max(today, *(point.after for point in points))
        return cls(dt.date(first.year, 1, 1), _new_year(last.year + 1))

    def x(self, day: dt.date) -> float:
        """The place of a day."""
        whole = (self.end - self.start).days
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.start).days / whole


def _new_year(year: int) -> dt.date:
    return dt.date(year, 1, 1) if year <= dt.MAXYEAR else dt.date.max


def after(date: PartialDate) -> dt.date:
    """The first day after all that a date may mean."""
    first = date.earliest
    if date.precision == "year":
        return _new_year(first.year + 1)
    if date.precision == "month":
        return (
            _new_year(first.year + 1) if first.month == 12 else first.replace(month=first.month + 1)
        )
    return first + dt.timedelta(days=1) if first < dt.date.max else first


def _title(name: str, tag: str, text: str) -> str:
    return f'<{tag} id="{name}">{escape(text)}</{tag}>'


def _text(x: float, y: float, text: str, css: str, anchor: str = "start") -> str:
    return (
        f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _line(x: float, top: float, bottom: float, css: str) -> str:
    return f'<line class="{css}" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"/>'


def _years(scale: _Scale, height: int) -> list[str]:
    """A line and a number for some of the years."""
    first, last = scale.start.year, scale.end.year
    step = -(-(last - first) // MOST_TICKS) or 1
    parts = []
    for year in range(first, last, step):
        x = scale.x(_new_year(year))
        parts += [
            _line(x, TOP - 8, height, "tl-grid"),
            _text(x + 2, TOP - 12, str(year), "tl-year"),
        ]
    return parts


def _today(scale: _Scale, today: dt.date, height: int) -> list[str]:
    x, words = scale.x(today), f"today, {today.isoformat()}"
    beside = (x - 4, "end") if x > WIDTH / 2 else (x + 4, "start")
    return [_line(x, 6, height, "tl-today"), _text(beside[0], 14, words, "tl-word", beside[1])]


def _lane(lane: Lane, y: float, scale: _Scale) -> list[str]:
    """A lane: its name, its dates, and a word to each where there is room for it."""
    points = sorted(lane.points, key=lambda point: point.first)
    parts = [
        f'<line class="tl-lane" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>',
        _text(LEFT - 10, y + 4, lane.label, "tl-label", "end"),
    ]
    places = [_middle(point, scale) for point in points]
    for place, point in enumerate(points):
        room = (places[place + 1] if place + 1 < len(places) else WIDTH) - places[place]
        is_last = place + 1 == len(points)
        before = places[place] - (places[place - 1] if place else LEFT)
        parts.append(_point(point, y, scale))
        parts += _word(point, places[place], y, room, before if is_last else 0)
    return parts


def _middle(point: Point, scale: _Scale) -> float:
    return (scale.x(point.first) + scale.x(point.after)) / 2


def _word(point: Point, x: float, y: float, room: float, before: float) -> list[str]:
    """The date, or the status, beside its mark: to the right, else to the left, else nowhere."""
    text = point.words or f"{point.text}{' (planned)' if point.kind == PLANNED else ''}"
    needed = len(text) * LETTER + 14
    if needed <= room:
        return [_text(x + 11, y + 4, text, "tl-word")]
    return [_text(x - 11, y + 4, text, "tl-word", "end")] if needed <= before else []


def _point(point: Point, y: float, scale: _Scale) -> str:
    """A mark on a bar as wide as what the date may mean."""
    left, right = scale.x(point.first), scale.x(point.after)
    words = f"{point.words + ': ' if point.words else ''}{point.text} ({point.kind_words})"
    bar = (
        f'<rect class="tl-span" x="{left:.1f}" y="{y - 7:.1f}" '
        f'width="{right - left:.1f}" height="14"/>'
    )
    return f"<g><title>{escape(words)}</title>{bar}{_mark(point, (left + right) / 2, y)}</g>"


def _mark(point: Point, x: float, y: float) -> str:
    if point.kind == STATUS:
        return (
            f'<circle class="tl-status" cx="{x:.1f}" cy="{y:.1f}" r="8"/>'
            f'<text class="tl-symbol" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">'
            f"{escape(point.symbol)}</text>"
        )
    if point.kind == REGISTRY:
        return (
            f'<rect class="tl-registry" x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"/>'
        )
    css = {HAPPENED: "tl-actual", PLANNED: "tl-planned"}.get(point.kind, "tl-unsaid")
    return f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
