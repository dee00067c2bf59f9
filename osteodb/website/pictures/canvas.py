"""A drawing that is made once and written twice: for a page, and as a file to take along. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape as escape_html
from textwrap import wrap

from osteodb.website.pictures.looks import LOOKS, attributes_of
from osteodb.website.words import NO_XML

FONT = "DejaVu Sans, Verdana, sans-serif"
LETTER = 0.56  # the mean width of a letter of the text, as a part of its size
MARGIN, FOOTER_LINE, TITLE_LINE = 12, 15, 18
Point = tuple[float, float]
MARKUP = '<svg xmlns="http://www.w3.org/2000/svg" '


def escape(text: str) -> str:
    """The text for XML: what XML cannot hold is marked as unreadable."""
    return escape_html(NO_XML.sub("\ufffd", text))


def width_of(text: str, size: float = 12) -> float:
    """About how wide a text is."""
    return len(text) * size * LETTER


def fitted(text: str, room: float, size: float = 12) -> str:
    """The text, cut with an ellipsis where it needs more room."""
    most = max(1, int(room / (size * LETTER)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def wrapped(text: str, room: float, size: float = 12) -> list[str]:
    """The text on as many lines as it needs."""
    return wrap(text, max(1, int(room / (size * LETTER)))) or [""]


@dataclass(frozen=True, slots=True)
class _Part:
    """An element, or where one opens or closes; `look` are the names of how it looks."""

    tag: str
    attributes: Mapping[str, str]
    look: str = ""
    text: str = ""
    title: str = ""
    opens: bool = False
    closes: bool = False


@dataclass(slots=True)
class Canvas:
    """Shapes on a surface of so many units, from the left and from the top.

    A part's `title` is what a pointer or a screen reader is told of it; `look` names what is in
    `looks.LOOKS`. Links are followed on the page and left out of files.
    """

    width: float
    height: float
    parts: list[_Part] = field(default_factory=list)

    def line(self, start: Point, end: Point, look: str = "pic-line", title: str = "") -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        self._add("line", {"x1": _n(x1), "y1": _n(y1), "x2": _n(x2), "y2": _n(y2)}, look, title)

    def rect(
        self,
        corner: Point,
        size: Point,
        look: str = "pic-mark",
        title: str = "",
        radius: float = 0,
    ) -> None:
        """A rectangle by its upper left corner, width and height."""
        (x, y), (width, height) = corner, size
        shape = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height)}
        self._add("rect", shape | ({"rx": _n(radius)} if radius else {}), look, title)

    def circle(self, centre: Point, radius: float, look: str = "pic-mark", title: str = "") -> None:
        """A circle."""
        shape = {"cx": _n(centre[0]), "cy": _n(centre[1]), "r": _n(radius)}
        self._add("circle", shape, look, title)

    def polygon(self, corners: Sequence[Point], look: str = "pic-mark", title: str = "") -> None:
        """A closed shape."""
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
        self._add("polygon", {"points": points}, look, title)

    def path(self, data: str, look: str = "pic-line", title: str = "") -> None:
        """A curve in SVG's own words."""
        self._add("path", {"d": data}, look, title)

    def text(self, place: Point, text: str, look: str = "pic-text", anchor: str = "start") -> None:
        """A line of text on its base line; `anchor` is start, middle or end."""
        shape = {"x": _n(place[0]), "y": _n(place[1]), "text-anchor": anchor}
        self.parts.append(_Part("text", shape, look, text))

    @contextmanager
    def link(self, url: str, name: str = "") -> Iterator[None]:
        """What is drawn inside leads to an address of the site; `name` says where to."""
        shape = {"href": url} | ({"aria-label": name} if name else {})
        self.parts.append(_Part("a", shape, opens=True))
        yield
        self.parts.append(_Part("a", {}, closes=True))

    def _add(self, tag: str, shape: Mapping[str, str], look: str, title: str) -> None:
        self.parts.append(_Part(tag, shape, look, title=title))

    # --- Writing ----------------------------------------------------------------------------------

    def on_page(self, key: str, title: str, description: str) -> str:
        """The drawing for a page: looks are classes, links lead on, ids begin with `key`."""
        named = f'<title id="{key}-title">{escape(title)}</title>'
        told = f'<desc id="{key}-desc">{escape(description)}</desc>'
        opening = (
            f'<svg class="pic" viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'width="{_n(self.width)}" height="{_n(self.height)}" '
            f'role="{"group" if self._has_links() else "img"}" '
            f'aria-labelledby="{key}-title" aria-describedby="{key}-desc">'
        )
        return f"{opening}{named}{told}{''.join(map(_for_page, self.parts))}</svg>"

    def as_file(self, title: str, description: str, footer: Sequence[str]) -> str:
        """The drawing as a document of its own: white, its title above, where it is from below."""
        lines = [line for text in footer for line in wrapped(text, self.width, 12)]
        titles = wrapped(title, self.width, 17)
        top, bottom = 16 + TITLE_LINE * len(titles), FOOTER_LINE * len(lines) + MARGIN
        width, height = self.width + 2 * MARGIN, self.height + top + bottom
        size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
        head = [
            _Part("text", {"x": _n(MARGIN), "y": _n(22 + TITLE_LINE * i), "font-size": "14"},
                  "pic-strong", line)
            for i, line in enumerate(titles)
        ]  # fmt: skip
        foot = [
            _Part("text", {"x": _n(MARGIN), "y": _n(height - bottom + FOOTER_LINE * (i + 0.7))},
                  "pic-small", line)
            for i, line in enumerate(lines)
        ]  # fmt: skip
        return (
            f'{MARKUP}{size} font-family="{FONT}">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
            f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(map(_for_file, head))}'
            f'<g transform="translate({MARGIN} {top})">{"".join(map(_for_file, self.parts))}</g>'
            f"{''.join(map(_for_file, foot))}</svg>"
        )

    def _has_links(self) -> bool:
        return any(part.tag == "a" for part in self.parts)


def _n(number: float) -> str:
    """A number without idle decimals."""
    return f"{number:.1f}".rstrip("0").rstrip(".") if number else "0"


def _written(tag: str, attributes: Mapping[str, str], inside: str) -> str:
    listed = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{listed}>{inside}</{tag}>" if inside else f"<{tag}{listed}/>"


def _inside(part: _Part) -> str:
    return escape(part.text) or (f"<title>{escape(part.title)}</title>" if part.title else "")


def _for_page(part: _Part) -> str:
    if part.closes:
        return "</a>"
    if part.opens:
        return _written(part.tag, part.attributes, " ").replace(f" </{part.tag}>", "")
    for name in part.look.split():
        LOOKS[name]  # a name without a look is a mistake on the page as in the file
    return _written(part.tag, {"class": part.look, **part.attributes}, _inside(part))


def _for_file(part: _Part) -> str:
    if part.opens or part.closes:
        return ""
    return _written(part.tag, {**attributes_of(part.look), **part.attributes}, _inside(part))
