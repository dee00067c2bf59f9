"""The page on which a statement is judged: beside what is published, with what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from evidence import rules
from evidence.difference_words import FieldWords, PartWords, in_words
from evidence.differences import SAME, Change, differences
from evidence.models import EvidenceVersion, Locator, PostedResult
from evidence.number_text import what_text
from evidence.services.checking import findings_of
from evidence.services.content import draft_of
from evidence.services.sources import retracted_sources
from osteodb.core.admin_interests import declare_address
from osteodb.core.admin_words import pretty_json
from osteodb.core.errors import OsteoDBError
from osteodb.core.interests import current_statement, reminder
from osteodb.core.models import AuditEvent, InterestStatement, User
from osteodb.core.review import ReviewState, find_move
from osteodb.core.roles import roles_of
from trials.registries.ctgov.results import posted_text

JUDGING = ("publish", "return_to_author")
REMARKS = ("return_to_author", "publish", "withdraw", "retract")
ONCE_READ = (ReviewState.PUBLISHED, ReviewState.SUPERSEDED, ReviewState.RETRACTED)
MARKS = {
    Change.ADDED: ("+", "added"),
    Change.REMOVED: ("−", "taken out"),
    Change.CHANGED: ("≠", "changed"),
    SAME: ("=", "the same"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field on both sides, and what became of it as a symbol and in words."""

    field: FieldWords
    symbol: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the statement: its title, what became of it, its fields."""

    title: str
    symbol: str
    words: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said at an earlier move of the statement."""

    said: str
    by: str
    at: dt.datetime
    when: str  # "version 2, return to author"


@dataclass(frozen=True, slots=True)
class Posting:
    """What a registry posted, from which the statement was drafted."""

    row: PostedResult
    text: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything a reviewer reads before deciding."""

    version: EvidenceVersion
    before: EvidenceVersion | None
    everything: bool
    blocks: Sequence[Block]
    places: Sequence[tuple[Locator, str]]
    findings: Sequence[str]
    problems: Sequence[str]
    remarks: Sequence[Remark]
    postings: Sequence[Posting]
    refusal: str  # why the reader may not judge it; empty where they may
    number_of_changes: int
    judge: User | None = None  # whose statement of interests is shown
    statement: InterestStatement | None = None
    reminder: str = ""
    declare_url: str = ""


def review_address(version: EvidenceVersion) -> str:
    """The address of the review page."""
    return reverse("admin:evidence_evidenceversion_review", args=[version.pk])


def why_not(move: str, person: User, version: EvidenceVersion) -> str:
    """Why this person may not make a move from where a version stands; empty where they may."""
    step = find_move(move, version.state)
    if step is None:
        return f"Its state is “{version.get_state_display()}”: it does not wait for review."
    if not roles_of(person) & step.roles:
        return f"Your role does not allow it: {' or '.join(sorted(step.roles))} is asked for."
    if step.needs_other and person.pk == version.author_id:
        return "You wrote it: a second person publishes or returns it."
    if step.needs_other and person.pk == version.submitted_by_id:
        return "You submitted it: a second person publishes or returns it."
    return ""


def review_page(
    version: EvidenceVersion, *, person: User, now: dt.datetime, everything: bool
) -> ReviewPage:
    """The page for this reader; the number of queries depends on the kinds of parts, not on rows.

    Without anything to compare with, all of the version is told.
    """
    before, draft = compared_with(version), draft_of(version)
    old = draft_of(before) if before else None
    blocks = [_block(one) for one in in_words(differences(old, draft, everything=everything))]
    changed = sum(line.symbol != "=" for block in blocks for line in block.lines)
    refusal = "".join(dict.fromkeys(why_not(one, person, version) for one in JUDGING))
    return ReviewPage(
        version=version,
        before=before,
        everything=everything or before is None,
        blocks=blocks,
        places=_places(version),
        findings=arithmetic_of(version),
        problems=[*(one.message for one in rules.problems(draft)), *retracted_words(version)],
        remarks=_remarks(version),
        postings=_postings(version),
        refusal=refusal,
        number_of_changes=changed,
        **_interests(version, None if refusal else person, now),
    )


def compared_with(version: EvidenceVersion) -> EvidenceVersion | None:
    """What readers see now, or for what they have once seen, the version it was based on."""
    if version.state in ONCE_READ:
        return version.based_on
    return version.item.versions.filter(state=ReviewState.PUBLISHED).select_related("item").first()


def arithmetic_of(version: EvidenceVersion) -> list[str]:
    """What the arithmetic says about its numbers; each stands beside the number too."""
    found = findings_of(EvidenceVersion.objects.filter(pk=version.pk))
    return [
        f"{what_text(number)}: {one.get_weight_display()}: {one.says}"
        for one in found
        if (number := one.measurement or one.comparison)
    ]


def retracted_words(version: EvidenceVersion) -> list[str]:
    """That it cannot be published, where all its sources are retracted."""
    names = ", ".join(source.short_name for source in retracted_sources(version))
    return (
        [f"It cannot be published: it rests only on a retracted source: {names}."] if names else []
    )


def _block(part: PartWords) -> Block:
    symbol, words = MARKS[part.change]
    return Block(part.title, symbol, words, [_line(one, part.change) for one in part.fields])


def _line(one: FieldWords, change: str) -> Line:
    if change == Change.CHANGED:
        change = Change.CHANGED if one.differs else SAME
    return Line(one, *MARKS[change])


def _places(version: EvidenceVersion) -> list[tuple[Locator, str]]:
    """Where it was read, each with the outside address of the place or of its source."""
    rows = version.locators.select_related("source").order_by("position", "pk")
    return [(one, _outside(one)) for one in rows]


def _outside(locator: Locator) -> str:
    source = locator.source
    of_source = f"https://doi.org/{source.doi}" if source.doi else source.url
    return locator.url or of_source


def _remarks(version: EvidenceVersion) -> list[Remark]:
    """What was said at earlier moves of the statement, newest first."""
    item = version.item
    events = AuditEvent.objects.filter(
        object_kind=item._meta.label_lower, object_id=item.public_id, action__in=REMARKS
    ).exclude(comment="")
    return [_remark(one) for one in events]


def _remark(event: AuditEvent) -> Remark:
    number = (event.new or {}).get("version", "?")
    when = f"version {number}, {event.action.replace('_', ' ')}"
    return Remark(event.comment, event.actor_name, event.at, when)


def _postings(version: EvidenceVersion) -> list[Posting]:
    """What it was drafted from, and what the registry posts now of the same outcome."""
    own = Q(version=version) | Q(item=version.item, replaced_at=None)
    rows = PostedResult.objects.filter(own).select_related("record", "version__item")
    return [Posting(row, _posted(row)) for row in rows]


def _posted(row: PostedResult) -> str:
    try:
        found = posted_text(row.record.payload, row.outcome_key)
    except OsteoDBError as error:
        return str(error)
    return pretty_json(found) if found else "Not in this record."


def _interests(version: EvidenceVersion, judge: User | None, now: dt.datetime) -> dict[str, Any]:
    """What the reader who may judge it has declared, or who judged it had declared then."""
    if judge is not None:
        statement = current_statement(judge, now)
        return {
            "judge": judge,
            "statement": statement,
            "reminder": reminder(statement, now),
            "declare_url": declare_address(review_address(version)),
        }
    if version.reviewer and version.published_at:
        statement = current_statement(version.reviewer, version.published_at)
        return {"judge": version.reviewer, "statement": statement}
    return {}
