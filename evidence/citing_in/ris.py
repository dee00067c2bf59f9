"""RIS, as Crossref, Zotero, EndNote and journals write it."""

from __future__ import annotations

import re
from typing import Any

import rispy

from evidence.citing_in import cleaning
from evidence.citing_in.entries import Entry, UnreadableEntry
from evidence.citing_in.identifiers import clean_doi, clean_pmcid, clean_pmid

TAG = re.compile(r"^([A-Z][A-Z0-9]) {1,2}- ?", re.MULTILINE)
KINDS = {
    **dict.fromkeys(("JOUR", "EJOUR", "MGZN", "INPR", "JFULL"), "ARTICLE"),
    **dict.fromkeys(("ABST", "CONF", "CPAPER", "SLIDE"), "ABSTRACT"),
    **dict.fromkeys(("DBASE", "DATA", "AGGR"), "DATABASE"),
    **dict.fromkeys(("NEWS", "BLOG"), "NEWS"),
}
NOTED_PMID = re.compile(r"\bPMID:?\s*(\d{1,8})\b", re.IGNORECASE)


def read_ris(text: str, where: str) -> Entry:
    """One entry, from TY to ER. Raises UnreadableEntry."""
    found = _parsed(TAG.sub(r"\1  - ", text))
    journal, short = _journal(found)
    year = cleaning.year_in(*(_text(found, key) for key in ("year", "publication_year", "date")))
    pages = "-".join(
        dict.fromkeys(
            part for part in (_text(found, "start_page"), _text(found, "end_page")) if part
        )
    )
    ended = re.search(r"^ER {1,2}-", text, re.MULTILINE)
    return Entry(
        where=where,
        kind=KINDS.get(_text(found, "type_of_reference").upper(), "OTHER"),
        title=_text(found, "title", "primary_title"),
        first_author=_first_author(found),
        container=journal or short,
        year=year,
        citation=cleaning.citation(
            short or journal, year, _text(found, "volume"), _text(found, "number"), pages
        ),
        pmid=_pmid(found),
        pmcid=clean_pmcid(_text(found, "custom2")),
        doi=clean_doi(_text(found, "doi")),
        url=_address(found),
        notes=() if ended else ("It has no end (ER): read as far as it goes.",),
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        entries = rispy.loads(f"{text}\nER  - ")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadableEntry("its lines are not those of RIS") from error
    if not entries:
        raise UnreadableEntry("its lines are not those of RIS")
    return dict(entries[0])


def _text(found: dict[str, Any], *keys: str) -> str:
    """The first of these fields that says anything, on one line."""
    for key in keys:
        value = found.get(key) or ""
        text = cleaning.plain(" ".join(value) if isinstance(value, list) else str(value))
        if text:
            return text
    return ""


def _journal(found: dict[str, Any]) -> tuple[str, str]:
    """The journal's whole and its short name: T2 holds either, so JF and JO go before it."""
    whole = _text(found, "alternate_title3", "secondary_title", "journal_name")
    return whole, _text(found, "alternate_title2", "alternate_title1", "journal_name")


def _first_author(found: dict[str, Any]) -> str:
    names = found.get("authors") or found.get("first_authors") or [""]
    return cleaning.author_of(cleaning.plain(str(names[0])))


def _pmid(found: dict[str, Any]) -> str:
    """EndNote writes it as AN of PubMed's or MEDLINE's, Zotero in a note."""
    base = f"{_text(found, 'name_of_database')} {_text(found, 'database_provider')}".lower()
    if "pubmed" in base or "medline" in base or "nlm" in base:
        number = clean_pmid(_text(found, "accession_number"))
        if number:
            return number
    noted = NOTED_PMID.search(" ".join(str(one) for one in found.get("notes") or []))
    return noted[1] if noted else ""


def _address(found: dict[str, Any]) -> str:
    """The first web address that is not merely the DOI's or PubMed's."""
    for one in found.get("urls") or []:
        url = cleaning.plain(str(one))
        if url.lower().startswith(("http://", "https://")) and not clean_doi(url):
            return url
    return ""
