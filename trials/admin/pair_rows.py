"""Two trials side by side: what each says, field by field, and whether it is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from osteodb.core.normalise import normalise_name
from trials.models import (
    FieldOverride,
    IssueState,
    Phase,
    Registry,
    RegistryRecord,
    Trial,
    TrialAgent,
    TrialChange,
    TrialIdentifier,
    TrialStatus,
)

Values = tuple[str, ...]
SAME, PARTLY, DIFFERS, LEFT, RIGHT, NEITHER, COUNT = (
    "same", "partly", "differs", "left", "right", "neither", "count",
)  # fmt: skip
MARKS = {
    SAME: ("=", "the same"),
    PARTLY: ("≈", "partly the same"),
    DIFFERS: ("≠", "different"),
    LEFT: ("◧", "left only"),
    RIGHT: ("◨", "right only"),
    NEITHER: ("–", "neither says"),
    COUNT: ("", ""),
}
DATES = {
    "start": "start_date",
    "primary completion": "primary_completion_date",
    "completion": "completion_date",
}


@dataclass(frozen=True, slots=True)
class PairRow:
    """One line of the comparison. `verdict` is a key of MARKS."""

    label: str
    left: Values
    right: Values
    verdict: str

    @property
    def symbol(self) -> str:
        """The verdict as a sign."""
        return MARKS[self.verdict][0]

    @property
    def words(self) -> str:
        """The verdict in words, so that it rests on no sign and no colour."""
        return MARKS[self.verdict][1]


@dataclass(frozen=True, slots=True)
class Side:
    """One page: the trial that heads it, and those merged into it."""

    head: Trial
    members: tuple[Trial, ...]
    numbers: tuple[TrialIdentifier, ...]


def side_of(trial: Trial) -> Side:
    """The page on which a trial is shown."""
    members = Trial.objects.filter(head=trial.head).exclude(pk=trial.head).order_by("public_id")
    numbers = TrialIdentifier.objects.filter(trial__head=trial.head).order_by("registry", "value")
    return Side(trial.page, tuple(members), tuple(numbers))


def compare(left: Side, right: Side) -> list[PairRow]:
    """Every line of the comparison; the number of queries does not depend on the trials."""
    rows = [*_texts(left.head, right.head)]
    rows += _facts(left.head, right.head)
    rows += _lists(left, right)
    rows += _counts(left, right)
    return rows


def verdict_of(left: Values, right: Values, same: Callable[[str], str] = normalise_name) -> str:
    """How two lists of values stand to each other, written differently or not."""
    one, other = {same(each) for each in left}, {same(each) for each in right}
    if not one or not other:
        return LEFT if one else RIGHT if other else NEITHER
    if one == other:
        return SAME
    return PARTLY if one & other else DIFFERS


def _row(label: str, left: Iterable[str], right: Iterable[str]) -> PairRow:
    one, other = tuple(filter(None, left)), tuple(filter(None, right))
    return PairRow(label, one, other, verdict_of(one, other))


def _texts(left: Trial, right: Trial) -> Iterable[PairRow]:
    for label, name in (
        ("Title", "brief_title"), ("Official title", "official_title"), ("Acronym", "acronym"),
        ("Sponsor", "lead_sponsor"),
    ):  # fmt: skip
        yield _row(label, [getattr(left, name)], [getattr(right, name)])


def _facts(left: Trial, right: Trial) -> Iterable[PairRow]:
    yield _row("Status", [_status(left)], [_status(right)])
    for label, name in DATES.items():
        yield _date_row(label.capitalize(), name, left, right)
    yield _date_row("First posted", "first_posted_date", left, right)
    yield _row("Enrolment", [_enrolment(left)], [_enrolment(right)])
    yield _row("Type", [str(left.get_study_type_display())], [str(right.get_study_type_display())])
    yield _row("Phase", _phases(left), _phases(right))
    yield _row("Countries", left.countries, right.countries)


def _status(trial: Trial) -> str:
    """In words; nothing for one that is not known, which denies nothing."""
    return "" if trial.status == TrialStatus.UNKNOWN else str(trial.get_status_display())


def _date_row(label: str, name: str, left: Trial, right: Trial) -> PairRow:
    """A month agrees with every day in it; whether a day is planned is said and not compared."""
    one, other = str(getattr(left, name) or ""), str(getattr(right, name) or "")
    row = _row(label, [one], [other])
    agree = one and other and (one.startswith(other) or other.startswith(one))
    verdict = SAME if agree else row.verdict
    return PairRow(label, _with_kind(left, name), _with_kind(right, name), verdict)


def _with_kind(trial: Trial, name: str) -> Values:
    value, kind = getattr(trial, name), getattr(trial, f"{name}_type", "")
    if not value:
        return ()
    return (f"{value} ({kind.lower()})" if kind else str(value),)


def _enrolment(trial: Trial) -> str:
    if trial.enrolment_count is None:
        return ""
    kind = f" ({trial.get_enrolment_type_display()})" if trial.enrolment_type else ""
    return f"{trial.enrolment_count}{kind}"


def _phases(trial: Trial) -> list[str]:
    return [str(Phase(one).label) for one in trial.phases]


def _lists(left: Side, right: Side) -> Iterable[PairRow]:
    yield _row("Sponsor's codes", _codes(left), _codes(right))
    for label, relation, name in (
        ("Conditions", "trial_conditions", "name"), ("Arms", "arms", "label"),
        ("Interventions", "interventions", "name"),
    ):  # fmt: skip
        yield _row(label, _words(left.head, relation, name), _words(right.head, relation, name))
    yield _row("Agents", _agents(left), _agents(right))


def _codes(side: Side) -> list[str]:
    return [one.value for one in side.numbers if one.registry == Registry.SPONSOR]


def _words(trial: Trial, relation: str, name: str) -> list[str]:
    rows = getattr(trial, relation)
    if relation != "trial_conditions":
        rows = rows.filter(removed_at=None)
    return list(dict.fromkeys(rows.order_by("pk").values_list(name, flat=True)))


def _agents(side: Side) -> list[str]:
    rows = TrialAgent.objects.in_force().filter(trial__head=side.head.pk)
    return list(rows.order_by("agent__name").distinct().values_list("agent__name", flat=True))


def _counts(left: Side, right: Side) -> Iterable[PairRow]:
    for label, count in COUNTED.items():
        yield PairRow(label, (str(count(left)),), (str(count(right)),), COUNT)


def _records(side: Side) -> int:
    numbers = [one.value for one in side.numbers if one.registry != Registry.SPONSOR]
    return RegistryRecord.objects.filter(registry_id__in=numbers).count()


COUNTED: dict[str, Callable[[Side], int]] = {
    "Registered outcomes": lambda side: side.head.outcomes.count(),
    "Sites": lambda side: side.head.sites.count(),
    "Publications named": lambda side: side.head.references.count(),
    "Records on file": _records,
    "Changes": lambda side: TrialChange.objects.filter(trial__head=side.head.pk).count(),
    "Curators' values in force": lambda side: FieldOverride.objects.filter(
        trial__head=side.head.pk, released_at=None
    ).count(),
    "Open quality issues": lambda side: side.head.quality_issues.filter(
        state=IssueState.OPEN
    ).count(),
}
