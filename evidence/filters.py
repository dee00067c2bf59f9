"""What may be asked of evidence, its numbers and its sources; and of trials by their results."""

from __future__ import annotations

from django.db.models import Q

from evidence.filter_parts import (
    HAS_INTERVAL,
    HAS_N,
    ReadableStateFilter,
    comparisons_of_agents,
    discrepancies_about,
    disputed,
    endpoint_filter,
    evidence_filter,
    finding_filter,
    finding_weight_filter,
    has_findings_filter,
    model_system_filter,
    months_filter,
    numbers_of_agents,
    row_filter,
    source_filter,
    versions_about_agents,
    versions_about_classes,
    versions_about_targets,
    versions_about_trials,
    versions_from_sources,
    versions_with_endpoints,
    versions_with_finding,
    with_finding,
)
from evidence.models import (
    Comparison,
    Direction,
    DiscrepancyKind,
    DiscrepancyState,
    EffectMeasure,
    Estimator,
    EvidenceKind,
    EvidenceLevel,
    EvidenceVersion,
    Measurement,
    ModelSystem,
    RetractionState,
    Scope,
    Setting,
    Source,
    SourceKind,
    Unit,
    ValueState,
)
from evidence.wording import sources_matching, versions_matching
from osteodb.core.filter_values import whole_number
from osteodb.core.filters import (
    ChoicesFilter,
    OrderingFilter,
    StrictFilterSet,
    TermsFilter,
    TernaryFilter,
    WordsFilter,
    YesNoFilter,
)
from therapies.filters import (
    agent_filter,
    agents_of_classes,
    agents_of_targets,
    flat,
    pathway_ids,
    search_filter,
    target_filter,
    therapy_class_filter,
)
from therapies.wording import read_wording
from trials.filter_parts import time_since
from trials.filters import TrialFilterSet, trial_filter


class TrialEvidenceFilterSet(TrialFilterSet):
    """Trials as registered, and by what was published of them. Pages and API use this set."""

    endpoint = endpoint_filter(
        lambda values: (
            Q(
                pk__in=Measurement.objects.visible()
                .filter(endpoint__in=values, trial__isnull=False)
                .values("trial__head")
            )
            | Q(
                pk__in=Comparison.objects.visible()
                .filter(endpoint__in=values, trial__isnull=False)
                .values("trial__head")
            )
        )
    )


class EvidenceFilterSet(StrictFilterSet):
    """Statements by what they say, about what, and how strongly. The rows are versions."""

    kind = ChoicesFilter(
        EvidenceKind.choices, field_name="kind", label="kind", help_text="Sort of statement."
    )
    level = ChoicesFilter(
        EvidenceLevel.choices,
        field_name="level",
        label="level",
        help_text="A guideline or phase III, B clinical trial or cohort, C case reports, "
        "D preclinical, E inferred or from a review only.",
    )
    direction = ChoicesFilter(
        Direction.choices,
        field_name="direction",
        label="direction",
        help_text="Whether the evidence supports the statement's claim.",
    )
    model_system = model_system_filter("model_system")
    state = ReadableStateFilter()
    endpoint = endpoint_filter(versions_with_endpoints)
    trial = trial_filter(versions_about_trials)
    agent = agent_filter(lambda groups: versions_about_agents(flat(groups)))
    target = target_filter(versions_about_targets)
    therapy_class = therapy_class_filter(versions_about_classes)
    pathway = TermsFilter(
        resolve=pathway_ids,
        where=lambda groups: Q(
            pk__in=EvidenceVersion.pathways.through.objects.filter(
                pathway_id__in=flat(groups)
            ).values("evidenceversion_id")
        ),
        label="pathway",
        help_text="Slug or any name of a pathway.",
    )
    source = source_filter(versions_from_sources)
    has_findings = has_findings_filter(versions_with_finding())
    finding = finding_filter(lambda checks: versions_with_finding(check_name__in=checks))
    finding_weight = finding_weight_filter(
        lambda weights: versions_with_finding(weight__in=weights)
    )
    updated_since = time_since("updated_at", "changed since")
    search = search_filter(versions_matching, "statements and public ids", read=read_wording)
    ordering = OrderingFilter(
        {
            "public_id": "item__public_id",
            "level": "level",
            "kind": "kind",
            "published_at": "published_at",
            "updated_at": "updated_at",
        },
        default="-published_at",
    )


