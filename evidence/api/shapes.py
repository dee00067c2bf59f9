"""What the answers about evidence look like."""

from __future__ import annotations

from typing import Annotated, TypedDict

from evidence.models import (
    Check,
    Direction,
    DiscrepancyKind,
    DiscrepancyState,
    EffectMeasure,
    Endpoint,
    Estimator,
    EvidenceKind,
    EvidenceLevel,
    ModelSystem,
    Relation,
    RetractionState,
    Scope,
    Setting,
    SourceKind,
    SourceLinkKind,
    Unit,
    ValueState,
    Weight,
)
from evidence.querysets import READABLE
from osteodb.core.api.shapes import Moment, PartialDateShape
from therapies.api.shapes import (
    AgentRefShape,
    ClassRefShape,
    PathwayRefShape,
    RegimenRefShape,
    TargetRefShape,
)
from trials.api.shapes import TrialRefShape


class SourceRefShape(TypedDict):
    """A source in short."""

    slug: str
    name: Annotated[str, 'How it is called in a table, such as "Xie 2020".']
    url: str
    kind: Annotated[str, SourceKind]
    pmid: str | None
    doi: str | None
    retraction: Annotated[str, RetractionState]


class LocatorShape(TypedDict):
    """Where in the source: a number without a place in it is not enough."""

    place: Annotated[str, 'In words: "4.4, sentence 6", "Table 2".']
    section: str | None
    sentence: int | None
    page: str | None
    table: str | None
    row: str | None
    column: str | None
    figure: str | None
    registry_outcome: str | None
    url: str | None
    seen_on: Annotated[str | None, "As seen on."]
    note: str | None


class EvidenceRefShape(TypedDict):
    """The statement a number belongs to."""

    public_id: str
    url: str
    version: int
    kind: Annotated[str, EvidenceKind]
    level: Annotated[str, EvidenceLevel]
    model_system: Annotated[str, "In whom or what.", ModelSystem]


class PopulationShape(TypedDict):
    """Who a number is about."""

    label: str
    n: int | None
    scope: Annotated[str, Scope]
    setting: Annotated[str, Setting]
    disease_status: str | None
    line: str | None
    minimum_age_years: float | None
    maximum_age_years: float | None
    biomarker: str | None
    analysis_set: str | None


class ValueShape(TypedDict):
    """A number as printed and as a number; both null where none is reported."""

    printed: str | None
    number: float | None


class MeasuredShape(ValueShape):
    """A number as printed, as a number, and where it is a length of time in months too."""

    months: Annotated[float | None, "A month is 30.4375 days; null for what is no time."]


class IntervalShape(TypedDict):
    """A confidence interval as printed and as numbers; an open end is null."""

    printed: str | None
    level: Annotated[float | None, "In percent, such as 95."]
    sides: Annotated[str | None, {"enum": ["ONE_SIDED", "TWO_SIDED", None]}]
    low: float | None
    high: float | None
    low_state: Annotated[str | None, "Why the lower end is open.", ValueState]
    high_state: Annotated[str | None, "Why the upper end is open.", ValueState]


class ThresholdShape(TypedDict):
    """What the trial had set itself in advance, and whether it was met."""

    printed: str | None
    number: float | None
    met: bool | None


class TimePointShape(TypedDict):
    """When after the start a rate holds."""

    number: float
    unit: Annotated[str, {"enum": ["DAYS", "WEEKS", "MONTHS", "YEARS"]}]
    months: Annotated[float | None, "The same in months; a month is 30.4375 days."]


class DisputeShape(TypedDict):
    """A disagreement the number is a side of."""

    slug: str
    title: str
    url: str
    state: Annotated[str, DiscrepancyState]
    is_disputed: Annotated[bool, "Whether this number is the doubtful side."]


class FindingShape(TypedDict):
    """A sum done again that did not come out as printed."""

    check: Annotated[str, Check]
    weight: Annotated[str, "Only a CONTRADICTION cannot be innocent.", Weight]
    says: Annotated[str, "The finding as a sentence."]
    printed: str
    expected: str
    difference: str | None
    innocent: Annotated[str, "Why it need not be a mistake."]


class MeasurementRowShape(TypedDict):
    """One arm, one endpoint, one estimator, one time."""

    id: int
    url: str
    endpoint: Annotated[str, Endpoint]
    endpoint_name: Annotated[str | None, "As printed, or the name of another endpoint."]
    endpoint_definition: str | None
    estimator: Annotated[str, Estimator]
    time_point: TimePointShape | None
    state: Annotated[str, "Only REPORTED carries a number.", ValueState]
    state_note: str | None
    value: MeasuredShape
    unit: Annotated[str, "Unit of value.number and of the interval.", Unit]
    unit_printed: str | None
    events: int | None
    n: int | None
    interval: IntervalShape | None
    threshold: ThresholdShape | None
    data_cutoff: PartialDateShape | None
    arm: Annotated[str | None, "As printed in the source."]
    arm_registered: Annotated[str | None, "Label of the registered arm it is."]
    regimen: RegimenRefShape | None
    trial: TrialRefShape | None
    population: PopulationShape
    evidence: EvidenceRefShape
    clinical: Annotated[bool, "Seen in patients; nothing else may stand in a clinical table."]
    source: SourceRefShape
    locator: LocatorShape
    disputed: Annotated[bool, "The doubtful side of a discrepancy that is not resolved."]
    discrepancies: list[DisputeShape]
    findings: Annotated[list[FindingShape], "What the arithmetic says about it."]
    note: str | None


