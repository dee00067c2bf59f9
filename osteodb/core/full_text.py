"""Full text: how words a person types are asked of the stored word lists (tsvector)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery

CONFIG = "english"
OPERATORS = re.compile(r'"|(?:^|\s)-|\bor\b', re.IGNORECASE)  # what websearch reads as such
WORD = re.compile(r"\w+")
SHORTEST_BEGINNING = 3  # letters from which a last word may be one that is still being typed
Words = SearchQuery | CombinedSearchQuery


def has_operators(text: str) -> bool:
    """Whether it is written in the little language of search boxes: "a phrase", or, -without."""
    return OPERATORS.search(text) is not None


def words_query(text: str) -> Words:
    """All the words, in any order, the last one also as a beginning; operators as written."""
    whole = SearchQuery(text, search_type="websearch", config=CONFIG)
    begun = beginning_query(text)
    return whole if begun is None or has_operators(text) else whole | begun


def beginning_query(text: str, weights: str = "") -> SearchQuery | None:
    """All the words, the last one as a beginning; None where it is too short to begin anything.

    `weights` says in which parts of the text they have to stand, such as "A" for titles.
    """
    words = WORD.findall(text.replace("_", " "))
    if not words or len(words[-1]) < SHORTEST_BEGINNING:
        return None
    terms = [f"{word}:{weights}" if weights else word for word in words[:-1]]
    terms.append(f"{words[-1]}:*{weights}")
    return SearchQuery(" & ".join(terms), search_type="raw", config=CONFIG)


def any_phrase(phrases: Iterable[str]) -> Words:
    """Any of the phrases, word for word. There has to be one."""
    first, *others = phrases
    found: Words = SearchQuery(first, search_type="phrase", config=CONFIG)
    for each in others:
        found = found | SearchQuery(each, search_type="phrase", config=CONFIG)
    return found
