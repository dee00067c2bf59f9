"""A person's judgement of how far a number can be trusted."""

from __future__ import annotations

import datetime as dt

from evidence.models import BiasAssessment, Measurement
from osteodb.core.audit import record_event
from osteodb.core.errors import InvalidInput, NotPermitted
from osteodb.core.models import User
from osteodb.core.writing import acting, save_checked, set_fields


def assess_bias(
    *,
    measurement: Measurement,
    domain: str,
    judgement: str,
    reason: str,
    by: User,
    now: dt.datetime,
    assessment: BiasAssessment | None = None,
) -> BiasAssessment:
    """Judge the risk of bias of a measurement in one domain, or change one's own judgement.

    Raises InvalidInput without a reason, NotPermitted for somebody else's judgement.
    """
    if assessment and assessment.reviewer_id != by.pk:
        raise NotPermitted(f"This is the judgement of {assessment.reviewer}: add your own.")
    if not reason.strip():
        raise InvalidInput("Say why.", fields={"reason": ["A judgement needs its reason."]})
    row = assessment or BiasAssessment(measurement=measurement, reviewer=by, assessed_at=now)
    old = {"judgement": row.judgement, "reason": row.reason} if assessment else None
    new = {"domain": domain, "judgement": judgement, "reason": reason.strip()}
    with acting(action="assess_bias", by=by, now=now):
        if set_fields(row, new) or row.pk is None:
            row.assessed_at = now
            save_checked(row)
            record_event(action="assess_bias", target=row, by=by, now=now, old=old, new=new)
    return row
