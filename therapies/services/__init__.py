"""Every write to what can be given and what it hits. Admin, API and corpus loader are doors to it.

All are keyword-only, take the actor as `by` (None: the system) and the time as `now`, run in one
transaction and raise a subclass of `OsteoDBError`. Editing keeps what it is not given.
"""

from therapies.services.agents import (
    AgentDetails,
    NameTaken,
    add_agent_name,
    create_agent,
    find_agent,
    link_agent_target,
    update_agent,
    update_agent_name,
    update_agent_target,
)
from therapies.services.classes import (
    create_therapy_class,
    move_therapy_class,
    update_therapy_class,
)
from therapies.services.common import Citation
from therapies.services.merging import (
    merge_agents,
    merge_targets,
    unmerge_agents,
    unmerge_targets,
)
from therapies.services.pathways import (
    add_pathway_member,
    create_pathway,
    update_pathway,
    update_pathway_member,
)
from therapies.services.regimens import (
    RegimenPart,
    create_regimen,
    set_regimen_agents,
    update_regimen,
)
from therapies.services.targets import (
    TargetDetails,
    add_target_name,
    create_target,
    update_target,
    update_target_name,
)

__all__ = [
    "AgentDetails",
    "Citation",
    "NameTaken",
    "RegimenPart",
    "TargetDetails",
    "add_agent_name",
    "add_pathway_member",
    "add_target_name",
    "create_agent",
    "create_pathway",
    "create_regimen",
    "create_target",
    "create_therapy_class",
    "find_agent",
    "link_agent_target",
    "merge_agents",
    "merge_targets",
    "move_therapy_class",
    "set_regimen_agents",
    "unmerge_agents",
    "unmerge_targets",
    "update_agent",
    "update_agent_name",
    "update_agent_target",
    "update_pathway",
    "update_pathway_member",
    "update_regimen",
    "update_target",
    "update_target_name",
    "update_therapy_class",
]
