"""Citations are pasted in a real browser: looked at, added, found in the list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from evidence.models import Source
from tests.admin_support import address
from tests.browser.watch import Watch, assert_fits
from tests.evidence.test_citing_in import NBIB, RIS

Open = Callable[..., tuple[Page, Watch]]


@pytest.mark.parametrize("width", [1280, 390])
def test_citations_are_previewed_and_fit(open_as: Open, width: int) -> None:
    page, watch = open_as("alice", address(Source, "changelist"), width)
    page.get_by_role("link", name="Add sources from a citation").click()
    retracted = NBIB + "PT  - Retracted Publication\n"
    page.get_by_label("Citations", exact=True).fill(f"{RIS}\n31013172\n{retracted}\n90000009\nno")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#entries tbody tr")).to_have_count(4)
    expect(page.locator("#problems")).to_contain_text("is not understood")
    assert_fits(page)
    watch.assert_clean()
