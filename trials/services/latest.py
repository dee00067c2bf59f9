"""The last thing that came for a number, to know what is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from trials.models import RecordApplication, RecordOrigin, RegistryRecord
from trials.registries.base import RecordReader
from trials.services.origins import OLDER


@dataclass(frozen=True, slots=True)
class Latest:
    """The last thing a registry said about a number: which row, which content, applied or not."""

    record: int
    content_hash: str
    applied: bool
    gone: bool


def latest_records(
    adapter: RecordReader, channel: str, numbers: Iterable[str]
) -> dict[str, Latest]:
    """The last record that came this way for each number and was no history, in one query."""
    applied = RecordApplication.objects.filter(
        record=OuterRef("pk"), parser_version=adapter.parser_version
    )
    origins = [channel]
    if channel == RecordOrigin.REGISTRY:
        origins.append(RecordOrigin.TOMBSTONE)
    history = RecordApplication.objects.filter(record=OuterRef("pk"), outcome=OLDER)
    rows = (
        RegistryRecord.objects.filter(registry_id__in=list(numbers), origin__in=origins)
        .filter(~Exists(history))
        .order_by("registry", "registry_id", "-id")
        .distinct("registry", "registry_id")
        .annotate(applied=Exists(applied))
        .values_list("registry_id", "pk", "content_hash", "applied", "origin")
    )
    if channel == RecordOrigin.REGISTRY:
        rows = rows.filter(registry=adapter.registry)
    return {
        number: Latest(pk, digest, done, origin == RecordOrigin.TOMBSTONE)
        for number, pk, digest, done, origin in rows
    }
