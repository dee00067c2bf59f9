"""Entries as the text of corpus files, the same text for the same entries on every machine.

A mapping or list that fits on one line stands on one line; a longer one is opened up, value by
value. Text too long for its line is folded, text of several lines is literal, and text that could
be read as a number, a date or a yes is in quotes. PyYAML does the writing; this module chooses the
styles and adds the comments, which YAML libraries drop.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml
from yaml import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from evidence.corpus.canonical import canonical_corpus
from evidence.corpus.headers import HEADERS
from evidence.corpus.reading import FILES, KINDS, Corpus, Entry

WIDTH = 120
FOLD = 100  # PyYAML ends a line after the word that passes this column, so that few pass WIDTH
NO_WRAPPING = 1_000_000
TAG = "tag:yaml.org,2002:"
AMBIGUOUS = re.compile(
    r"[-+.]?\d[\d_.,:eExXoa-fA-F+-]*|[-+]?\.(?:inf|nan)|null|~|y|n", re.IGNORECASE
)


class _Writer(yaml.SafeDumper):
    """PyYAML's writer with lists set in by two, and double quotes where a text has none itself."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # PyYAML's
        super().increase_indent(flow, False)

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        text = str(getattr(self.event, "value", ""))
        return '"' if style == "'" and '"' not in text else style

    def write_folded(self, text: str) -> None:
        """Folded text is the only one that is broken into lines."""
        self.best_width = FOLD
        super().write_folded(text)
        self.best_width = NO_WRAPPING


def normalise(corpus: Corpus) -> dict[str, str]:
    """The canonical text of each file, by its name without ".yaml".

    For a corpus without problems. Reading the texts gives the same corpus, and the same texts.
    """
    return write(canonical_corpus(corpus))


def write(corpus: Corpus) -> dict[str, str]:
    """The text of each file; the entries are in their canonical form."""
    return {
        name: write_file(
            name, [one for one in corpus.entries[kind].values() if one.file == f"{name}.yaml"]
        )
        for kind in KINDS
        for name in FILES[kind]
    }


def write_file(name: str, entries: Iterable[Entry]) -> str:
    """The text of one file: its header, then each entry below the comment that stood above it."""
    lines = textwrap.wrap(" ".join(HEADERS[name].split()), WIDTH - 2)
    header = "".join(f"# {line}\n" for line in lines)
    pieces: list[str] = []
    was_line = False
    for entry in entries:
        text = entry_text(entry.data)
        is_line = text.count("\n") == 1
        between = "" if was_line and is_line and not entry.comment else "\n"
        pieces += [between, entry.comment, text]
        was_line = is_line
    return header + ("".join(pieces) or "\n[]\n")


def entry_text(data: Mapping[str, Any]) -> str:
    """One entry as an item of a file's list."""
    node = _node(data)
    _set_styles(node, 2, 2)
    return _serialised(SequenceNode(TAG + "seq", [node], flow_style=False))


def _node(value: Any) -> Node:
    """A value as PyYAML's node. Styles are chosen later, when the place is known."""
    if isinstance(value, Mapping):
        pairs = [(ScalarNode(TAG + "str", name), _node(one)) for name, one in value.items()]
        return MappingNode(TAG + "map", pairs, flow_style=True)
    if isinstance(value, list):
        return SequenceNode(TAG + "seq", [_node(one) for one in value], flow_style=True)
    if isinstance(value, bool):
        return ScalarNode(TAG + "bool", str(value).lower())
    if isinstance(value, int):
        return ScalarNode(TAG + "int", str(value))
    if isinstance(value, Decimal):
        return ScalarNode(TAG + "float", format(value, "f"))
    return ScalarNode(TAG + "str", value, style='"' if AMBIGUOUS.fullmatch(value) else None)


def _set_styles(node: Node, indent: int, column: int) -> None:
    """Open up what does not fit between `column` and the width; `indent` is where it opens to."""
    if isinstance(node, ScalarNode):
        _set_text_style(node, column)
    elif isinstance(node, CollectionNode) and (
        column + len(_flow(node)) > WIDTH or _has_lines(node)
    ):
        node.flow_style = False
        for name, value in _members(node):
            key = len(_flow(name)) + 2 if name else 0
            inside = 2 if name is None or isinstance(value, SequenceNode | MappingNode) else 0
            _set_styles(value, indent + 2, indent + (key or inside))


def _members(node: Node) -> list[tuple[Node | None, Node]]:
    if isinstance(node, MappingNode):
        return list(node.value)
    return [(None, one) for one in node.value]


def _set_text_style(node: ScalarNode, column: int) -> None:
    if node.tag != TAG + "str":
        return
    if "\n" in node.value:
        node.style = "|"
    elif column + len(_flow(node)) > WIDTH and " " in node.value:
        node.style = ">"


def _has_lines(node: Node) -> bool:
    """Whether a text of several lines stands somewhere inside."""
    if isinstance(node, ScalarNode):
        return "\n" in node.value
    return any(_has_lines(one) for _name, one in _members(node))


def _flow(node: Node) -> str:
    """The node on one line, as it stands in a list or mapping on one line."""
    wrapped = SequenceNode(TAG + "seq", [node], flow_style=True)
    return _serialised(wrapped).strip()[1:-1]


def _serialised(node: Node) -> str:
    stream = io.StringIO()
    writer = _Writer(stream, width=NO_WRAPPING, allow_unicode=True)
    writer.open()
    writer.serialize(node)
    writer.close()
    return stream.getvalue()
