"""What may be said about agents and targets.

Pure: no Django, so that a form, a loader and a test ask alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from osteodb.core.normalise import normalise_name
from osteodb.core.partial_dates import PartialDate

# field -> (pattern, how it looks), after each registry's own spelling
AGENT_IDENTIFIERS = {
    "chembl_id": (r"CHEMBL\d+", "CHEMBL and digits"),
    "ncit_id": (r"C\d+", "C and digits"),
    "drugbank_id": (r"DB\d{5}", "DB and five digits"),
    "chebi_id": (r"CHEBI:\d+", "CHEBI: and digits"),
    "mesh_id": (r"[CD]\d+", "C or D and digits"),
    "rxcui": (r"\d+", "digits only"),
}
TARGET_IDENTIFIERS = {
    "hgnc_id": (r"HGNC:\d+", "HGNC: and digits"),
    "uniprot_id": (
        r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}",
        "a UniProt accession of six or ten characters",
    ),
    "ncbi_gene_id": (r"\d+", "digits only"),
    "ensembl_id": (r"ENSG\d{11}", "ENSG and eleven digits"),
    "mirbase_id": (r"MI(?:MAT)?\d{7}", "MI or MIMAT and seven digits"),
    "cell_ontology_id": (r"CL:\d{7}", "CL: and seven digits"),
}


def identifier_problems(
    given: Mapping[str, object], patterns: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    """Identifiers that cannot be one of their scheme: field -> sentence."""
    return {
        field: f"“{given[field]}” cannot be one: give {words}."
        for field, (pattern, words) in patterns.items()
        if given.get(field) and not re.fullmatch(pattern, str(given[field]))
    }


def citation_problems(given: Mapping[str, object]) -> dict[str, str]:
    """A date "as seen on" that is no date: field -> sentence."""
    seen_on = str(given.get("source_seen_on") or "")
    if not seen_on:
        return {}
    try:
        PartialDate.parse(seen_on)
    except ValueError as error:
        return {"source_seen_on": f"{error}."}
    return {}


def agent_problems(given: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with an agent's fields (only those given are looked at)."""
    return identifier_problems(given, AGENT_IDENTIFIERS) | citation_problems(given)


def target_problems(given: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with a target's fields (only those given are looked at)."""
    return identifier_problems(given, TARGET_IDENTIFIERS) | citation_problems(given)


def name_problems(name: str) -> dict[str, str]:
    """What is wrong with a name: it must hold at least one letter or digit."""
    if normalise_name(name):
        return {}
    return {"name": "Give a name with at least one letter or digit."}
