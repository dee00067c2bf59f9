"""PMIDs, PMCIDs and DOIs in any usual spelling, addresses included."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"“”]+")
DOI_ADDRESS = re.compile(r"(?:https?://)?(?:www\.|dx\.)?doi\.org/(\S+)", re.IGNORECASE)
DOI_HOST = re.compile(r"(?:https?://)?(?:www\.|dx\.)?doi\.org/", re.IGNORECASE)
PMCID = re.compile(r"\bPMC\s?(\d{1,9})(?:\.\d+)?\b", re.IGNORECASE)
PMID = re.compile(r"(?<![\w./-])0*([1-9]\d{0,7})(?![\w-])")
PAGE = re.compile(  # an article's own page at NCBI or Europe PMC, whatever follows its number
    r"(?:https?://)?(?:www\.|m\.)?"
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/|europepmc\.org/(?:article|abstract)/med/)"
    r"(\d{1,8})\b/?(?:[?#]\S*)?",
    re.IGNORECASE,
)
PMC_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc|"
    r"europepmc\.org/articles?)/(?:articles?/)?(?:pmc/)?(PMC\d{1,9})\b\S*",
    re.IGNORECASE,
)
LABELS = re.compile(r"\b(?:pmid|pmcid|pubmed|id|doi|and)\b|[\s:;,.()\[\]]+", re.IGNORECASE)
PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def clean_doi(text: str) -> str:
    """A DOI out of its prefix, address and the punctuation behind it; "" where there is none.

    Brackets that belong to it stay: "10.1000/S0140-6736(05)1" keeps its own.
    """
    address = DOI_ADDRESS.search(text)
    if address:
        text = unquote(re.split(r"[?#]", address[1])[0])
    found = DOI.search(text)
    if not found:
        return ""
    doi = re.split(r"[;,](?=10\.\d{4})", found[0])[0]
    while doi and (doi[-1] in ".,;:'’" or _closes_nothing(doi)):
        doi = doi[:-1]
    return doi


def _closes_nothing(text: str) -> bool:
    opening = PAIRS.get(text[-1])
    return opening is not None and text.count(text[-1]) > text.count(opening)


def clean_pmcid(text: str) -> str:
    """A PMCID as "PMC" and digits, without the version behind a point; "" where there is none."""
    found = PMCID.search(text)
    return f"PMC{int(found[1])}" if found else ""


def clean_pmid(text: str) -> str:
    """A PMID: up to eight digits, no zero before them; "" where the text is anything else."""
    bare = re.sub(r"^\s*pmid\s*:?\s*", "", text, flags=re.IGNORECASE).strip()
    found = PMID.fullmatch(bare)
    return found[1] if found else ""


def identifiers_in(line: str) -> list[dict[str, str]]:
    """What a line of identifiers names: field -> value for each document.

    A line with one identifier of several kinds ("PMID: 1; PMCID: PMC2; doi: 10.1000/x") is one
    document; several of one kind are several. Nothing where the line says anything else: a number
    in a sentence is no PMID.
    """
    found: dict[str, list[str]] = {"doi": [], "pmcid": [], "pmid": []}
    rest = _take(line, PMC_PAGE, lambda hit: found["pmcid"].append(clean_pmcid(hit[1])))
    rest = _take(rest, PAGE, lambda hit: found["pmid"].append(hit[1]))
    rest = _take_dois(rest, found["doi"])
    rest = _take(rest, PMCID, lambda hit: found["pmcid"].append(clean_pmcid(hit[0])))
    rest = _take(rest, PMID, lambda hit: found["pmid"].append(hit[1]))
    says_more = bool(LABELS.sub(" ", rest).strip())
    return [] if says_more else _grouped(found)


def _take(text: str, pattern: re.Pattern[str], keep: Callable[[re.Match[str]], None]) -> str:
    """The text without what a pattern finds; each find is kept."""
    for hit in pattern.finditer(text):
        keep(hit)
    return pattern.sub(" ", text)


def _take_dois(text: str, found: list[str]) -> str:
    """The text without its DOIs, which are added to `found`."""
    words = re.sub(r"[;,](?=10\.\d{4})", " ", text).split()
    left = []
    for word in words:
        doi = clean_doi(word)
        if doi:
            found.append(doi)
            word = re.sub(r"^doi:", "", word.split("10.", 1)[0], flags=re.IGNORECASE)
            word = DOI_HOST.sub("", word)
        left.append(word)
    return " ".join(left)


def _grouped(found: dict[str, list[str]]) -> list[dict[str, str]]:
    given = {name: list(dict.fromkeys(values)) for name, values in found.items() if values}
    if given and all(len(values) == 1 for values in given.values()):
        return [{name: values[0] for name, values in given.items()}]
    return [{name: value} for name, values in given.items() for value in values]
