"""The timeline of a trial in a real browser: readable on a phone, told apart without colour."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.watch import Watch
from tests.universe import Universe

Open = Callable[..., tuple[Page, Watch]]


def address(world: Universe) -> str:
    return f"/trials/{world.trials['regobone'].public_id}/"


def scrolled(page: Page, box: Locator) -> bool:
    """Whether a box has moved sideways by now; asked again and again, for scrolling takes time."""
    page.wait_for_timeout(50)
    return bool(box.evaluate("box => box.scrollLeft > 0"))


def test_on_a_phone_it_scrolls_in_its_own_box_and_its_letters_stay_readable(
    world: Universe, open_page: Open
) -> None:
    page, watch = open_page(address(world), width=390)
    box = page.get_by_role("region", name="Timeline; scrolls")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    label = page.locator(".tl-label").first
    assert label.bounding_box()["height"] >= 11  # type: ignore[index]
    box.focus()
    page.keyboard.press("ArrowRight")
    assert any(scrolled(page, box) for _ in range(50))
    watch.assert_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_actual_and_planned_differ_in_shape_and_words(
    scheme: str, world: Universe, open_page: Open
) -> None:
    page, _ = open_page(address(world), color_scheme=scheme)
    styles = "one => [getComputedStyle(one).fill, getComputedStyle(one).strokeDasharray]"
    actual = page.locator(".tl .tl-actual").first.evaluate(styles)
    planned = page.locator(".tl .tl-planned").first.evaluate(styles)
    card = page.locator(".tl-scroll").evaluate("box => getComputedStyle(box).backgroundColor")
    assert planned[0] == card != actual[0], "a planned date is hollow"
    assert (actual[1], planned[1] == "none") == ("none", False)
    assert page.locator(".tl-word", has_text="2026-03-11 (planned)").is_visible()


def test_the_picture_has_a_name_and_a_table_behind_it(world: Universe, open_page: Open) -> None:
    page, _ = open_page(address(world))
    picture = page.get_by_role("img", name="Timeline of")
    assert picture.is_visible()
    page.get_by_text("The same as a table").click()
    row = page.get_by_role("row", name="Completion 2026-03-11 planned")
    assert row.is_visible()


def test_the_feed_of_a_trial_is_linked_and_read_by_the_browser(
    world: Universe, open_page: Open
) -> None:
    page, _ = open_page(address(world))
    link = page.get_by_role("link", name="Follow this trial")
    answer = page.request.get(str(link.evaluate("link => link.href")))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["content-security-policy"]
