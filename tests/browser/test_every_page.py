"""Every page in a real browser, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.watch import Watch
from tests.universe import Universe
from tests.website.support import every_page

Open = Callable[..., tuple[Page, Watch]]
OTHERS = {
    "refused": ("/trials/?status=nonsense", 400),
    "not-found": ("/nothing/", 404),
    "no-hits": ("/search/?q=zzzzqqqq", 200),
    "empty": ("/trials/?status=withheld", 200),
    "filtered": ("/trials/?status=completed,recruiting&agent=regorafenib", 200),
}
NAMES = [
    "home", "trials", "trial", "agents", "agent", "targets", "target", "classes", "class",
    "evidence-list", "evidence", "evidence-version", "evidence-compare", "synthesis",
    "evidence-map", "trial-timelines", "sites", "status-over-time",
    "mechanisms", "mechanism-paths", "mechanism-contradictions", "mechanism-relations",
    "pathways", "pathway", "sources", "source",
    "changes", "change", "discrepancies", "discrepancy", "about", "glossary", "design", "search",
    "measurements", "comparisons", "forest", "compare", "mechanism-network",
    "whats-new", "quality", "quality-issues", "quality-pairs",
    *OTHERS,
]  # fmt: skip


def address_of(world: Universe, name: str) -> tuple[str, int]:
    return OTHERS[name] if name in OTHERS else (every_page(world)[name], 200)


def test_every_kind_of_page_is_looked_at(world: Universe) -> None:
    assert set(NAMES) == set(every_page(world)) | set(OTHERS)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_clean_and_fits(name: str, width: int, world: Universe, open_page: Open) -> None:
    address, status = address_of(world, name)
    page, watch = open_page(address, width=width)
    assert watch.answer is not None
    assert watch.answer.status == status
    watch.assert_clean()
    for landmark in ("banner", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1
    assert page.get_by_role("navigation", name="Main").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    assert beyond_the_edge(page) <= 0
    if width < 1000:
        page.set_viewport_size({"width": 320, "height": 700})
        assert beyond_the_edge(page) <= 0


def beyond_the_edge(page: Page) -> int:
    """How many pixels of the page stick out of the window sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("name", ["home", "trials", "trial", "changes", "evidence", "refused"])
def test_a_page_is_clean_in_the_dark(name: str, world: Universe, open_page: Open) -> None:
    page, watch = open_page(address_of(world, name)[0], color_scheme="dark")
    watch.assert_clean()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(17, 22, 26)"


def test_the_style_sheet_is_in_force(open_page: Open) -> None:
    page, _ = open_page("/")
    assert page.evaluate("getComputedStyle(document.querySelector('.site-header')).display")
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 100
