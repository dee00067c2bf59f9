"""Questions about trials, in the field's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from osteodb.core.merged import absorbed_rows
from trials.news import HOUSEKEEPING

if TYPE_CHECKING:
    from trials.models import (  # noqa: F401 (named in strings)
        DataQualityIssue,
        OriginDisagreement,
        Trial,
        TrialAgent,
        TrialChange,
        TrialCondition,
        TrialLink,
    )


def _shown_heads() -> models.QuerySet[Trial, Any]:
    """The ids of the trials that readers see."""
    from trials.models import Trial

    return Trial.objects.visible().values("pk")


class TrialQuerySet(models.QuerySet["Trial"]):
    """What may be asked of trials. "Readers may see it" is said in `visible`, once."""

    def visible(self) -> TrialQuerySet:
        """Trials that readers see: included, and not merged into another."""
        return self.filter(inclusion="INCLUDED", merged_into__isnull=True)


class TrialLinkQuerySet(models.QuerySet["TrialLink"]):
    """What may be asked of pairs that may be one study."""

    def waiting(self) -> TrialLinkQuerySet:
        """Pairs that a person has to decide: undecided, and not on one page already."""
        return self.filter(decision="CANDIDATE").exclude(trial_a__head=models.F("trial_b__head"))

    def visible(self) -> TrialLinkQuerySet:
        """Pairs of which readers see both trials, or what they were merged into."""
        shown = _shown_heads()
        return self.filter(trial_a__head__in=shown, trial_b__head__in=shown)


class QualityIssueQuerySet(models.QuerySet["DataQualityIssue"]):
    """What may be asked of unmapped and suspicious values."""

    def visible(self) -> QualityIssueQuerySet:
        """Those of no trial, and those of trials that readers see."""
        return self.filter(models.Q(trial=None) | models.Q(trial__head__in=_shown_heads()))


class OriginDisagreementQuerySet(models.QuerySet["OriginDisagreement"]):
    """What may be asked of fields in which two origins disagree."""

    def visible(self) -> OriginDisagreementQuerySet:
        """Those of trials that readers see."""
        return self.filter(trial__head__in=_shown_heads())


class TrialAgentQuerySet(models.QuerySet["TrialAgent"]):
    """What may be asked of what trials give. A row belongs to the page of its trial's head."""

    def in_force(self) -> TrialAgentQuerySet:
        """What trials give now. Of a merged trial only what a person or the corpus said: what was
        matched by name is matched anew in the trial it was merged into. An agent that was
        merged into another speaks no more: what it has here, the other has too."""
        by_name = models.Q(matched_by="NAME", trial__merged_into__isnull=False)
        absorbed = models.Q(agent__in=absorbed_rows(self.model, "agent"))
        return self.filter(removed_at=None).exclude(by_name).exclude(absorbed)


class TrialConditionQuerySet(models.QuerySet["TrialCondition"]):
    """What may be asked of what trials are about. A row belongs to the page of its trial's head."""

    def in_force(self) -> TrialConditionQuerySet:
        """What trials are about now. Of a merged trial only what a person or the corpus named: what
        its registry lists is listed in the trial it was merged into."""
        return self.exclude(by_hand=False, trial__merged_into__isnull=False)


class TrialChangeQuerySet(models.QuerySet["TrialChange"]):
    """What may be asked of changes. A change belongs to the page of its trial's head."""

    def visible(self) -> TrialChangeQuerySet:
        """Changes that readers see: of a trial they see, or of one merged into such a trial."""
        return self.filter(trial__head__in=_shown_heads())

    def on_page_of(self, trial: Trial) -> TrialChangeQuerySet:
        """Changes told on the page of this trial: its own, and those of trials merged into it."""
        return self.filter(trial__head=trial.head)

    def news(self) -> TrialChangeQuerySet:
        """Changes that tell something about a study, as `trials.news` has it."""
        return self.exclude(field__in=HOUSEKEEPING)

    def with_pages(self) -> TrialChangeQuerySet:
        """With the record, and with the trial on whose page each is shown."""
        return self.select_related("trial", "trial__merged_into", "record")
