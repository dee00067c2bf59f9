"""Where the boxes and lines of a network in columns lie. Pure, and the same every time.

Boxes stand in columns and never touch. Lines leave and enter boxes sideways, each at a place of its
own, and pass a column that lies between through a gap, so that none runs through a foreign box.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from osteodb.website.pictures.canvas import Point, fitted

BOX, CHANNEL, GAP = 146, 58, 18  # a box's width, the room between columns, and between boxes
TOP, EDGE, LINE, PORT, LETTERS = 30, 58, 14, 9, 17
LOWEST = 60  # a short column begins no lower than this, so that a narrow screen is never empty
SWEEPS, LANES = 8, (0, -4, 4, -8, 8)
LEFT, RIGHT = "left", "right"


@dataclass(frozen=True, slots=True)
class Spot:
    """What has to be placed: a key, its column, and its name."""

    key: str
    column: int
    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A box on the surface, and its name in lines."""

    x: float
    y: float
    height: float
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a line: where it begins, gaps it passes as level stretches, where it ends.

    `enters` is +1 where it comes to its end from the left, -1 from the right.
    """

    start: Point
    stretches: tuple[tuple[Point, Point], ...]
    end: Point
    enters: int
    bow: float = 0

    @property
    def leaves(self) -> int:
        """+1 where it begins to the right, -1 to the left."""
        return 1 if self.bow else self.enters


@dataclass(slots=True)
class Layout:
    """Everything placed."""

    boxes: dict[str, Placed]
    routes: list[Route]
    columns: list[tuple[int, float]]
    width: float
    height: float


@dataclass(slots=True)
class _Grid:
    """The columns while boxes are placed and lines are drawn."""

    columns: list[list[str]]
    place: dict[str, int]
    boxes: dict[str, Placed] = field(default_factory=dict)
    lanes: Counter[tuple[int, float]] = field(default_factory=Counter)

    def left_of(self, column: int) -> float:
        """Where a column begins."""
        return column * (BOX + CHANNEL)


def lay_out(spots: Iterable[Spot], lines: Sequence[tuple[str, str]]) -> Layout:
    """Places for the spots and ways for the lines between them, which are given by keys."""
    by_key = {spot.key: spot for spot in spots}
    used = sorted({spot.column for spot in by_key.values()})
    columns = [
        sorted((key for key, spot in by_key.items() if spot.column == one),
               key=lambda key: (by_key[key].name.casefold(), key))
        for one in used
    ]  # fmt: skip
    columns = _uncrossed(columns, lines)
    place = {key: i for i, column in enumerate(columns) for key in column}
    grid = _Grid(columns, place)
    _stack(grid, by_key, lines)
    bottom = max((one.y + one.height for one in grid.boxes.values()), default=TOP)
    return Layout(
        boxes=grid.boxes,
        routes=_routes(grid, lines),
        columns=[(one, grid.left_of(i)) for i, one in enumerate(used)],
        width=max(len(columns), 1) * (BOX + CHANNEL) - CHANNEL + _edge(grid, lines),
        height=bottom + GAP,
    )


# --- Columns --------------------------------------------------------------------------------------


def _uncrossed(columns: list[list[str]], lines: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each column ordered by where its neighbours in the others are, again and again."""
    near: dict[str, list[str]] = defaultdict(list)
    for start, end in lines:
        near[start].append(end)
        near[end].append(start)
    for sweep in range(SWEEPS):
        order = range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1)
        for i in order:
            at = {
                key: (n + 0.5) / len(column) for column in columns for n, key in enumerate(column)
            }
            own = set(columns[i])
            means = {key: _mean([at[one] for one in near[key] if one not in own], at[key])
                     for key in own}  # fmt: skip
            columns[i] = sorted(columns[i], key=lambda key: (means[key], at[key]))
    return columns


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _edge(grid: _Grid, lines: Sequence[tuple[str, str]]) -> float:
    """Room on the right for lines between boxes of the last column."""
    last = len(grid.columns) - 1
    return EDGE if any(grid.place[one] == grid.place[two] == last for one, two in lines) else 2


