"""A table is downloaded, uploaded and looked at in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from osteodb.core.models import TableUpload
from osteodb.core.tables import written_csv
from tests.admin_support import address
from tests.browser.watch import Watch, assert_fits
from therapies.models import Agent
from therapies.tables import AgentTable

Open = Callable[..., tuple[Page, Watch]]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_table_is_previewed_and_fits(open_as: Open, width: int) -> None:
    page, watch = open_as("alice", address(Agent, "changelist"), width)
    assert_fits(page)
    page.get_by_role("link", name="upload it").click()
    rows = [
        {**AgentTable().exported()[0], "note": "Made up."},
        {"slug": "", "name": "Madeupinib", "kind": "NONSENSE"},
    ]
    content = written_csv(AgentTable.columns, rows)
    file = FilePayload(name="agents.csv", mimeType="text/csv", buffer=content)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/change/")
    expect(page.locator("#table-rows tbody tr")).to_have_count(2)
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    assert TableUpload.objects.exists()
    assert_fits(page)
    watch.assert_clean()
