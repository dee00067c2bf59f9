"""The search box as somebody types into it: by keyboard, by mouse, by finger, on a slow line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Route, expect

from osteodb.website import search
from tests.browser.watch import Watch
from tests.universe import Universe

Open = Callable[..., tuple[Page, Watch]]
SUGGEST = re.compile(r"/search/suggest/")


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search OsteoDB")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def answered(*labels: str) -> str:
    """An answer of the server with these labels, each leading to the list of trials."""
    made = [{"kind": "Agent", "label": one, "note": "", "url": "/trials/"} for one in labels]
    return json.dumps({"question": "", "suggestions": made})


def selected(page: Page) -> list[str]:
    return [
        one.locator(".suggestion-label").inner_text()
        for one in options(page).all()
        if one.get_attribute("aria-selected") == "true"
    ]


@pytest.fixture
def four(open_page: Open) -> Iterator[Page]:
    """A page under whose box three suggestions hang."""
    page, _ = open_page("/agents/")
    page.route(SUGGEST, lambda route: route.fulfill(body=answered("one", "two", "three")))
    box(page).press_sequentially("abc")
    expect(options(page)).to_have_count(3)
    yield page


def test_a_synonym_is_suggested_and_enter_opens_it(open_page: Open) -> None:
    page, watch = open_page("/trials/")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    box(page).press_sequentially("YN968")
    expect(options(page).first).to_contain_text("also called YN968D1")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = options(page).first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    expect(box(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agents/rivoceranib/")
    watch.assert_clean()


def test_enter_without_a_choice_searches_for_what_was_typed(open_page: Open) -> None:
    page, _ = open_page("/trials/")
    box(page).press_sequentially("metastatic")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=metastatic")


def test_arrows_go_round_and_home_and_end_go_to_the_ends(four: Page) -> None:
    for key, chosen in (
        ("ArrowDown", ["one"]),
        ("ArrowDown", ["two"]),
        ("End", ["three"]),
        ("Home", ["one"]),
        ("ArrowUp", []),
        ("ArrowUp", ["three"]),
        ("ArrowDown", []),
    ):
        four.keyboard.press(key)
        assert selected(four) == chosen, key
    expect(box(four)).to_have_value("abc")


def test_home_and_end_move_in_the_text_until_something_is_chosen(four: Page) -> None:
    four.keyboard.press("Home")
    assert selected(four) == []
    assert box(four).evaluate("box => box.selectionStart") == 0


def test_escape_closes_keeps_the_text_and_an_arrow_opens_again(four: Page) -> None:
    four.keyboard.press("ArrowDown")
    four.keyboard.press("Escape")
    expect(four.get_by_role("listbox")).to_be_hidden()
    expect(box(four)).to_have_attribute("aria-expanded", "false")
    assert box(four).get_attribute("aria-activedescendant") is None
    expect(box(four)).to_have_value("abc")
    four.keyboard.press("ArrowDown")
    assert selected(four) == ["one"]


def test_leaving_the_box_closes_the_list(four: Page) -> None:
    four.keyboard.press("Tab")
    expect(four.get_by_role("listbox")).to_be_hidden()


def test_the_count_is_told_to_who_cannot_see_the_list(four: Page) -> None:
    told = four.locator("form.search [role=status]")
    expect(told).to_have_text("3 suggestions; arrows choose one.")
    four.unroute(SUGGEST)
    four.route(SUGGEST, lambda route: route.fulfill(body=answered()))
    four.keyboard.type("d")
    expect(told).to_have_text("No suggestions.")
    expect(four.get_by_role("listbox")).to_be_hidden()


def test_a_click_opens_a_suggestion(world: Universe, open_page: Open) -> None:
    page, watch = open_page("/agents/")
    box(page).press_sequentially("regobone")
    options(page).filter(has_text="REGOBONE").first.click()
    page.wait_for_url(f"**/trials/{world.trials['regobone'].public_id}/")
    watch.assert_clean()


def test_a_finger_opens_a_suggestion_on_a_phone(open_page: Open) -> None:
    page, watch = open_page("/", width=390, has_touch=True)
    box(page).press_sequentially("pd-l1")
    first = options(page).filter(has_text="CD274").first
    expect(first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    first.tap()
    page.wait_for_url("**/targets/cd274/")
    watch.assert_clean()


def test_the_list_fits_a_narrow_window_in_the_header_too(open_page: Open) -> None:
    page, _ = open_page("/trials/", width=320)
    box(page).press_sequentially("regorafenib")
    expect(options(page).first).to_be_in_viewport(ratio=0.99)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_hostile_name_is_shown_as_text(open_page: Open) -> None:
    hostile = "<img src=x onerror=alert(1)><b>bold</b>"
    page, watch = open_page("/agents/")
    page.route(SUGGEST, lambda route: route.fulfill(body=answered(hostile)))
    box(page).press_sequentially("abc")
    expect(options(page).locator(".suggestion-label")).to_have_text(hostile)
    assert page.locator(".suggestions img, .suggestions b").count() == 0
    watch.assert_clean()


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(open_page: Open) -> None:
    page, _ = open_page("/agents/")
    waiting: list[Route] = []
    page.route(SUGGEST, lambda route: waiting.append(route))

    def asked(number: int) -> None:
        for _ in range(200):
            if len(waiting) == number:
                return
            page.wait_for_timeout(20)
        raise AssertionError(f"asked {len(waiting)} times, not {number}")

    box(page).press_sequentially("abc")
    asked(1)
    box(page).press_sequentially("d")
    asked(2)
    waiting[1].fulfill(body=answered("new"))
    expect(options(page)).to_have_text([re.compile("new")])
    with suppress(PlaywrightError):  # the page may have given this request up: just so
        waiting[0].fulfill(body=answered("old"))
    page.wait_for_timeout(200)
    expect(options(page)).to_have_text([re.compile("new")])


def test_fast_typing_asks_once(open_page: Open) -> None:
    page, _ = open_page("/agents/")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=answered("one"))

    page.route(SUGGEST, answer)
    box(page).press_sequentially("regorafenib", delay=10)
    expect(options(page)).to_have_count(1)
    assert len(asked) == 1
    assert asked[0].endswith("?q=regorafenib")


def test_without_an_answer_the_form_still_searches(open_page: Open) -> None:
    page, _ = open_page("/agents/")
    page.route(SUGGEST, lambda route: route.abort())
    box(page).press_sequentially("apatinib")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    page.wait_for_url("**/agents/rivoceranib/**")


def test_without_javascript_the_box_is_a_plain_search_field(open_page: Open) -> None:
    page, _ = open_page("/trials/", java_script_enabled=False)
    expect(page.get_by_role("searchbox", name="Search OsteoDB")).to_be_visible()
    assert page.locator("[role=combobox]").count() == 0


def test_every_kind_of_page_with_a_box_has_suggestions(open_page: Open) -> None:
    for path in ("/", "/trials/", "/search/?q=bone"):
        page, _ = open_page(path)
        expect(box(page)).to_have_count(1)


def test_the_address_of_suggestions_is_where_the_box_asks(open_page: Open) -> None:
    page, _ = open_page("/trials/")
    with page.expect_response(SUGGEST) as got:
        box(page).press_sequentially("regorafenib")
    assert [one["label"] for one in got.value.json()["suggestions"]] == [
        one.label for one in search.suggestions("regorafenib")
    ]
