"""Pages for what can be given and what it hits. Every save goes through `therapies.services`."""

from therapies.admin import agents, regimens, targets

__all__ = ["agents", "regimens", "targets"]
