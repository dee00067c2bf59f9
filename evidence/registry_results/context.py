"""What the mapping needs to know beside the posting itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence.drafts import Draft

LABEL = 200
NOTE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The trial and source of a posting, and the rows its words may be tied to exactly.

    `arms` is label -> primary key; `registered` is (kind, measure) -> primary key where one
    registered outcome has that title and no other.
    """

    number: str
    trial: int
    source: int
    url: str
    seen_on: str
    only_osteosarcoma: bool = False
    arms: Mapping[str, int] = field(default_factory=dict)
    registered: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft of one outcome measure."""

    endpoint: str
    draft: Draft


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and a mark that more was posted."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def sentences(*parts: str) -> str:
    """The parts that say something, as one line of sentences."""
    return " ".join(
        part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part
    )
