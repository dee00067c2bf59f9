"""Sources that are one document: joined, and separated again."""

from __future__ import annotations

import datetime as dt

from evidence.models import Source
from osteodb.core.merging import Unmerged, merge_rows, unmerge_rows
from osteodb.core.models import ReferenceMerge, User


def merge_sources(
    *, absorbed: Source, into: Source, reason: str, by: User, now: dt.datetime
) -> ReferenceMerge:
    """Say that `absorbed` is the same document as `into`: every place read in it is one of `into`.

    Published statements cite the kept document from now on; that is on record, and can be taken
    back. Raises InvalidInput without a reason or for one document, Conflict where either is merged
    already.
    """
    return merge_rows(
        absorbed=absorbed, into=into, reason=reason, by=by, now=now, action="merge_sources"
    )


def unmerge_sources(*, merge: ReferenceMerge, reason: str, by: User, now: dt.datetime) -> Unmerged:
    """Take a merge of documents back, link by link; what was changed since stays and is told.

    Raises InvalidInput without a reason, Conflict where it was taken back already.
    """
    return unmerge_rows(merge=merge, reason=reason, by=by, now=now, action="unmerge_sources")
