"""How to cite what is here: as a sentence, as BibTeX and as RIS. Pure: knows no request, no rows.

BibTeX is written by bibtexparser and RIS by rispy, so that what other programs read is what those
libraries mean. Text is made one line first: a line break would begin a new RIS field.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import quote

import rispy
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from pylatexenc.latexencode import (
    RULE_DICT,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

NAME = "OsteoDB"
ENDINGS = ("bib", "ris", "txt")
# BibTeX counts braces even behind a backslash, so a single one is written as a symbol.
_OURS = {
    ord("{"): r"\ensuremath{\lbrace}",
    ord("}"): r"\ensuremath{\rbrace}",
    ord('"'): '"',
}
_RULES = [UnicodeToLatexConversionRule(RULE_DICT, _OURS), "defaults"]
_ENCODER = UnicodeToLatexEncoder(conversion_rules=_RULES, unknown_char_warning=False)
_VERBATIM = {"url", "doi", "urldate", "year", "pmid", "pmcid"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is cited. `path` is a page of ours, `files` its citation's files without the ending.

    `version` says which state of it is meant. A paper has what a library catalogue asks for, as far
    as it is on record; its `address` is its own, not ours.
    """

    key: str
    title: str
    path: str
    files: str
    query: str = ""
    public_id: str = ""
    version: str = ""
    year: int | None = None
    note: str = ""
    is_paper: bool = False
    is_article: bool = False
    ris_type: str = "DATA"
    author: str = ""
    container: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    address: str = ""

    def file(self, ending: str) -> str:
        """Where the citation is kept as a file."""
        return f"{self.files}.{ending}{f'?{self.query}' if self.query else ''}"

    @property
    def file_addresses(self) -> list[tuple[str, str]]:
        """The files by the name of their format."""
        return [("BibTeX", self.file("bib")), ("RIS", self.file("ris")), ("Text", self.file("txt"))]


def one_line(text: str) -> str:
    """The text in one line, without what no citation manager can read."""
    return " ".join(_CONTROL.sub(" ", text).split())


def address_of(reference: Reference, site: str) -> str:
    """The address that is cited: a paper's own where it is on record, else our page."""
    return reference.address or f"{site}{reference.path}"


def as_text(reference: Reference, site: str, day: dt.date) -> str:
    """The citation as a sentence."""
    if reference.is_paper:
        return _paper_text(reference, site)
    parts = [
        f"{NAME}: {reference.title}",
        reference.public_id,
        reference.version,
        address_of(reference, site),
        f"as of {day:%Y-%m-%d}",
    ]
    return f"{', '.join(one_line(part) for part in parts if part)}."


def _paper_text(one: Reference, site: str) -> str:
    """A paper as its own record has it; a citation with the year in it names the journal too."""
    year = str(one.year or "")
    published = "" if year and year in one.note else f"{one.container} {year}".strip()
    parts = [
        one.author,
        one.title,
        published,
        one.note,
        f"doi:{one.doi}" if one.doi else "",
        f"PMID {one.pmid}" if one.pmid else "",
        "" if one.doi else address_of(one, site),
    ]
    return " ".join(f"{one_line(part).rstrip('.')}." for part in parts if part)


def as_bibtex(reference: Reference, site: str, day: dt.date) -> str:
    """The citation as a BibTeX entry."""
    journal = "journal" if reference.is_article else "howpublished"
    values = {
        "author": "" if reference.is_paper else f"{{{NAME}}}",
        "title": reference.title,
        journal: reference.container if reference.is_paper else NAME,
        "year": str(reference.year or ""),
        "doi": reference.doi,
        "pmid": reference.pmid,
        "pmcid": reference.pmcid,
        "number": reference.public_id,
        "version": reference.version,
        "note": reference.note,
        "url": address_of(reference, site),
        "urldate": f"{day:%Y-%m-%d}",
    }
    if reference.author:
        values["author"] = f"{{{_encoded(reference.author)}}}"
    kind = "article" if reference.is_article else "misc"
    fields = [Field(name, _bibtex_value(name, text)) for name, text in values.items() if text]
    return write_string(Library([Entry(kind, _bibtex_key(reference.key), fields)]))


def _bibtex_value(name: str, text: str) -> str:
    """A value as TeX reads it; addresses stand as they are."""
    if name == "author":
        return text
    if name in _VERBATIM:
        return quote(one_line(text), safe="/:?&=%#+,;@~!$'()*[]-._")
    return f"{{{_encoded(text)}}}" if name == "title" else _encoded(text)


def _encoded(text: str) -> str:
    return str(_ENCODER.unicode_to_latex(one_line(text)))


def _bibtex_key(key: str) -> str:
    """The key with nothing in it but letters, digits and signs that every program takes."""
    return re.sub(r"[^A-Za-z0-9.:-]+", "-", key).strip("-") or NAME


class _RisWriter(rispy.RisWriter):  # type: ignore[misc]
    """RIS without a numbered line before each reference: the format has none."""

    def set_header(self, count: int) -> str:
        """No header."""
        return ""


def as_ris(reference: Reference, site: str, day: dt.date) -> str:
    """The citation as RIS."""
    author = reference.author if reference.is_paper else NAME
    values = {
        "authors": [one_line(author)] if author else [],
        "title": reference.title,
        "journal_name": reference.container if reference.is_article else "",
        "secondary_title": "" if reference.is_article else reference.container,
        "publisher": "" if reference.is_paper else NAME,
        "year": str(reference.year or ""),
        "edition": reference.version,
        "doi": reference.doi,
        "accession_number": reference.pmid or reference.public_id,
        "custom2": reference.pmcid,
        "urls": [one_line(address_of(reference, site))],
        "access_date": f"{day:%Y/%m/%d}",
        "notes": [one_line(reference.note)] if reference.note else [],
    }
    entry: dict[str, object] = {"type_of_reference": reference.ris_type}
    entry |= {
        name: one_line(value) if isinstance(value, str) else value
        for name, value in values.items()
        if value
    }
    return str(rispy.dumps([entry], implementation=_RisWriter))
