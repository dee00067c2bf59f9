"""What can be given and what it hits, from entries to the services of `therapies`."""

from __future__ import annotations

from typing import Any, cast

from evidence.corpus.checks import agent_field, target_field
from evidence.corpus.citing import citation, from_source, place
from evidence.corpus.reading import Entry
from evidence.corpus.session import Carrier, Session
from evidence.corpus.shapes.therapies import TARGET_SCHEMES
from osteodb.core.normalise import normalise_name
from therapies import services
from therapies.models import (
    Agent,
    AgentTarget,
    Pathway,
    Regimen,
    Target,
    TherapyClass,
)


def _find_class(session: Session, entry: Entry) -> TherapyClass | None:
    return TherapyClass.objects.filter(slug=entry.key).first()


def _create_class(session: Session, entry: Entry) -> TherapyClass:
    data = entry.data
    return services.create_therapy_class(
        name=data["name"],
        slug=entry.key,
        parent=_parent(session, entry),
        definition=data.get("definition", ""),
        position=data.get("position", 0),
        by=session.by,
        now=session.now,
    )


def _update_class(session: Session, entry: Entry, row: TherapyClass) -> None:
    who: Any = {"by": session.by, "now": session.now}
    services.update_therapy_class(
        therapy_class=row,
        name=entry.data["name"],
        definition=entry.data.get("definition", ""),
        position=entry.data.get("position", 0),
        **who,
    )
    services.move_therapy_class(therapy_class=row, parent=_parent(session, entry), **who)


def _parent(session: Session, entry: Entry) -> TherapyClass | None:
    key = entry.data.get("parent")
    return session.get("therapy_classes", key, TherapyClass) if key else None


def _classes(session: Session, entry: Entry) -> list[TherapyClass]:
    return session.many("therapy_classes", entry.data.get("classes", []), TherapyClass)


def _find_agent(session: Session, entry: Entry) -> Agent | None:
    return services.find_agent(entry.data["name"])


def _agent_details(session: Session, entry: Entry) -> services.AgentDetails:
    """The agent's fields; where its identifiers come from stands in its citation."""
    data = entry.data
    details: Any = dict.fromkeys(
        ("chembl_id", "ncit_id", "drugbank_id", "chebi_id", "mesh_id", "rxcui"), ""
    )
    sources: dict[str, list[str]] = {}
    for one in data.get("identifiers", []):
        details[agent_field(one["scheme"])] = one["value"]
        sources.setdefault(one["source"], []).append(one["scheme"])
    said = [
        f"{', '.join(schemes)}: {from_source(session.corpus, key)['source_text']}"
        for key, schemes in sources.items()
    ]
    details |= {"description": data.get("description", ""), "note": data.get("note", "")}
    cited = citation(session.corpus, data["cited"], ". ".join(said))
    return cast(services.AgentDetails, {**details, **cited})


def _create_agent(session: Session, entry: Entry) -> Agent:
    row = services.create_agent(
        name=entry.data["name"],
        kind=entry.data["kind"],
        name_kind=entry.data["name_kind"],
        slug=entry.key,
        therapy_classes=_classes(session, entry),
        by=session.by,
        now=session.now,
        **_agent_details(session, entry),
    )
    _add_agent_names(session, entry, row)
    return row


def _update_agent(session: Session, entry: Entry, row: Agent) -> None:
    services.update_agent(
        agent=row,
        name=entry.data["name"],
        kind=entry.data["kind"],
        therapy_classes=_classes(session, entry),
        by=session.by,
        now=session.now,
        **_agent_details(session, entry),
    )
    _add_agent_names(session, entry, row)
    _correct_agent_names(session, entry, row)


