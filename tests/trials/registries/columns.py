"""Whether what a parser hands over fits the database, column by column, asked of the models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.contrib.postgres.fields import ArrayField
from django.db import models

from osteodb.core.partial_dates import PartialDate
from trials.models import (
    Arm,
    DataQualityIssue,
    Intervention,
    RegisteredOutcome,
    RegistryRecord,
    Site,
    Trial,
    TrialCondition,
    TrialIdentifier,
    TrialReference,
)
from trials.registries.base import ParsedTrial
from trials.services.snapshots import to_columns

PARTIAL_DATES = ("start_date", "primary_completion_date", "completion_date", "status_verified_date")


def texts(value: Any) -> Iterator[str]:
    """Every text anywhere in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        yield from texts(msgspec.structs.astuple(value))
    elif isinstance(value, dict):
        yield from texts(list(value.items()))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts(inner)


def check_column(model: type[models.Model], name: str, value: Any) -> None:
    """The value has the column's type and length, and is one of its choices."""
    field: Any = model._meta.get_field(name)
    if isinstance(field, ArrayField):
        assert isinstance(value, (list, tuple)), name
        for one in value:
            _check(field.base_field, name, one)
    elif value is not None or not field.null:
        _check(field, name, value)


def _check(field: Any, name: str, value: Any) -> None:
    if isinstance(field, models.CharField | models.TextField):
        assert isinstance(value, str), name
        assert field.max_length is None or len(value) <= field.max_length, (name, len(value))
    elif isinstance(field, models.PositiveIntegerField):
        assert 0 <= value <= 2_147_483_647, name
    elif isinstance(field, models.DecimalField):
        assert 0 <= value < 10 ** (field.max_digits - field.decimal_places), name
        assert -value.as_tuple().exponent <= field.decimal_places, name
    if field.choices and value != "":
        assert value in dict(field.flatchoices), (name, value)


PARTS: tuple[tuple[str, type[models.Model]], ...] = (
    ("arms", Arm),
    ("interventions", Intervention),
    ("outcomes", RegisteredOutcome),
    ("sites", Site),
    ("references", TrialReference),
    ("identifiers", TrialIdentifier),
    ("problems", DataQualityIssue),
)
COLUMNS = {"raw": "value_raw", "arm_labels": ""}


def check_fits(trial: ParsedTrial) -> None:
    """Everything of a parsed trial could be stored as it is."""
    for name, value in to_columns(trial.fields).items():
        check_column(Trial, name, value)
    for text in filter(None, (getattr(trial.fields, name) for name in PARTIAL_DATES)):
        PartialDate.parse(text)
    check_column(RegistryRecord, "registry_id", trial.registry_id)
    for part, model in PARTS:
        for one in getattr(trial, part):
            check_part(model, one)
    for condition in trial.conditions:
        check_column(TrialCondition, "name", condition)
    assert all(one.value and one.raw for one in trial.identifiers)
    check_unique(trial)
    assert not any("\x00" in text for text in texts(trial))
    "".join(texts(trial)).encode("utf-8")


def check_part(model: type[models.Model], part: msgspec.Struct) -> None:
    """Every value of an arm, a site … fits its column."""
    for name, value in msgspec.structs.asdict(part).items():
        if column := COLUMNS.get(name, name):
            check_column(model, column, value)


def check_unique(trial: ParsedTrial) -> None:
    """What the database holds only once in a trial stands only once."""
    for several in (
        trial.conditions,
        [one.label for one in trial.arms],
        [(one.intervention_type, one.name) for one in trial.interventions],
        [(one.registry, one.value) for one in trial.identifiers],
    ):
        assert len(several) == len(set(several)), several
