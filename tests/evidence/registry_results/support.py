"""An invented posting as its draft, without a database."""

from __future__ import annotations

from typing import Any

from evidence.registry_results.context import Context, Drafted
from evidence.registry_results.drafting import draft_of_outcome
from evidence.registry_results.endpoints import LeftOut
from tests.registry.results import ARM, NUMBER, study_with
from trials.registries.ctgov.results import read_results
from trials.registries.results import PostedOutcome

CONTEXT = Context(
    number=NUMBER,
    trial=7,
    source=8,
    url="https://clinicaltrials.gov/study/NCT91000001?tab=results",
    seen_on="2026-03-02",
    arms={ARM: 70},
    registered={("PRIMARY", "Progression-free Survival"): 700},
)


def posted(outcome: dict[str, Any]) -> PostedOutcome:
    """A made outcome measure as the parser reads it."""
    return read_results(study_with(outcome))[0]


def drafted(outcome: dict[str, Any], context: Context = CONTEXT) -> Drafted:
    """Its draft; fails with the reason where it is left out."""
    found = draft_of_outcome(posted(outcome), context)
    assert isinstance(found, Drafted), found
    return found


def left_out(outcome: dict[str, Any]) -> str:
    """Why it is left out; fails where it is not."""
    found = draft_of_outcome(posted(outcome), CONTEXT)
    assert isinstance(found, LeftOut), found
    return found.reason
