"""The numbers: what, by which estimator, when; as printed and as a number."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Case, F, Q, Value, When

from evidence.models.items import EvidenceVersion, Locator, key_once, part_key
from evidence.models.populations import Population
from evidence.querysets import ComparisonQuerySet, MeasurementQuerySet
from evidence.statistics.units import MONTHS_IN
from osteodb.core.fields import partial_date, partial_date_check
from therapies.models import Regimen
from trials.models import Arm, Trial


class Endpoint(models.TextChoices):
    """What was measured. OTHER needs a name and a definition."""

    PFS = "PFS", "progression-free survival"
    EFS = "EFS", "event-free survival"
    OS = "OS", "overall survival"
    DFS = "DFS", "disease-free survival"
    ORR = "ORR", "objective response rate"
    DCR = "DCR", "disease control rate"
    CBR = "CBR", "clinical benefit rate"
    DOR = "DOR", "duration of response"
    TTP = "TTP", "time to progression"
    NECROSIS = "NECROSIS", "histological necrosis"
    ADVERSE_EVENT = "ADVERSE_EVENT", "adverse event"
    OTHER = "OTHER", "other"


class Estimator(models.TextChoices):
    """How the number was made from the data. A crude proportion is not a Kaplan–Meier rate."""

    MEDIAN = "MEDIAN", "median"
    KAPLAN_MEIER_RATE = "KAPLAN_MEIER_RATE", "Kaplan–Meier rate at a time"
    CRUDE_PROPORTION = "CRUDE_PROPORTION", "crude proportion"
    RATE_UNSPECIFIED = "RATE_UNSPECIFIED", "rate at a time, method not stated"
    POOLED = "POOLED", "pooled across studies"
    MEAN = "MEAN", "mean"
    FOLD_CHANGE = "FOLD_CHANGE", "fold change"
    OTHER = "OTHER", "other"


class Unit(models.TextChoices):
    """The unit of the normalised value."""

    PERCENT = "PERCENT", "%"
    DAYS = "DAYS", "days"
    WEEKS = "WEEKS", "weeks"
    MONTHS = "MONTHS", "months"
    YEARS = "YEARS", "years"
    COUNT = "COUNT", "patients"
    FOLD = "FOLD", "fold"
    OTHER = "OTHER", "other"


TIME_UNITS = tuple(MONTHS_IN)


class ValueState(models.TextChoices):
    """Whether there is a number, and why not. Only REPORTED carries one."""

    REPORTED = "REPORTED", "reported"
    NOT_REACHED = "NOT_REACHED", "not reached"
    NOT_ESTIMABLE = "NOT_ESTIMABLE", "not estimable"
    NOT_REPORTED = "NOT_REPORTED", "not reported"
    BELOW_LIMIT = "BELOW_LIMIT", "below the limit of detection"


def in_months(value: str, unit: str) -> models.GeneratedField:
    """A length of time in months, kept by the database beside the one in its own unit.

    NULL where the unit is none of time. The factors are those of `evidence.statistics.units`.
    """
    cases = [When(**{unit: name}, then=F(value) * Value(by)) for name, by in MONTHS_IN.items()]
    number = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    return models.GeneratedField(
        expression=Case(*cases, default=None, output_field=number),
        output_field=number,
        db_persist=True,
    )


class ValueModifier(models.TextChoices):
    """A value that a source prints as a bound or as about right, not as a figure."""

    BELOW = "<", "below"
    AT_MOST = "≤", "at most"
    ABOVE = ">", "above"
    AT_LEAST = "≥", "at least"
    ABOUT = "~", "about"


class Sides(models.TextChoices):
    """Whether an interval or test is one- or two-sided."""

    ONE_SIDED = "ONE_SIDED", "one-sided"
    TWO_SIDED = "TWO_SIDED", "two-sided"


def decimal(label: str = "") -> models.DecimalField[Decimal | int | None, Decimal | None]:
    """A nullable exact number, as every figure is kept."""
    return models.DecimalField(
        label or None, max_digits=16, decimal_places=6, null=True, blank=True
    )


def open_end(label: str) -> models.CharField[str, str]:
    """Why an end of an interval has no number: not reached, not estimable …"""
    return models.CharField(
        f"{label} open because", max_length=14, blank=True, choices=ValueState.choices
    )


def interval_checks(table: str) -> list[models.CheckConstraint]:
    """The rules every confidence interval obeys, in the database."""
    return [
        models.CheckConstraint(
            name=f"{table}_ci_in_order",
            condition=Q(ci_low=None) | Q(ci_high=None) | Q(ci_low__lte=F("ci_high")),
        ),
        models.CheckConstraint(
            name=f"{table}_ci_level_is_percent",
            condition=Q(ci_level=None) | Q(ci_level__gt=0, ci_level__lt=100),
        ),
        models.CheckConstraint(
            name=f"{table}_ci_open_end_has_no_number",
            condition=(Q(ci_low=None) | Q(ci_low_state=""))
            & (Q(ci_high=None) | Q(ci_high_state="")),
        ),
        models.CheckConstraint(
            name=f"{table}_number_only_where_reported",
            condition=(Q(state="REPORTED", value__isnull=False) & ~Q(value_raw=""))
            | (~Q(state="REPORTED") & Q(value=None)),
        ),
    ]


class Measurement(models.Model):
    """One arm, one endpoint, one estimator, one time: as printed, and as a number."""

    version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="measurements"
    )
    population = models.ForeignKey(
        Population, on_delete=models.PROTECT, related_name="measurements"
    )
    locator = models.ForeignKey(Locator, on_delete=models.PROTECT, related_name="measurements")
    key = part_key()
    position = models.PositiveSmallIntegerField(default=0)
    trial = models.ForeignKey(
        Trial,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
    )
    arm = models.ForeignKey(
        Arm,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
    )
    arm_label = models.CharField("arm as printed", max_length=200, blank=True)
    regimen = models.ForeignKey(
        Regimen,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measurements",
    )

    endpoint = models.CharField(max_length=14, choices=Endpoint.choices)
    endpoint_name = models.CharField(
        max_length=200,
        blank=True,
        help_text="As printed, or the name of another endpoint.",
    )
    endpoint_definition = models.TextField(blank=True)
    estimator = models.CharField(max_length=18, choices=Estimator.choices)
    time_point = decimal("time point")
    time_point_unit = models.CharField(
        max_length=8, blank=True, choices=[(u, Unit(u).label) for u in TIME_UNITS]
    )
    time_point_months = in_months("time_point", "time_point_unit")

    state = models.CharField(max_length=14, choices=ValueState.choices)
    state_note = models.CharField(max_length=300, blank=True)
    value_raw = models.CharField("value as printed", max_length=120, blank=True)
    value = decimal("value")
    value_modifier = models.CharField(
        "is printed as", max_length=1, blank=True, choices=ValueModifier.choices
    )
    value_to = decimal("to, where a range is printed")
    unit_raw = models.CharField("unit as printed", max_length=60, blank=True)
    unit = models.CharField(max_length=8, choices=Unit.choices)
    value_months = in_months("value", "unit")
    events = models.PositiveIntegerField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    ci_raw = models.CharField("interval as printed", max_length=120, blank=True)
    ci_level = decimal("interval level, %")
    ci_sides = models.CharField(max_length=9, blank=True, choices=Sides.choices)
    ci_low = decimal("interval from")
    ci_high = decimal("interval to")
    ci_low_state = open_end("lower end")
    ci_high_state = open_end("upper end")
    threshold_raw = models.CharField("pre-specified threshold", max_length=200, blank=True)
    threshold = decimal("threshold as a number")
    threshold_met = models.BooleanField(null=True, blank=True)
    data_cutoff_date = partial_date("data cut-off")
    note = models.CharField(max_length=400, blank=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            key_once("measurement"),
            *interval_checks("measurement"),
            models.CheckConstraint(
                name="measurement_events_within_n",
                condition=Q(events=None)
                | Q(events__isnull=False, n__isnull=False, events__lte=F("n")),
            ),
            models.CheckConstraint(
                name="measurement_percent_0_to_100",
                condition=~Q(unit="PERCENT")
                | (
                    (Q(value=None) | Q(value__range=(0, 100)))
                    & (Q(value_to=None) | Q(value_to__range=(0, 100)))
                    & (Q(ci_low=None) | Q(ci_low__range=(0, 100)))
                    & (Q(ci_high=None) | Q(ci_high__range=(0, 100)))
                ),
            ),
            models.CheckConstraint(
                name="measurement_range_runs_upwards",
                condition=Q(value_to=None)
                | (Q(value__isnull=False, value_to__gt=F("value")) & Q(value_modifier="")),
            ),
            models.CheckConstraint(
                name="measurement_bound_has_value",
                condition=Q(value_modifier="") | Q(value__isnull=False),
            ),
            models.CheckConstraint(
                name="measurement_other_endpoint_has_name",
                condition=~Q(endpoint="OTHER") | ~Q(endpoint_name=""),
            ),
            models.CheckConstraint(
                name="measurement_time_point_has_unit",
                condition=Q(time_point=None, time_point_unit="")
                | (Q(time_point__isnull=False) & ~Q(time_point_unit="")),
            ),
            partial_date_check("measurement", "data_cutoff_date"),
        ]
        indexes = [models.Index(fields=["endpoint", "estimator"], name="measurement_endpoint")]

    def __str__(self) -> str:
        shown = self.value_raw or self.get_state_display()
        return f"{self.endpoint} {shown} {self.unit_raw}".strip()

    @property
    def is_exact(self) -> bool:
        """Whether its value is printed as a figure, not as a bound, a range or as about right."""
        return not self.value_modifier and self.value_to is None


class EffectMeasure(models.TextChoices):
    """What a comparison estimates."""

    HR = "HR", "hazard ratio"
    OR = "OR", "odds ratio"
    RR = "RR", "risk ratio"
    DIFFERENCE = "DIFFERENCE", "difference"
    TEST_ONLY = "TEST_ONLY", "test without an estimate"


class PModifier(models.TextChoices):
    """How a p value is printed."""

    EXACT = "=", "="
    BELOW = "<", "<"
    ABOVE = ">", ">"


class Comparison(models.Model):
    """Two arms or groups against each other. A non-comparative trial has none of its arms."""

    version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="comparisons"
    )
    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="comparisons")
    locator = models.ForeignKey(Locator, on_delete=models.PROTECT, related_name="comparisons")
    key = part_key()
    position = models.PositiveSmallIntegerField(default=0)
    trial = models.ForeignKey(
        Trial,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comparisons",
    )
    endpoint = models.CharField(max_length=14, choices=Endpoint.choices)
    endpoint_name = models.CharField(max_length=200, blank=True)
    experimental = models.ForeignKey(
        Measurement,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comparisons_as_experimental",
    )
    control = models.ForeignKey(
        Measurement,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comparisons_as_control",
    )
    experimental_label = models.CharField(max_length=200)
    control_label = models.CharField(max_length=200)
    comparative_by_design = models.BooleanField(
        null=True,
        blank=True,
        help_text="Was the trial designed to compare these groups? Empty where not known.",
    )
    measure = models.CharField(max_length=10, choices=EffectMeasure.choices)
    state = models.CharField(max_length=14, choices=ValueState.choices)
    value_raw = models.CharField("value as printed", max_length=120, blank=True)
    value = decimal("value")
    ci_raw = models.CharField("interval as printed", max_length=120, blank=True)
    ci_level = decimal("interval level, %")
    ci_sides = models.CharField(max_length=9, blank=True, choices=Sides.choices)
    ci_low = decimal("interval from")
    ci_high = decimal("interval to")
    ci_low_state = open_end("lower end")
    ci_high_state = open_end("upper end")
    p_raw = models.CharField("p as printed", max_length=60, blank=True)
    p_value = models.DecimalField("p", max_digits=14, decimal_places=12, null=True, blank=True)
    p_modifier = models.CharField(max_length=1, blank=True, choices=PModifier.choices)
    p_sides = models.CharField(max_length=9, blank=True, choices=Sides.choices)
    note = models.CharField(max_length=400, blank=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            key_once("comparison"),
            *interval_checks("comparison"),
            models.CheckConstraint(
                name="comparison_p_is_probability",
                condition=Q(p_value=None) | Q(p_value__range=(0, 1)),
            ),
            models.CheckConstraint(
                name="comparison_p_pair",
                condition=Q(p_value=None, p_modifier="")
                | (Q(p_value__isnull=False) & ~Q(p_modifier="") & ~Q(p_raw="")),
            ),
            models.CheckConstraint(
                name="comparison_ratio_is_positive",
                condition=~Q(measure__in=["HR", "OR", "RR"]) | Q(value=None) | Q(value__gt=0),
            ),
            models.CheckConstraint(
                name="comparison_two_measurements",
                condition=Q(experimental=None) | Q(control=None) | ~Q(experimental=F("control")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.measure} {self.value_raw or self.p_raw}"
