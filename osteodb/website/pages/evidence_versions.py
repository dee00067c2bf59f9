"""Two versions of a statement beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.difference_words import PartWords, differences_in_words
from evidence.models import EvidenceVersion
from osteodb.website.pages.base import Crumb, Head, api_url, with_query


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """What became of a statement between two of its versions."""

    old: EvidenceVersion
    new: EvidenceVersion
    parts: list[PartWords]


def compare_page(old: EvidenceVersion, new: EvidenceVersion) -> ComparePage:
    """Everything in which two versions of one statement differ."""
    return ComparePage(old=old, new=new, parts=differences_in_words(old, new))


def compare_head(page: ComparePage) -> Head:
    """Title and path of the page."""
    public_id = page.new.item.public_id
    title = f"{public_id}: version {page.old.number} against version {page.new.number}"
    return Head(
        title=title,
        section="evidence",
        description=f"What differs between two versions of {public_id}, field by field.",
        crumbs=(Crumb("Evidence", "/evidence/"), Crumb(public_id, f"/evidence/{public_id}/")),
        json_url=with_query(
            api_url("differences"),
            f"evidence={public_id}&from={page.old.number}&to={page.new.number}",
        ),
    )
