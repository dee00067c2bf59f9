"""Pages of trials: what registries own is read-only, what we decide is saved with its reason."""

from __future__ import annotations

from typing import Any

from django.test import Client

from osteodb.core.models import AuditEvent
from tests.admin_support import address, refused, said, save, sign_in
from tests.universe import LATER, Universe
from trials import services
from trials.models import (
    Condition,
    DataQualityIssue,
    FieldOverride,
    RegistryRecord,
    Trial,
    TrialChange,
    TrialIdentifier,
    TrialMerge,
)


def test_a_registrys_field_is_not_written_by_a_forged_form(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regobone"]
    before: dict[str, Any] = dict(Trial.objects.filter(pk=trial.pk).values().get())
    forged = {
        "status": "withdrawn", "brief_title": "Forged", "enrolment_count": "1", "public_id": "X",
        "field_origins": "{}", "start_date": "1999", "phases": "PHASE4",
    }  # fmt: skip
    answer = save(curator, Trial, trial.pk, curator_note="Seen.", **forged)
    assert "changed successfully" in said(answer)
    after: dict[str, Any] = dict(Trial.objects.filter(pk=trial.pk).values().get())
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"curator_note"}


def test_the_page_says_who_owns_a_field_and_where_its_value_came_from(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regobone"]
    page = curator.get(address(Trial, "change", trial.pk)).content.decode()
    record = RegistryRecord.objects.filter(registry_id="NCT02389244").latest("pk")
    assert "belong to the registries" in page
    assert address(RegistryRecord, "change", record.pk) in page
    assert "from the registry" in page


def test_a_decision_without_a_reason_is_refused_at_its_field(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["hidden"]
    answer = save(curator, Trial, trial.pk, inclusion="INCLUDED", inclusion_reason="")
    assert "inclusion_reason" in answer.context["adminform"].form.errors
    assert "success" not in said(answer)
    save(curator, Trial, trial.pk, inclusion="EXCLUDED", inclusion_reason="No bone tumour.")
    trial.refresh_from_db()
    assert trial.inclusion == "EXCLUDED"
    entries = curator.get(address(Trial, "history", trial.pk)).context["entries"]
    assert "decide inclusion" in {entry.what for entry in entries}


def test_a_trial_is_put_on_record_by_its_number(curator: Client) -> None:
    given = {"registry": "NCT", "inclusion_reason": "Named by a colleague."}
    answer = save(curator, Trial, number="no number", **given)
    assert "is no number of NCT" in refused(answer)
    answer = save(curator, Trial, number="nct 09999999", **given)
    assert "added successfully" in said(answer)
    identifier = TrialIdentifier.objects.get(value="NCT09999999")
    assert identifier.trial.inclusion_reason == "Named by a colleague."


def test_a_number_of_another_trial_is_refused_in_its_row(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["chictr"]
    row = {
        "identifiers-TOTAL_FORMS": "2", "identifiers-1-registry": "NCT",
        "identifiers-1-value_raw": "NCT02389244", "identifiers-1-kind": "SECONDARY",
    }  # fmt: skip
    answer = save(curator, Trial, trial.pk, **row)
    assert "already belongs to OST-T" in refused(answer)
    assert "success" not in said(answer)
    answer = save(curator, Trial, trial.pk, **{**row, "identifiers-1-value_raw": "NCT09999998"})
    assert "changed successfully" in said(answer)
    assert trial.identifiers.count() == 2


def test_append_only_rows_are_shown_and_not_written(curator: Client) -> None:
    for model in (RegistryRecord, TrialChange, AuditEvent):
        row: Any = model._default_manager.order_by("pk").first()
        page = address(model, "change", row.pk)
        answer = curator.get(page)
        assert answer.status_code == 200
        assert 'name="_save"' not in answer.content.decode()
        assert curator.post(page, {"kind": "X", "payload": "{}"}).status_code == 403


def test_the_history_of_a_trial_tells_what_the_registry_changed(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regomain"]
    entries = curator.get(address(Trial, "history", trial.pk)).context["entries"]
    changes = {
        (entry.actor, change.label, change.old, change.new)
        for entry in entries
        for change in entry.changes
    }
    assert ("from the registry", "status", "recruiting", "completed") in changes


def test_an_issue_is_settled_with_words(curator: Client) -> None:
    issue = DataQualityIssue.objects.filter(state="OPEN").order_by("pk").first()
    assert issue is not None
    answer = save(curator, DataQualityIssue, issue.pk, state="ACCEPTED", message="Forged")
    assert "Say what was done" in refused(answer)
    save(curator, DataQualityIssue, issue.pk, state="ACCEPTED", resolution="A procedure.")
    message = issue.message
    issue.refresh_from_db()
    assert (issue.state, issue.message) == ("ACCEPTED", message)


def test_a_condition_is_edited_with_its_words_one_a_line(curator: Client) -> None:
    answer = save(
        curator, Condition, name="Parosteal osteosarcoma", names="Juxtacortical, parosteal\nPOS\n\n"
    )
    assert "added successfully" in said(answer)
    row = Condition.objects.get(slug="parosteal-osteosarcoma")
    assert row.names == ["Juxtacortical, parosteal", "POS"]


def test_a_merged_trial_says_where_it_is_shown_and_its_page_what_is_shown_there(
    curator: Client, shared_universe: Universe
) -> None:
    head, merged = shared_universe.trials["regobone"], shared_universe.trials["merged"]
    merge = merged.merges_away.get()
    page = curator.get(address(Trial, "change", merged.pk)).content.decode()
    assert f"shown on the page of {head.public_id}" in page
    assert address(Trial, "change", head.pk) in page
    assert address(TrialMerge, "change", merge.pk) in page
    assert "fieldoverride/add" not in page, "a value is set on the page that shows both"
    page = curator.get(address(Trial, "change", head.pk)).content.decode()
    assert "Shown on this page too" in page
    assert address(Trial, "change", merged.pk) in page


def test_each_field_tells_who_says_what_and_leads_to_an_override(
    curator: Client, shared_universe: Universe
) -> None:
    trial = shared_universe.trials["regobone"]
    other = services.GivenIdentifier(registry="ISRCTN", raw="ISRCTN00000001", kind="PRIMARY")
    services.record_secondary_facts(
        trial=trial, identifier=other, facts={"start_date": "1999-05-06"}, source_text="a page",
        by=shared_universe.alice, now=LATER,
    )  # fmt: skip
    page = curator.get(address(Trial, "change", trial.pk)).content.decode()
    assert "≠ 1999-05-06" in page
    assert f"{address(FieldOverride, 'add')}?trial={trial.pk}&amp;field=start_date" in page
    reviewer = sign_in("reviewer").get(address(Trial, "change", trial.pk)).content.decode()
    assert "≠ 1999-05-06" in reviewer
    assert "Set a value" not in reviewer
