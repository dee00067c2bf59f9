"""The numbers a study is known by, and which studies may be one."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from osteodb.core.fields import Cited
from trials.models.trial import Trial
from trials.querysets import TrialLinkQuerySet


class Registry(models.TextChoices):
    """Who issued a number. The spelling in front is the one used in addresses and answers."""

    NCT = "NCT", "ClinicalTrials.gov"
    EUCTR = "EUCTR", "EU Clinical Trials Register (EudraCT)"
    CTIS = "CTIS", "EU Clinical Trials Information System"
    CHICTR = "ChiCTR", "Chinese Clinical Trial Registry"
    ISRCTN = "ISRCTN", "ISRCTN registry"
    JPRN = "JPRN", "Japan Primary Registries Network"
    ACTRN = "ACTRN", "Australian New Zealand Clinical Trials Registry"
    CTRI = "CTRI", "Clinical Trials Registry – India"
    DRKS = "DRKS", "German Clinical Trials Register"
    NTR = "NTR", "Netherlands Trial Register"
    KCT = "KCT", "Clinical Research Information Service, Korea"
    IRCT = "IRCT", "Iranian Registry of Clinical Trials"
    PACTR = "PACTR", "Pan African Clinical Trial Registry"
    REBEC = "ReBec", "Brazilian Clinical Trials Registry"
    LBCTR = "LBCTR", "Lebanese Clinical Trials Registry"
    REPEC = "REPEC", "Peruvian Clinical Trial Registry"
    RPCEC = "RPCEC", "Cuban Public Registry of Clinical Trials"
    SLCTR = "SLCTR", "Sri Lanka Clinical Trials Registry"
    TCTR = "TCTR", "Thai Clinical Trials Registry"
    SPONSOR = "SPONSOR", "Sponsor's or funder's own code"


class IdentifierKind(models.TextChoices):
    """How a number stands to its trial."""

    PRIMARY = "PRIMARY", "primary"
    SECONDARY = "SECONDARY", "secondary"
    ALIAS = "ALIAS", "alias"
    OBSOLETE = "OBSOLETE", "obsolete"


@pghistory.track(level=pghistory.Statement)
class TrialIdentifier(Cited):
    """A number a study is known by: as written, and in its one normal form.

    A registry number belongs to one trial. Sponsor codes are not unique across sponsors, so they
    are unique only within a trial and never enough to join two.
    """

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="identifiers")
    registry = models.CharField(max_length=10, choices=Registry.choices)
    value_raw = models.CharField("as written", max_length=200)
    value = models.CharField("normal form", max_length=200)
    kind = models.CharField(max_length=10, choices=IdentifierKind.choices)
    gone_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the registry first answered that it is gone.",
    )

    class Meta:
        ordering = ["trial", "registry", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["registry", "value"],
                name="trialidentifier_unique",
                condition=~Q(registry="SPONSOR"),
            ),
            models.UniqueConstraint(
                fields=["trial", "registry", "value"],
                name="trialidentifier_once_per_trial",
            ),
            models.CheckConstraint(
                name="trialidentifier_not_empty",
                condition=~Q(value="") & ~Q(value_raw=""),
            ),
        ]
        indexes = [models.Index(fields=["value"], name="trialidentifier_value")]

    def __str__(self) -> str:
        return self.value


class LinkDecision(models.TextChoices):
    """What was decided about two trials that may be one study."""

    CANDIDATE = "CANDIDATE", "waits for a person"
    SAME = "SAME", "the same study"
    DIFFERENT = "DIFFERENT", "different studies"


@pghistory.track()
class TrialLink(models.Model):
    """Two trials that may be one study: the signs for it, and what a person decided and why."""

    trial_a = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="links_from")
    trial_b = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="links_to")
    signals = models.JSONField(default=list, help_text="The signs, each with kind and words.")
    decision = models.CharField(
        max_length=10, choices=LinkDecision.choices, default=LinkDecision.CANDIDATE
    )
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = TrialLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["trial_a", "trial_b"], name="triallink_unique"),
            models.CheckConstraint(
                name="triallink_lower_id_first", condition=Q(trial_a__lt=F("trial_b"))
            ),
            models.CheckConstraint(
                name="triallink_decided_by_someone_with_reason",
                condition=Q(decision="CANDIDATE", decided_by=None, decided_at=None)
                | (~Q(decision="CANDIDATE") & Q(decided_at__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial_a.public_id} – {self.trial_b.public_id}"


@pghistory.track()
class TrialMerge(models.Model):
    """That one trial was found to be another, by whom, why, and whether that was taken back.

    The merges in force form a tree; `Trial.merged_into` is its root. Nothing else of either trial
    is rewritten, so taking a merge back is ending its row.
    """

    absorbed = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="merges_away")
    into = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="merges_in")
    reason = models.TextField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty where an exact cross-reference of a registry decided.",
    )
    merged_at = models.DateTimeField()
    undo_reason = models.TextField(blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], name="trialmerge_one_in_force", condition=Q(undone_at=None)
            ),
            models.CheckConstraint(name="trialmerge_two_trials", condition=~Q(absorbed=F("into"))),
            models.CheckConstraint(name="trialmerge_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="trialmerge_undone_by_someone_with_reason",
                condition=Q(undone_at=None, undone_by=None, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed.public_id} → {self.into.public_id}"
