"""Paths and neighbours in the graph: nothing is lost, nothing denied carries a path."""

from __future__ import annotations

import json

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.mechanisms.graph import ANY, FOLLOW, MechanismGraph, Paths
from evidence.mechanisms.parts import Edge
from tests.evidence.mechanisms.arrows import (
    agent,
    arrow,
    belongs,
    denied,
    hits,
    pathway,
    target,
)


def ways(paths: Paths) -> list[str]:
    """The paths as words: "a > b > c"."""
    return [" > ".join(node.slug for node in path.nodes) for path in paths.found]


def test_paths_come_shortest_first() -> None:
    graph = MechanismGraph(
        [arrow("a", "INCREASES", "b"), arrow("b", "INHIBITS", "c"), arrow("a", "BINDS", "c")]
    )
    assert ways(graph.paths(target("a"), target("c"))) == ["a > c", "a > b > c"]


def test_a_finding_is_walked_along_its_arrow_unless_either_way_is_asked_for() -> None:
    graph = MechanismGraph([arrow("a", "INCREASES", "b")])
    assert ways(graph.paths(target("b"), target("a"))) == []
    found = graph.paths(target("b"), target("a"), arrows=ANY)
    assert ways(found) == ["b > a"]
    assert found.found[0].steps[0].is_against_arrows


def test_binding_and_correlation_have_no_direction() -> None:
    for relation in ("BINDS", "CORRELATES_WITH"):
        [path] = MechanismGraph([arrow("a", relation, "b")]).paths(target("b"), target("a")).found
        assert not path.steps[0].is_against_arrows


def test_what_an_agent_hits_is_walked_either_way_and_is_no_finding() -> None:
    graph = MechanismGraph([arrow("a", "INCREASES", "b"), hits("mab", "b"), belongs("b", "p")])
    [path] = graph.paths(target("a"), agent("mab")).found
    assert [step.is_tie for step in path.steps] == [False, True]
    assert path.steps[1].is_against_arrows
    assert ways(graph.paths(agent("mab"), pathway("p"))) == ["mab > b > p"]


def test_what_was_seen_not_to_hold_carries_no_path() -> None:
    graph = MechanismGraph([denied("a", "INCREASES", "b")])
    assert ways(graph.paths(target("a"), target("b"))) == []
    doubted = arrow("a", "INCREASES", "b", direction="DOES_NOT_SUPPORT")
    assert ways(MechanismGraph([doubted]).paths(target("a"), target("b"))) == []


def test_what_was_seen_not_to_hold_stands_beside_the_step_it_contradicts() -> None:
    seen, unseen = arrow("a", "INCREASES", "b"), denied("a", "INCREASES", "b")
    [path] = MechanismGraph([unseen, seen]).paths(target("a"), target("b")).found
    [step] = path.steps
    assert (step.supporting, step.opposing) == ((seen,), (unseen,))
    assert step.is_disputed


def test_parallel_arrows_are_kept_and_both_signs_make_a_step_disputed() -> None:
    up, again = arrow("a", "INCREASES", "b"), arrow("a", "INCREASES", "b")
    down = arrow("a", "INHIBITS", "b")
    [path] = MechanismGraph([up, again, down]).paths(target("a"), target("b")).found
    [step] = path.steps
    assert set(step.supporting) == {up, again, down}
    assert step.signs == (-1, 1)
    assert step.is_disputed
    assert not step.opposing


def test_a_path_that_is_too_long_is_not_given() -> None:
    chain = [arrow(f"n{at}", "INCREASES", f"n{at + 1}") for at in range(6)]
    graph = MechanismGraph(chain)
    assert ways(graph.paths(target("n0"), target("n5"))) == []
    assert len(graph.paths(target("n0"), target("n5"), longest=5).found) == 1


def test_more_paths_than_are_given_is_said_and_the_shortest_are_kept() -> None:
    middle = [f"m{at}" for at in range(5)]
    edges = [arrow("a", "INCREASES", one) for one in middle]
    edges += [arrow(one, "INCREASES", "z") for one in middle]
    graph = MechanismGraph([*edges, arrow("a", "INCREASES", "z")])
    found = graph.paths(target("a"), target("z"), most=3)
    assert found.is_capped
    assert len(found.found) == 3
    assert ways(found)[0] == "a > z"
    assert not graph.paths(target("a"), target("z"), most=6).is_capped


def test_among_equals_findings_come_before_what_is_only_on_record() -> None:
    graph = MechanismGraph(
        [
            *(hits("m", "x"), belongs("x", "p")),
            *(arrow(agent("m"), "INHIBITS", "z"), arrow("z", "INHIBITS", pathway("p"))),
        ]
    )
    assert ways(graph.paths(agent("m"), pathway("p"))) == ["m > z > p", "m > x > p"]


def test_two_targets_of_one_pathway_or_agent_are_not_led_from_one_to_the_other() -> None:
    tables = [belongs("x", "p"), belongs("y", "p"), hits("m", "x"), hits("m", "y")]
    assert ways(MechanismGraph(tables).paths(target("x"), target("y"))) == []
    active = MechanismGraph([*tables, arrow(pathway("p"), "ACTIVATES", "y")])
    assert ways(active.paths(target("x"), target("y"))) == ["x > p > y"]
    shared = MechanismGraph([hits("m", "x"), hits("n", "x")])
    assert ways(shared.paths(agent("m"), agent("n"))) == ["m > x > n"], "two agents, one target"


def test_questions_without_sense_are_refused() -> None:
    graph = MechanismGraph([arrow("a", "INCREASES", "b")])
    with pytest.raises(ValueError, match="from one entity to another"):
        graph.paths(target("a"), target("a"))
    for longest in (0, 7):
        with pytest.raises(ValueError, match="1 to 6 steps"):
            graph.paths(target("a"), target("b"), longest=longest)


