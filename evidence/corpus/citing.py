"""A place in a source, in words: as statements below the evidence app carry it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evidence.corpus.reading import Corpus
from therapies.services import Citation

LONGEST = 500


def place(cite: Mapping[str, Any]) -> str:
    """Where in the source: "4.4, sentence 6" or "Table 1, row TAM Polarization"."""
    parts = [
        str(cite.get("section", "")),
        f"sentence {cite['sentence']}" if "sentence" in cite else "",
        f"page {cite['page']}" if "page" in cite else "",
        str(cite.get("table", "")),
        f"row {cite['row']}" if "row" in cite else "",
        f"column {cite['column']}" if "column" in cite else "",
        str(cite.get("figure", "")),
    ]
    return ", ".join(part for part in parts if part)


def source_title(corpus: Corpus, key: str) -> str:
    """How a source is called where there is room for words only."""
    return str(corpus.entries["sources"][key].data["title"])


def source_url(corpus: Corpus, key: str) -> str:
    """The first address a source has, or none."""
    data = corpus.entries["sources"][key].data
    return str(data.get("url") or next(iter(data.get("seen", [])), ""))


def citation(corpus: Corpus, cites: Iterable[Mapping[str, Any]], extra: str = "") -> Citation:
    """Several places as one citation: each source once, with all its places."""
    places: dict[str, list[str]] = {}
    for cite in cites:
        places.setdefault(cite["source"], []).append(place(cite))
    texts = [extra] if extra else []
    for key, found in places.items():
        where = "; ".join(one for one in found if one)
        texts.append(source_title(corpus, key) + (f" ({where})" if where else ""))
    addresses = [address for key in places if (address := source_url(corpus, key))]
    return Citation(
        source_text=". ".join(texts)[:LONGEST],
        source_url=addresses[0] if addresses else "",
    )


def from_source(corpus: Corpus, key: str) -> Citation:
    """A source as a whole as a citation."""
    return Citation(source_text=source_title(corpus, key), source_url=source_url(corpus, key))
