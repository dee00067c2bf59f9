"""What wins where a trial's origins disagree, field by field, and why. Pure.

A trial is often registered several times. Its value in each field is computed from all its records
by the rules below: one place, in words a curator can read. Nothing is averaged and nothing is lost:
every origin's differing value is returned as a disagreement, unless the difference is one that is
known to mean nothing, and then the rule says why. A curator's override stands above all of this and
is applied by the services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from osteodb.core.normalise import normalise_name
from trials.reconcile import COLLECTION_KINDS, FIELD_KINDS, same_but_for_format
from trials.registries.base import ParsedTrial, TrialFields

REGISTRY, COPY, SECONDARY = "REGISTRY", "COPY", "SECONDARY"
ORDER = ("NCT", "CTIS", "ISRCTN", "EUCTR")
CHANNELS = (REGISTRY, COPY, SECONDARY)
WHY_ORDER = (
    "ClinicalTrials.gov first: it is the most detailed and is read daily. Then CTIS, which an "
    "authority keeps; ISRCTN; the closed EU register; other registries. A registry's own word "
    "comes before WHO's copy, which lags behind, and before what a third party's page showed; "
    "where the registry's own record is here, copies of it are not heard at all."
)
INDEFINITE = frozenset({"unknown", "other"})
WHO_NOT_RECRUITING = frozenset(
    {
        "not_yet_recruiting",
        "active_not_recruiting",
        "suspended",
        "completed",
        "terminated",
        "withdrawn",
        "not_recruiting",
    }
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record comes from: which registry, how it reached us, its own date, its row."""

    registry: str
    channel: str = REGISTRY
    date: str = ""
    record: int = 0

    @property
    def rank(self) -> tuple[int, int, str]:
        """The place in the general order; the lower comes first."""
        place = ORDER.index(self.registry) if self.registry in ORDER else len(ORDER)
        return CHANNELS.index(self.channel), place, self.registry


@dataclass(frozen=True, slots=True)
class Spoken:
    """One origin and the newest record of it, parsed."""

    origin: Origin
    parsed: ParsedTrial

    @property
    def number(self) -> tuple[str, str]:
        """Whose record it is: the registry and its number."""
        return self.parsed.registry, self.parsed.registry_id


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field in which an origin says something else than the value shown."""

    field: str
    shown: Any
    shown_by: Origin
    other: Any
    other_by: Origin


@dataclass(frozen=True, slots=True)
class Combined:
    """A trial's values computed from all its origins.

    `origins` says for each field that has a value which origin gave it; `collections` holds the
    lists (arms, sites …), each whole from one origin.
    """

    fields: TrialFields
    collections: Mapping[str, tuple[Any, ...]]
    origins: Mapping[str, Origin]
    disagreements: tuple[Disagreement, ...]


Better = Callable[[ParsedTrial], int]
Same = Callable[[Any, Any], bool]


def _no_preference(_parsed: ParsedTrial) -> int:
    return 0


def _differ(_one: Any, _other: Any) -> bool:
    return False


def _same_words(one: Any, other: Any) -> bool:
    return normalise_name(str(one)) == normalise_name(str(other))


def _never_news(_one: Any, _other: Any) -> bool:
    return True


def _same_status(one: Any, other: Any) -> bool:
    """WHO's "not recruiting" covers every state but recruiting; unknown and other deny nothing."""
    if one in INDEFINITE or other in INDEFINITE:
        return True
    return "not_recruiting" in (one, other) and {one, other} <= WHO_NOT_RECRUITING


def _same_date(one: Any, other: Any) -> bool:
    """A month agrees with every day in it."""
    return str(one).startswith(str(other)) or str(other).startswith(str(one))


def _same_members(one: Any, other: Any) -> bool:
    return set(one) == set(other)


@dataclass(frozen=True, slots=True)
class Rule:
    """How fields that belong together are chosen: all of one origin, the one that `better` puts
    lowest, then by the general order. `told` is the field by which an origin counts as speaking and
    by which disagreement is judged; `alike` says which differences mean nothing; `why` says both.
    `joined` takes the members of all origins together instead of choosing one.
    """

    fields: tuple[str, ...]
    why: str
    better: Better = _no_preference
    alike: Same = _differ
    joined: bool = False

    @property
    def told(self) -> str:
        return self.fields[0]


def _definite_first(parsed: ParsedTrial) -> int:
    return int(parsed.fields.status in INDEFINITE)


def _actual_first(name: str) -> Better:
    def rank(parsed: ParsedTrial) -> int:
        return int(getattr(parsed.fields, name) != "ACTUAL")

    return rank


def _posted_first(parsed: ParsedTrial) -> int:
    return int(not parsed.fields.has_results)


def _years_first(parsed: ParsedTrial) -> int:
    """The EU registers give age groups, not ages, so an age of another origin is finer."""
    return int(parsed.registry in ("EUCTR", "CTIS"))


WORDING = "Registries word this differently for one and the same study: no disagreement."
OWN_DATE = "Each registry has its own date for this: no disagreement."
HAPPENED = "What has happened comes before what was planned. A month agrees with a day in it."

