"""What the style sheet says: tokens in light and dark, and the contrast of two colours. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ROOT = re.compile(r":root\s*{([^}]*)}")
DARK = re.compile(r"@media \(prefers-color-scheme: dark\)\s*{\s*:root\s*{([^}]*)}")
TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
Tokens = dict[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour of text on the colour behind it, by their tokens, and where that is met."""

    text: str
    behind: str
    where: str


SURFACES = ("paper", "card", "sunk")
TEXTS = (
    ("ink", "text"),
    ("muted", "what stands back"),
    ("accent", "links"),
    ("open", "levels, arrows"),
    ("going", "levels, arrows"),
    ("done", "levels, arrows"),
    ("stopped", "disputed, against"),
    ("unclear", "levels"),
    ("warn", "out of date, preclinical"),
)
NOTES = ("warn-soft", "stopped-soft")
PAIRS: tuple[Pair, ...] = (
    *(Pair(text, behind, where) for behind in SURFACES for text, where in TEXTS),
    *(Pair(one, f"{one}-soft", "status pills") for one in ("open", "going", "done", "stopped")),
    Pair("unclear", "unclear-soft", "status pills"),
    *(Pair(text, behind, "notes") for behind in NOTES for text in ("ink", "muted", "accent")),
    Pair("stopped", "stopped-soft", "notes"),
    Pair("warn", "warn-soft", "notes"),
    Pair("accent", "accent-soft", "where the reader is; chips"),
    Pair("on-accent", "accent", "buttons"),
    *(Pair(text, "mark", "the row that was jumped to") for text in ("ink", "muted", "accent")),
)


def tokens(css: str) -> Tokens:
    """The tokens of the first `:root`: all of them, with the colours for light."""
    return _declared(ROOT, css)


def dark_tokens(css: str) -> Tokens:
    """All tokens as they stand in the dark: those of light, with what the dark says otherwise."""
    return tokens(css) | _declared(DARK, css)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours such as "#17212b": 1 for the same, 21 at most."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _declared(block: re.Pattern[str], css: str) -> Tokens:
    found = block.search(COMMENT.sub("", css))
    if found is None:
        raise ValueError("The style sheet has no such block of tokens.")
    return {name: " ".join(value.split()) for name, value in TOKEN.findall(found[1])}


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it (w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
