"""Entries on sources, evidence and disagreements."""

from __future__ import annotations

from collections.abc import Mapping

from evidence.corpus.shapes.common import KEY, NOTE, PLACE, one_of, refs
from evidence.corpus.specs import (
    Choice,
    Date,
    Many,
    Number,
    Ref,
    Shape,
    Spec,
    Text,
    Whole,
    YesNo,
)
from evidence.models import (
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
    ValueModifier,
    ValueState,
)
from evidence.models.numbers import TIME_UNITS, PModifier, Sides

LOCATOR = Shape(
    fields={
        "key": KEY,
        **PLACE,
        "registry_outcome": Text(longest=200),
        "seen_on": Date(),
        "note": Text(longest=300),
    }
)
SOURCE = Shape(
    fields={
        "key": KEY,
        "kind": one_of(SourceKind, required=True),
        "title": Text(required=True, longest=600),
        "first_author": Text(longest=120),
        "container": Text(longest=200),
        "year": Whole(),
        "citation": Text(longest=300),
        "pmid": Text(longest=12),
        "pmcid": Text(longest=14),
        "doi": Text(longest=200),
        "url": Text(longest=500),
        "seen": Many(item=Text(longest=500)),
        "seen_on": Date(),
        "identified": YesNo(default=True),
        "retraction": one_of(RetractionState, default=RetractionState.UNCHECKED.value),
        "retraction_note": Text(longest=300),
        "review_reference": Whole(),
        "review_reference_probable": Many(item=Whole(), most=3),
        "trials": refs("trials"),
        "links": Many(
            item=Shape(
                fields={
                    "kind": one_of(SourceLinkKind, required=True),
                    "to": Ref(kind="sources", required=True),
                    "reference": Text(longest=20),
                    "note": Text(longest=300),
                }
            )
        ),
        "note": NOTE,
    }
)
POPULATION = Shape(
    fields={
        "key": KEY,
        "parent": Text(longest=80),
        "label": Text(required=True, longest=200),
        "n": Whole(),
        "scope": one_of(Scope, required=True),
        "setting": one_of(Setting, required=True),
        "disease_status": Text(longest=200),
        "line": Text(longest=60),
        "minimum_age_years": Number(),
        "maximum_age_years": Number(),
        "biomarker": Text(longest=120),
        "analysis_set": Text(longest=120),
    }
)
REPORTED = ValueState.REPORTED.value
INTERVAL: Mapping[str, Spec] = {
    "ci_raw": Text(longest=120),
    "ci_level": Number(),
    "ci_sides": one_of(Sides),
    "ci_low": Number(),
    "ci_high": Number(),
    "ci_low_state": one_of(ValueState),
    "ci_high_state": one_of(ValueState),
}
MEASUREMENT = Shape(
    fields={
        "key": KEY,
        "locator": Text(longest=80),
        "population": Text(longest=80),
        "arm_label": Text(longest=200),
        "regimen": Ref(kind="regimens"),
        "endpoint": one_of(Endpoint, required=True),
        "endpoint_name": Text(longest=200),
        "endpoint_definition": NOTE,
        "estimator": one_of(Estimator, required=True),
        "time_point": Number(),
        "time_point_unit": Choice(values=TIME_UNITS),
        "state": one_of(ValueState, default=REPORTED),
        "state_note": Text(longest=300),
        "value_raw": Text(longest=120),
        "value_modifier": one_of(ValueModifier),
        "value": Number(),
        "value_to": Number(),
        "unit_raw": Text(longest=60),
        "unit": one_of(Unit, required=True),
        "events": Whole(),
        "n": Whole(),
        **INTERVAL,
        "threshold_raw": Text(longest=200),
        "threshold": Number(),
        "threshold_met": YesNo(),
        "data_cutoff_date": Date(),
        "note": Text(longest=400),
    }
)
COMPARISON = Shape(
    fields={
        "key": KEY,
        "locator": Text(longest=80),
        "population": Text(longest=80),
        "endpoint": one_of(Endpoint, required=True),
        "endpoint_name": Text(longest=200),
        "experimental": Text(longest=80),
        "control": Text(longest=80),
        "experimental_label": Text(required=True, longest=200),
        "control_label": Text(required=True, longest=200),
        "comparative_by_design": YesNo(),
        "measure": one_of(EffectMeasure, required=True),
        "state": one_of(ValueState, default=REPORTED),
        "value_raw": Text(longest=120),
        "value": Number(),
        **INTERVAL,
        "p_raw": Text(longest=60),
        "p_value": Number(),
        "p_modifier": one_of(PModifier),
        "p_sides": one_of(Sides),
        "note": Text(longest=400),
    }
)
ENTITY = Shape(
    fields={
        "target": Ref(kind="targets"),
        "agent": Ref(kind="agents"),
        "pathway": Ref(kind="pathways"),
    },
    required=True,
)
ASSERTION = Shape(
    fields={
        "key": KEY,
        "locator": Text(longest=80),
        "subject": ENTITY,
        "relation": one_of(Relation, required=True),
        "object": ENTITY,
        "pathway": Ref(kind="pathways"),
        "is_negated": YesNo(default=False),
        "carried_by_exosome": YesNo(),
        "donor_cell": Ref(kind="targets"),
        "recipient_cell": Ref(kind="targets"),
        "context": Text(longest=300),
        "model_system": one_of(ModelSystem, required=True),
    }
)
EVIDENCE = Shape(
    fields={
        "key": KEY,
        "kind": one_of(EvidenceKind, required=True),
        "level": one_of(EvidenceLevel, required=True),
        "direction": one_of(Direction, required=True),
        "model_system": one_of(ModelSystem, required=True),
        "rating": Whole(),
        "statement": Text(required=True, longest=2000),
        "note": NOTE,
        "trials": refs("trials"),
        "regimens": refs("regimens"),
        "agents": refs("agents"),
        "targets": refs("targets"),
        "pathways": refs("pathways"),
        "therapy_classes": refs("therapy_classes"),
        "locators": Many(item=LOCATOR, least=1, required=True),
        "populations": Many(item=POPULATION),
        "measurements": Many(item=MEASUREMENT),
        "comparisons": Many(item=COMPARISON),
        "assertions": Many(item=ASSERTION),
    }
)
BENCHMARK = Shape(
    fields={
        "key": KEY,
        "name": Text(required=True, longest=200),
        "measurement": Ref(kind="measurements", required=True),
        "note": NOTE,
    }
)
DISCREPANCY = Shape(
    fields={
        "key": KEY,
        "kind": one_of(DiscrepancyKind, required=True),
        "state": one_of(DiscrepancyState, default=DiscrepancyState.OPEN.value),
        "title": Text(required=True, longest=300),
        "explanation": NOTE,
        "trials": refs("trials"),
        "agents": refs("agents"),
        "targets": refs("targets"),
        "pathways": refs("pathways"),
        "sides": Many(
            item=Shape(
                fields={
                    "says": Text(required=True, longest=500),
                    "source": Ref(kind="sources", required=True),
                    "place": Text(longest=200),
                    "version": Ref(kind="evidence"),
                    "measurement": Ref(kind="measurements"),
                    "comparison": Ref(kind="comparisons"),
                    "record": Ref(kind="records"),
                    "is_disputed": YesNo(default=False),
                }
            ),
            least=1,
            required=True,
        ),
    }
)
