"""The design system, the navigation and the glossary: what the pages say of themselves is so."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from evidence.models import EffectMeasure, Endpoint, Estimator, Weight
from osteodb.website import glossary
from osteodb.website.context_processors import NAVIGATION
from osteodb.website.navigation import navigation
from osteodb.website.pages.design import COLOURS, SIZES, SPACES, STYLE_SHEET, both_schemes
from osteodb.website.style_tokens import PAIRS, SURFACES, contrast, dark_tokens, tokens
from osteodb.website.templatetags.osteodb_web import level_mark, term
from tests.universe import Universe
from tests.website.support import get, html, words
from trials.models import Phase, TrialStatus

pytestmark = pytest.mark.django_db
HARDLY_READ = 4.5  # WCAG 2.2, success criterion 1.4.3, for text of ordinary size
SEEN = 3.0  # 1.4.11, for what is no text


def test_black_on_white_and_a_colour_on_itself_are_the_ends_of_the_scale() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#0a5a69", "#0a5a69") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_tokens_are_read_without_comments_and_the_dark_says_only_what_differs() -> None:
    css = """/* --no: #111; */ :root { --ink: #000000; --gap: 1rem; }
    @media (prefers-color-scheme: dark) { :root { --ink: #ffffff; } }
    @media print { :root { --ink: #123456; } }"""
    assert tokens(css) == {"ink": "#000000", "gap": "1rem"}
    assert dark_tokens(css) == {"ink": "#ffffff", "gap": "1rem"}
    with pytest.raises(ValueError, match="no such block"):
        tokens("body { margin: 0; }")


@pytest.mark.parametrize("scheme", both_schemes(), ids=("light", "dark"))
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.text} on {pair.behind}")
def test_text_is_readable_on_what_is_behind_it(pair: object, scheme: dict[str, str]) -> None:
    text, behind = scheme[getattr(pair, "text")], scheme[getattr(pair, "behind")]  # noqa: B009
    assert contrast(text, behind) >= HARDLY_READ


@pytest.mark.parametrize("scheme", both_schemes(), ids=("light", "dark"))
@pytest.mark.parametrize("surface", SURFACES)
def test_the_edge_of_a_field_and_the_ring_of_the_keyboard_are_seen(
    surface: str, scheme: dict[str, str]
) -> None:
    for token in ("control", "focus"):
        assert contrast(scheme[token], scheme[surface]) >= SEEN


def test_every_colour_has_a_dark_counterpart_and_is_on_the_page() -> None:
    light, dark = both_schemes()
    colours = {name for name, value in light.items() if value.startswith("#")}
    assert colours == set(COLOURS)
    assert {name for name in colours if light[name] == dark[name]} == set()
    lengths = {name for name in light if name.startswith(("size-", "space-"))} | {"small"}
    assert lengths == set(SIZES) | set(SPACES)


def test_the_samples_of_both_schemes_have_the_colours_of_the_site() -> None:
    css = (STYLE_SHEET.parent / "design.css").read_text()
    for scheme, told in zip(("light", "dark"), both_schemes(), strict=True):
        block = re.search(rf"\.scheme-{scheme} {{([^}}]*)}}", css)
        assert block
        found = dict(re.findall(r"--([a-z-]+): ([^;]+);", block[1]))
        assert found == {name: told[name] for name in COLOURS}


def test_every_token_that_a_style_sheet_uses_is_declared() -> None:
    known = set(both_schemes()[0])
    for sheet in STYLE_SHEET.parent.glob("*.css"):
        css = sheet.read_text()
        used = set(re.findall(r"var\(--([a-z0-9-]+)", css))
        assert used <= known | set(re.findall(r"--([a-z0-9-]+):", css)), sheet.name


def test_the_page_shows_each_token_with_its_value_and_each_pair_with_its_ratio(
    shared_universe: Universe,
) -> None:
    shown = words(html("/design/"))
    light, dark = both_schemes()
    for name in COLOURS:
        assert f"--{name} {light[name]} {dark[name]} " in shown
    ratio = contrast(light["ink"], light["paper"])
    assert f"ink on paper Aa 95 {ratio:.1f} : 1" in shown
    assert html("/design/").count('class="pill pill-') == 2 * len(TrialStatus.values)


# --- Navigation -----------------------------------------------------------------------------------


def test_every_page_of_the_navigation_is_there(shared_universe: Universe) -> None:
    shown = navigation(NAVIGATION, "/").sections
    assert [section.label for section in shown][:3] == ["Trials", "Evidence", "Therapies"]
    for section in shown:
        for entry in section.entries:
            assert get(entry.url).status_code == 200, entry.url


@pytest.mark.parametrize(
    ("path", "section", "entry"),
    [
        ("/trials/", "Trials", "All trials"),
        ("/trials/OST-T000001/", "Trials", "All trials"),
        ("/therapy-classes/targeted/", "Therapies", "Classes"),
        ("/mechanisms/paths/", "Mechanisms", "Paths"),
        ("/pathways/", "Mechanisms", "Pathways"),
        ("/discrepancies/x/", "Evidence", "Discrepancies"),
        ("/forest/", "Synthesis", "Forest plots"),
        ("/status-over-time/", "Trials", "Status over time"),
        ("/quality/issues/", "About", "Unknown values"),
    ],
)
def test_a_page_stands_in_one_section_at_the_nearest_entry(
    path: str, section: str, entry: str
) -> None:
    found = navigation(NAVIGATION, path)
    marked = [one.label for one in found.sections if one.main.is_current]
    assert marked == [section]
    assert found.current
    assert [one.label for one in found.current.entries if one.is_current] == [entry]


def test_home_and_search_stand_in_no_section() -> None:
    assert navigation(NAVIGATION, "/").current is None
    assert navigation(NAVIGATION, "/search/").current is None


def test_the_page_itself_and_a_page_below_it_are_marked_differently() -> None:
    here = navigation(NAVIGATION, "/trials/").sections[0].main
    below = navigation(NAVIGATION, "/trials/OST-T000001/").sections[0].main
    away = navigation(NAVIGATION, "/agents/").sections[0].main
    assert (here.aria_current, below.aria_current, away.aria_current) == ("page", "true", "")


# --- Glossary -------------------------------------------------------------------------------------


def test_every_word_that_pages_use_for_a_number_or_a_trial_is_explained() -> None:
    needed = {*Endpoint.values, *Estimator.values, *EffectMeasure.values} - {"OTHER"}
    needed |= {f"CHECK_{value}" for value in Weight.values}
    needed |= {f"STATUS_{value.upper()}" for value in TrialStatus.values}
    needed |= {f"PHASE_{value}" for value in Phase.values}
    needed |= {f"LEVEL_{letter}" for letter in "ABCDE"}
    assert needed - set(glossary.BY_KEY) == set()


def test_a_status_is_called_in_the_glossary_as_on_the_pages() -> None:
    for value, label in TrialStatus.choices:
        assert glossary.BY_KEY[f"STATUS_{value.upper()}"].word == label


def test_every_term_has_its_place_on_the_page_with_its_source(shared_universe: Universe) -> None:
    source = html(reverse("glossary"))
    for one in glossary.TERMS:
        assert f'<dt id="{one.anchor}">' in source
        if one.source:
            assert one.source.url.replace("&", "&amp;") in source


def test_help_on_a_word_leads_to_its_place_in_the_glossary(shared_universe: Universe) -> None:
    anchors = set(re.findall(r'<dt id="([^"]+)"', html("/glossary/")))
    for mark in (term("PFS"), term("KAPLAN_MEIER_RATE", "rate"), level_mark("B")):
        link = re.match(r'<a class="term" href="/glossary/#([^"]+)"><abbr [^>]*title="', mark)
        assert link
        assert link[1] in anchors
    assert term("NO_SUCH_WORD", "a word") == "a word"


def test_about_leads_to_the_glossary(shared_universe: Universe) -> None:
    source = html("/about/")
    assert 'href="/glossary/"' in source
    assert "Kaplan–Meier rate" not in words(source).split("How numbers are kept")[0]


# --- Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "question"),
    [
        ("/agents/apatnib/", "apatnib"),
        ("/targets/no-such_target/", "no such target"),
        ("/trials/NCT09999999/", "NCT09999999"),
    ],
)
def test_a_page_that_is_missing_offers_to_search_for_what_was_asked(
    address: str, question: str, shared_universe: Universe
) -> None:
    answer = get(address)
    assert answer.status_code == 404
    assert re.search(rf'<input type="search"[^>]*value="{question}"', answer.content.decode())
