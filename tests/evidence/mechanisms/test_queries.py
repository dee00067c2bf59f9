"""The database as a graph: only what is published, with everything it rests on."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from evidence import services
from evidence.drafts import Entity
from evidence.mechanism_queries import entity_ids, find_node, findings_about, load_graph
from evidence.mechanisms.contradictions import contradictions
from evidence.mechanisms.parts import Edge, Node
from osteodb.core.filter_values import UnknownTerm
from tests.evidence.mechanisms.world import at, draft, state
from tests.universe import NOW, Universe

pytestmark = pytest.mark.django_db


def findings(world: Universe) -> list[Edge]:
    return [edge for edge in load_graph().edges if edge.is_finding]


def test_an_edge_tells_all_that_its_statement_does(mechanism: Universe) -> None:
    version = mechanism.versions["carried"]
    [edge] = [one for one in findings(mechanism) if one.relation == "CARRIES"]
    assert edge.evidence == version.item.public_id
    assert (edge.subject.name, edge.object.id) == ("exosome", "target:cd274")
    assert edge.carried_by_exosome is True
    assert edge.donor and edge.donor.name == "tumour cell"
    assert edge.recipient and edge.recipient.name == "T cell"
    assert edge.pathway == Node("pathway", mechanism.pathway.slug)
    assert (edge.level, edge.model_system, edge.context) == ("D", "CELL_LINE", "in culture")
    assert edge.citation.source == "duffaud2019"
    assert edge.citation.place == "results, sentence 3"


def test_ties_of_therapies_are_edges_with_their_citation(mechanism: Universe) -> None:
    ties = [edge for edge in load_graph().edges if not edge.is_finding]
    [blocks] = [edge for edge in ties if edge.subject.id == "agent:avelumab"]
    assert (blocks.relation, blocks.object.id) == ("TARGETS", "target:cd274")
    assert blocks.detail == "blocking antibody"
    assert (blocks.citation.name, blocks.citation.place) == ("the review", "4.4")
    [member] = [edge for edge in ties if edge.relation == "MEMBER_OF"]
    assert (member.subject.id, member.object.slug) == ("target:kdr", mechanism.pathway.slug)
    assert not any(edge.evidence or edge.level or edge.model_system for edge in ties)


def test_drafts_and_what_was_said_before_are_no_part_of_the_graph(mechanism: Universe) -> None:
    world, growth = mechanism, at(mechanism.targets["tumour growth"])
    hidden = draft(world, "Not yet said.", at(world.targets["KDR"]), "ACTIVATES", growth)
    services.save_draft(draft=hidden, by=world.alice, now=NOW)
    assert "Not yet said." not in {edge.statement for edge in findings(world)}
    old = state(world, "Said before.", at(world.targets["KDR"]), "BINDS", growth)
    assert "Said before." in {edge.statement for edge in findings(world)}
    services.retract(version=old, reason="It was wrong.", by=world.bob, now=NOW)
    assert "Said before." not in {edge.statement for edge in findings(world)}


def test_a_pathway_stands_for_and_against_with_source_model_and_level(mechanism: Universe) -> None:
    growth = Node("target", mechanism.targets["tumour growth"].slug)
    [one] = [one for one in contradictions(load_graph()) if one.object == growth]
    assert (one.subject.slug, one.claim) == (mechanism.pathway.slug, "RAISES")
    assert [edge.statement for edge in one.supporting] == ["In mice the pathway drives growth."]
    assert {edge.statement for edge in one.opposing} == {
        "In cell lines the pathway holds growth back.",
        "Without the pathway, growth in mice was as before.",
    }
    for edge in (*one.supporting, *one.opposing):
        assert edge.citation.source and edge.model_system and edge.level == "D"


def test_a_statement_not_supported_opposes_the_one_that_is(mechanism: Universe) -> None:
    pair = ("target:kdr", "target:cd274")
    found = {(one.subject.id, one.object.id): one for one in contradictions(load_graph())}
    [doubted] = found[pair].opposing
    assert doubted.direction == "DOES_NOT_SUPPORT"
    assert not doubted.is_negated


def test_a_path_leads_from_a_mechanism_to_the_agent_that_acts_on_it(mechanism: Universe) -> None:
    found = load_graph().paths(find_node("exosome"), find_node("avelumab"))
    ways = [[node.id for node in path.nodes] for path in found.found]
    assert ways[0] == ["target:exosome", "target:cd274", "agent:avelumab"]


def test_the_findings_of_one_entity_are_those_it_takes_part_in(mechanism: Universe) -> None:
    cell = findings_about(mechanism.targets["T cell"])
    assert {edge.relation for edge in cell.edges} == {"CARRIES", "INHIBITS"}
    pathway = findings_about(mechanism.pathway)
    assert {edge.relation for edge in pathway.edges} == {"INCREASES", "DECREASES", "CARRIES"}
    assert findings_about(mechanism.agents["placebo"]).edges == ()


def test_the_graph_is_read_with_three_queries_however_big(
    mechanism: Universe, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        load_graph()
    with django_assert_num_queries(1):
        findings_about(mechanism.targets["CD274"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("target:cd274", "target:cd274"),
        ("Target: PD-L1", "target:cd274"),
        ("pdl1", "target:cd274"),
        ("YN968D1", "agent:rivoceranib"),
        ("agent:apatinib", "agent:rivoceranib"),
        ("vegfr2/stat3/bcl2", "pathway:vegfr2-stat3-bcl2"),
        ("pathway:VEGFR2-STAT3-BCL2", "pathway:vegfr2-stat3-bcl2"),
    ],
)
def test_an_entity_is_found_by_any_name(
    name: str, expected: str, shared_universe: Universe
) -> None:
    assert find_node(name).id == expected


def test_a_name_that_means_several_things_is_refused_with_what_it_may_mean(
    shared_universe: Universe,
) -> None:
    with pytest.raises(UnknownTerm) as refused:
        find_node("ambiguous alias")
    assert refused.value.known == ("target:cd274", "target:kdr")
    assert "means several things" in refused.value.message
    assert len(entity_ids("ambiguous alias")) == 2, "a list may ask for all of them"


@pytest.mark.parametrize("name", ["nobody", "agent:cd274", "target:", "???", "gene:cd274"])
def test_a_name_of_nothing_is_refused(name: str, shared_universe: Universe) -> None:
    with pytest.raises(UnknownTerm):
        find_node(name)


def test_an_entity_of_a_draft_names_its_kind(shared_universe: Universe) -> None:
    assert entity_ids("avelumab") == [("agent", shared_universe.agents["avelumab"].pk)]
    assert Entity(*entity_ids("avelumab")[0]).kind == "agent"
