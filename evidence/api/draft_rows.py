"""Drafts as programs with a key read them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypedDict

from django.db.models import QuerySet

from evidence import rules, services
from evidence.api.draft_json import draft_json, path_text
from evidence.drafts import Draft
from evidence.models import Check, EvidenceKind, EvidenceLevel, EvidenceVersion, Weight
from evidence.querysets import READABLE
from osteodb.core.api.shapes import Moment
from osteodb.core.api.values import address, known, moment


class DraftRowShape(TypedDict):
    """A version and where it stands in review."""

    public_id: str
    version: int
    url: str
    state: Annotated[str, "DRAFT, IN_REVIEW; after a move also PUBLISHED, WITHDRAWN, RETRACTED."]
    kind: Annotated[str, EvidenceKind]
    level: Annotated[str, EvidenceLevel]
    statement: str
    author: Annotated[str, "User name."]
    submitted_by: str | None
    based_on: Annotated[int | None, "The number of the version it was begun from."]
    review_comment: str | None
    created_at: Moment
    updated_at: Moment
    submitted_at: Moment
    etag: Annotated[str, "Send it as If-Match with the next write."]


class DraftProblemShape(TypedDict):
    """A rule that is broken: it can be saved so, and not submitted."""

    parameter: Annotated[str, "Where in the draft, such as `measurements[0].value`."]
    message: str


class DraftFindingShape(TypedDict):
    """A sum done again that did not come out as printed; it stops nothing."""

    parameter: Annotated[str, "Which number, such as `measurements[0]`."]
    check: Annotated[str, Check]
    weight: Annotated[str, Weight]
    says: str
    may_be_innocent: str


class DraftCheckShape(TypedDict):
    """What the rules and the arithmetic say of a draft."""

    problems: list[DraftProblemShape]
    findings: list[DraftFindingShape]


class DraftDetailShape(DraftRowShape):
    """A version in full. `draft` may be changed and sent back as it is."""

    draft: Annotated[dict[str, object], {"$ref": "#/components/schemas/Draft"}]
    problems: list[DraftProblemShape]
    findings: list[DraftFindingShape]


RELATED = ("item", "author", "submitted_by", "based_on")


def etag_of(version: EvidenceVersion) -> str:
    """It changes with every saving and every move."""
    saved = version.updated_at.astimezone(dt.UTC)
    return f'"{version}.{version.state}.{saved:%Y%m%dT%H%M%S.%fZ}"'.replace(" ", ".")


def draft_rows(queryset: QuerySet[EvidenceVersion], site: str) -> list[DraftRowShape]:
    """Versions in their order: one query, however many."""
    return [_row(version, site) for version in queryset.select_related(*RELATED)]


def draft_row(version: EvidenceVersion, site: str) -> DraftRowShape:
    """One version in short, as it stands in the database now."""
    [row] = draft_rows(EvidenceVersion.objects.filter(pk=version.pk), site)
    return row


def draft_detail(version: EvidenceVersion, site: str) -> DraftDetailShape:
    """One version with its content, and what is said of it."""
    draft = services.draft_of(version)
    return {**draft_row(version, site), "draft": draft_json(draft), **check(draft)}


def check(draft: Draft) -> DraftCheckShape:
    """Every broken rule, and what the arithmetic finds; nothing is saved."""
    doubts = {} if rules.structure_problems(draft) else services.doubts_of(draft)
    return {
        "problems": [
            {"parameter": path_text(one.path), "message": one.message}
            for one in rules.problems(draft)
        ],
        "findings": [
            {
                "parameter": path_text(place),
                "check": doubt.check,
                "weight": doubt.weight,
                "says": doubt.says,
                "may_be_innocent": doubt.innocent,
            }
            for place, found in doubts.items()
            for doubt in found
        ],
    }


def _row(version: EvidenceVersion, site: str) -> DraftRowShape:
    resource = "evidence" if version.state in READABLE else "drafts"
    return {
        "public_id": version.item.public_id,
        "version": version.number,
        "url": address(site, resource, version.item.public_id),
        "state": version.state,
        "kind": version.kind,
        "level": version.level,
        "statement": version.statement,
        "author": version.author.username,
        "submitted_by": version.submitted_by.username if version.submitted_by else None,
        "based_on": version.based_on.number if version.based_on else None,
        "review_comment": known(version.review_comment),
        "created_at": moment(version.created_at),
        "updated_at": moment(version.updated_at),
        "submitted_at": moment(version.submitted_at),
        "etag": etag_of(version),
    }
