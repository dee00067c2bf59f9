"""Pages for what was registered, for the records it came from, and for what people decide."""

from trials.admin import (
    curation,
    failures,
    links,
    merges,
    overrides,
    records,
    runs,
    trial,
    uploads,
)

__all__ = [
    "curation", "failures", "links", "merges", "overrides", "records", "runs", "trial", "uploads",
]  # fmt: skip
