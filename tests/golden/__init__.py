"""Golden files: answers as they were agreed, compared with answers as they are.

`OSTEODB_REWRITE_GOLDEN=1 make test` writes them anew, to be read in the diff; CI refuses that.
Ids that the database hands out differ from run to run, so they are numbered in order of appearance.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PUBLIC_ID = re.compile(r"OST-([TE])\d+")
ROW_ADDRESS = re.compile(
    r"/(measurements|comparisons|assertions|changes|sync-runs|quality-issues)/\d+/"
)
ROW_IDS = frozenset({"id", "run"})


class RewriteRefused(AssertionError):
    """Golden files may not be rewritten where nobody reads the diff."""


def rewriting() -> bool:
    """Whether golden files are to be written anew. Raises RewriteRefused in CI."""
    wanted = os.environ.get("OSTEODB_REWRITE_GOLDEN", "") not in ("", "0")
    in_ci = os.environ.get("CI") or os.environ.get("OSTEODB_REQUIRE_BROWSER")
    if wanted and in_ci:
        raise RewriteRefused("CI compares golden files; it does not write them.")
    return wanted


class _Numbering:
    """The same name for the same id within one answer."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def of(self, kind: str, found: str) -> str:
        numbered = sum(name.startswith(f"<{kind} ") for name in self.names.values())
        return self.names.setdefault(f"{kind}{found}", f"<{kind} {numbered + 1}>")

    def text(self, text: str) -> str:
        text = PUBLIC_ID.sub(lambda match: self.of(f"OST-{match[1]}", match[0]), text)
        return ROW_ADDRESS.sub(lambda match: f"/{match[1]}/<row>/", text)

    def tree(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self.tree(member, name) for name, member in value.items()}
        if isinstance(value, list):
            return [self.tree(member) for member in value]
        if key in ROW_IDS and isinstance(value, int):
            return "<row>"
        return self.text(value) if isinstance(value, str) else value


def steady(answer: Any) -> Any:
    """The answer without ids that differ from run to run."""
    return _Numbering().tree(answer)


def check(name: str, answer: Any) -> None:
    """Compare an answer with its golden file, or write the file."""
    path = FOLDER / name
    text = answer if isinstance(answer, str) else json.dumps(answer, indent=1, ensure_ascii=False)
    text = text.replace("\r\n", "\n")  # as CSV ends its lines
    if rewriting():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    assert path.exists(), f"{name} is not there yet: OSTEODB_REWRITE_GOLDEN=1 writes it"
    assert text.rstrip("\n") == path.read_text(encoding="utf-8").rstrip("\n")
