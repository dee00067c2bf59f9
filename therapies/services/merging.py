"""Agents, and targets, that are one thing under two names: joined, and separated again."""

from __future__ import annotations

import datetime as dt

from osteodb.core.merging import Unmerged, merge_rows, unmerge_rows
from osteodb.core.models import ReferenceMerge, User
from therapies.models import Agent, Target


def merge_agents(
    *, absorbed: Agent, into: Agent, reason: str, by: User, now: dt.datetime
) -> ReferenceMerge:
    """Say that `absorbed` is the same agent as `into`, which takes over its names and all links.

    Its address leads to the other from now on; its identifiers stay with it, on record. Raises
    InvalidInput without a reason or for one agent, Conflict where either is merged already.
    """
    return merge_rows(
        absorbed=absorbed, into=into, reason=reason, by=by, now=now, action="merge_agents"
    )


def unmerge_agents(*, merge: ReferenceMerge, reason: str, by: User, now: dt.datetime) -> Unmerged:
    """Take a merge of agents back, link by link; what was changed since stays and is told.

    Raises InvalidInput without a reason, Conflict where it was taken back already.
    """
    return unmerge_rows(merge=merge, reason=reason, by=by, now=now, action="unmerge_agents")


def merge_targets(
    *, absorbed: Target, into: Target, reason: str, by: User, now: dt.datetime
) -> ReferenceMerge:
    """Say that `absorbed` is the same target as `into`, which takes over its names and all links.

    Raises as `merge_agents`.
    """
    return merge_rows(
        absorbed=absorbed, into=into, reason=reason, by=by, now=now, action="merge_targets"
    )


def unmerge_targets(*, merge: ReferenceMerge, reason: str, by: User, now: dt.datetime) -> Unmerged:
    """Take a merge of targets back. Raises as `unmerge_agents`."""
    return unmerge_rows(merge=merge, reason=reason, by=by, now=now, action="unmerge_targets")
