"""Values in words for people. Pure: knows no request and no database."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# What XML 1.0 cannot hold: control characters but tab and line ends, surrogates, non-characters.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_REPORTED = "not reported"
IRREGULAR = {
    "therapy class": "therapy classes",
    "discrepancy": "discrepancies",
    "open discrepancy": "open discrepancies",
    "country": "countries",
    "pair of trials": "pairs of trials",
    "section or table": "sections or tables",
    "piece of news": "pieces of news",
    "change of housekeeping": "changes of housekeeping",
}


def plural(noun: str) -> str:
    """The plural of one of our nouns."""
    return IRREGULAR.get(noun, noun + "s")


def counted(number: int, noun: str) -> str:
    """ "1 trial", "12 trials", "no trials"."""
    if number == 0:
        return f"no {plural(noun)}"
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def with_acronym(acronym: str, title: str) -> tuple[str, str]:
    """An acronym to stand before a title, empty where the title begins with it anyway."""
    known = not acronym or title.casefold().startswith(acronym.casefold())
    return ("" if known else acronym, title)


def code_in_words(code: str) -> str:
    """A registry's own code for people: NON_RANDOMIZED -> Non randomized."""
    if not code.isupper():
        return code
    return code.replace("_", " ").capitalize()


def place_in_words(place: str, url: str) -> str:
    """Where in a source; a bare address is told by its host."""
    if place != url:
        return place
    return f"page on {(urlsplit(url).hostname or url).removeprefix('www.')}"
