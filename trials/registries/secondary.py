"""What a third party's page showed of a trial, in the shape of every registry record. Pure.

The payload is `{"source": words, "facts": {field: value}}` with the trial's own field names; the
corpus writes it. Ages in whole years get their number beside the words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from trials.registries.base import MalformedRecord, ParsedTrial, TrialFields

PARSER_VERSION = "secondary-2"
DAYS = frozenset({"first_posted_date", "last_update_posted_date", "results_first_posted_date"})
WHOLE_YEARS = re.compile(r"(\d{1,3}) Years?")


def parse(registry: str, registry_id: str, as_of: str, payload: Mapping[str, Any]) -> ParsedTrial:
    """The facts as a record of the number they are about.

    `as_of` is the date the page gives itself. Raises MalformedRecord for a field that no registry
    owns, or a full date that is none.
    """
    facts = dict(payload.get("facts") or {})
    unknown = sorted(facts.keys() - set(TrialFields.__struct_fields__))
    if unknown:
        raise MalformedRecord(f"A trial has no field {', '.join(unknown)}.", registry_id, "facts")
    for name in DAYS & facts.keys():
        _check_day(facts[name], registry_id, name)
    for end in ("minimum_age", "maximum_age"):
        match = WHOLE_YEARS.fullmatch(str(facts.get(end, "")))
        if match:
            facts[f"{end}_years"] = f"{match[1]}.000"
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()
    }
    return ParsedTrial(registry, registry_id, as_of, TrialFields(**values))


def _check_day(value: Any, registry_id: str, name: str) -> None:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise MalformedRecord(
            f"“{value}” is no full date.", registry_id, f"facts.{name}"
        ) from error
