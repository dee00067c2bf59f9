"""Files in the admin: read, looked at, applied or left; a wrong one leaves nothing behind."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.admin_support import address, refused, said, sign_in
from tests.registry import ctis, ictrp
from tests.universe import Universe
from trials import tasks
from trials.admin import uploads
from trials.models import (
    RegistryRecord,
    RegistryUpload,
    RunState,
    SyncFailure,
    SyncRun,
    TrialIdentifier,
)
from trials.services import imports

ADD = address(RegistryUpload, "add")
CHINESE = "ChiCTR2299900001"
HOSTILE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'
    b"<Trials_downloaded_from_ICTRP><Trial><TrialID>&b;</TrialID></Trial>"
    b"</Trials_downloaded_from_ICTRP>"
)
PERSONAL = ("person@example.org", "1 Example Street", "+00 000 000 0000", "Contact_")


def upload(browser: Client, data: bytes, registry: str = "ICTRP", name: str = "who.xml") -> Any:
    file = SimpleUploadedFile(name, data)
    return browser.post(ADD, {"registry": registry, "file": file}, follow=True)


def export(**changes: str) -> bytes:
    return ictrp.as_xml([ictrp.trial(**changes)])


def decide(browser: Client, row: RegistryUpload, button: str) -> Any:
    return browser.post(address(RegistryUpload, "do", row.pk, button), follow=True)


def test_the_form_says_what_each_registry_expects(curator: Client) -> None:
    page = curator.get(ADD).content.decode()
    assert 'enctype="multipart/form-data"' in page
    for told in ("the XML or CSV export", "full-details text", "whole studies as JSON"):
        assert told in page
    for name in ("NCT", "CTIS", "EUCTR", "ICTRP", "ISRCTN"):
        assert f'<option value="{name}"' in page


def test_a_file_leads_to_its_preview_and_changes_nothing_yet(curator: Client) -> None:
    answer = upload(curator, ictrp.as_xml(ictrp.RECORDS))
    row = RegistryUpload.objects.get()
    assert answer.redirect_chain[-1][0] == address(RegistryUpload, "change", row.pk)
    page = answer.content.decode()
    for told in (CHINESE, "An invented trial of apatinib in osteosarcoma", "new trial", "Apply"):
        assert told in page, told
    assert not TrialIdentifier.objects.filter(value=CHINESE).exists()
    assert str(row.uploaded_by) == "test-curator"


def test_an_upload_is_applied_by_a_worker_and_the_next_one_shows_old_and_new(
    curator: Client, handed_over: list[dict[str, Any]]
) -> None:
    upload(curator, export())
    row = RegistryUpload.objects.get()
    answer = decide(curator, row, "apply")
    run = SyncRun.objects.latest("pk")
    assert handed_over == [{"registry": "ICTRP", "run_id": run.pk}]
    assert answer.redirect_chain[-1][0] == address(SyncRun, "change", run.pk)
    assert tasks.sync_registry(**handed_over[0])["state"] == RunState.SUCCEEDED
    assert TrialIdentifier.objects.filter(value=CHINESE).exists()
    page = curator.get(address(RegistryUpload, "change", row.pk)).content.decode()
    assert "applied by" in page
    assert ">Apply<" not in page
    later = {"Last_Refreshed_on": "3 July 2024", "Inclusion_gender": "Female"}
    page = upload(curator, export(**later)).content.decode()
    assert "<strong>sex:</strong>" in page
    assert "ALL →" in page and "FEMALE" in page
    page = upload(curator, export()).content.decode()
    assert 'id="unchanged"' in page and CHINESE in page


def test_an_older_copy_is_named_as_not_applied(
    curator: Client, handed_over: list[dict[str, Any]]
) -> None:
    upload(curator, export())
    decide(curator, RegistryUpload.objects.get(), "apply")
    tasks.sync_registry(**handed_over[0])
    older = export(Last_Refreshed_on="3 May 2023", Inclusion_gender="Female")
    page = upload(curator, older).content.decode()
    assert 'id="older"' in page
    assert f">{CHINESE}<" in page
    assert "sex:" not in page


def test_a_discarded_file_stays_on_record_and_is_decided_once(
    curator: Client, handed_over: list[dict[str, Any]]
) -> None:
    upload(curator, export())
    row = RegistryUpload.objects.get()
    assert "Discarded" in said(decide(curator, row, "discard"))
    row.refresh_from_db()
    assert (row.state, str(row.decided_by)) == ("DISCARDED", "test-curator")
    for button in ("apply", "discard"):
        assert decide(curator, row, button).status_code == 403
    assert not handed_over


def test_no_file_is_applied_while_a_run_of_its_registry_waits(
    curator: Client, handed_over: list[dict[str, Any]]
) -> None:
    for _ in range(2):
        upload(curator, export())
    first, second = RegistryUpload.objects.order_by("pk")
    decide(curator, first, "apply")
    assert "wait for its end" in said(decide(curator, second, "apply"))
    second.refresh_from_db()
    assert second.state == "PREVIEWED"
    assert len(handed_over) == 1


@pytest.mark.parametrize(
    ("data", "registry", "words"),
    [
        (b"", "ICTRP", "empty"),
        (b"   \n", "ICTRP", "the file is empty"),
        (b"a letter to a friend", "ICTRP", "does not name the columns"),
        (b"a letter to a friend", "NCT", "no JSON object"),
        (orjson.dumps(ctis.trial()), "NCT", "No record of this file can be read"),
        (HOSTILE, "ICTRP", "document type"),
        (gzip.compress(b"", mtime=0), "ICTRP", "the file is empty"),
        (gzip.compress(HOSTILE), "ICTRP", "document type"),
        (b"\x1f\x8bnot packed at all", "ICTRP", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_at_its_field_and_leaves_nothing(
    curator: Client, data: bytes, registry: str, words: str
) -> None:
    before = SyncRun.objects.count(), SyncFailure.objects.count()
    answer = upload(curator, data, registry)
    assert words in refused(answer)
    assert "file" in answer.context["adminform"].form.errors
    assert not RegistryUpload.objects.exists()
    assert (SyncRun.objects.count(), SyncFailure.objects.count()) == before


def test_a_file_that_is_too_large_is_refused_packed_or_not(
    curator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ictrp.as_xml(ictrp.many(800))
    for module in (uploads, imports):
        monkeypatch.setattr(module, "LARGEST_UPLOAD", len(data) - 1)
    for sent in (data, gzip.compress(data)):
        answer = upload(curator, sent)
        assert "is larger than" in refused(answer)
        assert "file" in answer.context["adminform"].form.errors
    assert not RegistryUpload.objects.exists()


def test_a_packed_file_is_read_as_the_plain_one(curator: Client) -> None:
    for data in (export(), gzip.compress(export())):
        upload(curator, data)
    plain, packed = RegistryUpload.objects.order_by("pk")
    assert (plain.sha256, plain.records) == (packed.sha256, packed.records)


def test_one_unreadable_record_is_shown_and_the_others_wait(curator: Client) -> None:
    page = upload(curator, ictrp.as_xml([ictrp.trial(), ictrp.trial(TrialID="nothing")])).content
    row = RegistryUpload.objects.get()
    assert [one["number"] for one in row.records] == [CHINESE]
    failure = row.preview.failures.get()
    for told in ('id="failures"', failure.path, failure.registry_id):
        assert told in page.decode()


def test_nobodys_contact_is_stored(curator: Client, handed_over: list[dict[str, Any]]) -> None:
    sent = export()
    assert all(one.encode() in sent for one in PERSONAL)
    answer = upload(curator, sent)
    row = RegistryUpload.objects.get()
    decide(curator, row, "apply")
    tasks.sync_registry(**handed_over[0])
    record = RegistryRecord.objects.get(registry_id=CHINESE)
    kept = f"{row.records} {row.intended} {record.payload} {answer.content.decode()}"
    assert not [one for one in PERSONAL if one in kept]


@pytest.mark.parametrize(("role", "may"), [("administrator", True), ("reviewer", False)])
def test_curators_and_administrators_bring_files(
    shared_universe: Universe, curator: Client, role: str, may: bool
) -> None:
    upload(curator, export())
    row = RegistryUpload.objects.get()
    browser = sign_in(role)
    assert browser.get(ADD).status_code == (200 if may else 403)
    page = browser.get(address(RegistryUpload, "change", row.pk)).content.decode()
    assert (">Apply<" in page.replace("\n", "").replace("  ", "")) == may
    assert CHINESE in page
    if not may:
        assert decide(browser, row, "apply").status_code == 403
