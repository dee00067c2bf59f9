"""The main tasks by keyboard only, with JavaScript and without, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.watch import Watch
from tests.universe import Universe

Open = Callable[..., tuple[Page, Watch]]
FURTHEST = 150
SETTINGS = [(1280, True), (1280, False), (390, True), (390, False)]
settings = pytest.mark.parametrize(("width", "script"), SETTINGS)


def tab_to(page: Page, what: Locator) -> None:
    """Press Tab until this is what the keyboard is on, and see that a reader sees it there."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if what.evaluate("one => one === document.activeElement"):
            expect(what).to_be_in_viewport()
            assert what.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
            return
    pytest.fail(f"{FURTHEST} times Tab did not reach {what}")


@settings
def test_a_trial_is_found(width: int, script: bool, world: Universe, open_page: Open) -> None:
    page, watch = open_page("/", width, java_script_enabled=script)
    tab_to(page, page.locator("#q"))
    page.keyboard.type("eudract 2013-003910-42")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/trials/{world.trials['regobone'].public_id}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Regorafenib")
    watch.assert_clean()


@settings
def test_a_list_is_narrowed_and_widened_again(width: int, script: bool, open_page: Open) -> None:
    page, _ = open_page("/trials/", width, java_script_enabled=script)
    total = page.locator(".result-count").inner_text()
    if width < 1000:
        tab_to(page, page.locator(".filters > summary"))
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name=re.compile(r"^Completed")).first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?status=completed"))
    expect(page.locator(".result-count")).not_to_have_text(total)
    tab_to(page, page.get_by_role("link", name=re.compile("status: Completed")))
    page.keyboard.press("Enter")
    expect(page.locator(".result-count")).to_have_text(total)


@settings
def test_what_belongs_to_a_synthesis_is_opened(width: int, script: bool, open_page: Open) -> None:
    page, _ = open_page("/synthesis/", width, java_script_enabled=script)
    folded = page.locator("main section details").first
    assert folded.get_attribute("open") is None
    tab_to(page, folded.locator("> summary"))
    page.keyboard.press("Enter")
    expect(folded.get_by_role("table").first).to_be_visible()


@settings
def test_a_source_is_followed_from_its_number(
    width: int, script: bool, world: Universe, open_page: Open
) -> None:
    address = f"/trials/{world.trials['regobone'].public_id}/"
    page, _ = open_page(address, width, java_script_enabled=script)
    numbers = page.get_by_role("table").filter(has_text="Measured in patients")
    link = numbers.locator('a[href^="/sources/"]').first
    name = link.inner_text().rstrip("…")
    tab_to(page, link)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources/*/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text(name)


@pytest.mark.parametrize("script", [True, False])
def test_the_menu_of_a_phone_leads_everywhere(script: bool, open_page: Open) -> None:
    page, watch = open_page("/", 390, java_script_enabled=script)
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="Pathways")).to_be_hidden()
    tab_to(page, menu.locator("summary"))
    page.keyboard.press("Enter")
    tab_to(page, menu.get_by_role("link", name="Pathways"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/pathways/")
    below = page.get_by_role("navigation", name="Mechanisms")
    expect(below.get_by_role("link", name="Pathways")).to_have_attribute("aria-current", "page")
    watch.assert_clean()


def test_at_a_desk_the_menu_is_open_and_one_line_high(open_page: Open) -> None:
    page, _ = open_page("/evidence/")
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.locator("summary")).to_be_hidden()
    expect(menu.get_by_role("link", name="Evidence", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    assert page.locator(".site-header").evaluate("one => one.offsetHeight") < 100


def test_on_a_phone_the_head_of_a_page_stays_low(open_page: Open) -> None:
    page, _ = open_page("/mechanisms/", width=390)
    assert page.locator(".site-header").evaluate("one => one.offsetHeight") < 135


def test_a_word_is_explained_on_the_page_and_the_keyboard_comes_back(
    world: Universe, open_page: Open
) -> None:
    address = f"/trials/{world.trials['regobone'].public_id}/"
    page, watch = open_page(address, width=390)
    word = page.locator('a.term[href="/glossary/#pfs"]').first
    tab_to(page, word)
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="What this word means")
    expect(card).to_be_focused()
    expect(card).to_contain_text("Progression-free survival")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(word).to_be_focused()
    word.click()
    card.get_by_role("link", name="In the glossary").click()
    page.wait_for_url("**/glossary/#pfs")
    watch.assert_clean()


def test_a_word_leads_to_the_glossary_without_javascript(world: Universe, open_page: Open) -> None:
    address = f"/trials/{world.trials['regobone'].public_id}/"
    page, _ = open_page(address, java_script_enabled=False)
    tab_to(page, page.locator('a.term[href="/glossary/#pfs"]').first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary/#pfs")
    expect(page.locator("#pfs")).to_be_in_viewport()


def test_heads_that_a_phone_hides_are_seen_when_the_keyboard_is_on_them(open_page: Open) -> None:
    page, _ = open_page("/trials/", width=390)
    word = page.locator("thead a").first
    tab_to(page, word)
    assert word.evaluate("one => one.getBoundingClientRect().height") > 10


def test_a_part_that_is_fetched_says_that_it_is_busy(open_page: Open) -> None:
    page, _ = open_page("/trials/")
    tell = "(name) => document.querySelector('main').dispatchEvent(new CustomEvent(name, {bubbles: true, detail: {target: document.querySelector('main')}}))"  # noqa: E501
    page.evaluate(tell, "htmx:beforeRequest")
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    bar = page.evaluate("getComputedStyle(document.querySelector('main'), '::before').height")
    assert bar == "3px"
    page.evaluate(tell, "htmx:afterRequest")
    assert page.locator("main").get_attribute("aria-busy") is None


def test_on_paper_a_table_stays_a_table_and_the_address_is_told(open_page: Open) -> None:
    page, _ = open_page("/trials/?status=completed", width=718, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("thead").first).to_be_visible()
    assert page.locator("tbody tr").first.evaluate("one => getComputedStyle(one).display") == (
        "table-row"
    )
    expect(page.get_by_text("Printed from OsteoDB/trials/?status=completed on")).to_be_visible()
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
