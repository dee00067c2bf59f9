"""How trials, statements and sources are cited, from rows that are loaded already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from evidence.models import EvidenceVersion, Source, SourceKind
from osteodb.website.citations import Reference
from trials.models import Trial

LONGEST_TITLE = 300
ARTICLES = (
    SourceKind.ARTICLE,
    SourceKind.REVIEW,
    SourceKind.META_ANALYSIS,
    SourceKind.GUIDELINE,
)
RIS_TYPES = dict.fromkeys(ARTICLES, "JOUR") | {
    SourceKind.ABSTRACT: "ABST",
    SourceKind.DATABASE: "DBASE",
    SourceKind.OTHER: "GEN",
}


def _day(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d}"


def reference_of_trial(trial: Trial, numbers: Sequence[str]) -> Reference:
    """A trial as it stands here, with the numbers it is registered under."""
    return Reference(
        key=trial.public_id,
        title=trial.title,
        path=f"/trials/{trial.public_id}/",
        files=f"/cite/trial/{trial.public_id}",
        public_id=trial.public_id,
        version=f"last changed here {_day(trial.updated_at)}",
        year=trial.updated_at.astimezone(dt.UTC).year,
        note=f"Known as {', '.join(numbers)}" if numbers else "",
    )


def reference_of_version(version: EvidenceVersion) -> Reference:
    """One version of a statement, at the address where that version stays."""
    public_id, number = version.item.public_id, version.number
    statement = version.statement
    if len(statement) > LONGEST_TITLE:
        statement = f"{statement[: LONGEST_TITLE - 1].rstrip()}…"
    published = version.published_at
    return Reference(
        key=f"{public_id}.v{number}",
        title=statement.rstrip("."),
        path=f"/evidence/{public_id}/versions/{number}/",
        files=f"/cite/evidence/{public_id}.v{number}",
        public_id=public_id,
        version=f"version {number}",
        year=published.astimezone(dt.UTC).year if published else None,
        note=_standing(version),
    )


def _standing(version: EvidenceVersion) -> str:
    """When it was published, and what became of it."""
    told = (
        ("published", version.published_at),
        ("superseded", version.superseded_at),
        ("retracted", version.retracted_at),
    )
    words = ", ".join(f"{what} {_day(when)}" for what, when in told if when)
    return f"{words[:1].upper()}{words[1:]}"


def reference_of_source(source: Source) -> Reference:
    """The paper itself, with what is on record of it: of its authors that is the first."""
    article = source.kind in ARTICLES and bool(source.container)
    notes = [source.citation, f"Read on {source.seen_on}" if source.seen_on and not article else ""]
    if source.retraction in ("RETRACTED", "CONCERN", "CORRECTED"):
        notes.append(str(source.get_retraction_display()).capitalize())
    return Reference(
        key=source.slug,
        title=source.title,
        path=f"/sources/{source.slug}/",
        files=f"/cite/source/{source.slug}",
        is_paper=True,
        is_article=article,
        ris_type=RIS_TYPES.get(SourceKind(source.kind), "ELEC"),
        author=source.first_author,
        container=source.container,
        year=source.year,
        note=". ".join(note.rstrip(".") for note in notes if note),
        doi=source.doi,
        pmid=source.pmid,
        pmcid=source.pmcid,
        address=f"https://doi.org/{source.doi}" if source.doi else source.url,
    )
