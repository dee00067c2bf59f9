"""The page of one trial: everything that is registered, published, disputed and changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, F, Prefetch, Q, When
from django.utils.text import Truncator

from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancySide,
    EvidenceVersion,
    Measurement,
    Source,
    SourceKind,
)
from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.disagreements import DisagreementRow, disagreement_rows
from osteodb.website.pages.machine_facts import trial_node
from osteodb.website.pages.numbers import NumberTables, number_tables
from osteodb.website.pages.quality_lists import signal_words
from osteodb.website.pages.references import reference_of_trial
from osteodb.website.pages.trial_facts import (
    FactGroup,
    FactWriter,
    Origin,
    country_name,
    fact_groups,
    origin_of,
)
from osteodb.website.pages.trial_time import TrialTime, trial_feed, trial_time
from osteodb.website.registry_links import registry_url
from osteodb.website.words import counted
from therapies.models import Agent, AgentKind
from trials.models import (
    Arm,
    FieldOverride,
    Intervention,
    LinkDecision,
    OutcomeKind,
    Phase,
    RecordOrigin,
    RegisteredOutcome,
    RegistryRecord,
    Site,
    Trial,
    TrialAgent,
    TrialCondition,
    TrialIdentifier,
    TrialLink,
    TrialReference,
)
from trials.registries.identifiers import display

SOURCE_ORDER = {kind: place for place, kind in enumerate(SourceKind.values)}


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """A number of the trial with its page at the registry."""

    identifier: TrialIdentifier
    shown: str
    url: str


@dataclass(frozen=True, slots=True)
class ArmRow:
    """An arm with what is given in it, in the registry's words and as agents."""

    arm: Arm | None
    interventions: list[Intervention]
    agents: list[TrialAgent]


@dataclass(frozen=True, slots=True)
class CountrySites:
    """The sites in one country."""

    country: str
    sites: list[Site]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another trial that may be the same study, and the signs for it."""

    other: Trial
    signals: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """All parts of the page, in reading order."""

    trial: Trial
    identifiers: list[IdentifierRow]
    status_origin: Origin | None
    seen_in_registry: bool
    facts: list[FactGroup]
    overrides: int
    arms: list[ArmRow]
    agents: list[Agent]
    conditions: list[TrialCondition]
    numbers: NumberTables
    versions: list[EvidenceVersion]
    discrepancies: list[Discrepancy]
    disagreements: list[DisagreementRow]
    merged: list[Trial]
    candidates: list[Candidate]
    primary_outcomes: list[RegisteredOutcome]
    other_outcomes: list[RegisteredOutcome]
    countries: list[CountrySites]
    site_count: int
    references: list[TrialReference]
    sources: list[Source]
    time: TrialTime
    records: list[Origin]


def trial_head(page: TrialPage) -> Head:
    """Title and path of a trial's page."""
    trial, numbers = page.trial, [row.shown for row in page.identifiers]
    known = [str(trial.get_status_display())] if trial.status_raw else []
    known += [str(dict(Phase.choices).get(one, one)) for one in trial.phases]
    known += [f"sponsor {trial.lead_sponsor}"] if trial.lead_sponsor else []
    counts = f"{counted(page.numbers.count, 'number')}, {counted(len(page.sources), 'source')}"
    return Head(
        title=f"{_name(page)} ({trial.public_id})",
        section="trials",
        description=_cut(
            f"{_name(page)}. {'; '.join([*known, counts])}. Known as {', '.join(numbers)}."
        ),
        crumbs=(Crumb("Trials", "/trials/"),),
        json_url=api_url("trials", trial.public_id),
        feed_url=trial_feed(trial),
        permalink=f"/trials/{trial.public_id}/",
        facts=(trial_node(page),),
        reference=reference_of_trial(trial, numbers),
    )


def _cut(text: str) -> str:
    return str(Truncator(text).chars(300))


def _name(page: TrialPage) -> str:
    """The title, or the first number where no source gives a title."""
    if page.trial.title == page.trial.public_id and page.identifiers:
        return page.identifiers[0].shown
    return page.trial.title


def trial_page(trial: Trial, now: dt.datetime) -> TrialPage:
    """Everything about one trial. The number of queries does not depend on its rows."""
    of_page = {"trial__head": trial.pk}
    identifiers = _identifiers(trial)
    records = _records(trial, identifiers)
    locks = FieldOverride.objects.filter(**of_page, released_at=None)
    overrides = list(locks.select_related("created_by"))
    by_id = {record.pk: record for record in records}
    writer = FactWriter(trial, by_id, overrides)
    arms = _arms(trial)
    outcomes = list(trial.outcomes.all())
    sites = list(trial.sites.all())
    published = EvidenceVersion.objects.published().filter(trials__head=trial.pk).distinct()
    return TrialPage(
        trial=trial,
        identifiers=identifiers,
        status_origin=writer.origin("status"),
        seen_in_registry=any(one.origin != RecordOrigin.SECONDARY for one in records),
        facts=fact_groups(writer),
        overrides=len(overrides),
        arms=arms,
        agents=_agents(arms),
        conditions=_conditions(trial),
        numbers=number_tables(
            Measurement.objects.visible().filter(**of_page),
            Comparison.objects.visible().filter(**of_page),
            trial,
        ),
        versions=list(published.select_related("item").order_by("level", "item_id")),
        discrepancies=discrepancies_of(Q(trials__head=trial.pk)),
        disagreements=disagreement_rows(trial),
        merged=list(trial.merged_trials.order_by("pk")),
        candidates=_candidates(trial),
        primary_outcomes=[one for one in outcomes if one.kind == OutcomeKind.PRIMARY],
        other_outcomes=[one for one in outcomes if one.kind != OutcomeKind.PRIMARY],
        countries=_countries(sites),
        site_count=len(sites),
        references=list(trial.references.all()),
        sources=sorted(Source.objects.filter(trials__head=trial.pk).distinct(), key=_source_order),
        time=trial_time(trial, by_id, overrides, now),
        records=[origin_of(record) for record in records],
    )


