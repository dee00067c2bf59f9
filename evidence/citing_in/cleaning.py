"""Text of citations as plain words: no LaTeX, no HTML, one line; and what is refused outright."""

from __future__ import annotations

import html
import re
import unicodedata

from pylatexenc.latex2text import LatexNodes2Text

from evidence.citing_in.entries import UnreadableEntry

LONGEST_VALUE = 5_000  # characters; a title longer than that is none
MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|span|p|br|sc|scp|italic|bold|inf|small|tt|a|div|title|"
    r"jats:[a-z-]+|mml:[a-z]+)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\u00ad"))
HIDDEN = (
    re.compile(  # control characters, those that turn the direction of writing, half characters
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
    )
)
YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_LATEX = LatexNodes2Text(math_mode="text", keep_comments=False, strict_latex_spaces=False)


def hidden_character(text: str) -> str:
    """What sort of character a text must not hold, and on which line; "" where there is none.

    Control characters and those that turn the direction of writing make a text look other than it
    is; the database cannot hold NUL at all.
    """
    found = HIDDEN.search(text)
    if not found:
        return ""
    line = text.count("\n", 0, found.start()) + 1
    return f"Line {line} holds the control character U+{ord(found[0]):04X}"


def plain(text: str) -> str:
    """A value on one line, without HTML: "<i>in vitro</i> &amp; in vivo" gives its words.

    Only known tags are taken out: "p < 0.05 and n > 3" stays.
    """
    if len(text) > LONGEST_VALUE:
        raise UnreadableEntry(f"one of its fields is longer than {LONGEST_VALUE:,} characters")
    text = html.unescape(MARKUP.sub("", html.unescape(MARKUP.sub("", text))))
    text = MARKUP.sub("", text).translate(INVISIBLE)
    text = " ".join(text.split())
    if HIDDEN.search(text):  # hidden in an entity, such as "&#8238;"
        raise UnreadableEntry("it holds a control character")
    return unicodedata.normalize("NFC", text)


def plain_latex(text: str) -> str:
    r"""A value of BibTeX as plain text: "{\"O}sterreich {TGF}-$\beta$" gives "Österreich TGF-β".

    A "%" or "&" that is not escaped is meant as the sign it is, not as LaTeX has it.
    """
    if len(text) > LONGEST_VALUE:
        raise UnreadableEntry(f"one of its fields is longer than {LONGEST_VALUE:,} characters")
    escaped = re.sub(r"(?<!\\)([%&#])", r"\\\1", html.unescape(MARKUP.sub("", text)))
    try:
        found = _LATEX.latex_to_text(escaped)
    except (RecursionError, ValueError, IndexError) as error:
        raise UnreadableEntry("its LaTeX cannot be read") from error
    return plain(str(found))


def year_in(*texts: str) -> int | None:
    """The first year (1800 to 2099) that one of the texts gives."""
    for text in texts:
        found = YEAR.search(text)
        if found:
            return int(found[1])
    return None


def author(family: str, given: str = "") -> str:
    """A first author as tables call one: the family name and initials, "Beispiel AB"."""
    if given and not (given.isupper() and given.isalpha() and len(given) <= 3):
        words = re.split(r"[\s.\-‐]+", given)
        given = "".join(word[0] for word in words if word and word[0].isalpha()).upper()
    return f"{family.strip()} {given}".strip()


def author_of(name: str) -> str:
    """A name as "Family, Given" or "Family AB"; a group's name, without a comma, as it is."""
    family, comma, given = name.partition(",")
    return author(family, given.partition(",")[0].strip()) if comma else name.strip()


def citation(journal: str, year: int | None, volume: str, issue: str, pages: str) -> str:
    """Where a paper stands, as "J Ex 2020;8(1):12-34"; what is not given is left out."""
    place = volume + (f"({issue})" if issue else "")
    pages = re.sub(r"\s*[-‐–—]+\s*", "-", pages)
    numbers = place + (f":{pages}" if pages else "")
    head = " ".join(part for part in (journal, str(year or "")) if part)
    return f"{head};{numbers}" if head and numbers else head + numbers
