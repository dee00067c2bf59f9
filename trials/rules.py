"""Rules about trials that need no database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from trials.registries.base import ParsedTrial

BY_RULE = "By rule: "
OSTEOSARCOMA = re.compile(r"osteosarcom|osteogenic\s+sarcom", re.IGNORECASE)
WIDER_DISEASE = re.compile(
    r"\b(?:sarcoma\w*|bone\s+(?:\w+\s+)?(?:neoplasm|tumou?r|cancer|malignanc|metasta)\w*"
    r"|(?:solid|childhood|pa?ediatric)\s+(?:\w+\s+)?(?:tumou?r|neoplasm|cancer|malignanc)\w*)",
    re.IGNORECASE,
)
PREFIX = re.compile(
    r"^\s*(?:drug|biological|genetic|combination product|dietary supplement|other)\s*:\s*",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
DOSE = re.compile(
    r"(?:^|[\s,])(?:\d+(?:[.,]\d+)?\s*(?:-|to)?\s*)+"
    r"(?:mg|g|µg|μg|mcg|ug|ml|iu|units?|%|mg/ml)(?:\s*/\s*(?:kg|m2|m²|m\^2|day|d|ml|dose))*\b.*$",
    re.IGNORECASE,
)
DOSAGE_FORM = re.compile(
    r"\b(?:oral|intravenous|iv|subcutaneous|sc|inhaled|film[- ]coated|tablets?|capsules?"
    r"|injections?|infusions?|solution|suspension|for injection|monotherapy)\b",
    re.IGNORECASE,
)
JOINED = re.compile(
    r"\s*(?:\+|/|;|,|\bplus\b|\band\b|\bcombined with\b|\bwith\b)\s*", re.IGNORECASE
)
GIVEN_AS_AGENT = frozenset(
    {"DRUG", "BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT", "DIETARY_SUPPLEMENT"}
)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Whether a trial belongs here, and the sentence that says why."""

    decision: str
    reason: str


def inclusion(parsed: ParsedTrial) -> Inclusion:
    """Whether a trial that a sync found is about osteosarcoma.

    The registry's search expands synonyms and brings trials of other diseases, so the decision is
    our own: a condition, keyword or title that names osteosarcoma includes; a wider disease, or
    osteosarcoma only in the text, waits for a person; the rest is left out, with its reason.
    """
    fields = parsed.fields
    for where, texts in (
        ("condition", parsed.conditions),
        ("keyword", fields.keywords),
        ("title", (fields.brief_title, fields.official_title)),
    ):
        for text in texts:
            if OSTEOSARCOMA.search(text):
                return Inclusion("INCLUDED", _because(f'the {where} "{text}" names osteosarcoma'))
    for where, text in (
        ("summary", fields.brief_summary),
        ("eligibility criteria", fields.eligibility_criteria),
    ):
        if OSTEOSARCOMA.search(text):
            return Inclusion("CANDIDATE", _because(f"osteosarcoma is named only in the {where}"))
    for text in (*parsed.conditions, fields.brief_title):
        if WIDER_DISEASE.search(text):
            return Inclusion("CANDIDATE", _because(f'"{text}" may include osteosarcoma'))
    return Inclusion("EXCLUDED", _because("nothing in the record names osteosarcoma"))


def _because(sentence: str) -> str:
    return (BY_RULE + sentence)[:500]


def candidate_names(name: str, other_names: Sequence[str] = ()) -> tuple[str, ...]:
    """The names under which an intervention may be known, the surest first.

    The name as registered; without the type before it, without a dose and a dosage form; what
    stands in brackets; the registry's other names. Nothing is cut out of the middle of a word.
    """
    plain = PREFIX.sub("", name)
    outside = IN_BRACKETS.sub(" ", plain)
    names = [plain, outside, _without_dose(plain), _without_dose(outside)]
    names += IN_BRACKETS.findall(plain)
    names += [variant for other in other_names for variant in (other, _without_dose(other))]
    tidy = (" ".join(one.split()).strip(" ,.;:®™") for one in names)
    return tuple(dict.fromkeys(one for one in tidy if one))


def combined_names(name: str) -> tuple[str, ...]:
    """The parts of a name that joins several agents ("A + B"); empty where it joins none."""
    parts = [part for part in JOINED.split(PREFIX.sub("", name)) if part.strip()]
    return tuple(parts) if len(parts) > 1 else ()


def _without_dose(name: str) -> str:
    return DOSAGE_FORM.sub(" ", DOSE.sub("", name))


def role_in_arms(arm_type: str, all_types: Sequence[str], in_types: Sequence[str]) -> str:
    """What an agent is there for in an arm: what is tested, what it is compared with, or what
    everybody gets. `in_types` are the types of the arms that get it, `all_types` of all arms."""
    compared = any(kind.endswith("COMPARATOR") for kind in all_types)
    if compared and len(all_types) > 1 and len(in_types) == len(all_types):
        return "BACKBONE"
    if arm_type == "EXPERIMENTAL":
        return "EXPERIMENTAL"
    return "COMPARATOR" if arm_type.endswith("COMPARATOR") else "UNSTATED"
