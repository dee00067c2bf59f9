"""Questions about trials, in the field's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from trials.models import Trial  # noqa: F401 (named in strings)


class TrialQuerySet(models.QuerySet["Trial"]):
    """What may be asked of trials. "Readers may see it" is said in `visible`, once."""

    def visible(self) -> TrialQuerySet:
        """Trials that readers see: included, and not merged into another."""
        return self.filter(inclusion="INCLUDED", merged_into__isnull=True)