class NumberFilterSet(StrictFilterSet):
    """What measurements and comparisons have in common."""

    endpoint = endpoint_filter()
    scope = ChoicesFilter(
        Scope.choices,
        field_name="population__scope",
        label="scope",
        help_text="Whose disease: osteosarcoma only, a stratum of a wider trial, mixed sarcoma.",
    )
    setting = ChoicesFilter(
        Setting.choices,
        field_name="population__setting",
        label="setting",
        help_text="When in the course of the disease.",
    )
    state = ChoicesFilter(
        ValueState.choices,
        field_name="state",
        label="state",
        help_text="Whether there is a number, and if not, why.",
    )
    trial = trial_filter()
    model_system = model_system_filter("version__model_system")
    clinical = YesNoFilter(
        Q(version__model_system=ModelSystem.PATIENT),
        label="seen in patients",
        help_text="true: only what was seen in patients.",
    )
    has_interval = YesNoFilter(
        HAS_INTERVAL,
        label="with an interval",
        help_text="false: the source prints no confidence interval that could be read.",
    )
    source = source_filter(lambda groups: Q(locator__source_id__in=flat(groups)))
    evidence = evidence_filter("version__item")


class MeasurementFilterSet(NumberFilterSet):
    """Measurements by endpoint, estimator, patients and treatment."""

    measurement = row_filter("measurement")
    estimator = ChoicesFilter(
        Estimator.choices,
        field_name="estimator",
        label="estimator",
        help_text="How the number was made from the data; a crude proportion is not a "
        "Kaplan–Meier rate.",
    )
    unit = ChoicesFilter(
        Unit.choices, field_name="unit", label="unit", help_text="Unit of `value`."
    )
    has_n = YesNoFilter(
        HAS_N,
        label="with a number of patients",
        help_text="false: neither the number nor its population says how many patients it is of.",
    )
    value_months_min = months_filter("value_months", "gte", "value from")
    value_months_max = months_filter("value_months", "lte", "value up to")
    time_point_months_min = months_filter("time_point_months", "gte", "time point from")
    time_point_months_max = months_filter("time_point_months", "lte", "time point up to")
    agent = agent_filter(lambda groups: numbers_of_agents(flat(groups)))
    target = target_filter(lambda groups: numbers_of_agents(agents_of_targets(groups)))
    therapy_class = therapy_class_filter(
        lambda groups: numbers_of_agents(agents_of_classes(groups))
    )
    has_findings = has_findings_filter(with_finding("measurement"))
    finding = finding_filter(lambda checks: with_finding("measurement", check_name__in=checks))
    finding_weight = finding_weight_filter(
        lambda weights: with_finding("measurement", weight__in=weights)
    )
    disputed = YesNoFilter(
        disputed("measurement"),
        label="disputed",
        help_text="true: only numbers on the doubtful side of an open discrepancy; false: without.",
    )
    search = search_filter(
        lambda text: (
            Q(endpoint_name__icontains=text)
            | Q(arm_label__icontains=text)
            | Q(population__label__icontains=text)
            | Q(regimen__name__icontains=text)
        ),
        "endpoint names, arms, populations and regimens",
    )
    ordering = OrderingFilter(
        {
            "id": "pk",
            "endpoint": "endpoint",
            "value": "value",
            "trial": "trial__public_id",
            "evidence": "version__item__public_id",
        },
        default="id",
    )


