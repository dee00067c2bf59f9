"""The design system as a page: every token and piece, shown as it is, with when to use it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from osteodb.website.looks import STATUS_LOOKS
from osteodb.website.pages.base import Head
from osteodb.website.style_tokens import PAIRS, Pair, Tokens, contrast, dark_tokens, tokens
from trials.models import TrialStatus

STYLE_SHEET = Path(__file__).parent.parent / "static" / "website" / "site.css"
COLOURS = {
    "paper": "behind everything",
    "card": "what lies on the page: tables, cards, fields",
    "sunk": "notes, what is under the pointer",
    "ink": "text",
    "muted": "text that stands back: labels, sources",
    "line": "thin lines between rows",
    "strong-line": "lines that separate; the edge of a note",
    "control": "the edge of fields and boxes to click",
    "accent": "links, buttons, where the reader is",
    "accent-soft": "behind the accent",
    "on-accent": "text on a button",
    "focus": "the ring around what the keyboard is on; a reference line",
    "open": "open to patients; level A; raises",
    "open-soft": "behind it",
    "going": "goes on; level B; lowers",
    "going-soft": "behind it",
    "done": "ended as planned; level C",
    "done-soft": "behind it",
    "stopped": "stopped; disputed; against",
    "stopped-soft": "behind it; a note of an error",
    "unclear": "not known; level E",
    "unclear-soft": "behind it",
    "warn": "may be out of date; level D",
    "warn-soft": "behind it; a note to heed",
    "mark": "the row that was jumped to; hits",
}
SIZES = {
    "size-hero": "the heading of the front page",
    "size-title": "the one heading of a page",
    "size-count": "a number that stands for a list",
    "size-heading": "the heading of a section",
    "size-lead": "the first sentence; the count of a list",
    "size-compact": "tables, filters, navigation",
    "small": "sources, notes beside a value, labels",
}
SPACES = {
    "space-1": "between a word and its mark",
    "space-2": "between lines that belong together",
    "space-3": "between the parts of a piece",
    "space-4": "inside a card; between fields",
    "space-5": "between pieces of a page",
    "space-6": "between sections",
}
# Each piece with its class or template tag.
PIECES = (
    ("Status pill", "{% status_pill %}", "a trial's status; its symbol says it without colour"),
    ("Level", "{% level_mark %}", "the level of a statement, wherever one is cited"),
    ("Term", "{% term %}", "a word of the glossary, once in a table; leads to its meaning"),
    ("Not reported", "|reported", "what no source gives; never an empty cell, never 0"),
    ("Disputed", "disputed", "beside a number that is contradicted, with a link to what does it"),
    ("Note", "note", "what must be read with the rest; an empty list, with the way on"),
    ("Note to heed", "note note-warn", "what limits what is shown: not pooled, out of date"),
    ("Error", "note note-bad", "an address that cannot be understood, in a sentence"),
    ("Chip", "chips", "a filter in force with its way out"),
    ("Table", "stacked", "rows of like things; each cell names its column by data-label"),
    ("Value", "value", "a number as its source prints it"),
    ("Sub", "sub", "a second line in a cell: source, place, how"),
    ("Card", "card", "one thing that stands by itself"),
    ("Picture", "picture", "drawn on the server, with its description, notes, table and files"),
    ("Busy", "htmx-request", "a part of the page that is being fetched anew"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page, how it is asked for, and when."""

    name: str
    code: str
    use: str


@dataclass(frozen=True, slots=True)
class Colour:
    """A token of colour with what it is for."""

    name: str
    light: str
    dark: str
    use: str


@dataclass(frozen=True, slots=True)
class Size:
    """A token of length with what it is for."""

    name: str
    value: str
    use: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """A pair of colours that meet, with both colours and their ratio in each scheme."""

    pair: Pair
    light: tuple[str, str, float]
    dark: tuple[str, str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPage:
    """All parts of the page."""

    colours: list[Colour]
    sizes: list[Size]
    spaces: list[Size]
    contrasts: list[Contrast]
    statuses: list[str]
    pieces: list[Piece]
    levels: str = "ABCDE"
    schemes: tuple[str, ...] = ("light", "dark")


def design_head() -> Head:
    """Title and description."""
    return Head(
        title="Design",
        section="about",
        description="Colours, type, spacing and the pieces that OsteoDB's pages are made of.",
    )


def design_page() -> DesignPage:
    """Read from the style sheet itself, so that the page cannot say something else."""
    light, dark = both_schemes()
    return DesignPage(
        colours=[Colour(name, light[name], dark[name], use) for name, use in COLOURS.items()],
        sizes=[Size(name, light[name], use) for name, use in SIZES.items()],
        spaces=[Size(name, light[name], use) for name, use in SPACES.items()],
        contrasts=[Contrast(pair, _met(pair, light), _met(pair, dark)) for pair in PAIRS],
        statuses=[status for status in STATUS_LOOKS if status in TrialStatus.values],
        pieces=[Piece(*one) for one in PIECES],
    )


@cache
def both_schemes() -> tuple[Tokens, Tokens]:
    """The tokens in light and in dark."""
    css = STYLE_SHEET.read_text()
    return tokens(css), dark_tokens(css)


def _met(pair: Pair, scheme: Tokens) -> tuple[str, str, float]:
    text, behind = scheme[pair.text], scheme[pair.behind]
    return text, behind, contrast(text, behind)
