"""What the answer of synthesis looks like."""

from __future__ import annotations

from typing import Annotated, TypedDict

from evidence.api.shapes import (
    EvidenceRefShape,
    IntervalShape,
    LocatorShape,
    PopulationShape,
    SourceRefShape,
    ValueShape,
)
from evidence.models import EffectMeasure, Endpoint, Estimator, Setting
from evidence.synthesis.asking import KINDS
from evidence.synthesis.numbers import Disease, Given, Reason, Role
from trials.api.shapes import TrialRefShape


class StudyShape(TypedDict):
    """A row as it was pooled, in the group's unit."""

    estimate: float
    low: float
    high: float
    weight: Annotated[float, "In percent of the pooled result."]


class SynthesisRowShape(TypedDict):
    """A measurement or comparison of a group."""

    id: int
    url: str
    label: Annotated[str, "How it is called in the group's lines and notes."]
    treatment: Annotated[str | None, "The regimen, where it is recorded."]
    value: ValueShape
    events: int | None
    n: int | None
    interval: IntervalShape | None
    trial: TrialRefShape | None
    population: PopulationShape
    evidence: EvidenceRefShape
    source: SourceRefShape
    locator: LocatorShape
    pooled_as: Annotated[StudyShape | None, "null where the group is not pooled."]


class LeftOutShape(SynthesisRowShape):
    """A row that is not pooled, with the reason."""

    reason: Annotated[str, {"enum": [one.value for one in Reason]}]
    says: Annotated[str, "The reason as a sentence."]


class AlikeShape(TypedDict):
    """What the rows of a group share."""

    endpoint: Annotated[str, Endpoint]
    endpoint_name: Annotated[str | None, "For adverse events and other endpoints."]
    estimator: Annotated[str | None, "For measurements.", Estimator]
    measure: Annotated[str | None, "For comparisons.", EffectMeasure]
    comparative_by_design: Annotated[
        str | None, "For comparisons.", {"enum": ["YES", "NO", "UNKNOWN", None]}
    ]
    against: Annotated[str | None, "For comparisons: the control."]
    time_point_months: Annotated[float | None, "The time the window lies about."]
    unit: Annotated[str, {"enum": ["PERCENT", "TIME", "RATIO"]}]
    disease: Annotated[
        str,
        "OSTEOSARCOMA: alone, or as a stratum of a wider trial.",
        {"enum": [one.value for one in Disease]},
    ]
    setting: Annotated[str, Setting]
    role: Annotated[str, {"enum": [one.value for one in Role]}]
    given: Annotated[str, "One agent, or several together.", {"enum": [one.value for one in Given]}]


class EndsShape(TypedDict):
    """Two ends of an interval, in the group's unit."""

    low: float
    high: float


class HeterogeneityShape(TypedDict):
    """How much the studies differ beyond chance, on the scale of analysis."""

    q: float
    df: int
    p: float
    tau2: float
    tau2_estimator: Annotated[str, {"enum": ["REML", "DL"]}]
    i2: Annotated[float, "In percent."]
    h2: float
    scale: Annotated[str, {"enum": ["logit", "log"]}]


class LineShape(TypedDict):
    """The same studies by another method."""

    name: str
    method: str
    estimate: float
    low: float
    high: float


class PooledShape(TypedDict):
    """A pooled result with its interval, in the group's unit."""

    k: Annotated[int, "Studies."]
    estimate: float
    low: float
    high: float
    level: Annotated[float, "Of all intervals, in percent."]
    unit: Annotated[str | None, {"enum": ["%", "months", None]}]
    prediction: Annotated[
        EndsShape | None, "Of the true value of a next study; null for fewer than three."
    ]
    heterogeneity: HeterogeneityShape
    method: str
    sensitivity: list[LineShape]
    notes: list[str]


class GroupShape(TypedDict):
    """Rows that are alike, and what they pool to or the reason why they are not pooled."""

    title: str
    alike: AlikeShape
    treatments: list[str]
    rows: list[SynthesisRowShape]
    left_out: list[LeftOutShape]
    pooled: PooledShape | None
    refusal: str | None
    cautions: list[str]


class SynthesisShape(TypedDict):
    """Groups of two rows and more, rows that stand alone, and rows that belong to no group."""

    kind: Annotated[str, {"enum": list(KINDS)}]
    window: Annotated[float, "Percent by which time points may differ from their group's own."]
    groups: list[GroupShape]
    alone: list[GroupShape]
    left_out: list[LeftOutShape]
    method: str
    caution: str