RULES: tuple[Rule, ...] = (
    Rule(
        ("status", "status_raw", "last_known_status"),
        "A definite status comes before unknown and other, which deny nothing. WHO's generic "
        "not_recruiting agrees with every state in which nobody is recruited.",
        better=_definite_first,
        alike=_same_status,
    ),
    Rule(("why_stopped",), WORDING, alike=_never_news),
    Rule(
        ("enrolment_count", "enrolment_type"),
        "People enrolled come before people planned.",
        better=_actual_first("enrolment_type"),
    ),
    *(
        Rule(
            (name, f"{name}_type"), HAPPENED, better=_actual_first(f"{name}_type"), alike=_same_date
        )
        for name in ("start_date", "primary_completion_date", "completion_date")
    ),
    Rule(
        ("has_results", "results_first_posted_date"),
        "Results posted in one registry are results; that another has none denies nothing.",
        better=_posted_first,
        alike=_never_news,
    ),
    *(
        Rule((name,), OWN_DATE, alike=_never_news)
        for name in ("status_verified_date", "first_posted_date", "last_update_posted_date")
    ),
    *(
        Rule(
            (f"{end}_age_years", f"{end}_age"),
            "Ages come before the age groups of the EU registers.",
            better=_years_first,
        )
        for end in ("minimum", "maximum")
    ),
    *(
        Rule((name,), WORDING, alike=_never_news)
        for name in (
            "brief_title", "official_title", "brief_summary", "eligibility_criteria", "acronym",
            "keywords", "collaborators",
        )
    ),
    Rule(
        ("lead_sponsor", "lead_sponsor_class"),
        "A sponsor's name is compared without case, marks and spaces.",
        alike=_same_words,
    ),
    Rule(
        ("countries",),
        "The EU registers name member states only, WHO's copy may lag: all countries together.",
        alike=_never_news,
        joined=True,
    ),
    *(
        Rule((name,), WHY_ORDER, alike=_same_members if name == "phases" else _differ)
        for name in (
            "phases", "study_type", "allocation", "intervention_model", "masking",
            "primary_purpose", "sex", "healthy_volunteers",
        )
    ),
    *(Rule((name,), WORDING, alike=_never_news) for name in COLLECTION_KINDS),
)  # fmt: skip


def rule_of(name: str) -> Rule:
    """The rule that decides a field or a list. Raises KeyError for a name that has none."""
    return BY_FIELD[name]


BY_FIELD: dict[str, Rule] = {name: rule for rule in RULES for name in rule.fields}


@dataclass(slots=True)
class _Work:
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)


def combine(records: Sequence[Spoken]) -> Combined:
    """The trial's values from the newest record of each of its origins.

    The order of `records` does not matter. An origin that leaves a field empty does not speak about
    it: absent is not "no". Of several third parties' pages about one number the one that was put on
    record last and speaks of a field is heard.
    """
    if not records:
        raise ValueError("a trial without a record has no values to combine")
    ordered = sorted(_heard(records), key=_place)
    work = _Work()
    for rule in RULES:
        _apply(rule, ordered, work)
    fields = {name: value for name, value in work.values.items() if name in FIELD_KINDS}
    return Combined(
        fields=TrialFields(**fields),
        collections={name: work.values.get(name, ()) for name in COLLECTION_KINDS},
        origins=work.origins,
        disagreements=tuple(work.disagreements),
    )


def _place(spoken: Spoken) -> tuple[Any, ...]:
    """The general order; under it by number, and the newer record of one number first."""
    return spoken.origin.rank, spoken.parsed.registry_id, -spoken.origin.record


def _heard(records: Sequence[Spoken]) -> list[Spoken]:
    """The records without copies of a number whose registry's own record is among them."""
    own = {one.number for one in records if one.origin.channel == REGISTRY}
    return [one for one in records if one.origin.channel == REGISTRY or one.number not in own]


def _latest_of_each(ordered: Iterable[Spoken]) -> list[Spoken]:
    """The first, which is the newest, of the records that came one way for one number."""
    found: dict[tuple[str, str, str], Spoken] = {}
    for one in ordered:
        found.setdefault((*one.number, one.origin.channel), one)
    return list(found.values())


def _value(spoken: Spoken, name: str) -> Any:
    owner = spoken.parsed if name in COLLECTION_KINDS else spoken.parsed.fields
    return getattr(owner, name)


def _speaks(spoken: Spoken, rule: Rule) -> bool:
    value = _value(spoken, rule.told)
    if rule.told == "status":
        return bool(spoken.parsed.fields.status_raw) or value != "unknown"
    return value is not None and value not in ("", ())


def _apply(rule: Rule, ordered: Sequence[Spoken], work: _Work) -> None:
    speaking = _latest_of_each(one for one in ordered if _speaks(one, rule))
    if not speaking:
        return
    chosen = min(speaking, key=lambda one: rule.better(one.parsed))  # the first of the best
    for name in rule.fields:
        value = _value(chosen, name)
        if rule.joined:
            value = tuple(sorted({part for one in speaking for part in _value(one, name)}))
        work.values[name] = value
        work.origins[name] = chosen.origin
    shown = _value(chosen, rule.told)
    for one in speaking:
        other = _value(one, rule.told)
        if one.number != chosen.number and not _agree(rule, shown, other):
            work.disagreements.append(
                Disagreement(rule.told, shown, chosen.origin, other, one.origin)
            )


def _agree(rule: Rule, shown: Any, other: Any) -> bool:
    return same_but_for_format(shown, other) or rule.alike(shown, other)


def explained(combined: Combined, name: str) -> str:
    """Why a field shows the value it shows, in a sentence for the trial's page."""
    origin = combined.origins.get(name)
    if origin is None:
        return "No origin reports it."
    channel = {REGISTRY: "", COPY: " (WHO's copy)", SECONDARY: " (third party's page)"}
    return f"{origin.registry}{channel[origin.channel]}: {rule_of(name).why}"


def as_trial(combined: Combined, like: ParsedTrial) -> ParsedTrial:
    """The combined values in the shape that `trials.reconcile.plan` compares with what is stored;
    numbers and problems are those of the record that was just read."""
    return msgspec.structs.replace(like, fields=combined.fields, **combined.collections)