def test_an_entity_without_arrows_has_no_paths_and_nothing_touches_it() -> None:
    graph = MechanismGraph([arrow("a", "INCREASES", "b")])
    assert graph.paths(target("a"), target("lonely")).found == ()
    assert graph.touching(target("lonely")).parts == ()


def test_everything_touching_an_entity_is_told_by_the_part_it_plays() -> None:
    acts, suffers = arrow("cell", "SECRETES", "b"), denied("a", "INHIBITS", "cell")
    gives = arrow("x", "CARRIES", "y", donor=target("cell"), recipient=target("other"))
    graph = MechanismGraph([acts, suffers, gives, arrow("a", "BINDS", "b")])
    parts = {part.role: part for part in graph.touching(target("cell")).parts}
    assert list(parts) == ["SUBJECT", "OBJECT", "DONOR"]
    assert parts["SUBJECT"].supporting == (acts,)
    assert (parts["OBJECT"].supporting, parts["OBJECT"].opposing) == ((), (suffers,))
    assert parts["DONOR"].supporting == (gives,)


def test_a_pathway_is_touched_by_what_goes_through_it() -> None:
    through = arrow("a", "INCREASES", "b", pathway=pathway("p"))
    [part] = MechanismGraph([through]).touching(pathway("p")).parts
    assert (part.role, part.supporting) == ("PATHWAY", (through,))


def test_a_target_and_a_pathway_of_one_slug_are_two_things() -> None:
    graph = MechanismGraph([arrow(target("stat6"), "ACTIVATES", pathway("stat6"))])
    assert [node.id for node in graph.nodes] == ["pathway:stat6", "target:stat6"]


def test_the_graph_as_data_is_plain_and_names_every_end() -> None:
    edges = [arrow("a", "INCREASES", "b", donor=target("c")), hits("mab", "b"), belongs("b", "p")]
    data = MechanismGraph(edges).as_data()
    assert json.loads(json.dumps(data)) == data
    ids = {node["id"] for node in data["nodes"]}
    assert ids == {"target:a", "target:b", "target:c", "agent:mab", "pathway:p"}
    assert all({edge["subject"], edge["object"]} <= ids for edge in data["edges"])
    assert len(data["edges"]) == 3
    [drawn] = [edge for edge in data["edges"] if edge["subject"] == "target:a"]
    assert (drawn["sign"], drawn["stance"], drawn["donor"]) == (1, "FOR", "target:c")


SLUGS = st.sampled_from("abcdefg")
EDGES = st.lists(
    st.tuples(
        SLUGS,
        st.sampled_from(["INCREASES", "INHIBITS", "BINDS", "TARGETS"]),
        SLUGS,
        st.booleans(),
    ),
    max_size=22,
)


def built(drawn: list[tuple[str, str, str, bool]]) -> list[Edge]:
    return [
        arrow(subject, relation, object_, is_negated=negated)
        for subject, relation, object_, negated in drawn
    ]


def brute_force(edges: list[Edge], arrows: str, longest: int) -> set[tuple[str, ...]]:
    """Every simple path from a to g that findings carry, by plain enumeration."""
    plain = nx.DiGraph()
    plain.add_nodes_from("ag")
    for edge in edges:
        if edge.is_negated:
            continue
        plain.add_edge(edge.subject.slug, edge.object.slug)
        if arrows == ANY or edge.relation == "BINDS":
            plain.add_edge(edge.object.slug, edge.subject.slug)
    return {tuple(way) for way in nx.all_simple_paths(plain, "a", "g", cutoff=longest)}


@settings(deadline=None)
@given(drawn=EDGES, longest=st.integers(1, 6), arrows=st.sampled_from([FOLLOW, ANY]))
def test_every_path_is_found_once_and_in_order(
    drawn: list[tuple[str, str, str, bool]], longest: int, arrows: str
) -> None:
    edges = built(drawn)
    graph = MechanismGraph(edges)
    found = graph.paths(target("a"), target("g"), longest=longest, arrows=arrows, most=10**6)
    slugs = [tuple(node.slug for node in path.nodes) for path in found.found]
    assert len(slugs) == len(set(slugs))
    assert set(slugs) == brute_force(edges, arrows, longest)
    assert [len(way) for way in slugs] == sorted(len(way) for way in slugs)
    for path in found.found:
        for step in path.steps:
            assert step.supporting
            assert all(edge.stance == "FOR" for edge in step.supporting)
            assert all(edge.stance == "AGAINST" for edge in step.opposing)


@settings(deadline=None)
@given(drawn=EDGES, data=st.data())
def test_the_order_in_which_arrows_come_changes_no_answer(
    drawn: list[tuple[str, str, str, bool]], data: st.DataObject
) -> None:
    edges = built(drawn)
    shuffled = data.draw(st.permutations(edges))
    one, other = MechanismGraph(edges), MechanismGraph(shuffled)
    ends = target("a"), target("g")
    assert one.paths(*ends, most=4) == other.paths(*ends, most=4)
    assert one.touching(target("c")) == other.touching(target("c"))


@settings(deadline=None)
@given(drawn=EDGES)
def test_no_arrow_at_an_entity_is_left_out_of_what_touches_it(
    drawn: list[tuple[str, str, str, bool]],
) -> None:
    edges = built(drawn)
    touching = MechanismGraph(edges).touching(target("a"))
    told = {edge.id for part in touching.parts for edge in (*part.supporting, *part.opposing)}
    assert told == {edge.id for edge in edges if target("a") in (edge.subject, edge.object)}
