"""Results that a registry posted for a trial, in OsteoDB's neutral shape. Pure: only shapes.

Everything stays text as posted: a value may be "NA", a p value "<0.001", a limit "not estimable".
What a word means is decided where evidence is drafted, not here.
"""

from __future__ import annotations

import msgspec


class PostedGroup(msgspec.Struct, frozen=True):
    """A group of participants; its id means something within one outcome measure only."""

    id: str
    title: str
    description: str = ""


class PostedCell(msgspec.Struct, frozen=True):
    """One figure: of one group, in one class and category of the measure's table.

    `analysed` is the number of participants it rests on, as posted: that of the class where the
    class has its own, otherwise that of the measure.
    """

    group_id: str
    value: str = ""
    spread: str = ""
    lower_limit: str = ""
    upper_limit: str = ""
    comment: str = ""
    class_title: str = ""
    category_title: str = ""
    analysed: str = ""


class PostedAnalysis(msgspec.Struct, frozen=True):
    """A statistical test or estimate over some of the groups."""

    group_ids: tuple[str, ...] = ()
    group_description: str = ""
    param_type: str = ""
    param_value: str = ""
    method: str = ""
    method_comment: str = ""
    p_value: str = ""
    p_value_comment: str = ""
    ci_level: str = ""
    ci_sides: str = ""
    ci_lower_limit: str = ""
    ci_upper_limit: str = ""
    ci_lower_limit_comment: str = ""
    ci_upper_limit_comment: str = ""
    estimate_comment: str = ""
    non_inferiority_type: str = ""
    non_inferiority_comment: str = ""
    other_description: str = ""


class PostedOutcome(msgspec.Struct, frozen=True):
    """One outcome measure as posted, with its table and analyses.

    `key` names it within its trial and stays the same when its figures change; `content_hash`
    changes with anything it says, but not with markup, space or the order of keys.
    """

    key: str
    content_hash: str
    outcome_type: str = ""
    title: str = ""
    description: str = ""
    population_description: str = ""
    reporting_status: str = ""
    time_frame: str = ""
    param_type: str = ""
    dispersion_type: str = ""
    unit: str = ""
    units_analysed: str = ""
    groups: tuple[PostedGroup, ...] = ()
    cells: tuple[PostedCell, ...] = ()
    analyses: tuple[PostedAnalysis, ...] = ()
