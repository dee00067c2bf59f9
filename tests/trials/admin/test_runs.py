"""Runs in the admin: the button that asks for one, and the page that follows it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin_support import address, said, sign_in
from tests.universe import NOW, Universe
from trials import services
from trials.models import RunState, RunTrigger, SyncRun

START = "/admin/trials/syncrun/start/"
CTGOV = {"registry": "ctgov"}


def test_an_administrator_asks_for_a_run(
    shared_universe: Universe, handed_over: list[dict[str, Any]]
) -> None:
    browser = sign_in("administrator")
    assert "Refresh now" in browser.get(address(SyncRun, "changelist")).content.decode()
    answer = browser.post(START, {**CTGOV, "query": "Ewing sarcoma", "dry_run": "on"}, follow=True)
    run = SyncRun.objects.latest("pk")
    assert (run.state, run.trigger, run.query, run.dry_run) == (
        "QUEUED", RunTrigger.ADMIN, "Ewing sarcoma", True,
    )  # fmt: skip
    assert str(run.requested_by) == "test-administrator"
    assert handed_over == [{"registry": "NCT", "run_id": run.pk}]
    assert answer.redirect_chain[-1][0] == address(SyncRun, "change", run.pk)
    assert 'http-equiv="refresh"' in answer.content.decode(), "the page follows the run"


def test_a_second_run_is_not_asked_for_while_one_waits(
    shared_universe: Universe, handed_over: list[dict[str, Any]]
) -> None:
    browser = sign_in("administrator")
    browser.post(START, CTGOV)
    answer = browser.post(START, CTGOV, follow=True)
    assert "waits for a worker: wait for its end" in said(answer)
    assert len(handed_over) == 1


@pytest.mark.parametrize("role", ["curator", "reviewer"])
def test_others_are_not_offered_the_button_and_may_not_press_it(
    shared_universe: Universe, role: str, handed_over: list[dict[str, Any]]
) -> None:
    browser = sign_in(role)
    assert "Refresh now" not in browser.get(address(SyncRun, "changelist")).content.decode()
    assert browser.post(START, CTGOV).status_code == 403
    assert browser.get(START).status_code in (403, 405)
    assert not handed_over


def test_a_finished_run_is_told_with_its_counts(curator: Client) -> None:
    run = SyncRun.objects.order_by("pk").first()
    assert run is not None
    page = curator.get(address(SyncRun, "change", run.pk)).content.decode()
    assert f"{run.seen_count}" in page
    assert 'http-equiv="refresh"' not in page
    assert reverse("admin:trials_syncrun_changelist") in page


def test_another_registry_is_asked_meanwhile_and_an_unknown_one_never(
    shared_universe: Universe, handed_over: list[dict[str, Any]]
) -> None:
    browser = sign_in("administrator")
    page = browser.get(address(SyncRun, "changelist")).content.decode()
    for name in ("ctgov", "ctis", "euctr", "isrctn"):
        assert f'<option value="{name}">' in page
    assert '<option value="ictrp">' not in page, "WHO's export comes as a file only"
    for name in ("ctgov", "isrctn"):
        browser.post(START, {"registry": name})
    assert [one["registry"] for one in handed_over] == ["NCT", "ISRCTN"]
    answer = browser.post(START, {"registry": "ictrp"}, follow=True)
    assert "Choose one of the registries" in said(answer)
    answer = browser.post(START, {**CTGOV, "query": "x" * 401}, follow=True)
    assert "400 characters" in said(answer)
    assert len(handed_over) == 2


def test_a_file_is_named_and_a_replay_says_so(curator: Client) -> None:
    for trigger, name in ((RunTrigger.FILE, "export.xml"), (RunTrigger.REPLAY, "")):
        run = services.start_sync_run(
            registry="ctgov", by=None, now=NOW, trigger=trigger, file_name=name
        )
        SyncRun.objects.filter(pk=run.pk).update(state=RunState.SUCCEEDED, finished_at=NOW)
    page = curator.get(address(SyncRun, "changelist")).content.decode()
    assert "imported file export.xml" in page
    assert "stored records read again" in page
