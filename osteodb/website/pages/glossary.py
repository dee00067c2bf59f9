"""The glossary as a page: every term, in groups, at an address of its own."""

from __future__ import annotations

from dataclasses import dataclass

from osteodb.website.glossary import GROUPS
from osteodb.website.glossary_terms import Group
from osteodb.website.pages.base import Head


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    """All groups of terms."""

    groups: tuple[Group, ...]


def glossary_head() -> Head:
    """Title and description."""
    return Head(
        title="Glossary",
        section="about",
        description="Endpoints, estimators, intervals, evidence levels, statuses and phases: what "
        "each word means in OsteoDB, and whose definition it follows.",
    )


def glossary_page() -> GlossaryPage:
    """The page's parts."""
    return GlossaryPage(GROUPS)
