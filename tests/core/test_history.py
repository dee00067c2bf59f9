"""History in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osteodb.core.audit import record_event
from osteodb.core.history import NOTHING, history_of, words
from osteodb.core.models import User
from tests.admin_support import person
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
