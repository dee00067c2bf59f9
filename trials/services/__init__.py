"""Every write to what was registered. Commands, tasks, admin and corpus loader are doors to it.

All are keyword-only, take the actor as `by` (None: the system) and the time as `now`, run in one
transaction (a sync: one for each batch of whole trials) and raise a subclass of `OsteoDBError`.
"""

from trials.services.adapters import adapter_for, registry_code
from trials.services.candidates import propose_link
from trials.services.conditions import create_condition, move_condition, update_condition
from trials.services.dispatch import carry_out_run
from trials.services.imports import (
    decide_upload,
    import_registry_file,
    upload_registry_file,
)
from trials.services.merging import merge_trials, unmerge_trials
from trials.services.overrides import override_field, release_override
from trials.services.recompute import recompute_trials
from trials.services.registration import (
    GivenIdentifier,
    NumberTaken,
    add_identifier,
    add_trial_condition,
    correct_identifier,
    find_trial,
    link_trial_agent,
    record_secondary_facts,
    register_trial,
)
from trials.services.rematch import rematch_words
from trials.services.replay import reparse_registry_records, retry_failure
from trials.services.runs import (
    AlreadyRunning,
    last_complete_run,
    reap_stale_runs,
    start_sync_run,
)
from trials.services.sync import sync_registry

__all__ = [
    "AlreadyRunning",
    "GivenIdentifier",
    "NumberTaken",
    "adapter_for",
    "add_identifier",
    "add_trial_condition",
    "carry_out_run",
    "correct_identifier",
    "create_condition",
    "decide_upload",
    "find_trial",
    "import_registry_file",
    "last_complete_run",
    "link_trial_agent",
    "merge_trials",
    "move_condition",
    "override_field",
    "propose_link",
    "reap_stale_runs",
    "recompute_trials",
    "record_secondary_facts",
    "register_trial",
    "registry_code",
    "release_override",
    "rematch_words",
    "reparse_registry_records",
    "retry_failure",
    "start_sync_run",
    "sync_registry",
    "unmerge_trials",
    "update_condition",
    "upload_registry_file",
]
