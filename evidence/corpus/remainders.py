"""What entries say that no field of a row holds: kept beside the rows, so that a dump has it.

A row below the evidence app carries its source in words; which source of the corpus and which place
in it these words were made from is kept here, together with the words as the row carried them when
the entry was last carried over. A dump that finds other words on the row knows that a person has
changed them since, and that what is kept here no longer fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evidence.corpus.checks import given_identifier
from evidence.corpus.reading import Entry
from evidence.corpus.session import Session
from evidence.corpus.therapies import names_of
from evidence.corpus.trials import identifier_citation, record_of, signals_of
from osteodb.core.fields import Cited
from osteodb.core.normalise import normalise_name
from therapies.models import Agent, AgentTarget, Pathway, PathwayMember, Target, TherapyClass
from trials.models import Trial, TrialIdentifier, TrialLink

Remainder = dict[str, Any]


def words(row: Cited) -> list[str]:
    """A row's source in words, with its address, the place in it and when it was seen."""
    return [row.source_text, row.source_url, getattr(row, "locator", ""), row.source_seen_on]


def taken(data: Mapping[str, Any], *names: str) -> Remainder:
    """These values of an entry, where it has them."""
    return {name: data[name] for name in names if name in data}


def of_class(_session: Session, entry: Entry, _row: TherapyClass) -> Remainder:
    """Where the review speaks of a class."""
    return taken(entry.data, "cited")


def of_agent(_session: Session, entry: Entry, row: Agent) -> Remainder:
    """Where an agent is named, and which source has which of its identifiers and names."""
    data = entry.data
    rows = {one.normalised: one for one in row.names.all()}
    own = names_of(data)  # the others are a spelling of one that has a row
    names = [
        {**one, "words": words(rows[normalise_name(one["name"])]) if one in own else None}
        for one in data.get("names", [])
    ]
    return {
        **taken(data, "cited"),
        "words": words(row),
        "identifiers": {one["scheme"]: one["source"] for one in data.get("identifiers", [])},
        "names": names,
    }


def of_target(_session: Session, entry: Entry, row: Target) -> Remainder:
    """Where a target is named, its names as written, and where each of them stands."""
    given = taken(entry.data, "cited", "identifier_source", "names", "review_names")
    rows = {one.normalised: words(one) for one in row.names.all()}
    listed = [*given.get("names", []), *given.get("review_names", [])]
    named = {normalise_name(name) for name in listed}
    kept = {name: rows[name] for name in sorted(named & rows.keys())}
    return {**given, "words": words(row), "name_words": kept}


def of_agent_target(_session: Session, entry: Entry, row: AgentTarget) -> Remainder:
    """Where it is said what an agent acts on."""
    return {**taken(entry.data, "cited"), "words": words(row)}


def of_pathway(session: Session, entry: Entry, row: Pathway) -> Remainder:
    """Where a pathway and each of its members are named."""
    rows = {one.target_id: one for one in PathwayMember.objects.filter(pathway=row)}
    members = [
        {**taken(one, "target", "cited"), "words": words(rows[target.pk])}
        for one in entry.data["members"]
        if (target := session.get("targets", one["target"], Target)).pk in rows
    ]
    return {**taken(entry.data, "cited"), "words": words(row), "members": members}


def of_trial(session: Session, entry: Entry, row: Trial) -> Remainder:
    """Where a trial and its numbers were seen, in which order things stand, and which page is which
    record."""
    data = entry.data
    return {
        **taken(data, "cited"),
        "identifiers": [_identifier(session, row, one) for one in data["identifiers"]],
        "agents": data.get("agents", []),
        "conditions": [
            {**one, "is_held": row.trial_conditions.filter(name=one["name"], by_hand=True).exists()}
            for one in data.get("conditions", [])
        ],
        "records": [
            {
                **taken(one, "key", "of", "source", "also_seen", "note"),
                "row": record_of(session, entry.key, one["key"]).pk,
            }
            for one in data.get("records", [])
        ],
    }


def _identifier(session: Session, trial: Trial, one: dict[str, Any]) -> Remainder:
    """A number as written. Where the row was there already, its kind is the row's own word."""
    number = given_identifier(one)
    row = TrialIdentifier.objects.filter(
        trial__head=trial.head, registry=number.registry, value=number.value
    ).first()
    ours = identifier_citation(session, one)
    is_ours = row is not None and row.source_text == ours["source_text"]
    return {**one, "normal": number.value, "words": words(row) if row and is_ours else None}


def of_link(session: Session, entry: Entry, row: TrialLink) -> Remainder:
    """Which source each sign of one study has; all of the signs where the row has others."""
    given = entry.data["signals"]
    if row.signals == signals_of(session, entry):
        return {"sources": [one["source"] for one in given]}
    return {"signals": given}


REMAINDERS: Mapping[str, Callable[[Session, Entry, Any], Remainder]] = {
    "therapy_classes": of_class,
    "agents": of_agent,
    "targets": of_target,
    "agent_targets": of_agent_target,
    "pathways": of_pathway,
    "trials": of_trial,
    "trial_links": of_link,
}
