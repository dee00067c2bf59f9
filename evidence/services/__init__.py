"""Every write of the evidence app. Admin, API and corpus loader are doors to it.

All are keyword-only, take the actor as `by` and the time as `now`, run in one transaction and
raise a subclass of `OsteoDBError`. A version moves by the table in `osteodb.core.review` only.
"""

from evidence.services.beginning import begin_version
from evidence.services.checking import CheckReport, check_evidence
from evidence.services.content import draft_of
from evidence.services.discrepancies import (
    Side,
    decide_discrepancy,
    open_discrepancy,
    set_sides,
    set_subjects,
)
from evidence.services.findings import doubts_of
from evidence.services.merging import merge_sources, unmerge_sources
from evidence.services.opening import open_found
from evidence.services.part_keys import rename_parts
from evidence.services.registry_results import RecordReport, draft_registry_results
from evidence.services.source_intake import (
    WantedSource,
    create_sources,
    look_up_sources,
    plan_sources,
)
from evidence.services.sources import (
    SourceDetails,
    create_source,
    link_sources,
    mark_retraction,
    set_source_trials,
    unlink_sources,
    update_source,
)
from evidence.services.versions import (
    MoveNotAllowed,
    SavedMeanwhile,
    StatementMissing,
    publish,
    retract,
    return_to_author,
    save_draft,
    set_benchmark,
    submit,
    withdraw,
)

__all__ = [
    "CheckReport",
    "MoveNotAllowed",
    "RecordReport",
    "SavedMeanwhile",
    "Side",
    "SourceDetails",
    "StatementMissing",
    "WantedSource",
    "begin_version",
    "check_evidence",
    "create_source",
    "create_sources",
    "decide_discrepancy",
    "doubts_of",
    "draft_of",
    "draft_registry_results",
    "link_sources",
    "look_up_sources",
    "mark_retraction",
    "merge_sources",
    "open_discrepancy",
    "open_found",
    "plan_sources",
    "publish",
    "rename_parts",
    "retract",
    "return_to_author",
    "save_draft",
    "set_benchmark",
    "set_sides",
    "set_source_trials",
    "set_subjects",
    "submit",
    "unlink_sources",
    "unmerge_sources",
    "update_source",
    "withdraw",
]
