"""Every write to what was registered. Commands, tasks, admin and corpus loader are doors to it.

All are keyword-only, take the actor as `by` (None: the system) and the time as `now`, run in one
transaction (a sync: one for each batch of whole trials) and raise a subclass of `OsteoDBError`.
"""

from trials.services.adapters import adapter_for, registry_code
from trials.services.conditions import create_condition, move_condition, update_condition
from trials.services.registration import (
    GivenIdentifier,
    NumberTaken,
    add_identifier,
    add_trial_condition,
    find_trial,
    link_trial_agent,
    propose_link,
    record_secondary_facts,
    register_trial,
)
from trials.services.rematch import rematch_words
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
    "create_condition",
    "find_trial",
    "last_complete_run",
    "link_trial_agent",
    "move_condition",
    "propose_link",
    "reap_stale_runs",
    "record_secondary_facts",
    "register_trial",
    "registry_code",
    "rematch_words",
    "start_sync_run",
    "sync_registry",
    "update_condition",
]
