"""The endpoints about evidence. Read-only; no account is needed; drafts are never shown."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from evidence.api import rows, shapes, statements
from evidence.filter_parts import source_ids
from evidence.filters import (
    ComparisonFilterSet,
    DiscrepancyFilterSet,
    EvidenceFilterSet,
    MeasurementFilterSet,
    SourceFilterSet,
    TrialEvidenceFilterSet,
)
from evidence.models import Comparison, Discrepancy, EvidenceVersion, Measurement, Source
from osteodb.core.api.errors import NotFound
from osteodb.core.api.views import Resource
from osteodb.core.filter_values import UnknownTerm, did_you_mean
from therapies.api.views import by_slug, tell_moved
from trials.api.views import Trials, by_id


class TrialsWithEvidence(Trials):
    __doc__ = Trials.__doc__

    filterset_class = TrialEvidenceFilterSet
    linked = (
        *("changes", "origin-disagreements", "measurements", "comparisons", "evidence"),
        *("sources", "discrepancies"),
    )


class Evidence(Resource):
    """What OsteoDB says, each statement with its sources, the places in them, and its level.

    The list holds published versions; `state=SUPERSEDED` or `RETRACTED` asks for what it used to
    say. One item answers with its published version, or the latest one that was, and with its
    numbers and its mechanism.
    """

    filterset_class = EvidenceFilterSet
    row_shape, detail_shape = shapes.EvidenceRowShape, shapes.EvidenceDetailShape
    singular, plural = "evidence item", "evidence"
    key_help = "Public id of the item, such as OST-E000001."

    def visible(self) -> QuerySet[EvidenceVersion]:
        return EvidenceVersion.objects.readable()

    def rows(self, queryset: QuerySet[EvidenceVersion], site: str) -> list[shapes.EvidenceRowShape]:
        return statements.evidence_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.EvidenceDetailShape:
        published_first = Case(
            When(state="PUBLISHED", then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        versions = self.visible().filter(item__public_id__iexact=key)
        version = versions.order_by(published_first, "-number").first()
        if version is None:
            raise NotFound(f"There is no evidence {key[:40]!r}.")
        return statements.evidence_detail(version, site)


class Measurements(Resource):
    """Numbers: one arm, one endpoint, one estimator, one time, with source and locator.

    `value.printed` is as printed, `value.number` the same as a number in `unit`; both are null
    unless `state` is REPORTED. `clinical` is true only for what was seen in patients. A number on
    the doubtful side of an open discrepancy has `disputed` true and names the discrepancy.
    """

    filterset_class = MeasurementFilterSet
    row_shape = detail_shape = shapes.MeasurementRowShape
    singular, plural = "measurement", "measurements"

    def visible(self) -> QuerySet[Measurement]:
        return Measurement.objects.visible()

    def rows(self, queryset: QuerySet[Measurement], site: str) -> list[shapes.MeasurementRowShape]:
        return rows.measurement_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.MeasurementRowShape:
        pk = by_id(self.visible(), key)
        [row] = rows.measurement_rows(Measurement.objects.filter(pk=pk), site)
        return row


class Comparisons(Resource):
    """Two groups against each other: hazard, odds and risk ratios, differences, tests.

    Ratios have no unit. `p.modifier` says whether p is printed as equal, below or above.
    """

    filterset_class = ComparisonFilterSet
    row_shape = detail_shape = shapes.ComparisonRowShape
    singular, plural = "comparison", "comparisons"

    def visible(self) -> QuerySet[Comparison]:
        return Comparison.objects.visible()

    def rows(self, queryset: QuerySet[Comparison], site: str) -> list[shapes.ComparisonRowShape]:
        return rows.comparison_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.ComparisonRowShape:
        pk = by_id(self.visible(), key)
        [row] = rows.comparison_rows(Comparison.objects.filter(pk=pk), site)
        return row


class Sources(Resource):
    """Papers, abstracts, registry results, reviews, pages: where statements were read.

    Identifiers that nobody has seen are null. `retraction` UNCHECKED does not mean fine.
    """

    filterset_class = SourceFilterSet
    row_shape, detail_shape = shapes.SourceRowShape, shapes.SourceDetailShape
    singular, plural = "source", "sources"
    key_help = "Slug, PMID, PMCID or DOI of the source."
    lookup_value_regex = ".+?"  # DOIs have slashes

    def visible(self) -> QuerySet[Source]:
        return Source.objects.current()

    def rows(self, queryset: QuerySet[Source], site: str) -> list[shapes.SourceRowShape]:
        return rows.source_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.SourceDetailShape:
        try:
            [pk, *_] = source_ids(key)
        except UnknownTerm as unknown:
            raise NotFound(unknown.message + did_you_mean(key, unknown.known)) from None
        found = rows.source_detail(pk, site)
        tell_moved(Source, key, found["slug"], found["url"])
        return found


class Discrepancies(Resource):
    """Statements that disagree: both sides are kept, with what was decided and why."""

    filterset_class = DiscrepancyFilterSet
    row_shape = detail_shape = shapes.DiscrepancyRowShape
    singular, plural = "discrepancy", "discrepancies"
    key_help = "Slug of the discrepancy."

    def visible(self) -> QuerySet[Discrepancy]:
        return Discrepancy.objects.all()

    def rows(self, queryset: QuerySet[Discrepancy], site: str) -> list[shapes.DiscrepancyRowShape]:
        return statements.discrepancy_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.DiscrepancyRowShape:
        found = Discrepancy.objects.filter(pk=by_slug(Discrepancy, key))
        [row] = statements.discrepancy_rows(found, site)
        return row
