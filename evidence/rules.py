"""What may be said: one list of rules for the form, the API and the corpus loader.

`problems(draft)` names every broken rule at once, each with the place it concerns, so that a
curator mends all in one go. The database holds the hardest of them too; here they have words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evidence.drafts import AssertionDraft, ComparisonDraft, Draft, LocatorDraft, MeasurementDraft
from evidence.statistics.figures import RATIOS
from osteodb.core.partial_dates import PartialDate

LABORATORY = frozenset({"MOUSE", "CELL_LINE", "IN_SILICO"})
CLINICAL_KINDS = frozenset({"EFFICACY", "SAFETY"})
ARROW_KINDS = frozenset({"MECHANISM", "RESISTANCE"})
TRIAL_ENDPOINTS = frozenset(
    {"PFS", "EFS", "OS", "DFS", "ORR", "DCR", "CBR", "DOR", "TTP", "NECROSIS", "ADVERSE_EVENT"}
)  # measured in patients, or not that endpoint
HUMAN_LEVELS = frozenset({"A", "B", "C"})
PERCENT_ESTIMATORS = frozenset({"KAPLAN_MEIER_RATE", "RATE_UNSPECIFIED"})
PLACES = ("section", "page", "table", "figure", "registry_outcome", "url")
THERAPIES = ("regimens", "agents", "therapy_classes")
NUMBERS = ("measurements", "comparisons")
PRINTED_NUMBER = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule: where in the draft, and a sentence that says what to do."""

    path: Path
    message: str

    @property
    def field(self) -> str:
        """The field the form shows it at, such as `measurements-2-events`."""
        return "-".join(str(part) for part in self.path)


def problems(draft: Draft) -> list[Problem]:
    """Every rule that the draft breaks; an empty list where a reader may see it."""
    found: list[Problem] = []
    for check in (_statement, _kind, _model_system, _level, structure_problems):
        found.extend(check(draft))
    for index, locator in enumerate(draft.locators):
        found.extend(_at("locators", index, _locator(locator)))
    for index, measurement in enumerate(draft.measurements):
        found.extend(_at("measurements", index, _measurement(measurement)))
    for index, comparison in enumerate(draft.comparisons):
        found.extend(_at("comparisons", index, _comparison(comparison)))
    for index, assertion in enumerate(draft.assertions):
        found.extend(_at("assertions", index, _assertion(assertion)))
    return found


def structure_problems(draft: Draft) -> list[Problem]:
    """Parts that do not hold together: a key used twice, or one that names nothing."""
    return [*_keys(draft), *_references(draft)]


