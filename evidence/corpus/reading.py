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
    """One entry of a corpus file. `lines` says where each of its values stands.

    `comment` is the lines of comment above it, as they stand there; the first lines of a file are
    the file's own and belong to no entry.
    """

    kind: str
    key: str
    data: dict[str, Any]
    lines: Mapping[ValuePath, int]
    file: str
    comment: str = ""

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
    unreadable: list[FileProblem] = []
    texts: dict[str, str] = {}
    for name in (name for kind in KINDS for name in FILES[kind]):
        try:
            texts[name] = (folder / f"{name}.yaml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            unreadable.append(_unreadable(f"{name}.yaml", error))
    corpus = read_texts(texts)
    corpus.problems += unreadable
    known = {*BESIDE, *(name for names in FILES.values() for name in names)}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in known:
            corpus.problems.append(FileProblem(path.name, 1, "no corpus file has this name."))
    return corpus


def read_texts(texts: Mapping[str, str]) -> Corpus:
    """Read corpus files by their names without ".yaml", as `read_corpus` does."""
    corpus = Corpus({kind: {} for kind in KINDS})
    for kind in KINDS:
        for name in FILES[kind]:
            if name in texts:
                _read_file(f"{name}.yaml", texts[name], kind, corpus)
    return corpus


def read_values(path: Path) -> tuple[Any, dict[ValuePath, int], list[FileProblem]]:
    """A file about the corpus as plain data, with its lines and with what is wrong with it."""
    lines: dict[ValuePath, int] = {(): 1}
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
        return (_value(node, (), lines) if node else []), lines, []
    except (OSError, yaml.YAMLError, UnicodeDecodeError, _Unreadable) as error:
        return [], lines, [_unreadable(path.name, error)]


def _unreadable(file: str, error: Exception) -> FileProblem:
    """What is wrong with a file that cannot be read, and where."""
    if isinstance(error, OSError):
        return FileProblem(file, 1, f"cannot be read: {error.strerror}.")
    if isinstance(error, _Unreadable):
        return FileProblem(file, error.line, str(error))
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error)
    return FileProblem(file, mark.line + 1 if mark else 1, f"is no YAML: {words}.")


def _read_file(file: str, text: str, kind: str, corpus: Corpus) -> None:
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        corpus.problems.append(_unreadable(file, error))
        return
    if not isinstance(node, yaml.SequenceNode):
        corpus.problems.append(FileProblem(file, 1, "a corpus file is a list of entries."))
        return
    lines = text.split("\n")
    for one in node.value:
        _read_entry(one, kind, file, _comment(lines, one.start_mark.line), corpus)


def _comment(lines: list[str], at: int) -> str:
    """The comment above line `at` (from 0), with the empty line below it where there is one.

    At the top of a file the first lines up to an empty one are the file's own.
    """
    first = at
    while first and (not lines[first - 1].strip() or lines[first - 1].startswith("#")):
        first -= 1
    found = [line.rstrip() for line in lines[first:at]]
    if not first:
        found = found[found.index("") :] if "" in found else []
    text = "\n".join(found).strip("\n")
    below = "\n\n" if found and not found[-1] else "\n"
    return text + below if text else ""


def _read_entry(node: yaml.Node, kind: str, file: str, comment: str, corpus: Corpus) -> None:
    lines: dict[ValuePath, int] = {(): node.start_mark.line + 1}
    try:
        data = _value(node, (), lines)
    except _Unreadable as error:
        corpus.problems.append(FileProblem(file, error.line, str(error)))
        return
    if not isinstance(data, dict):
        corpus.problems.append(FileProblem(file, lines[()], "an entry is a mapping."))
        return
    key = entry_key(kind, data)
    entry = Entry(kind, key, data, lines, file, comment)
    if not key:
        corpus.problems.append(entry.problem((), "an entry needs its key."))
    elif key in corpus.entries[kind]:
        first = corpus.entries[kind][key].lines[()]
        corpus.problems.append(
            entry.problem(("key",), f"the key stands twice, first on line {first}.")
        )
    else:
        corpus.entries[kind][key] = entry


def entry_key(kind: str, data: dict[str, Any]) -> str:
    """What other files call the entry: its key, or of an agent's target the three that make it."""
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
