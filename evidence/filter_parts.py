"""Parts of evidence filters: words to rows, and rows by what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from evidence.models import (
    Check,
    Comparison,
    Discrepancy,
    Endpoint,
    EvidenceItem,
    EvidenceVersion,
    Finding,
    Locator,
    Measurement,
    ModelSystem,
    Source,
    Weight,
)
from evidence.querysets import READABLE, open_dispute
from osteodb.core.filter_values import UnknownTerm, decimal_number, whole_number
from osteodb.core.filters import ChoicesFilter, TermsFilter, ValueFilter, YesNoFilter
from osteodb.core.merged import kept_ids
from osteodb.core.review import ReviewState
from therapies.filters import agents_of_classes, at_or_below, flat
from therapies.models import RegimenAgent

HAS_INTERVAL = Q(ci_low__isnull=False) | Q(ci_high__isnull=False)
HAS_N = Q(n__isnull=False) | Q(population__n__isnull=False)

# --- Words to rows --------------------------------------------------------------------------------


def source_ids(text: str) -> list[int]:
    """The source of this slug, PMID, PMCID or DOI; of one merged into another, the other."""
    plain = text.casefold().removeprefix("https://doi.org/").removeprefix("doi:").strip()
    number = plain.removeprefix("pmid:").strip()
    named = Q(slug=plain) | Q(doi__iexact=plain) | Q(pmid=number) | Q(pmcid__iexact=plain)
    found = Source.objects.filter(named) if plain and number else Source.objects.none()
    ids = sorted(kept_ids(found))
    if not ids:
        known = Source.objects.values_list("slug", flat=True)
        raise UnknownTerm(f"There is no source {text!r}: give a slug, PMID, PMCID or DOI.", known)
    return ids


def item_ids(text: str) -> list[int]:
    """The evidence item of this public id."""
    items = EvidenceItem.objects.visible().filter(public_id__iexact=text)
    ids = list(items.values_list("pk", flat=True))
    if not ids:
        raise UnknownTerm(f"There is no evidence {text!r}: give a public id like OST-E000001.")
    return ids


# --- Versions by what they are linked to ----------------------------------------------------------


def versions_about_agents(agents: Any) -> Q:
    """Versions linked to any of these agents."""
    through = EvidenceVersion.agents.through.objects.filter(agent_id__in=agents)
    return Q(pk__in=through.values("evidenceversion_id"))


def versions_about_targets(groups: list[list[int]]) -> Q:
    """Versions linked to any of these targets."""
    through = EvidenceVersion.targets.through.objects.filter(target_id__in=flat(groups))
    return Q(pk__in=through.values("evidenceversion_id"))


def versions_about_classes(groups: list[list[str]]) -> Q:
    """Versions linked to these classes, to one below them, or to an agent of theirs."""
    through = EvidenceVersion.therapy_classes.through.objects
    linked = through.filter(at_or_below("therapyclass__path", groups))
    return Q(pk__in=linked.values("evidenceversion_id")) | versions_about_agents(
        agents_of_classes(groups)
    )


def versions_about_trials(groups: list[list[int]]) -> Q:
    """Versions linked to any of these trials, or with a number of theirs."""
    trials = flat(groups)
    through = EvidenceVersion.trials.through.objects.filter(trial__head__in=trials)
    numbers = Measurement.objects.filter(trial__head__in=trials)
    return Q(pk__in=through.values("evidenceversion_id")) | Q(pk__in=numbers.values("version_id"))


def versions_from_sources(groups: list[list[int]]) -> Q:
    """Versions read in any of these sources."""
    return Q(pk__in=Locator.objects.filter(source_id__in=flat(groups)).values("version_id"))


def versions_with_endpoints(values: list[str]) -> Q:
    """Versions with a number for any of these endpoints."""
    numbers = Measurement.objects.filter(endpoint__in=values).values("version_id")
    compared = Comparison.objects.filter(endpoint__in=values).values("version_id")
    return Q(pk__in=numbers) | Q(pk__in=compared)


# --- Numbers by what was given --------------------------------------------------------------------


def numbers_of_agents(agents: Any) -> Q:
    """Numbers whose regimen holds one of these agents; without a regimen, whose version does."""
    regimens = RegimenAgent.objects.filter(agent_id__in=agents).values("regimen_id")
    through = EvidenceVersion.agents.through.objects.filter(agent_id__in=agents)
    return Q(regimen_id__in=regimens) | Q(
        regimen=None, version_id__in=through.values("evidenceversion_id")
    )


def comparisons_of_agents(agents: Any) -> Q:
    """Comparisons of whose version one of these agents is a subject."""
    through = EvidenceVersion.agents.through.objects.filter(agent_id__in=agents)
    return Q(version_id__in=through.values("evidenceversion_id"))


def disputed(column: str) -> Q:
    """Numbers that stand on the doubtful side of a discrepancy that is not resolved."""
    return Q(open_dispute(column))


def discrepancies_about(attribute: str, column: str) -> Callable[[list[list[int]]], Q]:
    """Discrepancies tied to any of these trials, agents …, which `column` names."""
    through = getattr(Discrepancy, attribute).through.objects

    def where(groups: list[list[int]]) -> Q:
        tied = through.filter(**{f"{column}__in": flat(groups)})
        return Q(pk__in=tied.values("discrepancy_id"))

    return where


def with_finding(column: str, **asked: Any) -> Q:
    """Numbers about which the arithmetic says something, of a kind where one is asked for."""
    return Q(Exists(Finding.objects.filter(**{column: OuterRef("pk")}, **asked)))


def versions_with_finding(**asked: Any) -> Q:
    """Versions with a number about which the arithmetic says something."""
    found = Finding.objects.filter(**asked)
    measured = found.filter(measurement__isnull=False).values("measurement__version")
    compared = found.filter(comparison__isnull=False).values("comparison__version")
    return Q(pk__in=measured) | Q(pk__in=compared)


# --- Filters that several sets use ----------------------------------------------------------------


def endpoint_filter(where: Callable[[list[str]], Q] | None = None) -> ChoicesFilter:
    """The filter `endpoint`."""
    return ChoicesFilter(
        Endpoint.choices,
        field_name="endpoint",
        where=where,
        label="endpoint",
        help_text="What was measured.",
    )


def model_system_filter(column: str) -> ChoicesFilter:
    """The filter `model_system`."""
    return ChoicesFilter(
        ModelSystem.choices,
        field_name=column,
        label="seen in",
        help_text="In whom or what it was seen; only PATIENT is clinical.",
    )


def source_filter(where: Callable[[list[Any]], Q]) -> TermsFilter:
    """The filter `source`."""
    return TermsFilter(
        resolve=source_ids,
        where=where,
        label="source",
        help_text="Slug, PMID, PMCID or DOI of a source.",
    )


def evidence_filter(column: str) -> TermsFilter:
    """The filter `evidence`: an item's public id."""
    return TermsFilter(
        resolve=item_ids,
        where=lambda groups: Q(**{f"{column}__in": flat(groups)}),
        label="evidence",
        help_text="Public id of an evidence item, such as OST-E000001.",
    )


