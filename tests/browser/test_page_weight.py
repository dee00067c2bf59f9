"""How much a reader's browser has to load for a page, pictures apart."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Response

from tests.browser.test_every_page import NAMES, address_of
from tests.universe import Universe

MOST = 150_000  # bytes as this server sends them: not compressed


@pytest.mark.parametrize("name", NAMES)
def test_a_page_with_all_it_needs_stays_light(
    name: str, world: Universe, site: str, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(site + address_of(world, name)[0], wait_until="networkidle")
    sizes = {answer.url.removeprefix(site): len(answer.body()) for answer in answers}
    context.close()
    assert any(url.endswith("site.css") for url in sizes)
    assert sum(sizes.values()) < MOST, sizes
