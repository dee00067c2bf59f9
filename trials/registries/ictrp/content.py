"""The lists in a record of WHO's export: what is given, to whom, and what is measured.

WHO joins lists with ";" but most registries send free text in which ";" is an ordinary mark. So a
list is cut only where the registry's form is known: ClinicalTrials.gov ("Drug: X;Drug: Y"), ChiCTR
("group:what;group:what;"), the EU register (labelled parts). Other texts stay whole.
"""

from __future__ import annotations

import re

from trials.registries.base import ParsedArm, ParsedIntervention, ParsedOutcome
from trials.registries.ictrp import tables
from trials.registries.reading import distinct, line, plain

LABEL = re.compile(r"([^:：;]{1,200}?)\s*[:：]\s*(\S.*)", re.DOTALL)
SIZE = re.compile(r"([^:：;]{1,300})[:：]\s*(\d{1,9})")
EU_PART = re.compile(
    r"(?:^|;)\s*(Main Objective|Secondary Objective|Primary end point\(s\)"
    r"|Secondary end point\(s\)|Timepoint\(s\) of evaluation of this end point):"
)
EU_PRODUCT = re.compile(
    r"^(Product Name|Trade Name|INN or Proposed INN|Other descriptive name|Current Sponsor code"
    r"|Product Code):\s*(.*)$",
    re.MULTILINE,
)
MEDDRA = re.compile(r"\s*MedDRA version:.*", re.DOTALL)
TERM = re.compile(r"^Term:\s*(.+)$", re.MULTILINE)
BRACKETED = re.compile(r"(.+?)\s*\[([^\[\]]+)\]\s*", re.DOTALL)
TIME_POINT = re.compile(
    r"(.+?)\.?\s*Timepoint:\s*(.+?)(?:\.\s*Method of measurement:\s*(.*))?$", re.S
)


def conditions(raw: str, registry: str) -> tuple[str, ...]:
    """The conditions; of the EU register's text the names and the MedDRA terms."""
    text = plain(raw)
    if registry != "EUCTR":
        return distinct(re.split(r"[;\n]", text), 400)
    named = [MEDDRA.sub("", part) for part in re.split(r";|\n(?=\S)", MEDDRA.sub("", text))]
    named = [part for part in named if not part.strip().startswith("Therapeutic area:")]
    return distinct([*named, *TERM.findall(text)], 400)


def arms_and_interventions(
    raw: str, registry: str
) -> tuple[tuple[ParsedArm, ...], tuple[ParsedIntervention, ...]]:
    """What is given, and the arms where the registry's form names them."""
    text = plain(raw)
    if registry == "NCT":
        return (), _typed(text)
    if registry == "ChiCTR":
        return _by_group(text)
    if registry == "EUCTR":
        return (), _products(text)
    return (), _merged([_whole(text)] if text else [])


def _typed(text: str) -> tuple[ParsedIntervention, ...]:
    """ "Drug: X;Drug: Y": a part without a known type belongs to the part before it."""
    parts: list[tuple[str, str]] = []
    for part in text.split(";"):
        match = LABEL.fullmatch(part.strip())
        kind = tables.INTERVENTION_TYPES.get(match[1].strip(), "") if match else ""
        if kind and match:
            parts.append((kind, match[2]))
        elif parts and part.strip():
            parts[-1] = (parts[-1][0], f"{parts[-1][1]};{part}")
        elif part.strip():
            parts.append(("", part))
    return _merged([ParsedIntervention(line(name, 400), kind) for kind, name in parts])


def _by_group(text: str) -> tuple[tuple[ParsedArm, ...], tuple[ParsedIntervention, ...]]:
    """ "group:what;group:what;" gives an arm and what it gets; what has no group stands alone."""
    arms: dict[str, ParsedArm] = {}
    given: list[ParsedIntervention] = []
    for part in text.split(";"):
        match = LABEL.fullmatch(part.strip())
        if match is None:
            given += [_whole(part)] if part.strip() else []
            continue
        label = line(match[1], 390)
        arms.setdefault(label, ParsedArm(label))
        one = _whole(match[2])
        given.append(ParsedIntervention(one.name, description=one.description, arm_labels=(label,)))
    return tuple(arms.values()), _merged(given)


def _products(text: str) -> tuple[ParsedIntervention, ...]:
    """The EU register's products: one a paragraph, by its INN or else its name."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        labelled: dict[str, str] = {}
        for label, value in EU_PRODUCT.findall(paragraph):
            if value.strip():
                labelled.setdefault(label, value)
        names = [
            labelled[label]
            for label in ("INN or Proposed INN", "Product Name", "Trade Name", "Product Code")
            if label in labelled
        ]
        if names:
            others = distinct([*names[1:], *labelled.values()], 400)
            name = line(names[0], 400)
            others = tuple(other for other in others if other != name)
            found.append(ParsedIntervention(name, "DRUG", other_names=others))
    return _merged(found or ([_whole(text)] if text else []))


def _whole(text: str) -> ParsedIntervention:
    """A text as one intervention; one too long for a name is kept whole as the description."""
    name = line(text)
    return ParsedIntervention(name[:400], description=text.strip() if len(name) > 400 else "")


def _merged(found: list[ParsedIntervention]) -> tuple[ParsedIntervention, ...]:
    """Two interventions of one type and name are one, given in the arms of both."""
    merged: dict[tuple[str, str], ParsedIntervention] = {}
    for one in found:
        if not one.name:
            continue
        before = merged.get((one.intervention_type, one.name))
        merged[one.intervention_type, one.name] = ParsedIntervention(
            one.name,
            one.intervention_type,
            description=(before.description if before else "") or one.description,
            other_names=distinct((*(before.other_names if before else ()), *one.other_names)),
            arm_labels=distinct((*(before.arm_labels if before else ()), *one.arm_labels)),
        )
    return tuple(merged.values())


def outcomes(raw: str, registry: str, kind: str) -> tuple[ParsedOutcome, ...]:
    """What is measured, with the time where the registry's form marks it."""
    text = plain(raw)
    if registry == "EUCTR":
        return _european_outcomes(text, kind)
    found = (_outcome(part, kind) for part in re.split(r";(?![^\[]*\])", text) if part.strip())
    return tuple(dict.fromkeys(found))


def _outcome(part: str, kind: str) -> ParsedOutcome:
    text = part.strip()
    if timed := TIME_POINT.fullmatch(text):
        return ParsedOutcome(kind, timed[1].strip(), timed[2].strip(), (timed[3] or "").strip())
    if bracketed := BRACKETED.fullmatch(text):
        return ParsedOutcome(kind, bracketed[1].strip(), bracketed[2].strip())
    return ParsedOutcome(kind, text)


def _european_outcomes(text: str, kind: str) -> tuple[ParsedOutcome, ...]:
    """The end points among the labelled parts; objectives are no outcomes."""
    cuts = EU_PART.split(text)
    parts = dict(zip(cuts[1::2], (part.strip() for part in cuts[2::2]), strict=True))
    label = "Primary end point(s)" if kind == "PRIMARY" else "Secondary end point(s)"
    times = parts.get("Timepoint(s) of evaluation of this end point", "")
    measure = parts.get(label, "")
    return (ParsedOutcome(kind, measure, times),) if measure else ()


def sizes(raw: str) -> int | None:
    """The sum of "group:30;group:30;"; None where the text is not of that form."""
    parts = [part for part in raw.split(";") if part.strip()]
    matches = [SIZE.fullmatch(part.strip()) for part in parts]
    if not parts or not all(matches):
        return None
    return sum(int(match[2]) for match in matches if match)