def row_filter(what: str) -> TermsFilter:
    """The filter `measurement` or `comparison`: rows chosen one by one, by their ids."""
    return TermsFilter(
        resolve=whole_number,
        where=lambda ids: Q(pk__in=ids),
        label=what,
        help_text=f"Id of a {what}; several are a choice made one by one.",
    )


def has_findings_filter(condition: Q) -> YesNoFilter:
    """The filter `has_findings`."""
    return YesNoFilter(
        condition,
        label="has findings",
        help_text="true: only where a sum done again did not come out as printed; false: without.",
    )


def finding_filter(where: Callable[[list[str]], Q]) -> ChoicesFilter:
    """The filter `finding`: which check did not come out as printed."""
    return ChoicesFilter(
        Check.choices,
        where=where,
        label="finding",
        help_text="Which sum done again did not come out as printed.",
    )


def finding_weight_filter(where: Callable[[list[str]], Q]) -> ChoicesFilter:
    """The filter `finding_weight`: how much a finding says."""
    return ChoicesFilter(
        Weight.choices,
        where=where,
        label="weight of findings",
        help_text="How much a finding says; only a CONTRADICTION cannot be innocent.",
    )


def months_filter(column: str, bound: str, label: str) -> ValueFilter:
    """A filter on a length of time in months: `gte` from, `lte` up to what is given."""
    return ValueFilter(
        read=decimal_number,
        where=lambda months: Q(**{f"{column}__{bound}": months}),
        schema={"type": "number", "minimum": 0},
        label=label,
        help_text=f"The {label} this; days, weeks and years in months of 30.4375 days.",
    )


class ReadableStateFilter(ChoicesFilter):
    """Which readable versions: what OsteoDB says now, unless others are asked for."""

    has_default = True

    def __init__(self) -> None:
        super().__init__(
            [(state, state.lower()) for state in READABLE],
            field_name="state",
            label="state",
            help_text="PUBLISHED is what OsteoDB says now and what is listed without this "
            "parameter; SUPERSEDED is what it used to say; RETRACTED was withdrawn.",
        )

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        return super().filter(qs, value or [ReviewState.PUBLISHED.value])
