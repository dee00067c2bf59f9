"""Agents, the names they go by, and what they act on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Unpack

from osteodb.core.errors import Conflict
from osteodb.core.merged import refuse_merged
from osteodb.core.models import User
from osteodb.core.normalise import normalise_name
from osteodb.core.writing import (
    acting,
    free_slug,
    raise_problems,
    save_checked,
    set_fields,
    set_links,
)
from therapies import rules
from therapies.models import Agent, AgentName, AgentTarget, Target, TherapyClass
from therapies.services.common import Citation


class NameTaken(Conflict):
    """The name, in its normal form, already opens another agent's page."""

    def __init__(self, name: str, owner: Agent) -> None:
        super().__init__(f"“{name}” is already a name of {owner.name}.")
        self.owner = owner


class AgentDetails(Citation, total=False):
    """The fields of an agent besides its name and kind."""

    description: str
    chembl_id: str
    ncit_id: str
    drugbank_id: str
    chebi_id: str
    mesh_id: str
    rxcui: str
    note: str


def find_agent(name: str) -> Agent | None:
    """The agent that goes by this name, however it is spelled; None where none does."""
    row = AgentName.objects.filter(normalised=normalise_name(name)).select_related("agent").first()
    return row.agent if row else None


def create_agent(
    *,
    name: str,
    kind: str,
    by: User | None,
    now: dt.datetime,
    name_kind: str = "SYNONYM",
    slug: str = "",
    therapy_classes: Sequence[TherapyClass] = (),
    **details: Unpack[AgentDetails],
) -> Agent:
    """Add an agent; its name becomes the first of its `AgentName` rows (give INN where it is one).

    Raises InvalidInput, or NameTaken where another agent has the name.
    """
    raise_problems(rules.name_problems(name) | rules.agent_problems(details))
    _refuse_taken(name, None)
    agent = Agent(name=name, kind=kind, slug=slug or free_slug(Agent, name), **details)
    with acting(action="create_agent", by=by, now=now):
        save_checked(agent)
        _save_name(agent, name, name_kind, _citation(details))
        set_links(agent, "therapy_classes", therapy_classes, by=by, now=now)
    return agent


def update_agent(
    *,
    agent: Agent,
    by: User | None,
    now: dt.datetime,
    name: str | None = None,
    kind: str | None = None,
    therapy_classes: Sequence[TherapyClass] | None = None,
    **details: Unpack[AgentDetails],
) -> Agent:
    """Change an agent; what is not given stays. A former name stays as a synonym.

    Raises InvalidInput, or NameTaken where another agent has the new name.
    """
    refuse_merged(agent)
    new_name = agent.name if name is None else name
    raise_problems(rules.name_problems(new_name) | rules.agent_problems(details))
    _refuse_taken(new_name, agent)
    fields = {"name": new_name, "kind": agent.kind if kind is None else kind, **details}
    with acting(action="update_agent", by=by, now=now):
        if set_fields(agent, fields):
            save_checked(agent)
        if not agent.names.filter(normalised=normalise_name(new_name)).exists():
            _save_name(agent, new_name, "SYNONYM", _citation(details))
        if therapy_classes is not None:
            set_links(agent, "therapy_classes", therapy_classes, by=by, now=now)
    return agent


def add_agent_name(
    *,
    agent: Agent,
    name: str,
    kind: str,
    by: User | None,
    now: dt.datetime,
    **citation: Unpack[Citation],
) -> AgentName:
    """Add a name to an agent; a name it already has is returned as it is.

    Raises NameTaken where another agent has it, InvalidInput where it is no name.
    """
    refuse_merged(agent)
    raise_problems(rules.name_problems(name) | rules.citation_problems(citation))
    _refuse_taken(name, agent)
    known = agent.names.filter(normalised=normalise_name(name)).first()
    if known:
        return known
    with acting(action="add_agent_name", by=by, now=now):
        return _save_name(agent, name, kind, citation)


def update_agent_name(
    *,
    agent_name: AgentName,
    name: str,
    kind: str,
    by: User | None,
    now: dt.datetime,
    **citation: Unpack[Citation],
) -> AgentName:
    """Correct a name, its kind or its source. The agent's own name cannot be spelled away here.

    Raises NameTaken, InvalidInput, or Conflict for the agent's own name or another of its names.
    """
    raise_problems(rules.name_problems(name) | rules.citation_problems(citation))
    agent, normalised = agent_name.agent, normalise_name(name)
    _refuse_taken(name, agent)
    is_own = agent_name.normalised == normalise_name(agent.name)
    if is_own and normalised != agent_name.normalised:
        raise Conflict(f"“{agent_name.name}” is the agent's own name: rename the agent instead.")
    if agent.names.filter(normalised=normalised).exclude(pk=agent_name.pk).exists():
        raise Conflict(f"“{name}” is already among the names of {agent.name}.")
    fields = {"name": name, "normalised": normalised, "kind": kind, **citation}
    with acting(action="update_agent_name", by=by, now=now):
        if set_fields(agent_name, fields):
            save_checked(agent_name)
    return agent_name


def link_agent_target(
    *,
    agent: Agent,
    target: Target,
    action: str,
    source_text: str,
    by: User | None,
    now: dt.datetime,
    locator: str = "",
    source_url: str = "",
    source_seen_on: str = "",
) -> AgentTarget:
    """Say that an agent acts on a target, and who says so. Said again, it takes the newer source.

    Raises InvalidInput where no source is given.
    """
    known = AgentTarget.objects.filter(agent=agent, target=target, action=action).first()
    return update_agent_target(
        agent_target=known or AgentTarget(agent=agent, target=target, action=action),
        target=target,
        action=action,
        locator=locator,
        by=by,
        now=now,
        source_text=source_text,
        source_url=source_url,
        source_seen_on=source_seen_on,
    )


def update_agent_target(
    *,
    agent_target: AgentTarget,
    target: Target,
    action: str,
    locator: str,
    by: User | None,
    now: dt.datetime,
    **citation: Unpack[Citation],
) -> AgentTarget:
    """Correct a statement about an agent's target. Raises InvalidInput without a source."""
    refuse_merged(agent_target.agent, target)
    problems = rules.citation_problems(citation)
    if not citation.get("source_text", agent_target.source_text):
        problems["source_text"] = "Say where this was read: no statement without a source."
    raise_problems(problems)
    fields = {"target": target, "action": action, "locator": locator, **citation}
    with acting(action="update_agent_target", by=by, now=now):
        if set_fields(agent_target, fields) or agent_target.pk is None:
            save_checked(agent_target)
    return agent_target


def _refuse_taken(name: str, agent: Agent | None) -> None:
    owner = find_agent(name)
    if owner and (agent is None or owner.pk != agent.pk):
        raise NameTaken(name, owner)


def _save_name(agent: Agent, name: str, kind: str, citation: Citation) -> AgentName:
    row = AgentName(agent=agent, name=name, normalised=normalise_name(name), kind=kind, **citation)
    save_checked(row)
    return row


def _citation(details: AgentDetails) -> Citation:
    return Citation(
        source_text=details.get("source_text", ""),
        source_url=details.get("source_url", ""),
        source_seen_on=details.get("source_seen_on", ""),
    )
