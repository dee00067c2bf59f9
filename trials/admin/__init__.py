"""Pages for what was registered, for the records it came from, and for what people decide."""

from trials.admin import curation, records, runs, trial

__all__ = ["curation", "records", "runs", "trial"]
