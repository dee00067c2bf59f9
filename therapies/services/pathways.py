"""Pathways and the targets in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Unpack

from osteodb.core.merged import refuse_merged
from osteodb.core.models import User
from osteodb.core.writing import (
    acting,
    free_slug,
    raise_problems,
    save_checked,
    set_fields,
)
from therapies import rules
from therapies.models import Pathway, PathwayMember, Target
from therapies.services.common import Citation


def create_pathway(
    *,
    name: str,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    names: Sequence[str] = (),
    description: str = "",
    **citation: Unpack[Citation],
) -> Pathway:
    """Add a pathway with its other names. Raises InvalidInput."""
    raise_problems(rules.name_problems(name) | rules.citation_problems(citation))
    pathway = Pathway(
        slug=slug or free_slug(Pathway, name),
        name=name,
        names=list(names),
        description=description,
        **citation,
    )
    with acting(action="create_pathway", by=by, now=now):
        save_checked(pathway)
    return pathway


def update_pathway(
    *,
    pathway: Pathway,
    by: User | None,
    now: dt.datetime,
    name: str | None = None,
    names: Sequence[str] | None = None,
    description: str | None = None,
    **citation: Unpack[Citation],
) -> Pathway:
    """Change a pathway; what is not given stays. Raises InvalidInput."""
    raise_problems(rules.citation_problems(citation))
    given = {
        "name": name,
        "names": None if names is None else list(names),
        "description": description,
    }
    fields = {key: value for key, value in given.items() if value is not None}
    with acting(action="update_pathway", by=by, now=now):
        if set_fields(pathway, {**fields, **citation}):
            save_checked(pathway)
    return pathway


def add_pathway_member(
    *,
    pathway: Pathway,
    target: Target,
    by: User | None,
    now: dt.datetime,
    role: str = "",
    locator: str = "",
    **citation: Unpack[Citation],
) -> PathwayMember:
    """Say that a target belongs to a pathway. Said again, it takes the newer role and source.

    Raises InvalidInput.
    """
    known = PathwayMember.objects.filter(pathway=pathway, target=target).first()
    return update_pathway_member(
        member=known or PathwayMember(pathway=pathway, target=target),
        target=target,
        role=role,
        locator=locator,
        by=by,
        now=now,
        **citation,
    )


def update_pathway_member(
    *,
    member: PathwayMember,
    target: Target,
    role: str,
    locator: str,
    by: User | None,
    now: dt.datetime,
    **citation: Unpack[Citation],
) -> PathwayMember:
    """Correct a target's place in a pathway. Raises InvalidInput."""
    refuse_merged(target)
    raise_problems(rules.citation_problems(citation))
    fields = {"target": target, "role": role, "locator": locator, **citation}
    with acting(action="update_pathway_member", by=by, now=now):
        if set_fields(member, fields) or member.pk is None:
            save_checked(member)
    return member
