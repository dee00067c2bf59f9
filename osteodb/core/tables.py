"""Tables that people keep in a spreadsheet: CSV and XLSX, read as text by column, and written.

A file comes from a stranger: its size, its cells and what an XLSX unpacks to are bounded, and
openpyxl reads its XML through defusedxml. A cell is text: nothing in it is ever worked out. What
begins like a formula is written into CSV with an apostrophe before it, for a spreadsheet would work
it out, and is read back without.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from osteodb.core.errors import InvalidInput

LARGEST_FILE = 5 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 50 * 1024 * 1024  # bytes of all parts of an XLSX
MOST_ROWS = 5_000
MOST_COLUMNS = 100
LONGEST_CELL = 32_767  # characters, as in a spreadsheet
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CONTROL = {chr(code) for code in range(32)} - {"\n", "\t"}
ZIP = b"PK\x03\x04"
MOST_PARTS = 1_000
BROKEN = (  # what openpyxl and zipfile come to with a file that is none
    AttributeError, EOFError, IndexError, InvalidFileException, KeyError, NotImplementedError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

Row = dict[str, str]


class UnreadableTable(InvalidInput):
    """A file that is no table that can be taken in; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a file in its order, and its rows as text by column."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(content: bytes, *, known: Sequence[str], required: Sequence[str]) -> Table:
    """The rows of a CSV or XLSX file, whose first row names its columns.

    A column that is not there is not spoken of; an empty cell says "empty". Wholly empty rows keep
    their place, so that lines can be counted; those at the end are left out. Raises
    UnreadableTable: not a table, too large, a column unknown, missing or twice.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableTable(f"The file is larger than {LARGEST_FILE // 1024**2} MiB.")
    cells = _xlsx(content) if content.startswith(ZIP) else _csv(content)
    head = tuple(cell.strip() for cell in cells[0]) if cells else ()
    while head and not head[-1]:
        head = head[:-1]
    _check_head(head, known, required)
    rows = [_row(number, head, line) for number, line in enumerate(cells[1:], start=2)]
    while rows and not any(rows[-1].values()):
        rows.pop()
    return Table(head, tuple(rows))


def _check_head(head: Sequence[str], known: Sequence[str], required: Sequence[str]) -> None:
    twice = sorted({name for name in head if head.count(name) > 1})
    unknown = [name or "(no name)" for name in head if name not in known]
    missing = [name for name in required if name not in head]
    for names, words in ((unknown, "not known"), (twice, "there twice"), (missing, "missing")):
        if names:
            listed = ", ".join(f"“{name[:60]}”" for name in names[:10])
            raise UnreadableTable(f"Columns that are {words}: {listed}.")


def _row(number: int, head: Sequence[str], line: Sequence[str]) -> Row:
    if any(cell.strip() for cell in line[len(head) :]):
        raise UnreadableTable(f"Line {number} has more cells than there are columns.")
    padded = [*line, *[""] * (len(head) - len(line))]
    for name, cell in zip(head, padded, strict=False):
        if len(cell) > LONGEST_CELL or CONTROL & set(cell):
            raise UnreadableTable(
                f"Line {number}, {name}: a cell is too long or holds a control character."
            )
    return {name: cell.strip() for name, cell in zip(head, padded, strict=False)}


def _csv(content: bytes) -> list[list[str]]:
    """Lines of a CSV file: UTF-8, cells apart by comma, semicolon or tab (the head tells which)."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTable(
            "The file is neither XLSX nor CSV in UTF-8: save it as one of the two."
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = text.split("\n", 1)[0]
    apart = max(",;\t", key=head.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True)
        return [[_as_meant(cell) for cell in line] for line in _bounded(lines)]
    except csv.Error as error:
        raise UnreadableTable("The quotes of this CSV file do not match.") from error


def _bounded(lines: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """The lines, refused as soon as there are too many or one is too wide."""
    kept = []
    for line in lines:
        kept.append(line)
        if len(line) > MOST_COLUMNS:
            raise UnreadableTable(f"The table has more than {MOST_COLUMNS} columns.")
        if len(kept) > MOST_ROWS + 1:
            raise UnreadableTable(f"The table has more than {MOST_ROWS:,} rows: split it.")
    return kept


def _xlsx(content: bytes) -> list[list[str]]:
    """Lines of the first sheet. What a formula was worked out to is not taken: it is no text."""
    try:
        _check_packing(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be false
        lines = _bounded([_cell(cell) for cell in row] for row in sheet.iter_rows())
    except UnreadableTable:
        raise
    except BROKEN as error:
        raise UnreadableTable("The file is not an XLSX table that can be read.") from error
    return [list(line) for line in lines]


def _check_packing(content: bytes) -> None:
    """Refuse what unpacks to far more than a table holds. A part is never read beyond the size it
    declares, so a false size gains nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise UnreadableTable(
            f"The file unpacks to more than {LARGEST_UNPACKED // 1024**2} MiB, or more than "
            f"{MOST_PARTS:,} parts."
        )


def _cell(cell: Any) -> str:
    """A cell as the text that a person reads in it."""
    value = cell.value
    if cell.data_type in ("f", "e"):
        words = "a formula" if cell.data_type == "f" else "an error"
        raise UnreadableTable(f"Line {cell.row} holds {words}: put the value there.")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


def _as_meant(cell: str) -> str:
    """A cell of CSV without the apostrophe that `written_csv` put before it."""
    guarded = cell.startswith("'") and cell[1:2] and cell[1] in (*FORMULA, "'")
    return cell[1:] if guarded else cell


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def written_csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """The rows as CSV in UTF-8, with the mark by which a spreadsheet knows that it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_guarded(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def written_xlsx(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """The rows as the one sheet of an XLSX file; every cell is text, whatever it begins with."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, line in enumerate([list(columns), *_lines(columns, rows)], start=1):
        for at, value in enumerate(line, start=1):
            cell = sheet.cell(number, at, value or None)
            if value:
                cell.data_type = "s"
                cell.number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterable[list[str]]:
    for row in rows:
        yield [row.get(name, "") for name in columns]


def tidy(value: str) -> str:
    """A value as it comes back from a file: without outer blanks, line ends as one sign."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()
