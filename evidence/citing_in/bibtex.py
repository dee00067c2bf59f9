"""BibTeX, as reference managers and journals write it."""

from __future__ import annotations

import logging
import re

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares.fieldkeys import NormalizeFieldKeys
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import DuplicateFieldKeyBlock
from bibtexparser.model import Entry as Block

from evidence.citing_in import cleaning
from evidence.citing_in.entries import Entry, UnreadableEntry
from evidence.citing_in.identifiers import clean_doi, clean_pmcid, clean_pmid

KINDS = {
    "article": "ARTICLE",
    **dict.fromkeys(("inproceedings", "conference", "proceedings"), "ABSTRACT"),
    **dict.fromkeys(("dataset", "data"), "DATABASE"),
}
NOT_BIBTEX = "its braces or fields are not those of BibTeX"
logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # it warns of what is told in words here


def read_bibtex(text: str, where: str, strings: str = "") -> Entry:
    """One entry; `strings` are the "@string" definitions it may use. Raises UnreadableEntry."""
    block = _parsed(f"{strings}\n{text}")
    year = cleaning.year_in(_raw(block, "year"), _raw(block, "date"))
    journal = _text(block, "journal", "journaltitle", "booktitle")
    short = _text(block, "shortjournal", "journalabbreviation")
    return Entry(
        where=where,
        kind=KINDS.get(block.entry_type.lower(), "OTHER"),
        title=_text(block, "title"),
        first_author=_first_author(block),
        container=journal or short,
        year=year,
        citation=cleaning.citation(
            short or journal, year, _text(block, "volume"), _text(block, "number", "issue"),
            _text(block, "pages"),
        ),
        pmid=clean_pmid(_raw(block, "pmid")) or _eprint(block, "pubmed"),
        pmcid=clean_pmcid(_raw(block, "pmcid", "pmc")),
        doi=clean_doi(_raw(block, "doi")),
        url=_address(block),
    )  # fmt: skip


def _parsed(text: str) -> Block:
    try:
        library = parse_string(text, append_middleware=[NormalizeFieldKeys()])
    except (RecursionError, ValueError, IndexError, KeyError) as error:
        raise UnreadableEntry(NOT_BIBTEX) from error
    if not library.entries:
        raise UnreadableEntry(_why_not(library))
    return library.entries[0]


def _why_not(library: Library) -> str:
    for block in library.failed_blocks:
        if isinstance(block, DuplicateFieldKeyBlock):
            return f"it gives the field {', '.join(sorted(block.duplicate_keys))} twice"
    return NOT_BIBTEX


def _raw(block: Block, *names: str) -> str:
    r"""A field as it stands, for numbers and addresses: "\_" is "_" there, "%" no comment."""
    for name in names:
        field = block.get(name)
        if field is not None and str(field.value).strip("{} "):
            return re.sub(r"\\([_%&#~])", r"\1", str(field.value)).strip("{} ")
    return ""


def _text(block: Block, *names: str) -> str:
    for name in names:
        field = block.get(name)
        text = cleaning.plain_latex(str(field.value)) if field is not None else ""
        if text:
            return text
    return ""


def _first_author(block: Block) -> str:
    """The first name: the family name with its particle, and initials. A name in braces is one."""
    field = block.get("author") or block.get("editor")
    names = split_multiple_persons_names(str(field.value)[:50_000]) if field is not None else []
    if not names:
        return ""
    first = names[0]
    if first.startswith("{") and first.endswith("}") and first.count("{") == 1:
        return cleaning.plain_latex(first)
    try:
        parts = parse_single_name_into_parts(first, strict=False)
    except InvalidNameError:
        return cleaning.plain_latex(first)
    family = cleaning.plain_latex(" ".join([*parts.von, *parts.last]))
    return cleaning.author(family, cleaning.plain_latex(" ".join(parts.first)))


def _eprint(block: Block, kind: str) -> str:
    """BibLaTeX gives a PMID as an e-print of PubMed's."""
    return clean_pmid(_raw(block, "eprint")) if _raw(block, "eprinttype").lower() == kind else ""


def _address(block: Block) -> str:
    url = re.sub(r"^\\url\{(.*)\}?$", r"\1", _raw(block, "url")).rstrip("}")
    good = url.lower().startswith(("http://", "https://"))
    return cleaning.plain(url) if good and not clean_doi(url) else ""
