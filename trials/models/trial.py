"""The trial itself."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from osteodb.core.fields import (
    PublicId,
    earliest_day,
    partial_date,
    partial_date_check,
    partial_date_type,
)
from trials.querysets import TrialQuerySet


class TrialStatus(models.TextChoices):
    """ClinicalTrials.gov's overall status, lower case, and WHO's generic `not_recruiting`."""

    NOT_YET_RECRUITING = "not_yet_recruiting", "Not yet recruiting"
    RECRUITING = "recruiting", "Recruiting"
    ENROLLING_BY_INVITATION = "enrolling_by_invitation", "Enrolling by invitation"
    ACTIVE_NOT_RECRUITING = "active_not_recruiting", "Active, not recruiting"
    NOT_RECRUITING = "not_recruiting", "Not recruiting"
    SUSPENDED = "suspended", "Suspended"
    COMPLETED = "completed", "Completed"
    TERMINATED = "terminated", "Terminated"
    WITHDRAWN = "withdrawn", "Withdrawn"
    AVAILABLE = "available", "Expanded access: available"
    NO_LONGER_AVAILABLE = "no_longer_available", "Expanded access: no longer available"
    TEMPORARILY_NOT_AVAILABLE = (
        "temporarily_not_available",
        "Expanded access: temporarily not available",
    )
    APPROVED_FOR_MARKETING = "approved_for_marketing", "Approved for marketing"
    WITHHELD = "withheld", "Withheld by the registry"
    UNKNOWN = "unknown", "Unknown"
    OTHER = "other", "Other"


class Phase(models.TextChoices):
    """ClinicalTrials.gov's phases. A phase 2/3 trial has two."""

    NA = "NA", "Not applicable"
    EARLY_PHASE1 = "EARLY_PHASE1", "Early phase 1"
    PHASE1 = "PHASE1", "Phase 1"
    PHASE2 = "PHASE2", "Phase 2"
    PHASE3 = "PHASE3", "Phase 3"
    PHASE4 = "PHASE4", "Phase 4"


class StudyType(models.TextChoices):
    """ClinicalTrials.gov's study types."""

    INTERVENTIONAL = "INTERVENTIONAL", "Interventional"
    OBSERVATIONAL = "OBSERVATIONAL", "Observational"
    EXPANDED_ACCESS = "EXPANDED_ACCESS", "Expanded access"


class EnrolmentType(models.TextChoices):
    """Whether the count is of people enrolled or of people planned."""

    ACTUAL = "ACTUAL", "actual"
    ESTIMATED = "ESTIMATED", "estimated"


class Sex(models.TextChoices):
    """Who may take part."""

    ALL = "ALL", "All"
    FEMALE = "FEMALE", "Female"
    MALE = "MALE", "Male"


class InclusionDecision(models.TextChoices):
    """Whether a trial belongs in OsteoDB. Readers see INCLUDED; a CANDIDATE waits for a person."""

    INCLUDED = "INCLUDED", "included"
    CANDIDATE = "CANDIDATE", "waits for a decision"
    EXCLUDED = "EXCLUDED", "excluded"


