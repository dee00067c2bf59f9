"""What we say about therapies, and why: sources, located claims, numbers, disagreements."""

from evidence.models.claims import (
    Benchmark,
    BiasAssessment,
    MechanismAssertion,
    Relation,
)
from evidence.models.corpus import CorpusEntry
from evidence.models.discrepancies import (
    Discrepancy,
    DiscrepancyKind,
    DiscrepancySide,
    DiscrepancyState,
)
from evidence.models.findings import Check, Finding, Weight
from evidence.models.items import (
    Direction,
    DraftRevision,
    EvidenceItem,
    EvidenceKind,
    EvidenceLevel,
    EvidenceVersion,
    Locator,
    ModelSystem,
)
from evidence.models.numbers import (
    Comparison,
    EffectMeasure,
    Endpoint,
    Estimator,
    Measurement,
    Unit,
    ValueModifier,
    ValueState,
)
from evidence.models.populations import Population, Scope, Setting
from evidence.models.postings import PostedResult, PostingState, ReadingState, ResultsReading
from evidence.models.sources import (
    RetractionState,
    Source,
    SourceKind,
    SourceLink,
    SourceLinkKind,
)

__all__ = [
    "Benchmark",
    "BiasAssessment",
    "Check",
    "Comparison",
    "CorpusEntry",
    "Direction",
    "Discrepancy",
    "DiscrepancyKind",
    "DiscrepancySide",
    "DiscrepancyState",
    "DraftRevision",
    "EffectMeasure",
    "Endpoint",
    "Estimator",
    "EvidenceItem",
    "EvidenceKind",
    "EvidenceLevel",
    "EvidenceVersion",
    "Finding",
    "Locator",
    "Measurement",
    "MechanismAssertion",
    "ModelSystem",
    "Population",
    "PostedResult",
    "PostingState",
    "ReadingState",
    "Relation",
    "ResultsReading",
    "RetractionState",
    "Scope",
    "Setting",
    "Source",
    "SourceKind",
    "SourceLink",
    "SourceLinkKind",
    "Unit",
    "ValueModifier",
    "ValueState",
    "Weight",
]
