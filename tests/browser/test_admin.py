"""The admin in a real browser: at a desk, on a telephone, and a statement's way to the reader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Model
from playwright.sync_api import Page, expect

from evidence.models import Discrepancy, EvidenceVersion
from osteodb.core.models import AuditEvent
from tests.admin_support import address
from tests.browser.watch import PATIENCE, Watch, assert_fits, assert_told
from tests.universe import Universe
from therapies.models import Agent
from trials.models import DataQualityIssue, RegistryRecord, SyncRun, Trial, TrialLink, TrialMerge

Open = Callable[..., tuple[Page, Watch]]
LISTS: tuple[type[Model], ...] = (
    Trial, SyncRun, DataQualityIssue, RegistryRecord, Agent, EvidenceVersion, Discrepancy,
    AuditEvent, TrialLink, TrialMerge,
)  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_the_front_page_says_what_waits(open_as: Open, width: int) -> None:
    page, watch = open_as("root", "/admin/", width)
    for title in ("Waits for me", "Waits for anybody", "Disagrees", "Last syncs"):
        expect(page.get_by_role("heading", name=title).first).to_be_visible()
    assert page.locator("#waiting a").count() >= 10
    expect(page.locator("#runs")).to_contain_text("ClinicalTrials.gov")
    assert_fits(page)
    watch.assert_clean()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.model_name)
def test_lists_and_pages_are_clean_and_fit(open_as: Open, model: type[Model], width: int) -> None:
    row = model._default_manager.order_by("pk")[0]
    for path in (
        address(model, "changelist"),
        address(model, "change", row.pk),
    ):
        page, watch = open_as("root", path, width)
        assert watch.answer is not None
        assert watch.answer.status == 200
        assert_fits(page)
        watch.assert_clean()


def choose(page: Page, field: str, term: str) -> None:
    """Find a related row by typing, as a curator does."""
    box = page.locator(f"#id_{field}").locator("xpath=following-sibling::span").first
    box.click()
    page.locator(".select2-container--open .select2-search__field").fill(term)
    page.locator(".select2-results__option", has_text=term).first.click()


def test_an_agent_is_renamed_and_the_history_tells_it(open_as: Open, world: Universe) -> None:
    agent = world.agents["avelumab"]
    page, watch = open_as("alice", address(Agent, "change", agent.pk))
    page.locator("#id_name").fill("YN968D1")
    page.get_by_role("button", name="Save", exact=True).click()
    assert_told(page, "already a name of rivoceranib")
    page.locator("#id_name").fill("avelumab (tested)")
    page.get_by_role("button", name="Save and continue editing").click()
    assert_told(page, "was changed successfully")
    page.locator("a[href$='/history/']").click()
    told = page.locator("#history tbody tr").first
    expect(told).to_contain_text("Local alice")
    expect(page.locator("#history")).to_contain_text("avelumab → avelumab (tested)")
    watch.assert_clean()


def test_a_statement_goes_from_a_paper_to_the_reader(
    open_as: Open, open_page: Open, world: Universe
) -> None:
    page, watch = open_as("alice", address(EvidenceVersion, "add"))
    page.locator("#id_kind").select_option("EPIDEMIOLOGY")
    page.locator("#id_level").select_option("B")
    page.locator("#id_direction").select_option("SUPPORTS")
    page.locator("#id_model_system").select_option("PATIENT")
    page.locator("#id_statement").fill("Half of them were free of events at one year.")
    page.get_by_text("Add another Locator").click()
    choose(page, "locators-0-source", "duffaud")
    page.locator("#id_locators-0-section").fill("Results")
    page.get_by_text("Add another Population").click()
    page.locator("#id_populations-0-label").fill("All")
    page.locator("#id_populations-0-scope").select_option("OSTEOSARCOMA_ONLY")
    page.locator("#id_populations-0-setting").select_option("RELAPSE")
    page.locator("a[href='#measurements']").click()
    page.get_by_text("Add another Measurement").click()
    for name, value in (
        ("population", "1"), ("locator", "1"), ("endpoint", "EFS"), ("unit", "PERCENT"),
        ("estimator", "CRUDE_PROPORTION"), ("state", "REPORTED"),
    ):  # fmt: skip
        page.locator(f"#id_measurements-0-{name}").select_option(value)
    for name, typed in (("value_raw", "50 %"), ("value", "50"), ("events", "30"), ("n", "26")):
        page.locator(f"#id_measurements-0-{name}").fill(typed)
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("never more than n")).to_be_attached(timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    page.locator("#id_measurements-0-events").fill("13")
    page.get_by_role("button", name="Save and continue editing").click()
    assert_told(page, "was added successfully")
    page.get_by_role("button", name="Submit for review").click()
    assert_told(page, "waits for a second person")
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    version = EvidenceVersion.objects.latest("pk")
    watch.assert_clean()

    page, watch = open_as("bob", address(EvidenceVersion, "change", version.pk))
    page.get_by_role("button", name="Publish").click()
    assert_told(page, "is published.")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    watch.assert_clean()

    page, watch = open_page(f"/evidence/{version.item.public_id}/")
    assert_told(page, "Half of them were free of events at one year.")


def test_a_run_is_asked_for_and_its_page_follows_it(
    open_as: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trials import tasks

    monkeypatch.setattr(tasks.sync_registry, "delay", lambda **given: None)
    page, watch = open_as("root", address(SyncRun, "changelist"))
    page.get_by_placeholder("Query").fill("Ewing sarcoma")
    page.get_by_label("dry run").check()
    page.get_by_role("button", name="Refresh now").click()
    assert_told(page, "The run is asked for")
    assert_told(page, "waits for a worker")
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    watch.assert_clean()
