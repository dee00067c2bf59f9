"""What a beginning may become: a few things by kind, while somebody is typing.

Each kind costs one query, whatever is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from evidence.models import Source
from osteodb.core.full_text import beginning_query
from osteodb.core.normalise import normalise_name
from osteodb.website.words import with_acronym
from therapies.models import AgentName, Pathway, TargetName, TherapyClass
from trials.models import Trial, TrialIdentifier
from trials.wording import numbers_holding

MOST, SHORTEST = 8, 2
MOST_OF_ONE = 4
LOOKED_AT = 500  # texts that are put in order, of all with a word that begins so


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something with a name, a number or a title that begins so."""

    kind: str
    label: str
    note: str
    url: str


def suggestions(question: str) -> list[Suggestion]:
    """At most eight, some of every kind that has any, kind by kind."""
    if len(normalise_name(question)) < SHORTEST:
        return []
    found = [list(suggest(question)) for suggest in SUGGESTERS]
    taken = [0] * len(found)
    for _ in range(MOST_OF_ONE):
        for at, each in enumerate(found):
            if taken[at] < len(each) and sum(taken) < MOST:
                taken[at] += 1
    return [one for each, count in zip(found, taken, strict=True) for one in each[:count]]


def _first(condition: Q) -> Case:
    """Puts rows that meet it before the others."""
    return Case(When(condition, then=Value(True)), default=False, output_field=BooleanField())


def _trials(question: str) -> Iterable[Suggestion]:
    """By the beginning of a number, by acronym, by words of the title."""
    begins = numbers_holding(question, "istartswith")
    numbered = TrialIdentifier.objects.filter(begins) if begins is not None else None
    words = beginning_query(question, "A")
    rows: QuerySet[Any] = Trial.objects.visible()
    heads = numbered.values("trial__head") if numbered is not None else []
    titled = rows.filter(search=words).order_by().values("pk")[:LOOKED_AT] if words else []
    rows = rows.filter(Q(pk__in=heads) | Q(pk__in=titled))
    rows = rows.annotate(
        number=_number(numbered),
        has_number=_first(Q(pk__in=heads)),
        has_acronym=_first(Q(acronym__istartswith=question)),
    )
    newest = F("last_update_posted_date").desc(nulls_last=True)
    rows = rows.order_by("-has_number", "-has_acronym", newest, "pk")
    for one in rows.only("public_id", "acronym", "brief_title", "official_title")[:MOST_OF_ONE]:
        title = ": ".join(filter(None, with_acronym(one.acronym, one.title)))
        note = getattr(one, "number", "") or one.public_id
        yield Suggestion("Trial", title, note, f"/trials/{one.public_id}/")


def _number(numbered: QuerySet[TrialIdentifier] | None) -> Any:
    """The number of a trial that begins so."""
    if numbered is None:
        return Value("")
    own = numbered.filter(trial__head=OuterRef("pk")).order_by("value")
    return Subquery(own.values("value")[:1])


def _named(
    names: type[Model], owner: str, label: str
) -> Callable[[str], Iterable[tuple[Any, str]]]:
    """Owners of names that begin so, or hold it; each once, with the name that was found."""

    def found(question: str) -> Iterable[tuple[Any, str]]:
        normal = normalise_name(question)
        begins = Q(normalised__startswith=normal)
        holds = Q(normalised__contains=normal) if len(normal) > SHORTEST else begins
        current = {f"{owner}__merged_into": None}  # the rare double name that stayed behind
        rows: QuerySet[Any] = names._default_manager.filter(holds, **current)
        rows = rows.annotate(begins=_first(begins)).select_related(owner).defer(f"{owner}__search")
        seen: dict[int, tuple[Any, str]] = {}
        for row in rows.order_by("-begins", "name")[: MOST_OF_ONE * 6]:
            one = getattr(row, owner)
            other = "" if row.name == getattr(one, label) else row.name
            seen.setdefault(one.pk, (one, other))
        return list(seen.values())[:MOST_OF_ONE]

    return found


def _agents(question: str) -> Iterable[Suggestion]:
    for agent, other in _named(AgentName, "agent", "name")(question):
        note = f"also called {other}" if other else agent.get_kind_display()
        yield Suggestion("Agent", agent.name, note, f"/agents/{agent.slug}/")


def _targets(question: str) -> Iterable[Suggestion]:
    for target, other in _named(TargetName, "target", "symbol")(question):
        note = f"also called {other}" if other and other != target.name else target.name
        yield Suggestion("Target", target.symbol, note, f"/targets/{target.slug}/")


def _pathways(question: str) -> Iterable[Suggestion]:
    """All are looked at: there are few, and their names are compared in every spelling."""
    normal = normalise_name(question)
    for slug, name, names in Pathway.objects.values_list("slug", "name", "names").order_by("name"):
        found = [each for each in (name, *names) if normal in normalise_name(each)]
        if found:
            note = "" if name in found else f"also called {found[0]}"
            yield Suggestion("Pathway", name, note, f"/pathways/{slug}/")


def _classes(question: str) -> Iterable[Suggestion]:
    rows = TherapyClass.objects.filter(name__icontains=question).order_by("path")
    for one in rows[:MOST_OF_ONE]:
        yield Suggestion("Therapy class", one.name, "", f"/therapy-classes/{one.path}/")


def _sources(question: str) -> Iterable[Suggestion]:
    """By words of title, author or journal, or by the beginning of a number."""
    words = beginning_query(question)
    titled = (
        Source.objects.current().filter(search=words).order_by().values("pk")[:LOOKED_AT]
        if words
        else []
    )
    numbered = Q(pmid__startswith=question) | Q(doi__istartswith=question)
    rows: QuerySet[Any] = Source.objects.current().filter(
        Q(pk__in=titled) | (numbered if len(question) > 3 else Q(pk__in=[]))
    )
    rows = rows.annotate(by_author=_first(Q(first_author__istartswith=question))).defer("search")
    newest = F("year").desc(nulls_last=True)
    for one in rows.order_by("-by_author", newest, "slug")[:MOST_OF_ONE]:
        note = "" if one.short_name == one.title else one.title
        yield Suggestion("Source", one.short_name, note, f"/sources/{one.slug}/")


SUGGESTERS: tuple[Callable[[str], Iterable[Suggestion]], ...] = (
    _trials, _agents, _targets, _pathways, _classes, _sources,
)  # fmt: skip
