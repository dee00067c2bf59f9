"""Entries on trials and diseases."""

from __future__ import annotations

from evidence.corpus.shapes.common import CITATIONS, KEY, NOTE, one_of, refs
from evidence.corpus.specs import (
    Date,
    Many,
    Ref,
    Shape,
    Text,
    Whole,
    Words,
    YesNo,
)
from trials.models import (
    AgentRole,
    EnrolmentType,
    IdentifierKind,
    Phase,
    Registry,
    StudyType,
    TrialStatus,
)

NUMBERED = {
    "registry": one_of(Registry, required=True),
    "value": Text(required=True, longest=200),
}
FACTS = Shape(
    fields={
        "brief_title": Text(longest=600),
        "official_title": Text(),
        "acronym": Text(longest=100),
        "lead_sponsor": Text(longest=400),
        "collaborators": Many(item=Text(longest=400)),
        "study_type": one_of(StudyType),
        "phases": Many(item=one_of(Phase)),
        "allocation": Text(longest=40),
        "masking": Text(longest=40),
        "status": one_of(TrialStatus),
        "status_raw": Text(longest=200),
        "enrolment_count": Whole(),
        "enrolment_type": one_of(EnrolmentType),
        "start_date": Date(),
        "start_date_type": one_of(EnrolmentType),
        "primary_completion_date": Date(),
        "primary_completion_date_type": one_of(EnrolmentType),
        "completion_date": Date(),
        "completion_date_type": one_of(EnrolmentType),
        "first_posted_date": Date(),
        "last_update_posted_date": Date(),
        "minimum_age": Text(longest=40),
        "maximum_age": Text(longest=40),
        "has_results": YesNo(),
    }
)
TRIAL = Shape(
    fields={
        "key": KEY,
        "inclusion_reason": Text(required=True, longest=500),
        "cited": CITATIONS,
        "identifiers": Many(
            item=Shape(
                fields={
                    **NUMBERED,
                    "kind": one_of(IdentifierKind, required=True),
                    "source": Ref(kind="sources", required=True),
                    "note": Text(longest=300),
                }
            ),
            least=1,
            required=True,
        ),
        "agents": Many(
            item=Shape(
                fields={
                    "agent": Ref(kind="agents", required=True),
                    "role": one_of(AgentRole, required=True),
                }
            )
        ),
        "conditions": Many(
            item=Shape(
                fields={
                    "name": Text(required=True, longest=400),
                    "condition": Ref(kind="conditions", required=True),
                }
            )
        ),
        "note": NOTE,
        "records": Many(
            item=Shape(
                fields={
                    "key": KEY,
                    "of": Shape(fields=NUMBERED, required=True),
                    "source": Ref(kind="sources", required=True),
                    "as_of": Date(),
                    "also_seen": refs("sources", is_set=False),
                    "note": Text(longest=300),
                    "fields": FACTS,
                    "unmapped": Words(),
                }
            )
        ),
    }
)
TRIAL_LINK = Shape(
    fields={
        "key": KEY,
        "trials": Many(item=Ref(kind="trials"), least=2, most=2, required=True, is_set=True),
        "signals": Many(
            item=Shape(
                fields={
                    "kind": Text(required=True, longest=40),
                    "says": Text(required=True, longest=500),
                    "source": Ref(kind="sources", required=True),
                }
            ),
            least=1,
            required=True,
        ),
    }
)
