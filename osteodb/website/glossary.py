"""The words of the field, each explained once: for help beside a word, and for /glossary/.

A meaning is in our own plain words. Where it follows a standard or a paper, `source` names it.
The terms themselves stand in `glossary_terms.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from osteodb.website import glossary_terms
from osteodb.website.glossary_terms import Group, Term

PAGE = "/glossary/"
GROUPS: tuple[Group, ...] = glossary_terms.GROUPS
TERMS: tuple[Term, ...] = tuple(term for group in GROUPS for term in group.terms)
BY_KEY = {term.key: term for term in TERMS}


@dataclass(frozen=True, slots=True)
class Help:
    """What is shown beside a word: its meaning, and where more is said."""

    word: str
    meaning: str
    url: str


def meaning(key: str) -> str:
    """What a term means; empty where the glossary does not know it."""
    term = BY_KEY.get(key)
    return term.meaning if term else ""


def help_on(key: str, word: str = "") -> Help | None:
    """The help on a term under the word that stands on the page; None where there is none."""
    term = BY_KEY.get(key)
    if term is None:
        return None
    return Help(word=word or term.word, meaning=term.meaning, url=f"{PAGE}#{term.anchor}")
