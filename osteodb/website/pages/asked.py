"""What a list was asked for, in words: "completed phase 2 trials of regorafenib"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.utils.text import Truncator

from osteodb.core.filters import AppliedFilter, StrictFilterSet
from osteodb.website.pages.trial_facts import country_name
from osteodb.website.words import counted, plural
from therapies.filters import flat
from therapies.models import Agent, Pathway, Target, TherapyClass
from trials.models import Condition

LONGEST = 180
BEFORE = ("state", "status", "kind", "phase", "study_type")
AFTER = {
    "kind": "of the kind “{}”",
    "level": "of level {}",
    "agent": "of {}",
    "therapy_class": "of the class {}",
    "target": "with the target {}",
    "pathway": "with the pathway {}",
    "condition": "for {}",
    "trial": "of trial {}",
    "endpoint": "with {}",
    "model_system": "seen in {}",
    "sponsor": "by {}",
    "country": "in {}",
    "year": "of {}",
    "registry": "with a number of {}",
    "search": "matching “{}”",
}
NOT_BEFORE = {"source": ("kind",)}  # "journal article sources" is no English


def _names(model: type[Model], column: str, name: str) -> Callable[[Any], list[str]]:
    """The names of what a filter's words were resolved to: one query."""

    def find(value: Any) -> list[str]:
        rows = model._default_manager.filter(**{f"{column}__in": list(flat(value))})
        return sorted({str(one) for one in rows.values_list(name, flat=True)})

    return find


NAMED: dict[str, Callable[[Any], list[str]]] = {
    "agent": _names(Agent, "pk", "name"),
    "target": _names(Target, "pk", "symbol"),
    "pathway": _names(Pathway, "pk", "name"),
    "therapy_class": _names(TherapyClass, "path", "name"),
    "condition": _names(Condition, "path", "name"),
    "country": lambda codes: [country_name(one) for one in codes],
    "level": lambda letters: list(letters),
}


def asked_for(noun: str, filterset: StrictFilterSet, untold: Iterable[str] = ()) -> str:
    """The question as a noun with what narrows it; the plain plural where nothing does."""
    return _phrase(plural(noun), noun, filterset, untold)


def number_asked_for(
    number: int, noun: str, filterset: StrictFilterSet, untold: Iterable[str] = ()
) -> str:
    """The same with how many there are: "3 completed trials", "no trials"."""
    count, _, form = counted(number, noun).partition(" ")
    return f"{count} {_phrase(form, noun, filterset, untold)}"


def title_of(title: str, noun: str, filterset: StrictFilterSet, untold: Iterable[str] = ()) -> str:
    """The question as a title; the list's own title where nothing narrows it."""
    untold = tuple(untold)
    if not any(one.parameter not in untold for one in filterset.applied):
        return title
    words = asked_for(noun, filterset, untold)
    return str(Truncator(words[:1].upper() + words[1:]).chars(LONGEST))


def _phrase(form: str, noun: str, filterset: StrictFilterSet, untold: Iterable[str]) -> str:
    hidden = set(untold)
    told = {one.parameter: one for one in filterset.applied if one.parameter not in hidden}
    first = [name for name in BEFORE if name in told and name not in NOT_BEFORE.get(noun, ())]
    then = [name for name in AFTER if name in told and name not in first]
    rest = [one for name, one in told.items() if name not in (*first, *then)]
    before = [_values(told[name], filterset).lower() for name in first]
    after = [AFTER[name].format(_values(told[name], filterset)) for name in then]
    words = " ".join([*before, form, *after])
    return "; ".join([words, *(f"{one.label}: {_values(one, filterset)}" for one in rest)])


def _values(applied: AppliedFilter, filterset: StrictFilterSet) -> str:
    """The values of one filter, by their names where they have some."""
    name = NAMED.get(applied.parameter)
    found = name(filterset.form.cleaned_data[applied.parameter]) if name else []
    return " or ".join(found or applied.values)