def _correct_agent_names(session: Session, entry: Entry, row: Agent) -> None:
    """Names that nobody else has touched say what the entry says of them now."""
    data = entry.data
    known = {one.normalised: one for one in row.names.all()}
    own: dict[str, Any] = {"name": data["name"], "kind": data["name_kind"]}
    named = [
        (own, {}),
        *((one, from_source(session.corpus, one["source"])) for one in names_of(data)),
    ]
    for one, citation_given in named:
        agent_name = known.pop(normalise_name(one["name"]), None)
        wanted = {"name": one["name"], "kind": one["kind"], **citation_given}
        if agent_name and session.differs(agent_name, wanted):
            services.update_agent_name(
                agent_name=agent_name, by=session.by, now=session.now, **wanted
            )


def names_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The other names of an agent's entry, the first of those that are spelled alike."""
    seen = {normalise_name(data["name"])}
    found = []
    for one in data.get("names", []):
        normalised = normalise_name(one["name"])
        if normalised not in seen:
            seen.add(normalised)
            found.append(one)
    return found


def _add_agent_names(session: Session, entry: Entry, row: Agent) -> None:
    for one in entry.data.get("names", []):
        services.add_agent_name(
            agent=row,
            name=one["name"],
            kind=one["kind"],
            by=session.by,
            now=session.now,
            **from_source(session.corpus, one["source"]),
        )


def _find_target(session: Session, entry: Entry) -> Target | None:
    normalised = normalise_name(entry.data["symbol"])
    rows = Target.objects.filter(names__normalised=normalised, symbol__iexact=entry.data["symbol"])
    return rows.first()


def _target_details(session: Session, entry: Entry) -> services.TargetDetails:
    data = entry.data
    details: Any = {
        target_field(scheme): data.get("identifiers", {}).get(scheme, "")
        for scheme in TARGET_SCHEMES
    }
    key = data.get("identifier_source")
    said = f"Identifiers: {from_source(session.corpus, key)['source_text']}" if key else ""
    details |= {"description": data.get("description", ""), "note": data.get("note", "")}
    details |= citation(session.corpus, data["cited"], said)
    return cast(services.TargetDetails, details)


def _create_target(session: Session, entry: Entry) -> Target:
    row = services.create_target(
        symbol=entry.data["symbol"],
        name=entry.data["name"],
        kind=entry.data["kind"],
        slug=entry.key,
        by=session.by,
        now=session.now,
        **_target_details(session, entry),
    )
    _add_target_names(session, entry, row)
    return row


def _update_target(session: Session, entry: Entry, row: Target) -> None:
    services.update_target(
        target=row,
        symbol=entry.data["symbol"],
        name=entry.data["name"],
        kind=entry.data["kind"],
        by=session.by,
        now=session.now,
        **_target_details(session, entry),
    )
    _add_target_names(session, entry, row)
    _correct_target_names(session, entry, row)


def _add_target_names(session: Session, entry: Entry, row: Target) -> None:
    for name, source in _target_names(session, entry):
        services.add_target_name(target=row, name=name, by=session.by, now=session.now, **source)


def _correct_target_names(session: Session, entry: Entry, row: Target) -> None:
    """Names that nobody else has touched say what the entry says of them now."""
    known = {one.normalised: one for one in row.names.all()}
    for own in (entry.data["symbol"], entry.data["name"]):
        known.pop(normalise_name(own), None)
    for name, source in _target_names(session, entry):
        target_name = known.pop(normalise_name(name), None)
        if target_name and session.differs(target_name, {"name": name, **source}):
            services.update_target_name(
                target_name=target_name, name=name, by=session.by, now=session.now, **source
            )


def _target_names(session: Session, entry: Entry) -> list[tuple[str, services.Citation]]:
    """The names an entry lists, each with where it stands."""
    data = entry.data
    key = data.get("identifier_source")
    listed = from_source(session.corpus, key) if key else citation(session.corpus, data["cited"])
    written = citation(session.corpus, data["cited"])
    names = [(name, listed) for name in data.get("names", [])]
    return names + [(name, written) for name in data.get("review_names", [])]


def _find_agent_target(session: Session, entry: Entry) -> AgentTarget | None:
    return AgentTarget.objects.filter(
        agent=session.get("agents", entry.data["agent"], Agent),
        target=session.get("targets", entry.data["target"], Target),
        action=entry.data["action"],
    ).first()


