"""The stable thing we say, its versions, and where each version was read."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from evidence.models.sources import Source
from evidence.querysets import EvidenceItemQuerySet, EvidenceVersionQuerySet
from osteodb.core.fields import PublicId, full_text
from osteodb.core.review import ReviewState
from therapies.models import Agent, Pathway, Regimen, Target, TherapyClass
from trials.models import RegisteredOutcome, Trial


def part_key() -> models.CharField[str, str]:
    """The name of a part within its version: other parts, later versions and files call it by it.

    The same measurement has the same key in the next version, so that two versions can be compared
    part by part.
    """
    return models.CharField(max_length=80, editable=False)


def key_once(table: str) -> models.UniqueConstraint:
    """A key names one part of its kind in a version."""
    return models.UniqueConstraint(fields=["version", "key"], name=f"{table}_key_unique")


class EvidenceItem(models.Model):
    """A statement with a permanent address. What it says stands in its versions."""

    public_id = models.CharField(
        max_length=20,
        unique=True,
        editable=False,
        db_default=PublicId("OST-E", "evidence_item_public_id"),
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = EvidenceItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.public_id


class EvidenceKind(models.TextChoices):
    """What sort of statement it is; each kind requires and forbids links and numbers."""

    EFFICACY = "EFFICACY", "efficacy"
    SAFETY = "SAFETY", "safety"
    BIOMARKER = "BIOMARKER", "biomarker"
    DIAGNOSTIC = "DIAGNOSTIC", "diagnostic"
    MECHANISM = "MECHANISM", "mechanism"
    RESISTANCE = "RESISTANCE", "resistance"
    COMPOSITION = "COMPOSITION", "composition"
    EPIDEMIOLOGY = "EPIDEMIOLOGY", "epidemiology"


class EvidenceLevel(models.TextChoices):
    """How strong the kind of evidence is. A claim read only in a review is never above E."""

    A = "A", "A: guideline or phase III trial"
    B = "B", "B: clinical trial or cohort"
    C = "C", "C: case reports"
    D = "D", "D: preclinical"
    E = "E", "E: inferred, or from a review only"


class Direction(models.TextChoices):
    """Whether the evidence supports what was looked into.

    Of an efficacy statement that is that the therapy helps; of any other, what the statement says.
    """

    SUPPORTS = "SUPPORTS", "supports"
    DOES_NOT_SUPPORT = "DOES_NOT_SUPPORT", "does not support"
    MIXED = "MIXED", "mixed"


class ModelSystem(models.TextChoices):
    """In whom or what it was seen. Only PATIENT may stand in a clinical table or plot."""

    PATIENT = "PATIENT", "patients"
    PATIENT_TISSUE = "PATIENT_TISSUE", "patients' tissue or blood"
    MOUSE = "MOUSE", "mouse"
    CELL_LINE = "CELL_LINE", "cell line"
    IN_SILICO = "IN_SILICO", "computation"
    MIXED = "MIXED", "several"
    NOT_STATED = "NOT_STATED", "not stated"


class EvidenceVersion(models.Model):
    """One wording of an item, with everything it rests on and its place in review.

    A published version is never edited: a new draft starts as a copy, and on publication the
    earlier one becomes SUPERSEDED and stays readable. A draft that is given up is WITHDRAWN, with a
    reason, and kept for curators.
    """

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value.replace("_", " ").lower()) for state in ReviewState],
        default=ReviewState.DRAFT.value,
    )
    kind = models.CharField(max_length=12, choices=EvidenceKind.choices)
    statement = models.TextField(help_text="In our own words.")
    level = models.CharField(max_length=1, choices=EvidenceLevel.choices)
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 to 5: how well this one claim was shown."
    )
    direction = models.CharField(max_length=16, choices=Direction.choices)
    model_system = models.CharField(max_length=14, choices=ModelSystem.choices)
    note = models.TextField(blank=True)

    trials = models.ManyToManyField(Trial, blank=True, related_name="evidence_versions")
    regimens = models.ManyToManyField(Regimen, blank=True, related_name="evidence_versions")
    agents = models.ManyToManyField(Agent, blank=True, related_name="evidence_versions")
    targets = models.ManyToManyField(Target, blank=True, related_name="evidence_versions")
    pathways = models.ManyToManyField(Pathway, blank=True, related_name="evidence_versions")
    therapy_classes = models.ManyToManyField(
        TherapyClass, blank=True, related_name="evidence_versions"
    )

    based_on = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="drafts_from",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="authored_versions",
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who asked for the review; not the one who decides it.",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawal_reason = models.TextField(blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviewed_versions",
    )
    review_comment = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    retracted_at = models.DateTimeField(null=True, blank=True)
    retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    retraction_reason = models.TextField(blank=True)
    search = full_text(A=["statement"], C=["note"])

    objects = EvidenceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="version_number_unique"),
            models.UniqueConstraint(
                fields=["item"],
                name="version_one_published",
                condition=Q(state="PUBLISHED"),
            ),
            models.UniqueConstraint(
                fields=["item"],
                name="version_one_open_draft",
                condition=Q(state__in=["DRAFT", "IN_REVIEW"]),
            ),
            models.CheckConstraint(
                name="version_published_has_reviewer_and_time",
                condition=~Q(state__in=["PUBLISHED", "SUPERSEDED", "RETRACTED"])
                | Q(reviewer__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_reviewer_is_not_author",
                condition=Q(reviewer=None) | ~Q(reviewer=F("author")),
            ),
            models.CheckConstraint(
                name="version_reviewer_did_not_submit",
                condition=Q(reviewer=None) | Q(submitted_by=None) | ~Q(reviewer=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="version_withdrawn_has_reason",
                condition=(
                    Q(
                        state="WITHDRAWN",
                        withdrawn_at__isnull=False,
                        withdrawn_by__isnull=False,
                    )
                    & ~Q(withdrawal_reason="")
                )
                | (~Q(state="WITHDRAWN") & Q(withdrawn_at=None, withdrawn_by=None)),
            ),
            models.CheckConstraint(
                name="version_superseded_has_time",
                condition=Q(state="SUPERSEDED", superseded_at__isnull=False)
                | (~Q(state="SUPERSEDED") & Q(superseded_at=None)),
            ),
            models.CheckConstraint(
                name="version_retracted_has_reason",
                condition=(
                    Q(
                        state="RETRACTED",
                        retracted_at__isnull=False,
                        retracted_by__isnull=False,
                    )
                    & ~Q(retraction_reason="")
                )
                | (~Q(state="RETRACTED") & Q(retracted_at=None, retracted_by=None)),
            ),
            models.CheckConstraint(
                name="version_rating_1_to_5",
                condition=Q(rating=None) | Q(rating__range=(1, 5)),
            ),
            models.CheckConstraint(name="version_has_statement", condition=~Q(statement="")),
        ]
        indexes = [
            models.Index(fields=["state", "kind"], name="version_state_kind"),
            GinIndex(fields=["search"], name="version_search"),
        ]

    def __str__(self) -> str:
        return f"{self.item.public_id} v{self.number}"


class DraftRevision(models.Model):
    """A draft as it was saved once: whole, by whom, when. Append-only, so nothing typed is lost.

    `content` is the draft as `evidence.draft_json` writes it. The newest is what the version says.
    """

    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"], name="draftrevision_number_once_per_version"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="draftrevision_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}, saved {self.number}"


class Locator(models.Model):
    """Where in a source a version was read: page, table, figure, sentence, registry outcome.

    A source without a place in it is not enough; an abstract is a section, a web page an address.
    """

    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="locators")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="locators")
    key = part_key()
    position = models.PositiveSmallIntegerField(default=0)
    section = models.CharField(max_length=120, blank=True)
    sentence = models.PositiveSmallIntegerField(null=True, blank=True)
    page = models.CharField(max_length=40, blank=True)
    table = models.CharField(max_length=120, blank=True)
    row = models.CharField(max_length=120, blank=True)
    column = models.CharField(max_length=120, blank=True)
    figure = models.CharField(max_length=120, blank=True)
    registered_outcome = models.ForeignKey(
        RegisteredOutcome,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    registry_outcome = models.CharField(
        max_length=200,
        blank=True,
        help_text="The registry's own id or title of the outcome.",
    )
    url = models.URLField("address", max_length=500, blank=True)
    seen_on = models.CharField("as seen on", max_length=10, blank=True)
    reference = models.CharField(
        max_length=60,
        blank=True,
        help_text="The review's reference numbers it rests on.",
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            key_once("locator"),
            models.CheckConstraint(
                name="locator_names_a_place",
                condition=~Q(
                    section="",
                    page="",
                    table="",
                    figure="",
                    registry_outcome="",
                    url="",
                ),
            ),
            models.CheckConstraint(
                name="locator_sentence_needs_section",
                condition=Q(sentence=None) | ~Q(section=""),
            ),
        ]

    def __str__(self) -> str:
        return self.place or str(self.source)

    @property
    def place(self) -> str:
        """The place in words: "4.4, sentence 6" or "Table 1, row TAM Polarization"."""
        parts = [
            f"section {self.section}" if self.section[:1].isdigit() else self.section,
            f"sentence {self.sentence}" if self.sentence else "",
            f"page {self.page}" if self.page else "",
            self.table,
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
            self.figure,
            self.registry_outcome,
        ]
        return ", ".join(part for part in parts if part) or self.url
