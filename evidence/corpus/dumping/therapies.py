"""What can be given and what it hits, from rows back to entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evidence.corpus.checks import agent_field, target_field
from evidence.corpus.dumping.state import Data, Dump, filled
from evidence.corpus.shapes.therapies import AGENT_SCHEMES, TARGET_SCHEMES
from evidence.models import CorpusEntry
from osteodb.core.normalise import normalise_name
from therapies.models import (
    Agent,
    AgentTarget,
    Pathway,
    Regimen,
    Target,
    TargetName,
    TherapyClass,
)


def give_class(dump: Dump, kept: CorpusEntry, row: TherapyClass) -> Data:
    """A class as it stands in the tree today."""
    return filled(
        key=kept.key,
        name=row.name,
        parent=dump.ref(kept, "therapy_classes", row.parent),
        position=row.position,
        definition=row.definition,
        cited=kept.remainder.get("cited"),
    )


def give_agent(dump: Dump, kept: CorpusEntry, row: Agent) -> Data:
    """An agent with the names the corpus gave it. Names that others added are not the corpus'."""
    rest = kept.remainder
    fits = dump.cited(kept, row, rest["words"])
    own = row.names.get(normalised=normalise_name(row.name))
    return filled(
        key=kept.key,
        name=row.name,
        name_kind=own.kind,
        kind=row.kind,
        classes=dump.refs(kept, "therapy_classes", row.therapy_classes.all()),
        identifiers=_identifiers(dump, kept, row, fits=fits),
        names=_agent_names(dump, kept, row),
        description=row.description,
        cited=rest["cited"] if fits else None,
        note=row.note,
    )


def _identifiers(dump: Dump, kept: CorpusEntry, row: Agent, *, fits: bool) -> list[Data]:
    """An agent's identifiers, each with its source as long as the agent's own words stand."""
    found = []
    for scheme in AGENT_SCHEMES:
        if value := getattr(row, agent_field(scheme)):
            source = kept.remainder["identifiers"].get(scheme)
            if source is None:
                dump.problem(kept, f"{scheme} {value} has no source in the files.")
            found.append(filled(scheme=scheme, value=value, source=source if fits else None))
    return found


def _agent_names(dump: Dump, kept: CorpusEntry, row: Agent) -> list[Data]:
    rows = {one.normalised: one for one in row.names.all()}
    found = []
    named = {normalise_name(row.name)}
    for one in kept.remainder["names"]:
        normalised = normalise_name(one["name"])
        named.add(normalised)
        stored = rows.get(normalised)
        if stored is None:
            continue  # taken away since
        if one["words"] is None:  # another spelling of a name that has the row
            found.append(filled(name=one["name"], kind=one["kind"], source=one["source"]))
            continue
        fits = dump.cited(kept, stored, one["words"], f"the name “{stored.name}”")
        source = one["source"] if fits else None
        found.append(filled(name=stored.name, kind=stored.kind, source=source))
    for normalised, stored in rows.items():
        if normalised not in named:
            dump.beside(kept, f"the name “{stored.name}” is not the corpus'.")
    return found


def give_target(dump: Dump, kept: CorpusEntry, row: Target) -> Data:
    """A target with the names the corpus gave it."""
    rest = kept.remainder
    fits = dump.cited(kept, row, rest["words"])
    names = _target_names(dump, kept, row)
    return filled(
        key=kept.key,
        symbol=row.symbol,
        name=row.name,
        kind=row.kind,
        identifiers=filled(
            **{scheme: getattr(row, target_field(scheme)) for scheme in TARGET_SCHEMES}
        ),
        identifier_source=rest.get("identifier_source") if fits else None,
        names=names["names"],
        review_names=names["review_names"],
        description=row.description,
        cited=rest["cited"] if fits else None,
        note=row.note,
    )


def _target_names(dump: Dump, kept: CorpusEntry, row: Target) -> dict[str, list[str]]:
    """The names by their list, each as it is spelled today, where its row is still there."""
    rest = kept.remainder
    rows: dict[str, TargetName] = {one.normalised: one for one in row.names.all()}
    own = {normalise_name(row.symbol), normalise_name(row.name)}
    spelled = {row.symbol, row.name, *rest.get("names", []), *rest.get("review_names", [])}
    seen: set[str] = set()
    found: dict[str, list[str]] = {"names": [], "review_names": []}
    for part, names in found.items():
        for name in rest.get(part, []):
            normalised = normalise_name(name)
            stored = rows.get(normalised)
            if stored and normalised not in seen and normalised not in own:
                dump.cited(kept, stored, rest["name_words"].get(normalised), f"“{stored.name}”")
            if stored:
                is_respelled = stored.name not in spelled and normalised not in seen
                names.append(stored.name if is_respelled else name)
            seen.add(normalised)
    for normalised, stored in rows.items():
        if normalised not in seen | own:
            dump.beside(kept, f"the name “{stored.name}” is not the corpus'.")
    return found


def give_agent_target(dump: Dump, kept: CorpusEntry, row: AgentTarget) -> Data:
    """What an agent acts on."""
    fits = dump.cited(kept, row, kept.remainder["words"])
    return filled(
        agent=dump.ref(kept, "agents", row.agent),
        target=dump.ref(kept, "targets", row.target),
        action=row.action,
        cited=kept.remainder["cited"] if fits else None,
    )


def give_pathway(dump: Dump, kept: CorpusEntry, row: Pathway) -> Data:
    """A pathway with the members the corpus gave it."""
    rest = kept.remainder
    fits = dump.cited(kept, row, rest["words"])
    rows = {
        dump.keys.get(("targets", one.target_id)): one
        for one in row.members.select_related("target")
    }
    members: list[Data] = []
    for one in rest["members"]:
        stored = rows.pop(one["target"], None)
        if stored:
            is_cited = dump.cited(kept, stored, one["words"], f"{stored.target} in it")
            cited = one["cited"] if is_cited else None
            members.append(filled(target=one["target"], role=stored.role, cited=cited))
    for stored in rows.values():
        dump.beside(kept, f"the member {stored.target} is not the corpus'.")
    return {
        **filled(
            key=kept.key,
            name=row.name,
            names=row.names,
            description=row.description,
            cited=rest["cited"] if fits else None,
        ),
        "members": members,
    }


def give_regimen(dump: Dump, kept: CorpusEntry, row: Regimen) -> Data:
    """What is given together."""
    return filled(
        key=kept.key,
        name=row.name,
        kind=row.kind,
        classes=dump.refs(kept, "therapy_classes", row.therapy_classes.all()),
        agents=[
            filled(agent=dump.ref(kept, "agents", one.agent), dose=one.dose)
            for one in row.regimen_agents.select_related("agent").order_by("position")
        ],
        description=row.description,
    )


GIVERS: Mapping[str, tuple[type[Any], Callable[[Dump, CorpusEntry, Any], Data]]] = {
    "therapy_classes": (TherapyClass, give_class),
    "agents": (Agent, give_agent),
    "targets": (Target, give_target),
    "agent_targets": (AgentTarget, give_agent_target),
    "pathways": (Pathway, give_pathway),
    "regimens": (Regimen, give_regimen),
}
