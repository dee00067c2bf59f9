"""A trial's values from all its origins: the newest record of each number, read and combined.

A record belongs to a number, a number to a trial, and a merged trial's numbers to the one it was
merged into; so which records speak for a trial is looked up anew each time, and nothing has to be
moved when trials are merged or separated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from trials.known_differences import COPY, REGISTRY, SECONDARY, Combined, Origin, Spoken, combine
from trials.models import RecordApplication, RegistryRecord, TrialIdentifier
from trials.reconcile import COLLECTION_KINDS, FIELD_KINDS, NOT_GIVEN
from trials.registries import secondary
from trials.registries.base import ParsedTrial, TrialFields
from trials.services.adapters import parser_of

OLDER = "older"
Place = tuple[str, str, str]  # registry, number, channel


def numbers_of(heads: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """The registry numbers of trials, with those of the trials merged into them."""
    found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    rows = TrialIdentifier.objects.exclude(registry="SPONSOR").filter(trial__head__in=heads)
    for head, registry, value in rows.values_list("trial__head", "registry", "value"):
        found[head].add((registry, value))
    return found


def voices_of(
    numbers: Mapping[int, Collection[tuple[str, str]]], without: Collection[Place] = ()
) -> dict[int, list[Spoken]]:
    """The newest applied record of each origin of these trials, parsed; two queries.

    `without` are origins whose newest record the caller holds already. Raises MalformedRecord where
    a stored record cannot be read any more.
    """
    owner = {number: head for head, owned in numbers.items() for number in owned}
    left_out = set(without)
    wanted: dict[int, int] = {}
    for pk, registry, number, channel in _newest({value for _registry, value in owner}):
        head = owner.get((registry, number))
        if head is not None and (registry, number, channel) not in left_out:
            wanted[pk] = head
    found: defaultdict[int, list[Spoken]] = defaultdict(list)
    if wanted:
        for record in RegistryRecord.objects.filter(pk__in=wanted).order_by("pk"):
            found[wanted[record.pk]].append(_spoken(record))
    return found


def _newest(values: Collection[str]) -> Iterable[tuple[int, str, str, str]]:
    """The newest applied record of each number and channel; pages of third parties stand side by
    side, for each shows facts of its own."""
    applied = RecordApplication.objects.filter(record=OuterRef("pk")).exclude(outcome=OLDER)
    rows = RegistryRecord.objects.filter(Exists(applied), registry_id__in=values)
    newest = (
        rows.filter(origin__in=[REGISTRY, COPY])
        .order_by("registry", "registry_id", "origin", "-pk")
        .distinct("registry", "registry_id", "origin")
    )
    found = rows.filter(Q(origin=SECONDARY) | Q(pk__in=newest.values("pk"))).order_by("pk")
    return found.values_list("pk", "registry", "registry_id", "origin")


def _spoken(record: RegistryRecord) -> Spoken:
    origin = Origin(record.registry, record.origin, record.registry_date, record.pk)
    return Spoken(origin, parse_record(record))


def parse_record(record: RegistryRecord) -> ParsedTrial:
    """A stored record in the neutral shape, by the parser of the way it came. Raises
    MalformedRecord."""
    if record.origin == SECONDARY:
        return secondary.parse(
            record.registry, record.registry_id, record.registry_date, record.payload
        )
    return parser_of(record.registry, record.origin)(record.payload)


def combined(voices: Collection[Spoken]) -> Combined:
    """The values of all origins by written precedence; none of a trial without a record."""
    if not voices:
        nothing: dict[str, tuple[Any, ...]] = dict.fromkeys(COLLECTION_KINDS, ())
        return Combined(TrialFields(), nothing, {}, ())
    first = next(iter(voices))
    if len(voices) == 1 and first.origin.channel != SECONDARY:
        return _alone(first)
    return combine(list(voices))


def _alone(spoken: Spoken) -> Combined:
    """What the only origin says, as it says it: the case of nearly every trial."""
    fields = spoken.parsed.fields
    said = [name for name in FIELD_KINDS if getattr(fields, name) not in NOT_GIVEN]
    lists = {name: getattr(spoken.parsed, name) for name in COLLECTION_KINDS}
    origins = dict.fromkeys(said, spoken.origin) | {
        name: spoken.origin for name, value in lists.items() if value
    }
    return Combined(fields, lists, origins, ())