def _stack(grid: _Grid, spots: dict[str, Spot], lines: Sequence[tuple[str, str]]) -> None:
    """Boxes under each other, columns about level; a box with many lines is tall enough."""
    ends = Counter(side for line in lines for side in _sides(grid, *line))
    texts = {key: _wrapped(spot.name) for key, spot in spots.items()}
    heights = {
        key: max(LINE * len(texts[key]) + 10, PORT * max(ends[key, LEFT], ends[key, RIGHT]) + 6, 30)
        for key in spots
    }
    tall = [sum(heights[key] + GAP for key in column) - GAP for column in grid.columns]
    for i, column in enumerate(grid.columns):
        y = TOP + min((max(tall) - tall[i]) / 2, LOWEST)
        for key in column:
            grid.boxes[key] = Placed(grid.left_of(i), y, heights[key], texts[key])
            y += heights[key] + GAP


def _wrapped(name: str) -> tuple[str, ...]:
    lines = textwrap.wrap(name, LETTERS) or ["?"]
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2][: LETTERS - 1]}…"]
    return tuple(fitted(line, LETTERS * 12) for line in lines)


# --- Lines ----------------------------------------------------------------------------------------


def _sides(grid: _Grid, start: str, end: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The side of each box at which a line leaves and enters."""
    here, there = grid.place[start], grid.place[end]
    if here == there:
        return (start, RIGHT), (end, RIGHT)
    return ((start, RIGHT), (end, LEFT)) if here < there else ((start, LEFT), (end, RIGHT))


def _routes(grid: _Grid, lines: Sequence[tuple[str, str]]) -> list[Route]:
    ports = _ports(grid, lines)
    return [_route(grid, line, ports[i, 0], ports[i, 1]) for i, line in enumerate(lines)]


def _ports(grid: _Grid, lines: Sequence[tuple[str, str]]) -> dict[tuple[int, int], Point]:
    """Where each line touches each of its boxes: one place for each, ordered by where it goes."""
    by_side: dict[tuple[str, str], list[tuple[float, int, int]]] = defaultdict(list)
    for i, (start, end) in enumerate(lines):
        leaves, enters = _sides(grid, start, end)
        by_side[leaves].append((grid.boxes[end].middle, i, 0))
        by_side[enters].append((grid.boxes[start].middle, i, 1))
    found = {}
    for (key, side), ends in by_side.items():
        box = grid.boxes[key]
        step = box.height / (len(ends) + 1)
        for n, (_, i, which) in enumerate(sorted(ends), 1):
            found[i, which] = (box.x + (BOX if side == RIGHT else 0), box.y + step * n)
    return found


def _route(grid: _Grid, line: tuple[str, str], start: Point, end: Point) -> Route:
    here, there = (grid.place[key] for key in line)
    if here == there:
        bow = min(CHANNEL - 8, 18 + abs(start[1] - end[1]) / 6)
        return Route(start, (), end, -1, bow)
    step = 1 if here < there else -1
    stretches, y = [], start[1]
    for column in range(here + step, there, step):
        share = abs(column - here) / abs(there - here)
        y = _gap(grid, column, start[1] + (end[1] - start[1]) * share)
        left, right = grid.left_of(column), grid.left_of(column) + BOX
        stretches.append(((left, y), (right, y)) if step > 0 else ((right, y), (left, y)))
    return Route(start, tuple(stretches), end, step)


def _gap(grid: _Grid, column: int, wanted: float) -> float:
    """A free level in a column, near the one that is wanted: beyond its boxes or between two."""
    boxes = [grid.boxes[key] for key in grid.columns[column]]
    first, last = boxes[0].y - GAP / 2, boxes[-1].y + boxes[-1].height + GAP / 2
    if wanted < first or wanted > last:
        return wanted
    levels = [first, *(box.y + box.height + GAP / 2 for box in boxes)]
    level = min(levels, key=lambda one: (abs(one - wanted), one))
    grid.lanes[column, level] += 1
    return level + LANES[(grid.lanes[column, level] - 1) % len(LANES)] * 0.8
