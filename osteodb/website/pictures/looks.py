"""How the parts of pictures look in a file that leaves the site: light, on white, print-safe.

On a page the same names are classes of `pictures.css`, which knows light and dark. In a file they
become attributes, because a file has no style sheet, and the policy of the site allows no style
inside a document. Shape, position and words say everything; colour only helps.
"""

from __future__ import annotations

Attributes = dict[str, str]

INK, MUTED, LINE, STRONG, PAPER = "#17212b", "#52606d", "#d9dfe3", "#b4bec6", "#ffffff"
ACCENT, FOCUS = "#0a5a69", "#b3541e"
OPEN, GOING, DONE, STOPPED, UNCLEAR, WARN = (
    "#176437",
    "#1f4f93",
    "#4a3f78",
    "#93311f",
    "#515b64",
    "#7d4d00",
)


def _mark(colour: str) -> Attributes:
    return {"fill": colour, "stroke": "none"}


def _stroke(colour: str, width: str = "1", **more: str) -> Attributes:
    return {"fill": "none", "stroke": colour, "stroke-width": width, **more}


# Names are joined with blanks where a part has several; a later name has the last word.
LOOKS: dict[str, Attributes] = {
    "pic-text": {"fill": INK, "font-size": "12"},
    "pic-strong": {"font-weight": "bold"},
    "pic-small": {"fill": MUTED, "font-size": "11"},
    "pic-grid": _stroke(LINE),
    "pic-axis": _stroke(STRONG),
    "pic-line": _stroke(INK, "1.5"),
    "pic-reference": _stroke(FOCUS, "1.5", **{"stroke-dasharray": "4 3"}),
    "pic-computed": _stroke(INK, "1.5", **{"stroke-dasharray": "1.5 2.5"}),
    "pic-mark": _mark(ACCENT),
    "pic-hollow": {"fill": PAPER, "stroke": ACCENT, "stroke-width": "1.5"},
    "pic-pooled": {"fill": DONE, "stroke": DONE},
    "pic-over": {"fill": PAPER, "font-size": "11"},
    "pic-cut": _stroke(PAPER, "1.5"),
    "pic-span": {"fill": ACCENT, "fill-opacity": "0.25", "stroke": "none"},
    "pic-unsaid": {"fill": PAPER, "stroke": MUTED, "stroke-width": "1.5"},
    "pic-band": {"fill": "#eef1f2", "stroke": "none"},
    "pic-box": {"fill": PAPER, "stroke": STRONG},
    "pic-open": _mark(OPEN),
    "pic-going": _mark(GOING),
    "pic-done": _mark(DONE),
    "pic-stopped": _mark(STOPPED),
    "pic-unclear": _mark(UNCLEAR),
    "pic-warn": _mark(WARN),
    "pic-fine": {"font-size": "11"},
    "pic-hit": {"fill": PAPER, "fill-opacity": "0"},
    "pic-flow": _stroke(INK, "1.4"),
    "pic-up": _stroke(OPEN, "1.4"),
    "pic-down": _stroke(GOING, "1.4"),
    "pic-plain": _stroke(DONE, "1.4"),
    "pic-not": _stroke(STOPPED, "1.6", **{"stroke-dasharray": "6 4"}),
    "pic-uphead": {"fill": OPEN, "stroke": OPEN},
    "pic-downhead": {"fill": GOING, "stroke": GOING},
    "pic-plainhead": {"fill": DONE, "stroke": DONE},
    "pic-nothead": {"fill": STOPPED, "stroke": STOPPED},
    "pic-empty": {"fill": PAPER},
    "pic-part": _stroke(MUTED, "1", **{"stroke-dasharray": "1 4", "stroke-linecap": "round"}),
    "pic-record": _stroke(MUTED, "1", **{"stroke-dasharray": "8 3 1 3"}),
}


def attributes_of(names: str) -> Attributes:
    """The attributes of a part with these names. Raises KeyError for a name without a look."""
    found: Attributes = {}
    for name in names.split():
        found |= LOOKS[name]
    return found
