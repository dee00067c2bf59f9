"""What the search box helps with: misspellings, wrong digits, and beginnings while one types."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.universe import NOW, Universe
from tests.website.support import get, html, section
from tests.website.test_search import group
from therapies.services import create_agent

pytestmark = pytest.mark.django_db


# --- What was probably meant ----------------------------------------------------------------------


@pytest.fixture
def more_names(shared_universe: Universe) -> Universe:
    """Names of real agents that are easily misspelt."""
    for name in ("pembrolizumab", "cabozantinib", "mifamurtide"):
        create_agent(name=name, kind="OTHER", name_kind="INN", by=shared_universe.alice, now=NOW)
    return shared_universe


@pytest.mark.parametrize(
    ("wrong", "address"),
    [
        ("regorafinib", "/agents/regorafenib/"),
        ("regoraphenib", "/agents/regorafenib/"),
        ("apatanib", "/agents/rivoceranib/"),
        ("rivocernaib", "/agents/rivoceranib/"),
        ("YN986D1", "/agents/rivoceranib/"),
        ("avelumap", "/agents/avelumab/"),
        ("pembrolizumb", "/agents/pembrolizumab/"),
        ("cabozantanib", "/agents/cabozantinib/"),
        ("mifamurtyde", "/agents/mifamurtide/"),
        ("VEGRF2", "/targets/kdr/"),
        ("osteosarkoma", "/trials/?condition=osteosarcoma"),
        ("VEGFR2/STAT3/BCL-3", "/pathways/vegfr2-stat3-bcl2/"),
        ("imune checkpoint inhibtion", "/therapy-classes/checkpoint/"),
        ("efficacy of apatanib zzzz", "/agents/rivoceranib/"),
    ],
)
def test_a_misspelling_is_asked_back(wrong: str, address: str, more_names: Universe) -> None:
    source = html(f"/search/?{urlencode({'q': wrong})}")
    assert "Nothing found for" in source or "hits for" in source or "hit for" in source
    assert f'href="{address}"' in section(source, "near")


def test_another_spelling_of_a_right_name_is_no_misspelling(shared_universe: Universe) -> None:
    for question in ("CD-274", "pd l1", "Pd-L1"):
        source = html(f"/search/?{urlencode({'q': question})}")
        assert 'href="/targets/cd274/"' in group(source, "targets")
        assert "Did you mean" not in source


def test_what_is_found_exactly_is_not_asked_back(shared_universe: Universe) -> None:
    for question in ("regorafenib", "metastatic bone", "zzzzqqqq", "kinase"):
        assert "Did you mean" not in html(f"/search/?{urlencode({'q': question, 'all': 1})}")


@pytest.mark.parametrize("typo", ["NCT02389245", "NCT02389224", "NCT02398244", "nct 12389244"])
def test_a_number_with_one_wrong_digit_names_the_right_one(
    typo: str, shared_universe: Universe
) -> None:
    source = html(f"/search/?{urlencode({'q': typo})}")
    assert "but no trial here has it" in source
    link = f'<a href="/trials/{shared_universe.trials["regobone"].public_id}/">NCT02389244</a>'
    assert link in source


def test_a_number_near_a_hidden_trials_is_not_given_away(shared_universe: Universe) -> None:
    shown = html("/search/?q=ISRCTN00000022")
    assert "but no trial here has it" in shown
    assert shared_universe.trials["hidden"].public_id not in shown
    assert "ISRCTN00000002" not in shown


def test_a_number_near_a_merged_trials_leads_to_its_successor(shared_universe: Universe) -> None:
    source = html("/search/?q=ISRCTN00000081")
    link = f'<a href="/trials/{shared_universe.trials["regobone"].public_id}/">ISRCTN00000001</a>'
    assert link in source


# --- While one types ------------------------------------------------------------------------------


def suggested(question: str) -> list[dict[str, str]]:
    """What the box suggests."""
    answer = get("/search/suggest/", data={"q": question})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    found: list[dict[str, str]] = json.loads(answer.content)["suggestions"]
    return found


@pytest.mark.parametrize(
    ("typed", "kind", "label", "url"),
    [
        ("regoraf", "Agent", "regorafenib", "/agents/regorafenib/"),
        ("yn-968", "Agent", "rivoceranib", "/agents/rivoceranib/"),
        ("apati", "Agent", "rivoceranib", "/agents/rivoceranib/"),
        ("pd", "Target", "CD274", "/targets/cd274/"),
        ("stat3", "Pathway", "VEGFR2/STAT3/BCL-2", "/pathways/vegfr2-stat3-bcl2/"),
        ("tyros", "Therapy class", "VEGFR tyrosine kinase inhibitors",
         "/therapy-classes/targeted/vegfr-tki/"),
        ("duff", "Source", "Duffaud F 2019", "/sources/duffaud2019/"),
        ("3101", "Source", "Davis LE 2019", "/sources/davis2019/"),
        ("10.1200/j", "Source", "Davis LE 2019", "/sources/davis2019/"),
    ],
)  # fmt: skip
def test_a_beginning_is_completed(
    typed: str, kind: str, label: str, url: str, shared_universe: Universe
) -> None:
    found = {(one["kind"], one["label"], one["url"]) for one in suggested(typed)}
    assert (kind, label, url) in found


@pytest.mark.parametrize("typed", ["NCT0238", "nct 023892", "EUCTR2013-0039", "2013-003", "regob"])
def test_the_beginning_of_a_number_or_an_acronym_suggests_the_trial(
    typed: str, shared_universe: Universe
) -> None:
    first = suggested(typed)[0]
    assert first["kind"] == "Trial"
    assert first["url"] == f"/trials/{shared_universe.trials['regobone'].public_id}/"


def test_the_synonym_that_was_typed_is_the_reason(shared_universe: Universe) -> None:
    [agent] = [one for one in suggested("apatinib") if one["kind"] == "Agent"]
    assert agent["note"] == "also called apatinib"


def test_there_are_eight_at_most_of_several_kinds(shared_universe: Universe) -> None:
    found = suggested("re")
    assert 0 < len(found) <= 8
    found = suggested("osteo")
    assert len(found) <= 8
    assert len({(one["kind"], one["url"]) for one in found}) == len(found)


@pytest.mark.parametrize("typed", ["", "a", " ", "-", "?!", "x" * 300])
def test_too_little_and_nonsense_suggest_nothing(typed: str, shared_universe: Universe) -> None:
    assert suggested(typed) == []


def test_nothing_hidden_is_suggested(shared_universe: Universe) -> None:
    hidden = shared_universe.trials["hidden"].public_id
    assert all(hidden not in one["url"] for one in suggested("ISRCTN0000000"))
    assert suggested("ISRCTN00000002") == []


@pytest.mark.parametrize("typed", ["rego", "osteosarcoma trial", "zzzz", "NCT0"])
def test_suggestions_cost_one_query_a_kind(
    typed: str, shared_universe: Universe, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(6):
        suggested(typed)


@pytest.mark.django_db(transaction=True)
def test_suggestions_that_a_browser_has_are_not_sent_again() -> None:
    first = get("/search/suggest/?q=regorafenib")
    again = get("/search/suggest/?q=regorafenib", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_suggestions_are_only_read(shared_universe: Universe) -> None:
    assert Client(SERVER_NAME="localhost").post("/search/suggest/?q=re").status_code == 405
