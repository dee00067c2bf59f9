"""One posted outcome measure as the draft of one evidence item, or why there is none. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from evidence.drafts import Draft, LocatorDraft, MeasurementDraft, PopulationDraft
from evidence.registry_results.comparing import WHOLE, compare
from evidence.registry_results.context import LABEL, Context, Drafted, cut, sentences
from evidence.registry_results.endpoints import WORDS, LeftOut, endpoint_of
from evidence.registry_results.measuring import Measured, measure, population_key
from osteodb.core.numbers import plain_number
from trials.registries.results import PostedOutcome

MAPPING_VERSION = "results-1"
SHOWN = 6  # figures that the sentence names one by one
KINDS = {
    "PRIMARY": ("PRIMARY", "primary"),
    "SECONDARY": ("SECONDARY", "secondary"),
    "OTHER_PRE_SPECIFIED": ("OTHER", "other pre-specified"),
    "POST_HOC": ("", "post hoc"),
}
STATES = {
    "NOT_REACHED": "not reached",
    "NOT_ESTIMABLE": "posted without a number",
    "NOT_REPORTED": "posted without a usable number",
}
ESTIMATORS = {"MEDIAN": "median", "MEAN": "mean", "KAPLAN_MEIER_RATE": "Kaplan–Meier rate"}


def draft_of_outcome(outcome: PostedOutcome, context: Context) -> Drafted | LeftOut | None:
    """The draft; why there is none; or None where the outcome is about another endpoint."""
    endpoint = endpoint_of(outcome)
    if endpoint is None or isinstance(endpoint, LeftOut):
        return endpoint
    measured = measure(outcome, endpoint, context)
    if isinstance(measured, LeftOut):
        return measured
    return Drafted(endpoint=endpoint, draft=_draft(outcome, endpoint, measured, context))


def _draft(outcome: PostedOutcome, endpoint: str, measured: Measured, context: Context) -> Draft:
    times = Counter(measured.groups)
    keys = {
        group: one.key
        for group, one in zip(measured.groups, measured.measurements, strict=True)
        if times[group] == 1
    }
    comparisons, passed_over = compare(outcome, endpoint, context, keys)
    return Draft(
        kind="EFFICACY",
        statement=_statement(outcome, endpoint, measured, context),
        level="B",
        direction="SUPPORTS",
        model_system="PATIENT",
        note=_note(outcome, measured, passed_over),
        trials=(context.trial,),
        locators=(_locator(outcome, context),),
        populations=_populations(outcome, measured, context, with_whole=bool(comparisons)),
        measurements=measured.measurements,
        comparisons=comparisons,
    )


def _locator(outcome: PostedOutcome, context: Context) -> LocatorDraft:
    kind, _ = KINDS.get(outcome.outcome_type, ("", ""))
    return LocatorDraft(
        key="locator-1",
        source=context.source,
        source_kind="REGISTRY",
        registry_outcome=outcome.key,
        registered_outcome=context.registered.get((kind, outcome.title)),
        url=context.url,
        seen_on=context.seen_on,
    )


def _populations(
    outcome: PostedOutcome, measured: Measured, context: Context, *, with_whole: bool
) -> tuple[PopulationDraft, ...]:
    """Each group with a figure; for comparisons, all compared groups as their whole.

    The whole has no n: a registry posts the numbers of its groups, and groups may overlap.
    """
    whole = PopulationDraft(
        key=WHOLE,
        label="All groups of this outcome",
        scope="OSTEOSARCOMA_ONLY" if context.only_osteosarcoma else "NOT_REPORTED",
        setting="NOT_REPORTED",
        analysis_set=cut(" ".join(outcome.population_description.split()), 120),
        trial=context.trial,
    )
    groups = [
        replace(
            whole,
            key=population_key(outcome, group.id),
            label=cut(group.title, LABEL) or "Unnamed group",
            n=_n_of(group.id, measured),
            parent=WHOLE if with_whole else "",
        )
        for group in outcome.groups
        if group.id in measured.groups
    ]
    return (whole, *groups) if with_whole else tuple(groups)


def _n_of(group_id: str, measured: Measured) -> int | None:
    """How many of a group were analysed, where its figures agree on it."""
    pairs = zip(measured.groups, measured.measurements, strict=True)
    found = {one.n for group, one in pairs if group == group_id}
    return found.pop() if len(found) == 1 else None


def _statement(outcome: PostedOutcome, endpoint: str, measured: Measured, context: Context) -> str:
    _, kind = KINDS.get(outcome.outcome_type, ("", ""))
    kind = f" ({kind} outcome)" if kind else ""
    pairs = zip(measured.measurements, measured.titles, strict=True)
    shown = [_figure(one, title) for one, title in pairs][:SHOWN]
    more = len(measured.measurements) - len(shown)
    if more:
        shown.append(f"and {more} more")
    return f"{context.number} posted for {WORDS[endpoint]}{kind}: {'; '.join(shown)}."


def _figure(one: MeasurementDraft, title: str) -> str:
    """One figure in words: "Arm A: median 14.8 months (95 % CI 10.0 to 17.0; n = 52)"."""
    by = ESTIMATORS.get(one.estimator, "")
    if one.time_point is not None:
        unit = one.time_point_unit.lower()
        by = f"{by or 'rate'} at {one.time_point} {unit[:-1] if one.time_point == 1 else unit}"
    value = _value(one)
    level = f"{plain_number(one.ci_level)} % CI" if one.ci_level is not None else "interval"
    inside = [f"{level} {one.ci_raw}" if one.ci_raw else "", f"n = {one.n}" if one.n else ""]
    brackets = "; ".join(part for part in inside if part)
    words = " ".join(part for part in (by, value) if part)
    who = f"{one.arm_label}, {title}" if title else one.arm_label
    return f"{who}: {words}" + (f" ({brackets})" if brackets else "")


def _value(one: MeasurementDraft) -> str:
    if one.state != "REPORTED":
        return STATES[one.state]
    return f"{one.value_raw} {one.unit_raw}"


def _note(outcome: PostedOutcome, measured: Measured, passed_over: tuple[str, ...]) -> str:
    """What was posted around the figures, for the person who checks the draft."""
    beside = ", ".join(f"“{title}”" for title in measured.passed_over)
    return "\n".join(
        part
        for part in (
            "Drafted by a machine from the registry's results; level, direction, setting and "
            "disease are for a person to judge.",
            f"Title as posted: {outcome.title}",
            f"Time frame as posted: {outcome.time_frame}" if outcome.time_frame else "",
            f"Population as posted: {outcome.population_description}"
            if outcome.population_description
            else "",
            sentences(f"Posted beside it and not taken: {beside}") if beside else "",
            *passed_over,
        )
        if part
    )
