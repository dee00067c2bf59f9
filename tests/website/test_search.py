"""The search box: straight to what is named, ranked hits for words, help for misspellings."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from pytest_django import DjangoAssertNumQueries

from evidence.models import Source
from osteodb.website.search.marking import BEGIN, END, excerpt, mark_words, marked
from tests.universe import NOW, Universe
from tests.website.support import get, html, section, text, words
from trials.models import Trial
from trials.services import GivenIdentifier, register_trial

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


# --- Words ----------------------------------------------------------------------------------------


def group(source: str, key: str) -> str:
    """One kind's hits on a page of hits; empty where it has none."""
    return section(source, f"group-{key}") if f'id="group-{key}"' in source else ""


def reader_finds(path: str) -> int:
    """How many rows a list says it has."""
    match = re.search(r'class="result-count"[^>]*>\s*([\d,]+|No) ', html(path))
    assert match, path
    return 0 if match[1] == "No" else int(match[1].replace(",", ""))


@pytest.mark.parametrize(
    "question",
    ["regorafenib", "osteosarcoma", "YN968D1", "progression", "regoraf", "placebo mouse", "PD-L1"],
)
def test_a_kinds_count_is_that_of_the_list_it_links(
    question: str, shared_universe: Universe
) -> None:
    source = html(f"/search/?{urlencode({'q': question, 'all': 1})}")
    links = re.findall(r'<a href="(/[a-z]+/\?search=[^"]+)">([\d,]+) [^<]*in the list</a>', source)
    assert links or question == "placebo mouse"
    for address, count in links:
        assert reader_finds(unescape(address)) == int(count), address


def test_a_synonym_finds_what_is_about_the_agent_and_says_so(shared_universe: Universe) -> None:
    trial = shared_universe.trials["chictr"].public_id
    source = group(html("/search/?q=YN968D1+neoadjuvant"), "trials")
    assert f'href="/trials/{trial}/"' in source
    assert "gives rivoceranib (YN968D1)" in words(source)
    assert "<mark>apatinib</mark>" in source
    assert "<mark>neoadjuvant</mark>" in source


def test_an_agent_and_a_word_have_both_to_be_met(shared_universe: Universe) -> None:
    assert group(html("/search/?q=YN968D1+maintenance"), "trials") == ""
    assert group(html("/search/?q=regorafenib+maintenance"), "trials")


def test_a_statement_linked_to_a_target_is_found_by_the_targets_other_name(
    shared_universe: Universe,
) -> None:
    mouse = shared_universe.versions["mouse"].item.public_id
    source = group(html("/search/?q=CD274+mice"), "evidence")
    assert mouse in source
    assert "about CD274" in words(source)
    assert mouse in group(html("/search/?q=PD-L1+mice"), "evidence")


@pytest.mark.parametrize("question", ["progress", "progressing", "Progression", "placebo progr"])
def test_words_are_found_in_every_form_and_by_their_beginning(
    question: str, shared_universe: Universe
) -> None:
    found = group(html(f"/search/?{urlencode({'q': question})}"), "evidence")
    assert shared_universe.versions["sarc024"].item.public_id in found
    assert "<mark>progression</mark>" in found


def test_quotes_and_a_minus_mean_what_they_mean_elsewhere(shared_universe: Universe) -> None:
    name = shared_universe.versions["sarc024"].item.public_id
    for question, there in (
        ('"longer than placebo"', True),
        ('"placebo than longer"', False),
        ("placebo -progression", False),
    ):
        found = group(html(f"/search/?{urlencode({'q': question})}"), "evidence")
        assert (name in found) is there, question


def test_a_title_counts_more_than_a_summary(shared_universe: Universe) -> None:
    with_title, with_summary = (shared_universe.trials[name] for name in ("twin3", "twin4"))
    Trial.objects.filter(pk=with_title.pk).update(brief_title="Quixotic osteosarcoma")
    Trial.objects.filter(pk=with_summary.pk).update(brief_summary="Quixotic osteosarcoma")
    source = group(html("/search/?q=quixotic"), "trials")
    at = [source.index(one.public_id) for one in (with_title, with_summary)]
    assert at == sorted(at)
    assert "<mark>Quixotic</mark> osteosarcoma" in source


def test_what_nobody_may_read_is_not_found(shared_universe: Universe) -> None:
    draft = shared_universe.versions["draft"]
    assert draft.item.public_id not in html("/search/?q=lengthened&kind=evidence")
    old = shared_universe.versions["sarc024-old"]
    assert old.item == shared_universe.versions["sarc024"].item
    assert html("/search/?q=regorafenib+placebo&kind=evidence").count(old.item.public_id) == 2


