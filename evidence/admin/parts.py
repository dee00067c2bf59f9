"""The parts of statements in lists of their own, judgements of bias, and benchmarks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from evidence import services
from evidence.models import (
    Benchmark,
    BiasAssessment,
    Comparison,
    CorpusEntry,
    Finding,
    Locator,
    Measurement,
    MechanismAssertion,
    Population,
)
from evidence.services.judgements import assess_bias
from evidence.tables import MeasurementTable
from osteodb.core.admin_base import ReadOnlyAdmin, ServiceAdmin
from osteodb.core.admin_tables import ExportsTable


class PartAdmin(ReadOnlyAdmin):
    """A part of a statement: found here, written on the statement's own form."""

    why = "Parts of a statement are written on its own form while it is a draft."


@admin.register(Locator)
class LocatorAdmin(PartAdmin):
    """Where statements were read."""

    list_display = ("source", "place", "version", "seen_on")
    list_select_related = ("source", "version__item")
    search_fields = ("source__title", "source__first_author", "section", "version__item__public_id")


@admin.register(Population)
class PopulationAdmin(PartAdmin):
    """Who the numbers are about."""

    list_display = ("label", "n", "scope", "setting", "trial", "version")
    list_filter = ("scope", "setting", "version__state")
    list_select_related = ("trial", "version__item")
    search_fields = ("label", "version__item__public_id", "trial__identifiers__value")


@admin.register(Measurement)
class MeasurementAdmin(ExportsTable, PartAdmin):
    """Every number."""

    table = MeasurementTable()
    list_display = (
        "endpoint", "estimator", "value_raw", "unit_raw", "ci_raw", "arm_label", "population",
        "trial", "version",
    )  # fmt: skip
    list_filter = ("endpoint", "estimator", "state", "version__state", "version__model_system")
    list_select_related = ("population", "trial", "version__item")
    search_fields = (
        "version__item__public_id", "endpoint_name", "arm_label", "value_raw",
        "trial__identifiers__value", "trial__acronym", "regimen__name",
    )  # fmt: skip


@admin.register(Comparison)
class ComparisonAdmin(PartAdmin):
    """Groups against each other."""

    list_display = (
        "endpoint", "measure", "value_raw", "ci_raw", "p_raw", "experimental_label",
        "control_label", "trial", "version",
    )  # fmt: skip
    list_filter = ("endpoint", "measure", "version__state")
    list_select_related = ("trial", "version__item")
    search_fields = (
        "version__item__public_id", "experimental_label", "control_label",
        "trial__identifiers__value",
    )  # fmt: skip


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """What the arithmetic says about numbers: a work list."""

    list_display = ("says", "weight", "check_name", "measurement", "comparison", "found_at")
    list_filter = ("weight", "check_name", "measurement__version__state")
    list_select_related = ("measurement", "comparison")
    search_fields = (
        "says", "measurement__version__item__public_id", "comparison__version__item__public_id",
    )  # fmt: skip
    why = "Follows from the numbers: mend a number in the next version of its statement."


@admin.register(MechanismAssertion)
class MechanismAssertionAdmin(PartAdmin):
    """Arrows of mechanisms."""

    list_display = ("__str__", "carried_by_exosome", "model_system", "pathway", "version")
    list_filter = ("relation", "model_system", "carried_by_exosome", "version__state")
    list_select_related = (
        "version__item", "pathway", "subject_target", "subject_agent", "subject_pathway",
        "object_target", "object_agent", "object_pathway",
    )  # fmt: skip
    search_fields = (
        "version__item__public_id", "subject_target__symbol", "object_target__symbol",
        "subject_agent__name", "object_agent__name",
    )  # fmt: skip


@admin.register(BiasAssessment)
class BiasAssessmentAdmin(ServiceAdmin):
    """How far numbers can be trusted, each person's judgement in that person's name."""

    list_display = ("measurement", "domain", "judgement", "reviewer", "assessed_at")
    list_filter = ("judgement", "domain")
    list_select_related = ("measurement", "reviewer")
    search_fields = ("domain", "measurement__version__item__public_id", "reason")
    fields = ("measurement", "domain", "judgement", "reason", "reviewer", "assessed_at")
    why = "A judgement stands in the name of the person who made it; others add their own."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who and when is set by saving; which number is fixed."""
        who = ("reviewer", "assessed_at")
        return (*who, "measurement") if obj else who

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Judge."""
        return assess_bias(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Change one's own judgement."""
        assess_bias(assessment=row, measurement=row.measurement, **given, **who)


@admin.register(Benchmark)
class BenchmarkAdmin(ServiceAdmin):
    """The field's historical controls: published numbers, named as such."""

    list_display = ("name", "measurement", "stands_on", "note")
    list_select_related = ("measurement__version__item",)
    search_fields = ("name", "slug", "measurement__version__item__public_id")
    fields = ("name", "slug", "measurement", "note")

    @admin.display(description="stands on", ordering="measurement__version")
    def stands_on(self, row: Any) -> str:
        """Which version its number is of, and whether that is what OsteoDB says now."""
        version = row.measurement.version
        return f"{version}, {version.get_state_display()}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The address never changes."""
        return ("slug",) if obj else ()

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Name a number."""
        return services.set_benchmark(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Bring it up to date."""
        services.set_benchmark(slug=row.slug, **given, **who)


@admin.register(CorpusEntry)
class CorpusEntryAdmin(ReadOnlyAdmin):
    """What the corpus files brought."""

    list_display = ("kind", "key", "object_kind", "object_id", "loaded_at")
    list_filter = ("kind",)
    search_fields = ("key", "object_kind")
    why = "Written by load_corpus, so that loading twice changes nothing."
