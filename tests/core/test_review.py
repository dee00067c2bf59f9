"""The table of moves is the whole workflow."""

import itertools

import pytest

from osteodb.core.review import MOVES, ReviewState, find_move
from osteodb.core.roles import DRAFTER

ALLOWED = {
    ("submit", "DRAFT", "IN_REVIEW"),
    ("withdraw", "DRAFT", "WITHDRAWN"),
    ("return_to_author", "IN_REVIEW", "DRAFT"),
    ("publish", "IN_REVIEW", "PUBLISHED"),
    ("supersede", "PUBLISHED", "SUPERSEDED"),
    ("retract", "PUBLISHED", "RETRACTED"),
}


@pytest.mark.parametrize(
    ("name", "source"),
    list(itertools.product(sorted({move.name for move in MOVES}), ReviewState)),
)
def test_only_the_listed_moves_exist(name: str, source: ReviewState) -> None:
    move = find_move(name, source)
    listed = {target for n, s, target in ALLOWED if (n, s) == (name, source)}
    assert ({move.target} if move else set()) == listed


def test_nobody_checks_their_own_work_and_a_refusal_has_words() -> None:
    moves = {move.name: move for move in MOVES}
    assert moves["publish"].needs_other and moves["return_to_author"].needs_other
    assert moves["return_to_author"].needs_comment and moves["retract"].needs_comment
    assert moves["withdraw"].needs_comment
    assert "reviewer" not in moves["submit"].roles and "curator" not in moves["publish"].roles


def test_a_drafter_gives_up_drafts_and_makes_no_other_move() -> None:
    assert [move.name for move in MOVES if DRAFTER in move.roles] == ["withdraw"]
