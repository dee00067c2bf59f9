"""The search box: straight to what is named, ranked hits for words, help for misspellings."""

from __future__ import annotations

import pytest

from osteodb.website.search import mark_words, marked
from tests.universe import Universe
from tests.website.support import get, html, text, words

pytestmark = pytest.mark.django_db


def place(question: str) -> str:
    """Where the box leads without a list of hits."""
    answer = get("/search/", data={"q": question})
    assert answer.status_code == 302, answer.content.decode()[:400]
    return str(answer.headers["Location"])


@pytest.mark.parametrize("number", ["NCT02389244", "nct 02389244 ", "EudraCT: 2013-003910-42"])
def test_a_number_leads_straight_to_the_trial(number: str, shared_universe: Universe) -> None:
    assert place(number) == f"/trials/{shared_universe.trials['regobone'].public_id}/"


def test_a_statements_number_leads_straight_to_it(shared_universe: Universe) -> None:
    item = shared_universe.versions["sarc024"].item.public_id
    assert place(item.lower()) == f"/evidence/{item}/"


@pytest.mark.parametrize("name", ["apatinib", "Apatinib", "yn-968d1", "rivoceranib"])
def test_any_name_of_an_agent_leads_to_its_page(name: str, shared_universe: Universe) -> None:
    assert place(name).startswith("/agents/rivoceranib/?searched=")


def test_the_agents_page_says_which_name_led_there(shared_universe: Universe) -> None:
    shown = text("/agents/rivoceranib/?searched=YN968D1")
    assert "“YN968D1” led here." in shown
    assert "Search everything for “YN968D1”" in shown


def test_everything_can_be_searched_for_an_agents_name_too(shared_universe: Universe) -> None:
    shown = text("/search/?q=regorafenib&all=1")
    for kind in ("Agents", "Trials", "Evidence", "Sources"):
        assert kind in shown


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/agents/YN968D1/", "/agents/rivoceranib/?searched=YN968D1"),
        ("/targets/PD-L1/", "/targets/cd274/?searched=PD-L1"),
        ("/targets/ambiguous alias/", "/search/?q=ambiguous+alias"),
        ("/therapy-classes/vegfr-tki/", "/therapy-classes/targeted/vegfr-tki/"),
    ],
)
def test_other_names_in_an_address_lead_to_the_one_page(
    path: str, target: str, shared_universe: Universe
) -> None:
    assert get(path).headers["Location"] == target


@pytest.mark.parametrize("wrong", ["regorafenb", "rivoceranb", "avelumap"])
def test_a_misspelt_agent_is_found(wrong: str, shared_universe: Universe) -> None:
    right = {"regorafenb": "regorafenib", "rivoceranb": "rivoceranib", "avelumap": "avelumab"}
    assert f'href="/agents/{right[wrong]}/"' in html(f"/search/?q={wrong}")


def test_a_targets_alias_is_shown_as_the_reason(shared_universe: Universe) -> None:
    source = html("/search/?q=PD-L1")
    assert 'href="/targets/cd274/"' in source
    assert "also called PD-L1" in words(source)


def test_words_find_trials_with_the_match_marked(shared_universe: Universe) -> None:
    source = html("/search/?q=metastatic+bone")
    assert f'href="/trials/{shared_universe.trials["regobone"].public_id}/"' in source
    assert "<mark>Metastatic</mark>" in source


def test_words_find_statements_and_sources(shared_universe: Universe) -> None:
    shown = text("/search/?q=progression")
    assert shared_universe.versions["sarc024"].item.public_id in shown
    assert "Evidence" in shown


def test_a_readable_number_that_nobody_has_is_told_from_nonsense(
    shared_universe: Universe,
) -> None:
    shown = text("/search/?q=NCT09999999")
    assert "NCT09999999, a number of ClinicalTrials.gov, but no trial here has it" in shown


@pytest.mark.parametrize(
    "question", ["", "   ", "zzzzqqqq", "'; DROP TABLE", "%", "\\", "a" * 5000, "!!&|"]
)
def test_nothing_found_and_nothing_asked_are_answered_calmly(
    question: str, shared_universe: Universe
) -> None:
    answer = get("/search/", data={"q": question})
    assert answer.status_code == 200
    assert "Give a registry number" in text("/search/")


def test_a_question_is_never_taken_for_markup(shared_universe: Universe) -> None:
    source = html("/search/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in source
    assert "&lt;script&gt;" in source


def test_marks_are_ours_and_everything_else_is_escaped() -> None:
    assert mark_words("a <b> regorafenib", "regorafenib") == (
        "a &lt;b&gt; <mark>regorafenib</mark>"
    )
    assert marked("<i>") == "&lt;i&gt;"
    assert mark_words("a.c", ".") == "a.c"


def test_hidden_and_merged_trials_are_not_among_the_hits(shared_universe: Universe) -> None:
    for name in ("hidden", "merged"):
        public_id = shared_universe.trials[name].public_id
        assert public_id not in html("/search/?q=invented")
    assert get("/search/?q=ISRCTN00000002").status_code == 200
