"""The form of a statement: quick with many numbers, checked unsaved, and shared by two editors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from evidence import services
from evidence.models import DraftRevision, EvidenceVersion, Finding
from tests.admin_support import address, refused, said, save, sign_in, values_of
from tests.evidence.test_admin import entered, paper
from tests.universe import Universe


@pytest.fixture
def alice(shared_universe: Universe) -> Client:
    """A browser of Alice, who writes."""
    return sign_in("curator", "alice")


@pytest.fixture
def carol(shared_universe: Universe) -> Client:
    """A browser of Carol, who writes too."""
    return sign_in("curator", "carol")


def crowd(world: Universe, count: int) -> EvidenceVersion:
    """A draft with so many measurements, each with a trial and a regimen."""
    draft = services.draft_of(world.versions["regobone"])
    number = replace(draft.measurements[0], regimen=world.regimens["regorafenib"].pk)
    numbers = tuple(replace(number, key=f"n-{at}") for at in range(count))
    draft = replace(draft, measurements=numbers, comparisons=())
    return services.save_draft(draft=draft, by=world.alice, now=dt.datetime.now(dt.UTC))


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database."""
    sent: list[str] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield sent


def test_a_hundred_numbers_take_as_many_queries_as_one(
    alice: Client, shared_universe: Universe
) -> None:
    counts = []
    for count in (1, 100):
        page = address(EvidenceVersion, "change", crowd(shared_universe, count).pk)
        alice.get(page)
        with counted() as sent:
            answer = alice.get(page)
        assert answer.content.count(b'name="measurements-') > 30 * count
        counts.append(len(sent))
    assert counts == [QUERIES, QUERIES]


def test_a_form_that_is_only_read_takes_as_many_queries_with_many_numbers_as_with_one(
    alice: Client, shared_universe: Universe
) -> None:
    counts = []
    for count in (1, 40):
        version = crowd(shared_universe, count)
        now = dt.datetime.now(dt.UTC)
        services.withdraw(version=version, by=shared_universe.alice, now=now, reason="A test.")
        page = address(EvidenceVersion, "change", version.pk)
        alice.get(page)
        with counted() as sent:
            answer = alice.get(page)
        assert b'name="measurements-0-value"' not in answer.content
        assert answer.content.count(b"field-value_raw") == count
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_a_refused_form_takes_as_many_queries_with_many_numbers_as_with_one(
    alice: Client, shared_universe: Universe
) -> None:
    counts = []
    for count in (1, 40):
        version = crowd(shared_universe, count)
        page = address(EvidenceVersion, "change", version.pk)
        given = {**values_of(alice, EvidenceVersion, version.pk), "_check": "Check"}
        with counted() as sent:
            answer = alice.post(page, given)
        assert "Checked, not saved" in said(answer)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_a_row_has_the_fields_and_values_that_the_theme_would_give_it(
    alice: Client, shared_universe: Universe
) -> None:
    version = crowd(shared_universe, 2)
    number = version.measurements.order_by("pk")[1]
    values = values_of(alice, EvidenceVersion, version.pk)
    assert values["measurements-1-id"] == str(number.pk)
    assert values["measurements-1-trial"] == str(number.trial_id)
    assert values["measurements-1-regimen"] == str(number.regimen_id)
    assert values["measurements-1-endpoint"] == number.endpoint
    assert values["measurements-1-value_raw"] == number.value_raw
    assert (values["measurements-1-population"], values["measurements-1-locator"]) == ("1", "1")


def test_what_was_typed_is_escaped_in_a_row(alice: Client, shared_universe: Universe) -> None:
    hostile = '"><script>alert(1)</script>__prefix__</select>'
    given = {"measurements-0-note": hostile, "measurements-0-arm_label": hostile}
    version = entered(alice, shared_universe, **given)
    page = alice.get(address(EvidenceVersion, "change", version.pk)).content.decode()
    assert "<script>alert(1)" not in page
    values = values_of(alice, EvidenceVersion, version.pk)
    assert values["measurements-0-arm_label"] == hostile
    assert values["measurements-0-note"] == hostile


def test_a_check_says_everything_and_saves_nothing(
    alice: Client, shared_universe: Universe
) -> None:
    counts = EvidenceVersion.objects.count(), DraftRevision.objects.count(), Finding.objects.count()
    given = {
        "rating": "9", "measurements-0-value_raw": "60 %", "measurements-0-value": "60",
        "locators-0-page": "", "locators-0-section": "", "_check": "Check",
    }  # fmt: skip
    answer = save(alice, EvidenceVersion, **paper(shared_universe, **given))
    assert "Checked, not saved" in said(answer)
    assert "No source without a place in it" in refused(answer)
    assert "A rating goes from 1 to 5." in refused(answer)
    assert "onstraint" not in refused(answer)
    page = answer.content.decode()
    assert "Arithmetic: 1 remark" in said(answer)
    assert "<b>Difference:</b> 13 of 26 is 50.0 %, printed is 60 %." in page
    assert 'value="60 %"' in page
    assert counts == (
        EvidenceVersion.objects.count(), DraftRevision.objects.count(), Finding.objects.count(),
    )  # fmt: skip


