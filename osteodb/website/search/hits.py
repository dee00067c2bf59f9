"""What a hit is, and how the best of many are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchRank
from django.db.models import F, QuerySet
from django.utils.safestring import SafeString

from therapies.wording import Wording

CANDIDATES = 5_000  # rows that are ranked; of a word in more texts than these no order is better
COMMON = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to",
     "was", "were", "with", "without")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its title, its address, the text that matched, and another reason."""

    title: SafeString
    url: str
    why: SafeString
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finder:
    """One kind of thing: how rows are found, how they are shown, which list has them all."""

    key: str
    noun: str
    title: str
    found: Callable[[Wording], QuerySet[Any]]
    shown: Callable[[QuerySet[Any], Wording, int], list[Hit]]
    list_url: str
    as_one_name: bool = False

    def all_url(self, wording: Wording) -> str:
        """The full list for the same question; empty where there is none that understands it:
        lists of agents and targets look for all of it as one name."""
        parts = len(wording.named) + bool(wording.rest)
        if not self.list_url or (self.as_one_name and wording.named and parts > 1):
            return ""
        return f"{self.list_url}?{urlencode({'search': wording.text})}"


def ranked(found: QuerySet[Any], wording: Wording) -> QuerySet[Any]:
    """The rows with `rank`: how well their words match. Of very many only some are ranked, and
    which ones is left to the database."""
    candidates: QuerySet[Any] = found.model._default_manager.filter(
        pk__in=found.order_by().values("pk")[:CANDIDATES]
    )
    best: QuerySet[Any] = candidates.annotate(rank=SearchRank(F("search"), wording.words))
    return best


def terms(wording: Wording) -> list[str]:
    """What is marked in a title: the words asked for, and what else a thing they name is called."""
    words = [word for word in wording.text.split() if word.casefold() not in COMMON]
    names = {name for one in wording.named for name in one.names if len(name) > 2}
    return [*sorted(names, key=len, reverse=True), *words]
