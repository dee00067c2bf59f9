"""Sources made of citations that somebody pasted: planned first, then all of them or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower

from evidence.citing_in import Entry
from evidence.citing_in.entries import FIELDS
from evidence.citing_in.lookup import LookupConfig, look_up
from evidence.models import Source
from evidence.services.sources import create_source, mark_retraction
from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput, OsteoDBError
from osteodb.core.models import User
from osteodb.core.normalise import sort_key
from osteodb.core.writing import acting

IDENTIFIERS = ("pmid", "pmcid", "doi")
BARE = "An identifier alone describes no document: paste the entry instead."


class Outcome(StrEnum):
    """What becomes of a pasted entry."""

    NEW = "new"
    HERE = "already here"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Differing:
    """A field in which an entry differs from the source that is here; the source stays as it is."""

    label: str
    here: str
    pasted: str


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """What would become of one entry. `source` is the one it is already here as; `alike` is one
    with the same title, which may be the same document."""

    entry: Entry
    outcome: Outcome
    source: Source | None = None
    differing: tuple[Differing, ...] = ()
    reason: str = ""
    alike: Source | None = None


@dataclass(frozen=True, slots=True)
class WantedSource:
    """An entry that a person decided to add, with what the person chose beside it.

    `mark` takes over the standing that the entry suggests (retracted, corrected, of concern).
    """

    entry: Entry
    kind: str = ""
    slug: str = ""
    mark: bool = False


class SourceRefused(InvalidInput):
    """One entry of several cannot be added, so none was; `position` says which."""

    def __init__(self, position: int, entry: Entry, error: OsteoDBError) -> None:
        fields = error.fields if isinstance(error, InvalidInput) else {}
        super().__init__(f"{entry.where}: {error}", fields=fields)
        self.position = position


def look_up_sources(*, entries: Sequence[Entry]) -> list[Entry]:
    """The entries, with those that only name a document nobody has yet described by who knows it.

    Asks the network only where this installation says where. Writes nothing and raises nothing:
    an entry that stays bare says in its notes why.
    """
    known = _Known(entries)
    asked = [one for one in entries if one.is_bare and not known.sources_of(one)]
    config = LookupConfig(
        pubmed_url=settings.OSTEODB_PUBMED_URL,
        doi_url=settings.OSTEODB_DOI_URL,
        contact=settings.OSTEODB_CONTACT,
        timeout=settings.OSTEODB_LOOKUP_TIMEOUT,
    )
    answers = dict(zip(asked, look_up(asked, config), strict=True)) if asked else {}
    return [answers.get(one, one) for one in entries]


def plan_sources(*, entries: Sequence[Entry]) -> list[PlannedSource]:
    """What adding these entries would do, one plan for each, in two queries however many."""
    known = _Known(entries)
    earlier: dict[tuple[str, str], str] = {}
    plans = []
    for entry in entries:
        plans.append(_plan(entry, known, earlier))
        for key in _keys(entry):
            earlier.setdefault(key, entry.where)
    return plans


def create_sources(
    *, wanted: Sequence[WantedSource], by: User | None, now: dt.datetime
) -> list[Source]:
    """Add a document for each entry, or none at all.

    Raises SourceRefused for the first that cannot be added, or Conflict for one that is here by
    now: it was planned as new, and somebody was faster.
    """
    with acting(action="create_sources", by=by, now=now):
        plans = plan_sources(entries=[one.entry for one in wanted])
        for position, plan in enumerate(plans):
            _insist_on_new(position, plan)
        return [_create(at, one, by=by, now=now) for at, one in enumerate(wanted)]


def _insist_on_new(position: int, plan: PlannedSource) -> None:
    if plan.outcome == Outcome.HERE:
        error = Conflict(f"It is here by now, as {plan.source}.")
        raise SourceRefused(position, plan.entry, error)
    if plan.outcome == Outcome.REFUSED:
        raise SourceRefused(position, plan.entry, InvalidInput(plan.reason))


def _create(position: int, wanted: WantedSource, *, by: User | None, now: dt.datetime) -> Source:
    entry = wanted.entry
    details = {**entry.details, "kind": wanted.kind or entry.kind}
    who: dict[str, Any] = {"by": by, "now": now}
    try:
        source = create_source(slug=wanted.slug, **details, **who)
        if wanted.mark and entry.retraction:
            note = f"{entry.hint} (as pasted {now:%Y-%m-%d})"
            mark_retraction(source=source, state=entry.retraction, note=note, **who)
    except OsteoDBError as error:
        raise SourceRefused(position, entry, error) from error
    record_event(
        action="create_source", target=source, new=details, comment=f"pasted: {entry.where}", **who
    )
    return source


def _keys(entry: Entry) -> set[tuple[str, str]]:
    return {(name, value.casefold()) for name, value in entry.identifiers.items()}


class _Known:
    """The sources that are here under an identifier or title of some entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.by_key: dict[tuple[str, str], Source] = {}
        self.by_title: dict[str, Source] = {}
        self._by_identifier(entries)
        self._by_title(entries)

    def _by_identifier(self, entries: Sequence[Entry]) -> None:
        keys = {key for entry in entries for key in _keys(entry)}
        wanted = Q(pk__in=[])
        for name in IDENTIFIERS:
            wanted |= Q(**{f"low_{name}__in": [value for one, value in keys if one == name]})
        lowered = {f"low_{name}": Lower(name) for name in IDENTIFIERS}
        rows = Source.objects.alias(**lowered).filter(wanted).select_related("merged_into")
        for row in rows:
            for name in IDENTIFIERS:
                if value := getattr(row, name):
                    self.by_key[name, value.casefold()] = row.merged_into or row

    def _by_title(self, entries: Sequence[Entry]) -> None:
        titles = {entry.title.lower() for entry in entries if entry.title}
        titles |= {f"{title}." for title in titles}
        rows = Source.objects.alias(low_title=Lower("title")).filter(low_title__in=titles)
        for row in rows.select_related("merged_into"):
            self.by_title[sort_key(row.title)] = row.merged_into or row

    def sources_of(self, entry: Entry) -> list[Source]:
        """The sources that an entry's identifiers lead to, each once."""
        found = {self.by_key[key].pk: self.by_key[key] for key in _keys(entry) & self.by_key.keys()}
        return list(found.values())


