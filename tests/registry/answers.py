"""What the stand-in sends, and the opaque tokens that lead from page to page."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

PAGE_ONLY = ("countTotal", "pageSize", "pageToken")


@dataclass(slots=True)
class Answer:
    """What is to be sent."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def token(params: Mapping[str, str], at: int) -> str:
    """An opaque token for the page that begins at a place; no two are equal."""
    made = {"at": at, "of": fingerprint(params), "nonce": secrets.token_hex(4)}
    return base64.urlsafe_b64encode(json.dumps(made).encode()).decode()


def fingerprint(params: Mapping[str, str]) -> str:
    """What has to stay the same from page to page."""
    kept = sorted((name, value) for name, value in params.items() if name not in PAGE_ONLY)
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:12]
