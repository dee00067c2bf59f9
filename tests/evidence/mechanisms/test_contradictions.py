"""Contradictions: both sides are always there, and agreement is not taken for one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.mechanisms.contradictions import Contradiction, contradictions
from evidence.mechanisms.graph import MechanismGraph
from evidence.mechanisms.parts import Edge
from tests.evidence.mechanisms.arrows import arrow, belongs, denied, hits, pathway, target

WNT = pathway("wnt-beta-catenin")
GROWTH = target("process-tumour-growth")


def found(*edges: Edge) -> tuple[Contradiction, ...]:
    return contradictions(MechanismGraph(edges))


def test_wnt_stands_for_and_against_tumour_growth() -> None:
    mouse = arrow(WNT, "INCREASES", GROWTH)
    lines = denied(WNT, "INCREASES", GROWTH, model_system="CELL_LINE")
    lowers = arrow(WNT, "DECREASES", GROWTH)
    [one] = found(lowers, lines, mouse)
    assert (one.kind, one.subject, one.object, one.claim) == ("PAIR", WNT, GROWTH, "RAISES")
    assert one.supporting == (mouse,)
    assert set(one.opposing) == {lines, lowers}
    assert {edge.model_system for edge in one.opposing} == {"CELL_LINE", "MOUSE"}


def test_raising_and_lowering_one_thing_contradict_each_other() -> None:
    up, down = arrow("a", "ACTIVATES", "b"), arrow("a", "DECREASES", "b")
    [one] = found(up, down)
    assert (one.supporting, one.opposing) == ((up,), (down,))


def test_a_relation_seen_and_seen_not_to_hold_contradict_each_other() -> None:
    seen, unseen = arrow("a", "CARRIES", "b"), denied("a", "CARRIES", "b")
    [one] = found(seen, unseen)
    assert (one.claim, one.supporting, one.opposing) == ("CARRIES", (seen,), (unseen,))


def test_a_statement_that_is_not_supported_speaks_against_its_arrow() -> None:
    seen = arrow("a", "INHIBITS", "b")
    unsupported = arrow("a", "INHIBITS", "b", direction="DOES_NOT_SUPPORT")
    [one] = found(seen, unsupported)
    assert (one.claim, one.supporting, one.opposing) == ("LOWERS", (seen,), (unsupported,))


def test_the_two_marks_of_a_denial_do_not_cancel_each_other() -> None:
    twice = denied("a", "INCREASES", "b", direction="DOES_NOT_SUPPORT")
    assert twice.stance == "AGAINST"
    assert len(found(arrow("a", "INCREASES", "b"), twice)) == 1


def test_a_mixed_statement_speaks_by_its_arrows() -> None:
    assert arrow("a", "INCREASES", "b", direction="MIXED").stance == "FOR"
    assert denied("a", "INCREASES", "b", direction="MIXED").stance == "AGAINST"


def test_what_raises_and_does_not_lower_agrees() -> None:
    assert found(arrow("a", "INCREASES", "b"), denied("a", "DECREASES", "b")) == ()


def test_two_denials_and_nothing_seen_is_no_contradiction() -> None:
    assert found(denied("a", "INCREASES", "b"), denied("a", "DECREASES", "b")) == ()


def test_different_relations_without_a_sign_do_not_meet() -> None:
    assert found(arrow("a", "CARRIES", "b"), denied("a", "SECRETES", "b")) == ()


def test_the_order_of_what_binds_does_not_matter() -> None:
    assert len(found(arrow("a", "BINDS", "b"), denied("b", "BINDS", "a"))) == 1
    assert found(arrow("a", "CARRIES", "b"), denied("b", "CARRIES", "a")) == ()


def test_what_is_on_record_but_no_finding_contradicts_nothing() -> None:
    assert found(hits("mab", "b"), belongs("b", "p")) == ()


def test_findings_through_one_pathway_that_point_both_ways_are_shown_to_be_read() -> None:
    up = arrow("a", "INCREASES", "x", pathway=WNT)
    down = arrow("b", "DECREASES", "x", pathway=WNT)
    [one] = found(up, down)
    assert (one.kind, one.subject, one.object) == ("PATHWAY", WNT, target("x"))
    assert (one.supporting, one.opposing) == ((up,), (down,))


def test_a_pathway_at_both_its_ends_is_told_once_as_a_pair() -> None:
    both = found(arrow(WNT, "INCREASES", GROWTH), arrow(WNT, "DECREASES", GROWTH))
    assert [one.kind for one in both] == ["PAIR"]


def test_what_raises_a_pathway_and_what_lowers_it_do_not_disagree() -> None:
    assert found(arrow("a", "ACTIVATES", WNT), arrow("b", "INHIBITS", WNT)) == ()


def test_contradictions_about_one_entity_are_those_it_takes_part_in() -> None:
    graph = MechanismGraph(
        [
            *(arrow("a", "INCREASES", "b"), arrow("a", "DECREASES", "b", donor=target("c"))),
            *(arrow("x", "INCREASES", "y"), arrow("x", "DECREASES", "y")),
        ]
    )
    assert len(contradictions(graph)) == 2
    for slug in ("a", "b", "c"):
        [one] = contradictions(graph, target(slug))
        assert one.subject == target("a")
    assert contradictions(graph, target("nobody")) == ()


ARROWS = st.builds(
    arrow,
    st.sampled_from("ab"),
    st.sampled_from(["INCREASES", "DECREASES", "ACTIVATES", "INHIBITS", "BINDS", "CARRIES"]),
    st.sampled_from("bc"),
    is_negated=st.booleans(),
    direction=st.sampled_from(["SUPPORTS", "DOES_NOT_SUPPORT", "MIXED"]),
    pathway=st.sampled_from([None, WNT]),
)


@settings(deadline=None)
@given(edges=st.lists(ARROWS, max_size=14))
def test_a_contradiction_has_two_sides_without_a_common_arrow(edges: list[Edge]) -> None:
    for one in found(*edges):
        assert one.supporting and one.opposing
        assert not set(one.supporting) & set(one.opposing)
        assert any(edge.stance == "FOR" for edge in one.supporting)
    assert found(*edges) == found(*reversed(edges))


@settings(deadline=None)
@given(edges=st.lists(ARROWS, max_size=14))
def test_without_a_denial_and_with_one_sign_nothing_contradicts(edges: list[Edge]) -> None:
    agreeing = [edge for edge in edges if edge.stance == "FOR" and edge.sign >= 0]
    assert found(*agreeing) == ()
