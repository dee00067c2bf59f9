"""The entries of each list's feed: when, what, and the name that stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, Min, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancySide,
    EvidenceVersion,
    Locator,
    Measurement,
    Source,
)
from evidence.number_text import number_text, what_text
from evidence.querysets import READABLE, open_dispute
from osteodb.website.number_words import retraction
from osteodb.website.pages.atom import NEVER
from osteodb.website.words import NOT_REPORTED
from therapies.models import Agent, Pathway, Target, TherapyClass
from trials.models import Phase, Trial, TrialStatus

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `name` is its tag's own part, `path` its page."""

    title: str
    path: str
    name: str
    content: SafeString
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How rows become entries. Rows have a `moment`, when they last changed, and `began`."""

    rows: Callable[[], QuerySet[Any]]
    write: Callable[[Any, str], Entry]
    began: str
    defaults: Mapping[str, str] = field(default_factory=dict)

    def untold(self, query: QueryDict) -> list[str]:
        """The parameters that only the feed itself set."""
        return [name for name in self.defaults if not any(query.getlist(name))]


# --- Statements -----------------------------------------------------------------------------------


def _statements() -> QuerySet[EvidenceVersion]:
    sources = Locator.objects.select_related("source")
    moment = Greatest("published_at", "superseded_at", "retracted_at")
    found = EvidenceVersion.objects.readable().annotate(moment=moment).select_related("item")
    return found.prefetch_related(Prefetch("locators", sources))


def _statement(version: EvidenceVersion, site: str) -> Entry:
    public_id, number = version.item.public_id, version.number
    state = version.get_state_display()
    reason = f"Retracted: {version.retraction_reason}" if version.retraction_reason else ""
    level = f"Level {version.get_level_display()}. Seen in: {version.get_model_system_display()}."
    return Entry(
        title=_short(f"{public_id}, version {number}, {state}: {version.statement}"),
        path=f"/evidence/{public_id}/versions/{number}/",
        name=f"evidence/{public_id}/v{number}",
        content=_paragraphs([version.statement, level, reason])
        + _read_in(version.locators.all(), site),
        categories=(version.state, version.kind),
    )


# --- Numbers --------------------------------------------------------------------------------------

_WITH_NUMBER = ("version__item", "locator__source", "population", "trial__merged_into")


def _measurements() -> QuerySet[Measurement]:
    found = Measurement.objects.visible().with_dispute()
    found = found.annotate(moment=F("version__published_at"))
    return found.select_related(*_WITH_NUMBER, "regimen")


def _comparisons() -> QuerySet[Comparison]:
    found = Comparison.objects.visible().annotate(
        moment=F("version__published_at"), is_disputed=open_dispute("comparison")
    )
    return found.select_related(*_WITH_NUMBER)


def _number(one: Any, site: str) -> Entry:
    """A number with whom it is about, its source, and what is known against it."""
    public_id, version = one.version.item.public_id, one.version.number
    kind = "comparisons" if isinstance(one, Comparison) else "measurements"
    told = f"{what_text(one)}: {number_text(one)}"
    disputed = "Disputed: an open discrepancy names it as the doubtful side."
    about = (
        f"Measured in: {one.population.label}. Seen in: {one.version.get_model_system_display()}."
    )
    return Entry(
        title=_short(f"{told} ({public_id})"),
        path=f"/evidence/{public_id}/versions/{version}/",
        name=f"{kind}/{public_id}/v{version}/{one.key}",
        content=_paragraphs([told, about, disputed if one.is_disputed else ""])
        + _read_in([one.locator], site),
        categories=(one.endpoint,),
    )


# --- What a history table keeps -------------------------------------------------------------------


def _with_times(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows without times of their own, with when they came and last changed by their history."""
    events: Any = rows.model.pgh_event_model
    own = events._default_manager.filter(pgh_obj=OuterRef("pk")).order_by().values("pgh_obj")

    def when(which: type[Min] | type[Max]) -> Coalesce:
        found = own.annotate(when=which("pgh_created_at")).values("when")
        return Coalesce(Subquery(found), Value(NEVER))

    timed: QuerySet[Any] = rows.annotate(came=when(Min), moment=when(Max))
    return timed


def _source(source: Source, site: str) -> Entry:
    kind = str(source.get_kind_display()).capitalize()
    known = (kind, source.first_author, source.container, str(source.year or ""))
    against = retraction(source)
    return Entry(
        title=_short(
            f"{source.short_name}: {source.title}" if source.first_author else source.title
        ),
        path=f"/sources/{source.slug}/",
        name=f"sources/{source.slug}",
        content=_paragraphs([", ".join(filter(None, known)), against.capitalize()]),
        categories=(source.kind, source.retraction),
    )


def _agent(agent: Agent, site: str) -> Entry:
    names = ", ".join(one.name for one in agent.names.all() if one.name != agent.name)
    told = [str(agent.get_kind_display()).capitalize(), agent.description]
    return Entry(
        title=agent.name,
        path=f"/agents/{agent.slug}/",
        name=f"agents/{agent.slug}",
        content=_paragraphs([*told, f"Also called: {names}" if names else ""]),
        categories=(agent.kind,),
    )