@pghistory.track(
    fields=["inclusion", "inclusion_reason", "merged_into", "curator_note"],
    model_name="TrialCurationEvent",
    level=pghistory.Statement,
)
class Trial(models.Model):
    """One real study, whatever numbers it is registered under.

    Registry-owned fields are computed from its records by `trials.reconcile`; `field_origins` says
    which record each came from, `FieldOverride` holds what a curator set instead. Empty and NULL
    mean "not reported", never no or zero.

    A trial merged into another keeps all its rows, so that the merge can be taken back: whatever is
    read of a trial is read by `head`, of the trial itself and of those merged into it.
    """

    public_id = models.CharField(
        max_length=20,
        unique=True,
        editable=False,
        db_default=PublicId("OST-T", "trials_trial_public_id"),
    )
    brief_title = models.CharField(max_length=600, blank=True)
    official_title = models.TextField(blank=True)
    acronym = models.CharField(max_length=100, blank=True)
    sort_title = models.CharField(max_length=600, blank=True, editable=False)
    brief_summary = models.TextField(blank=True)

    lead_sponsor = models.CharField(max_length=400, blank=True)
    lead_sponsor_class = models.CharField(max_length=20, blank=True)
    collaborators = ArrayField(models.CharField(max_length=400), default=list, blank=True)

    study_type = models.CharField(max_length=20, blank=True, choices=StudyType.choices)
    phases = ArrayField(
        models.CharField(max_length=12, choices=Phase.choices), default=list, blank=True
    )
    allocation = models.CharField(max_length=40, blank=True)
    intervention_model = models.CharField(max_length=40, blank=True)
    masking = models.CharField(max_length=40, blank=True)
    primary_purpose = models.CharField(max_length=40, blank=True)
    design_note = models.CharField(max_length=400, blank=True)

    status = models.CharField(
        max_length=30, choices=TrialStatus.choices, default=TrialStatus.UNKNOWN
    )
    status_raw = models.CharField(max_length=200, blank=True, help_text="As the origin words it.")
    last_known_status = models.CharField(max_length=30, blank=True, choices=TrialStatus.choices)
    why_stopped = models.TextField(blank=True)

    enrolment_count = models.PositiveIntegerField("enrolment", null=True, blank=True)
    enrolment_type = models.CharField(max_length=9, blank=True, choices=EnrolmentType.choices)

    start_date = partial_date("start")
    start_date_type = partial_date_type("start")
    start_date_earliest = earliest_day("start_date")
    primary_completion_date = partial_date("primary completion")
    primary_completion_date_type = partial_date_type("primary completion")
    primary_completion_date_earliest = earliest_day("primary_completion_date")
    completion_date = partial_date("completion")
    completion_date_type = partial_date_type("completion")
    completion_date_earliest = earliest_day("completion_date")
    status_verified_date = partial_date("status verified")
    first_posted_date = models.DateField("first posted", null=True, blank=True)
    last_update_posted_date = models.DateField("last update posted", null=True, blank=True)
    results_first_posted_date = models.DateField("results first posted", null=True, blank=True)
    has_results = models.BooleanField(
        "has results",
        null=True,
        blank=True,
        help_text="Results posted in the registry.",
    )

    minimum_age = models.CharField(max_length=40, blank=True, help_text='Such as "12 Years".')
    maximum_age = models.CharField(max_length=40, blank=True)
    minimum_age_years = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    maximum_age_years = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    sex = models.CharField(max_length=6, blank=True, choices=Sex.choices)
    healthy_volunteers = models.BooleanField(null=True, blank=True)
    eligibility_criteria = models.TextField(blank=True)
    keywords = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    countries = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        help_text="ISO 3166-1 alpha-2 codes of the countries with sites.",
    )

    inclusion = models.CharField(
        max_length=10,
        choices=InclusionDecision.choices,
        default=InclusionDecision.CANDIDATE,
    )
    inclusion_reason = models.CharField(max_length=500)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_trials",
    )
    head = models.GeneratedField(
        expression=Coalesce("merged_into", "id"),
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="The id of the trial on whose page this one is shown: itself, unless merged.",
    )
    curator_note = models.TextField(blank=True)

    field_origins = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="When a field was last changed.")
    search = models.GeneratedField(
        expression=(
            SearchVector("acronym", "brief_title", "official_title", weight="A", config="english")
            + SearchVector("lead_sponsor", weight="B", config="english")
            + SearchVector("brief_summary", weight="C", config="english")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-last_update_posted_date", "id"]
        constraints = [
            models.CheckConstraint(
                name="trial_status_is_known", condition=Q(status__in=TrialStatus.values)
            ),
            models.CheckConstraint(
                name="trial_inclusion_has_reason", condition=~Q(inclusion_reason="")
            ),
            models.CheckConstraint(
                name="trial_not_merged_into_itself", condition=~Q(merged_into=F("id"))
            ),
            partial_date_check("trial", "start_date"),
            partial_date_check("trial", "primary_completion_date"),
            partial_date_check("trial", "completion_date"),
            partial_date_check("trial", "status_verified_date"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="trial_search"),
            GinIndex(fields=["phases"], name="trial_phases"),
            GinIndex(fields=["countries"], name="trial_countries"),
            models.Index(fields=["status"], name="trial_status"),
            models.Index(fields=["-last_update_posted_date", "id"], name="trial_last_update"),
            models.Index(fields=["start_date_earliest"], name="trial_start"),
            models.Index(fields=["updated_at"], name="trial_updated"),
            models.Index(fields=["head"], name="trial_head"),
        ]

    def __str__(self) -> str:
        return self.acronym or self.brief_title or self.official_title or self.public_id

    @property
    def page(self) -> Trial:
        """The trial on whose page this one is shown: itself, unless merged."""
        return self.merged_into or self

    @property
    def title(self) -> str:
        """The title a reader sees first; the public id where no source gives a title."""
        return self.brief_title or self.official_title or self.acronym or self.public_id
