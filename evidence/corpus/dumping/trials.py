"""Diseases and trials, from rows back to entries.

What a sync has put on record of a trial is the registry's and no part of the corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evidence.corpus.dumping.state import Data, Dump, filled
from evidence.models import CorpusEntry
from trials.models import (
    AgentMatch,
    Condition,
    InclusionDecision,
    LinkDecision,
    RegistryRecord,
    Trial,
    TrialAgent,
    TrialIdentifier,
    TrialLink,
)


def give_condition(dump: Dump, kept: CorpusEntry, row: Condition) -> Data:
    """A disease as it stands in the tree today."""
    return filled(
        key=kept.key,
        name=row.name,
        mesh_id=row.mesh_id,
        parent=dump.ref(kept, "conditions", row.parent),
        names=row.names,
    )


def give_trial(dump: Dump, kept: CorpusEntry, row: Trial) -> Data:
    """A trial with the numbers, agents, diseases and pages the corpus gave it."""
    if row.inclusion != InclusionDecision.INCLUDED:
        dump.problem(
            kept,
            f"{row.public_id} is {row.get_inclusion_display()} ({row.inclusion_reason}): take it "
            "out of the file, or decide again.",
        )
    for one in row.overrides.filter(released_at=None):
        dump.beside(kept, f"the {one.field} that a person has set is not the corpus'.")
    return filled(
        key=kept.key,
        inclusion_reason=row.inclusion_reason,
        cited=kept.remainder.get("cited"),
        identifiers=_identifiers(dump, kept, row),
        agents=_agents(dump, kept, row),
        conditions=_conditions(dump, kept, row),
        note=row.curator_note,
        records=_records(kept),
    )


def _identifiers(dump: Dump, kept: CorpusEntry, trial: Trial) -> list[Data]:
    """The numbers. One that a registry or a person had brought before the corpus keeps, in the
    file, what the corpus says of it."""
    rows = {
        (one.registry, one.value): one
        for one in TrialIdentifier.objects.filter(trial__head=trial.head)
    }
    found = []
    for one in kept.remainder["identifiers"]:
        stored = rows.get((one["registry"], one["normal"]))
        if stored is None:
            continue  # taken away since
        is_ours = one["words"] is not None
        fits = dump.cited(kept, stored, one["words"], stored.value)
        found.append(
            filled(
                registry=one["registry"],
                value=stored.value_raw if is_ours else one["value"],
                kind=stored.kind if is_ours else one["kind"],
                source=one["source"] if fits else None,
                note=one.get("note") if fits else None,
            )
        )
    return found


def _agents(dump: Dump, kept: CorpusEntry, trial: Trial) -> list[Data]:
    """The agents, with the role a person or the corpus has set."""
    by_agent: dict[str | None, TrialAgent] = {}
    for row in TrialAgent.objects.filter(trial__head=trial.head).order_by("id"):
        by_agent.setdefault(dump.keys.get(("agents", row.agent_id)), row)
    found = []
    for one in kept.remainder["agents"]:
        stored = by_agent.get(one["agent"])
        if stored is None or (stored.removed_at and stored.matched_by == AgentMatch.CORPUS):
            continue  # taken away since
        is_decided = stored.matched_by != AgentMatch.NAME or stored.confirmed_by_id
        found.append({"agent": one["agent"], "role": stored.role if is_decided else one["role"]})
    named = {one["agent"] for one in kept.remainder["agents"]}
    for key, row in by_agent.items():
        if key not in named and row.confirmed_by_id:
            dump.beside(kept, f"“{row.agent}”, which a person says it gives, is not the corpus'.")
    return found


def _conditions(dump: Dump, kept: CorpusEntry, trial: Trial) -> list[Data]:
    """The diseases. Where a registry has listed its own, the corpus' stand in its files only."""
    rows = {
        one.name: one
        for one in trial.trial_conditions.filter(by_hand=True).select_related("condition")
    }
    found = []
    for one in kept.remainder["conditions"]:
        stored = rows.get(one["name"])
        if stored:
            condition = dump.ref(kept, "conditions", stored.condition)
            found.append(filled(name=one["name"], condition=condition))
        elif not one["is_held"]:
            found.append({"name": one["name"], "condition": one["condition"]})
    named = {one["name"] for one in kept.remainder["conditions"]}
    for name in rows.keys() - named:
        dump.beside(kept, f"the disease “{name}” is not the corpus'.")
    return found


def _records(kept: CorpusEntry) -> list[Data]:
    """What each page showed. Records are never changed, so that what is kept of them fits."""
    given = kept.remainder["records"]
    rows = RegistryRecord.objects.in_bulk([one["row"] for one in given])
    return [
        filled(
            key=one["key"],
            of=one["of"],
            source=one["source"],
            as_of=rows[one["row"]].registry_date,
            also_seen=one.get("also_seen"),
            note=one.get("note"),
            fields=rows[one["row"]].payload["facts"],
            unmapped=rows[one["row"]].payload.get("unmapped"),
        )
        for one in given
    ]


def give_link(dump: Dump, kept: CorpusEntry, row: TrialLink) -> Data:
    """Two trials that may be one study. What a person decided on it is no part of the corpus."""
    if row.decision != LinkDecision.CANDIDATE:
        dump.beside(kept, f"{row} were decided to be {row.get_decision_display()}.")
    signals = kept.remainder.get("signals") or [
        filled(kind=one["kind"], says=one["says"], source=source)
        for one, source in zip(row.signals, kept.remainder["sources"], strict=True)
    ]
    pair = dump.refs(kept, "trials", [row.trial_a, row.trial_b])
    return filled(key=kept.key, trials=pair, signals=signals)


GIVERS: Mapping[str, tuple[type[Any], Callable[[Dump, CorpusEntry, Any], Data]]] = {
    "conditions": (Condition, give_condition),
    "trials": (Trial, give_trial),
    "trial_links": (TrialLink, give_link),
}
