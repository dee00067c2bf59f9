"""Posted results of registries into drafts that people check: never published by a machine.

`draft_registry_results` looks at the newest record of every number and settles what it posts, one
transaction a record. What was read once is passed over, so asking often is cheap; asking twice at
once is harmless, for a number is worked on by one at a time.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from evidence.models import (
    EvidenceVersion,
    PostedResult,
    PostingState,
    ReadingState,
    ResultsReading,
)
from evidence.registry_results.drafting import MAPPING_VERSION
from evidence.services.posted_outcomes import (
    LEFT_OUT,
    MADE,
    OTHER,
    UNCHANGED,
    WAITING,
    Record,
    Settled,
)
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from osteodb.core.review import OPEN
from osteodb.core.roles import DRAFTER
from osteodb.core.services import ensure_system_account
from osteodb.core.writing import acting
from trials.models import (
    InclusionDecision,
    RecordApplication,
    RecordOrigin,
    Registry,
    RegistryRecord,
    TrialIdentifier,
)
from trials.registries.identifiers import recognise

MACHINE = "registry-results"
CHUNK = 1000
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """What became of one record's results; `failure` says why nothing did."""

    number: str
    settled: tuple[Settled, ...] = ()
    failure: str = ""

    def count(self, what: str) -> int:
        """How many of its outcomes ended so."""
        return sum(one.what == what for one in self.settled)


def draft_registry_results(
    *, now: dt.datetime, numbers: Sequence[str] = (), dry_run: bool = False
) -> list[RecordReport]:
    """Draft what registries posted anew, of all included trials or of `numbers` again.

    One trial's failure is kept as its `ResultsReading` and stops no other. `dry_run` carries all of
    it out and takes it back. Raises InvalidInput for a number that is no known NCT number.
    """
    if not dry_run:
        return _draft(now, numbers)
    with transaction.atomic():
        reports = _draft(now, numbers)
        transaction.set_rollback(True)
    return reports


def _draft(now: dt.datetime, numbers: Sequence[str]) -> list[RecordReport]:
    work = _asked(numbers) if numbers else _unread(now)
    if not work:
        return []
    by = ensure_system_account(username=MACHINE, role=DRAFTER, by=None, now=now)
    found = [_read(pk, number, by, now, again=bool(numbers)) for pk, number in work]
    return [report for report in found if report is not None]


# --- Which records --------------------------------------------------------------------------------


def _newest() -> QuerySet[RegistryRecord]:
    """The newest record the registry itself sent, of each number."""
    own = RegistryRecord.objects.filter(registry=Registry.NCT, origin=RecordOrigin.REGISTRY)
    newer = own.filter(registry_id=OuterRef("registry_id"), pk__gt=OuterRef("pk"))
    return own.filter(~Exists(newer)).order_by("registry_id")


def _asked(numbers: Sequence[str]) -> list[tuple[int, str]]:
    """The newest records of the given numbers, whether or not they were read."""
    wanted = []
    for text in numbers:
        number = recognise(text)
        if number is None or number.registry != Registry.NCT:
            raise InvalidInput(f"{text!r} is no number of ClinicalTrials.gov.")
        wanted.append(number.value)
    known = TrialIdentifier.objects.filter(registry=Registry.NCT, value=OuterRef("registry_id"))
    records = _newest().filter(Exists(known), registry_id__in=wanted)
    found = dict(records.values_list("registry_id", "pk"))
    if missing := [number for number in wanted if number not in found]:
        raise InvalidInput(f"No trial's record of {', '.join(missing)} has been stored.")
    return [(found[number], number) for number in dict.fromkeys(wanted)]


def _unread(now: dt.datetime) -> list[tuple[int, str]]:
    """Newest records of included trials that were not read yet, or whose way is free now."""
    known = TrialIdentifier.objects.filter(
        Q(trial__inclusion=InclusionDecision.INCLUDED)
        | Q(trial__merged_into__inclusion=InclusionDecision.INCLUDED),
        registry=Registry.NCT,
        value=OuterRef("registry_id"),
    )
    read = ResultsReading.objects.filter(record=OuterRef("pk"), mapping_version=MAPPING_VERSION)
    applied = RecordApplication.objects.filter(record=OuterRef("pk"))
    records = _newest().filter(~Exists(read), Exists(known), Exists(applied))
    unread = list(records.values_list("pk", "registry_id"))
    free = list(_newest().filter(Exists(_free_postings())).values_list("pk", "registry_id"))
    return sorted({*_with_results(unread, now), *free}, key=lambda one: one[1])


