"""Agents and targets out and in as tables: what was exported changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from osteodb.core.table_plans import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    Change,
    rehearsed,
    work_through,
)
from osteodb.core.tables import Row, read_table, written_csv, written_xlsx
from tests.universe import LATER, Universe
from therapies.models import Agent, AgentName, Target, TargetName
from therapies.services import create_agent
from therapies.tables import AgentTable, TargetTable


@pytest.fixture
def world(shared_universe: Universe) -> Universe:
    """The made-up world, with agents and targets."""
    return shared_universe


def planned(table: Any, *rows: Row) -> list[tuple[str, tuple[Change, ...], str]]:
    """What rows would do: outcome, changes, reason."""
    return [
        (one.outcome, one.changes, one.reason) for one in rehearsed(table, rows, by=None, now=LATER)
    ]


def agent_row(slug: str) -> Row:
    """An agent as it is exported."""
    return next(row for row in AgentTable().exported() if row["slug"] == slug)


@pytest.mark.parametrize("write", [written_csv, written_xlsx])
@pytest.mark.parametrize("table", [AgentTable(), TargetTable()], ids=["agents", "targets"])
def test_importing_what_was_exported_changes_nothing(
    world: Universe, table: Any, write: Any
) -> None:
    create_agent(
        name="Made-up | A", kind="OTHER", description="=1+1\r\ntwo  lines ", by=None, now=LATER
    )
    exported = table.exported()
    assert len(exported) >= 2
    content = write(table.columns, exported)
    read = read_table(content, known=table.columns, required=table.required)
    assert {one.outcome for one in work_through(table, read.rows, by=None, now=LATER)} == {
        UNCHANGED
    }
    assert table.exported() == exported


def test_a_rehearsal_says_what_would_change_and_changes_nothing(world: Universe) -> None:
    slug = Agent.objects.earliest("pk").slug
    before = agent_row(slug)
    row = {**before, "description": "Made up.", "names": "CODE: MU-1"}
    [(outcome, changes, _reason)] = planned(AgentTable(), row)
    assert outcome == CHANGED
    assert [one.field for one in changes] == ["names", "description"]
    assert "CODE: MU-1" in changes[0].new
    assert changes[1] == Change("description", before["description"], "Made up.")
    assert agent_row(slug) == before


def test_applied_rows_go_through_the_services(world: Universe) -> None:
    new = {
        "slug": "", "name": "Madeupinib", "kind": "small molecule",
        "names": "INN: Madeupinib | CODE: MU-2",
        "chembl_id": "CHEMBL999999999",
    }  # fmt: skip
    [one] = work_through(AgentTable(), [new], by=world.alice, now=LATER)
    assert one.outcome == NEW
    agent = Agent.objects.get(name="Madeupinib")
    assert (agent.kind, agent.slug) == ("SMALL_MOLECULE", "madeupinib")
    named = AgentName.objects.filter(agent=agent).order_by("kind")
    assert [(n.kind, n.name) for n in named] == [("CODE", "MU-2"), ("INN", "Madeupinib")]


def test_a_name_that_is_not_listed_and_a_column_that_is_not_there_stay(world: Universe) -> None:
    before = agent_row(Agent.objects.earliest("pk").slug)
    row = {name: before[name] for name in ("slug", "name", "kind")}
    assert planned(
        AgentTable(),
        row,
    ) == [(UNCHANGED, (), "")]
    assert planned(AgentTable(), {**row, "names": ""}) == [(UNCHANGED, (), "")]


def test_what_breaks_a_rule_is_refused_and_the_other_rows_are_told(world: Universe) -> None:
    first, second = AgentTable().exported()[:2]
    outcomes = planned(
        AgentTable(),
        {**first, "chembl_id": "nonsense"},
        {**second, "name": first["name"]},
        {**second, "kind": "NONSENSE"},
        {"slug": "new-one", "name": "New one", "kind": "OTHER", "therapy_classes": "no-such"},
        {"slug": "", "name": "New two", "kind": "OTHER", "names": "no kind"},
        {"slug": "", "name": "New three", "kind": "OTHER"},
        {"slug": "", "name": "new THREE", "kind": "OTHER"},
    )
    assert [one[0] for one in outcomes] == [REFUSED] * 5 + [NEW, REFUSED]
    reasons = [one[2] for one in outcomes]
    assert "CHEMBL and digits" in reasons[0]
    assert "is already a name of" in reasons[1]
    assert reasons[2] == "Line 3 is about the same."
    assert reasons[3] == "There is no therapy class “no-such”."
    assert reasons[4] == "“no kind” is no name with its kind, such as “CODE: AB 12”."
    assert reasons[6] == "Line 7 is about the same."


def test_an_absorbed_agent_is_refused(world: Universe) -> None:
    first, second = Agent.objects.order_by("pk")[:2]
    row = agent_row(first.slug)
    Agent.objects.filter(pk=first.pk).update(merged_into=second)
    assert planned(AgentTable(), row)[0][0] == REFUSED
    assert first.slug not in [one["slug"] for one in AgentTable().exported()]


def test_a_target_is_added_and_changed(world: Universe) -> None:
    new = {
        "slug": "",
        "symbol": "MADEUP1",
        "name": "made-up one",
        "kind": "PROTEIN",
        "names": "MU1 | MUP",
    }
    changed = {**TargetTable().exported()[0], "note": "A judgement."}
    done = work_through(TargetTable(), [new, changed], by=world.alice, now=LATER)
    assert [one.outcome for one in done] == [NEW, CHANGED]
    target = Target.objects.get(symbol="MADEUP1")
    names = set(TargetName.objects.filter(target=target).values_list("name", flat=True))
    assert names == {"MADEUP1", "made-up one", "MU1", "MUP"}
