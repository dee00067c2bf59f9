"""Pages about mechanisms: both sides are shown, nothing preclinical looks clinical, errors help."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services
from tests.evidence.mechanisms.world import add_mechanism
from tests.universe import NOW, Universe
from tests.website.support import get, html, section, text, words

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<th scope="row".*?</tr>', re.DOTALL)


@pytest.fixture
def mechanism(shared_universe: Universe) -> Universe:
    """The world with invented mechanism, for one test."""
    shared_universe.versions.update(add_mechanism(shared_universe))
    return shared_universe


def rows(source: str) -> list[str]:
    """The rows of the tables of a page, in words."""
    return [words(row) for row in ROW.findall(source)]


def test_an_arrow_reads_as_a_sentence_with_all_it_rests_on(mechanism: Universe) -> None:
    [row] = rows(html("/mechanisms/?relation=CARRIES"))
    public_id = mechanism.versions["carried"].item.public_id
    assert row.startswith(
        "exosome (carried by exosomes) → carries CD274 from tumour cell to T cell · "
        "through VEGFR2/STAT3/BCL-2 · in culture · " + public_id
    )
    assert "cell line preclinical" in row
    assert "results, sentence 3" in row


def test_a_sign_is_a_word_and_a_symbol_not_a_colour(mechanism: Universe) -> None:
    shown = text("/mechanisms/?object=tumour growth")
    assert "▲ increases" in shown
    assert "▼ decreases" in shown
    assert "✕ does not increase" in shown


def test_for_stands_beside_against_and_can_be_told_apart_by_words(mechanism: Universe) -> None:
    source = html("/mechanisms/?object=tumour growth")
    assert len(rows(source)) == 3
    assert "seen to hold 2" in words(source)
    assert "seen not to hold 1" in words(source)
    [against] = rows(html("/mechanisms/?stance=AGAINST&subject=KDR"))
    assert "the evidence does not support this" in against


def test_nothing_preclinical_is_without_its_mark(mechanism: Universe) -> None:
    for row in rows(html("/mechanisms/")):
        seen = "mouse" in row or "cell line" in row
        assert seen == ("preclinical" in row), row
    assert "preclinical" not in rows(html("/mechanisms/?model_system=PATIENT_TISSUE"))[0]


def test_the_page_of_contradictions_shows_both_sides(mechanism: Universe) -> None:
    pairs = section(html("/mechanisms/contradictions/"), "pairs")
    shown = words(pairs)
    assert "VEGFR2/STAT3/BCL-2 and tumour growth" in shown
    growth = pairs.split("tumour growth</a></h3>")[1].split("<h3>")[0]
    supporting, opposing = (words(side) for side in growth.split("side-against"))
    assert "▲ increases tumour growth" in supporting
    assert "▼ decreases tumour growth" in opposing
    assert "✕ does not increase tumour growth" in opposing
    assert "preclinical" in supporting and "preclinical" in opposing
    assert shown.count("✓ For") == shown.count("✕ Against") == 2


def test_contradictions_may_be_asked_for_one_thing(mechanism: Universe) -> None:
    shown = text("/mechanisms/contradictions/?entity=tumour growth")
    assert "Only those that tumour growth takes part in." in shown
    assert "CD274" not in shown
    refused = get("/mechanisms/contradictions/?entity=nobody")
    assert refused.status_code == 400
    assert "is called 'nobody'" in words(refused.content.decode())


def test_an_empty_page_of_contradictions_says_so(shared_universe: Universe) -> None:
    assert "No published findings on record contradict each other" in text(
        "/mechanisms/contradictions/"
    )


def test_a_path_is_shown_step_by_step_with_what_is_against_it(mechanism: Universe) -> None:
    shown = text("/mechanisms/paths/?from=VEGFR2&to=avelumab")
    assert "Paths from KDR to avelumab" in shown
    assert "1 path of at most 4 steps" in shown
    assert "KDR ⟶ to CD274 ⚠ findings both ways" in shown
    assert "✕ Against this step" in shown
    assert "read against the arrow" in shown
    assert "on record, no finding" in shown
    assert "Signs belong to single arrows" in shown


def test_no_path_is_not_taken_for_a_finding(mechanism: Universe) -> None:
    shown = text("/mechanisms/paths/?from=T cell&to=exosome")
    assert "No paths of at most 4 steps" in shown
    assert "That is not a finding that nothing does." in shown
    either = text("/mechanisms/paths/?from=T cell&to=exosome&arrows=any")
    assert "1 path of at most 4 steps" in either


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=nobody&to=avelumab", "No target, agent or pathway is called 'nobody'."),
        ("from=nobody", "No target, agent or pathway is called 'nobody'."),
        ("from=avelumab&to=avelumab", "a path leads from one thing to another"),
        ("from=KDR&to=", "Give to: where it ends"),
        ("from=KDR&to=avelumab&longest=9", "'9' is not a number of steps from 1 to 6."),
        ("from=KDR&to=avelumab&length=9", "There is no parameter 'length' here."),
    ],
)
def test_what_cannot_be_understood_is_told_and_what_was_typed_stays(
    query: str, sentence: str, shared_universe: Universe
) -> None:
    answer = get(f"/mechanisms/paths/?{query}")
    source = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in words(source)
    for name, value in (pair.split("=") for pair in query.split("&")):
        if name in ("from", "to", "longest"):
            assert f'name="{name}" value="{value}"' in source


def test_a_name_of_several_things_offers_a_choice_that_works(mechanism: Universe) -> None:
    answer = get("/mechanisms/paths/?from=ambiguous alias&to=avelumab")
    source = answer.content.decode()
    assert answer.status_code == 400
    assert "'ambiguous alias' means several things" in words(source)
    [choice] = re.findall(r'href="(\?[^"]*target%3Akdr[^"]*)"', source)
    assert "Paths from KDR" in text("/mechanisms/paths/" + choice.replace("&amp;", "&"))


def test_the_form_begins_empty_or_with_one_end_filled_in(shared_universe: Universe) -> None:
    assert 'role="alert"' not in html("/mechanisms/paths/")
    source = html("/mechanisms/paths/?from=target:kdr")
    assert 'name="from" value="target:kdr"' in source
    assert 'role="alert"' not in source


def test_the_paths_of_the_page_are_those_of_its_json(mechanism: Universe) -> None:
    source = html("/mechanisms/paths/?from=exosome&to=avelumab&longest=3")
    [url] = re.findall(r'<a href="(/api/[^"]*)">These paths as JSON', source)
    answer = get(url.replace("&amp;", "&")).json()
    assert source.count('class="path card"') == answer["count"] == 1
    assert answer["longest"] == 3


def test_a_pathway_shows_members_agents_and_both_sides(mechanism: Universe) -> None:
    source = html("/pathways/vegfr2-stat3-bcl2/")
    members = words(section(source, "members"))
    assert "KDR" in members
    assert "regorafenib (inhibitor), rivoceranib (inhibitor)" in members
    findings = words(section(source, "mechanism"))
    assert "What it does 3 arrows" in findings
    assert "What goes through it 1 arrow" in findings
    assert "✓ For" in findings and "✕ Against" in findings
    assert "tumour growth" in words(section(source, "both-ways"))


def test_a_pathway_shows_the_discrepancies_about_it(mechanism: Universe) -> None:
    world = mechanism
    services.open_discrepancy(
        slug="growth-both-ways",
        kind="MECHANISM",
        title="Does the pathway drive growth?",
        sides=[services.Side(says="It does.", source=world.sources["duffaud2019"])],
        pathways=[world.pathway],
        by=world.alice,
        now=NOW,
    )
    assert get("/api/v1/discrepancies/?pathway=vegfr2-stat3-bcl2").json()["count"] == 1
    shown = words(section(html("/pathways/vegfr2-stat3-bcl2/"), "disagreements"))
    assert "Does the pathway drive growth?" in shown
    assert "Pathway VEGFR2/STAT3/BCL-2" in text("/discrepancies/growth-both-ways/")


def test_any_name_of_a_pathway_leads_to_it(shared_universe: Universe) -> None:
    answer = get("/pathways/VEGFR2-STAT3 BCL2/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/pathways/vegfr2-stat3-bcl2/?searched=")
    missing = get("/pathways/nothing-of-the-kind/")
    assert missing.status_code == 404
    assert "OsteoDB has no pathway called" in words(missing.content.decode())


def test_a_pathway_is_found_by_the_search(shared_universe: Universe) -> None:
    assert 'href="/pathways/vegfr2-stat3-bcl2/"' in html("/search/?q=stat3&all=1")


def test_targets_and_agents_show_what_touches_them(mechanism: Universe) -> None:
    target = words(section(html("/targets/cd274/"), "mechanism"))
    assert "What it does 1 arrow" in target
    assert "What is done to it, or leads to it 3 arrows" in target
    assert "Against: seen not to hold, or not supported" in target
    cell = words(section(html("/targets/t-cell/"), "mechanism"))
    assert "Where it is the cell that takes up 1 arrow" in cell
    agent = words(section(html("/agents/avelumab/"), "mechanism"))
    assert "No published statement has an arrow" in agent


def test_a_statement_shows_its_arrows(mechanism: Universe) -> None:
    public_id = mechanism.versions["unseen"].item.public_id
    [row] = rows(section(html(f"/evidence/{public_id}/"), "mechanism"))
    assert row.startswith("VEGFR2/STAT3/BCL-2 ✕ does not increase tumour growth")


def test_every_relation_is_explained(shared_universe: Universe) -> None:
    source = html("/mechanisms/relations/")
    assert len(rows(source)) == 13
    assert "BEL" in words(source) and "INDRA" in words(source)


@pytest.mark.parametrize(
    "address",
    [
        *("/mechanisms/", "/mechanisms/contradictions/", "/pathways/"),
        *("/pathways/vegfr2-stat3-bcl2/", "/targets/cd274/", "/agents/regorafenib/"),
        "/mechanisms/paths/?from=target:kdr&to=agent:avelumab",
    ],
)
def test_more_arrows_cost_no_more_queries(address: str, shared_universe: Universe) -> None:
    with CaptureQueriesContext(connection) as few:
        html(address)
    add_mechanism(shared_universe)
    with CaptureQueriesContext(connection) as many:
        html(address)
    assert len(many) == len(few)
