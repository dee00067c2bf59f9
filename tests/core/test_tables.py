"""Tables from strangers are read as text within bounds; what is written comes back the same."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from osteodb.core.tables import (
    LARGEST_FILE,
    MOST_ROWS,
    Table,
    UnreadableTable,
    read_table,
    written_csv,
    written_xlsx,
)

COLUMNS = ("slug", "name", "note")
HARD = (
    "=1+1",
    "+49",
    "-5",
    "@x",
    "'quoted",
    "''",
    "a;b,c\td",
    'say "x"',
    "two\nlines",
    "TGF-β",
    "007",
)


def read(content: bytes) -> Table:
    """A table with the test's columns, of which the slug is required."""
    return read_table(content, known=COLUMNS, required=("slug",))


def book(*lines: Any) -> bytes:
    """An XLSX file with these lines, as a spreadsheet would save them."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    for line in lines:
        made.worksheets[0].append(line)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("write", [written_csv, written_xlsx])
def test_what_is_written_comes_back_the_same(write: Any) -> None:
    rows = tuple({"slug": str(at), "name": cell, "note": ""} for at, cell in enumerate(HARD))
    assert read(write(COLUMNS, rows)) == Table(COLUMNS, rows)


def test_no_cell_of_a_csv_begins_like_a_formula() -> None:
    text = written_csv(("name",), [{"name": cell} for cell in HARD]).decode("utf-8-sig")
    assert "'=1+1" in text
    assert not [line for line in text.split("\r\n") if line.startswith(("=", "+", "-", "@"))]


def test_no_cell_of_an_xlsx_is_a_formula() -> None:
    stored = openpyxl.load_workbook(io.BytesIO(written_xlsx(("name",), [{"name": "=1+1"}])))
    cell = stored.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    "content",
    [
        b"slug,name\na,B\n",
        b"\xef\xbb\xbfslug;name\r\na;B\r\n",
        b"slug\tname\ra\tB",
        b'"slug","name"\n"a","B"\n,\n\n',
    ],
)
def test_csv_is_read_as_spreadsheets_of_any_country_save_it(content: bytes) -> None:
    assert read(content).rows == ({"slug": "a", "name": "B"},)


def test_cells_of_an_xlsx_are_the_text_a_person_reads() -> None:
    content = book(["slug", "name", "note"], [1, 2.0, None], [True, 0.5, " x "])
    assert read(content).rows == (
        {"slug": "1", "name": "2", "note": ""},
        {"slug": "yes", "name": "0.5", "note": "x"},
    )


def test_an_empty_row_keeps_its_line() -> None:
    assert [bool(row["slug"]) for row in read(b'slug\na\n""\nb\n\n').rows] == [True, False, True]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "missing: “slug”"),
        (b"slug,price\na,1\n", "not known: “price”"),
        (b"slug,slug\na,b\n", "there twice: “slug”"),
        (b"slug,name\na,b,c\n", "Line 2 has more cells"),
        (b"slug,name\na,\"b\n", "quotes of this CSV file do not match"),
        (b"slug\na\x00b\n", "control character"),
        (b"slug\n" + b"x" * 40_000, "too long"),
        (b"slug\n" + b"x\n" * (MOST_ROWS + 1), "more than 5,000 rows"),
        (b"slug" + b"," * 200, "more than 100 columns"),
        (b"slug\n\xff\n", "neither XLSX nor CSV in UTF-8"),
        (b"x" * (LARGEST_FILE + 1), "larger than 5 MiB"),
        (b"PK\x03\x04nothing", "not an XLSX table"),
        (book(["slug"], ["=1+1"]), "Line 2 holds a formula"),
        (book(["slug"], *[["x"]] * (MOST_ROWS + 1)), "more than 5,000 rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableTable, match=why):
        read(content)


def packed(**parts: bytes) -> bytes:
    """A zip file with parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = packed(sheet=b"0" * (60 * 1024 * 1024))
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableTable, match="unpacks to more than 50 MiB"):
        read(bomb)
    with pytest.raises(UnreadableTable, match=r"more than 1,000 parts"):
        read(packed(**{str(at): b"" for at in range(1_001)}))


def test_entities_of_an_xlsx_are_not_expanded() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    source, out = zipfile.ZipFile(io.BytesIO(book(["slug"], ["a"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = evil + content.replace(b"<?xml version='1.0'?>", b"")
            made.writestr(part.filename, content)
    with pytest.raises(UnreadableTable, match="not an XLSX table"):
        read(out.getvalue())