def _at(part: str, index: int, found: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    for name, message in found:
        yield Problem((part, index, name), message)


def _statement(draft: Draft) -> Iterator[Problem]:
    if not draft.statement.strip():
        yield Problem(("statement",), "Say in your own words what was found.")
    if not draft.locators:
        yield Problem(("locators",), "No statement without a source: say where it was read.")
    if draft.rating is not None and not 1 <= draft.rating <= 5:
        yield Problem(("rating",), "A rating goes from 1 to 5.")


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a kind of statement needs and what it has no place for.

    A need is a list of parts of which one has to be there, with the words to ask for it by.
    """

    needs: tuple[tuple[tuple[str, ...], str], ...]
    forbids: tuple[tuple[str, str], ...] = ()


_MEASUREMENT = (NUMBERS, "at least one measurement")
_PEOPLE = (("populations",), "the people it is about")
_THERAPY = (
    (*THERAPIES, "trials"),
    "what was given: a regimen, an agent, a therapy class, or the trial",
)
_ARROW = (("assertions",), "at least one assertion")
_NO_ARROW = ("assertions", "An arrow stands in a statement on mechanism, resistance or biomarker.")
_NO_EFFECT = ("comparisons", "Groups are compared in a statement on efficacy, safety or biomarker.")
KIND_RULES: Mapping[str, KindRule] = {
    "EFFICACY": KindRule((_MEASUREMENT, _PEOPLE, _THERAPY), (_NO_ARROW,)),
    "SAFETY": KindRule((_MEASUREMENT, _PEOPLE, _THERAPY), (_NO_ARROW,)),
    "BIOMARKER": KindRule(((("targets",), "its target"),)),
    "DIAGNOSTIC": KindRule(
        ((("targets", "measurements"), "what is detected: a target or a measurement"),),
        (_NO_ARROW, _NO_EFFECT),
    ),
    "MECHANISM": KindRule((_ARROW,), (_NO_EFFECT,)),
    "RESISTANCE": KindRule(
        (_ARROW, ((*THERAPIES, "targets"), "what is resisted, or by what")), (_NO_EFFECT,)
    ),
    "COMPOSITION": KindRule(
        (_MEASUREMENT, _PEOPLE, (("targets",), "the cell or part that is counted")),
        (_NO_ARROW, _NO_EFFECT, ("regimens", "A composition is nobody's treatment.")),
    ),
    "EPIDEMIOLOGY": KindRule((_MEASUREMENT, _PEOPLE), (_NO_ARROW,)),
}


def _kind(draft: Draft) -> Iterator[Problem]:
    """What a kind of statement requires and forbids."""
    rule = KIND_RULES[draft.kind]
    for parts, words in rule.needs:
        if not any(getattr(draft, part) for part in parts):
            yield Problem((parts[0],), f"{_words(draft.kind)} needs {words}.")
    for part, message in rule.forbids:
        if getattr(draft, part):
            yield Problem((part,), message)


def _model_system(draft: Draft) -> Iterator[Problem]:
    """In whom or what it was seen: nothing from a mouse can pass for a result in patients."""
    if draft.kind in CLINICAL_KINDS and draft.model_system in LABORATORY:
        message = (
            "A number from animals, cells or a computer is no clinical result: take mechanism."
        )
        yield Problem(("model_system",), message)
    elif draft.kind in CLINICAL_KINDS and draft.model_system != "PATIENT" and _has_number(draft):
        yield Problem(("model_system",), "A clinical number needs the model system “patients”.")
    if draft.model_system in LABORATORY and draft.kind not in CLINICAL_KINDS:
        for part in NUMBERS:
            for index, one in enumerate(getattr(draft, part)):
                if one.endpoint in TRIAL_ENDPOINTS:
                    message = "Measured in patients only: name it as another endpoint."
                    yield Problem((part, index, "endpoint"), message)
    for index, arrow in enumerate(draft.assertions):
        if draft.model_system not in ("MIXED", arrow.model_system):
            message = "Seen in something else than the statement says: that one is “several”."
            yield Problem(("assertions", index, "model_system"), message)


def _level(draft: Draft) -> Iterator[Problem]:
    kinds = {locator.source_kind for locator in draft.locators}
    if kinds == {"REVIEW"} and draft.level != "E":
        message = "Read only in a review: the level is E until the primary source is located."
        yield Problem(("level",), message)
    if draft.model_system in LABORATORY and draft.level in HUMAN_LEVELS:
        yield Problem(("level",), "Preclinical work is level D at most.")
    if draft.model_system == "NOT_STATED" and draft.level != "E":
        message = "Say in whom or what it was seen; only level E may leave that open."
        yield Problem(("model_system",), message)


def _keys(draft: Draft) -> Iterator[Problem]:
    parts: tuple[tuple[str, Sequence[str]], ...] = (
        ("locators", [one.key for one in draft.locators]),
        ("populations", [one.key for one in draft.populations]),
        ("measurements", [one.key for one in draft.measurements]),
        ("comparisons", [one.key for one in draft.comparisons]),
        ("assertions", [one.key for one in draft.assertions]),
    )
    for part, keys in parts:
        for index, key in enumerate(keys):
            if key in keys[:index]:
                yield Problem((part, index, "key"), f"“{key}” stands twice among the {part}.")


def _references(draft: Draft) -> Iterator[Problem]:
    """Parts that name another part of the draft must name one that is there."""
    locators = {one.key for one in draft.locators}
    populations = {one.key for one in draft.populations}
    measurements = {one.key for one in draft.measurements}
    wanted: list[tuple[Path, str, set[str]]] = []
    for index, population in enumerate(draft.populations):
        earlier = {one.key for one in draft.populations[:index]}
        wanted.append((("populations", index, "parent"), population.parent, earlier | {""}))
    for index, measurement in enumerate(draft.measurements):
        wanted.append((("measurements", index, "population"), measurement.population, populations))
        wanted.append((("measurements", index, "locator"), measurement.locator, locators))
    for index, one in enumerate(draft.comparisons):
        wanted.append((("comparisons", index, "population"), one.population, populations))
        wanted.append((("comparisons", index, "locator"), one.locator, locators))
        for end, key in (("experimental", one.experimental), ("control", one.control)):
            wanted.append((("comparisons", index, end), key, measurements | {""}))
    for index, assertion in enumerate(draft.assertions):
        wanted.append((("assertions", index, "locator"), assertion.locator, locators))
    for path, key, known in wanted:
        if key not in known:
            yield Problem(path, f"There is no “{key}” here (a subgroup stands after its whole).")


def _locator(locator: LocatorDraft) -> Iterator[tuple[str, str]]:
    if not any(getattr(locator, place) for place in PLACES):
        yield "section", "No source without a place in it: a section, page, table or address."
    if locator.sentence is not None and not locator.section:
        yield "sentence", "A sentence is counted within a section: name the section."


def _measurement(one: MeasurementDraft) -> Iterator[tuple[str, str]]:
    yield from _number(one)
    yield from _share(one)
    yield from _when(one)
    yield from _bound(one)
    if one.estimator in PERCENT_ESTIMATORS and one.value is not None and one.unit != "PERCENT":
        yield "unit", "A rate at a time is a percentage."
    if one.endpoint == "OTHER" and not (one.endpoint_name and one.endpoint_definition):
        yield "endpoint_name", "Another endpoint needs its name and a definition."
    if one.threshold_met is not None and not one.threshold_raw:
        yield "threshold_raw", "Say which threshold was met or missed."


def _bound(one: MeasurementDraft) -> Iterator[tuple[str, str]]:
    """A figure printed as below, above, about or from … to."""
    if (one.value_modifier or one.value_to is not None) and one.value is None:
        yield "value", "Give the number that is printed as a bound or as the start of a range."
    elif one.value_to is not None and one.value is not None and one.value_to <= one.value:
        yield "value_to", "A range runs upwards."
    if one.value_modifier and one.value_to is not None:
        yield "value_modifier", "A range is no bound: leave one of the two out."


def _share(one: MeasurementDraft) -> Iterator[tuple[str, str]]:
    if one.events is not None and (one.n is None or one.events > one.n):
        yield "events", "Events are counted out of n, and are never more than n."
    if one.unit != "PERCENT":
        return
    for name in ("value", "value_to", "ci_low", "ci_high", "threshold"):
        number: Decimal | None = getattr(one, name)
        if number is not None and not 0 <= number <= 100:
            yield name, "A percentage lies between 0 and 100."


def _when(one: MeasurementDraft) -> Iterator[tuple[str, str]]:
    if (one.time_point is None) != (not one.time_point_unit):
        yield "time_point", "A time point needs its unit, and a unit its time point."
    if one.estimator == "KAPLAN_MEIER_RATE" and one.time_point is None:
        yield "time_point", "A Kaplan–Meier rate is one at a time: say when."
    if one.data_cutoff_date:
        try:
            PartialDate.parse(one.data_cutoff_date)
        except ValueError as error:
            yield "data_cutoff_date", f"{error}."


def _comparison(one: ComparisonDraft) -> Iterator[tuple[str, str]]:
    yield from _number(one)
    if one.measure in RATIOS and one.value is not None and one.value <= 0:
        yield "value", "A ratio is greater than 0."
    if one.measure == "TEST_ONLY" and one.p_value is None:
        yield "p_value", "A test without an estimate needs its p value."
    if one.p_value is not None and not (one.p_raw and one.p_modifier):
        yield "p_raw", "Give p as printed, and whether it is =, < or >."
    if one.p_value is not None and not 0 <= one.p_value <= 1:
        yield "p_value", "p lies between 0 and 1."
    if one.experimental and one.experimental == one.control:
        yield "control", "A comparison has two different sides."
    if one.comparative_by_design is False and one.experimental and one.control:
        yield "comparative_by_design", "A non-comparative trial has no comparison of its arms."


def _number(one: MeasurementDraft | ComparisonDraft) -> Iterator[tuple[str, str]]:
    """What holds for every figure: a number only where one is reported, and its interval."""
    if one.state == "REPORTED" and (one.value is None or not one.value_raw):
        yield "value", "A reported value needs the figure as printed and as a number."
    if one.state != "REPORTED" and one.value is not None:
        yield "value", "There is a number, so the state is “reported”."
    if one.ci_low is not None and one.ci_high is not None and one.ci_low > one.ci_high:
        yield "ci_low", "The interval runs backwards."
    if (one.ci_low is not None or one.ci_high is not None) and not one.ci_raw:
        yield "ci_raw", "Give the interval as printed."
    yield from _open_ends(one)
    if one.value is not None and one.value_raw and not is_printed(one):
        yield "value", "The number is not the one that is given as printed."
    if one.ci_level is not None and not 0 < one.ci_level < 100:
        yield "ci_level", "The level of an interval lies between 0 and 100 %."


def _open_ends(one: MeasurementDraft | ComparisonDraft) -> Iterator[tuple[str, str]]:
    """An end of an interval without a number says why, unless the interval is one-sided."""
    ends = (("ci_low", one.ci_low, one.ci_low_state), ("ci_high", one.ci_high, one.ci_high_state))
    given = any(value is not None for _name, value, _state in ends)
    for name, value, state in ends:
        if value is not None and state:
            yield f"{name}_state", "An interval that ends has no reason for being open."
        if value is None and given and not state and one.ci_sides != "ONE_SIDED":
            yield name, "Say why this end is open: not reached, not estimable, not reported."


def _assertion(one: AssertionDraft) -> Iterator[tuple[str, str]]:
    if one.subject == one.object:
        yield "object", "An arrow leads from one thing to another."


def is_printed(one: MeasurementDraft | ComparisonDraft) -> bool:
    """Whether the number stands in the figure as printed; a proportion counts as its percentage."""
    if one.value is None:
        return False
    found = {Decimal(text.replace(",", "")) for text in PRINTED_NUMBER.findall(one.value_raw)}
    wanted = {one.value, -one.value}
    if isinstance(one, MeasurementDraft) and one.unit == "PERCENT":
        wanted |= {one.value / 100}
    return bool(found & wanted) or not found


def _has_number(draft: Draft) -> bool:
    states = [one.state for one in draft.measurements] + [one.state for one in draft.comparisons]
    return "REPORTED" in states


def _words(kind: str) -> str:
    return f"A statement on {kind.lower().replace('_', ' ')}"
