"""Sources, statements and disagreements, from rows back to entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from django.db.models import Model

from evidence import services
from evidence.corpus.canonical import canonical_data
from evidence.corpus.coverage import REVIEW
from evidence.corpus.drafting import ENTITIES, NAMED, draft_from
from evidence.corpus.dumping.state import Data, Dump, filled
from evidence.corpus.reading import Corpus, Entry
from evidence.corpus.statements import MODELS, SOURCE_FIELDS, review_number
from evidence.drafts import LINKS, PARTS, Draft, Entity
from evidence.models import (
    Benchmark,
    Comparison,
    CorpusEntry,
    Discrepancy,
    DiscrepancySide,
    EvidenceItem,
    EvidenceVersion,
    Measurement,
    Source,
)
from osteodb.core.review import ReviewState

OWN = ("kind", "level", "direction", "model_system", "rating", "statement", "note")
NO_PLACE = frozenset(
    {"source_kind", "registered_outcome", "trial", "arm"}
)  # follow, or are refused


def give_source(dump: Dump, kept: CorpusEntry, row: Source) -> Data:
    """A document with its ties to trials and documents of the corpus."""
    trials, links = [], []
    for trial in row.trials.all():
        key = dump.keys.get(("trials", trial.pk))
        trials += [key] if key else []
        if not key:
            dump.beside(kept, f"{trial.public_id} is no trial of the corpus.")
    for link in row.links_from.select_related("to_source").order_by("id"):
        to = dump.keys.get(("sources", link.to_source_id))
        if not to:
            dump.beside(kept, f"“{link.to_source}” is no source of the corpus.")
        elif kept.key != REVIEW or not review_number(link):
            links.append(filled(kind=link.kind, to=to, reference=link.reference, note=link.note))
    return filled(
        key=kept.key,
        kind=row.kind,
        title=row.title,
        **{name: getattr(row, name) for name in SOURCE_FIELDS},
        year=row.year,
        seen=row.addresses,
        identified=row.is_identified,
        retraction=row.retraction,
        **_cited_by_review(dump, row),
        trials=trials,
        links=links,
    )


def _cited_by_review(dump: Dump, row: Source) -> Data:
    review = dump.kept.get(("sources", REVIEW))
    for link in row.links_to.all():
        if review and link.from_source_id == review.object_id and (number := review_number(link)):
            return number
    return {}


def give_statement(dump: Dump, kept: CorpusEntry, row: EvidenceItem) -> Data:
    """The published version of a statement, whoever wrote it."""
    version = row.versions.get(state=ReviewState.PUBLISHED)
    draft = services.draft_of(version)
    links = {name: dump.refs(kept, name, getattr(version, name).all()) for name in LINKS}
    parts = {part: [_part(dump, kept, one) for one in getattr(draft, part)] for part in PARTS}
    own = {name: getattr(draft, name) for name in OWN}
    return canonical_data("evidence", filled(key=kept.key, **own, **links, **parts))


def _part(dump: Dump, kept: CorpusEntry, part: Any) -> Data:
    """A locator, population, measurement, comparison or assertion as its entry writes it."""
    found: Data = {}
    for name in (one.name for one in fields(part) if one.name not in NO_PLACE):
        value = getattr(part, name)
        if isinstance(value, Entity):
            found[name] = filled(**{value.kind: _named(dump, kept, ENTITIES[value.kind], value.pk)})
        elif name in NAMED:
            found[name] = _named(dump, kept, NAMED[name], value)
        else:
            found[name] = value
    return filled(**found)


def _named(dump: Dump, kept: CorpusEntry, kind: str, pk: int | None) -> str | None:
    known = dump.keys.get((kind, pk)) if pk else None
    if known or pk is None:
        return known
    row: Model = MODELS[kind]._default_manager.get(pk=pk)
    return dump.ref(kept, kind, row)


def compare_statement(dump: Dump, kept: CorpusEntry, entry: Entry, corpus: Corpus) -> None:
    """Say what of the published version its entry does not say: the files have no place for it."""
    item = EvidenceItem.objects.get(pk=kept.object_id)
    stored = services.draft_of(item.versions.get(state=ReviewState.PUBLISHED))
    back = draft_from(entry, corpus, lambda kind, key: dump.kept[kind, key].object_id)
    for where in _differences(stored, back):
        dump.problem(kept, f"{where} cannot be said in the files.")


def _differences(stored: Draft, back: Draft) -> Iterator[str]:
    for part in PARTS:
        for one, other in zip(getattr(stored, part), getattr(back, part), strict=True):
            for name in (known.name for known in fields(one)):
                if getattr(one, name) != getattr(other, name):
                    yield f"the {name.replace('_', ' ')} of {part} {one.key}"
    for name in (*OWN, *LINKS):
        if getattr(stored, name) != getattr(back, name):
            yield f"its {name.replace('_', ' ')}"


def give_benchmark(dump: Dump, kept: CorpusEntry, row: Benchmark) -> Data:
    """A historical control."""
    measurement = _figure(dump, kept, row.measurement)
    return filled(key=kept.key, name=row.name, measurement=measurement, note=row.note)


def give_discrepancy(dump: Dump, kept: CorpusEntry, row: Discrepancy) -> Data:
    """A disagreement with its sides, and what was decided."""
    sides = row.sides.select_related(
        "source", "version", "measurement__version", "comparison__version", "record"
    )
    about = ("trials", "agents", "targets", "pathways")
    return canonical_data(
        "discrepancies",
        filled(
            key=kept.key,
            kind=row.kind,
            state=row.state,
            title=row.title,
            explanation=row.explanation,
            **{name: dump.refs(kept, name, getattr(row, name).all()) for name in about},
            sides=[_side(dump, kept, one) for one in sides.order_by("position", "id")],
        ),
    )


def _side(dump: Dump, kept: CorpusEntry, side: DiscrepancySide) -> Data:
    figure = side.measurement or side.comparison
    version = side.version
    if version and not figure:
        _watch(dump, kept, version, str(version))
    if figure and version and figure.version.item_id == version.item_id:
        version = None  # the number says it
    return filled(
        says=side.says,
        source=dump.ref(kept, "sources", side.source),
        place=side.place,
        version=_item_key(dump, kept, version.item_id) if version else None,
        measurement=_figure(dump, kept, side.measurement),
        comparison=_figure(dump, kept, side.comparison),
        record=_record(dump, kept, side.record_id),
        is_disputed=side.is_disputed,
    )


def _figure(dump: Dump, kept: CorpusEntry, figure: Measurement | Comparison | None) -> str | None:
    """What entries call a number: its statement's key and its own, the same in every version."""
    if figure is None:
        return None
    item = _item_key(dump, kept, figure.version.item_id)
    if item:
        _watch(dump, kept, figure.version, f"{item}/{figure.key} of {figure.version}")
    return f"{item}/{figure.key}" if item else None


