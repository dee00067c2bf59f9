"""A draft that two people have before them: checked unsaved, saved by one, then by the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from evidence.models import EvidenceVersion
from tests.admin_support import address
from tests.browser.watch import Watch, assert_fits, assert_told
from tests.universe import Universe

Open = Callable[..., tuple[Page, Watch]]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_second_editor_sees_both_and_saves_on_top(
    open_as: Open, world: Universe, width: int
) -> None:
    draft = world.versions["draft"]
    page = address(EvidenceVersion, "change", draft.pk)
    second, watch = open_as("root", page, width)
    first, _ = open_as("alice", page)
    first.locator("#id_statement").fill(f"What Alice wrote at {width}.")
    first.get_by_role("button", name="Save", exact=True).click()
    assert_told(first, "was changed successfully")

    second.locator("#id_statement").fill(f"What the other wrote at {width}.")
    second.locator("#id_rating").fill("9")
    second.get_by_role("button", name="Check", exact=True).click()
    assert_told(second, "Checked, not saved")
    expect(second.get_by_text("A rating goes from 1 to 5.").first).to_be_visible()
    assert_fits(second)
    second.locator("#id_rating").fill("3")
    second.get_by_role("button", name="Save", exact=True).click()
    conflict = second.locator("#conflict")
    expect(conflict).to_contain_text(f"What Alice wrote at {width}.")
    expect(conflict).to_contain_text(f"What the other wrote at {width}.")
    expect(second.locator("#id_statement")).to_have_value(f"What the other wrote at {width}.")
    assert_fits(second)
    second.wait_for_load_state("networkidle")
    second.get_by_role("button", name="Save and continue editing").click()
    assert_told(second, "was changed successfully")
    second.get_by_role("link", name="Saved drafts of this version").click()
    expect(second.locator("main, body").first).to_contain_text(f"What Alice wrote at {width}.")
    assert_fits(second)
    watch.assert_clean()