def test_a_check_that_finds_nothing_says_so_and_keeps_what_was_typed(
    alice: Client, shared_universe: Universe
) -> None:
    version = entered(alice, shared_universe)
    seen = version.updated_at
    answer = save(alice, EvidenceVersion, version.pk, statement="Unsaved.", _check="Check")
    assert "no problems" in said(answer)
    assert "Unsaved." in answer.content.decode()
    version.refresh_from_db()
    assert (version.updated_at, version.statement) == (seen, "Half were free of progression.")


def test_a_draft_is_summed_up_as_its_rows_are(shared_universe: Universe) -> None:
    for version in EvidenceVersion.objects.all():
        draft = services.draft_of(version)
        told = {
            (part, getattr(draft, part)[at].key, doubt.check)
            for (part, at), doubts in services.doubts_of(draft).items()
            for doubt in doubts
        }
        written = {
            ("measurements" if one.measurement else "comparisons", number.key, one.check_name)
            for one in Finding.objects.all()
            if (number := one.measurement or one.comparison) and number.version_id == version.pk
        }
        assert told == written


def both_open(alice: Client, carol: Client, world: Universe) -> tuple[EvidenceVersion, Any, Any]:
    """A draft that two people have before them, and what their forms hold."""
    version = entered(alice, world)
    return (
        version,
        values_of(alice, EvidenceVersion, version.pk),
        values_of(carol, EvidenceVersion, version.pk),
    )


def test_the_second_of_two_editors_is_shown_both_and_may_save_on_top(
    alice: Client, carol: Client, shared_universe: Universe
) -> None:
    version, hers, theirs = both_open(alice, carol, shared_universe)
    page = address(EvidenceVersion, "change", version.pk)
    alice.post(page, {**hers, "statement": "By Alice.", "measurements-0-n": "52"})
    answer = carol.post(page, {**theirs, "statement": "By Carol."})
    conflict = answer.context["conflict"]
    assert conflict.revision.saved_by == shared_universe.alice
    fields = {
        (field.label, field.old, field.new) for part in conflict.parts for field in part.fields
    }
    assert fields == {("statement", "By Alice.", "By Carol."), ("n", "52", "26")}
    assert "By Carol.</textarea>" in answer.content.decode()
    version.refresh_from_db()
    assert version.statement == "By Alice."
    again = {**theirs, "statement": "By Carol.", "seen": version.updated_at.isoformat()}
    assert f'value="{again["seen"]}"' in answer.content.decode()
    assert "success" in said(carol.post(page, again, follow=True))
    version.refresh_from_db()
    assert version.statement == "By Carol."
    kept = [one.content["statement"] for one in version.revisions.order_by("number")]
    assert kept == ["Half were free of progression.", "By Alice.", "By Carol."]


def test_rows_that_another_took_out_or_added_meanwhile_are_no_fault_and_no_loss(
    alice: Client, carol: Client, shared_universe: Universe
) -> None:
    version, hers, theirs = both_open(alice, carol, shared_universe)
    page = address(EvidenceVersion, "change", version.pk)
    added = {
        name.replace("-0-", "-1-"): value
        for name, value in hers.items()
        if "measurements-0" in name
    }
    added |= {
        "measurements-1-id": "",
        "measurements-TOTAL_FORMS": "2",
        "measurements-0-DELETE": "on",
    }
    answer = alice.post(page, {**hers, **added, "measurements-1-arm_label": "another"}, follow=True)
    assert "success" in said(answer), refused(answer)
    answer = carol.post(page, {**theirs, "measurements-0-arm_label": "hers"})
    assert answer.context["conflict"], refused(answer)
    changes = {part.change for part in answer.context["conflict"].parts}
    assert changes == {"ADDED", "REMOVED"}
    version.refresh_from_db()
    again = {**theirs, "measurements-0-arm_label": "hers", "seen": version.updated_at.isoformat()}
    assert "success" in said(carol.post(page, again, follow=True))
    assert [one.arm_label for one in version.measurements.all()] == ["hers"]
    assert version.revisions.count() == 3


def test_an_earlier_saving_is_read_and_taken_back(
    alice: Client, carol: Client, shared_universe: Universe
) -> None:
    version = entered(alice, shared_universe)
    save(carol, EvidenceVersion, version.pk, statement="Another wording.")
    page = reverse("admin:evidence_evidenceversion_saved", args=[version.pk])
    answer = alice.get(page)
    told = answer.content.decode()
    assert "Half were free of progression." in told and "Another wording." in told
    take = reverse("admin:evidence_evidenceversion_take", args=[version.pk, 1])
    version.refresh_from_db()
    assert alice.get(take).status_code == 405
    stale = {"seen": version.created_at.isoformat()}
    assert "Somebody else saved" in said(alice.post(take, stale, follow=True))
    answer = alice.post(take, {"seen": version.updated_at.isoformat()}, follow=True)
    assert "says again what was saved as number 1" in said(answer)
    version.refresh_from_db()
    assert version.statement == "Half were free of progression."
    assert version.revisions.count() == 3


def test_savings_of_what_is_no_draft_are_only_read(
    alice: Client, shared_universe: Universe
) -> None:
    version = shared_universe.versions["sarc024"]
    page = reverse("admin:evidence_evidenceversion_saved", args=[version.pk])
    answer = alice.get(page)
    assert answer.status_code == 200
    assert "Take this one back" not in answer.content.decode()
    take = reverse("admin:evidence_evidenceversion_take", args=[version.pk, 1])
    assert alice.post(take, {"seen": ""}).status_code == 403
    assert Client(SERVER_NAME="localhost").get(page).status_code == 302


QUERIES = 45