def _watch(dump: Dump, kept: CorpusEntry, version: EvidenceVersion, what: str) -> None:
    """Say where something stands on an earlier version that says otherwise: the files name no
    versions, so that a load would move it on to the published one."""
    if version.state != ReviewState.PUBLISHED:
        dump.beside(kept, f"stands on {what}; the file says the published version's.")


def _item_key(dump: Dump, kept: CorpusEntry, pk: int) -> str | None:
    known = dump.keys.get(("evidence", pk))
    if known is None:
        item = EvidenceItem.objects.get(pk=pk)
        dump.problem(kept, f"stands on {item}, which is no published statement of the corpus.")
    return known


def _record(dump: Dump, kept: CorpusEntry, pk: int | None) -> str | None:
    """What entries call the record of a page: its trial's key and its own."""
    if pk is None:
        return None
    for trial in dump.of("trials"):
        for one in trial.remainder["records"]:
            if one["row"] == pk:
                return f"{trial.key}/{one['key']}"
    dump.problem(kept, "stands on a registry's own record, which no file names.")
    return None


GIVERS: Mapping[str, tuple[type[Any], Callable[[Dump, CorpusEntry, Any], Data]]] = {
    "sources": (Source, give_source),
    "evidence": (EvidenceItem, give_statement),
    "benchmarks": (Benchmark, give_benchmark),
    "discrepancies": (Discrepancy, give_discrepancy),
}
