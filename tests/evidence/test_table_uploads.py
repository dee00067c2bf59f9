"""A table is uploaded, looked at and applied whole; what is no longer as previewed is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evidence.models import Measurement
from evidence.services import tables
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import AuditEvent, TableKind, TableUpload
from osteodb.core.tables import Row, written_csv, written_xlsx
from tests.admin_support import address, refused, said, sign_in
from tests.universe import LATER, Universe
from therapies.models import Agent, Target
from therapies.services import update_agent
from therapies.tables import AgentTable

AGENTS = AgentTable()
NEW: Row = {"slug": "", "name": "Madeupinib", "kind": "OTHER"}


@pytest.fixture
def world(shared_universe: Universe) -> Universe:
    """The made-up world, with agents and targets."""
    return shared_universe


@pytest.fixture
def alice(world: Universe) -> Client:
    """A browser of Alice, who curates."""
    return sign_in("curator", "alice")


def changed(**fields: str) -> Row:
    """The first agent as it is exported, with some of it changed."""
    return {**AGENTS.exported()[0], **fields}


def upload(world: Universe, *rows: Row, kind: str = TableKind.AGENTS) -> TableUpload:
    """Upload rows as Alice."""
    content = written_csv(AGENTS.columns, rows)
    return tables.upload_table(
        kind=kind, content=content, file_name="agents.csv", by=world.alice, now=LATER
    )


def sent(browser: Client, content: bytes, kind: str = TableKind.AGENTS) -> Any:
    """What the form answers to a file."""
    file = SimpleUploadedFile("table.csv", content)
    return browser.post(address(TableUpload, "add"), {"kind": kind, "file": file}, follow=True)


def pressed(browser: Client, row: TableUpload, button: str) -> Any:
    """What a button answers."""
    return browser.post(address(TableUpload, "do", row.pk, button), follow=True)


def test_an_upload_changes_nothing_until_it_is_applied(world: Universe) -> None:
    before = AGENTS.exported()
    row = upload(world, changed(note="Made up."), NEW)
    assert AGENTS.exported() == before
    assert tables.counts_of(row) == {"CHANGED": 1, "NEW": 1}
    tables.apply_table(upload=row, by=world.alice, now=LATER)
    assert Agent.objects.get(slug=before[0]["slug"]).note == "Made up."
    assert Agent.objects.filter(name="Madeupinib").count() == 1
    event = AuditEvent.objects.get(action="decide_table")
    assert event.new == {"CHANGED": 1, "NEW": 1, "state": "APPLIED"}


def test_it_is_applied_once(world: Universe) -> None:
    row = upload(world, NEW)
    tables.apply_table(upload=row, by=world.alice, now=LATER)
    with pytest.raises(Conflict, match="decided already"):
        tables.apply_table(upload=row, by=world.alice, now=LATER)
    with pytest.raises(Conflict, match="decided already"):
        tables.discard_table(upload=row, by=world.alice, now=LATER)


def test_a_preview_that_no_longer_holds_is_not_applied(world: Universe) -> None:
    given = changed(note="Made up.")
    row = upload(world, given, NEW)
    agent = Agent.objects.get(slug=given["slug"])
    update_agent(agent=agent, note="Somebody else's.", by=None, now=LATER)
    with pytest.raises(tables.PlanMoved):
        tables.apply_table(upload=row, by=world.alice, now=LATER)
    agent.refresh_from_db()
    assert agent.note == "Somebody else's."
    assert not Agent.objects.filter(name="Madeupinib").exists()
    again = tables.preview_table_again(upload=row, by=world.alice, now=LATER)
    assert again.preview[0]["changes"] == [
        {"field": "note", "old": "Somebody else's.", "new": "Made up."}
    ]
    tables.apply_table(upload=again, by=world.alice, now=LATER)


def test_one_refused_row_stops_the_whole_table(world: Universe) -> None:
    row = upload(world, NEW, changed(chembl_id="nonsense"))
    with pytest.raises(InvalidInput, match="applied whole, or not at all"):
        tables.apply_table(upload=row, by=world.alice, now=LATER)
    assert not Agent.objects.filter(name="Madeupinib").exists()


def test_what_changes_nothing_is_not_applied(world: Universe) -> None:
    with pytest.raises(InvalidInput, match="Nothing of it"):
        tables.apply_table(upload=upload(world, changed()), by=world.alice, now=LATER)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"slug,name,kind\n", "AGENTS"),
        (b"x\n1\n", "AGENTS"),
        (b"slug,name,kind\na,b,c", "REGIMENS"),
    ],
)
def test_what_is_no_table_of_the_kind_leaves_nothing(
    world: Universe, content: bytes, kind: str
) -> None:
    with pytest.raises(InvalidInput):
        tables.upload_table(kind=kind, content=content, file_name="x", by=world.alice, now=LATER)
    assert not TableUpload.objects.exists()


@pytest.mark.parametrize("model", [Agent, Target, Measurement])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_downloaded_and_uploaded_unchanged(
    alice: Client, model: Any, form: str
) -> None:
    page = address(model, "changelist")
    assert 'href="export/csv/"' in alice.get(page).content.decode()
    answer = alice.get(address(model, "export", form))
    name = model._meta.model_name
    assert answer["Content-Disposition"] == f'attachment; filename="osteodb-{name}s.{form}"'
    seen = sent(alice, answer.content, f"{name}s".upper())
    assert "Nothing of it would change anything." in seen.content.decode()
    assert {row["outcome"] for row in TableUpload.objects.get().preview} == {"UNCHANGED"}


def test_the_preview_tells_each_row_and_a_button_applies_it(alice: Client) -> None:
    rows = [changed(note="<b>Made up.</b>"), NEW]
    seen = sent(alice, written_xlsx(AGENTS.columns, rows))
    row = TableUpload.objects.get()
    assert seen.redirect_chain == [(address(TableUpload, "change", row.pk), 302)]
    text = seen.content.decode()
    assert "&lt;b&gt;Made up.&lt;/b&gt;" in text
    assert address(TableUpload, "do", row.pk, "apply") in text
    assert said(pressed(alice, row, "apply")) == "Applied: 1 new, 1 changed."
    assert Agent.objects.filter(name="Madeupinib").exists()
    assert pressed(alice, row, "apply").status_code == 403


def test_a_table_with_a_refused_row_offers_no_button_to_apply_it(alice: Client) -> None:
    seen = sent(alice, written_csv(AGENTS.columns, [NEW, changed(kind="NONSENSE")]))
    row = TableUpload.objects.get()
    assert "“NONSENSE” is no kind" in seen.content.decode()
    assert address(TableUpload, "do", row.pk, "apply") not in seen.content.decode()
    assert pressed(alice, row, "apply").status_code == 403
    assert "Discarded" in said(pressed(alice, row, "discard"))


def test_a_file_that_is_no_table_is_told_at_the_form(alice: Client) -> None:
    assert "Columns that are not known: “price”" in refused(sent(alice, b"slug,price\n1,2\n"))
    assert not TableUpload.objects.exists()


def test_a_reader_exports_and_uploads_nothing(world: Universe) -> None:
    reader = sign_in("reader", "a-reader")
    assert sent(reader, written_csv(AGENTS.columns, [NEW])).status_code == 403
    assert not TableUpload.objects.exists()
    assert reader.get(address(Agent, "export", "csv")).status_code == 200
