"""Numbers out and in as a table: a published one is changed in the next draft only."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.models import EvidenceVersion, Measurement
from evidence.tables import MeasurementTable
from osteodb.core.table_plans import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    PlannedRow,
    rehearsed,
    work_through,
)
from osteodb.core.tables import Row, read_table, written_csv, written_xlsx
from tests.universe import LATER, Universe

TABLE = MeasurementTable()


@pytest.fixture
def world(shared_universe: Universe) -> Universe:
    """The made-up world, with published numbers."""
    return shared_universe


def published() -> Row:
    """A number of a published version, as it is exported."""
    number = Measurement.objects.filter(
        version__state="PUBLISHED", version__item__versions__state="PUBLISHED"
    ).exclude(value=None)[0]
    return next(
        row
        for row in TABLE.exported()
        if (row["evidence"], row["key"]) == (number.version.item.public_id, number.key)
    )


def applied(world: Universe, *rows: Row) -> list[PlannedRow]:
    """What applying rows as Alice does."""
    return work_through(TABLE, rows, by=world.alice, now=LATER)


@pytest.mark.parametrize("write", [written_csv, written_xlsx])
def test_importing_what_was_exported_changes_nothing(world: Universe, write: Any) -> None:
    exported = TABLE.exported()
    assert len(exported) >= 2
    versions = EvidenceVersion.objects.count()
    content = write(TABLE.columns, exported)
    read = read_table(content, known=TABLE.columns, required=TABLE.required)
    assert {one.outcome for one in applied(world, *read.rows)} == {UNCHANGED}
    assert EvidenceVersion.objects.count() == versions
    assert TABLE.exported() == exported


def test_a_published_number_is_changed_in_the_next_draft_only(world: Universe) -> None:
    row = published()
    [one] = applied(world, {**row, "note": "Made up."})
    assert one.outcome == CHANGED
    assert [change.field for change in one.changes] == ["note"]
    numbers = Measurement.objects.filter(version__item__public_id=row["evidence"], key=row["key"])
    notes = {number.version.state: number.note for number in numbers}
    assert notes["PUBLISHED"] == row["note"]
    assert notes["DRAFT"] == "Made up."


def test_two_rows_of_a_statement_share_its_draft(world: Universe) -> None:
    row = published()
    new = {**row, "key": "another", "note": ""}
    done = applied(world, {**row, "note": "Made up."}, new)
    assert [one.outcome for one in done] == [CHANGED, NEW]
    drafts = EvidenceVersion.objects.filter(item__public_id=row["evidence"], state="DRAFT")
    assert [one.measurements.filter(key="another").count() for one in drafts] == [1]


def test_a_rehearsal_leaves_no_draft(world: Universe) -> None:
    versions = EvidenceVersion.objects.count()
    [one] = rehearsed(TABLE, [{**published(), "note": "Made up."}], by=world.alice, now=LATER)
    assert one.outcome == CHANGED
    assert EvidenceVersion.objects.count() == versions


def test_a_number_written_another_way_is_the_same_number(world: Universe) -> None:
    row = published()
    other = row["value"] + ("00" if "." in row["value"] else ".0")
    assert applied(world, {**row, "value": other})[0].outcome == UNCHANGED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"evidence": "OST-E999999"}, "There is no statement “OST-E999999”."),
        ({"key": ""}, "Give the number a key"),
        ({"value": "many"}, "value: “many” is no number."),
        ({"value": "NaN"}, "value: “NaN” is no number."),
        ({"n": "2.5"}, "n: “2.5” is no whole number."),
        ({"threshold_met": "perhaps"}, "threshold met: “perhaps” is no yes or no."),
        ({"trial": "OST-T999999"}, "There is no trial “OST-T999999”."),
        ({"population": "nobody"}, "nobody"),
        ({"locator": "nowhere"}, "nowhere"),
        ({"unit": "FURLONG"}, "FURLONG"),
        ({"key": "another", "population": ""}, "A new number needs: population."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    world: Universe, change: Row, reason: str
) -> None:
    [one] = applied(world, {**published(), **change})
    assert one.outcome == REFUSED
    assert reason in one.reason
