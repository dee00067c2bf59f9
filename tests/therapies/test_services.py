"""Agents, targets, classes, pathways and regimens: what their services do and refuse."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import AuditEvent
from osteodb.core.trees import WouldBeOwnAncestor
from therapies import services
from therapies.models import Agent, TherapyClass

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
WHO: dict[str, Any] = {"by": None, "now": NOW}
pytestmark = pytest.mark.django_db


def agent(name: str = "rivoceranib", **given: Any) -> Agent:
    """An agent by its name."""
    return services.create_agent(
        name=name, kind="SMALL_MOLECULE", name_kind="INN", **{**WHO, **given}
    )


def test_an_agent_is_found_by_its_name_however_it_is_spelled() -> None:
    made = agent("TGF-β trap")
    assert services.find_agent("tgf beta Trap") == made
    assert services.find_agent("nothing") is None


def test_a_name_opens_one_page_only() -> None:
    first, second = agent(), agent("regorafenib")
    services.add_agent_name(agent=first, name="YN968D1", kind="CODE", **WHO)
    for refused in (
        lambda: services.add_agent_name(agent=second, name="YN-968 D1", kind="CODE", **WHO),
        lambda: agent("yn968d1"),
        lambda: services.update_agent(agent=second, name="Rivoceranib", **WHO),
    ):
        with pytest.raises(services.NameTaken, match="already a name of rivoceranib"):
            refused()
    assert Agent.objects.count() == 2


def test_a_name_added_twice_is_there_once() -> None:
    made = agent()
    first = services.add_agent_name(agent=made, name="apatinib", kind="SYNONYM", **WHO)
    again = services.add_agent_name(agent=made, name="Apatinib", kind="BRAND", **WHO)
    assert again == first
    assert sorted(made.names.values_list("name", flat=True)) == ["apatinib", "rivoceranib"]


def test_a_renamed_agent_is_still_found_by_its_former_name() -> None:
    made = agent("apatinib")
    services.update_agent(agent=made, name="rivoceranib", **WHO)
    assert services.find_agent("apatinib") == services.find_agent("rivoceranib") == made


def test_the_agents_own_name_is_not_spelled_away() -> None:
    made = agent()
    own = made.names.get()
    with pytest.raises(Conflict, match="rename the agent"):
        services.update_agent_name(agent_name=own, name="other", kind="CODE", **WHO)
    services.update_agent_name(agent_name=own, name="Rivoceranib", kind="INN", **WHO)
    assert made.names.get().name == "Rivoceranib"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chembl_id", "3186534"),
        ("drugbank_id", "DB1"),
        ("source_seen_on", "last week"),
        ("source_url", "no address"),
    ],
)
def test_a_refusal_says_which_field(field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        agent(**{field: value})
    assert list(refusal.value.fields) == [field]
    assert not Agent.objects.exists()


def test_an_unknown_kind_is_refused_with_the_field() -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.create_agent(name="x", kind="NONSENSE", **WHO)
    assert "kind" in refusal.value.fields


def test_what_is_not_given_stays() -> None:
    made = agent(chembl_id="CHEMBL3186534", description="A drug.")
    services.update_agent(agent=made, description="A kinase inhibitor.", **WHO)
    made.refresh_from_db()
    assert (made.chembl_id, made.description) == ("CHEMBL3186534", "A kinase inhibitor.")


def test_no_target_of_an_agent_without_a_source() -> None:
    made = agent()
    kdr = services.create_target(symbol="KDR", name="VEGF receptor 2", kind="RECEPTOR", **WHO)
    with pytest.raises(InvalidInput, match="no statement without a source"):
        services.link_agent_target(
            agent=made, target=kdr, action="INHIBITOR", source_text="", **WHO
        )
    for source in ("review", "label"):
        row = services.link_agent_target(
            agent=made, target=kdr, action="INHIBITOR", source_text=source, **WHO
        )
    assert (made.agent_targets.count(), row.source_text) == (1, "label")


def test_a_target_is_found_by_symbol_name_and_former_symbol() -> None:
    target = services.create_target(symbol="CD274", name="CD274 molecule", kind="PROTEIN", **WHO)
    services.add_target_name(target=target, name="PD-L1", **WHO)
    services.update_target(target=target, symbol="PDL1", **WHO)
    names = set(target.names.values_list("normalised", flat=True))
    assert names == {"cd274", "cd274molecule", "pdl1"}


def tree() -> dict[str, TherapyClass]:
    """Checkpoint > anti-PD-1 > nivolumab-like, beside vaccines."""
    made: dict[str, TherapyClass] = {}
    for slug, parent in (
        ("checkpoint", ""),
        ("anti-pd-1", "checkpoint"),
        ("bispecific", "anti-pd-1"),
        ("vaccine", ""),
    ):
        made[slug] = services.create_therapy_class(
            name=slug, slug=slug, parent=made.get(parent), **WHO
        )
    return made


def paths() -> list[str]:
    """All paths in the database."""
    return list(TherapyClass.objects.order_by("path").values_list("path", flat=True))


def test_a_moved_class_takes_all_below_it_along() -> None:
    made = tree()
    services.move_therapy_class(therapy_class=made["anti-pd-1"], parent=made["vaccine"], **WHO)
    assert paths() == [
        "checkpoint", "vaccine", "vaccine/anti-pd-1", "vaccine/anti-pd-1/bispecific",
    ]  # fmt: skip
    event = AuditEvent.objects.get(action="move_therapy_class")
    assert (event.old, event.new) == (
        {"path": "checkpoint/anti-pd-1"},
        {"path": "vaccine/anti-pd-1"},
    )
    services.move_therapy_class(therapy_class=made["anti-pd-1"], parent=None, **WHO)
    assert paths()[:2] == ["anti-pd-1", "anti-pd-1/bispecific"]


@pytest.mark.parametrize("below", ["checkpoint", "anti-pd-1", "bispecific"])
def test_a_class_never_stands_below_itself(below: str) -> None:
    made = tree()
    with pytest.raises(WouldBeOwnAncestor):
        services.move_therapy_class(therapy_class=made["checkpoint"], parent=made[below], **WHO)
    assert len(paths()) == 4


def test_a_sibling_whose_slug_begins_alike_stays_where_it_is() -> None:
    made = tree()
    services.create_therapy_class(name="anti-pd-1-2", slug="anti-pd-1-2", **WHO)
    services.move_therapy_class(therapy_class=made["anti-pd-1"], parent=None, **WHO)
    assert "anti-pd-1-2" in paths()


def test_a_regimen_keeps_what_it_was_made_of_before() -> None:
    first, second = agent(), agent("camrelizumab")
    regimen = services.create_regimen(
        name="both",
        kind="COMBINATION",
        parts=[services.RegimenPart(first, "500 mg"), services.RegimenPart(second)],
        **WHO,
    )
    services.set_regimen_agents(regimen=regimen, parts=[services.RegimenPart(second)], **WHO)
    event = AuditEvent.objects.get(action="set_regimen_agents")
    assert event.old == {"agents": ["rivoceranib 500 mg", "camrelizumab"]}
    assert event.new == {"agents": ["camrelizumab"]}
    with pytest.raises(Conflict, match="twice"):
        services.set_regimen_agents(
            regimen=regimen, parts=[services.RegimenPart(second)] * 2, **WHO
        )


def test_a_pathway_member_said_again_takes_the_newer_source() -> None:
    kdr = services.create_target(symbol="KDR", name="VEGF receptor 2", kind="RECEPTOR", **WHO)
    pathway = services.create_pathway(name="VEGFR2/STAT3", names=["VEGF"], **WHO)
    for role in ("", "receptor"):
        services.add_pathway_member(pathway=pathway, target=kdr, role=role, **WHO)
    assert pathway.members.get().role == "receptor"


def test_two_of_one_name_get_two_addresses() -> None:
    services.create_therapy_class(name="A b", **WHO)
    assert services.create_therapy_class(name="A-b", **WHO).slug == "a-b-2"
