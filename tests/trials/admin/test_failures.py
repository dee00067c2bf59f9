"""Failures in the admin: the place in the record, and the button that tries again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.admin_support import address, said, sign_in
from tests.universe import NOW, Universe
from trials.admin.failures import piece_at
from trials.models import RegistryRecord, RunTrigger, SyncFailure, SyncRun

PATH = "protocolSection.statusModule.overallStatus.inner"


@pytest.fixture
def failure(shared_universe: Universe) -> SyncFailure:
    """A stored record of REGOBONE that could not be read at one place."""
    record = RegistryRecord.objects.filter(registry_id="NCT02389244").latest("pk")
    return SyncFailure.objects.create(
        run=shared_universe.runs[0], registry_id="NCT02389244", path=PATH,
        reason="expected text", record=record, at=NOW,
    )  # fmt: skip


def test_the_page_shows_the_place_in_the_record_and_the_reason(
    curator: Client, failure: SyncFailure
) -> None:
    page = curator.get(address(SyncFailure, "change", failure.pk)).content.decode()
    assert failure.record is not None
    status = failure.record.payload["protocolSection"]["statusModule"]["overallStatus"]
    assert "protocolSection.statusModule.overallStatus:" in page
    assert f"&quot;{status}&quot;" in page
    assert "expected text" in page
    assert address(RegistryRecord, "change", failure.record.pk) in page


@pytest.mark.parametrize(
    ("path", "walked", "piece"),
    [
        ("a.b[1].c", "a.b.1.c", "here"),
        ("$.a.b.1", "a.b.1", {"c": "here"}),
        ("a.b.7", "a.b", [{}, {"c": "here"}]),
        ("byte 77", "", {"a": {"b": [{}, {"c": "here"}]}}),
        ("", "", {"a": {"b": [{}, {"c": "here"}]}}),
    ],
)
def test_a_path_is_followed_as_far_as_it_leads(path: str, walked: str, piece: Any) -> None:
    assert piece_at({"a": {"b": [{}, {"c": "here"}]}}, path) == (walked, piece)


def test_a_record_is_tried_again_by_a_run_of_its_own(
    curator: Client, failure: SyncFailure, handed_over: list[dict[str, Any]]
) -> None:
    button = address(SyncFailure, "do", failure.pk, "retry")
    answer = curator.post(button, follow=True)
    run = SyncRun.objects.latest("pk")
    assert (run.trigger, run.registry_ids) == (RunTrigger.REPLAY, ["NCT02389244"])
    assert handed_over == [{"registry": "NCT", "run_id": run.pk}]
    assert answer.redirect_chain[-1][0] == address(SyncRun, "change", run.pk)
    answer = curator.post(button, follow=True)
    assert "wait for its end" in said(answer)
    assert len(handed_over) == 1


def test_a_resolved_one_says_by_which_run_and_is_not_tried_again(
    curator: Client, failure: SyncFailure, shared_universe: Universe
) -> None:
    SyncFailure.objects.filter(pk=failure.pk).update(resolved_by_run=shared_universe.runs[1])
    page = curator.get(address(SyncFailure, "change", failure.pk)).content.decode()
    assert "Taken in by" in page
    assert "Try this record again" not in page
    assert curator.post(address(SyncFailure, "do", failure.pk, "retry")).status_code == 403


def test_a_reviewer_reads_and_does_not_try(failure: SyncFailure) -> None:
    reviewer = sign_in("reviewer")
    page = reviewer.get(address(SyncFailure, "change", failure.pk)).content.decode()
    assert "expected text" in page
    assert "Try this record again" not in page
    assert reviewer.post(address(SyncFailure, "do", failure.pk, "retry")).status_code == 403
