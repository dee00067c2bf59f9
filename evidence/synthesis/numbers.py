"""What the rules of synthesis see of a measurement or a comparison, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from evidence.statistics.pooling import Pooled

MEASUREMENT, COMPARISON = "MEASUREMENT", "COMPARISON"


class Role(StrEnum):
    """What the patients of an arm had: the treatment on trial, an active control, or none."""

    TREATED = "TREATED"
    ACTIVE_CONTROL = "ACTIVE_CONTROL"
    PLACEBO = "PLACEBO"


class Given(StrEnum):
    """Whether patients had one agent or several; a combination is not its parts."""

    SINGLE = "SINGLE"
    COMBINATION = "COMBINATION"
    UNKNOWN = "UNKNOWN"


class Disease(StrEnum):
    """Whose disease: osteosarcoma (alone, or as a stratum of a wider trial), mixed, other."""

    OSTEOSARCOMA = "OSTEOSARCOMA"
    MIXED_SARCOMA = "MIXED_SARCOMA"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A measurement or a comparison, in codes of the evidence models.

    `is_exact` is false for a bound, a range or "about". `trial` is the study's head. `ancestors`
    are the populations that its own is a part of. `population_n` is their number where the
    measurement itself gives none. For comparisons `role`, `given`, `agents` and `classes` are those
    of the experimental group, `contrast` says against what.
    """

    kind: str
    pk: int
    label: str
    version: int
    source: int
    population: int
    endpoint: str
    endpoint_name: str = ""
    estimator: str = ""
    measure: str = ""
    comparative_by_design: bool | None = None
    contrast: str = ""
    time_point_months: Decimal | None = None
    state: str = "REPORTED"
    value_raw: str = ""
    value: Decimal | None = None
    is_exact: bool = True
    unit: str = ""
    events: int | None = None
    n: int | None = None
    population_n: int | None = None
    ci_level: Decimal | None = None
    ci_sides: str = ""
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    scope: str = ""
    setting: str = ""
    model_system: str = "PATIENT"
    level: str = ""
    is_disputed: bool = False
    source_kind: str = "ARTICLE"
    retraction: str = "UNCHECKED"
    year: int | None = None
    trial: int | None = None
    ancestors: frozenset[int] = frozenset()
    arm: str = ""
    regimen: str = ""
    role: Role = Role.TREATED
    given: Given = Given.UNKNOWN
    agents: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Alike:
    """What the numbers of one group share. `months` is the time point they lie about, if any."""

    kind: str
    endpoint: str
    endpoint_name: str
    estimator: str
    measure: str
    comparative_by_design: str
    contrast: str
    unit: str
    disease: str
    setting: str
    role: str
    given: str
    months: Decimal = Decimal(-1)


class Reason(StrEnum):
    """Why a number is left out. The list may grow; a name keeps its meaning."""

    NOT_PATIENTS = "NOT_PATIENTS"
    NOT_REPORTED = "NOT_REPORTED"
    POOLED_ALREADY = "POOLED_ALREADY"
    NO_METHOD = "NO_METHOD"
    SCOPE_UNKNOWN = "SCOPE_UNKNOWN"
    SETTING_UNKNOWN = "SETTING_UNKNOWN"
    TIME_UNKNOWN = "TIME_UNKNOWN"
    RETRACTED = "RETRACTED"
    REVIEW_ONLY = "REVIEW_ONLY"
    CASE_REPORTS = "CASE_REPORTS"
    DISPUTED = "DISPUTED"
    NOT_EXACT = "NOT_EXACT"
    NO_COUNT = "NO_COUNT"
    NO_INTERVAL = "NO_INTERVAL"
    SUBGROUP = "SUBGROUP"
    SAME_PATIENTS = "SAME_PATIENTS"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A number that is not pooled, with the reason as a code and as a sentence."""

    number: Number
    reason: Reason
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Numbers that are alike, with what they pool to or the reason why they are not pooled.

    `pooled` is in the group's own unit: percent, months, or a ratio without one. Its studies are in
    the order of `rows`.
    """

    alike: Alike
    rows: tuple[Number, ...]
    left_out: tuple[LeftOut, ...]
    pooled: Pooled | None
    refusal: str
    treatments: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """Groups of two and more, numbers that stand alone, and what belongs to no group.

    `unfit` are groups of which no number may be pooled; their numbers are in `left_out` too.
    """

    groups: tuple[Group, ...] = field(default=())
    alone: tuple[Group, ...] = field(default=())
    unfit: tuple[Group, ...] = field(default=())
    left_out: tuple[LeftOut, ...] = field(default=())
