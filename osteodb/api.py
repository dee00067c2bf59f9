"""The REST API, version 1: read-only, open, under /api/v1/.

What is promised, and what counts as breaking it:

* An address, a parameter, a field of an answer, its type and its unit, an error code and a value of
  a closed list do not disappear and do not change their meaning within version 1.
* New addresses, parameters and fields, and new values in closed lists, may be added: a client has
  to ignore fields that it does not know.
* null means that no source reports it, or that there is none. It never stands for no or zero.
* A parameter that is not known, or whose value is not, is refused with 400 and named; a list never
  answers more rows than were asked for. An empty value (`status=`) means "any", as from a form.
* Everything that is not a success is answered in one shape: `{"error": {code, status, message,
  problems, candidates}}`.
* Public ids (OST-T…, OST-E…) and slugs are permanent. The `id` of a measurement, comparison,
  change or run is permanent while its row is published.

Known users: OsteoDB's own pages link to it; no others have written to us yet.
"""

from __future__ import annotations

from django.urls import include, path, re_path
from django.views.generic import TemplateView
from rest_framework.routers import DefaultRouter

from evidence.api.differences import Differences
from evidence.api.mechanisms import Assertions, Contradictions, Paths, TouchingEntity
from evidence.api.synthesis import Synthesis
from evidence.api.views import (
    Comparisons,
    Discrepancies,
    Evidence,
    Measurements,
    Sources,
    TrialsWithEvidence,
)
from osteodb.core.api.errors import no_such_address
from osteodb.core.api.me import Me
from osteodb.core.api.schema import SchemaView
from therapies.api.views import Agents, Pathways, Regimens, Targets, TherapyClasses
from trials.api.views import Changes, Conditions, OriginDisagreements, QualityIssues, SyncRuns

router = DefaultRouter()
router.include_format_suffixes = False
for name, resource in (
    ("trials", TrialsWithEvidence),
    ("agents", Agents),
    ("targets", Targets),
    ("therapy-classes", TherapyClasses),
    ("pathways", Pathways),
    ("regimens", Regimens),
    ("conditions", Conditions),
    ("sources", Sources),
    ("evidence", Evidence),
    ("measurements", Measurements),
    ("comparisons", Comparisons),
    ("assertions", Assertions),
    ("discrepancies", Discrepancies),
    ("changes", Changes),
    ("origin-disagreements", OriginDisagreements),
    ("sync-runs", SyncRuns),
    ("quality-issues", QualityIssues),
):
    router.register(name, resource, basename=f"api-{name}")  # the pages have names of their own

urlpatterns = [
    path("v1/schema/", SchemaView.as_view(), name="api-schema"),
    path("v1/docs/", TemplateView.as_view(template_name="core/api_docs.html"), name="api-docs"),
    path("v1/me/", Me.as_view(), name="api-me"),
    path("v1/differences/", Differences.as_view(), name="api-differences"),
    path("v1/mechanisms/paths/", Paths.as_view(), name="api-mechanism-paths"),
    path("v1/mechanisms/touching/", TouchingEntity.as_view(), name="api-mechanism-touching"),
    path(
        "v1/mechanisms/contradictions/",
        Contradictions.as_view(),
        name="api-mechanism-contradictions",
    ),
    path("v1/synthesis/", Synthesis.as_view(), name="api-synthesis"),
    path("v1/", include(router.urls)),
    re_path(r"", no_such_address),
]
