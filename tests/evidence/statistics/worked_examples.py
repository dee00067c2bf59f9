"""Published examples of the intervals and p values that the checks compute.

Digits are as they stand at the address given, computed by R, by scipy's binomtest or from tables;
the exact and Wilson's intervals under test are statsmodels'.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from evidence.statistics.intervals import (
    AGRESTI_COULL,
    EXACT,
    JEFFREYS,
    LOWER,
    TWO_SIDED,
    WALD,
    WILSON,
    WILSON_CORRECTED,
    proportion_interval,
)
from evidence.statistics.ratio_checks import implied_p, log_middle
from tests.evidence.statistics.examples import WorkedExample

# Table I of Newcombe, Stat Med 1998;17:857-872, as an R package prints it again
NEWCOMBE = (
    "https://github.com/AndriSignorell/lumen/blob/"
    "0cb1d4b4f28e8200fe0e5c9a4add7546a1e20481/reference/binomCI.md"
)
SCIPY_INTERVAL = (
    "https://docs.scipy.org/doc/scipy-1.11.3/reference/generated/"
    "scipy.stats._result_classes.BinomTestResult.proportion_ci.html"
)
SCIPY_TEST = "https://github.com/scipy/scipy/blob/v1.17.1/scipy/stats/_binomtest.py"
SEEDLINGS = "http://influentialpoints.com/Training/confidence_intervals_of_proportions.htm"
VIRAL_SEQ = "https://rubydoc.info/gems/viral_seq/1.9.0/ViralSeq/Math/BinomCI"
COXPH = "https://www.rdocumentation.org/packages/survival/versions/2.41-2/topics/summary.coxph"
TEN_PATIENTS = (
    "https://stats.stackexchange.com/questions/141626/"
    "hazard-ratio-and-confidence-intervals-from-a-cox-ph-model"
)


def _interval(
    name: str,
    source: str,
    counts: tuple[int, int],
    method: str,
    ends: tuple[str | None, str | None],
    *,
    sides: str = TWO_SIDED,
    level: float = 95.0,
) -> Iterator[WorkedExample]:
    """One example for each end that is printed; proportions, as in print."""
    for word, printed in zip(("low", "high"), ends, strict=True):
        if printed is not None:
            yield WorkedExample(
                name,
                source,
                f"{method} {level:g} %, {word} end",
                printed,
                partial(_end, counts, method, sides, level, word),
            )


def _end(counts: tuple[int, int], method: str, sides: str, level: float, word: str) -> float:
    found = proportion_interval(*counts, level=level, method=method, sides=sides)
    return (found.low if word == "low" else found.high) / 100


NEWCOMBE_TABLE_I = {
    WALD: (("0.2522", "0.3638"), ("0.0527", "0.1500"), (None, "0.0000"), ("0.0000", "0.1009")),
    WILSON: (("0.2553", "0.3662"), ("0.0624", "0.1605"), (None, "0.1611"), ("0.0061", "0.1718")),
    WILSON_CORRECTED: (
        ("0.2535", "0.3682"),
        ("0.0598", "0.1644"),
        (None, "0.2005"),
        ("0.0018", "0.1963"),
    ),
    EXACT: (("0.2527", "0.3676"), ("0.0578", "0.1617"), (None, "0.1684"), ("0.0009", "0.1776")),
}
NEWCOMBE_PROPORTIONS = ((81, 263), (15, 148), (0, 20), (1, 29))
# binomCI(x=37, n=43, …) on the same page, to seven digits
THIRTY_SEVEN_OF_43 = {
    WILSON: ("0.7273641", "0.9344428"),
    WILSON_CORRECTED: ("0.7137335", "0.9419725"),
    WALD: ("0.7568980", "0.9640322"),
    JEFFREYS: ("0.7348110", "0.9395927"),
    EXACT: ("0.7206752", "0.9470234"),
    AGRESTI_COULL: ("0.7235600", "0.9382469"),
}


def _proportions() -> Iterator[WorkedExample]:
    for method, rows in NEWCOMBE_TABLE_I.items():
        for counts, ends in zip(NEWCOMBE_PROPORTIONS, rows, strict=True):
            yield from _interval(
                "Newcombe 1998, {}/{}".format(*counts), NEWCOMBE, counts, method, ends
            )
    for method, ends in THIRTY_SEVEN_OF_43.items():
        yield from _interval("binomCI, 37/43", NEWCOMBE, (37, 43), method, ends)
    yield from _interval("binom.test, 42/43", NEWCOMBE, (42, 43), EXACT, ("0.8771095", "0.9994114"))
    yield from _interval(
        "scipy binomtest, 7/50",
        SCIPY_INTERVAL,
        (7, 50),
        EXACT,
        ("0.05819170033997342", "0.26739600249700846"),
    )
    yield from _interval(
        "scipy binomtest, 3/15, greater",
        SCIPY_TEST,
        (3, 15),
        EXACT,
        ("0.05684686759024681", "1.0"),
        sides=LOWER,
    )
    yield from _interval("Conover's tables, 5/25", SEEDLINGS, (5, 25), EXACT, ("0.068", "0.407"))
    yield from _interval("R binom.test, 3/923", VIRAL_SEQ, (3, 923), EXACT, ("0.00067", "0.00947"))


def _ratios() -> Iterator[WorkedExample]:
    yield WorkedExample(
        "coxph, lung, sex: 0.599 (0.431 to 0.831)",
        COXPH,
        "p of ratio and interval",
        "0.0022",
        partial(implied_p, 0.599, 0.431, 0.831),
    )
    yield WorkedExample(
        "coxph, ten patients: 0.1267 (0.01399 to 1.147)",
        TEN_PATIENTS,
        "p of ratio and interval (Wald)",
        "0.0661",
        partial(implied_p, 0.1267, 0.01399, 1.147),
    )
    yield WorkedExample(
        "coxph, ten patients: 0.01399 to 1.147",
        TEN_PATIENTS,
        "middle on the log scale",
        "0.1267",
        partial(log_middle, 0.01399, 1.147),
    )


EXAMPLES: tuple[WorkedExample, ...] = (*_proportions(), *_ratios())
