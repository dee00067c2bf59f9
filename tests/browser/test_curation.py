"""Curators' journeys in a real browser: one study or two, and a file on its way in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.admin_support import address
from tests.browser.watch import Watch, assert_fits, assert_told
from tests.registry import ictrp
from tests.universe import NOW, Universe
from trials import services, tasks
from trials.models import (
    FieldOverride,
    OriginDisagreement,
    RegistryUpload,
    RunState,
    SyncFailure,
    TrialLink,
    TrialMerge,
)

Open = Callable[..., tuple[Page, Watch]]


@pytest.fixture(scope="module")
def pair(world: Universe) -> TrialLink:
    """Two studies, each with a number of ISRCTN."""
    return services.propose_link(
        trial_a=world.trials["twin3"], trial_b=world.trials["twin4"],
        signals=[{"kind": "SPONSOR_CODE", "words": "the same code: shared code 1"}],
        by=None, now=NOW,
    )  # fmt: skip


@pytest.fixture(scope="module")
def strangers(world: Universe) -> TrialLink:
    """A study with many fields, and one of which little is known."""
    return services.propose_link(
        trial_a=world.trials["regobone"], trial_b=world.trials["chictr"],
        signals=[{"kind": "TITLE", "words": "the same title"}], by=None, now=NOW,
    )  # fmt: skip


@pytest.fixture(scope="module")
def failure(world: Universe) -> SyncFailure:
    return SyncFailure.objects.create(
        run=world.runs[0], registry_id="NCT02389244", reason="expected text",
        path="protocolSection.statusModule.overallStatus", at=NOW,
    )  # fmt: skip


def test_two_pages_become_one_and_two_again(
    open_as: Open, open_page: Open, world: Universe, pair: TrialLink
) -> None:
    left, right = world.trials["twin3"], world.trials["twin4"]
    page, watch = open_as("alice", address(TrialLink, "changelist"))
    page.get_by_role("link", name=left.public_id).first.click()
    expect(page.get_by_text("Both have a number of ISRCTN registry").first).to_be_visible()
    button = page.get_by_role("button", name="Same study: merge the right into the left")
    page.get_by_label("Why?").fill("Registered twice.")
    button.click()
    assert_told(page, "say that you have seen this")
    expect(page.get_by_label("Why?")).to_have_value("Registered twice.")
    page.get_by_label("I have seen").check()
    button.click()
    assert_told(page, "One page now")
    watch.assert_clean()

    reader, _ = open_page(f"/trials/{right.public_id}/")
    assert reader.url.endswith(f"/trials/{left.public_id}/")
    for number in ("ISRCTN00000003", "ISRCTN00000004"):
        expect(reader.get_by_text(number).first).to_be_visible()

    page.get_by_role("link", name="Take it back", exact=True).click()
    page.get_by_label("Why are these two studies?").fill("Two protocols.")
    page.get_by_role("button", name="Take this merge back").click()
    assert_told(page, "Two pages again")
    watch.assert_clean()
    for trial, number, other in (
        (left, "ISRCTN00000003", "ISRCTN00000004"), (right, "ISRCTN00000004", "ISRCTN00000003"),
    ):  # fmt: skip
        reader, _ = open_page(f"/trials/{trial.public_id}/")
        assert reader.url.endswith(f"/trials/{trial.public_id}/")
        expect(reader.locator("main")).to_contain_text(number)
        expect(reader.locator("#identifiers, main").first).not_to_contain_text(f"{other} (")


def test_a_file_is_uploaded_looked_at_and_applied(
    open_as: Open, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, done = tasks.sync_registry, list[dict[str, object]]()
    # The server's own thread is the worker: what this test's connection writes it could not see.
    monkeypatch.setattr(tasks.sync_registry, "delay", lambda **given: done.append(task(**given)))
    file = tmp_path / "who.xml"
    file.write_bytes(ictrp.as_xml([ictrp.trial()]))
    page, watch = open_as("alice", address(RegistryUpload, "add"))
    page.locator("#id_registry").select_option("ICTRP")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Save", exact=True).click()
    assert_told(page, "Nothing of it is applied before you say so")
    expect(page.locator("#intended")).to_contain_text("ChiCTR2299900001")
    assert_fits(page)
    page.get_by_role("button", name="Apply").click()
    assert_told(page, "The run is asked for")
    watch.assert_clean()
    assert [one["state"] for one in done] == [RunState.SUCCEEDED]
    expect(page.locator("#syncrun_form")).to_contain_text("succeeded")
    reader, _ = open_page("/search/?q=ChiCTR2299900001")
    expect(reader.locator("main")).to_contain_text("An invented trial of apatinib in osteosarcoma")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_curation_are_clean_and_fit(
    open_as: Open, world: Universe, strangers: TrialLink, failure: SyncFailure, width: int
) -> None:
    merge = TrialMerge.objects.order_by("pk")[0]
    for path in (
        address(TrialLink, "change", strangers.pk),
        address(TrialMerge, "change", merge.pk),
        address(RegistryUpload, "add"),
        address(RegistryUpload, "changelist"),
        address(SyncFailure, "change", failure.pk),
        address(OriginDisagreement, "changelist"),
        address(FieldOverride, "changelist"),
    ):
        page, watch = open_as("root", path, width)
        assert watch.answer is not None
        assert watch.answer.status == 200, path
        assert_fits(page)
        watch.assert_clean()
