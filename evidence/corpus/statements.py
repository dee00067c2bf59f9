"""Sources, statements and disagreements, from entries to the services of `evidence`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from evidence import services
from evidence.corpus.coverage import REVIEW
from evidence.corpus.drafting import draft_from
from evidence.corpus.reading import Entry
from evidence.corpus.session import Carrier, Missing, Session
from evidence.corpus.trials import record_of
from evidence.drafts import PARTS, Draft, with_keys
from evidence.models import (
    Benchmark,
    Comparison,
    Discrepancy,
    EvidenceItem,
    EvidenceVersion,
    Measurement,
    RetractionState,
    Source,
    SourceLink,
    SourceLinkKind,
)
from osteodb.core.errors import InvalidInput
from osteodb.core.review import ReviewState
from therapies.models import Agent, Pathway, Regimen, Target, TherapyClass
from trials.models import Trial

SOURCE_FIELDS = (
    "first_author",
    "container",
    "citation",
    "pmid",
    "pmcid",
    "doi",
    "url",
    "seen_on",
    "retraction_note",
    "note",
)
NOT_CONFIRMED = "Not confirmed: the list of references was not seen."
MODELS: dict[str, type[Any]] = {
    "sources": Source,
    "trials": Trial,
    "regimens": Regimen,
    "agents": Agent,
    "targets": Target,
    "pathways": Pathway,
    "therapy_classes": TherapyClass,
}


def _find_source(session: Session, entry: Entry) -> Source | None:
    for name in ("pmid", "pmcid", "doi"):
        value = entry.data.get(name)
        found = Source.objects.filter(**{name: value}).first() if value else None
        if found:
            return found
    return Source.objects.filter(slug=entry.key).first()


def _source_details(entry: Entry) -> services.SourceDetails:
    """The fields of a source."""
    data = entry.data
    details: Any = {name: data.get(name, "") for name in SOURCE_FIELDS}
    details |= {
        "year": data.get("year"),
        "addresses": data.get("seen", []),
        "is_identified": data.get("identified", True),
        "retraction": data.get("retraction", RetractionState.UNCHECKED.value),
    }
    return cast(services.SourceDetails, details)


def _create_source(session: Session, entry: Entry) -> Source:
    return services.create_source(
        kind=entry.data["kind"],
        title=entry.data["title"],
        slug=entry.key,
        by=session.by,
        now=session.now,
        **_source_details(entry),
    )


def _update_source(session: Session, entry: Entry, row: Source) -> None:
    services.update_source(
        source=row,
        kind=entry.data["kind"],
        title=entry.data["title"],
        by=session.by,
        now=session.now,
        **_source_details(entry),
    )


def link_source(session: Session, entry: Entry) -> None:
    """Tie a source to its trials and to other sources, once all of these are there.

    A tie that the entry says no more is taken away where only the corpus has had it in hand.
    """
    source = session.get("sources", entry.key, Source)
    who: Any = {"by": session.by, "now": session.now}
    trials = session.many("trials", entry.data.get("trials", []), Trial)
    others = set(source.trials.all()) - set(trials)
    if others and session.touched(source):
        trials += others
    services.set_source_trials(source=source, trials=trials, **who)
    said = []
    for one in entry.data.get("links", []):
        link = services.link_sources(
            from_source=source,
            to_source=session.get("sources", one["to"], Source),
            kind=one["kind"],
            reference=one.get("reference", ""),
            note=one.get("note", ""),
            **who,
        )
        said.append(link.pk)
    if reference := reference_in_review(entry.data):
        link = services.link_sources(
            from_source=session.get("sources", REVIEW, Source),
            to_source=source,
            kind=SourceLinkKind.CITES.value,
            reference=reference,
            note=NOT_CONFIRMED if "review_reference_probable" in entry.data else "",
            **who,
        )
        said.append(link.pk)
    for link in _own_links(entry, source):
        if link.pk not in said and not session.touched(link):
            services.unlink_sources(link=link, **who)


def _own_links(entry: Entry, source: Source) -> list[SourceLink]:
    """The ties that this entry and no other speaks of."""
    by_number = source.links_to.filter(from_source__slug=REVIEW)
    found = [link for link in by_number if review_number(link)]
    if entry.key == REVIEW:
        return found + [link for link in source.links_from.all() if not review_number(link)]
    return found + list(source.links_from.all())


def review_number(link: SourceLink) -> dict[str, Any]:
    """The number a paper has in the review's list, as its entry says it; empty for other ties."""
    numbers = link.reference.split(" or ")
    if link.kind != SourceLinkKind.CITES or not all(one.isdecimal() for one in numbers):
        return {}
    if link.note == NOT_CONFIRMED:
        return {"review_reference_probable": [int(one) for one in numbers]}
    return {"review_reference": int(numbers[0])} if not link.note and len(numbers) == 1 else {}


def reference_in_review(data: Mapping[str, Any]) -> str:
    """The number a source has in the review's list: "102", or "103 or 104" where it may be either;
    empty where none is given."""
    if "review_reference" in data:
        return str(data["review_reference"])
    return " or ".join(str(one) for one in data.get("review_reference_probable", []))


def _no_item(session: Session, entry: Entry) -> EvidenceItem | None:
    """Statements of others are never taken for the corpus' own."""
    return None


def _write_item(session: Session, entry: Entry, item: EvidenceItem | None = None) -> EvidenceItem:
    """Draft, submit and publish; the version published before stays readable.

    What says the same as the published version is no new one: only the names of its parts follow.
    """
    draft = _draft(session, entry)
    if item is not None and _says_the_same(session, item, draft):
        return item
    version = services.save_draft(draft=draft, item=item, by=session.by, now=session.now)
    services.submit(version=version, by=session.by, now=session.now)
    services.publish(version=version, by=session.checker, now=session.now)
    return version.item


