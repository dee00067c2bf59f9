"""Bars as long as numbers, each with its name and its number. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osteodb.website.pictures.canvas import Canvas, fitted

LABELS, LONGEST, AFTER = 180, 400, 150
ROW, THICK, TOP = 22, 14, 6
EMPTY_HEIGHT = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, a number, a remark behind it, and where it leads."""

    name: str
    number: int
    remark: str = ""
    url: str = ""


def draw_bars(bars: Sequence[Bar]) -> Canvas:
    """One bar below the other, all to the same scale."""
    canvas = Canvas(LABELS + LONGEST + AFTER, 2 * TOP + ROW * len(bars) or EMPTY_HEIGHT)
    if not bars:
        canvas.height = EMPTY_HEIGHT
        canvas.text((8, 24), "Nothing to show.", "pic-small")
        return canvas
    largest = max(bar.number for bar in bars) or 1
    for place, bar in enumerate(bars):
        _bar(canvas, bar, TOP + ROW * place, LONGEST * bar.number / largest)
    canvas.line((LABELS, 0), (LABELS, canvas.height), "pic-axis")
    return canvas


def _bar(canvas: Canvas, bar: Bar, top: float, length: float) -> None:
    base = top + THICK - 2
    name = fitted(bar.name, LABELS - 16)
    if bar.url:
        with canvas.link(bar.url, f"{bar.name}: {bar.number}"):
            canvas.text((LABELS - 8, base), name, "pic-text", "end")
    else:
        canvas.text((LABELS - 8, base), name, "pic-text", "end")
    canvas.rect((LABELS, top), (length, THICK), "pic-mark", f"{bar.name}: {bar.number}")
    words = f"{bar.number:,} ({bar.remark})" if bar.remark else f"{bar.number:,}"
    canvas.text((LABELS + length + 6, base), words, "pic-text")
