"""How a match is shown: marked in its text, everything else escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchHeadline
from django.db.models import TextField, Value
from django.db.models.functions import Concat
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from osteodb.core.full_text import CONFIG, Words

BEGIN, END = (
    "\x02",
    "\x03",
)  # marks of a match that no text holds; turned into <mark> after escaping
PIECE = 240  # characters of a text that are shown


def marked(text: str) -> SafeString:
    """Text with its matches marked; everything else is escaped."""
    safe = escape(text).replace(BEGIN, "<mark>").replace(END, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped just above; only our own marks are added


def mark_terms(text: str, terms: Iterable[str]) -> SafeString:
    """All of the text with these terms marked in it."""
    pattern = _pattern(terms)
    return marked(_with_marks(text, pattern) if pattern else text)


def mark_words(text: str, question: str) -> SafeString:
    """Text with the words of the question marked in it, cut to the first of them."""
    pattern = _pattern(question.split())
    if pattern is None:
        return marked(text[:PIECE])
    first = pattern.search(text)
    start = max(0, first.start() - 100) if first else 0
    piece = ("… " if start else "") + text[start : start + PIECE]
    piece += " …" if start + PIECE < len(text) else ""
    return marked(_with_marks(piece, pattern))


def _pattern(terms: Iterable[str]) -> re.Pattern[str] | None:
    words = [re.escape(term) for term in terms if len(term) > 1]
    return re.compile("|".join(words), re.IGNORECASE) if words else None


def _with_marks(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: f"{BEGIN}{match.group(0)}{END}", text)


def joined(*columns: str) -> Concat:
    """The texts of several columns as one, with a dot between them."""
    parts: list[Any] = [columns[0]]
    for column in columns[1:]:
        parts += [Value(" · "), column]
    return Concat(*parts, output_field=TextField())


def headline(text: Any, words: Words) -> SearchHeadline:
    """All of a text, its matches between our marks; `excerpt` cuts it."""
    return SearchHeadline(
        text, words, config=CONFIG, start_sel=BEGIN, stop_sel=END, highlight_all=True
    )


def excerpt(text: str, longest: int = 280) -> SafeString:
    """The part of a text with matches between our marks where the first of them stands."""
    plain = " ".join(text.split()).strip(" ·")
    first = max(plain.find(BEGIN), 0)
    start = 0 if first < longest // 2 else plain.rfind(" ", 0, first - 60) + 1
    end = start + longest
    if end < len(plain):
        end = max(plain.rfind(" ", start, end), start + longest // 2)
    piece = plain[start:end]
    if piece.count(BEGIN) > piece.count(END):  # cut within a match
        piece = piece[: piece.rfind(BEGIN)]
    return marked(f"{'… ' if start else ''}{piece.rstrip()}{' …' if end < len(plain) else ''}")
