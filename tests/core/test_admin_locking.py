"""Two people in one form, and the pages that merge reference rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from osteodb.core.admin_locking import MARK
from osteodb.core.models import ReferenceMerge
from tests.admin_support import address, person, refused, said, save, sign_in, values_of
from therapies import services
from therapies.models import Agent, AgentName, Target, TherapyClass

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def an_agent(name: str = "alphanib", **given: Any) -> Agent:
    """An agent made by the system."""
    return services.create_agent(name=name, kind="OTHER", by=None, now=NOW, **given)


def send(browser: Client, row: Any, values: dict[str, Any], **given: Any) -> Any:
    """Send a form that was read before."""
    return browser.post(address(type(row), "change", row.pk), {**values, **given}, follow=True)


def hidden(answer: Any) -> dict[str, Any]:
    """The fresh mark of a form that came back."""
    return {MARK: answer.context["row_as_seen"]}


# --- Locking --------------------------------------------------------------------------------------
def test_the_second_of_two_is_shown_what_the_first_stored_and_loses_nothing() -> None:
    agent = an_agent(description="old")
    alice, bob = sign_in("curator", "alice"), sign_in("curator", "bob")
    read = values_of(bob, Agent, agent.pk)
    assert "success" in said(save(alice, Agent, agent.pk, description="by alice"))
    answer = send(bob, agent, read, description="by bob", note="typed by bob")
    assert "Somebody has changed this since you opened it" in refused(answer)
    assert "success" not in said(answer)
    rows = {one.label: one for one in answer.context["differing"]}
    told = rows["description"]
    assert (told.stored, told.typed) == ("by alice", "by bob")
    assert told.by.startswith("alice, ")
    page = answer.content.decode()
    assert "by bob</textarea>" in page and "typed by bob</textarea>" in page
    agent.refresh_from_db()
    assert (agent.description, agent.note) == ("by alice", "")
    again = send(bob, agent, {**read, **hidden(answer)}, description="by bob", note="typed by bob")
    assert "success" in said(again)
    agent.refresh_from_db()
    assert (agent.description, agent.note) == ("by bob", "typed by bob")


def test_an_old_mark_stays_old_when_the_form_has_another_fault() -> None:
    agent = an_agent()
    browser = sign_in("curator")
    read = values_of(browser, Agent, agent.pk)
    services.update_agent(agent=agent, note="meanwhile", by=person("curator", "alice"), now=NOW)
    answer = send(browser, agent, read, name="")
    assert answer.context["row_as_seen"] == read[MARK]
    answer = send(browser, agent, read, name="betanib")
    assert "Somebody has changed" in refused(answer)


@pytest.mark.parametrize("change", ["names", "classes", "none"])
def test_a_changed_part_or_relation_counts_and_nothing_else_does(change: str) -> None:
    agent = an_agent()
    browser = sign_in("curator")
    read = values_of(browser, Agent, agent.pk)
    who: Any = {"by": person("curator", "alice"), "now": NOW}
    if change == "names":
        services.update_agent_name(agent_name=agent.names.get(), name="Alphanib", kind="INN", **who)
    elif change == "classes":
        one = services.create_therapy_class(name="TKI", **who)
        services.update_agent(agent=agent, therapy_classes=[one], **who)
    else:
        an_agent("other")
    answer = send(browser, agent, read, note="mine")
    agent.refresh_from_db()
    assert agent.note == ("mine" if change == "none" else "")
    if change == "classes":
        assert {one.label for one in answer.context["differing"]} == {"therapy classes", "note"}


def test_a_form_without_its_mark_overwrites_nothing() -> None:
    agent = an_agent(description="old")
    browser = sign_in("curator")
    read = values_of(browser, Agent, agent.pk)
    del read[MARK]
    assert "Somebody has changed" in refused(send(browser, agent, read, description="new"))


def test_other_reference_pages_lock_too() -> None:
    row = services.create_therapy_class(name="TKI", by=None, now=NOW)
    browser = sign_in("curator")
    read = values_of(browser, TherapyClass, row.pk)
    services.update_therapy_class(therapy_class=row, definition="theirs", by=None, now=NOW)
    assert "Somebody has changed" in refused(send(browser, row, read, definition="mine"))


# --- Merging --------------------------------------------------------------------------------------
def test_a_curator_merges_by_name_with_both_sides_in_view() -> None:
    gone, kept = an_agent(chembl_id="CHEMBL1"), an_agent("betanib", chembl_id="CHEMBL2")
    browser = sign_in("curator")
    page = browser.post(address(Agent, "do", gone.pk, "merge"), follow=True)
    assert 'id="choose"' in page.content.decode()
    url = address(Agent, "merge", gone.pk)
    found = browser.get(url, {"q": "Beta-nib"}).content.decode()
    assert f"?into={kept.pk}" in found
    sides = browser.get(url, {"into": kept.pk})
    lines = {line.label: line for line in sides.context["lines"]}
    assert (lines["ChEMBL"].absorbed, lines["ChEMBL"].kept) == ("CHEMBL1", "CHEMBL2")
    assert lines["ChEMBL"].differs
    assert ("agent names", 1, 1) in sides.context["counts"]
    empty = browser.post(url, {"into": kept.pk, "reason": " "})
    assert "Say why." in empty.content.decode() and not ReferenceMerge.objects.exists()
    done = browser.post(url, {"into": kept.pk, "reason": "One INN."}, follow=True)
    assert "alphanib is merged into betanib: 1 links moved." in said(done)
    assert services.find_agent("alphanib") == kept


def test_an_absorbed_row_says_what_it_is_is_read_only_and_is_taken_back() -> None:
    gone, kept = an_agent(), an_agent("betanib")
    alice = person("curator", "alice")
    services.merge_agents(absorbed=gone, into=kept, reason="One INN.", by=alice, now=NOW)
    browser = sign_in("curator")
    page = browser.get(address(Agent, "change", gone.pk))
    text = page.content.decode()
    assert "Merged into" in text and "One INN." in text and MARK not in text
    assert "Merge into…" not in text and "Take the merge back" in text
    assert (
        "was merged into this row"
        in browser.get(address(Agent, "change", kept.pk)).content.decode()
    )
    back = browser.post(
        address(Agent, "do", gone.pk, "unmerge"), {"comment": "Two INNs."}, follow=True
    )
    assert "stands alone again; 1 links returned" in said(back)
    assert services.find_agent("alphanib") == gone
    history = browser.get(address(Agent, "history", gone.pk)).content.decode()
    assert "unmerge agents" in history and "Two INNs." in history


def test_a_form_that_was_open_when_its_row_was_merged_keeps_what_was_typed() -> None:
    one, kept = (
        services.create_target(symbol=name, name=name, kind="OTHER", by=None, now=NOW)
        for name in ("AAA1", "BBB2")
    )
    one.names.all().delete()
    browser = sign_in("curator")
    read = values_of(browser, Target, one.pk)
    alice = person("curator", "alice")
    services.merge_targets(absorbed=one, into=kept, reason="One.", by=alice, now=NOW)
    answer = send(browser, one, read, name="new", note="typed")
    assert "AAA1 was merged into BBB2: change that one." in refused(answer)
    assert "typed</textarea>" in answer.content.decode()


def test_a_reader_merges_nothing() -> None:
    gone, kept = an_agent(), an_agent("betanib")
    reader = sign_in("reader")
    assert reader.get(address(Agent, "merge", gone.pk)).status_code == 403
    sent = reader.post(address(Agent, "merge", gone.pk), {"into": kept.pk, "reason": "x"})
    assert sent.status_code == 403
    for into in ("0", "abc", str(gone.pk), "9" * 30):
        page = sign_in("curator").post(
            address(Agent, "merge", gone.pk), {"into": into, "reason": "x"}
        )
        assert 'id="choose"' in page.content.decode()
    assert not ReferenceMerge.objects.exists()


def test_a_box_that_suggests_offers_no_absorbed_row() -> None:
    gone, kept = an_agent(), an_agent("alphanib salt")
    services.merge_agents(absorbed=gone, into=kept, reason="One.", by=person("curator"), now=NOW)
    answer = sign_in("curator").get(
        "/admin/autocomplete/",
        {
            "term": "alphanib", "app_label": "therapies", "model_name": "agentname",
            "field_name": "agent",
        },
    )  # fmt: skip
    assert [one["text"] for one in answer.json()["results"]] == ["alphanib salt"]


def test_what_the_lock_costs_does_not_grow() -> None:
    agent = an_agent()
    browser = sign_in("curator")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(address(Agent, "change", agent.pk))
        return len(queries)

    cost()
    short = cost()
    for number in range(9):
        services.add_agent_name(agent=agent, name=f"n{number}", kind="CODE", by=None, now=NOW)
    assert AgentName.objects.count() == 10
    assert cost() == short
