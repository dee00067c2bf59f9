"""Which endpoint an outcome measure is about, told from its title; in doubt it is none.

Not every "survival" is overall survival, not every "response" an objective one, and in this field
"OS" is short for the disease as well. A title that names two endpoints, a narrower one (invasive
disease-free, intracranial progression-free) or a relation to something else is for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trials.registries.results import PostedOutcome

SURVIVAL = frozenset({"PFS", "EFS", "OS", "DFS"})
TIMES = SURVIVAL | {"DOR"}
SHARES = frozenset({"ORR", "DCR"})
WORDS = {
    "PFS": "progression-free survival",
    "EFS": "event-free survival",
    "OS": "overall survival",
    "DFS": "disease-free survival",
    "ORR": "objective response",
    "DCR": "disease control",
    "DOR": "duration of response",
}
PHRASES = {
    "PFS": re.compile(r"(?i:progression[ -]?free[ -]survival)|\bPFS\b"),
    "EFS": re.compile(r"(?i:event[ -]?free[ -]survival)|\bEFS\b"),
    "DFS": re.compile(r"(?i:disease[ -]?free[ -]survival)|\bDFS\b"),
    "OS": re.compile(r"(?i:overall survival)|\(OS\)"),
    "DOR": re.compile(
        r"(?i:duration of (?:the )?(?:(?:overall|objective|tumou?r|confirmed|best) )*response)"
        r"|(?i:response duration)|\bD[oO]R\b"
    ),
    "ORR": re.compile(
        r"(?i:\bobjective (?:\w+ ){0,6}response)|(?i:\boverall (?:tumou?r )?response rate)|\bORR\b"
    ),
    "DCR": re.compile(r"(?i:disease[ -]control)|\bDCR\b"),
}
SHORT_OS = re.compile(
    r"^OS\b(?!(?i: cohort| patients| group| stratum| arm| subjects| participants| cells| tumou?r))"
)
NARROWER = re.compile(
    r"(?i)\b(?:invasive|distant|local|loco-?regional|regional|metastas[ei]s|intracranial|systemic|"
    r"cns|brain|radiographic|radiological|immune|biochemical|second|quality[ -]adjusted|"
    r"graft|ipsilateral)[ -]+"
    r"(?:disease|progression|event|overall|objective|response|PFS|EFS|OS|DFS|ORR|DCR)"
    r"|\bPFS ?-?2\b"
)
BESIDE_OS = re.compile(r"(?:\band|\bor|[/&,+]) ?OS\b|\bOS ?(?:and\b|or\b|[/&,+])")
RELATION = re.compile(
    r"(?i)\b(?:correlat\w*|associat\w*|predict\w*|relationship|relation|prognos\w*|"
    r"hazard|ratio|impact of|difference|change from)\b"
)
HINT = re.compile(
    r"(?i:surviv)|\b(?:PFS|EFS|DFS|ORR|DCR|D[oO]R|BOR)\b|\(OS\)|^OS\b|(?i:disease[ -]control)"
    r"|(?i:\b(?:objective|overall|tumou?r|best)\b.*\bresponse)|(?i:response rate)"
    r"|(?i:duration of .*response|response duration)"
)
STARTS_LATER = re.compile(r"(?i)^\s*(?:median )?(?:time to|duration of)\b")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why nothing is drafted from an outcome measure that may be about one of the endpoints."""

    reason: str


def endpoint_of(outcome: PostedOutcome) -> str | LeftOut | None:
    """The endpoint's code, why it cannot be told, or None where nothing hints at one."""
    title = outcome.title
    if not HINT.search(title):
        return None
    named = _named(title)
    if not named:
        return _unnamed(outcome)
    if named != ["OS"] and BESIDE_OS.search(title):
        return LeftOut("The title names overall survival beside another endpoint.")
    if len(named) > 1:
        words = ", ".join(WORDS[one] for one in named)
        return LeftOut(f"The title names more than one endpoint: {words}.")
    return _without_doubt(title, named[0])


def _named(title: str) -> list[str]:
    """The endpoints a title names. A duration of response names no response rate beside it."""
    found = [code for code, phrase in PHRASES.items() if phrase.search(title)]
    if "DOR" in found and "ORR" in found:
        rest = PHRASES["DOR"].sub("", title)
        if not PHRASES["ORR"].search(rest):
            found.remove("ORR")
    return found


def _unnamed(outcome: PostedOutcome) -> str | LeftOut:
    """A title that hints at an endpoint without naming one."""
    if re.match(r"OS\b", outcome.title):
        is_survival = re.search(r"(?i)overall survival", outcome.description)
        if is_survival and SHORT_OS.search(outcome.title):
            return "OS"
        return LeftOut("“OS” may be the survival or the disease, and nothing settles it.")
    if re.search(r"(?i)surviv", outcome.title):
        return LeftOut("A survival, of which the title does not say which one.")
    return LeftOut("A response, of which the title does not say that it is the objective one.")


def _without_doubt(title: str, code: str) -> str | LeftOut:
    """The endpoint, unless the title makes something else of it."""
    if NARROWER.search(title):
        return LeftOut(f"A narrower endpoint than {WORDS[code]}.")
    if RELATION.search(title):
        return LeftOut(f"Something about {WORDS[code]}, not the endpoint itself.")
    if code in SHARES and STARTS_LATER.search(title):
        return LeftOut(f"A time that concerns {WORDS[code]}, not how many had it.")
    if code in SHARES and re.search(r"(?i)\bbest overall response\b", title):
        return LeftOut("Best overall response by class is not the objective response.")
    return code
