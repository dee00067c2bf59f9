"""Questions about trials, in the field's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from trials.news import HOUSEKEEPING

if TYPE_CHECKING:
    from trials.models import Trial, TrialChange  # noqa: F401 (named in strings)


class TrialQuerySet(models.QuerySet["Trial"]):
    """What may be asked of trials. "Readers may see it" is said in `visible`, once."""

    def visible(self) -> TrialQuerySet:
        """Trials that readers see: included, and not merged into another."""
        return self.filter(inclusion="INCLUDED", merged_into__isnull=True)


class TrialChangeQuerySet(models.QuerySet["TrialChange"]):
    """What may be asked of changes. A change belongs to the page of its trial's head."""

    def visible(self) -> TrialChangeQuerySet:
        """Changes that readers see: of a trial they see, or of one merged into such a trial."""
        from trials.models import Trial

        return self.filter(trial__head__in=Trial.objects.visible().values("pk"))

    def on_page_of(self, trial: Trial) -> TrialChangeQuerySet:
        """Changes told on the page of this trial: its own, and those of trials merged into it."""
        return self.filter(trial__head=trial.head)

    def news(self) -> TrialChangeQuerySet:
        """Changes that tell something about a study, as `trials.news` has it."""
        return self.exclude(field__in=HOUSEKEEPING)

    def with_pages(self) -> TrialChangeQuerySet:
        """With the record, and with the trial on whose page each is shown."""
        return self.select_related("trial", "trial__merged_into", "record")