def numbers_of(trial: Trial) -> list[str]:
    """The numbers it is known by, in the order of its page."""
    return [row.shown for row in _identifiers(trial)]


def _identifiers(trial: Trial) -> list[IdentifierRow]:
    numbers = TrialIdentifier.objects.filter(trial__head=trial.pk)
    return sorted((_identifier_row(one) for one in numbers), key=_identifier_order)


def _source_order(source: Source) -> int:
    """Papers first, copies of registry pages last."""
    return SOURCE_ORDER.get(source.kind, len(SOURCE_ORDER))


def discrepancies_of(condition: Q) -> list[Discrepancy]:
    """Disagreements about something, with their sides: two queries."""
    sides = DiscrepancySide.objects.select_related("source", "record")
    found = Discrepancy.objects.filter(condition).distinct()
    found = found.prefetch_related(Prefetch("sides", sides, to_attr="shown_sides"))
    return list(found)


def _identifier_row(one: TrialIdentifier) -> IdentifierRow:
    return IdentifierRow(
        one, display(one.registry, one.value), registry_url(one.registry, one.value)
    )


def _identifier_order(row: IdentifierRow) -> tuple[bool, bool, str]:
    one = row.identifier
    return (one.registry == "SPONSOR", one.kind != "PRIMARY", row.shown)


def _records(trial: Trial, identifiers: Iterable[IdentifierRow]) -> list[RegistryRecord]:
    """Every record of the trial's numbers, latest first, without the registries' long payloads."""
    ours = Q(pk__in=list(trial.field_origins.values()))
    for row in identifiers:
        ours |= Q(registry=row.identifier.registry, registry_id=row.identifier.value)
    said = Case(When(origin=RecordOrigin.SECONDARY, then=F("payload")))
    found = RegistryRecord.objects.filter(ours).defer("payload").annotate(said=said)
    return list(found.order_by("-fetched_at", "-pk"))


def _conditions(trial: Trial) -> list[TrialCondition]:
    """What it is about, each name once."""
    listed = TrialCondition.objects.in_force().filter(trial__head=trial.pk)
    named = {one.name: one for one in listed.select_related("condition").order_by("-by_hand")}
    return sorted(named.values(), key=lambda one: (one.position, one.pk))


def _arms(trial: Trial) -> list[ArmRow]:
    """Arms with their interventions and agents; what is tied to no arm comes last."""
    interventions = Intervention.objects.filter(removed_at=None)
    arms = list(trial.arms.prefetch_related(Prefetch("interventions", interventions)))
    loose = list(trial.interventions.filter(arms=None, removed_at=None))
    in_force = TrialAgent.objects.in_force().filter(trial__head=trial.pk)
    given = list(in_force.select_related("agent").order_by("agent__name", "pk"))
    rows = [
        ArmRow(arm, list(arm.interventions.all()), [one for one in given if one.arm_id == arm.pk])
        for arm in arms
    ]
    known = {arm.pk for arm in arms}
    unassigned = [one for one in given if one.arm_id not in known]
    if loose or unassigned:
        rows.append(ArmRow(None, loose, unassigned))
    return rows


def _agents(arms: list[ArmRow]) -> list[Agent]:
    """What the trial gives, each agent once, by name; placebo last."""
    given = {one.agent_id: one.agent for row in arms for one in row.agents}
    return sorted(given.values(), key=lambda one: (one.kind == AgentKind.PLACEBO, one.name))


def _candidates(trial: Trial) -> list[Candidate]:
    """Trials that may be this study and wait for a person's decision."""
    links = TrialLink.objects.filter(
        Q(trial_a__head=trial.pk) | Q(trial_b__head=trial.pk), decision=LinkDecision.CANDIDATE
    ).exclude(trial_a__head=F("trial_b__head"))
    return [
        Candidate(
            (link.trial_b if link.trial_a.head == trial.pk else link.trial_a).page,
            [signal_words(one) for one in link.signals],
        )
        for link in links.select_related("trial_a__merged_into", "trial_b__merged_into")
    ]


def _countries(sites: list[Site]) -> list[CountrySites]:
    by_country: dict[str, list[Site]] = {}
    for site in sites:
        name = country_name(site.country_code) if site.country_code else site.country
        by_country.setdefault(name or "Country not reported", []).append(site)
    return [CountrySites(name, by_country[name]) for name in sorted(by_country)]
