"""Every page before axe-core, in light and dark, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_every_page import NAMES, address_of
from tests.universe import Universe

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
GRAVE = {"serious", "critical"}
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[dict[str, Page]]:
    """One window for light and one for dark, used for all pages."""
    made = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        made[scheme] = context.new_page()
    yield made
    for page in made.values():
        page.context.close()


def complaints(page: Page, only: list[str]) -> list[str]:
    """What axe finds grave on the page; `only` these rules, or all where it is empty."""
    found: dict[str, Any] = page.evaluate(
        """only => axe.run(document, {
            resultTypes: ["violations"],
            ...(only.length ? {runOnly: {type: "rule", values: only}} : {}),
        })""",
        only,
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_used_by_everybody(
    name: str, world: Universe, site: str, windows: dict[str, Page]
) -> None:
    """All rules in light; in the dark only colours differ, so only their contrast is looked at."""
    found = []
    for scheme, page in windows.items():
        page.goto(site + address_of(world, name)[0])
        page.evaluate(AXE)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            only = [] if scheme == "light" else ["color-contrast"]
            found += [f"{scheme} {width}: {one}" for one in complaints(page, only)]
    assert found == []


def test_axe_would_complain(site: str, windows: dict[str, Page]) -> None:
    """The tool is in force: a page that is spoilt on purpose is found out."""
    page = windows["light"]
    page.goto(site + "/")
    page.evaluate(AXE)
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('#q').removeAttribute('placeholder')")
    page.evaluate("document.querySelector('.lede').style.color = '#ccc'")
    told = " ".join(complaints(page, []))
    assert "label (critical)" in told
    assert "color-contrast (serious)" in told
