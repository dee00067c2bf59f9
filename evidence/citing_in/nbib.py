"""NBIB: PubMed's MEDLINE display format, as its "Cite" button and E-utilities give it.

The tags are those of https://www.nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rispy.parser import RisParser

from evidence.citing_in import cleaning
from evidence.citing_in.entries import Entry, UnreadableEntry
from evidence.citing_in.identifiers import clean_doi, clean_pmcid, clean_pmid

REPEATED = ["AID", "AU", "CN", "CRF", "ECI", "EIN", "FAU", "LID", "PT", "RIN", "RPI"]
SINGLE = ["BTI", "DP", "IP", "JT", "PG", "PMC", "PMID", "TA", "TI", "TT", "VI"]
FOLDED = re.compile(r"\n {6}(?=\S)")
KINDS = (  # the first publication type that an entry has decides
    ("Meta-Analysis", "META_ANALYSIS"),
    ("Practice Guideline", "GUIDELINE"),
    ("Guideline", "GUIDELINE"),
    ("Systematic Review", "REVIEW"),
    ("Review", "REVIEW"),
    ("Meeting Abstract", "ABSTRACT"),
    ("News", "NEWS"),
    ("Dataset", "DATABASE"),
)
NOTICES = (  # tag, state it suggests, what PubMed says with it
    ("RIN", "RETRACTED", "Retraction in"),
    ("ECI", "CONCERN", "Expression of concern in"),
    ("EIN", "CORRECTED", "Erratum in"),
    ("CRF", "CORRECTED", "Corrected and republished in"),
)


class NbibParser(RisParser):  # type: ignore[misc]  # rispy carries no types
    """rispy's parser for lines as "TAG - value", where a tag has up to four letters."""

    START_TAG = "PMID"
    DEFAULT_MAPPING: dict[str, str] = {tag: tag for tag in (*REPEATED, *SINGLE)}
    DEFAULT_LIST_TAGS = REPEATED
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}

    def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
        """The tag and its value; no tag for a line that goes on from the one before."""
        if line[4:6] in ("- ", "-") and line[:1].isalpha():
            return line[:4].strip(), line[6:].strip()
        return None, line.strip()


def read_nbib(text: str, where: str) -> Entry:
    """One entry, from PMID to the next empty line. Raises UnreadableEntry."""
    found = _parsed(text)
    types = [cleaning.plain(one) for one in found.get("PT", [])]
    year = cleaning.year_in(_one(found, "DP"))
    journal, short = _one(found, "JT"), _one(found, "TA")
    state, hint = _standing(found, types)
    return Entry(
        where=where,
        kind=next((kind for name, kind in KINDS if name in types), "ARTICLE"),
        title=_title(_one(found, "TI") or _one(found, "BTI") or _one(found, "TT")),
        first_author=_first_author(found),
        container=journal or short,
        year=year,
        citation=cleaning.citation(
            short or journal, year, _one(found, "VI"), _one(found, "IP"), _one(found, "PG")
        ),
        pmid=clean_pmid(_one(found, "PMID")),
        pmcid=clean_pmcid(_one(found, "PMC")),
        doi=_doi(found),
        retraction=state,
        hint=hint,
        notes=_notes(types),
    )


def _parsed(text: str) -> dict[str, Any]:
    unfolded = FOLDED.sub(" ", text)
    try:
        entries = NbibParser(skip_unknown_tags=True).parse(f"{unfolded}\nER  - ")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadableEntry("its lines are not those of NBIB") from error
    if not entries:
        raise UnreadableEntry("its lines are not those of NBIB")
    return dict(entries[0])


def _one(found: dict[str, Any], tag: str) -> str:
    return cleaning.plain(str(found.get(tag, "")))


def _title(text: str) -> str:
    """Without the full stop and the square brackets (a translated title) that PubMed adds."""
    bare = text.removesuffix(".")
    translated = bare.startswith("[") and bare.endswith("]") and bare.count("[") == 1
    return bare[1:-1].removesuffix(".") if translated else bare


def _first_author(found: dict[str, Any]) -> str:
    """AU is the family name and initials already; a group where no person is named."""
    for tag in ("AU", "CN"):
        if found.get(tag):
            return cleaning.plain(str(found[tag][0]))
    names = found.get("FAU") or [""]
    return cleaning.author_of(cleaning.plain(str(names[0])))


def _doi(found: dict[str, Any]) -> str:
    given = [*found.get("LID", []), *found.get("AID", [])]
    dois = [clean_doi(one.removesuffix("[doi]").strip()) for one in given if one.endswith("[doi]")]
    return next((doi for doi in dois if doi), "")


def _standing(found: dict[str, Any], types: list[str]) -> tuple[str, str]:
    """Whether PubMed says that the paper no longer stands as it did, and its words."""
    for tag, state, words in NOTICES:
        if found.get(tag):
            return state, f"PubMed: {words} {cleaning.plain(str(found[tag][0]))}"[:280]
    if "Retracted Publication" in types:
        return "RETRACTED", "PubMed: Retracted Publication"
    return "", ""


def _notes(types: list[str]) -> tuple[str, ...]:
    notice = [one for one in types if one.startswith("Retraction") or one == "Published Erratum"]
    if notice:
        return (f"This is itself a notice about another paper ({notice[0]}).",)
    return ()
