"""The endpoint of synthesis: what is alike, pooled; who was left out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from evidence.api.rows import comparison_rows, measurement_rows
from evidence.api.synthesis_shapes import (
    AlikeShape,
    GroupShape,
    LeftOutShape,
    LineShape,
    PooledShape,
    SynthesisRowShape,
    SynthesisShape,
)
from evidence.filters import ComparisonFilterSet, MeasurementFilterSet
from evidence.models import Comparison, Measurement
from evidence.statistics.pooling import Line, Pooled, Study
from evidence.synthesis import words
from evidence.synthesis.asking import (
    KIND_HELP,
    KINDS,
    MEASUREMENTS,
    WIDEST,
    WINDOW_HELP,
    question,
)
from evidence.synthesis.numbers import Alike, Group, LeftOut, Number
from evidence.synthesis.reading import Reading
from evidence.synthesis.rules import WINDOW
from osteodb.core.api.questions import RESERVED, Question
from osteodb.core.api.shapes import Schema
from osteodb.core.api.values import known

Rows = Mapping[int, Mapping[str, Any]]


def tidy(value: float) -> float:
    """Six significant digits: more than any source gives, and the same on every machine."""
    return float(f"{value:.6g}")


def synthesis_shape(reading: Reading, *, kind: str, window: Any, site: str) -> SynthesisShape:
    """The whole answer, with four queries for the rows, however many."""
    ids = list(reading.rows)
    rows: Rows = (
        {row["id"]: row for row in measurement_rows(Measurement.objects.filter(pk__in=ids), site)}
        if kind == MEASUREMENTS
        else {row["id"]: row for row in comparison_rows(_compared(ids), site)}
    )
    found = reading.synthesis
    return {
        "kind": kind,
        "window": float(window),
        "groups": [_group(group, rows) for group in found.groups],
        "alone": [_group(group, rows) for group in found.alone],
        "left_out": [_left_out(one, rows) for one in found.left_out],
        "method": words.METHOD,
        "caution": words.CAUTION,
    }


def _compared(ids: list[int]) -> QuerySet[Comparison]:
    return Comparison.objects.filter(pk__in=ids)


def _group(group: Group, rows: Rows) -> GroupShape:
    studies = group.pooled.studies if group.pooled else (None,) * len(group.rows)
    return {
        "title": words.title(group.alike),
        "alike": _alike(group.alike),
        "treatments": list(group.treatments),
        "rows": [_row(one, rows, study) for one, study in zip(group.rows, studies, strict=True)],
        "left_out": [_left_out(one, rows) for one in group.left_out],
        "pooled": _pooled(group.pooled, words.unit(group.alike)) if group.pooled else None,
        "refusal": known(group.refusal),
        "cautions": list(group.cautions),
    }


def _alike(alike: Alike) -> AlikeShape:
    return {
        "endpoint": alike.endpoint,
        "endpoint_name": known(alike.endpoint_name),
        "estimator": known(alike.estimator),
        "measure": known(alike.measure),
        "comparative_by_design": known(alike.comparative_by_design),
        "against": known(alike.contrast),
        "time_point_months": float(alike.months) if alike.months >= 0 else None,
        "unit": alike.unit,
        "disease": alike.disease,
        "setting": alike.setting,
        "role": alike.role,
        "given": alike.given,
    }


def _row(one: Number, rows: Rows, study: Study | None = None) -> SynthesisRowShape:
    row = rows[one.pk]
    return {
        "id": one.pk,
        "url": row["url"],
        "label": one.label,
        "treatment": known(one.regimen),
        "value": row["value"],
        "events": row.get("events"),
        "n": row.get("n"),
        "interval": row["interval"],
        "trial": row["trial"],
        "population": row["population"],
        "evidence": row["evidence"],
        "source": row["source"],
        "locator": row["locator"],
        "pooled_as": None
        if study is None
        else {
            "estimate": tidy(study.estimate),
            "low": tidy(study.low),
            "high": tidy(study.high),
            "weight": tidy(study.weight),
        },
    }


def _left_out(one: LeftOut, rows: Rows) -> LeftOutShape:
    return {**_row(one.number, rows), "reason": one.reason.value, "says": one.says}


def _pooled(pooled: Pooled, unit: str) -> PooledShape:
    low, high = pooled.prediction_low, pooled.prediction_high
    return {
        "k": pooled.k,
        "estimate": tidy(pooled.estimate),
        "low": tidy(pooled.low),
        "high": tidy(pooled.high),
        "level": pooled.level,
        "unit": known(unit),
        "prediction": None
        if low is None or high is None
        else {"low": tidy(low), "high": tidy(high)},
        "heterogeneity": {
            "q": tidy(pooled.q),
            "df": pooled.df,
            "p": tidy(pooled.p),
            "tau2": tidy(pooled.tau2),
            "tau2_estimator": pooled.tau2_estimator,
            "i2": tidy(pooled.i2),
            "h2": tidy(pooled.h2),
            "scale": pooled.scale,
        },
        "method": pooled.method,
        "sensitivity": [_line(line) for line in pooled.sensitivity],
        "notes": list(pooled.notes),
    }


def _line(line: Line) -> LineShape:
    return {
        "name": line.name,
        "method": line.method,
        "estimate": tidy(line.estimate),
        "low": tidy(line.low),
        "high": tidy(line.high),
    }


class Synthesis(Question):
    """Like pooled with like: groups of numbers that share endpoint, estimator, time, disease,
    setting and role, each with what it pools to or the reason why it is not pooled.

    The filters are those of measurements, or with `kind=comparisons` those of comparisons. Without
    `agent`, `therapy_class`, `target`, `trial` or `evidence` only what shares a treatment or a
    therapy class is pooled. Patients are counted once; every number that is left out is listed with
    its reason. Pooled single arms compare nothing, and there is no overall score.
    """

    answer_shape = SynthesisShape
    name, tag, operation = "pooled results", "synthesis", "get_synthesis"

    @classmethod
    def parameters(cls) -> list[tuple[str, str, Schema]]:
        """The filters of measurements and of comparisons, and the endpoint's own."""
        measured, compared = MeasurementFilterSet.base_filters, ComparisonFilterSet.base_filters
        kind = {"type": "string", "enum": list(KINDS), "default": MEASUREMENTS}
        window = {"type": "number", "minimum": 0, "maximum": WIDEST, "default": int(WINDOW)}
        return [
            *(
                (name, each.help_text + _only(name), _schema(name, each.schema()))
                for name, each in {**compared, **measured}.items()
            ),
            ("kind", KIND_HELP, kind),
            ("window", WINDOW_HELP, window),
        ]

    def answer(self, query: QueryDict, site: str) -> SynthesisShape:
        """The groups, the numbers that stand alone, and those that belong to no group."""
        asked = question(query, reserved=RESERVED)
        return synthesis_shape(asked.answer(), kind=asked.kind, window=asked.window, site=site)


def _only(name: str) -> str:
    """Which kind of numbers a filter is for, where it is for one only."""
    if name not in ComparisonFilterSet.base_filters:
        return " Only with kind=measurements."
    if name not in MeasurementFilterSet.base_filters:
        return " Only with kind=comparisons."
    return ""


def _schema(name: str, schema: Schema) -> Schema:
    """Orders that only one of the two kinds knows are left to that kind's own list."""
    if name != "ordering":
        return schema
    measured, compared = (
        one.base_filters["ordering"].choices for one in (MeasurementFilterSet, ComparisonFilterSet)
    )
    both = [value for value, _ in measured if value in dict(compared)]
    return {"type": "array", "items": {"type": "string", "enum": both}}
