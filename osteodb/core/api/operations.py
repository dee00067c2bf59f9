"""What an endpoint that writes says of itself in the OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SCHEME = "key"
SECURITY_SCHEMES: dict[str, Any] = {
    SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made in the admin: named, with scopes, for at most a year.",
    }
}
REFUSALS = {
    "400": "What was sent cannot be taken; each problem names its place, and nothing was saved.",
    "401": "No key, or one that is unknown, expired or revoked.",
    "403": "The key lacks the scope, or its person the role.",
    "404": "There is no such thing.",
    "406": "No format that was asked for can be given.",
    "409": "It does not stand where this step begins, or somebody else has it in hand.",
    "412": "It was saved or moved since it was read; the present ETag is in the answer.",
    "415": "The body is no JSON.",
    "428": "If-Match is missing.",
}
READ = ("400", "401", "403", "406")
WRITE = (*READ, "409", "415")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one endpoint. `answer` is the shape of success, `body` the schema of what is
    sent; `is_list` says that the answer is a page of such shapes; `has_etag` that it has one."""

    name: str
    summary: str
    answer: Any
    tag: str
    body: dict[str, Any] | None = None
    status: str = "200"
    refusals: tuple[str, ...] = READ
    is_list: bool = False
    has_etag: bool = False
    if_match: str = ""  # "required" or "optional"; empty where it means nothing
    key_help: str = ""
    description: str = ""
    filters: Any = field(default=None)
