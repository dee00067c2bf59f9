"""Tables that somebody uploads: read and rehearsed first, then applied whole or left."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from typing import Any

from evidence.tables import MeasurementTable
from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import TableKind, TableUpload, TableUploadState, User
from osteodb.core.table_plans import (
    REFUSED,
    UNCHANGED,
    PlannedRow,
    TableOf,
    rehearsed,
    work_through,
)
from osteodb.core.tables import read_table
from osteodb.core.writing import acting, save_checked
from therapies.tables import AgentTable, TargetTable

TABLES: dict[str, TableOf] = {
    TableKind.AGENTS: AgentTable(),
    TableKind.TARGETS: TargetTable(),
    TableKind.MEASUREMENTS: MeasurementTable(),
}


class PlanMoved(Conflict):
    """Applying the table would no longer do what was previewed."""


def table_of(kind: str) -> TableOf:
    """How the rows of a kind come out and go in. Raises InvalidInput for one without a table."""
    if kind not in TABLES:
        raise InvalidInput(f"“{kind}” is nothing that a table is read of.")
    return TABLES[kind]


def upload_table(
    *, kind: str, content: bytes, file_name: str, by: User, now: dt.datetime
) -> TableUpload:
    """Read a file and keep what it says with what applying it would do; nothing is applied.

    Raises InvalidInput for a file that is no table of this kind, or is empty.
    """
    table = table_of(kind)
    rows = read_table(content, known=table.columns, required=table.required).rows
    if not rows:
        raise InvalidInput("The table has no rows.", fields={"file": ["The table has no rows."]})
    upload = TableUpload(
        kind=kind,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=list(rows),
        preview=_as_json(rehearsed(table, rows, by=by, now=now)),
        uploaded_by=by,
        uploaded_at=now,
    )
    with acting(action="upload_table", by=by, now=now):
        save_checked(upload)
    return upload


def preview_table_again(*, upload: TableUpload, by: User, now: dt.datetime) -> TableUpload:
    """Rehearse a table anew, for what it would do depends on what was changed meanwhile.

    Raises Conflict where it was decided already.
    """
    with acting(action="preview_table_again", by=by, now=now):
        kept = _undecided(upload)
        kept.preview = _as_json(rehearsed(table_of(kept.kind), kept.rows, by=by, now=now))
        save_checked(kept)
    return kept


def apply_table(*, upload: TableUpload, by: User, now: dt.datetime) -> TableUpload:
    """Do what was previewed, all of it in one transaction.

    Raises InvalidInput while a row is refused or nothing would change, PlanMoved where the preview
    no longer holds, Conflict where it was decided already.
    """
    with acting(action="apply_table", by=by, now=now):
        kept = _undecided(upload)
        counts = counts_of(kept)
        if counts[REFUSED]:
            raise InvalidInput("Rows are refused: a table is applied whole, or not at all.")
        if counts.total() == counts[UNCHANGED]:
            raise InvalidInput("Nothing of it would change anything.")
        planned = work_through(table_of(kept.kind), kept.rows, by=by, now=now)
        if _as_json(planned) != kept.preview:
            raise PlanMoved("What it would do has changed since the preview: look at it again.")
        return _decide(kept, TableUploadState.APPLIED, by=by, now=now)


def discard_table(*, upload: TableUpload, by: User, now: dt.datetime) -> TableUpload:
    """Leave a table unapplied; it stays on record. Raises Conflict where it was decided."""
    with acting(action="discard_table", by=by, now=now):
        return _decide(_undecided(upload), TableUploadState.DISCARDED, by=by, now=now)


def counts_of(upload: TableUpload) -> Counter[str]:
    """How many rows of the preview have each outcome."""
    return Counter(row["outcome"] for row in upload.preview)


def _undecided(upload: TableUpload) -> TableUpload:
    """The stored row, held until the transaction ends."""
    kept = TableUpload.objects.select_for_update().get(pk=upload.pk)
    if kept.state != TableUploadState.PREVIEWED:
        raise Conflict(f"This table is decided already: {kept.get_state_display()}.")
    return kept


def _decide(
    upload: TableUpload, state: TableUploadState, *, by: User, now: dt.datetime
) -> TableUpload:
    upload.state, upload.decided_by, upload.decided_at = state, by, now
    save_checked(upload)
    record_event(
        action="decide_table",
        target=upload,
        by=by,
        now=now,
        new={**counts_of(upload), "state": state},
    )
    return upload


def _as_json(planned: list[PlannedRow]) -> list[dict[str, Any]]:
    return [one.as_json() for one in planned]
