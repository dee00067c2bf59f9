"""What a trial gives to whom, where, and what it measures."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from therapies.models import Agent
from trials.models.trial import Trial
from trials.querysets import TrialAgentQuerySet, TrialConditionQuerySet


class Arm(models.Model):
    """A group of participants as registered; kept when the registry drops it: results need it."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="arms")
    label = models.CharField(max_length=400)
    arm_type = models.CharField(
        max_length=30, blank=True, help_text="EXPERIMENTAL, PLACEBO_COMPARATOR …"
    )
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the registry no longer listed it."
    )

    class Meta:
        ordering = ["trial", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["trial", "label"], name="arm_unique_label")]

    def __str__(self) -> str:
        return self.label


class Intervention(models.Model):
    """What is given or done, in the registry's words; the link to an agent is `TrialAgent`."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="interventions")
    name = models.CharField(max_length=400)
    intervention_type = models.CharField(max_length=40, blank=True, help_text="DRUG, BIOLOGICAL …")
    other_names = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    description = models.TextField(blank=True)
    arms = models.ManyToManyField(Arm, blank=True, related_name="interventions")
    position = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["trial", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "intervention_type", "name"],
                name="intervention_unique_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgentRole(models.TextChoices):
    """What an agent is there for in a trial."""

    EXPERIMENTAL = "EXPERIMENTAL", "experimental"
    COMPARATOR = "COMPARATOR", "comparator"
    BACKBONE = "BACKBONE", "backbone"
    UNSTATED = "UNSTATED", "not stated"


class AgentMatch(models.TextChoices):
    """How an intervention was tied to an agent."""

    NAME = "NAME", "a name in the registry equals a known name"
    CURATOR = "CURATOR", "set by a curator"
    CORPUS = "CORPUS", "set by the corpus"


@pghistory.track(level=pghistory.Statement)
class TrialAgent(models.Model):
    """That a trial gives an agent, in which arm and role, and how we know."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="trial_agents")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="trial_agents")
    arm = models.ForeignKey(
        Arm,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="trial_agents",
    )
    intervention = models.ForeignKey(
        Intervention,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="trial_agents",
    )
    role = models.CharField(max_length=12, choices=AgentRole.choices, default=AgentRole.UNSTATED)
    matched_by = models.CharField(max_length=8, choices=AgentMatch.choices)
    matched_name = models.CharField(max_length=400, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = TrialAgentQuerySet.as_manager()

    class Meta:
        ordering = ["trial", "agent__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "agent", "arm"],
                name="trialagent_unique",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.trial.public_id}"


@pghistory.track()
class Condition(models.Model):
    """A disease in a tree: bone sarcoma → osteosarcoma → its subtypes.

    `path` is the slugs from the root joined by "/", kept by the service, as in `TherapyClass`.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160, unique=True)
    names = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=400, unique=True, editable=False)
    mesh_id = models.CharField("MeSH", max_length=20, blank=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(name="condition_not_own_parent", condition=~Q(parent=F("id")))
        ]

    def __str__(self) -> str:
        return self.name


class TrialCondition(models.Model):
    """A condition a trial lists, in the registry's words, tied to the tree where it is known.

    One that a person or the corpus named stays beside what the registries list.
    """

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="trial_conditions")
    name = models.CharField(max_length=400)
    condition = models.ForeignKey(
        Condition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="trial_conditions",
    )
    position = models.PositiveSmallIntegerField(default=0)
    by_hand = models.BooleanField(default=False, help_text="Named by a person or the corpus.")

    objects = TrialConditionQuerySet.as_manager()

    class Meta:
        ordering = ["trial", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "name", "by_hand"], name="trialcondition_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where a trial recruits. No person, no street, no telephone."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="sites")
    facility = models.CharField(max_length=400, blank=True)
    city = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=200, blank=True)
    country = models.CharField("country as written", max_length=200, blank=True)
    country_code = models.CharField("ISO 3166-1", max_length=2, blank=True)
    status = models.CharField(max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["trial", "country", "city", "facility", "id"]
        indexes = [models.Index(fields=["country_code"], name="site_country")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.facility, self.city, self.country) if part)


class OutcomeKind(models.TextChoices):
    """How a registered outcome ranks."""

    PRIMARY = "PRIMARY", "primary"
    SECONDARY = "SECONDARY", "secondary"
    OTHER = "OTHER", "other"


class RegisteredOutcome(models.Model):
    """What a trial said it would measure, with the time frame, in the registry's words."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=9, choices=OutcomeKind.choices)
    measure = models.TextField()
    time_frame = models.TextField(blank=True)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["trial", "kind", "position", "id"]

    def __str__(self) -> str:
        return self.measure[:120]


class TrialReference(models.Model):
    """A publication the registry ties to a trial (type BACKGROUND, RESULT or DERIVED)."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="references")
    pmid = models.CharField("PMID", max_length=12, blank=True)
    reference_type = models.CharField(max_length=12, blank=True)
    citation = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["trial", "position", "id"]
        indexes = [models.Index(fields=["pmid"], name="trialreference_pmid")]

    def __str__(self) -> str:
        return self.pmid or self.citation[:80]
