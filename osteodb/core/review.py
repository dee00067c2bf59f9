"""The review workflow: which states there are and which moves lead from one to another.

One table, read by the services, the admin, the API and the tests. Pure: no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from osteodb.core.roles import ADMINISTRATOR, CURATOR, DRAFTER, REVIEWER


class ReviewState(StrEnum):
    """Where a version stands between a curator's desk and the reader."""

    DRAFT = "DRAFT"  # being written; only curators see it
    WITHDRAWN = "WITHDRAWN"  # a draft given up before it was published; curators can read it
    IN_REVIEW = "IN_REVIEW"  # submitted; waits for a second person
    PUBLISHED = "PUBLISHED"  # what readers see; at most one per item
    SUPERSEDED = "SUPERSEDED"  # was published, a later version took its place; stays readable
    RETRACTED = "RETRACTED"  # withdrawn with a reason; the page and its reason stay


OPEN = (ReviewState.DRAFT, ReviewState.IN_REVIEW)  # at most one such version of an item


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step. `needs_comment` means: with a reason.

    `needs_other` means: neither the author nor who submitted it. `needs_statement` means: who makes
    it has declared their interests within the last year.
    """

    name: str
    source: ReviewState
    target: ReviewState
    roles: frozenset[str]
    needs_other: bool = False
    needs_comment: bool = False
    needs_statement: bool = False


EDITORS = frozenset({CURATOR, ADMINISTRATOR})
WRITERS = EDITORS | {DRAFTER}  # a drafter gives up its own drafts only, and moves nothing else
CHECKERS = frozenset({REVIEWER, ADMINISTRATOR})
MOVES: tuple[Move, ...] = (
    Move("submit", ReviewState.DRAFT, ReviewState.IN_REVIEW, EDITORS),
    Move(
        "withdraw",
        ReviewState.DRAFT,
        ReviewState.WITHDRAWN,
        WRITERS,
        needs_comment=True,
    ),
    Move(
        "return_to_author",
        ReviewState.IN_REVIEW,
        ReviewState.DRAFT,
        CHECKERS,
        needs_other=True,
        needs_comment=True,
        needs_statement=True,
    ),
    Move(
        "publish",
        ReviewState.IN_REVIEW,
        ReviewState.PUBLISHED,
        CHECKERS,
        needs_other=True,
        needs_statement=True,
    ),
    Move("supersede", ReviewState.PUBLISHED, ReviewState.SUPERSEDED, CHECKERS),
    Move(
        "retract",
        ReviewState.PUBLISHED,
        ReviewState.RETRACTED,
        CHECKERS,
        needs_comment=True,
        needs_statement=True,
    ),
)


def find_move(name: str, source: str) -> Move | None:
    """The move called `name` that starts in state `source`, or None where there is none."""
    return next((move for move in MOVES if move.name == name and move.source == source), None)
