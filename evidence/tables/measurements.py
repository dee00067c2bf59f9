"""Measurements as rows: by statement and key, changed in its draft and never where published."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Union, get_args, get_origin, get_type_hints

from evidence.drafts import Draft, MeasurementDraft
from evidence.models import EvidenceItem, EvidenceVersion, Measurement
from evidence.services.beginning import begin_version
from evidence.services.content import draft_of
from evidence.services.versions import save_draft
from osteodb.core.errors import InvalidInput, NotPermitted
from osteodb.core.models import User
from osteodb.core.review import OPEN, ReviewState
from osteodb.core.table_plans import Change
from osteodb.core.tables import Row, tidy
from therapies.models import Regimen
from trials.models import Trial

NAMED = ("trial", "regimen")  # rows elsewhere, named by public id and slug
PARTS = ("population", "locator")  # parts of the same statement, named by their key
PLAIN = tuple(
    one.name for one in fields(MeasurementDraft) if one.name not in ("key", "arm", *NAMED, *PARTS)
)
SPOKEN = (*PARTS, *NAMED, *PLAIN)
NEEDED = ("population", "locator", "endpoint", "estimator", "unit")


class MeasurementTable:
    """One row for each number of the newest version of each statement that was not withdrawn.

    A row that says something else changes the open draft, or begins the next one; a published
    version is never touched. A row whose key is new adds a number; one that is left out stays. The
    registered arm is not in the table: it stays as it is. A column that is left out says nothing.
    """

    columns: Sequence[str] = ("evidence", "key", *SPOKEN)
    required: Sequence[str] = ("evidence", "key")

    def exported(self) -> list[Row]:
        """Every number, by statement and place."""
        return [_as_row(one) for one in _numbers(_newest())]

    def key(self, row: Row) -> str:
        """The statement and the number's key in it."""
        return f"{row['evidence']} {row['key']}".strip()

    def apply(
        self, row: Row, *, by: User | None, now: dt.datetime
    ) -> tuple[bool, tuple[Change, ...]]:
        """Change or add one number in a draft. Raises an OsteoDBError to refuse it."""
        if by is None:
            raise NotPermitted("A draft has an author.")
        version = _version_of(row["evidence"])
        if not row["key"]:
            raise InvalidInput("Give the number a key that its statement has not yet.")
        stored = _numbers([version]).filter(key=row["key"]).first()
        before = _as_row(stored) if stored else dict.fromkeys(self.columns, "")
        said = {
            name: _value(name, row[name])
            for name in SPOKEN
            if name in row and _value(name, row[name]) != _value(name, tidy(before[name]))
        }
        if stored and not said:
            return False, ()
        draft = _with(draft_of(version), row["key"], said, is_new=stored is None)
        _save(version, draft, by=by, now=now)
        changes = [Change(name, before[name], row[name]) for name in SPOKEN if name in said]
        return stored is None, tuple(changes)


def _save(version: EvidenceVersion, draft: Draft, *, by: User, now: dt.datetime) -> None:
    """Save what became of a version as its draft, or begin the next; over no later saving."""
    if version.state in OPEN:
        save_draft(draft=draft, item=version.item, seen=version.updated_at, by=by, now=now)
    else:
        begin_version(draft=draft, item=version.item, by=by, now=now)


def _newest() -> list[EvidenceVersion]:
    versions = EvidenceVersion.objects.exclude(state=ReviewState.WITHDRAWN)
    return list(versions.order_by("item_id", "-number").distinct("item_id"))


def _version_of(public_id: str) -> EvidenceVersion:
    item = EvidenceItem.objects.filter(public_id=public_id).first()
    if item is None:
        raise InvalidInput(f"There is no statement “{public_id}”.")
    versions = item.versions.exclude(state=ReviewState.WITHDRAWN).select_related("item")
    version = versions.order_by("-number").first()
    if version is None:
        raise InvalidInput(f"{public_id} was withdrawn: write it anew first.")
    return version


def _numbers(versions: Sequence[EvidenceVersion]) -> Any:
    rows = Measurement.objects.filter(version__in=[one.pk for one in versions])
    related = ("version__item", "population", "locator", "trial", "regimen")
    return rows.select_related(*related).order_by("version__item__public_id", "position", "pk")


def _as_row(number: Measurement) -> Row:
    return {
        "evidence": number.version.item.public_id,
        "key": number.key,
        "population": number.population.key,
        "locator": number.locator.key,
        "trial": number.trial.public_id if number.trial else "",
        "regimen": number.regimen.slug if number.regimen else "",
        **{name: _text(getattr(number, name)) for name in PLAIN},
    }


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _value(name: str, cell: str) -> Any:
    """A cell as the draft has it. Raises InvalidInput for what it cannot be."""
    if name in NAMED:
        return _named(name, cell)
    kind = TYPES[name]
    if kind is str:
        return cell
    if not cell:
        return None
    try:
        return READERS[kind](cell)
    except (ArithmeticError, KeyError, ValueError) as error:
        reason = f"{name.replace('_', ' ')}: “{cell[:60]}” is no {WORDS[kind]}."
        raise InvalidInput(reason, fields={name: [reason]}) from error


def _named(name: str, cell: str) -> int | None:
    """The key of a trial or regimen. Raises InvalidInput for one that is not there."""
    if not cell:
        return None
    rows: Any = (
        Trial.objects.filter(public_id=cell)
        if name == "trial"
        else Regimen.objects.filter(slug=cell)
    )
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise InvalidInput(f"There is no {name} “{cell}”.")
    return int(found)


def _decimal(cell: str) -> Decimal:
    value = Decimal(cell)
    if not value.is_finite():
        raise InvalidOperation(cell)
    return value


READERS: Mapping[Any, Any] = {
    Decimal: _decimal,
    int: int,
    bool: lambda cell: {"yes": True, "no": False, "true": True, "false": False}[cell.casefold()],
}
WORDS: Mapping[Any, str] = {Decimal: "number", int: "whole number", bool: "yes or no"}


def _bare(hint: Any) -> Any:
    if get_origin(hint) in (types.UnionType, Union):
        return next(one for one in get_args(hint) if one is not types.NoneType)
    return hint


TYPES = {name: _bare(hint) for name, hint in get_type_hints(MeasurementDraft).items()}


def _with(draft: Draft, key: str, said: Mapping[str, Any], *, is_new: bool) -> Draft:
    """The draft with one number changed or added behind the others."""
    if not is_new:
        changed = [replace(one, **said) if one.key == key else one for one in draft.measurements]
        return replace(draft, measurements=tuple(changed))
    missing = [name for name in NEEDED if not said.get(name)]
    if missing:
        raise InvalidInput(f"A new number needs: {', '.join(missing)}.")
    return replace(draft, measurements=(*draft.measurements, MeasurementDraft(key=key, **said)))
