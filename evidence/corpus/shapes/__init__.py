"""Which values an entry of each corpus file has. The choices are the models' own."""

from __future__ import annotations

from collections.abc import Mapping

from evidence.corpus.shapes.statements import BENCHMARK, DISCREPANCY, EVIDENCE, SOURCE
from evidence.corpus.shapes.therapies import (
    AGENT,
    AGENT_TARGET,
    CONDITION,
    PATHWAY,
    REGIMEN,
    TARGET,
    THERAPY_CLASS,
)
from evidence.corpus.shapes.trials import TRIAL, TRIAL_LINK
from evidence.corpus.specs import Shape

SHAPES: Mapping[str, Shape] = {
    "sources": SOURCE,
    "therapy_classes": THERAPY_CLASS,
    "agents": AGENT,
    "targets": TARGET,
    "agent_targets": AGENT_TARGET,
    "pathways": PATHWAY,
    "conditions": CONDITION,
    "regimens": REGIMEN,
    "trials": TRIAL,
    "trial_links": TRIAL_LINK,
    "evidence": EVIDENCE,
    "benchmarks": BENCHMARK,
    "discrepancies": DISCREPANCY,
}
