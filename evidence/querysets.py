"""Questions about evidence, in the field's words. "Readers may see it" is said here, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef

from osteodb.core.merged import MergeableQuerySet

if TYPE_CHECKING:
    from evidence.models import (  # noqa: F401 (named in strings)
        Comparison,
        EvidenceItem,
        EvidenceVersion,
        Measurement,
        Source,
    )

READABLE = ("PUBLISHED", "SUPERSEDED", "RETRACTED")


def open_dispute(number: str = "measurement") -> Exists:
    """Whether a measurement, or a comparison, is the doubtful side of a discrepancy that is not
    resolved."""
    sides = apps.get_model("evidence", "DiscrepancySide")._default_manager
    doubtful = sides.filter(**{number: OuterRef("pk")}, is_disputed=True)
    return Exists(doubtful.exclude(discrepancy__state="RESOLVED"))


class EvidenceItemQuerySet(models.QuerySet["EvidenceItem"]):
    """What may be asked of items."""

    def visible(self) -> EvidenceItemQuerySet:
        """Items with a version that readers may read: published, superseded or retracted."""
        return self.filter(versions__state__in=READABLE).distinct()


class EvidenceVersionQuerySet(models.QuerySet["EvidenceVersion"]):
    """What may be asked of versions."""

    def published(self) -> EvidenceVersionQuerySet:
        """What OsteoDB says now."""
        return self.filter(state="PUBLISHED")

    def readable(self) -> EvidenceVersionQuerySet:
        """What readers may open: what OsteoDB says, and what it used to say."""
        return self.filter(state__in=READABLE)


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """What may be asked of measurements."""

    def visible(self) -> MeasurementQuerySet:
        """Numbers of published versions."""
        return self.filter(version__state="PUBLISHED")

    def clinical(self) -> MeasurementQuerySet:
        """Numbers seen in patients; nothing from a mouse, a cell line or a computation."""
        return self.filter(version__model_system="PATIENT")

    def with_dispute(self) -> MeasurementQuerySet:
        """Adds `is_disputed`: named as the doubtful side of a discrepancy that is not resolved."""
        return self.annotate(is_disputed=open_dispute())

    def plottable(self) -> MeasurementQuerySet:
        """What a clinical plot may draw: seen in patients, reported, exact, not disputed, and read
        in a source that was not retracted."""
        standing = self.exclude(locator__source__retraction="RETRACTED")
        exact = {"state": "REPORTED", "value_modifier": "", "value_to": None}
        return standing.visible().clinical().filter(~open_dispute(), **exact)


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    """What may be asked of comparisons."""

    def visible(self) -> ComparisonQuerySet:
        """Comparisons of published versions."""
        return self.filter(version__state="PUBLISHED")

    def clinical(self) -> ComparisonQuerySet:
        """Comparisons made in patients."""
        return self.filter(version__model_system="PATIENT")


class SourceQuerySet(MergeableQuerySet["Source"]):
    """What may be asked of sources."""

    def of_same_trials(self, source: Source) -> SourceQuerySet:
        """The other sources that report a trial of this one, under whichever number it was read.

        Their patients are the same patients: they are shown together and counted once.
        """
        heads = source.trials.values("head")
        return self.filter(trials__head__in=heads).exclude(pk=source.pk).distinct()
