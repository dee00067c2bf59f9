"""Mechanism claims, judgements of bias, and the field's historical controls."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from evidence.models.items import EvidenceVersion, Locator, ModelSystem, key_once, part_key
from evidence.models.numbers import Measurement
from therapies.models import Agent, Pathway, Target


class Relation(models.TextChoices):
    """What a subject does to an object; a short closed list after BEL and INDRA.

    `evidence.mechanisms.relations` says of each what it means and whether it raises or lowers.
    """

    INCREASES = "INCREASES", "increases"
    DECREASES = "DECREASES", "decreases"
    ACTIVATES = "ACTIVATES", "activates"
    INHIBITS = "INHIBITS", "inhibits"
    REGULATES = "REGULATES", "regulates"
    BINDS = "BINDS", "binds"
    EXPRESSES = "EXPRESSES", "expresses"
    CARRIES = "CARRIES", "carries"
    SECRETES = "SECRETES", "secretes"
    POLARISES_TO = "POLARISES_TO", "polarises to"
    DEVELOPS_INTO = "DEVELOPS_INTO", "develops into"
    TARGETS = "TARGETS", "targets"
    CORRELATES_WITH = "CORRELATES_WITH", "correlates with"


class MechanismAssertion(models.Model):
    """One arrow: subject, relation, object; between which cells, by exosome or not, where seen."""

    version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="assertions"
    )
    locator = models.ForeignKey(Locator, on_delete=models.PROTECT, related_name="assertions")
    key = part_key()
    position = models.PositiveSmallIntegerField(default=0)
    subject_target = models.ForeignKey(
        Target,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_subject",
    )
    subject_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_subject",
    )
    subject_pathway = models.ForeignKey(
        Pathway,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_subject",
    )
    relation = models.CharField(max_length=16, choices=Relation.choices)
    object_target = models.ForeignKey(
        Target,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_object",
    )
    object_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_object",
    )
    object_pathway = models.ForeignKey(
        Pathway,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_object",
    )
    pathway = models.ForeignKey(
        Pathway,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions",
    )
    is_negated = models.BooleanField(default=False, help_text="Seen not to hold.")
    carried_by_exosome = models.BooleanField(null=True, blank=True)
    donor_cell = models.ForeignKey(
        Target,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_donor",
    )
    recipient_cell = models.ForeignKey(
        Target,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assertions_as_recipient",
    )
    context = models.CharField(max_length=300, blank=True)
    model_system = models.CharField(max_length=14, choices=ModelSystem.choices)

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            key_once("assertion"),
            *(
                models.CheckConstraint(
                    name=f"assertion_one_{end}",
                    condition=Q(
                        (f"{end}_target__isnull", False),
                        (f"{end}_agent", None),
                        (f"{end}_pathway", None),
                    )
                    | Q(
                        (f"{end}_target", None),
                        (f"{end}_agent__isnull", False),
                        (f"{end}_pathway", None),
                    )
                    | Q(
                        (f"{end}_target", None),
                        (f"{end}_agent", None),
                        (f"{end}_pathway__isnull", False),
                    ),
                )
                for end in ("subject", "object")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.get_relation_display()} {self.object}"

    @property
    def subject(self) -> Target | Agent | Pathway | None:
        """Whatever acts."""
        return self.subject_target or self.subject_agent or self.subject_pathway

    @property
    def object(self) -> Target | Agent | Pathway | None:
        """Whatever is acted upon."""
        return self.object_target or self.object_agent or self.object_pathway


class Benchmark(models.Model):
    """A historical control the field plots against: one measurement, named as such."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    measurement = models.OneToOneField(
        Measurement, on_delete=models.PROTECT, related_name="benchmark"
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BiasAssessment(models.Model):
    """A person's judgement of the risk of bias of one measurement in one domain."""

    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, related_name="bias_assessments"
    )
    domain = models.CharField(max_length=120)
    judgement = models.CharField(
        max_length=8,
        choices=[
            ("LOW", "low"),
            ("SOME", "some concerns"),
            ("HIGH", "high"),
            ("UNCLEAR", "unclear"),
        ],
    )
    reason = models.TextField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    assessed_at = models.DateTimeField()

    class Meta:
        ordering = ["measurement", "domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "domain", "reviewer"],
                name="biasassessment_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.domain}: {self.judgement}"
