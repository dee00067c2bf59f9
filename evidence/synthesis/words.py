"""What a synthesis is about, in words for readers of the page and of the API."""

from __future__ import annotations

from decimal import Decimal

from evidence.models import EffectMeasure, Endpoint, Estimator, Setting
from evidence.statistics.units import MONTHS_IN
from evidence.synthesis.numbers import COMPARISON, Alike, Disease, Given, Reason, Role
from evidence.synthesis.rules import PERCENT, RATES, TIME

CAUTION = (
    "Pooled are only numbers that are alike, from the sources on record here, which no search "
    "made complete. Each group stands for itself; there is no overall score, and none of this is "
    "advice on treatment."
)
METHOD = (
    "Proportions are pooled from their counts on the logit scale, rates with censoring and medians "
    "from their printed intervals on the logit and log scale, ratios on the log scale. The pooled "
    "line is a random-effects average with τ² by restricted maximum likelihood and the interval of "
    "Hartung and Knapp; the lines below it show the same studies by other methods."
)
UNITS = {PERCENT: "%", TIME: "months"}
DISEASE_WORDS = {
    Disease.OSTEOSARCOMA: "osteosarcoma, alone or as a stratum",
    Disease.MIXED_SARCOMA: "mixed sarcoma",
    Disease.OTHER: "other disease",
}
ROLE_WORDS = {
    Role.TREATED: "",
    Role.ACTIVE_CONTROL: "control arms with active treatment",
    Role.PLACEBO: "placebo or no treatment",
}
GIVEN_WORDS = {
    Given.SINGLE: "one agent",
    Given.COMBINATION: "combinations",
    Given.UNKNOWN: "treatment not recorded",
}
DESIGN_WORDS = {
    "YES": "designed to compare",
    "NO": "not designed to compare",
    "UNKNOWN": "design of the comparison not recorded",
}
REASON_WORDS = {
    Reason.NOT_PATIENTS: "not seen in patients",
    Reason.NOT_REPORTED: "no number",
    Reason.POOLED_ALREADY: "pooled already",
    Reason.NO_METHOD: "no method",
    Reason.SCOPE_UNKNOWN: "disease not recorded",
    Reason.SETTING_UNKNOWN: "setting not recorded",
    Reason.TIME_UNKNOWN: "time not recorded",
    Reason.RETRACTED: "retracted",
    Reason.REVIEW_ONLY: "second hand",
    Reason.CASE_REPORTS: "case reports",
    Reason.DISPUTED: "disputed",
    Reason.NOT_EXACT: "no exact figure",
    Reason.NO_COUNT: "no count",
    Reason.NO_INTERVAL: "no usable interval",
    Reason.SUBGROUP: "subgroup",
    Reason.SAME_PATIENTS: "counted already",
}


def unit(alike: Alike) -> str:
    """The unit of a group's pooled result; a ratio has none."""
    return UNITS.get(alike.unit, "")


def title(alike: Alike) -> str:
    """ "Progression-free survival: Kaplan–Meier rate at 6 months"."""
    name = alike.endpoint_name or str(Endpoint(alike.endpoint).label)
    name = name[:1].upper() + name[1:]
    if alike.disease != Disease.OSTEOSARCOMA:
        name = f"{name} in {DISEASE_WORDS[Disease(alike.disease)]}"
    if alike.kind == COMPARISON:
        return f"{name}: {EffectMeasure(alike.measure).label}"
    how = str(Estimator(alike.estimator).label)
    when = time_words(alike.months)
    if not when:
        return f"{name}: {how}"
    return f"{name}: " + (
        how.replace("a time", when) if alike.estimator in RATES else f"{how} at {when}"
    )


def facts(alike: Alike) -> list[str]:
    """What else the numbers of a group share."""
    against = f"against {alike.contrast}" if alike.contrast else ""
    words = [
        DISEASE_WORDS[Disease(alike.disease)],
        str(Setting(alike.setting).label),
        GIVEN_WORDS[Given(alike.given)],
        ROLE_WORDS[Role(alike.role)],
        against,
        DESIGN_WORDS.get(alike.comparative_by_design, ""),
    ]
    return [word for word in words if word]


def time_words(months: Decimal) -> str:
    """ "6 months", "8 weeks"; empty where a group has no time point."""
    if months < 0:
        return ""
    for name, factor in (("month", Decimal(1)), ("week", MONTHS_IN["WEEKS"])):
        number = months / factor
        if abs(number - round(number)) < Decimal("0.01"):
            return f"{round(number)} {name}{'' if round(number) == 1 else 's'}"
    return f"{months:.1f} months"
