"""What the parts of a version are called. A name is no content: a published version may get it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from evidence.models import EvidenceVersion
from osteodb.core.models import User
from osteodb.core.writing import acting


def rename_parts(
    *,
    version: EvidenceVersion,
    keys: Mapping[str, Mapping[str, str]],
    by: User | None,
    now: dt.datetime,
) -> None:
    """Call parts of a version otherwise: kind of part -> key it has -> key to have.

    What is not named keeps its key; two may change names. The new keys of a kind are all different.
    """
    with acting(action="rename_parts", by=by, now=now):
        for part, names in keys.items():
            renamed = {old: new for old, new in names.items() if old != new}
            rows = {row.key: row for row in getattr(version, part).filter(key__in=renamed)}
            for row in rows.values():  # first out of the way, as a key names one part at any time
                type(row).objects.filter(pk=row.pk).update(key=f"#{row.pk}")
            for old, row in rows.items():
                type(row).objects.filter(pk=row.pk).update(key=renamed[old])