def test_a_source_is_found_by_author_journal_and_any_name_of_an_agent(
    shared_universe: Universe,
) -> None:
    Source.objects.filter(slug="duffaud2019").update(container="Journal of Inventions")
    for question in ("Duffaud", "inventions", "duffaud efficacy"):
        found = group(html(f"/search/?{urlencode({'q': question})}"), "sources")
        assert "/sources/duffaud2019/" in found, question


@pytest.mark.parametrize(
    "number",
    ["31013172", "PMID: 31013172", "10.1200/jco.18.02374", "https://doi.org/10.1200/JCO.18.02374"],
)
def test_a_papers_number_leads_straight_to_it(number: str, shared_universe: Universe) -> None:
    assert place(number) == "/sources/davis2019/"


# --- Kinds ----------------------------------------------------------------------------------------


def test_one_kind_can_be_looked_at_alone(shared_universe: Universe) -> None:
    source = html("/search/?q=regorafenib&kind=trials")
    assert group(source, "trials")
    assert not group(source, "evidence")
    kinds = re.findall(r'<li><a href="([^"]+)"( aria-current="true")?>([^<]+)</a></li>', source)
    current = [label for _, mark, label in kinds if mark]
    assert [label.split()[1] for label in current] == ["trials"]
    assert any("statement" in label for _, _, label in kinds)


def test_a_kind_there_is_not_is_refused_with_a_sentence(shared_universe: Universe) -> None:
    answer = get("/search/?q=regorafenib&kind=nonsense")
    assert answer.status_code == 400
    shown = words(answer.content.decode())
    assert "There is no kind 'nonsense'. Kinds: agents, targets," in shown
    assert 'class="hit"' not in answer.content.decode()


def test_trials_that_share_a_number_are_a_choice(shared_universe: Universe) -> None:
    source = html("/search/?q=shared+code+1")
    choices = section(source, "choices")
    for name in ("twin3", "twin4"):
        assert shared_universe.trials[name].public_id in choices


def test_the_number_of_queries_does_not_grow_with_the_hits(
    shared_universe: Universe, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(20):
        get("/search/?q=regorafenib&all=1")
    with django_assert_num_queries(19):
        get("/search/?q=osteosarcoma")
    number = GivenIdentifier(registry="ISRCTN", raw="ISRCTN00000009", kind="PRIMARY")
    register_trial(
        identifiers=[number], inclusion_reason="Invented.", by=shared_universe.alice, now=NOW
    )
    Trial.objects.filter(identifiers__value="ISRCTN00000009").update(
        brief_title="Regorafenib in osteosarcoma, once more"
    )
    with django_assert_num_queries(20):
        assert "once more" in get("/search/?q=regorafenib&all=1").content.decode()
    with django_assert_num_queries(19):
        get("/search/?q=osteosarcoma")


@pytest.mark.parametrize(
    "question",
    ['"', '""" or or -', "<->", "a & b | !c:*", "(((", ":*", "'", "x" * 250, "a\x00b", "🦴🦴",
     "\\", "%_%", "-", "or", "the of and", "\u202e\u200b", "e\u0301" * 60, "1 2 3 4 5 6 7 8 9 " * 9,
     "NCT", "::", "regorafenib:*", "$$", "[[(", "-regorafenib"],
)  # fmt: skip
def test_whatever_is_typed_is_answered_in_words(question: str, shared_universe: Universe) -> None:
    for extra in ({}, {"all": "1"}, {"kind": "trials"}):
        answer = get("/search/", data={"q": question, **extra})
        assert answer.status_code == (302 if "regorafenib" in question and not extra else 200)
        if answer.status_code == 302:
            continue
        shown = words(answer.content.decode())
        assert "hit" in shown or "Nothing found" in shown or "Give a registry number" in shown
    assert get("/search/suggest/", data={"q": question}).status_code == 200


# --- Marks ----------------------------------------------------------------------------------------


def test_an_excerpt_begins_near_the_first_match_and_never_cuts_a_mark() -> None:
    long = "word " * 80 + f"{BEGIN}match{END} " + "after " * 80
    cut = str(excerpt(long))
    assert cut.startswith("… word")
    assert cut.endswith("after …")
    assert cut.count("<mark>") == cut.count("</mark>") == 1
    assert len(cut) < 320
    for longest in range(5, 60):
        cut = str(excerpt(f"one {BEGIN}two three four{END} five", longest))
        assert cut.count("<mark>") == cut.count("</mark>")
    assert excerpt("<i> · ") == "&lt;i&gt;"
