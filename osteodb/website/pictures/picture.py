"""A picture with a table behind it, a text alternative, and files to take along."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import vl_convert

from osteodb.core.api.renderers import FORMULA_STARTS
from osteodb.website.pictures.canvas import FONT, Canvas

FONTS = Path(__file__).with_name("fonts")
SCALE = 2  # pixels of a PNG for each unit of the drawing


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table behind a picture. `is_number` sets it in figures of one width."""

    label: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in the table: text, and where it leads."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn, the same as rows, and the same in a sentence or two.

    `key` begins the ids on its page and names the files; `address` is where its files are, without
    the ending and with its query: `("/pictures/forest", "endpoint=PFS")`. `notes` are sentences
    that have to stay with the picture wherever it goes, such as what it does not show.
    """

    key: str
    title: str
    description: str
    canvas: Canvas
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    address: tuple[str, str]
    notes: Sequence[str] = field(default=())

    @property
    def svg(self) -> str:
        """For the page."""
        return self.canvas.on_page(self.key, self.title, self.description)

    def file(self, ending: str) -> str:
        """The address of a file: svg, png or csv."""
        path, query = self.address
        return f"{path}.{ending}?{query}" if query else f"{path}.{ending}"

    @property
    def files(self) -> list[tuple[str, str]]:
        """The names and addresses of all files."""
        return [(ending.upper(), self.file(ending)) for ending in ("svg", "png", "csv")]

    @property
    def table(self) -> list[list[tuple[Column, Cell]]]:
        """The rows, each cell with its column."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    def as_svg(self, came_from: str) -> bytes:
        """The SVG document; `came_from` says where and when it was taken."""
        text = self.canvas.as_file(self.title, self.description, [*self.notes, came_from])
        return text.encode()

    def as_png(self, came_from: str) -> bytes:
        """The same as pixels, drawn with the fonts of this folder."""
        _fonts()
        svg = self.as_svg(came_from).decode().replace(FONT, "DejaVu Sans")
        return bytes(vl_convert.svg_to_png(svg, scale=SCALE))

    def as_csv(self) -> bytes:
        """The table."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([column.label for column in self.columns])
        writer.writerows([[plain(cell.text) for cell in row] for row in self.rows])
        return text.getvalue().encode()


@cache
def _fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def plain(text: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe in front; a number does not."""
    if not text.startswith(FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
