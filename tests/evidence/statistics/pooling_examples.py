"""Published worked examples of pooling: printed digits, and the call that computes them again.

Printed are the outputs that the R packages metafor and metadat show in their documentation, and the
values that metafor's own tests hold, of which most stand in the papers that these name.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.special import expit

from evidence.statistics.heterogeneity import DERSIMONIAN_LAIRD, heterogeneity
from evidence.statistics.log_scale import pool_ratios
from evidence.statistics.pooling import (
    WALD,
    Average,
    Effect,
    Line,
    Pooled,
    arrays,
    fixed_effect,
    random_effects,
)
from evidence.statistics.proportions import (
    Count,
    arcsine_effect,
    logit_effect,
    mixed_model,
)
from evidence.statistics.transformations import harmonic_mean, proportion_of_double_arcsine
from tests.evidence.statistics import pooling_data as data
from tests.evidence.statistics.examples import WorkedExample

METADAT = "https://wviechtb.github.io/metadat/reference/"
METAFOR = "https://wviechtb.github.io/metafor/reference/"
TESTS = "https://github.com/wviechtb/metafor/blob/master/tests/testthat/"
PRITZ, HART = METADAT + "dat.pritz1997.html", METADAT + "dat.hart1999.html"
DE_BRUIN, BCG = METADAT + "dat.debruin2009.html", METADAT + "dat.bcg.html"
PIGNON, STEURER = METADAT + "dat.pignon2000.html", METADAT + "dat.steurer2006.html"
RMA = METAFOR + "rma.uni.html"
RAUDENBUSH = TESTS + "test_analysis_example_raudenbush2009.r"
STIJNEN = TESTS + "test_analysis_example_stijnen2010.r"
MILLER = TESTS + "test_analysis_example_miller1978.r"
METAN = TESTS + "test_misc_metan_vs_rma.uni_with_dat.bcg.r"
SEVEN = 7  # the nodes of the quadrature that rma.glmm takes

Row = tuple[str, str, Callable[[], float]]


def _examples(name: str, source: str, *rows: Row) -> list[WorkedExample]:
    return [WorkedExample(name, source, *row) for row in rows]


def _normal(effects: tuple[Effect, ...]) -> Average:
    return random_effects(effects, interval=WALD)


def _logits(counts: tuple[Count, ...]) -> tuple[Effect, ...]:
    return tuple(logit_effect(one) for one in counts)


def _ahead(average: Average, end: int) -> float:
    assert average.prediction is not None
    return average.prediction[end]


def _raw(effects: tuple[Effect, ...], estimator: str = "REML") -> Average:
    return random_effects(effects, estimator=estimator, is_guarded=False)


def _mixed_end(counts: tuple[Count, ...], side: int) -> float:
    model = mixed_model(counts, nodes=SEVEN)
    return float(expit(model.mean + side * 1.959964 * model.error))


def _mixed_ahead(counts: tuple[Count, ...], side: int) -> float:
    model = mixed_model(counts, nodes=SEVEN)
    return float(expit(model.mean + side * 1.959964 * math.hypot(model.error, model.tau2**0.5)))


def _miller(counts: tuple[Count, ...], place: int) -> float:
    """Fixed effect on the double arcsine, back at the harmonic mean: estimate, low, high."""
    ends = fixed_effect([arcsine_effect(one) for one in counts])
    return proportion_of_double_arcsine(ends[place], harmonic_mean([one.n for one in counts]))


BCG_EXAMPLES = _examples(
    "BCG vaccine, log risk ratios (REML)",
    RMA,
    ("τ²", "0.3132", lambda: _normal(data.BCG_RISKS).heterogeneity.tau2),
    ("I², %", "92.22", lambda: _normal(data.BCG_RISKS).heterogeneity.i2),
    ("H²", "12.86", lambda: _normal(data.BCG_RISKS).heterogeneity.h2),
    ("Q (df = 12)", "152.2330", lambda: _normal(data.BCG_RISKS).heterogeneity.q),
    ("log risk ratio", "-0.7145", lambda: _normal(data.BCG_RISKS).mean),
    ("standard error", "0.1798", lambda: _normal(data.BCG_RISKS).error),
    ("interval, low", "-1.0669", lambda: _normal(data.BCG_RISKS).ends[0]),
    ("interval, high", "-0.3622", lambda: _normal(data.BCG_RISKS).ends[1]),
)
BCG_PREDICTED = _examples(
    "BCG vaccine, risk ratios (prediction)",
    BCG,
    ("risk ratio", "0.4894", lambda: math.exp(_normal(data.BCG_RISKS).mean)),
    ("prediction, low", "0.1546", lambda: math.exp(_ahead(_normal(data.BCG_RISKS), 0))),
    ("prediction, high", "1.5490", lambda: math.exp(_ahead(_normal(data.BCG_RISKS), 1))),
)
BCG_MOMENTS = _examples(
    "BCG vaccine, log risk ratios (DerSimonian–Laird and fixed effect)",
    METAN,
    ("τ², DL", "0.3088", lambda: heterogeneity(*arrays(data.BCG_RISKS), "DL").tau2),
    ("I², DL, %", "92.1173", lambda: heterogeneity(*arrays(data.BCG_RISKS), "DL").i2),
    (
        "log risk ratio, DL",
        "-0.7141",
        lambda: random_effects(data.BCG_RISKS, estimator=DERSIMONIAN_LAIRD, interval=WALD).mean,
    ),
    (
        "interval, low, DL",
        "-1.0644",
        lambda: random_effects(data.BCG_RISKS, estimator=DERSIMONIAN_LAIRD, interval=WALD).ends[0],
    ),
    (
        "interval, high, DL",
        "-0.3638",
        lambda: random_effects(data.BCG_RISKS, estimator=DERSIMONIAN_LAIRD, interval=WALD).ends[1],
    ),
    ("log risk ratio, fixed", "-0.4303", lambda: fixed_effect(data.BCG_RISKS)[0]),
    ("interval, low, fixed", "-0.5097", lambda: fixed_effect(data.BCG_RISKS)[1]),
    ("interval, high, fixed", "-0.3509", lambda: fixed_effect(data.BCG_RISKS)[2]),
)
HART_EXAMPLES = _examples(
    "Warfarin and stroke, log rate ratios (no heterogeneity)",
    HART,
    ("τ²", "0.0000", lambda: _normal(data.HART).heterogeneity.tau2),
    ("I², %", "0.00", lambda: _normal(data.HART).heterogeneity.i2),
    ("Q (df = 5)", "2.9625", lambda: _normal(data.HART).heterogeneity.q),
    ("p of Q", "0.7058", lambda: _normal(data.HART).heterogeneity.p),
    ("rate ratio", "0.3617", lambda: math.exp(_normal(data.HART).mean)),
    ("interval, low", "0.2626", lambda: math.exp(_normal(data.HART).ends[0])),
    ("prediction, high", "0.4984", lambda: math.exp(_ahead(_normal(data.HART), 1))),
)
RAUDENBUSH_EXAMPLES = _examples(
    "Teacher expectancy (Hartung–Knapp, REML and DL)",
    RAUDENBUSH,
    ("τ², REML", "0.0188", lambda: _raw(data.RAUDENBUSH).heterogeneity.tau2),
    ("τ², DL", "0.0259", lambda: _raw(data.RAUDENBUSH, "DL").heterogeneity.tau2),
    ("Q (df = 18)", "35.8295", lambda: _raw(data.RAUDENBUSH).heterogeneity.q),
    ("mean, REML", "0.0837", lambda: _raw(data.RAUDENBUSH).mean),
    ("standard error, Hartung–Knapp", "0.0616", lambda: _raw(data.RAUDENBUSH).error),
    ("interval, low, Hartung–Knapp", "-0.0457", lambda: _raw(data.RAUDENBUSH).ends[0]),
    ("interval, high, Hartung–Knapp", "0.2131", lambda: _raw(data.RAUDENBUSH).ends[1]),
    ("interval, low, DL", "-0.0442", lambda: _raw(data.RAUDENBUSH, "DL").ends[0]),
    ("interval, high, DL", "0.2229", lambda: _raw(data.RAUDENBUSH, "DL").ends[1]),
    ("prediction, low, normal", "-0.2036", lambda: _ahead(_normal(data.RAUDENBUSH), 0)),
)  # the other end is printed 0.3711 by an iteration stopped at 1e-5 and is 0.37099 at the summit
DE_BRUIN_EXAMPLES = _examples(
    "Adherence, raw proportions",
    DE_BRUIN,
    ("τ²", "0.02", lambda: _normal(data.DE_BRUIN_RAW).heterogeneity.tau2),
    ("I², %", "91.77", lambda: _normal(data.DE_BRUIN_RAW).heterogeneity.i2),
    ("H²", "12.14", lambda: _normal(data.DE_BRUIN_RAW).heterogeneity.h2),
    ("Q (df = 12)", "135.51", lambda: _normal(data.DE_BRUIN_RAW).heterogeneity.q),
    ("mean", "0.48", lambda: _normal(data.DE_BRUIN_RAW).mean),
)
PRITZ_EXAMPLES = _examples(
    "Vasospasm, logit proportions (two studies with all events)",
    PRITZ,
    ("proportion", "0.7575", lambda: float(expit(_normal(_logits(data.PRITZ)).mean))),
    ("interval, low", "0.6605", lambda: float(expit(_normal(_logits(data.PRITZ)).ends[0]))),
    ("interval, high", "0.8337", lambda: float(expit(_normal(_logits(data.PRITZ)).ends[1]))),
    ("prediction, low", "0.4661", lambda: float(expit(_ahead(_normal(_logits(data.PRITZ)), 0)))),
    ("prediction, high", "0.9179", lambda: float(expit(_ahead(_normal(_logits(data.PRITZ)), 1)))),
)
PRITZ_MIXED = _examples(
    "Vasospasm, binomial-normal mixed model",
    PRITZ,
    ("proportion", "0.7984", lambda: _mixed_end(data.PRITZ, 0)),
    ("interval, low", "0.6924", lambda: _mixed_end(data.PRITZ, -1)),
    ("interval, high", "0.8746", lambda: _mixed_end(data.PRITZ, 1)),
    ("prediction, low", "0.4426", lambda: _mixed_ahead(data.PRITZ, -1)),
    ("prediction, high", "0.9518", lambda: _mixed_ahead(data.PRITZ, 1)),
)
STIJNEN_NORMAL = _examples(
    "Catheters, control arm, logit proportions (Stijnen 2010, table II)",
    STIJNEN,
    ("mean logit", "-3.3018", lambda: _normal(_logits(data.NIELWEISE_CONTROL)).mean),
    ("standard error", "0.2378", lambda: _normal(_logits(data.NIELWEISE_CONTROL)).error),
    ("τ²", "0.6629", lambda: _normal(_logits(data.NIELWEISE_CONTROL)).heterogeneity.tau2),
)
STIJNEN_MIXED = _examples(
    "Catheters, binomial-normal mixed model (Stijnen 2010, table II)",
    STIJNEN,
    ("mean logit, control", "-3.4964", lambda: mixed_model(data.NIELWEISE_CONTROL).mean),
    ("standard error, control", "0.2570", lambda: mixed_model(data.NIELWEISE_CONTROL).error),
    ("τ², control", "0.8124", lambda: mixed_model(data.NIELWEISE_CONTROL, nodes=SEVEN).tau2),
    ("interval, low, control", "0.0180", lambda: _mixed_end(data.NIELWEISE_CONTROL, -1)),
    ("interval, high, control", "0.0478", lambda: _mixed_end(data.NIELWEISE_CONTROL, 1)),
    ("mean logit", "-4.8121", lambda: mixed_model(data.NIELWEISE_TREATED, nodes=SEVEN).mean),
    ("standard error", "0.3555", lambda: mixed_model(data.NIELWEISE_TREATED, nodes=SEVEN).error),
    ("τ²", "0.8265", lambda: mixed_model(data.NIELWEISE_TREATED, nodes=SEVEN).tau2),
)
MILLER_EXAMPLES = _examples(
    "Double arcsine and the way back (Miller 1978)",
    MILLER,
    ("twice the angle of 3 of 11", "1.1391", lambda: 2 * arcsine_effect(data.MILLER[0]).estimate),
    ("four times its variance", "0.0870", lambda: 4 * arcsine_effect(data.MILLER[0]).variance),
    ("pooled proportion", "0.3595", lambda: _miller(data.MILLER, 0)),
)
ARCSINE_EXTREMES = _examples(
    "Double arcsine, from no event to all",
    MILLER,
    ("pooled proportion", "0.6886", lambda: _miller(data.ALL_TO_NONE, 0)),
    ("interval, low", "0.5734", lambda: _miller(data.ALL_TO_NONE, 1)),
    ("interval, high", "0.7943", lambda: _miller(data.ALL_TO_NONE, 2)),
)


def _ratio(effects: tuple[Effect, ...], place: int) -> float:
    """The fixed-effect hazard ratio: estimate, low, high."""
    return math.exp(fixed_effect(effects)[place])


def _q(effects: tuple[Effect, ...]) -> float:
    return heterogeneity(*arrays(effects)).q


PIGNON_EXAMPLES = _examples(
    "Chemotherapy of head and neck cancer, hazard ratios of 65 trials (fixed effect)",
    PIGNON,
    ("hazard ratio", "0.90", lambda: _ratio(data.PIGNON, 0)),
    ("interval, low", "0.85", lambda: _ratio(data.PIGNON, 1)),
    ("interval, high", "0.94", lambda: _ratio(data.PIGNON, 2)),
    ("Q (df = 64)", "123.67", lambda: _q(data.PIGNON)),
    ("hazard ratio, adjuvant", "0.98", lambda: _ratio(data.PIGNON_AFTER, 0)),
    ("Q, adjuvant (df = 7)", "7.83", lambda: _q(data.PIGNON_AFTER)),
    ("hazard ratio, neoadjuvant", "0.95", lambda: _ratio(data.PIGNON_BEFORE, 0)),
    ("interval, low, neoadjuvant", "0.88", lambda: _ratio(data.PIGNON_BEFORE, 1)),
    ("Q, neoadjuvant (df = 30)", "31.57", lambda: _q(data.PIGNON_BEFORE)),
    ("hazard ratio, concomitant", "0.81", lambda: _ratio(data.PIGNON_WITH, 0)),
    ("interval, high, concomitant", "0.88", lambda: _ratio(data.PIGNON_WITH, 2)),
    ("Q, concomitant (df = 25)", "73.81", lambda: _q(data.PIGNON_WITH)),
)


def _steurer() -> Pooled:
    """By the door that the pages use: printed hazard ratios with their intervals."""
    return pool_ratios(data.STEURER, estimator=DERSIMONIAN_LAIRD)


def _steurer_fixed() -> Line:
    return next(one for one in _steurer().sensitivity if one.name == "Fixed effect")


STEURER_EXAMPLES = _examples(
    "Purine analogues in leukaemia, hazard ratios from printed intervals",
    STEURER,
    ("hazard ratio, fixed", "0.89", lambda: _steurer_fixed().estimate),
    ("interval, low, fixed", "0.78", lambda: _steurer_fixed().low),
    ("interval, high, fixed", "1.01", lambda: _steurer_fixed().high),
    ("τ², DL", "0.006", lambda: _steurer().tau2),
    ("τ, DL", "0.0777", lambda: math.sqrt(_steurer().tau2)),
    ("I², DL, %", "17", lambda: _steurer().i2),
    ("H, DL", "1.10", lambda: math.sqrt(_steurer().h2)),
    ("Q (df = 3)", "3.62", lambda: _steurer().q),
    ("p of Q", "0.3050", lambda: _steurer().p),
)
EXAMPLES: tuple[WorkedExample, ...] = tuple(
    example
    for group in (
        BCG_EXAMPLES,
        BCG_PREDICTED,
        BCG_MOMENTS,
        HART_EXAMPLES,
        RAUDENBUSH_EXAMPLES,
        DE_BRUIN_EXAMPLES,
        PRITZ_EXAMPLES,
        PRITZ_MIXED,
        STIJNEN_NORMAL,
        STIJNEN_MIXED,
        MILLER_EXAMPLES,
        ARCSINE_EXTREMES,
        PIGNON_EXAMPLES,
        STEURER_EXAMPLES,
    )
    for example in group
)
