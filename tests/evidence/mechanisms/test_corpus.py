"""The mechanism that the database is born with, asked through the graph."""

from __future__ import annotations

import pytest

from evidence.corpus.loading import Report
from evidence.mechanism_queries import find_node, load_graph
from evidence.mechanisms.contradictions import PAIR, contradictions
from evidence.models import MechanismAssertion

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_wnt_stands_for_and_against_tumour_growth(loaded_corpus: Report) -> None:
    wnt, growth = find_node("pathway:wnt-beta-catenin"), find_node("target:process-tumour-growth")
    [one] = [
        one
        for one in contradictions(load_graph(), wnt)
        if one.kind == PAIR and (one.subject, one.object) == (wnt, growth)
    ]
    assert one.claim == "RAISES"
    assert "MOUSE" in {edge.model_system for edge in one.supporting}
    assert any(edge.is_negated for edge in one.opposing)
    assert any(edge.sign == -1 for edge in one.opposing)


def test_every_arrow_of_the_corpus_is_in_the_graph_with_its_place(loaded_corpus: Report) -> None:
    findings = [edge for edge in load_graph().edges if edge.is_finding]
    published = MechanismAssertion.objects.filter(version__state="PUBLISHED")
    assert {edge.id for edge in findings} == set(published.values_list("pk", flat=True))
    assert all(edge.citation.source and edge.citation.place for edge in findings)


def test_a_path_leads_from_an_exosome_to_what_it_does_to_immunity(loaded_corpus: Report) -> None:
    found = load_graph().paths(find_node("exosome-tgf-beta1"), find_node("klrk1"), longest=3)
    ways = [[node.slug for node in path.nodes] for path in found.found]
    assert ["exosome-tgf-beta1", "smad2-3", "klrk1"] in ways
