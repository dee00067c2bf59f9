"""The first rows of something on the page of one thing, how many there are, and where all are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from evidence.mechanisms.graph import Touching
from evidence.mechanisms.parts import Edge, Node
from evidence.models import Discrepancy, EvidenceVersion
from osteodb.website.words import counted, plural

MOST = 25
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Shown(Generic[Row]):
    """The first rows, how many there are in all, and the filtered list that has all of them."""

    rows: list[Row]
    count: int
    url: str

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.rows)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something there are, and the list or section that shows them."""

    number: int
    noun: str
    url: str

    @property
    def words(self) -> str:
        """The noun that fits the number."""
        return self.noun if self.number == 1 else plural(self.noun)


def first_of(rows: QuerySet[Row], url: str) -> Shown[Row]:
    """The first rows in their order: two queries."""
    count = rows.count()
    return Shown(list(rows[:MOST]) if count else [], count, url)


def first_statements(published: QuerySet[EvidenceVersion], asked: str) -> Shown[EvidenceVersion]:
    """The strongest statements first; `asked` is the filter of the list that has all of them."""
    ordered = published.select_related("item").order_by("level", "item_id")
    return first_of(ordered, f"/evidence/?{asked}")


def tallies(
    asked: str,
    trials: int | None = None,
    numbers: int | None = None,
    arrows: int | None = None,
    statements: int | None = None,
    discrepancies: list[Discrepancy] | None = None,
) -> list[Tally]:
    """What there is about one thing; `asked` is the filter that means it in every list."""
    disputes = None if discrepancies is None else len(discrepancies)
    found = (
        (trials, "trial", f"/trials/?{asked}"),
        (numbers, "published number", "#numbers"),
        (statements, "statement", f"/evidence/?{asked}"),
        (arrows, "arrow", f"/mechanisms/?{asked}"),
        (disputes, "discrepancy", f"/discrepancies/?{asked}"),
    )
    return [Tally(number, noun, url) for number, noun, url in found if number is not None]


# --- Arrows ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownPart:
    """Some of the arrows in which a thing plays one part, and how many there are in all."""

    role: str
    supporting: tuple[Edge, ...]
    opposing: tuple[Edge, ...]
    count: int

    @property
    def count_words(self) -> str:
        """ "12 arrows", or "5 of 12 arrows" where the others are left out."""
        shown, whole = len(self.supporting) + len(self.opposing), counted(self.count, "arrow")
        return whole if shown == self.count else f"{shown} of {whole}"


@dataclass(frozen=True, slots=True)
class ShownArrows:
    """Some of the arrows that touch one thing. Each arrow is counted once."""

    node: Node
    parts: tuple[ShownPart, ...]
    count: int
    is_cut: bool
    url: str


def first_arrows(touching: Touching, asked: str) -> ShownArrows:
    """The first arrows of each part; what speaks against is shown before more of what speaks for.

    `asked` is the filter of the list that has all of them.
    """
    whole = {edge.id for part in touching.parts for edge in (*part.supporting, *part.opposing)}
    left = MOST
    against = []
    for part in touching.parts:
        against.append(part.opposing[:left])
        left -= len(against[-1])
    parts = []
    for part, opposing in zip(touching.parts, against, strict=True):
        supporting = part.supporting[:left]
        left -= len(supporting)
        parts.append(ShownPart(part.role, supporting, opposing, part.count))
    is_cut = sum(part.count for part in touching.parts) > MOST
    return ShownArrows(touching.node, tuple(parts), len(whole), is_cut, f"/mechanisms/?{asked}")
