"""How things look wherever they are shown."""

from __future__ import annotations

# Symbol and colour group of each status: the symbol carries the meaning where colour does not.
STATUS_LOOKS: dict[str, tuple[str, str]] = {
    "not_yet_recruiting": ("○", "open"),
    "recruiting": ("●", "open"),
    "enrolling_by_invitation": ("●", "open"),
    "active_not_recruiting": ("◐", "going"),
    "not_recruiting": ("◐", "going"),
    "suspended": ("‖", "stopped"),
    "completed": ("✓", "done"),
    "terminated": ("✕", "stopped"),
    "withdrawn": ("✕", "stopped"),
    "available": ("●", "open"),
    "no_longer_available": ("✕", "stopped"),
    "temporarily_not_available": ("‖", "stopped"),
    "approved_for_marketing": ("✓", "done"),
    "withheld": ("?", "unclear"),
    "unknown": ("?", "unclear"),
    "other": ("?", "unclear"),
}
