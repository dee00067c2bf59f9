"""A network in columns: boxes that lead on, arrows whose ends say what they do. Pure.

A filled head raises, a bar lowers, a hollow head says neither, dots at both ends have no direction.
Dashes mean that it was seen not to hold. Colour only helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osteodb.website.pictures.canvas import Canvas, Point, width_of
from osteodb.website.pictures.network_layout import BOX, LINE, Layout, Route, Spot, lay_out

RAISES, LOWERS, UNSIGNED, BOTH_WAYS = "raises", "lowers", "unsigned", "both ways"
PART, RECORD = "part", "record"
LOOK = {
    RAISES: "pic-up",
    LOWERS: "pic-down",
    UNSIGNED: "pic-plain",
    BOTH_WAYS: "pic-plain",
}
TIE_LOOK = {PART: "pic-part", RECORD: "pic-record"}
AGAINST = "pic-not"
HEAD = 8
KEY: tuple[tuple[str, str, str], ...] = (
    (RAISES, LOOK[RAISES], "raises or activates"),
    (LOWERS, LOOK[LOWERS], "lowers or inhibits"),
    (UNSIGNED, LOOK[UNSIGNED], "does something else"),
    (BOTH_WAYS, LOOK[BOTH_WAYS], "no direction"),
    (RAISES, AGAINST, "seen not to"),
    ("", TIE_LOOK[PART], "cell or pathway of an arrow"),
    ("", TIE_LOOK[RECORD], "on record, no finding"),
)
KEY_LINE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something in the network. `column` counts from the left; `centre_url` centres on it."""

    key: str
    column: int
    name: str
    told: str
    url: str
    centre_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A line from one box to another; `told` is its whole sentence."""

    start: str
    end: str
    does: str
    is_against: bool
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A thin line without a head: a PART in an arrow, or a tie on RECORD."""

    start: str
    end: str
    kind: str
    told: str


def draw(
    boxes: Sequence[Box], arrows: Sequence[Arrow], ties: Sequence[Tie], headings: Sequence[str]
) -> Canvas:
    """The network with its key below. `headings` are the names of all columns."""
    layout = network_layout(boxes, arrows, ties)
    rows = _key_rows(max(layout.width, 460))
    canvas = Canvas(max(layout.width, 460), layout.height + KEY_LINE * len(rows) + 6)
    for column, left in layout.columns:
        canvas.text(
            (left + BOX / 2, 14), headings[column], "pic-text pic-strong pic-fine", "middle"
        )
    for tie, route in zip(ties, layout.routes[len(arrows) :], strict=True):
        canvas.path(way(route, 0), TIE_LOOK[tie.kind], tie.told)
    for arrow, route in zip(arrows, layout.routes, strict=False):
        _arrow(canvas, arrow, route)
    for box in boxes:
        _box(canvas, box, layout)
    for n, row in enumerate(rows):
        _key(canvas, row, layout.height + KEY_LINE * (n + 0.5))
    return canvas


def network_layout(boxes: Sequence[Box], arrows: Sequence[Arrow], ties: Sequence[Tie]) -> Layout:
    """Where everything lies: the routes of the arrows, then those of the ties."""
    spots = [Spot(box.key, box.column, box.name) for box in boxes]
    ends = [(one.start, one.end) for one in arrows]
    return lay_out(spots, ends + [(one.start, one.end) for one in ties])


def way(route: Route, head: float) -> str:
    """A route as a curve that stops short of its end by the length of the head."""
    (x, y), (end_x, end_y) = route.start, route.end
    end_x -= route.enters * head
    if route.bow:
        bend = x + route.bow
        return f"M{x:.1f} {y:.1f}C{bend:.1f} {y:.1f} {bend:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
    data, here = f"M{x:.1f} {y:.1f}", (x, y)
    for begins, ends in route.stretches:
        data += f"{_curve(here, begins)}L{ends[0]:.1f} {ends[1]:.1f}"
        here = ends
    return data + _curve(here, (end_x, end_y))


def _curve(start: Point, end: Point) -> str:
    middle = (start[0] + end[0]) / 2
    return f"C{middle:.1f} {start[1]:.1f} {middle:.1f} {end[1]:.1f} {end[0]:.1f} {end[1]:.1f}"


def _arrow(canvas: Canvas, arrow: Arrow, route: Route) -> None:
    look = AGAINST if arrow.is_against else LOOK[arrow.does]
    canvas.path(way(route, 0 if arrow.does == LOWERS else HEAD - 1), f"pic-flow {look}", arrow.told)
    _head(canvas, arrow.does, look, route.end, route.enters)
    if arrow.does == BOTH_WAYS:
        canvas.circle((route.start[0] + route.leaves * 4, route.start[1]), 3, f"{look}head")


def _head(canvas: Canvas, does: str, look: str, end: Point, enters: int) -> None:
    """The end of an arrow, by its shape."""
    x, y = end
    if does == LOWERS:
        canvas.rect((x - 1.5 - enters * 2.5, y - 4.5), (3, 9), f"{look}head")
        return
    if does == BOTH_WAYS:
        canvas.circle((x - enters * 4, y), 3, f"{look}head")
        return
    back = x - enters * HEAD
    hollow = " pic-empty" if does == UNSIGNED else ""
    canvas.polygon([(x, y), (back, y - 4), (back, y + 4)], f"{look}head{hollow}")


def _box(canvas: Canvas, box: Box, layout: Layout) -> None:
    placed = layout.boxes[box.key]
    canvas.rect((placed.x, placed.y), (BOX, placed.height), "pic-box", box.told, radius=4)
    first = placed.middle - LINE * (len(placed.lines) - 1) / 2 + 4
    with canvas.link(box.url, box.told):
        for n, line in enumerate(placed.lines):
            canvas.text((placed.x + 8, first + LINE * n), line, "pic-text pic-fine")
    with canvas.link(box.centre_url, f"Centre on {box.name}"):
        middle = (placed.x + BOX - 12, placed.middle)
        canvas.rect((placed.x + BOX - 24, placed.middle - 14), (24, 28), "pic-hit")
        canvas.circle(middle, 5, "pic-axis", f"Centre on {box.name}")
        canvas.circle(middle, 1.5, "pic-small")


# --- The key --------------------------------------------------------------------------------------


def _key_rows(width: float) -> list[list[tuple[float, tuple[str, str, str]]]]:
    """The entries of the key with where they begin, in as many rows as they need."""
    rows: list[list[tuple[float, tuple[str, str, str]]]] = [[]]
    x = 0.0
    for entry in KEY:
        room = 38 + width_of(entry[2], 11) + 20
        if x + room > width and rows[-1]:
            rows.append([])
            x = 0.0
        rows[-1].append((x, entry))
        x += room
    return rows


def _key(canvas: Canvas, row: list[tuple[float, tuple[str, str, str]]], y: float) -> None:
    for x, (does, look, words) in row:
        short = HEAD - 1 if does and does != LOWERS else 0
        canvas.line((x + 2, y), (x + 30 - short, y), look)
        if does:
            _head(canvas, does, look, (x + 30, y), 1)
        if does == BOTH_WAYS:
            canvas.circle((x + 4, y), 3, f"{look}head")
        canvas.text((x + 38, y + 4), words, "pic-small")
