"""What is dropped from a record of any registry before it is stored: persons and their contacts.

Each registry names the parts that hold them; e-mail addresses and telephone numbers inside texts
are taken out of every string besides. NUL characters go too: no text column can hold them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

REMOVED = "[contact removed]"
HINTS = ("tel", "tél", "phone", "fax", "mobile", "call", "whatsapp")
# What differs between a text and the JSON of one: there a line break is \\n, whose n is no part of
# a word, a backslash is two, and letters other than a-z are bytes.
TEXT = {"begins": r"(?<![\w+-]{})", "word": r"\b", "not": "", "more": "", "slash": r"\\"}
JSON = {
    "begins": r"(?:(?<![\w+-]{})|(?<=\\[nrt]{}))",
    "word": r"(?:\b|(?<=\\[nrt]))",
    "not": r"(?<!\\)",
    "more": r"\x80-\xff",
    "slash": r"\\\\",
}


def email(form: dict[str, str]) -> str:
    """An e-mail address; its last part has letters, so that "5 mg @ 2.5 h" is none."""
    letters, more = rf"\w{form['more']}", form["more"]
    part = rf"[{letters}.%+'&-]"
    name = (
        rf"{part}{{1,64}}(?:{form['slash']}[_.+-]{part}{{0,64}}){{0,4}}"  # markup writes \_ for _
    )
    return (
        rf"{form['not']}(?:[Mm]ailto:)?{name} ?(?:@|\([aA][tT]\)|\[[aA][tT]\]) ?"
        rf"[{letters}-]{{1,63}}(?:\.[{letters}-]{{1,63}})*?\.[A-Za-z{more}][A-Za-z{more}-]{{1,62}}"
    )


def telephone(form: dict[str, str]) -> str:
    """A number after a word for a telephone."""
    words = "tel(?:ephone)?|tél(?:éphone)?|phone|fax|mobile|call|whatsapp"
    return rf"{form['word']}(?:{words})\b[ .:()\w]{{0,20}}?\+?\(?\d[\d ().\-/]{{6,18}}\d"


def abroad(form: dict[str, str]) -> str:
    """A number with the code of a country, and others after it."""
    begins = form["begins"].replace("{}", r"\+")
    return rf"\+{begins}\d{{1,3}}[ ().\-/]?\(?\d[\d ().\-/]{{5,16}}\d(?: ?[,;/] ?\d{{6,12}}\b)*"


def american(form: dict[str, str]) -> str:
    """A number in the American way, which its form alone tells."""
    begins = form["begins"].replace("{}", "")
    return rf"{begins}(?:1[-. ])?(?:\(\d{{3}}\) ?|\d{{3}}[-.])\d{{3}}[-.]\d{{4}}(?![\w-])"


EMAIL = re.compile(email(TEXT))
TELEPHONE = re.compile(telephone(TEXT), re.IGNORECASE)
ABROAD = re.compile(abroad(TEXT))
AMERICAN = re.compile(american(TEXT))
AMERICAN_HINTS = (  # each begins with a mark that is soon found
    re.compile(r"-\d{4}(?![\w-])(?<=[-.) ]\d{3}-\d{4})"),
    re.compile(r"\.\d{4}(?![\w-])(?<=[-.) ]\d{3}\.\d{4})"),
)
Kept = Callable[[str], bool]


def scrub(text: str) -> str:
    """The text without e-mail addresses, telephone numbers and NUL characters."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if "\N{FULLWIDTH COMMERCIAL AT}" in text:
        text = text.replace("\N{FULLWIDTH COMMERCIAL AT}", "@")
    lower = text.lower()
    if "@" in text or "at)" in lower or "at]" in lower:
        text = EMAIL.sub(REMOVED, text)
    if any(hint in lower for hint in HINTS):
        text = TELEPHONE.sub(REMOVED, text)
    if "+" in text:
        text = ABROAD.sub(REMOVED, text)
    if any(hint.search(text) for hint in AMERICAN_HINTS):
        text = AMERICAN.sub(REMOVED, text)
    return text


def cleaned(value: Any, personal: Kept) -> Any:
    """The value with every string scrubbed and without the keys that `personal` names, at any
    depth. Numbers and truth values stay as they are."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {
            scrub(str(key)): cleaned(inner, personal)
            for key, inner in value.items()
            if not personal(key)
        }
    if isinstance(value, list):
        return [cleaned(inner, personal) for inner in value]
    return value
