"""`check_evidence`: everything worked out again, listed, and put on record where asked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from evidence import services, tasks
from evidence.models import Discrepancy, Finding
from tests.evidence.stating import LATER, NOW, Desk, median, share

pytestmark = pytest.mark.django_db
OUTSIDE = {
    "ci_raw": "17.2-40.1", "ci_level": Decimal(95), "ci_low": Decimal("17.2"),
    "ci_high": Decimal("40.1"),
}  # fmt: skip


def machine_made() -> list[Discrepancy]:
    return list(Discrepancy.objects.filter(opened_by__username="evidence-checks"))


def test_a_number_outside_its_interval_is_put_on_record_once(desk: Desk) -> None:
    version = desk.publish(desk.draft(share("50", **OUTSIDE)))
    [row] = services.check_evidence(now=NOW, open_discrepancies=True).opened
    assert (row.kind, row.state) == ("ARITHMETIC", "OPEN")
    assert row.slug == f"value-in-interval-{version.item.public_id.lower()}-orr"
    [side] = row.sides.all()
    assert side.measurement == version.measurements.get()
    assert (side.source, side.place, side.is_disputed) == (desk.paper, "abstract", False)
    assert row.explanation  # why it may be innocent
    assert not services.check_evidence(now=LATER, open_discrepancies=True).opened


def test_without_being_asked_it_opens_nothing(desk: Desk) -> None:
    desk.publish(desk.draft(share("50", **OUTSIDE)))
    assert not services.check_evidence(now=NOW).opened
    assert not machine_made()


def test_a_draft_and_a_hint_are_put_on_no_record(desk: Desk) -> None:
    desk.save(desk.draft(share("50", **OUTSIDE)))
    version = desk.publish(desk.draft(median("5")))
    Finding.objects.create(
        measurement=version.measurements.get(), check_name="RATE_AND_MEDIAN", weight="HINT",
        says="x", printed="x", expected="x", innocent="x", found_at=NOW,
    )  # fmt: skip
    services.open_found(now=NOW)
    assert not machine_made()


def test_a_corrected_number_leaves_it_open_with_a_note_for_a_person(desk: Desk) -> None:
    first = desk.publish(desk.draft(share("50", **OUTSIDE)))
    [row] = services.check_evidence(now=NOW, open_discrepancies=True).opened
    desk.publish(desk.draft(share("30.2", **OUTSIDE)), first.item)
    noted = services.check_evidence(now=LATER, open_discrepancies=True).noted
    assert noted == [row]
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("OPEN", None)
    assert f"changed in version 2 of {first.item.public_id}" in row.explanation
    assert not services.check_evidence(now=LATER, open_discrepancies=True).noted


def test_another_mistake_in_the_next_version_is_another_disagreement(desk: Desk) -> None:
    first = desk.publish(desk.draft(share("50", **OUTSIDE)))
    [row] = services.check_evidence(now=NOW, open_discrepancies=True).opened
    second = desk.publish(desk.draft(share("60", **OUTSIDE)), first.item)
    [again] = services.check_evidence(now=LATER, open_discrepancies=True).opened
    assert again.slug != row.slug
    assert again.sides.get().measurement == second.measurements.get()
    assert not services.check_evidence(now=LATER, open_discrepancies=True).opened


def test_the_command_lists_what_it_finds_and_fails_only_when_strict(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    version = desk.publish(desk.draft(share("50", **OUTSIDE)))
    Finding.objects.all().delete()
    call_command("check_evidence")
    out = capsys.readouterr().out
    assert version.item.public_id in out
    assert "1 findings; 1 numbers have others than before" in out
    with pytest.raises(SystemExit):
        call_command("check_evidence", "--strict")
    call_command("check_evidence", "--strict", "--open")
    assert "Opened: value-in-interval" in capsys.readouterr().out
    call_command("check_evidence", "--strict")


def test_it_can_be_asked_about_one_statement_or_one_trial(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    one = desk.publish(desk.draft(share("50", **OUTSIDE)))
    other = desk.publish(desk.draft(median("5")))
    call_command("check_evidence", "--item", other.item.public_id.lower())
    assert "1 versions checked, 0 findings" in capsys.readouterr().out
    call_command("check_evidence", "--trial", "NCT01234567")
    out = capsys.readouterr().out
    assert one.item.public_id in out
    assert "3 versions checked" in out  # two, and the corpus' own
    for arguments in (("--item", "OST-E999999"), ("--trial", "NCT99999999")):
        with pytest.raises(CommandError):
            call_command("check_evidence", *arguments)


def test_the_daily_task_does_the_same(desk: Desk) -> None:
    desk.publish(desk.draft(share("50", **OUTSIDE)))
    assert tasks.check_evidence(from_a_newer_release=1)["opened"] == 1
    assert tasks.check_evidence()["opened"] == 0