def _free_postings() -> QuerySet[PostedResult]:
    """Postings of a record's number that waited for a version nobody has in hand any more."""
    held = EvidenceVersion.objects.filter(item=OuterRef("item"), state__in=OPEN)
    return PostedResult.objects.filter(
        ~Exists(held),
        registry=Registry.NCT,
        registry_id=OuterRef("registry_id"),
        state=PostingState.WAITING,
        replaced_at=None,
    )


def _with_results(unread: Sequence[tuple[int, str]], now: dt.datetime) -> list[tuple[int, str]]:
    """Those that post results or that posted some before; the others are marked as read."""
    found = []
    for start in range(0, len(unread), CHUNK):
        some = unread[start : start + CHUNK]
        before = PostedResult.objects.filter(registry=Registry.NCT, replaced_at=None)
        earlier = Exists(before.filter(registry_id=OuterRef("registry_id")))
        rows = RegistryRecord.objects.filter(pk__in=[pk for pk, _ in some])
        holding = set(
            rows.filter(Q(payload__has_key="resultsSection") | earlier).values_list("pk", flat=True)
        )
        found += [one for one in some if one[0] in holding]
        _mark_without([pk for pk, _ in some if pk not in holding], now)
    return found


def _mark_without(records: Iterable[int], now: dt.datetime) -> None:
    rows = [
        ResultsReading(
            record_id=pk,
            mapping_version=MAPPING_VERSION,
            state=ReadingState.NO_RESULTS,
            read_at=now,
        )
        for pk in records
    ]
    ResultsReading.objects.bulk_create(rows, ignore_conflicts=True)


# --- One record -----------------------------------------------------------------------------------


def _read(pk: int, number: str, by: User, now: dt.datetime, *, again: bool) -> RecordReport | None:
    """Settle one record whole or not at all; None where another worker was faster."""
    try:
        with acting(action="draft_registry_results", by=by, now=now):
            return _settle(pk, number, by, now, again=again)
    except (Conflict, OperationalError) as error:  # somebody is at work there: the next run
        logger.info("%s: %s", number, error)
        return RecordReport(number=number, failure=str(error))
    except Exception as error:  # whatever it is, it is this record's and stops no other
        logger.exception("Results of %s could not be drafted.", number)
        reason = f"{type(error).__name__}: {error}"
        _keep(pk, now, ReadingState.FAILED, reason=reason)
        return RecordReport(number=number, failure=reason)


def _settle(
    pk: int, number: str, by: User, now: dt.datetime, *, again: bool
) -> RecordReport | None:
    """The record's outcomes, while no other worker is at this number."""
    own = TrialIdentifier.objects.select_for_update(of=("self",), no_key=True)
    identifier = own.select_related("trial").get(registry=Registry.NCT, value=number)
    if not _newest().filter(pk=pk).exists():
        return None
    if not again and _is_done(pk, number):
        return None
    record = RegistryRecord.objects.get(pk=pk)
    settled = tuple(Record(record, identifier, by, now).settle())
    _keep(pk, now, ReadingState.DONE, counts=Counter(one.what for one in settled))
    return RecordReport(number=number, settled=settled)


def _is_done(pk: int, number: str) -> bool:
    """Whether another worker has read the record meanwhile and left nothing to take up."""
    read = ResultsReading.objects.filter(record=pk, mapping_version=MAPPING_VERSION).exists()
    waits = PostedResult.objects.filter(
        registry=Registry.NCT,
        registry_id=number,
        state=PostingState.WAITING,
        replaced_at=None,
    )
    return read and not waits.exists()


def _keep(
    pk: int,
    now: dt.datetime,
    state: ReadingState,
    *,
    reason: str = "",
    counts: Counter[str] | None = None,
) -> None:
    """One row a record and version of the mapping; read again, it says what came of it last."""
    counts = counts or Counter()
    ResultsReading.objects.update_or_create(
        record_id=pk,
        mapping_version=MAPPING_VERSION,
        defaults={
            "state": state,
            "reason": reason.replace("\x00", ""),
            "made_count": counts[MADE],
            "unchanged_count": counts[UNCHANGED],
            "waiting_count": counts[WAITING],
            "left_out_count": counts[LEFT_OUT],
            "other_count": counts[OTHER],
            "read_at": now,
        },
    )
