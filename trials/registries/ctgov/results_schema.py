"""The parts of a posted outcome measure, after ClinicalTrials.gov's OpenAPI document 2.0.3.

As in `schema`: only shapes, every field optional, enumerations stay text.
"""

from __future__ import annotations

from trials.registries.ctgov.schema import Part


class MeasureGroup(Part, frozen=True):
    id: str = ""
    title: str = ""
    description: str = ""


class DenomCount(Part, frozen=True):
    group_id: str = ""
    value: str = ""


class Denom(Part, frozen=True):
    units: str = ""
    counts: tuple[DenomCount, ...] = ()


class MeasurementPart(Part, frozen=True):
    group_id: str = ""
    value: str = ""
    spread: str = ""
    lower_limit: str = ""
    upper_limit: str = ""
    comment: str = ""


class MeasureCategory(Part, frozen=True):
    title: str = ""
    measurements: tuple[MeasurementPart, ...] = ()


class MeasureClass(Part, frozen=True):
    title: str = ""
    denoms: tuple[Denom, ...] = ()
    categories: tuple[MeasureCategory, ...] = ()


class MeasureAnalysis(Part, frozen=True):
    param_type: str = ""
    param_value: str = ""
    statistical_method: str = ""
    statistical_comment: str = ""
    p_value: str = ""
    p_value_comment: str = ""
    ci_num_sides: str = ""
    ci_pct_value: str = ""
    ci_lower_limit: str = ""
    ci_upper_limit: str = ""
    ci_lower_limit_comment: str = ""
    ci_upper_limit_comment: str = ""
    estimate_comment: str = ""
    non_inferiority_type: str = ""
    non_inferiority_comment: str = ""
    other_analysis_description: str = ""
    group_description: str = ""
    group_ids: tuple[str, ...] = ()


class OutcomeMeasure(Part, frozen=True):
    type: str = ""
    title: str = ""
    description: str = ""
    population_description: str = ""
    reporting_status: str = ""
    time_frame: str = ""
    param_type: str = ""
    dispersion_type: str = ""
    unit_of_measure: str = ""
    type_units_analyzed: str = ""
    denom_units_selected: str = ""
    groups: tuple[MeasureGroup, ...] = ()
    denoms: tuple[Denom, ...] = ()
    classes: tuple[MeasureClass, ...] = ()
    analyses: tuple[MeasureAnalysis, ...] = ()


class OutcomeMeasures(Part, frozen=True):
    outcome_measures: tuple[OutcomeMeasure, ...] = ()


class Results(Part, frozen=True):
    outcome_measures_module: OutcomeMeasures = OutcomeMeasures()


class StudyResults(Part, frozen=True):
    """Only the results of a study; the rest is read by `schema.Study`."""

    results_section: Results = Results()