def _target(target: Target, site: str) -> Entry:
    named = target.name if target.name != target.symbol else ""
    return Entry(
        title=f"{target.symbol}: {named}" if named else target.symbol,
        path=f"/targets/{target.slug}/",
        name=f"targets/{target.slug}",
        content=_paragraphs([str(target.get_kind_display()).capitalize(), target.description]),
        categories=(target.kind,),
    )


def _pathway(pathway: Pathway, site: str) -> Entry:
    members = ", ".join(one.target.symbol for one in pathway.members.all())
    return Entry(
        title=pathway.name,
        path=f"/pathways/{pathway.slug}/",
        name=f"pathways/{pathway.slug}",
        content=_paragraphs([pathway.description, f"Members: {members or NOT_REPORTED}"]),
    )


def _class(one: TherapyClass, site: str) -> Entry:
    above = f"Part of: {one.parent.name}" if one.parent else ""
    return Entry(
        title=one.name,
        path=f"/therapy-classes/{one.path}/",
        name=f"therapy-classes/{one.slug}",
        content=_paragraphs([one.definition, above]),
    )


# --- Disagreements and trials ---------------------------------------------------------------------


def _discrepancies() -> QuerySet[Discrepancy]:
    sides = DiscrepancySide.objects.select_related("source", "record")
    found = Discrepancy.objects.annotate(moment=Greatest("opened_at", "decided_at"))
    return found.prefetch_related(Prefetch("sides", sides))


def _discrepancy(one: Discrepancy, site: str) -> Entry:
    sides = format_html_join(
        "",
        "<li>{} ({})</li>",
        (
            (side.says, side.source.short_name if side.source else side.record)
            for side in one.sides.all()
        ),
    )
    return Entry(
        title=_short(f"{one.title} ({one.get_state_display()})"),
        path=f"/discrepancies/{one.slug}/",
        name=f"discrepancies/{one.slug}",
        content=_paragraphs([str(one.get_kind_display()).capitalize()])
        + format_html("<ul>{}</ul>", sides)
        + _paragraphs([one.explanation]),
        categories=(one.state, one.kind),
    )


def _trials() -> QuerySet[Trial]:
    found = Trial.objects.visible().annotate(moment=F("created_at"))
    return found.defer("search", "eligibility_criteria", "brief_summary")


def _trial(trial: Trial, site: str) -> Entry:
    labels = dict(Phase.choices)
    phases = ", ".join(str(labels.get(one, one)) for one in trial.phases)
    status = str(trial.get_status_display())
    if trial.status == TrialStatus.UNKNOWN and not trial.status_raw:
        status = ""
    facts = (
        ("Status", status),
        ("Phase", phases),
        ("Sponsor", trial.lead_sponsor),
        ("First posted", trial.first_posted_date),
    )
    rows = format_html_join(
        "", "<li>{}: {}</li>", ((name, what or NOT_REPORTED) for name, what in facts)
    )
    return Entry(
        title=_short(f"{trial.title} ({trial.public_id})"),
        path=f"/trials/{trial.public_id}/",
        name=f"trials/{trial.public_id}",
        content=format_html("<ul>{}</ul>", rows),
        categories=(trial.status, *trial.phases),
    )


# --- Parts ----------------------------------------------------------------------------------------


def _short(text: str) -> str:
    return str(Truncator(text).chars(LONGEST_TITLE))


def _paragraphs(texts: Iterable[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts if text))


def _read_in(locators: Iterable[Locator], site: str) -> SafeString:
    """Where it was read, with what is known against the source."""
    told = (
        (f"{site}/sources/{one.source.slug}/", one.source.short_name, one.place, _doubt(one.source))
        for one in locators
    )
    return format_html_join("", '<p>Read in <a href="{}">{}</a>, {}.{}</p>', told)


def _doubt(source: Source) -> str:
    words = retraction(source)
    return f" This source: {words}." if words else ""


def _kept(rows: Callable[[], QuerySet[Any]], write: Callable[[Any, str], Entry]) -> Writer:
    return Writer(rows=lambda: _with_times(rows()), write=write, began="came")


WRITERS: dict[str, Writer] = {
    "/evidence/": Writer(
        rows=_statements,
        write=_statement,
        began="published_at",
        defaults={"state": ",".join(READABLE)},
    ),
    "/measurements/": Writer(rows=_measurements, write=_number, began="moment"),
    "/comparisons/": Writer(rows=_comparisons, write=_number, began="moment"),
    "/sources/": _kept(Source.objects.current, _source),
    "/discrepancies/": Writer(rows=_discrepancies, write=_discrepancy, began="opened_at"),
    "/trials/": Writer(rows=_trials, write=_trial, began="created_at"),
    "/agents/": _kept(lambda: Agent.objects.current().prefetch_related("names"), _agent),
    "/targets/": _kept(Target.objects.current, _target),
    "/pathways/": _kept(lambda: Pathway.objects.prefetch_related("members__target"), _pathway),
    "/therapy-classes/": _kept(lambda: TherapyClass.objects.select_related("parent"), _class),
}
