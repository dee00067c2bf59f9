"""A grid of circles whose areas are numbers, with the numbers beside them. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from osteodb.website.pictures.canvas import Canvas, fitted, width_of

LABELS, STEP, GAP = 270, 14, 12
ROW, HEAD = 26, 30
LARGEST, SMALLEST = 11.0, 2.5
LEAST_COLUMN = 58


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row's name, how deep it stands in its tree, and its numbers."""

    name: str
    depth: int
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Grid:
    """What is drawn."""

    columns: Sequence[str]
    rows: Sequence[GridRow]


def radius_of(number: int, largest: int) -> float:
    """The radius of a circle whose area is as the number; never too small to be seen."""
    return max(SMALLEST, LARGEST * math.sqrt(number / largest)) if number else 0


def draw_grid(grid: Grid) -> Canvas:
    """The circles. The first column counts all and is measured by itself."""
    widths = [max(LEAST_COLUMN, width_of(name, 11) + GAP) for name in grid.columns]
    lefts = [LABELS + sum(widths[:place]) for place in range(len(widths))]
    canvas = Canvas(LABELS + sum(widths), HEAD + ROW * len(grid.rows))
    for name, left in zip(grid.columns, lefts, strict=True):
        canvas.text((left + 4, HEAD - 10), name, "pic-small")
    most = [_largest(grid, slice(0, 1)), _largest(grid, slice(1, None))]
    for place, row in enumerate(grid.rows):
        top = HEAD + ROW * place
        if row.depth == 0:
            canvas.rect((0, top), (canvas.width, ROW), "pic-band")
        canvas.line((0, top), (canvas.width, top), "pic-grid")
        _name(canvas, row, top)
        for column, number in enumerate(row.numbers):
            _number(canvas, lefts[column], top, number, most[column > 0])
    return canvas


def _largest(grid: Grid, part: slice) -> int:
    return max((number for row in grid.rows for number in row.numbers[part]), default=0) or 1


def _name(canvas: Canvas, row: GridRow, top: float) -> None:
    indent = STEP * row.depth
    look = "pic-text" if row.depth else "pic-text pic-strong"
    room = (LABELS - indent - GAP) * (1 if row.depth else 0.9)
    canvas.text((4 + indent, top + 17), fitted(row.name, room), look)


def _number(canvas: Canvas, left: float, top: float, number: int, largest: int) -> None:
    """A circle with its number; a dash where there is none."""
    if not number:
        canvas.text((left + 4 + LARGEST, top + 17), "–", "pic-small", "middle")
        return
    centre = (left + 4 + LARGEST, top + ROW / 2)
    canvas.circle(centre, radius_of(number, largest), "pic-mark")
    canvas.text((left + 4 + 2 * LARGEST + 4, top + 17), str(number), "pic-text")
