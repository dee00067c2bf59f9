"""A paste taken apart: which lines are RIS, NBIB or BibTeX, which are bare identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from evidence.citing_in.bibtex import read_bibtex
from evidence.citing_in.cleaning import hidden_character
from evidence.citing_in.entries import Entry, Pasted, UnreadableEntry
from evidence.citing_in.identifiers import identifiers_in
from evidence.citing_in.nbib import read_nbib
from evidence.citing_in.ris import read_ris

LARGEST_PASTE = 1024 * 1024  # characters, and bytes of a file
MOST_ENTRIES = 200
MOST_PROBLEMS = 20  # told one by one; a wrong file has thousands
LONGEST_LINE = 4_000  # characters of identifiers on one line
RIS_START = re.compile(r"TY {1,2}- ?\S")
RIS_END = re.compile(r"ER {1,2}-")
NBIB_START = re.compile(r"PMID- ?\d")
BIBTEX_START = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
NO_ENTRY = ("comment", "preamble")
NAMES = {"ris": "RIS", "nbib": "NBIB", "bibtex": "BibTeX"}


@dataclass(slots=True)
class _Piece:
    """Lines that belong together: an entry of one format, or loose ones ("")."""

    format: str
    line: int
    lines: list[str] = field(default_factory=list)
    depth: int = 0
    opened: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def where(self) -> str:
        return f"{NAMES[self.format]} entry, line {self.line}"


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, with or without a byte order mark. Raises UnreadableEntry."""
    if len(content) > LARGEST_PASTE:
        raise UnreadableEntry(f"The file is larger than {LARGEST_PASTE // 1024:,} KiB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableEntry(
            "The file is not text in UTF-8: save or export it in that encoding."
        ) from error


def read_pasted(text: str) -> Pasted:
    """What a paste holds: entries in any of the formats and bare identifiers, in its order.

    What cannot be read is a problem in words; what can be read is read all the same. A paste that
    is too large or holds hidden characters is refused whole.
    """
    if len(text) > LARGEST_PASTE:
        return Pasted(problems=(f"This is longer than {LARGEST_PASTE:,} characters.",))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    fault = hidden_character(text)
    if fault:
        return Pasted(problems=(f"{fault}: nothing was read.",))
    pieces = _pieces(text)
    if sum(bool(piece.format) for piece in pieces) > MOST_ENTRIES:
        return _too_many()
    return _read(pieces)


def _too_many() -> Pasted:
    return Pasted(problems=(f"These are more than {MOST_ENTRIES} entries: paste them in parts.",))


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    now = _Piece("", 1)
    for number, line in enumerate(text.split("\n"), start=1):
        kind = _starts(line, now)
        if kind is not None:
            pieces.append(now)
            now = _Piece(kind, number)
        now.lines.append(line)
        if _ends(line, now):
            pieces.append(now)
            now = _Piece("", number + 1)
    return [piece for piece in [*pieces, now] if piece.text.strip()]


def _starts(line: str, now: _Piece) -> str | None:
    """The format of which a line is an entry's first, if it is one."""
    if RIS_START.match(line):
        return "ris"
    if NBIB_START.match(line):
        return "nbib"
    if BIBTEX_START.match(line) and (now.format != "bibtex" or now.depth <= 0 or line[0] == "@"):
        return "bibtex"
    return None


def _ends(line: str, now: _Piece) -> bool:
    """Whether a line is an entry's last. Braces are counted to find the end of BibTeX."""
    if now.format == "ris":
        return bool(RIS_END.match(line))
    if now.format == "nbib":
        return not line.strip()
    if now.format == "bibtex":
        bare = re.sub(r"\\[{}]", "", line)
        now.depth += bare.count("{") - bare.count("}")
        now.opened = now.opened or "{" in bare
        return now.opened and now.depth <= 0
    return False


def _read(pieces: list[_Piece]) -> Pasted:
    entries: list[Entry] = []
    problems: list[str] = []
    strings = "\n".join(piece.text for piece in pieces if _bibtex_kind(piece) == "string")
    for piece in pieces:
        if not piece.format:
            _read_loose(piece, entries, problems)
        elif _bibtex_kind(piece) not in ("string", *NO_ENTRY):
            _read_entry(piece, strings, entries, problems)
    if len(entries) > MOST_ENTRIES:
        return _too_many()
    if not entries and not problems:
        problems.append("Nothing was pasted.")
    return Pasted(tuple(entries), tuple(_told(problems)))


def _told(problems: list[str]) -> list[str]:
    more = len(problems) - MOST_PROBLEMS
    return [*problems[:MOST_PROBLEMS], f"And {more:,} more."] if more > 0 else problems


def _bibtex_kind(piece: _Piece) -> str:
    found = BIBTEX_START.match(piece.text) if piece.format == "bibtex" else None
    return found[1].lower() if found else ""


def _read_entry(piece: _Piece, strings: str, entries: list[Entry], problems: list[str]) -> None:
    try:
        if piece.format == "ris":
            entry = read_ris(piece.text, piece.where)
        elif piece.format == "nbib":
            entry = read_nbib(piece.text, piece.where)
        else:
            entry = read_bibtex(piece.text, piece.where, strings)
        if entry.is_bare and not entry.identifiers:
            raise UnreadableEntry("it gives no title")
    except UnreadableEntry as error:
        problems.append(f"{piece.where}: {error}.")
    else:
        entries.append(entry)


def _read_loose(piece: _Piece, entries: list[Entry], problems: list[str]) -> None:
    for number, line in enumerate(piece.lines, start=piece.line):
        if not line.strip():
            continue
        found = identifiers_in(line) if len(line) <= LONGEST_LINE else []
        if not found:
            problems.append(f"Line {number} is not understood: “{_short(line.strip())}”.")
        entries += [Entry.from_details({"where": f"line {number}", **one}) for one in found]


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