def _link_agent_target(
    session: Session, entry: Entry, row: AgentTarget | None = None
) -> AgentTarget:
    cited = entry.data["cited"]
    source = citation(session.corpus, [{"source": cited["source"]}])
    return services.link_agent_target(
        agent=session.get("agents", entry.data["agent"], Agent),
        target=session.get("targets", entry.data["target"], Target),
        action=entry.data["action"],
        locator=place(cited),
        source_text=source["source_text"],
        source_url=source["source_url"],
        by=session.by,
        now=session.now,
    )


def _find_pathway(session: Session, entry: Entry) -> Pathway | None:
    return Pathway.objects.filter(name=entry.data["name"]).first()


def _create_pathway(session: Session, entry: Entry) -> Pathway:
    data = entry.data
    row = services.create_pathway(
        name=data["name"],
        slug=entry.key,
        names=data.get("names", []),
        description=data.get("description", ""),
        by=session.by,
        now=session.now,
        **citation(session.corpus, [data["cited"]]),
    )
    _add_members(session, entry, row)
    return row


def _update_pathway(session: Session, entry: Entry, row: Pathway) -> None:
    data = entry.data
    services.update_pathway(
        pathway=row,
        name=data["name"],
        names=data.get("names", []),
        description=data.get("description", ""),
        by=session.by,
        now=session.now,
        **citation(session.corpus, [data["cited"]]),
    )
    _add_members(session, entry, row)


def _add_members(session: Session, entry: Entry, row: Pathway) -> None:
    for one in entry.data["members"]:
        services.add_pathway_member(
            pathway=row,
            target=session.get("targets", one["target"], Target),
            role=one.get("role", ""),
            locator=place(one["cited"]),
            by=session.by,
            now=session.now,
            **citation(session.corpus, [{"source": one["cited"]["source"]}]),
        )


def _find_regimen(session: Session, entry: Entry) -> Regimen | None:
    return Regimen.objects.filter(name=entry.data["name"]).first()


def _parts(session: Session, entry: Entry) -> list[services.RegimenPart]:
    parts: dict[int, services.RegimenPart] = {}
    for one in entry.data["agents"]:  # two of them may have been merged into one
        agent = session.get("agents", one["agent"], Agent)
        parts.setdefault(agent.pk, services.RegimenPart(agent, one.get("dose", "")))
    return list(parts.values())


def _create_regimen(session: Session, entry: Entry) -> Regimen:
    return services.create_regimen(
        name=entry.data["name"],
        kind=entry.data["kind"],
        slug=entry.key,
        description=entry.data.get("description", ""),
        parts=_parts(session, entry),
        therapy_classes=_classes(session, entry),
        by=session.by,
        now=session.now,
    )


def _update_regimen(session: Session, entry: Entry, row: Regimen) -> None:
    who: Any = {"by": session.by, "now": session.now}
    services.update_regimen(
        regimen=row,
        name=entry.data["name"],
        kind=entry.data["kind"],
        description=entry.data.get("description", ""),
        therapy_classes=_classes(session, entry),
        **who,
    )
    services.set_regimen_agents(regimen=row, parts=_parts(session, entry), **who)


CARRIERS: dict[str, Carrier[Any]] = {
    "therapy_classes": Carrier(TherapyClass, _find_class, _create_class, _update_class),
    "agents": Carrier(Agent, _find_agent, _create_agent, _update_agent, _add_agent_names),
    "targets": Carrier(Target, _find_target, _create_target, _update_target, _add_target_names),
    "agent_targets": Carrier(
        AgentTarget, _find_agent_target, _link_agent_target, _link_agent_target
    ),
    "pathways": Carrier(Pathway, _find_pathway, _create_pathway, _update_pathway),
    "regimens": Carrier(Regimen, _find_regimen, _create_regimen, _update_regimen),
}