def _plan(entry: Entry, known: _Known, earlier: Mapping[tuple[str, str], str]) -> PlannedSource:
    here = known.sources_of(entry)
    if len(here) > 1:
        names = " and ".join(sorted(str(one) for one in here))
        reason = f"Its identifiers are those of several sources: {names}."
        return PlannedSource(entry, Outcome.REFUSED, reason=reason)
    if here:
        return PlannedSource(entry, Outcome.HERE, here[0], _differing(entry, here[0]))
    before = sorted(earlier[key] for key in _keys(entry) & earlier.keys())
    reason = f"The same as the one before ({before[0]})." if before else _refusal(entry)
    if reason:
        return PlannedSource(entry, Outcome.REFUSED, reason=reason)
    return PlannedSource(entry, Outcome.NEW, alike=known.by_title.get(sort_key(entry.title)))


def _refusal(entry: Entry) -> str:
    """Why an entry cannot be a source, or nothing."""
    if entry.is_bare:
        return " ".join(entry.notes) or BARE
    try:
        Source(slug="planned", **entry.details).clean_fields()
    except ValidationError as error:
        sentences = [
            f"{Source._meta.get_field(name).verbose_name}: {message}"  # type: ignore[union-attr]
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        return " ".join(sentences)
    return ""


def _differing(entry: Entry, source: Source) -> tuple[Differing, ...]:
    """The fields that the entry gives otherwise. Its kind is a guess, and differs for no reason."""
    found = []
    for name in FIELDS:
        pasted, here = getattr(entry, name), getattr(source, name)
        if name == "kind" or not pasted or _same(name, pasted, here):
            continue
        label = str(Source._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        found.append(Differing(label, str(here or ""), str(pasted)))
    return tuple(found)


def _same(name: str, one: Any, other: Any) -> bool:
    if name in ("doi", "url"):
        return str(one).casefold() == str(other).casefold()
    return sort_key(str(one)) == sort_key(str(other)) if other else False
