"""The network of mechanisms: what is drawn is what was asked for, and all of it is told."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from evidence.filters_mechanisms import AssertionFilterSet
from evidence.mechanism_queries import edge_of, visible_assertions, with_all
from evidence.mechanisms.parts import AGAINST, Edge
from osteodb.website.pages.mechanism_network import network_page
from osteodb.website.pages.network_choice import MOST, chosen, spread
from osteodb.website.pages.network_picture import told
from tests.evidence.mechanisms.world import add_mechanism
from tests.universe import Universe
from tests.website.support import get, html, text, words

pytestmark = pytest.mark.django_db
FLOW = re.compile(r'<path class="pic-flow [^>]*><title>([^<]*)</title>')


@pytest.fixture
def mechanism(shared_universe: Universe) -> Universe:
    """The world with invented mechanism, for one test."""
    shared_universe.versions.update(add_mechanism(shared_universe))
    return shared_universe


def asked(query: str) -> list[Edge]:
    rows = AssertionFilterSet(QueryDict(query), with_all(visible_assertions())).checked()
    return [edge_of(row) for row in rows]


def drawn(source: str) -> list[str]:
    """What each arrow of the picture says."""
    return sorted(words(one) for one in FLOW.findall(source))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "entity=PD-L1",
        "entity=exosome&steps=2",
        "contradicted=true",
        "carried_by_exosome=true",
        "pathway=vegfr2-stat3-bcl2&model_system=MOUSE",
        "stance=AGAINST",
        "relation=INHIBITS",
    ],
)
def test_every_arrow_asked_for_is_drawn_and_no_other(query: str, mechanism: Universe) -> None:
    wanted = sorted(words(told(edge)) for edge in asked(query))
    source = html(f"/mechanisms/network/?{query}")
    assert wanted
    assert drawn(source) == wanted
    rows = re.findall(r'<th scope="row".*?</tr>', source, re.DOTALL)
    findings = [row for row in rows if "on record, no finding" not in words(row)]
    assert len(findings) == len(wanted)


def test_the_page_gives_what_the_api_gives(mechanism: Universe) -> None:
    query = "entity=exosome&steps=2"
    answer = get(f"/api/v1/assertions/?{query}").json()
    assert answer["count"] == len(drawn(html(f"/mechanisms/network/?{query}"))) == 4


def test_both_sides_of_a_contradiction_are_drawn_and_named(mechanism: Universe) -> None:
    source = html("/mechanisms/network/?object=tumour growth")
    assert 'class="pic-flow pic-up"' in source
    assert 'class="pic-flow pic-down"' in source
    assert 'class="pic-flow pic-not"' in source
    assert "Found both ways, and drawn both ways: VEGFR2/STAT3/BCL-2 and tumour growth" in (
        words(source)
    )
    assert "1 was seen not to hold" in words(source)


def test_what_carries_and_what_takes_up_are_in_the_picture(mechanism: Universe) -> None:
    source = html("/mechanisms/network/?relation=CARRIES")
    for name in ("tumour cell gives exosome", "exosome goes to T cell"):
        assert f"<title>{name}</title>" in source
    headings = re.findall(r'class="pic-text pic-strong pic-fine"[^>]*>([^<]+)<', source)
    assert headings[:3] == ["Exosomes and cargo", "Cells", "Pathways"]


def test_agents_on_a_drawn_target_are_drawn_as_on_record(mechanism: Universe) -> None:
    source = html("/mechanisms/network/?entity=PD-L1")
    assert re.search(r'class="pic-record"[^>]*><title>avelumab targets CD274; on record', source)
    assert "On record, no finding: agents to" in words(source)


def test_a_box_leads_to_its_page_and_into_the_middle_of_the_same_question(
    mechanism: Universe,
) -> None:
    source = html("/mechanisms/network/?stance=FOR&entity=KDR")
    assert 'href="/targets/cd274/"' in source
    centre = re.search(r'href="([^"]+)" aria-label="Centre on CD274"', source)
    assert centre
    assert centre.group(1) == "/mechanisms/network/?stance=FOR&amp;entity=target%3Acd274"


def test_the_file_of_rows_has_sources_and_levels_of_what_is_drawn(mechanism: Universe) -> None:
    answer = get("/pictures/mechanism-network.csv?object=tumour growth")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 3
    assert {row["Finding"] for row in rows} == {"seen to hold", "seen not to hold"}
    assert all(row["Level"] == "D" and row["Source"] and row["Statement"] for row in rows)
    assert get("/pictures/mechanism-network.svg?object=tumour growth").status_code == 200
    assert get("/pictures/mechanism-network.png?object=tumour growth").content[:4] == b"\x89PNG"


@pytest.mark.parametrize("wrong", ["entity=nobody", "steps=2", "contradicted=perhaps", "colour=1"])
def test_what_is_not_understood_is_refused_on_the_page_and_in_files(
    wrong: str, shared_universe: Universe
) -> None:
    page = get(f"/mechanisms/network/?{wrong}")
    assert page.status_code == 400
    assert b"<svg" not in page.content
    assert get(f"/pictures/mechanism-network.svg?{wrong}").status_code == 400


def test_where_nothing_matches_the_page_says_so(shared_universe: Universe) -> None:
    assert "No arrow matches all of these filters" in text("/mechanisms/network/?level=A")
    assert get("/pictures/mechanism-network.svg?level=A").status_code == 404


def test_queries_do_not_grow_with_the_arrows(mechanism: Universe) -> None:
    counts = []
    for query in ("pathway=vegfr2-stat3-bcl2&relation=CARRIES", "pathway=vegfr2-stat3-bcl2"):
        with CaptureQueriesContext(connection) as captured:
            network_page(QueryDict(query))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def many(number: int, mechanism: Universe) -> list[Edge]:
    """So many arrows between different things, made from one."""
    [edge] = asked("relation=INHIBITS")
    return [
        replace(edge, id=n, object=replace(edge.object, slug=f"made-{n}")) for n in range(number)
    ]


def test_of_too_many_those_that_tell_most_are_drawn_with_what_contradicts_them(
    mechanism: Universe,
) -> None:
    edges = many(MOST + 10, mechanism)
    telling = replace(edges[-1], carried_by_exosome=True, donor=edges[-1].subject)
    against = replace(edges[-1], id=999, is_negated=True)
    picked = chosen([*edges[:-1], telling, against])
    assert len(picked) == MOST
    assert {telling.id, against.id} <= {edge.id for edge in picked}
    assert any(edge.stance == AGAINST for edge in picked)
    assert chosen(edges, nearest=[7])[0] in edges
    assert 7 in {edge.id for edge in chosen(edges, nearest=[7], most=1)}


def test_ties_are_spread_over_what_they_belong_to(mechanism: Universe) -> None:
    edges = many(5, mechanism)
    to_one = [replace(edges[0], id=n + 100) for n in range(5)]
    kept = spread([*to_one, edges[1]], most=2)
    assert {edge.object.slug for edge in kept} == {"made-0", "made-1"}


def test_pages_about_mechanisms_lead_to_the_network(mechanism: Universe) -> None:
    assert 'href="/mechanisms/network/"' in html("/mechanisms/")
    assert 'href="/mechanisms/network/?target=cd274"' in html("/targets/cd274/")
    slug = mechanism.pathway.slug
    assert f'href="/mechanisms/network/?pathway={slug}"' in html(f"/pathways/{slug}/")
