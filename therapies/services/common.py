"""Pieces the services of this app share."""

from __future__ import annotations

from typing import TypedDict


class Citation(TypedDict, total=False):
    """Where a statement was read: in words, at which address, seen on which date."""

    source_text: str
    source_url: str
    source_seen_on: str
