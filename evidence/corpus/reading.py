"""Corpus files into entries that remember on which line each value stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

KINDS = (
    "sources",
    "therapy_classes",
    "agents",
    "targets",
    "agent_targets",
    "pathways",
    "conditions",
    "regimens",
    "trials",
    "trial_links",
    "evidence",
    "benchmarks",
    "discrepancies",
)  # in the order in which they refer to each other
FILES: Mapping[str, tuple[str, ...]] = {
    **{kind: (kind,) for kind in KINDS},
    "evidence": ("evidence", "mechanisms"),
}  # the files of each kind, without ".yaml"
BESIDE = ("review_outline", "not_curated")  # files about the corpus, read by `coverage`
ValuePath = tuple[str | int, ...]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same language, faster
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """Something wrong in a corpus file, where, and what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a corpus file. `lines` says where each of its values stands."""

    kind: str
    key: str
    data: dict[str, Any]
    lines: Mapping[ValuePath, int]
    file: str

    def problem(self, path: ValuePath, message: str) -> FileProblem:
        """A problem at a value, or at the nearest value around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        where = f"{self.key}: " if self.key else ""
        return FileProblem(self.file, self.lines[path], where + message)


@dataclass(slots=True)
class Corpus:
    """All entries by kind and key, in the order of the files, and what was wrong on reading."""

    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)

    def all(self) -> Iterator[Entry]:
        """Every entry, what is referred to before what refers to it."""
        for kind in KINDS:
            yield from self.entries[kind].values()


class _Unreadable(Exception):
    """A node that cannot become a value."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


def read_corpus(folder: Path) -> Corpus:
    """Read every corpus file of a folder. What cannot be read is a problem, not an exception."""
    corpus = Corpus()
    for kind in KINDS:
        corpus.entries[kind] = {}
        for name in FILES[kind]:
            _read_file(folder / f"{name}.yaml", kind, corpus)
    known = {*BESIDE, *(name for names in FILES.values() for name in names)}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in known:
            corpus.problems.append(FileProblem(path.name, 1, "no corpus file has this name."))
    return corpus


def read_values(path: Path) -> tuple[Any, dict[ValuePath, int], list[FileProblem]]:
    """A file about the corpus as plain data, with its lines and with what is wrong with it."""
    lines: dict[ValuePath, int] = {(): 1}
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
        return (_value(node, (), lines) if node else []), lines, []
    except (OSError, yaml.YAMLError, UnicodeDecodeError, _Unreadable) as error:
        return [], lines, [_unreadable(path, error)]


def _unreadable(path: Path, error: Exception) -> FileProblem:
    """What is wrong with a file that cannot be read, and where."""
    if isinstance(error, OSError):
        return FileProblem(path.name, 1, f"cannot be read: {error.strerror}.")
    if isinstance(error, _Unreadable):
        return FileProblem(path.name, error.line, str(error))
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error)
    return FileProblem(path.name, mark.line + 1 if mark else 1, f"is no YAML: {words}.")


def _read_file(path: Path, kind: str, corpus: Corpus) -> None:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        corpus.problems.append(_unreadable(path, error))
        return
    if not isinstance(node, yaml.SequenceNode):
        corpus.problems.append(FileProblem(path.name, 1, "a corpus file is a list of entries."))
        return
    for one in node.value:
        _read_entry(one, kind, path.name, corpus)


def _read_entry(node: yaml.Node, kind: str, file: str, corpus: Corpus) -> None:
    lines: dict[ValuePath, int] = {(): node.start_mark.line + 1}
    try:
        data = _value(node, (), lines)
    except _Unreadable as error:
        corpus.problems.append(FileProblem(file, error.line, str(error)))
        return
    if not isinstance(data, dict):
        corpus.problems.append(FileProblem(file, lines[()], "an entry is a mapping."))
        return
    key = _key(kind, data)
    entry = Entry(kind, key, data, lines, file)
    if not key:
        corpus.problems.append(entry.problem((), "an entry needs its key."))
    elif key in corpus.entries[kind]:
        first = corpus.entries[kind][key].lines[()]
        corpus.problems.append(
            entry.problem(("key",), f"the key stands twice, first on line {first}.")
        )
    else:
        corpus.entries[kind][key] = entry


def _key(kind: str, data: dict[str, Any]) -> str:
    if kind == "agent_targets":
        parts = [str(data.get(name, "")) for name in ("agent", "target", "action")]
        return "/".join(parts) if all(parts) else ""
    return str(data.get("key") or "")


def _value(node: yaml.Node, path: ValuePath, lines: dict[ValuePath, int]) -> Any:
    """A node as plain data; numbers stay exact and dates stay text."""
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise _Unreadable(name, "the name of a value is a plain word.")
            if name.value in found:
                raise _Unreadable(name, f"“{name.value}” stands twice in one mapping.")
            found[name.value] = _value(value, (*path, name.value), lines)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, (*path, index), lines) for index, one in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    text, tag = str(node.value), node.tag.rsplit(":", 1)[-1]
    if tag == "null":
        return None
    if tag == "bool":
        if text.lower() not in BOOLEANS:
            raise _Unreadable(node, f"write true or false instead of “{text}”, or quote it.")
        return BOOLEANS[text.lower()]
    if tag in ("int", "float"):
        try:
            return int(text) if tag == "int" else Decimal(text)
        except (ValueError, InvalidOperation):
            raise _Unreadable(node, f"“{text}” is no plain number: quote it.") from None
    return text
