"""What applying an uploaded file would do, in words: record by record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, JSONField, QuerySet, Value

from trials.admin.said import value_words
from trials.models import RegistryRecord, RegistryUpload, SyncFailure
from trials.services.adapters import channel_of, file_adapter_for

ORDER = {"created": 0, "changed": 1, "unchanged": 2}
WORDS = {"created": "new trial", "changed": "changed", "unchanged": "unchanged"}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One field: from what, to what."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class IntendedRow:
    """One record: what would become of it. `trial` is 0 for a new one."""

    number: str
    title: str
    outcome: str
    words: str
    trial: int
    changes: list[ChangeWords]
    new_numbers: list[str]
    conflicts: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a person has to see before a file is applied."""

    rows: list[IntendedRow]
    failures: list[SyncFailure]
    older: list[str]
    unchanged: list[str]


def with_numbers(uploads: QuerySet[RegistryUpload]) -> QuerySet[RegistryUpload]:
    """Uploads with the numbers and hashes of their records, without the payloads."""
    parts = {
        name: Func(
            F("records"),
            Value(f"$[*].{key}"),
            function="jsonb_path_query_array",
            template="%(function)s(%(expressions)s::jsonpath)",
            output_field=JSONField(),
        )
        for name, key in (("numbers", "number"), ("hashes", "content_hash"))
    }
    return uploads.defer("records").annotate(**parts)


def preview_of(upload: Any) -> Preview:
    """The preview of an upload that was read by `with_numbers`."""
    rows = sorted((_row(one) for one in upload.intended), key=_by_outcome)
    failures = list(upload.preview.failures.order_by("pk"))
    told = {row.number for row in rows} | {one.registry_id for one in failures}
    quiet = {
        number: digest
        for number, digest in zip(upload.numbers, upload.hashes, strict=True)
        if number not in told
    }
    stored = _stored_hashes(upload, quiet)
    older = sorted(number for number in quiet if stored.get(number) != quiet[number])
    return Preview(rows, failures, older, sorted(quiet.keys() - set(older)))


def _by_outcome(row: IntendedRow) -> tuple[bool, int, str]:
    """What a person has to look at first, then what is new, what changes, and the rest."""
    return not row.conflicts, ORDER[row.outcome], row.number


def _stored_hashes(upload: RegistryUpload, numbers: Iterable[str]) -> dict[str, str]:
    """What was on record of these numbers when the file came."""
    channel = channel_of(file_adapter_for(upload.registry))
    rows = RegistryRecord.objects.filter(
        registry_id__in=list(numbers), origin=channel, fetched_at__lte=upload.uploaded_at
    )
    return dict(rows.order_by("pk").values_list("registry_id", "content_hash"))


def _row(one: dict[str, Any]) -> IntendedRow:
    return IntendedRow(
        number=one["number"],
        title=one["title"],
        outcome=one["outcome"],
        words=WORDS[one["outcome"]],
        trial=one["trial"],
        changes=[_change(change) for change in one["changes"]],
        new_numbers=one["new_numbers"],
        conflicts=one["conflicts"],
    )


def _change(change: dict[str, Any]) -> ChangeWords:
    label = change["field"].replace("_", " ")
    return ChangeWords(label, _in_words(change["old"]), _in_words(change["new"]))


def _in_words(value: Any) -> str:
    """A value; of a list of things only how each is called."""
    if isinstance(value, list):
        return value_words([_called(one) for one in value])
    return value_words(value)


def _called(thing: Any) -> str:
    if isinstance(thing, dict):
        return next((str(one) for one in thing.values() if one), "")
    return str(thing)
