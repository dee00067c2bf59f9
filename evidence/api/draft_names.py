"""Rows as a draft in JSON names them: from words to rows, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Model

from evidence.corpus.drafting import ENTITIES
from evidence.corpus.drafting import NAMED as NAMED_IN_FILES
from evidence.drafts import LINKS, Draft, Entity
from evidence.filter_parts import source_ids
from evidence.models import Source
from osteodb.core.filter_values import UnknownTerm, did_you_mean
from therapies.filters import agent_ids, pathway_ids, target_ids
from therapies.models import Agent, Pathway, Regimen, Target, TherapyClass
from trials.filters import trial_ids
from trials.models import Arm, RegisteredOutcome, Trial

Names = Mapping[str, Mapping[int, str]]


def _no_other_names(model: type[Model], what: str) -> Callable[[str], list[int]]:
    """For rows that have a slug and a name only."""

    def find(text: str) -> list[int]:
        rows = model._default_manager.filter(name__iexact=text)
        found = list(rows.values_list("pk", flat=True))
        if not found:
            slugs = model._default_manager.values_list("slug", flat=True)
            raise UnknownTerm(f"There is no {what} {text!r}.", slugs)
        return found

    return find


# kind -> the model, the column of its permanent name, and who knows its other names
KINDS: Mapping[str, tuple[type[Model], str, Callable[[str], list[int]]]] = {
    "trials": (Trial, "public_id", trial_ids),
    "regimens": (Regimen, "slug", _no_other_names(Regimen, "regimen")),
    "agents": (Agent, "slug", agent_ids),
    "targets": (Target, "slug", target_ids),
    "pathways": (Pathway, "slug", pathway_ids),
    "therapy_classes": (TherapyClass, "slug", _no_other_names(TherapyClass, "therapy class")),
    "sources": (Source, "slug", source_ids),
}
NAMED = {
    **NAMED_IN_FILES,
    "trial": "trials",
    "arm": "arms",
}  # which value of a part names a row of which kind


class Resolver:
    """From words to rows of one request; each word is looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int | str] = {}

    def find(self, kind: str, text: str) -> int:
        """The key of the row: its permanent name wins over other names. Raises UnknownTerm."""
        if (kind, text) not in self._known:
            try:
                self._known[kind, text] = _look_up(kind, text)
            except UnknownTerm as unknown:
                self._known[kind, text] = unknown.message + did_you_mean(text, unknown.known)
        found = self._known[kind, text]
        if isinstance(found, str):
            raise UnknownTerm(found)
        return found

    def arm(self, trial: int | None, label: str) -> int:
        """An arm of a trial, or of one that is shown on the same page. Raises UnknownTerm."""
        if trial is None:
            raise UnknownTerm("An arm is one of a trial: name the trial.")
        arms = Arm.objects.filter(
            trial__head__in=Trial.objects.filter(pk=trial).values("head"), label=label
        )
        found = {arm.trial_id: arm.pk for arm in arms}
        if not found:
            raise UnknownTerm(f"The trial has no arm {label[:80]!r}.")
        return found.get(trial) or min(found.values())

    def outcome(self, pk: int) -> int:
        """A registered outcome by its id. Raises UnknownTerm."""
        if not RegisteredOutcome.objects.filter(pk=pk).exists():
            raise UnknownTerm(f"There is no registered outcome {pk}.")
        return pk


def _look_up(kind: str, text: str) -> int:
    model, column, others = KINDS[kind]
    exact = model._default_manager.filter(**{f"{column}__iexact": text})
    found = list(exact.values_list("pk", flat=True)) or others(text)
    if len(found) > 1:
        names = model._default_manager.filter(pk__in=found).values_list(column, flat=True)
        raise UnknownTerm(f"{text!r} may mean several: give one of {', '.join(sorted(names))}.")
    return int(found[0])


def names_of(draft: Draft) -> Names:
    """The permanent names of all rows that a draft names: a query for each kind there is."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in _named_by(draft):
        wanted.setdefault(kind, set()).add(pk)
    found = {}
    for kind, pks in wanted.items():
        model, column = (Arm, "label") if kind == "arms" else KINDS[kind][:2]
        rows = model._default_manager.filter(pk__in=pks)
        found[kind] = dict(rows.values_list("pk", column))
    return found


def _named_by(draft: Draft) -> Iterable[tuple[str, int]]:
    for kind in LINKS:
        yield from ((kind, pk) for pk in getattr(draft, kind))
    parts = (*draft.locators, *draft.populations, *draft.measurements, *draft.comparisons)
    for part in (*parts, *draft.assertions):
        for name, kind in NAMED.items():
            value: Any = getattr(part, name, None)
            if value is not None:
                yield kind, value
    for arrow in draft.assertions:
        for end in (arrow.subject, arrow.object):
            yield ENTITIES[end.kind], end.pk


def entity_name(end: Entity, names: Names) -> dict[str, str]:
    """One end of an arrow as JSON has it."""
    return {end.kind: names[ENTITIES[end.kind]][end.pk]}
