"""Registered words tied to what we know: interventions to agents, conditions to the tree.

Only whole names match, in their normal form; nothing is guessed. What matches nothing is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osteodb.core.normalise import normalise_name
from therapies.models import AgentName
from trials import rules
from trials.models import Condition
from trials.registries.base import ParsedArm, ParsedIntervention


@dataclass(frozen=True, slots=True)
class AgentInArm:
    """That an agent is given in an arm (None: in no arm in particular), and by which word."""

    agent: int
    arm_label: str | None
    role: str
    intervention: tuple[str, str]
    matched_name: str


class Known:
    """The names of agents and conditions as they are at the beginning of a run."""

    def __init__(self) -> None:
        self.agents = dict(AgentName.objects.values_list("normalised", "agent_id"))
        self.conditions: dict[str, int] = {}
        for pk, name, names in Condition.objects.values_list("pk", "name", "names"):
            for text in (name, *names):
                self.conditions.setdefault(normalise_name(text), pk)

    def condition(self, name: str) -> int | None:
        """The condition in the tree that a registered one names."""
        return self.conditions.get(normalise_name(name))

    def agents_of(self, intervention: ParsedIntervention) -> dict[int, str]:
        """The agents an intervention names, each with the word that matched."""
        for name in rules.candidate_names(intervention.name, intervention.other_names):
            agent = self.agents.get(normalise_name(name))
            if agent is not None:
                return {agent: name}
        found: dict[int, str] = {}
        for part in rules.combined_names(intervention.name):
            for name in rules.candidate_names(part):
                agent = self.agents.get(normalise_name(name))
                if agent is not None:
                    found.setdefault(agent, name)
                    break
        return found

    def all_named(self, intervention: ParsedIntervention) -> bool:
        """Whether nothing of the intervention is left without an agent, where it should have one.

        Procedures, radiation, devices and the like are no agents; nor is a placebo that has none.
        """
        kind = intervention.intervention_type
        if kind and kind not in rules.GIVEN_AS_AGENT:
            return True
        parts = rules.combined_names(intervention.name)
        whole = rules.candidate_names(intervention.name, intervention.other_names)
        if any(self._is_known(name) for name in whole):
            return True
        return bool(parts) and all(
            any(self._is_known(name) for name in rules.candidate_names(part)) for part in parts
        )

    def _is_known(self, name: str) -> bool:
        normal = normalise_name(name)
        return normal in self.agents or normal.startswith("placebo")


def agents_in_arms(
    known: Known, arms: Sequence[ParsedArm], interventions: Iterable[ParsedIntervention]
) -> list[AgentInArm]:
    """Who gets what: each agent once for each arm it is given in, with its role there."""
    types = {arm.label: arm.arm_type for arm in arms}
    labels_of: dict[int, dict[str | None, AgentInArm]] = {}
    for one in interventions:
        labels: list[str | None] = [label for label in one.arm_labels if label in types]
        for agent, name in known.agents_of(one).items():
            for label in labels or [None]:
                key = (one.intervention_type, one.name)
                row = AgentInArm(agent, label, "UNSTATED", key, name[:400])
                labels_of.setdefault(agent, {}).setdefault(label, row)
    found = []
    for agent, rows in labels_of.items():
        in_types = [types[label] for label in rows if label is not None]
        for label, row in rows.items():
            arm_type = types.get(label or "", "")
            role = rules.role_in_arms(arm_type, list(types.values()), in_types)
            found.append(AgentInArm(agent, label, role, row.intervention, row.matched_name))
    return found
