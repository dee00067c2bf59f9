"""What a reader does: by keyboard, on a phone, without JavaScript, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.watch import Watch
from tests.universe import Universe

Open = Callable[..., tuple[Page, Watch]]


def test_the_first_tab_offers_to_skip_to_the_content(open_page: Open) -> None:
    page, _ = open_page("/trials/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_slash_goes_to_the_search_box_and_enter_to_the_trial(
    world: Universe, open_page: Open
) -> None:
    page, watch = open_page("/agents/")
    page.keyboard.press("/")
    page.keyboard.type("EUCTR2013-003910-42")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/trials/{world.trials['regobone'].public_id}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Regorafenib")
    watch.assert_clean()


def test_a_synonym_typed_at_home_opens_the_agent(open_page: Open) -> None:
    page, _ = open_page("/", width=390)
    page.get_by_role("combobox").fill("yn968d1")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/agents/rivoceranib/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("rivoceranib")


def test_facets_narrow_the_list_and_chips_widen_it(open_page: Open) -> None:
    page, watch = open_page("/trials/")
    total = page.locator(".result-count").inner_text()
    page.get_by_role("link", name=re.compile(r"^Completed")).first.click()
    expect(page).to_have_url(re.compile(r"\?status=completed$"))
    assert page.locator(".result-count").inner_text() != total
    page.get_by_role("link", name=re.compile("status: Completed")).click()
    expect(page).to_have_url(re.compile(r"/trials/(\?)?$"))
    assert page.locator(".result-count").inner_text() == total
    watch.assert_clean()


def test_filters_are_open_on_a_desk_and_folded_on_a_phone(open_page: Open) -> None:
    desk, _ = open_page("/trials/")
    expect(desk.get_by_text("Last update", exact=True)).to_be_visible()
    phone, _ = open_page("/trials/", width=390)
    expect(phone.get_by_text("Last update", exact=True)).to_be_hidden()
    phone.get_by_text("Filters", exact=True).click()
    expect(phone.get_by_text("Last update", exact=True)).to_be_visible()


def test_everything_works_without_javascript(world: Universe, open_page: Open) -> None:
    page, watch = open_page("/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("apatinib")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("rivoceranib")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Trials").click()
    page.get_by_role("link", name=re.compile(r"^Completed")).first.click()
    expect(page.locator(".result-count")).to_contain_text("trial")
    watch.assert_clean()


def test_tables_stay_tables_for_a_screen_reader_on_a_phone(
    world: Universe, open_page: Open
) -> None:
    page, _ = open_page(f"/trials/{world.trials['regobone'].public_id}/", width=390)
    table = page.get_by_role("table").filter(has_text="Measured in patients")
    expect(table.get_by_role("row").nth(1)).to_be_visible()
    expect(table.get_by_role("rowheader").first).to_contain_text("PFS")


def test_on_paper_there_is_no_navigation(open_page: Open) -> None:
    page, _ = open_page("/trials/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.locator(".result-count")).to_be_visible()


def test_terms_explain_themselves(world: Universe, open_page: Open) -> None:
    page, _ = open_page(f"/trials/{world.trials['regobone'].public_id}/")
    term = page.locator("abbr", has_text="PFS").first
    assert "Progression-free survival" in str(term.get_attribute("title"))