class PValueShape(TypedDict):
    """A p value as printed, as a number, and how it is bounded."""

    printed: str
    number: float | None
    modifier: Annotated[str | None, {"enum": ["=", "<", ">", None]}]
    sides: Annotated[str | None, {"enum": ["ONE_SIDED", "TWO_SIDED", None]}]


class ComparisonRowShape(TypedDict):
    """Two arms or groups against each other."""

    id: int
    url: str
    endpoint: Annotated[str, Endpoint]
    endpoint_name: str | None
    measure: Annotated[str, EffectMeasure]
    experimental: Annotated[str, "The group in the numerator, as printed."]
    control: str
    experimental_measurement: Annotated[str | None, {"format": "uri"}]
    control_measurement: Annotated[str | None, {"format": "uri"}]
    comparative_by_design: bool | None
    state: Annotated[str, ValueState]
    value: ValueShape
    interval: IntervalShape | None
    p: PValueShape | None
    trial: TrialRefShape | None
    population: PopulationShape
    evidence: EvidenceRefShape
    clinical: bool
    source: SourceRefShape
    locator: LocatorShape
    disputed: bool
    discrepancies: list[DisputeShape]
    findings: Annotated[list[FindingShape], "What the arithmetic says about it."]
    note: str | None


class SourceRowShape(TypedDict):
    """A document that statements are taken from."""

    slug: str
    url: str
    name: str
    kind: Annotated[str, SourceKind]
    title: str
    first_author: str | None
    container: Annotated[str | None, "Journal or site."]
    year: int | None
    citation: str | None
    pmid: str | None
    pmcid: str | None
    doi: str | None
    address: Annotated[str | None, "Where it can be read."]
    other_addresses: Annotated[list[str], "Where else it was seen."]
    seen_on: Annotated[str | None, "As seen on."]
    retraction: Annotated[str, "UNCHECKED is not fine.", RetractionState]
    retraction_note: Annotated[str | None, "Where the notice was looked for, and when."]
    identified: Annotated[bool, "Whether the document itself could be named for certain."]
    trials: list[TrialRefShape]
    note: str | None


class SourceLinkShape(TypedDict):
    """How another source belongs to this one, so that no patient is counted twice."""

    kind: Annotated[str, SourceLinkKind]
    outgoing: Annotated[bool, "true: this source stands first in the sentence."]
    source: SourceRefShape
    reference: Annotated[str | None, "The number it has in the citing source's list."]
    note: str | None


class SourceDetailShape(SourceRowShape):
    """One source with its kin."""

    same_trial: Annotated[
        list[SourceRefShape], "Sources that report a trial of this one: the same patients."
    ]
    related: list[SourceLinkShape]
    links: dict[str, str]


class LocatedSourceShape(TypedDict):
    """A source and the place in it."""

    source: SourceRefShape
    locator: LocatorShape


class EvidenceRowShape(TypedDict):
    """A version of a statement, in our own words."""

    public_id: str
    url: str
    version: int
    state: Annotated[str, {"enum": list(READABLE)}]
    kind: Annotated[str, EvidenceKind]
    statement: str
    level: Annotated[str, EvidenceLevel]
    rating: Annotated[int | None, "1 to 5: how well this one claim was shown."]
    direction: Annotated[str, Direction]
    model_system: Annotated[str, ModelSystem]
    trials: list[TrialRefShape]
    agents: list[AgentRefShape]
    targets: list[TargetRefShape]
    pathways: list[PathwayRefShape]
    regimens: list[RegimenRefShape]
    therapy_classes: list[ClassRefShape]
    sources: list[LocatedSourceShape]
    published_at: Moment
    updated_at: Moment


class AssertionShape(TypedDict):
    """One arrow of a mechanism."""

    subject: str
    relation: Annotated[str, Relation]
    object: str
    is_negated: Annotated[bool, "Seen not to hold."]
    carried_by_exosome: bool | None
    donor_cell: str | None
    recipient_cell: str | None
    pathway: str | None
    context: str | None
    model_system: Annotated[str, ModelSystem]
    source: SourceRefShape
    locator: LocatorShape


class VersionRefShape(TypedDict):
    """One of an item's versions that readers may read."""

    number: int
    state: Annotated[str, {"enum": list(READABLE)}]
    published_at: Moment
    superseded_at: Moment
    retracted_at: Moment


class EvidenceDetailShape(EvidenceRowShape):
    """One statement with its numbers, its mechanism and its earlier versions."""

    note: str | None
    retraction_reason: str | None
    versions: list[VersionRefShape]
    measurements: list[MeasurementRowShape]
    comparisons: list[ComparisonRowShape]
    assertions: list[AssertionShape]


class SideShape(TypedDict):
    """One of the statements that disagree."""

    says: str
    is_disputed: Annotated[bool, "The doubtful one: kept, shown, never plotted."]
    source: SourceRefShape | None
    record: Annotated[str | None, "The registry record, as registry and number."]
    place: str | None
    measurement: Annotated[str | None, {"format": "uri"}]
    comparison: Annotated[str | None, {"format": "uri"}]


class DiscrepancyRowShape(TypedDict):
    """Two statements that disagree, both kept."""

    slug: str
    url: str
    kind: Annotated[str, DiscrepancyKind]
    state: Annotated[str, DiscrepancyState]
    title: str
    explanation: str | None
    sides: list[SideShape]
    trials: list[TrialRefShape]
    agents: list[AgentRefShape]
    targets: list[TargetRefShape]
    pathways: list[PathwayRefShape]
    opened_at: Moment
    decided_at: Moment
