"""Lists that change in place: only the list is swapped, and nothing of the browser is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watch import Watch, assert_fits
from tests.universe import Universe

Open = Callable[..., tuple[Page, Watch]]
COMPLETED = re.compile(r"^Completed")


def mark(page: Page) -> None:
    """Leave a mark in the window that a full load would take away."""
    page.evaluate("window.sameWindow = true")


def is_same_window(page: Page) -> bool:
    return bool(page.evaluate("window.sameWindow === true"))


def count(page: Page) -> str:
    return page.locator("#result-count").inner_text()


def test_a_facet_changes_only_the_list_and_the_address(open_page: Open) -> None:
    page, watch = open_page("/trials/")
    whole = count(page)
    mark(page)
    page.get_by_role("link", name=COMPLETED).first.click()
    expect(page).to_have_url(re.compile(r"/trials/\?status=completed$"))
    expect(page.locator("#result-count")).not_to_have_text(whole)
    expect(page.locator("#list-news")).to_have_text(count(page))
    assert is_same_window(page)
    assert page.locator("header.site-header").count() == page.locator("h1").count() == 1
    watch.assert_clean()


def test_the_focus_stays_on_the_value_that_was_chosen_by_keyboard(open_page: Open) -> None:
    page, watch = open_page("/trials/")
    mark(page)
    page.get_by_role("link", name=COMPLETED).first.focus()
    page.keyboard.press("Enter")
    chosen = page.get_by_role("link", name=COMPLETED).first
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(chosen).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.get_by_role("link", name=COMPLETED).first).to_be_focused()
    assert is_same_window(page)
    watch.assert_clean()


def test_after_a_chip_is_gone_the_focus_is_on_the_number_of_rows(open_page: Open) -> None:
    page, _ = open_page("/trials/?status=completed&agent=regorafenib")
    mark(page)
    page.get_by_role("link", name="status: Completed").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?agent=regorafenib$"))
    expect(page.locator("#result-count")).to_be_focused()
    assert is_same_window(page)


def test_back_and_forward_show_what_was_there(open_page: Open) -> None:
    page, watch = open_page("/trials/")
    whole = count(page)
    mark(page)
    page.get_by_role("link", name=COMPLETED).first.click()
    expect(page.locator(".chips")).to_be_visible()
    narrowed = count(page)
    page.go_back()
    expect(page.locator("#result-count")).to_have_text(whole)
    expect(page).to_have_url(re.compile(r"/trials/$"))
    expect(page.locator(".chips")).to_have_count(0)
    page.go_forward()
    expect(page.locator("#result-count")).to_have_text(narrowed)
    assert is_same_window(page)
    assert page.locator("header.site-header").count() == 1
    page.get_by_role("link", name=COMPLETED).first.click()  # what came back still works
    expect(page.locator("#result-count")).to_have_text(whole)
    watch.assert_clean()


def test_back_from_a_trial_shows_the_whole_page_of_the_list(open_page: Open) -> None:
    page, watch = open_page("/trials/")
    page.get_by_role("link", name=COMPLETED).first.click()
    expect(page.locator(".chips")).to_be_visible()
    page.locator("tbody th a").first.click()
    page.wait_for_url(re.compile(r"/trials/OST-T\d+/$"))
    page.go_back()
    expect(page.locator(".chips")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    watch.assert_clean()


def test_a_sorted_column_says_so_and_turns_round(open_page: Open) -> None:
    page, watch = open_page("/trials/")
    mark(page)
    page.get_by_role("link", name=re.compile("^Enrolment")).click()
    head = page.get_by_role("columnheader", name=re.compile("^Enrolment"))
    expect(head).to_have_attribute("aria-sort", "descending")
    page.get_by_role("link", name=re.compile("^Enrolment")).click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page).to_have_url(re.compile(r"\?ordering=enrolment$"))
    assert is_same_window(page)
    watch.assert_clean()


def test_what_was_unfolded_stays_unfolded_and_empty_fields_leave_the_address(
    open_page: Open,
) -> None:
    page, watch = open_page("/trials/")
    mark(page)
    page.locator("#facet-country > summary").click()
    page.get_by_role("textbox", name="Words").fill("regorafenib")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(r"/trials/\?search=regorafenib$"))
    expect(page.locator("#facet-country")).to_have_attribute("open", "")
    expect(page.get_by_role("button", name="Apply")).to_be_focused()
    assert is_same_window(page)
    watch.assert_clean()


def test_a_year_in_a_field_for_dates_is_understood_and_nonsense_is_told_in_place(
    open_page: Open,
) -> None:
    page, _ = open_page("/trials/")
    mark(page)
    page.get_by_label("Start: from").fill("2014")
    page.get_by_label("Start: from").press("Enter")
    expect(page.get_by_role("link", name=re.compile("start from: 2014"))).to_be_visible()
    page.get_by_label("Start: from").fill("soon")
    page.get_by_label("Start: from").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("'soon' is not a date")
    assert is_same_window(page)
    page.get_by_role("link", name="Show the whole list").click()
    expect(page.locator("#result-count")).to_be_visible()
    assert is_same_window(page)


def test_what_cannot_be_shown_in_place_is_opened_as_a_page(open_page: Open) -> None:
    page, _ = open_page("/trials/")
    page.route(
        "**/trials/?*status*", lambda route: route.continue_(url=route.request.url + "&page=99")
    )
    page.get_by_role("link", name=re.compile("^Recruiting")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", ["/measurements/", "/comparisons/"])
def test_lists_of_numbers_fit_and_complain_of_nothing(
    world: Universe, open_page: Open, address: str, width: int
) -> None:
    page, watch = open_page(address, width=width)
    expect(page.locator("[data-id]").first).to_be_visible()
    assert_fits(page)
    watch.assert_clean()


def test_without_javascript_facets_columns_and_fields_are_links_and_forms(open_page: Open) -> None:
    page, watch = open_page("/measurements/", java_script_enabled=False)
    page.get_by_role("link", name=re.compile("^progression-free survival")).first.click()
    expect(page).to_have_url(re.compile(r"\?endpoint=PFS$"))
    page.get_by_role("link", name=re.compile("^Value as printed")).first.click()
    expect(page).to_have_url(re.compile(r"endpoint=PFS&ordering=-value$"))
    page.get_by_label("Value in months: from").fill("3.5")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name=re.compile("value from: 3.5"))).to_be_visible()
    watch.assert_clean()
