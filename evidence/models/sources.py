"""Where a statement was read."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from evidence.querysets import SourceQuerySet
from osteodb.core.fields import full_text
from osteodb.core.merged import TieQuerySet
from trials.models import Trial


class SourceKind(models.TextChoices):
    """What kind of document it is."""

    ARTICLE = "ARTICLE", "journal article"
    ABSTRACT = "ABSTRACT", "conference abstract"
    REVIEW = "REVIEW", "review"
    META_ANALYSIS = "META_ANALYSIS", "meta-analysis"
    GUIDELINE = "GUIDELINE", "guideline"
    REGISTRY = "REGISTRY", "trial registry entry or results"
    DATABASE = "DATABASE", "reference database"
    NEWS = "NEWS", "report on a third party's page"
    OTHER = "OTHER", "other"


class RetractionState(models.TextChoices):
    """Whether the document still stands. UNCHECKED is not "fine"."""

    UNCHECKED = "UNCHECKED", "not checked"
    NONE = "NONE", "no notice found"
    CORRECTED = "CORRECTED", "corrected"
    CONCERN = "CONCERN", "expression of concern"
    RETRACTED = "RETRACTED", "retracted"


@pghistory.track(exclude=["search"])
class Source(models.Model):
    """A document statements are taken from: paper, abstract, registry result, review, page.

    Identifiers nobody has seen stay empty. `seen_on` is when it was read.
    """

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=14, choices=SourceKind.choices)
    title = models.CharField(max_length=600)
    first_author = models.CharField(max_length=120, blank=True)
    container = models.CharField("journal or site", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    citation = models.CharField(max_length=300, blank=True, help_text="Volume, issue, pages.")
    pmid = models.CharField("PMID", max_length=12, blank=True)
    pmcid = models.CharField("PMCID", max_length=14, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)
    url = models.URLField("address", max_length=500, blank=True)
    addresses = ArrayField(
        models.URLField(max_length=500),
        default=list,
        blank=True,
        verbose_name="other addresses",
        help_text="Where else it was seen.",
    )
    seen_on = models.CharField("as seen on", max_length=10, blank=True)
    is_identified = models.BooleanField(
        default=True, help_text="No where the document itself could not be named for certain."
    )
    retraction = models.CharField(
        max_length=10,
        choices=RetractionState.choices,
        default=RetractionState.UNCHECKED,
    )
    retraction_note = models.CharField(
        max_length=300, blank=True, help_text="Where the notice was seen, and when."
    )
    trials = models.ManyToManyField(Trial, blank=True, related_name="sources")
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="absorbed",
        help_text="The row it was found to be the same as; its address leads there.",
    )
    search = full_text(A=["title"], B=["first_author"], C=["container"])

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["first_author", "year", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=[field],
                name=f"source_{field}_unique",
                condition=~Q(**{field: ""}),
            )
            for field in ("pmid", "pmcid", "doi")
        ]
        indexes = [GinIndex(fields=["search"], name="source_search")]

    def __str__(self) -> str:
        return self.short_name

    @property
    def short_name(self) -> str:
        """How a table calls it: "Xie 2020", or its title where no author is known."""
        if self.first_author:
            return f"{self.first_author} {self.year}" if self.year else self.first_author
        return self.title


class SourceLinkKind(models.TextChoices):
    """How two sources belong together."""

    SAME_TRIAL = "SAME_TRIAL", "reports the same trial as"
    OVERLAPPING_PATIENTS = "OVERLAPPING_PATIENTS", "shares patients with"
    ABSTRACT_OF = "ABSTRACT_OF", "is an abstract of"
    REPORTS = "REPORTS", "reports the figures of"
    CITES = "CITES", "cites"


@pghistory.track()
class SourceLink(models.Model):
    """That two sources belong together, so that no patient is counted twice."""

    from_source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="links_from")
    to_source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="links_to")
    kind = models.CharField(max_length=20, choices=SourceLinkKind.choices)
    reference = models.CharField(
        max_length=20, blank=True, help_text="The number it has in the citing source's list."
    )
    note = models.CharField(max_length=300, blank=True)

    objects = TieQuerySet["SourceLink"].as_manager()

    class Meta:
        ordering = ["from_source", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_source", "to_source", "kind"], name="sourcelink_unique"
            ),
            models.CheckConstraint(
                name="sourcelink_two_sources", condition=~Q(from_source=F("to_source"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_source} {self.get_kind_display()} {self.to_source}"
