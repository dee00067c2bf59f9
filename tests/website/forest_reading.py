"""A forest plot read back from its drawing, so that it can be compared with what it draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.etree import ElementTree

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from osteodb.website.pictures.forest import LABELS, TEXTS, WIDTH
from osteodb.website.pictures.picture import FONTS, Picture

HALF_A_PIXEL = 0.5


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape by its look, its points and what a pointer is told of it."""

    look: str
    points: tuple[tuple[float, float], ...]
    title: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: where, which, and from where it runs."""

    x: float
    y: float
    text: str
    look: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands in the drawing of a forest plot, from top to bottom."""

    squares: list[Shape]
    lines: list[Shape]
    diamonds: list[Shape]
    arrows: list[Shape]
    words: list[Words]
    is_log: bool

    @property
    def ticks(self) -> list[tuple[float, float]]:
        """Place and value of each tick; nothing else is centred."""
        return [(one.x, float(one.text)) for one in self.words if one.anchor == "middle"]

    @property
    def edges(self) -> tuple[float, float]:
        """Where the axis begins and ends."""
        return self.ticks[0][0], self.ticks[-1][0]

    def place(self, value: float) -> float:
        """Where a value should lie by the ticks; what is beyond the axis lies at its end."""
        (left, low), (right, high) = self.ticks[0], self.ticks[-1]
        of = math.log if self.is_log else float
        share = (of(value) - of(low)) / (of(high) - of(low))
        return left + min(1.0, max(0.0, share)) * (right - left)

    def value(self, x: float) -> float:
        """Which value lies at a place."""
        (left, low), (right, high) = self.ticks[0], self.ticks[-1]
        share = (x - left) / (right - left)
        if self.is_log:
            return math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
        return low + share * (high - low)

    def interval(self, y: float) -> tuple[float, float] | None:
        """From where to where the interval at this height runs."""
        found = [
            one.points
            for one in self.lines
            if one.look in ("pic-line", "pic-computed")
            and one.points[0][1] == one.points[1][1]
            and abs(one.points[0][1] - y) < HALF_A_PIXEL
        ]
        return (found[0][0][0], found[0][1][0]) if found else None

    @property
    def printed(self) -> str:
        """The column of figures as one text."""
        return " ".join(one.text for one in self.words if one.x == TEXTS[0])

    @property
    def labels(self) -> str:
        """The column of studies as one text."""
        return " ".join(one.text for one in self.words if one.x == LABELS[0])


def read(svg: str, *, is_log: bool = False) -> Drawn:
    """The drawing of a page, read."""
    found = Drawn([], [], [], [], [], is_log)
    tree = ElementTree.fromstring(svg)  # noqa: S314 - our own picture
    for one in tree.iter():
        tag, look = one.tag.rpartition("}")[2], one.get("class", "")
        title = "".join(child.text or "" for child in one)
        at = {name: float(value) for name, value in one.attrib.items() if _is_number(value)}
        if tag == "rect":
            middle = (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
            found.squares.append(Shape(look, (middle, (at["width"], at["height"])), title))
        elif tag == "line":
            ends = ((at["x1"], at["y1"]), (at["x2"], at["y2"]))
            found.lines.append(Shape(look, ends, title))
        elif tag == "polygon":
            pairs = (pair.split(",") for pair in one.get("points", "").split())
            found.diamonds.append(Shape(look, tuple((float(x), float(y)) for x, y in pairs), title))
        elif tag == "path":
            tip = one.get("d", "").split("L")[1].split()
            found.arrows.append(Shape(look, ((float(tip[0]), float(tip[1])),), title))
        elif tag == "text":
            found.words.append(
                Words(at["x"], at["y"], one.text or "", look, one.get("text-anchor", "start"))
            )
    return found


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


# --- Texts by the real widths of their letters ----------------------------------------------------


def real_width(words: Words) -> float:
    """How wide a text is in the font that files are drawn with."""
    is_bold, size = "pic-strong" in words.look, 11 if "pic-small" in words.look else 12
    name = "DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf"
    font = FontProperties(fname=str(FONTS / name), size=size)
    return float(TextPath((0, 0), words.text, prop=font).get_extents().width)


def boxes(drawn: Drawn) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right and bottom of every text."""
    found = []
    for one in drawn.words:
        width = real_width(one)
        left = one.x - {"start": 0.0, "middle": width / 2, "end": width}[one.anchor]
        found.append((left, one.y - 9, left + width, one.y + 3, one.text))
    return found


def crowded(picture: Picture) -> list[tuple[str, str]]:
    """Texts that overlap one another or leave the drawing."""
    drawn = read(picture.svg)
    every = boxes(drawn)
    outside = [(text, "outside") for left, _, right, _, text in every if left < -1 or right > WIDTH]
    return outside + [
        (one[4], other[4])
        for i, one in enumerate(every)
        for other in every[i + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
