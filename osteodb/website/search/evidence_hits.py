"""Statements and sources among the hits."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from evidence.models import EvidenceVersion, Source
from evidence.wording import sources_matching, versions_matching
from osteodb.website.search.hits import Finder, Hit, ranked, terms
from osteodb.website.search.marking import excerpt, headline, joined, mark_terms, marked
from therapies.wording import Wording


def found_versions(wording: Wording) -> QuerySet[Any]:
    """The statements of the list with the same question."""
    return EvidenceVersion.objects.published().filter(versions_matching(wording))


def shown_versions(rows: QuerySet[Any], wording: Wording, most: int) -> list[Hit]:
    """The best of them, the strongest kind of evidence first among equals."""
    best = ranked(rows, wording).select_related("item").defer("search")
    best = best.annotate(matched=headline(joined("statement", "note"), wording.words))
    versions = list(best.order_by("-rank", "level", "item_id")[:most])
    reasons = _reasons([one.pk for one in versions], wording)
    return [
        Hit(
            marked(f"{one.item.public_id} (level {one.level})"),
            f"/evidence/{one.item.public_id}/",
            excerpt(one.matched),
            "; ".join(reasons.get(one.pk, [])),
        )
        for one in versions
    ]


def _reasons(versions: list[int], wording: Wording) -> dict[int, list[str]]:
    """The things a question names that a statement is linked to."""
    reasons: dict[int, list[str]] = {}
    for kind, manager in (
        ("agent", EvidenceVersion.agents.through.objects),
        ("target", EvidenceVersion.targets.through.objects),
    ):
        asked = {pk: one for one in wording.named for pk in getattr(one, f"{kind}s")}
        rows = manager.filter(evidenceversion_id__in=versions, **{f"{kind}_id__in": asked})
        for version, pk in rows.values_list("evidenceversion_id", f"{kind}_id"):
            about = reasons.setdefault(version, [])
            if asked[pk].reason not in about:
                about.append(asked[pk].reason)
    return reasons


def found_sources(wording: Wording) -> QuerySet[Any]:
    """The sources of the list with the same question."""
    return Source.objects.current().filter(sources_matching(wording))


def shown_sources(rows: QuerySet[Any], wording: Wording, most: int) -> list[Hit]:
    """The best of them, the newest first among equals."""
    text = joined("title", "container")
    best = ranked(rows, wording).annotate(matched=headline(text, wording.words))
    newest = F("year").desc(nulls_last=True)
    return [
        Hit(
            mark_terms(one.short_name, terms(wording)),
            f"/sources/{one.slug}/",
            excerpt(one.matched),
        )
        for one in best.defer("search").order_by("-rank", newest, "slug")[:most]
    ]


EVIDENCE = Finder("evidence", "statement", "Evidence", found_versions, shown_versions, "/evidence/")
SOURCES = Finder("sources", "source", "Sources", found_sources, shown_sources, "/sources/")
