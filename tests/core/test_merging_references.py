"""Two reference rows that are one thing: every link moves, and every link comes back."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from evidence import services as evidence_services
from evidence.models import EvidenceVersion, Locator, Source
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.merging import link_counts, links_to
from osteodb.core.models import AuditEvent, ReferenceMerge
from tests.universe import LATER, NOW, Universe
from therapies import services
from therapies.models import Agent, AgentName, AgentTarget, RegimenAgent, Target
from trials.models import TrialAgent

WHY = "One substance under two names."


def pointing(row: Model) -> dict[str, set[Any]]:
    """Which rows point to a row, by table and key."""
    return {
        f"{key.model._meta.label}.{key.name}": set(
            key.model._base_manager.filter(**{key.name: row.pk}).values_list("pk", flat=True)
        )
        for key in links_to(type(row))
    }


def merge(world: Universe, absorbed: str, into: str) -> ReferenceMerge:
    return services.merge_agents(
        absorbed=world.agents[absorbed], into=world.agents[into],
        reason=WHY, by=world.alice, now=LATER,
    )  # fmt: skip


def take_back(world: Universe, one: ReferenceMerge) -> Any:
    return services.unmerge_agents(merge=one, reason="Two salts.", by=world.alice, now=LATER)


def test_every_table_that_points_to_an_agent_is_known() -> None:
    known = {f"{key.model._meta.label}.{key.name}" for key in links_to(Agent)}
    pointing_keys = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.remote_field and field.related_model is Agent
        if not hasattr(model, "pgh_tracked_model")
    }
    assert known == pointing_keys
    assert "therapies.Agent_therapy_classes.agent" in known


@pytest.mark.parametrize("kind", ["agents", "targets", "sources"])
def test_every_link_moves_and_every_link_comes_back(shared_universe: Universe, kind: str) -> None:
    rows = list(getattr(shared_universe, kind).values())
    door: Any = evidence_services if kind == "sources" else services
    for absorbed, into in itertools.pairwise(rows):
        before = pointing(absorbed), pointing(into)
        one = getattr(door, f"merge_{kind}")(
            absorbed=absorbed, into=into, reason=WHY, by=shared_universe.alice, now=LATER
        )
        left = {(entry["model"], entry["pk"]) for entry in one.left}
        still = {
            (name.lower().rsplit(".", 1)[0], pk)
            for name, pks in pointing(absorbed).items()
            for pk in pks
        }
        assert still == left
        undone = getattr(door, f"unmerge_{kind}")(
            merge=one, reason="Not the same.", by=shared_universe.alice, now=LATER
        )
        assert (pointing(absorbed), pointing(into)) == before
        assert undone.stayed == []


def test_a_merge_names_both_and_why_on_both_histories(shared_universe: Universe) -> None:
    one = merge(shared_universe, "rivoceranib", "regorafenib")
    events = AuditEvent.objects.filter(action="merge_agents")
    pks = {str(shared_universe.agents[name].pk) for name in ("rivoceranib", "regorafenib")}
    assert {event.object_id for event in events} == pks
    assert {event.comment for event in events} == {WHY}
    assert {event.new["kept"] for event in events if event.new} == {"regorafenib"}
    assert (one.absorbed_label, one.kept_label, one.merged_by) == (
        "rivoceranib", "regorafenib", shared_universe.alice,
    )  # fmt: skip


def test_names_lead_to_the_kept_agent_in_any_spelling(shared_universe: Universe) -> None:
    merge(shared_universe, "rivoceranib", "regorafenib")
    for name in ("rivoceranib", "apatinib", "YN-968 D1"):
        assert services.find_agent(name) == shared_universe.agents["regorafenib"]
    assert set(shared_universe.agents["regorafenib"].names.values_list("name", flat=True)) >= {
        "regorafenib", "rivoceranib", "apatinib",
    }  # fmt: skip


def test_a_double_statement_stays_and_a_double_relation_returns(shared_universe: Universe) -> None:
    first, second = shared_universe.agents["rivoceranib"], shared_universe.agents["regorafenib"]
    target = next(iter(shared_universe.targets.values()))
    for agent in (first, second):
        services.link_agent_target(
            agent=agent, target=target, action="BLOCKER", source_text=f"Says of {agent}.",
            by=shared_universe.alice, now=NOW,
        )  # fmt: skip
    regimen = services.create_regimen(
        name="Both", kind="COMBINATION", by=shared_universe.alice, now=NOW,
        parts=[services.RegimenPart(first, "one"), services.RegimenPart(second, "two")],
    )  # fmt: skip
    classes = set(first.therapy_classes.all())
    assert classes == set(second.therapy_classes.all()) != set()
    one = merge(shared_universe, "rivoceranib", "regorafenib")
    assert "therapies.agenttarget" in {entry["model"] for entry in one.left}
    assert list(regimen.agents.all()) == [second]
    assert set(second.therapy_classes.all()) == classes and not first.therapy_classes.exists()
    ties = AgentTarget.objects.filter(agent__in=(first, second), target=target, action="BLOCKER")
    assert (ties.count(), ties.current().count()) == (2, 1)
    assert take_back(shared_universe, one).stayed == []
    doses = RegimenAgent.objects.filter(regimen=regimen).values_list("agent__name", "dose")
    assert set(doses) == {("rivoceranib", "one"), ("regorafenib", "two")}
    assert set(first.therapy_classes.all()) == classes == set(second.therapy_classes.all())


def test_a_chain_is_flat_and_comes_apart_in_any_order(shared_universe: Universe) -> None:
    names = ("rivoceranib", "regorafenib", "avelumab")
    before = {name: pointing(shared_universe.agents[name]) for name in names}
    first = merge(shared_universe, "rivoceranib", "regorafenib")
    second = merge(shared_universe, "regorafenib", "avelumab")
    rows = {name: Agent.objects.get(pk=shared_universe.agents[name].pk) for name in names}
    assert rows["rivoceranib"].merged_into == rows["avelumab"] == rows["regorafenib"].merged_into
    take_back(shared_universe, first)
    assert pointing(rows["rivoceranib"]) == before["rivoceranib"]
    take_back(shared_universe, second)
    assert {name: pointing(rows[name]) for name in names} == before
    assert not Agent.objects.exclude(merged_into=None).exists()


def test_what_was_changed_since_stays_and_is_told(shared_universe: Universe) -> None:
    one = merge(shared_universe, "rivoceranib", "regorafenib")
    AgentName.objects.filter(name="YN968D1").delete()
    AgentName.objects.filter(name="apatinib").update(agent=shared_universe.agents["avelumab"])
    undone = take_back(shared_universe, one)
    assert sorted(undone.stayed) == ["agent name “YN968D1”", "agent name “apatinib”"]
    assert services.find_agent("apatinib") == shared_universe.agents["avelumab"]
    assert services.find_agent("rivoceranib") == shared_universe.agents["rivoceranib"]


def test_what_is_senseless_is_refused(shared_universe: Universe) -> None:
    with pytest.raises(InvalidInput, match="one row"):
        merge(shared_universe, "avelumab", "avelumab")
    with pytest.raises(InvalidInput, match="why"):
        services.merge_agents(
            absorbed=shared_universe.agents["avelumab"], into=shared_universe.agents["regorafenib"],
            reason="  ", by=shared_universe.alice, now=LATER,
        )  # fmt: skip
    one = merge(shared_universe, "rivoceranib", "regorafenib")
    for absorbed, into, words in (
        ("regorafenib", "rivoceranib", "take that back first"),
        ("rivoceranib", "avelumab", "already"),
        ("avelumab", "rivoceranib", "merge into that one"),
    ):
        with pytest.raises(Conflict, match=words):
            merge(shared_universe, absorbed, into)
    with pytest.raises(InvalidInput):
        services.unmerge_agents(merge=one, reason="", by=shared_universe.alice, now=LATER)
    take_back(shared_universe, one)
    with pytest.raises(Conflict, match="already"):
        take_back(shared_universe, one)


def test_nothing_is_said_of_an_absorbed_row_any_more(shared_universe: Universe) -> None:
    merge(shared_universe, "rivoceranib", "regorafenib")
    absorbed = Agent.objects.get(slug="rivoceranib")
    who: Any = {"by": shared_universe.alice, "now": LATER}
    with pytest.raises(Conflict, match="regorafenib"):
        services.update_agent(agent=absorbed, note="late", **who)
    with pytest.raises(Conflict, match="regorafenib"):
        services.add_agent_name(agent=absorbed, name="late", kind="CODE", **who)


def test_published_statements_move_and_drafts_keep_their_time(shared_universe: Universe) -> None:
    version = shared_universe.versions["sarc024"]
    stamps = dict(EvidenceVersion.objects.values_list("pk", "updated_at"))
    assert version.agents.filter(name="regorafenib").exists()
    merge(shared_universe, "regorafenib", "rivoceranib")
    assert list(version.agents.values_list("name", flat=True)) == ["rivoceranib"]
    assert dict(EvidenceVersion.objects.values_list("pk", "updated_at")) == stamps


def test_a_draft_that_was_open_meanwhile_names_the_kept_ones(shared_universe: Universe) -> None:
    world = shared_universe
    version = world.versions["sarc024"]
    open_form = evidence_services.draft_of(version)
    merge(world, "regorafenib", "rivoceranib")
    evidence_services.merge_sources(
        absorbed=world.sources["davis2019"], into=world.sources["review"],
        reason=WHY, by=world.alice, now=LATER,
    )  # fmt: skip
    late = evidence_services.save_draft(
        draft=open_form, item=version.item, by=world.alice, now=LATER
    )
    assert list(late.agents.values_list("name", flat=True)) == ["rivoceranib"]
    assert not Locator.objects.filter(source=world.sources["davis2019"]).exists()


def test_places_in_a_source_move_with_it(shared_universe: Universe) -> None:
    first, second = list(shared_universe.sources.values())[:2]
    places = set(Locator.objects.filter(source=first).values_list("pk", flat=True))
    assert places
    evidence_services.merge_sources(
        absorbed=first, into=second, reason=WHY, by=shared_universe.alice, now=LATER
    )
    assert places <= set(Locator.objects.filter(source=second).values_list("pk", flat=True))
    assert not Source.objects.current().filter(pk=first.pk).exists()


def test_a_trial_shows_the_kept_agent_once(shared_universe: Universe) -> None:
    rows = TrialAgent.objects.filter(agent__name="regorafenib")
    double = rows.first()
    assert double is not None
    double.pk, double.agent = None, shared_universe.agents["avelumab"]
    double.save()
    merge(shared_universe, "avelumab", "regorafenib")
    both = ("avelumab", "regorafenib")
    shown = TrialAgent.objects.in_force().filter(
        trial=double.trial, arm=double.arm, agent__name__in=both
    )
    assert [row.agent.name for row in shown] == ["regorafenib"]


def test_a_fault_half_way_leaves_everything_as_it_was(
    shared_universe: Universe, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pointing(shared_universe.agents["rivoceranib"])
    monkeypatch.setattr("osteodb.core.merging._tell", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge(shared_universe, "rivoceranib", "regorafenib")
    assert pointing(shared_universe.agents["rivoceranib"]) == before
    assert not ReferenceMerge.objects.exists()


def test_the_counts_to_be_moved_are_told_in_words(shared_universe: Universe) -> None:
    counts = link_counts(shared_universe.agents["rivoceranib"])
    assert counts["agent names"] == shared_universe.agents["rivoceranib"].names.count()
    assert "therapy classes" in counts


def test_targets_share_a_name_and_keep_it(shared_universe: Universe) -> None:
    first, second = list(shared_universe.targets.values())[:2]
    for target in (first, second):
        services.add_target_name(target=target, name="shared", by=shared_universe.alice, now=NOW)
    one = services.merge_targets(
        absorbed=first, into=second, reason=WHY, by=shared_universe.alice, now=LATER
    )
    assert [entry["words"] for entry in one.left] == ["ambiguous alias", "shared"]
    assert Target.objects.current().filter(names__normalised="shared").get() == second
