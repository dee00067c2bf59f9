"""The page of pooled results: what is alike, what it pools to, who was left out and why."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.evidence.synthesis.published import add_response, add_source, add_three
from tests.universe import Universe
from tests.website.support import get, html, section, text, words

pytestmark = pytest.mark.django_db


def test_a_group_shows_its_numbers_its_pooled_line_and_its_sources(universe: Universe) -> None:
    rows = add_three(universe)
    group = section(html("/synthesis/?endpoint=ORR"), "group-1")
    said = words(group)
    assert "Objective response rate: crude proportion" in said
    assert "osteosarcoma, alone or as a stratum · relapsed, refractory or advanced" in said
    assert "Single-arm results are not a comparison" in said
    assert re.search(r"Pooled, 3 studies 20\.4% \(\d+\.\d–\d+\.\d\)", said)
    for line in ("Prediction interval", "Fixed effect", "Mixed model", "Freeman–Tukey"):
        assert line in said
    assert "degrees of freedom" in said
    assert "Where the true value of a next study like these is expected" in said
    for row in rows:
        assert f'href="/evidence/{row.version.item.public_id}/#number-{row.pk}"' in group
        assert f'href="/sources/{row.locator.source.slug}/"' in group
    assert "Table 2" in said


def test_a_number_of_a_group_leads_to_its_row_on_the_evidence_page(universe: Universe) -> None:
    add_three(universe)
    group = section(html("/synthesis/?endpoint=ORR"), "group-1")
    links = re.findall(r'href="(/evidence/[^"#]+)#([^"]+)"', group)
    assert len(set(links)) == 3
    for page, anchor in links:
        assert f'id="{anchor}"' in html(page)


def test_who_was_left_out_is_listed_with_the_reason(universe: Universe) -> None:
    add_three(universe)
    trial = universe.trials["regobone"]
    add_response(universe, add_source(universe, "dixon"), 6, 33, trial=trial)
    add_response(universe, add_source(universe, "evans", "NEWS"), 5, 31, trial=trial)
    said = words(section(html("/synthesis/"), "group-1"))
    assert "Alike, but left out: 1" in said
    assert "Counted already It may hold patients of REGOBONE, regorafenib" in said
    outside = words(section(html("/synthesis/"), "left-out"))
    assert "REGOBONE, placebo" in outside
    assert "It is the doubtful side of an open discrepancy." in outside


def test_numbers_from_mice_are_in_no_group(universe: Universe) -> None:
    source = html("/synthesis/")
    groups = source.split('id="left-out"')[0]
    assert "mouse" not in words(groups).casefold()


def test_the_page_keeps_its_filters_and_links_the_same_as_json(universe: Universe) -> None:
    add_three(universe)
    source = unescape(html("/synthesis/?therapy_class=vegfr-tki&window=20"))
    assert 'href="/api/v1/synthesis/?therapy_class=vegfr-tki&window=20"' in source
    assert 'name="window" value="20"' in re.sub(r"\s+", " ", source)
    assert '<input type="hidden" name="therapy_class" value="vegfr-tki">' in source
    assert "No agent, class or trial is chosen" not in source
    assert "No agent, class or trial is chosen" in text("/synthesis/")


def test_a_facet_counts_the_numbers_it_would_give(universe: Universe) -> None:
    add_three(universe)
    source = re.sub(r"\s+", " ", unescape(html("/synthesis/?endpoint=ORR")))
    found = re.findall(r'href="\?endpoint=ORR&agent=([\w-]+)"[^>]*>.*?class="count">(\d+)<', source)
    assert dict(found) == {"regorafenib": "2", "rivoceranib": "1"}


def test_an_address_that_is_not_understood_shows_no_group(universe: Universe) -> None:
    add_three(universe)
    for query in ("agnet=regorafenib", "window=99", "kind=trials", "endpoint=nonsense"):
        answer = get(f"/synthesis/?{query}")
        assert answer.status_code == 400
        said = words(answer.content.decode())
        assert query.split("=")[0] in said
        assert "Pooled, 3 studies" not in said


def test_comparisons_have_a_view_of_their_own(universe: Universe) -> None:
    said = text("/synthesis/?kind=comparisons")
    assert "Progression-free survival: hazard ratio" in said
    assert "against placebo" in said
    assert "HR 0.42" in said


def test_more_numbers_cost_no_more_queries(universe: Universe) -> None:
    add_three(universe)
    with CaptureQueriesContext(connection) as before:
        get("/synthesis/")
    for number in range(3):
        add_response(universe, add_source(universe, f"more-{number}"), 3 + number, 30)
    with CaptureQueriesContext(connection) as after:
        get("/synthesis/")
    assert len(after) == len(before)


def test_pages_of_evidence_agents_and_classes_lead_there(universe: Universe) -> None:
    assert 'href="/synthesis/"' in html("/evidence/")
    assert 'href="/synthesis/?agent=regorafenib"' in html("/agents/regorafenib/")
    assert 'href="/synthesis/?therapy_class=vegfr-tki"' in html(
        "/therapy-classes/targeted/vegfr-tki/"
    )
