"""History in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evidence import services as evidence_services
from osteodb.core.audit import record_event
from osteodb.core.history import NOTHING, history_of, words
from osteodb.core.models import User
from tests.admin_support import address, person, said, sign_in
from therapies import services
from therapies.models import Agent, AgentName, TherapyClass

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def carol() -> User:
    """A curator with a name."""
    user = person("curator", "carol")
    user.first_name, user.last_name = "Carol", "Curator"
    user.save()
    return user


def an_agent(by: User | None, **given: Any) -> Agent:
    """An agent made by somebody."""
    return services.create_agent(name="rivoceranib", kind="SMALL_MOLECULE", by=by, now=NOW, **given)


def test_a_field_is_told_from_old_to_new_in_words() -> None:
    agent = an_agent(None)
    services.update_agent(agent=agent, kind="ANTIBODY", by=carol(), now=NOW)
    latest = history_of(agent)[0]
    assert (latest.actor, latest.what) == ("Carol Curator", "changed")
    (change,) = latest.changes
    assert (change.label, change.old, change.new) == ("kind", "small molecule", "antibody")


def test_what_the_system_did_is_said_to_be_the_systems() -> None:
    assert {entry.actor for entry in history_of(an_agent(None))} == {"the system"}


def test_parts_are_told_with_the_whole() -> None:
    agent = an_agent(None)
    services.add_agent_name(agent=agent, name="apatinib", kind="SYNONYM", by=carol(), now=NOW)
    entries = history_of(agent, [(AgentName, "agent")])
    assert ("Carol Curator", "added agent name") in {(one.actor, one.what) for one in entries}
    assert [one.at for one in entries] == sorted((one.at for one in entries), reverse=True)


def test_a_relation_is_told_by_its_name() -> None:
    parent = services.create_therapy_class(name="Targeted", by=None, now=NOW)
    child = services.create_therapy_class(name="Antibodies", by=None, now=NOW)
    services.move_therapy_class(therapy_class=child, parent=parent, by=carol(), now=NOW)
    told = {
        (change.label, change.old, change.new)
        for entry in history_of(child)
        for change in entry.changes
    }
    assert ("parent", NOTHING, "Targeted") in told
    assert ("path", "antibodies", "targeted/antibodies") in told


def test_a_decision_is_told_with_its_comment() -> None:
    agent, by = an_agent(None), carol()
    record_event(action="merge_agents", target=agent, by=by, now=NOW, comment="One substance.")
    entry = next(one for one in history_of(agent) if one.what == "merge agents")
    assert (entry.comment, entry.at) == ("One substance.", NOW)


def test_the_cost_does_not_grow_with_the_history() -> None:
    agent, by = an_agent(None), carol()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            history_of(agent, [(AgentName, "agent")])
        return len(queries)

    services.update_agent(agent=agent, description="0", by=by, now=NOW)
    short = cost()
    for number in range(1, 20):
        services.update_agent(agent=agent, description=str(number), by=by, now=NOW)
        services.add_agent_name(agent=agent, name=f"name {number}", kind="CODE", by=by, now=NOW)
    assert cost() <= short + 1  # the names' table has people to look up now


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, NOTHING), ("", NOTHING), ([], NOTHING), (True, "yes"), (False, "no"), (0, "0"),
        (["a", "b"], "a, b"), (NOW, "2026-03-02 09:30"), ({"a": 1}, "{'a': 1}"),
    ],
)  # fmt: skip
def test_values_are_said_in_words(value: object, said: str) -> None:
    assert words(TherapyClass._meta.get_field("name"), value) == said


# --- Undoing ---------------------------------------------------------------------------------


def undo(browser: Client, row: Any, what: str) -> Any:
    """Press the button of the newest entry that changed this field; the answer that follows."""
    page = browser.get(address(type(row), "history", row.pk))
    entries = [
        one for one in page.context["entries"]
        if one.undo_url and what in {change.name for change in one.changes}
    ]  # fmt: skip
    return browser.post(entries[0].undo_url, follow=True)


def test_a_renamed_agent_gets_its_name_back_and_loses_none() -> None:
    agent = an_agent(None)
    browser = sign_in("curator")
    services.update_agent(agent=agent, name="renamed", kind="ANTIBODY", by=carol(), now=NOW)
    answer = undo(browser, agent, "name")
    assert "Undone: kind, name of rivoceranib" in said(answer)
    agent.refresh_from_db()
    assert (agent.name, agent.kind, agent.slug) == ("rivoceranib", "SMALL_MOLECULE", "rivoceranib")
    assert set(agent.names.values_list("name", flat=True)) == {"rivoceranib", "renamed"}
    assert history_of(agent)[0].actor == str(person("curator"))


def test_an_undone_change_is_not_undone_twice_but_its_undoing_can_be() -> None:
    agent = an_agent(None)
    services.update_agent(agent=agent, description="new", by=carol(), now=NOW)
    browser = sign_in("curator")
    [url] = [one.undo_url for one in _entries(browser, agent) if one.undo_url]
    browser.post(url)
    assert "undone already" in said(browser.post(url, follow=True))
    undo(browser, agent, "description")
    agent.refresh_from_db()
    assert agent.description == "new"


def test_a_field_changed_again_since_is_named_and_stays() -> None:
    agent = an_agent(None)
    for text in ("one", "two"):
        services.update_agent(agent=agent, description=text, by=carol(), now=NOW)
    browser = sign_in("curator")
    older = [one.undo_url for one in _entries(browser, agent) if one.undo_url][1]
    answer = browser.post(older, follow=True)
    assert "Changed again since: description (now “two”)" in said(answer)
    agent.refresh_from_db()
    assert agent.description == "two"


def test_what_the_service_refuses_is_told_and_nothing_changes() -> None:
    agent = an_agent(None)
    services.update_agent(agent=agent, name="renamed", by=carol(), now=NOW)
    AgentName.objects.filter(name="rivoceranib").delete()
    services.create_agent(name="rivoceranib", kind="OTHER", by=None, now=NOW)
    answer = undo(sign_in("curator"), agent, "name")
    assert "Not undone. “rivoceranib” is already a name of rivoceranib." in said(answer)
    agent.refresh_from_db()
    assert agent.name == "renamed"


def test_a_merged_target_is_taken_back_from_its_history() -> None:
    one, other = (
        services.create_target(symbol=name, name=name, kind="OTHER", by=None, now=NOW)
        for name in ("AAA1", "BBB2")
    )
    services.merge_targets(absorbed=one, into=other, reason="One thing.", by=carol(), now=NOW)
    browser = sign_in("curator")
    assert "stands alone again" in said(undo(browser, one, "merged_into"))
    one.refresh_from_db()
    assert one.merged_into is None
    assert list(one.names.values_list("name", flat=True)) == ["AAA1"]
    assert not [entry for entry in _entries(browser, one) if entry.undo_url]


def test_a_corrected_source_is_undone_with_its_retraction() -> None:
    source = evidence_services.create_source(kind="ARTICLE", title="A", by=None, now=NOW)
    evidence_services.mark_retraction(
        source=source, state="RETRACTED", note="Seen.", by=carol(), now=NOW
    )
    evidence_services.update_source(source=source, title="B", by=carol(), now=NOW)
    browser = sign_in("curator")
    undo(browser, source, "title")
    undo(browser, source, "retraction")
    source.refresh_from_db()
    assert (source.title, source.retraction, source.slug) == ("A", "UNCHECKED", "a")


def test_who_may_not_change_a_row_undoes_nothing() -> None:
    agent = an_agent(None)
    services.update_agent(agent=agent, description="new", by=carol(), now=NOW)
    [url] = [one.undo_url for one in _entries(sign_in("curator"), agent) if one.undo_url]
    reader = sign_in("reader")
    assert not [one for one in _entries(reader, agent) if one.undo_url]
    assert reader.post(url).status_code == 403
    assert sign_in("curator").get(url).status_code == 405
    agent.refresh_from_db()
    assert agent.description == "new"


def test_an_entry_of_another_row_undoes_nothing() -> None:
    agent, other = an_agent(None), services.create_agent(name="b", kind="OTHER", by=None, now=NOW)
    services.update_agent(agent=agent, description="new", by=carol(), now=NOW)
    browser = sign_in("curator")
    [url] = [one.undo_url for one in _entries(browser, agent) if one.undo_url]
    answer = browser.post(url.replace(f"/{agent.pk}/", f"/{other.pk}/"), follow=True)
    assert "Not undone" in said(answer)


def _entries(browser: Client, row: Any) -> list[Any]:
    return list(browser.get(address(type(row), "history", row.pk)).context["entries"])
