"""What a registry record changes about a trial: the heart of the sync, and pure.

`plan(stored, parsed)` compares what the database holds with what a record says and returns the
differences; it reads and writes nothing. `assign` says which trial a record belongs to. Neither
ever guesses: a number that belongs to another trial, or a field a curator has locked, is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from trials.registries.base import (
    ParsedArm,
    ParsedIdentifier,
    ParsedIntervention,
    ParsedOutcome,
    ParsedReference,
    ParsedSite,
    ParsedTrial,
    TrialFields,
)

FIELD_KINDS: dict[str, str] = {
    "status": "STATUS",
    "status_raw": "STATUS",
    "last_known_status": "STATUS",
    "why_stopped": "STOPPED",
    "has_results": "RESULTS",
    "results_first_posted_date": "RESULTS",
    "start_date": "DATES",
    "start_date_type": "DATES",
    "primary_completion_date": "DATES",
    "primary_completion_date_type": "DATES",
    "completion_date": "DATES",
    "completion_date_type": "DATES",
    "status_verified_date": "DATES",
    "first_posted_date": "DATES",
    "last_update_posted_date": "DATES",
    "enrolment_count": "ENROLMENT",
    "enrolment_type": "ENROLMENT",
    "study_type": "DESIGN",
    "phases": "DESIGN",
    "allocation": "DESIGN",
    "intervention_model": "DESIGN",
    "masking": "DESIGN",
    "primary_purpose": "DESIGN",
    "minimum_age": "DESIGN",
    "maximum_age": "DESIGN",
    "minimum_age_years": "DESIGN",
    "maximum_age_years": "DESIGN",
    "sex": "DESIGN",
    "healthy_volunteers": "DESIGN",
    "eligibility_criteria": "DESIGN",
    "countries": "SITES",
    "brief_title": "TEXT",
    "official_title": "TEXT",
    "acronym": "TEXT",
    "brief_summary": "TEXT",
    "keywords": "TEXT",
    "lead_sponsor": "OTHER",
    "lead_sponsor_class": "OTHER",
    "collaborators": "OTHER",
}
COLLECTION_KINDS: dict[str, str] = {
    "conditions": "DESIGN",
    "arms": "DESIGN",
    "interventions": "DESIGN",
    "outcomes": "OUTCOMES",
    "sites": "SITES",
    "references": "OTHER",
}
# Shown in the registry's order; of sites and references no order is kept.
ORDERED = ("conditions", "arms", "interventions", "outcomes")
# Markdown's marks, and what takes no room: soft hyphens, zero-width characters, byte order marks.
FORMAT_ONLY = str.maketrans("", "", "\\*_`#\u00ad\u200b\u200c\u200d\u2060\ufeff")
NOT_GIVEN = ("", (), None)
IdentifierKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StoredTrial:
    """What the database holds of a trial, in the same neutral shapes as a parsed record.

    `overridden` holds a curator's value for each field that one has locked.
    """

    fields: TrialFields
    identifiers: Mapping[IdentifierKey, str] = field(default_factory=dict)
    gone: frozenset[IdentifierKey] = frozenset()
    overridden: Mapping[str, Any] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    arms: tuple[ParsedArm, ...] = ()
    interventions: tuple[ParsedIntervention, ...] = ()
    outcomes: tuple[ParsedOutcome, ...] = ()
    sites: tuple[ParsedSite, ...] = ()
    references: tuple[ParsedReference, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: from what, to what, and what sort of news that is."""

    field: str
    kind: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class IdentifierConflict:
    """A number in the record that cannot simply be added: whose it is, and why it stopped."""

    identifier: ParsedIdentifier
    owner: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a record changes about one trial.

    `collections` are to be brought to the parsed state; their old and new hold only what differs.
    `reordered` are collections that hold the same in another order: to be rewritten, but no news.
    `held_back` are locked fields in which the record says something else than the curator.
    `new_identifiers` and `changed_kinds` are numbers to add or to restate; `returned` says the
    record was thought gone.
    """

    created: bool
    fields: tuple[FieldChange, ...] = ()
    collections: tuple[FieldChange, ...] = ()
    reordered: tuple[str, ...] = ()
    held_back: tuple[FieldChange, ...] = ()
    new_identifiers: tuple[ParsedIdentifier, ...] = ()
    changed_kinds: tuple[ParsedIdentifier, ...] = ()
    conflicts: tuple[IdentifierConflict, ...] = ()
    returned: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything of the trial itself would change."""
        return bool(
            self.created
            or self.fields
            or self.collections
            or self.new_identifiers
            or self.changed_kinds
            or self.returned
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    """The trial a record belongs to (None: a new one), and other trials it also points to."""

    trial: int | None
    also: tuple[int, ...] = ()


def assign(
    parsed: ParsedTrial,
    owners: Mapping[IdentifierKey, int],
    registries_of: Mapping[int, frozenset[str]],
) -> Assignment:
    """Which stored trial a record is about, by its numbers alone.

    Its own number decides, then a former number of the same registry, then numbers of other
    registries, unless that would bring two numbers of one registry together, of this record or of
    the trials it points to: these are never joined without a person. The first of several trials is
    the record's, the others are `also` it. Sponsor codes never decide. `owners` maps a number to
    its trial, `registries_of` a trial to the registries it has numbers of.
    """
    own = owners.get((parsed.registry, parsed.registry_id))
    pointed = [
        (one, owners[one.registry, one.value])
        for one in parsed.identifiers
        if one.registry != "SPONSOR" and (one.registry, one.value) in owners
    ]
    others = tuple(dict.fromkeys(trial for _one, trial in pointed if trial != own))
    if own is not None:
        return Assignment(own, others)
    former = [trial for one, trial in pointed if one.kind == "ALIAS"]
    together = [{parsed.registry}, *(registries_of[one] for one in others)]
    joinable = others if may_join(together) else ()
    for candidates in (tuple(dict.fromkeys(former)), joinable):
        if len(candidates) == 1 or (candidates and candidates == joinable):
            trial = candidates[0]
            return Assignment(trial, tuple(other for other in others if other != trial))
    return Assignment(None, others)


def may_join(registries: Iterable[Collection[str]]) -> bool:
    """Whether trials with numbers of these registries may be one study without a person's word:
    no registry stands in two of them. Sponsor codes do not count, for any two may have some."""
    seen: set[str] = set()
    for each in registries:
        numbers = set(each) - {"SPONSOR"}
        if seen & numbers:
            return False
        seen |= numbers
    return True


def keeping_withheld(stored: StoredTrial | None, parsed: ParsedTrial) -> ParsedTrial:
    """What a trial says while its registry withholds the record: the status is the registry's, what
    the record leaves out stays as it was known. Withheld is not taken back."""
    if stored is None or parsed.fields.status != "withheld":
        return parsed
    given = {
        name: getattr(stored.fields, name)
        for name in FIELD_KINDS
        if getattr(parsed.fields, name) in NOT_GIVEN
    }
    lists = {name: getattr(parsed, name) or getattr(stored, name) for name in COLLECTION_KINDS}
    fields = msgspec.structs.replace(parsed.fields, **given)
    return msgspec.structs.replace(parsed, fields=fields, **lists)


def plan(
    stored: StoredTrial | None,
    parsed: ParsedTrial,
    *,
    owners: Mapping[IdentifierKey, int] | None = None,
) -> Plan:
    """What applying `parsed` to the trial as `stored` changes; `stored` None means a new trial.

    `owners` maps numbers that belong to other trials to those trials. A field the record leaves
    empty is a change to empty, because within one registry a newer record replaces an older one.
    """
    elsewhere = owners or {}
    conflicts = tuple(_conflicts(stored, parsed, elsewhere))
    stopped = {(one.identifier.registry, one.identifier.value) for one in conflicts}
    numbers = [one for one in parsed.identifiers if (one.registry, one.value) not in stopped]
    if stored is None:
        return Plan(created=True, new_identifiers=tuple(numbers), conflicts=conflicts)
    wanted = msgspec.structs.replace(parsed.fields, **stored.overridden)
    known = stored.identifiers
    return Plan(
        created=False,
        fields=tuple(_differing_fields(stored.fields, wanted)),
        held_back=tuple(_differing_fields(wanted, parsed.fields)),
        collections=tuple(_differing_collections(stored, parsed)),
        reordered=tuple(_reordered_collections(stored, parsed)),
        new_identifiers=tuple(one for one in numbers if (one.registry, one.value) not in known),
        changed_kinds=tuple(one for one in numbers if _restated(one, known)),
        conflicts=conflicts,
        returned=(parsed.registry, parsed.registry_id) in stored.gone,
    )


def same_but_for_format(old: Any, new: Any) -> bool:
    """Whether two values say the same: white space, markup and the order of a list are no news."""
    return bool(old == new or _bare(old) == _bare(new))


def _bare(value: Any) -> Any:
    """What a value says. No list of a record means anything by its order."""
    if isinstance(value, str):
        return "".join(value.split()).translate(FORMAT_ONLY)
    if isinstance(value, msgspec.Struct):
        return tuple(_bare(part) for part in msgspec.structs.astuple(value))
    if isinstance(value, tuple):
        return frozenset(Counter(_bare(part) for part in value).items())
    return value


def _differing_fields(old: TrialFields, new: TrialFields) -> Iterable[FieldChange]:
    for name, kind in FIELD_KINDS.items():
        before, after = getattr(old, name), getattr(new, name)
        if not same_but_for_format(before, after):
            yield FieldChange(name, kind, before, after)


def _differing_collections(stored: StoredTrial, parsed: ParsedTrial) -> Iterable[FieldChange]:
    for name, kind in COLLECTION_KINDS.items():
        before, after = getattr(stored, name), getattr(parsed, name)
        if not same_but_for_format(before, after):
            yield FieldChange(name, kind, _beyond(before, after), _beyond(after, before))


def _beyond(some: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    """The members of one list that the other does not have, each as often as it has more."""
    left = Counter(_bare(item) for item in others)
    found = []
    for item in some:
        bare = _bare(item)
        if left[bare]:
            left[bare] -= 1
        else:
            found.append(item)
    return tuple(found)


def _reordered_collections(stored: StoredTrial, parsed: ParsedTrial) -> Iterable[str]:
    for name in ORDERED:
        before, after = getattr(stored, name), getattr(parsed, name)
        moved = [_bare(item) for item in before] != [_bare(item) for item in after]
        if moved and same_but_for_format(before, after):
            yield name


def _restated(one: ParsedIdentifier, known: Mapping[IdentifierKey, str]) -> bool:
    """Whether a known number now stands differently to the trial. What was called primary by
    its own registry stays primary when another registry mentions it as secondary."""
    before = known.get((one.registry, one.value))
    return before is not None and before != one.kind and one.kind != "SECONDARY"


def _conflicts(
    stored: StoredTrial | None, parsed: ParsedTrial, owners: Mapping[IdentifierKey, int]
) -> Iterable[IdentifierConflict]:
    known = stored.identifiers if stored else {}
    for one in parsed.identifiers:
        key = (one.registry, one.value)
        if key in known or one.registry == "SPONSOR":
            continue
        if key in owners:
            yield IdentifierConflict(one, owners[key], f"{one.value} belongs to another trial")
        elif one.registry == parsed.registry and one.kind == "SECONDARY":
            reason = f"{parsed.registry_id} names {one.value} of the same registry as its own"
            yield IdentifierConflict(one, None, reason)
