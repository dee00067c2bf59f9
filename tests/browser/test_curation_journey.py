"""A paper's way to the reader and back out, in a real browser, with three accounts.

The paper is APFAO's: source, place and numbers are those of `fixtures/corpus` (`xie2020` in
sources.yaml, `apfao` in evidence.yaml and trials.yaml), which were read in its abstract. The story
around them (who mistypes what, and the retraction) is invented.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from evidence.models import Discrepancy, EvidenceVersion, Source
from tests.admin_support import address, person
from tests.browser.test_admin import choose
from tests.browser.watch import PATIENCE, Watch, assert_fits, assert_told
from tests.universe import NOW, Universe
from therapies.services import create_agent
from trials.models import Trial
from trials.services import GivenIdentifier, register_trial

Open = Callable[..., tuple[Page, Watch]]
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
TITLE = (
    "Apatinib plus camrelizumab (anti-PD1 therapy, SHR-1210) for advanced osteosarcoma (APFAO) "
    "progressing after chemotherapy: a single-arm, open-label, phase 2 trial"
)
SOURCE = {
    "title": TITLE, "first_author": "Xie L", "year": "2020",
    "container": "Journal for ImmunoTherapy of Cancer",
    "citation": "J Immunother Cancer 2020;8(1):e000798", "pmid": "32376724", "pmcid": "PMC7223462",
    "doi": "10.1136/jitc-2020-000798", "url": "https://pmc.ncbi.nlm.nih.gov/articles/PMC7223462",
}  # fmt: skip
STATEMENT = (
    "In APFAO, a single-arm phase 2 trial of apatinib with camrelizumab after chemotherapy, the "
    "Kaplan-Meier estimate of progression-free survival at 6 months was 50.9 % and 13 of 43 "
    "patients were counted free of progression then; the target of 60 % was missed."
)
CHOSEN = [  # of each measurement
    {"endpoint": "PFS", "estimator": "KAPLAN_MEIER_RATE", "time_point_unit": "MONTHS"},
    {"endpoint": "PFS", "estimator": "CRUDE_PROPORTION", "time_point_unit": "MONTHS"},
    {"endpoint": "ORR", "estimator": "CRUDE_PROPORTION"},
]
TYPED = [
    {
        "time_point": "6", "value_raw": "50.9", "value": "50.9", "unit_raw": "%",
        "ci_raw": "34.6-65.0", "ci_level": "95", "ci_low": "34.6", "ci_high": "65",
        "threshold_raw": ">= 60%", "threshold": "60",
    },
    {
        "time_point": "6", "value_raw": "13/43 = 30.23%", "value": "30.23", "unit_raw": "%",
        "events": "13", "n": "43", "ci_raw": "17.2-40.1", "ci_level": "95", "ci_low": "17.2",
        "ci_high": "40.1",
    },
    {"value_raw": "9/43 = 20.9%", "value": "20.9", "unit_raw": "%", "events": "9", "n": "43"},
]  # fmt: skip


@pytest.fixture(scope="module")
def cookies(world: Universe, cookies: dict[str, str]) -> dict[str, str]:
    """The sessions of a curator who reviews as well, of another curator, and of a reviewer.

    The reviewer has not declared any interests yet. What the paper is about is on record.
    """
    for name, roles in (
        ("clara", ["curator", "reviewer"]), ("carol", ["curator"]), ("rita", ["reviewer"]),
    ):  # fmt: skip
        user = person(roles[0], name)
        for role in roles[1:]:
            user.groups.add(person(role, "nobody-else").groups.get())
        browser = Client()
        browser.force_login(user)
        cookies[name] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    create_agent(name="camrelizumab", kind="ANTIBODY", name_kind="INN", by=world.alice, now=NOW)
    number = GivenIdentifier(registry="NCT", raw="NCT03359018", kind="PRIMARY")
    register_trial(
        identifiers=[number], inclusion_reason="Osteosarcoma only.", by=world.alice, now=NOW
    )
    return cookies


def picture(page: Page, name: str) -> None:
    """Renew a picture of the guide, where that is asked for."""
    if os.environ.get("OSTEODB_REWRITE_SCREENSHOTS") == "1":
        page.screenshot(path=PICTURES / f"{name}.png")


def press(page: Page, button: str, told: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    assert_told(page, told)


def enter_source(page: Page) -> None:
    page.locator("#id_kind").select_option("ARTICLE")
    for name, value in SOURCE.items():
        page.locator(f"#id_{name}").fill(value)
    press(page, "Save", "was added successfully")


def enter_statement(page: Page) -> None:
    """The whole abstract on one form; one number is mistyped."""
    for name, value in (
        ("kind", "EFFICACY"), ("level", "B"), ("direction", "MIXED"), ("model_system", "PATIENT"),
    ):  # fmt: skip
        page.locator(f"#id_{name}").select_option(value)
    page.locator("#id_statement").fill(STATEMENT)
    choose(page, "trials", Trial.objects.get(identifiers__value="NCT03359018").public_id)
    choose(page, "agents", "camrelizumab")
    page.get_by_text("Add another Locator").click()
    choose(page, "locators-0-source", "Xie")
    page.locator("#id_locators-0-section").fill("abstract")
    page.locator("#id_locators-0-url").fill(SOURCE["url"])
    page.get_by_text("Add another Population").click()
    for name, value in (
        ("label", "All patients"), ("n", "43"),
        ("disease_status", "advanced, progressing after chemotherapy"),
    ):  # fmt: skip
        page.locator(f"#id_populations-0-{name}").fill(value)
    page.locator("#id_populations-0-scope").select_option("OSTEOSARCOMA_ONLY")
    page.locator("#id_populations-0-setting").select_option("RELAPSE")
    page.locator("#id_statement").scroll_into_view_if_needed()
    picture(page, "curation-form")
    page.locator("a[href='#measurements']").click()
    for at, (chosen, typed) in enumerate(zip(CHOSEN, TYPED, strict=True)):
        page.get_by_text("Add another Measurement").click()
        row = {"population": "1", "locator": "1", "unit": "PERCENT", "state": "REPORTED", **chosen}
        for name, value in row.items():
            page.locator(f"#id_measurements-{at}-{name}").select_option(value)
        for name, value in typed.items():
            page.locator(f"#id_measurements-{at}-{name}").fill(value)
    page.locator("#id_measurements-2-events").fill("8")
    press(page, "Save and continue editing", "was added successfully")


def test_apfao_is_entered_returned_mended_published_and_retracted(
    open_as: Open, open_page: Open, world: Universe
) -> None:
    page, watch = open_as("clara", address(Source, "add"))
    enter_source(page)
    page, _ = open_as("clara", address(EvidenceVersion, "add"))
    enter_statement(page)
    version = EvidenceVersion.objects.latest("pk")
    desk = address(EvidenceVersion, "change", version.pk)
    press(page, "Submit for review", "waits for a second person")

    # One's own is not published: no button, and a request without one is refused.
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    own = page.request.post(
        page.url.replace("/change/", "/do/publish/"),
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": page.url},
    )
    assert own.status == 403
    version.refresh_from_db()
    assert version.state == "IN_REVIEW"
    watch.assert_clean()

    # The reviewer declares interests first; what was typed is not typed again.
    page, watch = open_as("rita", desk)
    page.get_by_label("What has to be mended?").fill("The abstract says 9 of 43 responded.")
    press(page, "Return to the author", "Declare your interests first")
    press(page, "Save", "was added successfully")
    expect(page.get_by_label("What has to be mended?")).to_have_value(
        "The abstract says 9 of 43 responded."
    )
    press(page, "Return to the author", "went back to clara")
    watch.assert_clean()

    # Two have it open; the first mends it, the second is told and loses nothing she typed.
    page, watch = open_as("clara", desk)
    expect(page.get_by_text("Returned: “The abstract says 9 of 43 responded.”")).to_be_visible()
    other, _ = open_as("carol", desk)
    other.locator("#id_note").fill("Carol's words.")
    page.locator("a[href='#measurements']").click()
    page.locator("#id_measurements-2-events").fill("9")
    press(page, "Save and continue editing", "was changed successfully")
    other.get_by_role("button", name="Save and continue editing").click()
    assert_told(other, "saved this draft at")
    expect(other.locator("#conflict")).to_contain_text("Carol's words.")
    expect(other.locator("#id_note")).to_have_value("Carol's words.")
    numbers = version.measurements.order_by("position").values_list("events", flat=True)
    assert list(numbers) == [None, 13, 9]
    press(page, "Submit for review", "waits for a second person")
    watch.assert_clean()

    page, watch = open_as("rita", desk.replace("/change/", "/review/"))
    assert watch.answer is not None
    assert watch.answer.status == 200
    assert "50.9" in page.content()
    picture(page, "curation-review")
    page, watch = open_as("rita", desk)
    press(page, "Publish", "is published.")
    watch.assert_clean()
    public = f"/evidence/{version.item.public_id}/"
    reader, watch = open_page(public)
    for told in ("50.9", "34.6", "30.23", "13/43", "9/43 = 20.9%", "Xie"):
        expect(reader.locator("main")).to_contain_text(told)
    watch.assert_clean()

    page.get_by_label("Why is it retracted?").fill("Invented: the authors withdrew it.")
    press(page, "Retract", "is retracted; its page stays")
    reader, watch = open_page(public)
    assert watch.answer is not None
    assert watch.answer.status == 200
    expect(reader.locator("main")).to_contain_text("Invented: the authors withdrew it.")
    watch.assert_clean()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_disagreement_is_taken_and_talked_about(
    open_as: Open, world: Universe, width: int
) -> None:
    row = world.discrepancy
    page, watch = open_as("alice", address(Discrepancy, "change", row.pk), width)
    if page.get_by_role("button", name="I take it").count():
        press(page, "I take it", "It is yours now.")
    page.get_by_label("Your comment").fill("Who has the full paper at hand?")
    press(page, "Comment", "Your comment is on record.")
    expect(page.locator("#discussion")).to_contain_text("Who has the full paper at hand?")
    expect(page.locator("#work-holder")).to_have_text("You have it.")
    assert_fits(page)
    if width == 1280:
        page.locator("#id_work_comment").scroll_into_view_if_needed()
        picture(page, "curation-queue")
    watch.assert_clean()
    page, watch = open_as("carol", address(Discrepancy, "changelist"), width)
    expect(page.locator("#result_list")).to_contain_text("Local alice", timeout=PATIENCE)
    assert_fits(page)
    watch.assert_clean()