class ComparisonFilterSet(NumberFilterSet):
    """Comparisons by endpoint, measure, patients and treatment."""

    comparison = row_filter("comparison")
    measure = ChoicesFilter(
        EffectMeasure.choices,
        field_name="measure",
        label="measure",
        help_text="What the comparison estimates.",
    )
    comparative_by_design = TernaryFilter(
        "comparative_by_design",
        label="comparative by design",
        help_text="Whether the trial was designed to compare these groups.",
    )
    agent = agent_filter(lambda groups: comparisons_of_agents(flat(groups)))
    target = target_filter(lambda groups: comparisons_of_agents(agents_of_targets(groups)))
    therapy_class = therapy_class_filter(
        lambda groups: comparisons_of_agents(agents_of_classes(groups))
    )
    has_findings = has_findings_filter(with_finding("comparison"))
    finding = finding_filter(lambda checks: with_finding("comparison", check_name__in=checks))
    finding_weight = finding_weight_filter(
        lambda weights: with_finding("comparison", weight__in=weights)
    )
    disputed = YesNoFilter(
        disputed("comparison"),
        label="disputed",
        help_text="true: only those on the doubtful side of an open discrepancy; false: without.",
    )
    search = search_filter(
        lambda text: (
            Q(endpoint_name__icontains=text)
            | Q(experimental_label__icontains=text)
            | Q(control_label__icontains=text)
            | Q(population__label__icontains=text)
        ),
        "endpoint names, groups and populations",
    )
    ordering = OrderingFilter(
        {
            "id": "pk",
            "endpoint": "endpoint",
            "value": "value",
            "p_value": "p_value",
            "trial": "trial__public_id",
            "evidence": "version__item__public_id",
        },
        default="id",
    )


class SourceFilterSet(StrictFilterSet):
    """Sources by kind, number, trial and year."""

    kind = ChoicesFilter(
        SourceKind.choices, field_name="kind", label="kind", help_text="Kind of document."
    )
    pmid = WordsFilter("pmid", lookup="exact", label="PMID", help_text="PubMed number.")
    doi = WordsFilter("doi", lookup="iexact", label="DOI", help_text="DOI without the resolver.")
    trial = trial_filter(
        lambda groups: Q(
            pk__in=Source.trials.through.objects.filter(trial__head__in=flat(groups)).values(
                "source_id"
            )
        )
    )
    retraction = ChoicesFilter(
        RetractionState.choices,
        field_name="retraction",
        label="retraction",
        help_text="Whether the document still stands; UNCHECKED is not fine.",
    )
    year = TermsFilter(
        resolve=whole_number,
        where=lambda years: Q(year__in=years),
        label="year",
        help_text="Year of publication.",
    )
    search = search_filter(
        sources_matching, "titles, authors, journals and numbers", read=read_wording
    )
    ordering = OrderingFilter(
        {"author": "first_author", "year": "year", "title": "title", "slug": "slug"},
        default="author,year,title",
    )


class DiscrepancyFilterSet(StrictFilterSet):
    """Disagreements by who disagrees, about what, and what became of it."""

    kind = ChoicesFilter(
        DiscrepancyKind.choices,
        field_name="kind",
        label="kind",
        help_text="Who disagrees with whom.",
    )
    state = ChoicesFilter(
        DiscrepancyState.choices, field_name="state", label="state", help_text="What became of it."
    )
    trial = trial_filter(discrepancies_about("trials", "trial__head"))
    agent = agent_filter(discrepancies_about("agents", "agent_id"))
    target = target_filter(discrepancies_about("targets", "target_id"))
    pathway = TermsFilter(
        resolve=pathway_ids,
        where=discrepancies_about("pathways", "pathway_id"),
        label="pathway",
        help_text="Slug or any name of a pathway.",
    )
    search = search_filter(
        lambda text: Q(title__icontains=text) | Q(explanation__icontains=text),
        "titles and explanations",
    )
    ordering = OrderingFilter(
        {"opened_at": "opened_at", "title": "title", "state": "state"}, default="state,title"
    )
