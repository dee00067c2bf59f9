"""The outcome measures a stored ClinicalTrials.gov record posts, in the neutral shape. Pure.

Version 2 of the registry's interface gives an outcome measure no id of its own. Its key here is its
type and title, "PRIMARY: Overall Survival"; where two measures of a study share both, the time
frame joins; where that is the same too, their order. Figures are no part of it, so a corrected
figure is the same outcome posted anew; neither is the place in the list, which moves when another
measure is added. See docs/decisions/0009.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import orjson

from trials.registries.base import MalformedRecord
from trials.registries.ctgov import parser
from trials.registries.ctgov import results_schema as schema
from trials.registries.ctgov.cleaning import MARKUP
from trials.registries.reading import line, plain
from trials.registries.results import PostedAnalysis, PostedCell, PostedGroup, PostedOutcome

PARTICIPANTS = re.compile(r"(?i)participants|patients|subjects")
WHERE = re.compile(r" - at `([^`]*)`$")
LONGEST_KEY = 180
DIGEST = 10  # hexadecimal digits that keep two long keys with one beginning apart


def read_results(record: Mapping[str, Any]) -> tuple[PostedOutcome, ...]:
    """Every outcome measure of a cleaned study, in its order. Raises MalformedRecord."""
    try:
        study = msgspec.convert(record, schema.StudyResults)
    except msgspec.ValidationError as error:
        where = WHERE.search(str(error))
        raise MalformedRecord(
            WHERE.sub("", str(error)),
            registry_id=parser.registry_id(record),
            path=where.group(1).removeprefix("$.") if where else "",
        ) from error
    measures = study.results_section.outcome_measures_module.outcome_measures
    keys = outcome_keys(measures)
    return tuple(_outcome(one, key) for one, key in zip(measures, keys, strict=True))


def outcome_keys(measures: Sequence[schema.OutcomeMeasure]) -> list[str]:
    """A key for each measure, each once, that does not depend on its figures."""
    named = [f"{one.type or 'UNTYPED'}: {line(plain(one.title))}" for one in measures]
    shared = Counter(map(_bare, named))
    timed = [
        f"{name} [{line(plain(one.time_frame))}]" if shared[_bare(name)] > 1 else name
        for name, one in zip(named, measures, strict=True)
    ]
    taken: dict[str, None] = {}
    for name in timed:
        key, nth = _short(name), 1
        while key in taken:
            nth += 1
            key = _short(f"{name} #{nth}")
        taken[key] = None
    return list(taken)


def _bare(name: str) -> str:
    """The name as it is compared: without case, markup and space."""
    return name.casefold().encode().translate(None, MARKUP).decode()


def _short(key: str) -> str:
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:DIGEST]
    return f"{key[: LONGEST_KEY - DIGEST - 3]} … {digest}"


def _outcome(one: schema.OutcomeMeasure, key: str) -> PostedOutcome:
    return PostedOutcome(
        key=key,
        content_hash=_content_hash(one),
        outcome_type=one.type,
        title=line(plain(one.title)),
        description=plain(one.description),
        population_description=plain(one.population_description),
        reporting_status=one.reporting_status,
        time_frame=line(plain(one.time_frame)),
        param_type=one.param_type,
        dispersion_type=line(one.dispersion_type),
        unit=line(plain(one.unit_of_measure)),
        units_analysed=one.denom_units_selected or one.type_units_analyzed,
        groups=tuple(
            PostedGroup(group.id, line(plain(group.title)), plain(group.description))
            for group in one.groups
        ),
        cells=tuple(_cells(one)),
        analyses=tuple(_analysis(analysis) for analysis in one.analyses),
    )


def _content_hash(one: schema.OutcomeMeasure) -> str:
    """SHA-256 of what the measure says, as blind to form as the hash of a whole study."""
    data = orjson.dumps(msgspec.to_builtins(one), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(data.replace(b"\\n", b"").translate(None, MARKUP)).hexdigest()


def _cells(one: schema.OutcomeMeasure) -> Iterator[PostedCell]:
    """The measure's table, class by class and category by category."""
    overall = _analysed(one.denoms)
    for group in one.classes:
        analysed = {**overall, **_analysed(group.denoms)}
        for category in group.categories:
            for figure in category.measurements:
                yield PostedCell(
                    group_id=figure.group_id,
                    value=line(figure.value),
                    spread=line(figure.spread),
                    lower_limit=line(figure.lower_limit),
                    upper_limit=line(figure.upper_limit),
                    comment=line(plain(figure.comment)),
                    class_title=line(plain(group.title)),
                    category_title=line(plain(category.title)),
                    analysed=analysed.get(figure.group_id, ""),
                )


def _analysed(denoms: Sequence[schema.Denom]) -> dict[str, str]:
    """Group id -> how many participants were analysed; other units (lesions, samples) are not."""
    return {
        count.group_id: line(count.value)
        for denom in denoms
        if PARTICIPANTS.fullmatch(denom.units.strip())
        for count in denom.counts
    }


def _analysis(one: schema.MeasureAnalysis) -> PostedAnalysis:
    return PostedAnalysis(
        group_ids=one.group_ids,
        group_description=line(plain(one.group_description)),
        param_type=line(one.param_type),
        param_value=line(one.param_value),
        method=line(one.statistical_method),
        method_comment=line(plain(one.statistical_comment)),
        p_value=line(one.p_value),
        p_value_comment=line(plain(one.p_value_comment)),
        ci_level=line(one.ci_pct_value),
        ci_sides=one.ci_num_sides,
        ci_lower_limit=line(one.ci_lower_limit),
        ci_upper_limit=line(one.ci_upper_limit),
        ci_lower_limit_comment=line(plain(one.ci_lower_limit_comment)),
        ci_upper_limit_comment=line(plain(one.ci_upper_limit_comment)),
        estimate_comment=line(plain(one.estimate_comment)),
        non_inferiority_type=one.non_inferiority_type,
        non_inferiority_comment=line(plain(one.non_inferiority_comment)),
        other_description=line(plain(one.other_analysis_description)),
    )


def posted_text(record: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """The outcome measure of this key as it stands in the record. Raises MalformedRecord."""
    keys = [one.key for one in read_results(record)]
    if key not in keys:
        return None
    measures = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
    found: dict[str, Any] = measures[keys.index(key)]
    return found
