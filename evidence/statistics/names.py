"""The names of checks and weights, as `evidence.models.Check` and `Weight` keep them.

The pure code cannot import the models; a test holds the two lists equal.
"""

from __future__ import annotations

from typing import Final

PERCENT: Final = "PERCENT"
INTERVAL: Final = "INTERVAL"
VALUE_IN_INTERVAL: Final = "VALUE_IN_INTERVAL"
RATIO_INTERVAL: Final = "RATIO_INTERVAL"
RATIO_P: Final = "RATIO_P"
N_IN_ENROLMENT: Final = "N_IN_ENROLMENT"
N_IN_WHOLE: Final = "N_IN_WHOLE"
THRESHOLD: Final = "THRESHOLD"
RATE_AND_MEDIAN: Final = "RATE_AND_MEDIAN"
RATIO_AND_MEDIANS: Final = "RATIO_AND_MEDIANS"
CHECKS: Final = frozenset(
    {
        PERCENT,
        INTERVAL,
        VALUE_IN_INTERVAL,
        RATIO_INTERVAL,
        RATIO_P,
        N_IN_ENROLMENT,
        N_IN_WHOLE,
        THRESHOLD,
        RATE_AND_MEDIAN,
        RATIO_AND_MEDIANS,
    }
)

CONTRADICTION: Final = "CONTRADICTION"
DIFFERENCE: Final = "DIFFERENCE"
HINT: Final = "HINT"
WEIGHTS: Final = frozenset({CONTRADICTION, DIFFERENCE, HINT})
