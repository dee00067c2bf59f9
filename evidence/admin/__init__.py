"""Pages for what we say and why: sources, statements with their parts, disagreements."""

from evidence.admin import discrepancies, parts, postings, revisions, sources, tables, versions

__all__ = ["discrepancies", "parts", "postings", "revisions", "sources", "tables", "versions"]
