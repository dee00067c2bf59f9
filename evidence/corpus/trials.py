"""Diseases and trials, from entries to the services of `trials`."""

from __future__ import annotations

from typing import Any

from evidence.corpus.checks import given_identifier
from evidence.corpus.citing import source_title, source_url
from evidence.corpus.reading import Entry
from evidence.corpus.session import Carrier, Session
from therapies.models import Agent
from trials.models import Condition, RegistryRecord, Trial, TrialIdentifier, TrialLink
from trials.services import candidates, conditions, curation, registration


def _find_condition(session: Session, entry: Entry) -> Condition | None:
    return Condition.objects.filter(slug=entry.key).first()


def _create_condition(session: Session, entry: Entry) -> Condition:
    return conditions.create_condition(
        name=entry.data["name"],
        slug=entry.key,
        names=entry.data.get("names", []),
        mesh_id=entry.data.get("mesh_id", ""),
        parent=_parent(session, entry),
        by=session.by,
        now=session.now,
    )


def _update_condition(session: Session, entry: Entry, row: Condition) -> None:
    who: Any = {"by": session.by, "now": session.now}
    conditions.update_condition(
        condition=row,
        name=entry.data["name"],
        names=entry.data.get("names", []),
        mesh_id=entry.data.get("mesh_id", ""),
        **who,
    )
    conditions.move_condition(condition=row, parent=_parent(session, entry), **who)


def _parent(session: Session, entry: Entry) -> Condition | None:
    key = entry.data.get("parent")
    return session.get("conditions", key, Condition) if key else None


def _find_trial(session: Session, entry: Entry) -> Trial | None:
    """A trial that a sync or a person put on record under one of the numbers."""
    for one in entry.data["identifiers"]:
        given = given_identifier(one)
        if given.registry == "SPONSOR":
            continue
        trial = registration.find_trial(registry=given.registry, value=given.value)
        if trial:
            return trial
    return None


def _register(session: Session, entry: Entry, row: Trial | None = None) -> Trial:
    """Numbers, what pages showed, agents and diseases; all of them only add."""
    data = entry.data
    identifiers = [
        given_identifier(one, **identifier_citation(session, one)) for one in data["identifiers"]
    ]
    who: Any = {"by": session.by, "now": session.now}
    trial = registration.register_trial(
        identifiers=identifiers,
        inclusion_reason=data["inclusion_reason"],
        curator_note=data.get("note", ""),
        **who,
    )
    for one in data.get("records", []):
        session.records[entry.key, one["key"]] = record_facts(session, trial, one)
    for one in data.get("agents", []):
        agent = session.get("agents", one["agent"], Agent)
        registration.link_trial_agent(trial=trial, agent=agent, role=one["role"], **who)
    for one in data.get("conditions", []):
        condition = session.get("conditions", one["condition"], Condition)
        registration.add_trial_condition(trial=trial, name=one["name"], condition=condition, **who)
    return trial


def identifier_citation(session: Session, one: dict[str, Any]) -> dict[str, str]:
    """Where a number of a trial was seen, in words."""
    parts = (source_title(session.corpus, one["source"]), one.get("note", ""))
    return {
        "source_text": ". ".join(part for part in parts if part),
        "source_url": source_url(session.corpus, one["source"]),
    }


def _update_trial(session: Session, entry: Entry, row: Trial) -> None:
    """What is added, and the words on a trial that nobody else has had in hand."""
    who: Any = {"by": session.by, "now": session.now}
    _register(session, entry, row)
    row.refresh_from_db()
    _correct_numbers(session, entry, row)
    curation.set_curator_note(trial=row, note=entry.data.get("note", ""), **who)
    reason = entry.data["inclusion_reason"]
    curation.decide_inclusion(trial=row, inclusion=row.inclusion, reason=reason, **who)


def _correct_numbers(session: Session, entry: Entry, trial: Trial) -> None:
    """Numbers that nobody else has touched say what the entry says of them now."""
    rows = {
        (one.registry, one.value): one
        for one in TrialIdentifier.objects.filter(trial__head=trial.head)
    }
    for one in entry.data["identifiers"]:
        row = rows.get((one["registry"], given_identifier(one).value))
        wanted = {"kind": one["kind"], **identifier_citation(session, one)}
        if row and session.differs(row, wanted):
            registration.correct_identifier(
                identifier=row, by=session.by, now=session.now, **wanted
            )


def record_of(session: Session, key: str, record: str) -> RegistryRecord:
    """The record that a trial's entry made of a page; said again, it is found again."""
    known = session.records.get((key, record))
    if known is None:
        trial = session.get("trials", key, Trial)
        records = session.corpus.entries["trials"][key].data["records"]
        known = record_facts(session, trial, next(one for one in records if one["key"] == record))
        session.records[key, record] = known
    return known


def record_facts(session: Session, trial: Trial, one: dict[str, Any]) -> RegistryRecord:
    """Keep what one page showed; the same page with the same facts is kept once."""
    corpus = session.corpus
    also = [source_title(corpus, key) for key in one.get("also_seen", [])]
    note = [one["note"]] if "note" in one else []
    note += [f"also seen: {'; '.join(also)}"] if also else []
    return registration.record_secondary_facts(
        trial=trial,
        identifier=given_identifier(one["of"]),
        facts=one.get("fields", {}),
        unmapped=one.get("unmapped"),
        source_text=source_title(corpus, one["source"]),
        source_url=source_url(corpus, one["source"]),
        as_of=one.get("as_of", ""),
        note=". ".join(note),
        by=session.by,
        now=session.now,
    )


def _find_link(session: Session, entry: Entry) -> TrialLink | None:
    pks = sorted(trial.pk for trial in session.many("trials", entry.data["trials"], Trial))
    return TrialLink.objects.filter(trial_a=pks[0], trial_b=pks[1]).first()


def signals_of(session: Session, entry: Entry) -> list[dict[str, str]]:
    """The signs for one study as the pair's row keeps them."""
    return [
        {
            "kind": one["kind"],
            "says": one["says"],
            "source": source_title(session.corpus, one["source"]),
        }
        for one in entry.data["signals"]
    ]


def _propose(session: Session, entry: Entry, row: TrialLink | None = None) -> TrialLink:
    first, second = session.many("trials", entry.data["trials"], Trial)
    return candidates.propose_link(
        trial_a=first,
        trial_b=second,
        signals=signals_of(session, entry),
        by=session.by,
        now=session.now,
    )


CARRIERS: dict[str, Carrier[Any]] = {
    "conditions": Carrier(Condition, _find_condition, _create_condition, _update_condition),
    "trials": Carrier(Trial, _find_trial, _register, _update_trial, _register),
    "trial_links": Carrier(TrialLink, _find_link, _propose, _propose),
}