def _draft(session: Session, entry: Entry) -> Draft:
    return draft_from(
        entry, session.corpus, lambda kind, key: session.get(kind, key, MODELS[kind]).pk
    )


def name_parts(session: Session, entry: Entry, item: EvidenceItem) -> None:
    """Give the parts of a version that was loaded before parts had keys the keys of the entry.

    Only where it says what the entry says and nobody else has written in the item: a key is how a
    part is called and no content.
    """
    if not session.touched(item):
        _says_the_same(session, item, _draft(session, entry))


def _says_the_same(session: Session, item: EvidenceItem, draft: Draft) -> bool:
    """Whether the published version says what the draft says; its parts take the draft's keys."""
    version = item.versions.filter(state=ReviewState.PUBLISHED).first()
    if version is None:
        return False
    stored = services.draft_of(version)
    keys: dict[str, dict[str, str]] = {}
    for part in PARTS:
        old, new = getattr(stored, part), getattr(draft, part)
        if len(old) != len(new):
            return False
        keys[part] = {one.key: other.key for one, other in zip(old, new, strict=True)}
    if with_keys(stored, keys) != draft:
        return False
    services.rename_parts(version=version, keys=keys, by=session.by, now=session.now)
    return True


def _version(session: Session, key: str) -> EvidenceVersion:
    item = session.get("evidence", key, EvidenceItem)
    found = item.versions.filter(state=ReviewState.PUBLISHED).first()
    if found is None:
        raise Missing("evidence", key)
    return found


def _figure(session: Session, name: str, part: str) -> Any:
    """The measurement or comparison an entry names as item/key, in the published version."""
    key, part_key = name.split("/", 1)
    found = getattr(_version(session, key), part).filter(key=part_key).first()
    if found is None:
        raise InvalidInput(f"the published version of “{key}” has no part called “{part_key}”.")
    return found


def _find_benchmark(session: Session, entry: Entry) -> Benchmark | None:
    return Benchmark.objects.filter(slug=entry.key).first()


def _set_benchmark(session: Session, entry: Entry, row: Benchmark | None = None) -> Benchmark:
    measurement: Measurement = _figure(session, entry.data["measurement"], "measurements")
    return services.set_benchmark(
        slug=entry.key,
        name=entry.data["name"],
        measurement=measurement,
        note=entry.data.get("note", ""),
        by=session.by,
        now=session.now,
    )


def _side(session: Session, one: dict[str, Any]) -> services.Side:
    measurement: Measurement | None = None
    comparison: Comparison | None = None
    if "measurement" in one:
        measurement = _figure(session, one["measurement"], "measurements")
    if "comparison" in one:
        comparison = _figure(session, one["comparison"], "comparisons")
    version = _version(session, one["version"]) if "version" in one else None
    figure = measurement or comparison
    return services.Side(
        says=one["says"],
        source=session.get("sources", one["source"], Source),
        place=one.get("place", ""),
        version=version or (figure.version if figure else None),
        measurement=measurement,
        comparison=comparison,
        record=record_of(session, *one["record"].split("/", 1)) if "record" in one else None,
        is_disputed=one.get("is_disputed", False),
    )


def _find_discrepancy(session: Session, entry: Entry) -> Discrepancy | None:
    return Discrepancy.objects.filter(slug=entry.key).first()


def _subjects(session: Session, entry: Entry) -> Any:
    data = entry.data
    return {
        "trials": session.many("trials", data.get("trials", []), Trial),
        "agents": session.many("agents", data.get("agents", []), Agent),
        "targets": session.many("targets", data.get("targets", []), Target),
        "pathways": session.many("pathways", data.get("pathways", []), Pathway),
    }


def _open_discrepancy(session: Session, entry: Entry) -> Discrepancy:
    row = services.open_discrepancy(
        slug=entry.key,
        kind=entry.data["kind"],
        title=entry.data["title"],
        sides=[_side(session, one) for one in entry.data["sides"]],
        by=session.by,
        now=session.now,
        **_subjects(session, entry),
    )
    _decide(session, entry, row)
    return row


def _update_discrepancy(session: Session, entry: Entry, row: Discrepancy) -> None:
    who: Any = {"by": session.by, "now": session.now}
    services.set_subjects(discrepancy=row, **_subjects(session, entry), **who)
    sides = [_side(session, one) for one in entry.data["sides"]]
    services.set_sides(discrepancy=row, sides=sides, **who)
    _decide(session, entry, row)


def _decide(session: Session, entry: Entry, row: Discrepancy) -> None:
    services.decide_discrepancy(
        discrepancy=row,
        state=entry.data.get("state", "OPEN"),
        explanation=entry.data.get("explanation", ""),
        kind=entry.data["kind"],
        title=entry.data["title"],
        by=session.by,
        now=session.now,
    )


CARRIERS: dict[str, Carrier[Any]] = {
    "sources": Carrier(Source, _find_source, _create_source, _update_source, form=2),
    "evidence": Carrier(EvidenceItem, _no_item, _write_item, _write_item, overtake=name_parts),
    "benchmarks": Carrier(Benchmark, _find_benchmark, _set_benchmark, _set_benchmark),
    "discrepancies": Carrier(
        Discrepancy, _find_discrepancy, _open_discrepancy, _update_discrepancy
    ),
}
