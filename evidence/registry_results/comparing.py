"""The statistical analyses of a posted outcome measure as comparisons. Pure.

The registry names the groups an analysis is over, in an order, and not which of them is the
reference: they are kept in that order, and a person decides. Whether the trial was designed to
compare them is not said either, and stays open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from evidence.drafts import ComparisonDraft
from evidence.registry_results import numbers
from evidence.registry_results.context import LABEL, NOTE, Context, cut, sentences
from evidence.registry_results.measuring import limits_in_words
from evidence.statistics.figures import RATIOS
from trials.registries.results import PostedAnalysis, PostedOutcome

MEASURES = (
    ("HR", re.compile(r"(?i)\bhazard ratio\b")),
    ("OR", re.compile(r"(?i)\bodds ratio\b")),
    ("RR", re.compile(r"(?i)\b(?:risk|relative risk|rate) ratio\b|\brelative risk\b")),
    ("DIFFERENCE", re.compile(r"(?i)\bdifference\b")),
)
LOGARITHM = re.compile(r"(?i)\blog\b")
WHOLE = "population-all"


def compare(
    outcome: PostedOutcome, endpoint: str, context: Context, measured: Mapping[str, str]
) -> tuple[tuple[ComparisonDraft, ...], tuple[str, ...]]:
    """The comparisons of two groups, and in words what was passed over.

    `measured` is group id -> key of its measurement, for groups with exactly one.
    """
    titles = {group.id: group.title for group in outcome.groups}
    made: list[ComparisonDraft] = []
    passed_over = []
    for analysis in outcome.analyses:
        ids = tuple(one for one in analysis.group_ids if one in titles)
        if len(ids) != 2 or ids[0] == ids[1]:
            passed_over.append(f"An analysis over {_groups(len(ids))} is not drafted.")
            continue
        one = _comparison(outcome, analysis, endpoint, context)
        if one is None:
            passed_over.append("An analysis without a usable estimate or p value is not drafted.")
            continue
        first, second = ids
        made.append(
            replace(
                one,
                key=f"comparison-{len(made) + 1}",
                experimental_label=cut(titles[first], LABEL),
                control_label=cut(titles[second], LABEL),
                experimental=measured.get(first, ""),
                control=measured.get(second, ""),
            )
        )
    return tuple(made), tuple(dict.fromkeys(passed_over))


def _groups(how_many: int) -> str:
    return "1 group" if how_many == 1 else f"{how_many} groups"


def _comparison(
    outcome: PostedOutcome, analysis: PostedAnalysis, endpoint: str, context: Context
) -> ComparisonDraft | None:
    """One analysis of two groups, or None where nothing in it can be kept."""
    measure, value = estimate_of(analysis)
    p = numbers.p_value(analysis.p_value)
    if measure == "TEST_ONLY" and (p is None or p.value is None):
        return None
    made = ComparisonDraft(
        key="",
        population=WHOLE,
        locator="locator-1",
        endpoint=endpoint,
        endpoint_name=cut(outcome.title, LABEL),
        measure=measure,
        state="NOT_REPORTED" if value is None else "REPORTED",
        experimental_label="",
        control_label="",
        trial=context.trial,
        value=value,
        value_raw="" if measure == "TEST_ONLY" else cut(analysis.param_value, 120),
        p_raw=cut(p.raw, 60) if p else "",
        p_value=p.value if p else None,
        p_modifier=p.modifier if p else "",
        p_sides=numbers.sides(f"{analysis.method} {analysis.p_value_comment}"),
        note=cut(_note(analysis, measure), NOTE),
    )
    return made if measure == "TEST_ONLY" else _with_interval(made, analysis)


def estimate_of(analysis: PostedAnalysis) -> tuple[str, Decimal | None]:
    """What is estimated, and the estimate; TEST_ONLY where it is none that we keep."""
    if LOGARITHM.search(analysis.param_type):
        return "TEST_ONLY", None
    measure = next((code for code, words in MEASURES if words.search(analysis.param_type)), "")
    if not measure:
        return "TEST_ONLY", None
    value = numbers.number(analysis.param_value)
    if value is not None and measure in RATIOS and value <= 0:
        return measure, None
    return measure, value


def _with_interval(made: ComparisonDraft, analysis: PostedAnalysis) -> ComparisonDraft:
    """The interval of the estimate; one that runs backwards keeps its words and no numbers."""
    raw = limits_in_words(analysis.ci_lower_limit, analysis.ci_upper_limit)
    if not raw:
        return made
    low, high = numbers.number(analysis.ci_lower_limit), numbers.number(analysis.ci_upper_limit)
    level = numbers.number(analysis.ci_level)
    made = replace(
        made,
        ci_raw=cut(raw, 120),
        ci_level=level if level is not None and 0 < level < 100 else None,
        ci_sides=numbers.sides(analysis.ci_sides),
    )
    if low is not None and high is not None and low > high:
        said = "The interval as posted runs backwards"
        return replace(made, note=cut(sentences(said, made.note), NOTE))
    lower = (analysis.ci_lower_limit, low, made.ci_sides, analysis.ci_lower_limit_comment)
    upper = (analysis.ci_upper_limit, high, made.ci_sides, analysis.ci_upper_limit_comment)
    return replace(
        made,
        ci_low=low,
        ci_high=high,
        ci_low_state=numbers.open_end(*lower),
        ci_high_state=numbers.open_end(*upper),
    )


def _note(analysis: PostedAnalysis, measure: str) -> str:
    """What else was posted, the parts a reader of the figure needs first."""
    other = ""
    if measure == "TEST_ONLY" and analysis.param_value:
        other = f"Also posted: {analysis.param_type or 'an estimate'} {analysis.param_value}"
    hypothesis = analysis.non_inferiority_type.replace("_", " ").lower()
    if hypothesis.startswith("superiority") or hypothesis == "other":
        hypothesis = ""
    return sentences(
        "Groups in the order posted",
        f"Method: {analysis.method}" if analysis.method else "",
        f"Hypothesis: {hypothesis}" if hypothesis else "",
        other,
        _said("Lower limit", analysis.ci_lower_limit_comment),
        _said("Upper limit", analysis.ci_upper_limit_comment),
        _said("Estimate", analysis.estimate_comment),
        _said("p", analysis.p_value_comment),
        _said("Groups", analysis.group_description),
    )


def _said(about: str, comment: str) -> str:
    return f"{about}: {comment}" if comment else ""
