"""The counts and estimates of published worked examples: only the numbers that the tests need.

They are facts printed in the papers named below, read in the data files of the R package metadat
(github.com/wviechtb/metadat, folder data-raw, one file of the same name each; version 1.7-2).
"""

from __future__ import annotations

import math

from evidence.statistics.log_scale import Interval
from evidence.statistics.pooling import Effect
from evidence.statistics.proportions import Count


def _counts(pairs: str) -> tuple[Count, ...]:
    found = [pair.split("/") for pair in pairs.split()]
    return tuple(Count(f"study {i}", int(x), int(n)) for i, (x, n) in enumerate(found, 1))


# dat.pritz1997.txt: patients who improved, of all treated (Pritz 1997; Zhou and others 1999).
PRITZ = _counts("16/17 10/12 4/8 43/58 10/10 25/42 13/14 12/12 22/41 4/5 5/6 18/23 58/68 6/10")
# dat.nielweise2007.txt: bloodstream infections, of all catheters (Niël-Weise and others 2007).
NIELWEISE_TREATED = _counts(
    "0/116 1/44 2/208 0/130 5/151 1/98 1/174 1/74 1/97 1/113 0/66 0/70 3/188 6/187 0/118 0/252 "
    "1/345 4/64"
)
NIELWEISE_CONTROL = _counts(
    "3/117 3/35 9/195 7/136 6/157 4/139 3/177 2/39 19/103 2/122 7/64 1/58 5/175 11/180 0/105 "
    "1/262 3/362 1/69"
)
# dat.debruin2009.txt: patients with an undetectable viral load, of all (de Bruin and others 2009).
DE_BRUIN = _counts(
    "11/29 24/33 179/326 82/240 60/110 11/29 99/244 9/17 88/215 17/26 26/138 23/55 40/54"
)
# Miller (The American Statistician 1978;32:138), as in the test named in MILLER below.
MILLER = _counts("3/11 6/17 10/21 1/6")
ALL_TO_NONE = _counts("0/10 4/10 9/15 16/20 20/20")

# dat.bcg.txt: tuberculosis and none, vaccinated; then not vaccinated (Colditz and others 1994).
_BCG = """
4 119 11 128; 6 300 29 274; 3 228 11 209; 62 13536 248 12619; 33 5036 47 5761;
180 1361 372 1079; 8 2537 10 619; 505 87886 499 87892; 29 7470 45 7232; 17 1699 65 1600;
186 50448 141 27197; 5 2493 3 2338; 27 16886 29 17825
"""


def _tables(text: str) -> list[list[int]]:
    return [[int(cell) for cell in row.split()] for row in text.split(";")]


def _log_risk_ratio(number: int, a: int, b: int, c: int, d: int) -> Effect:
    ratio = math.log((a / (a + b)) / (c / (c + d)))
    return Effect(f"trial {number}", ratio, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def _log_odds_ratio(number: int, a: int, b: int, c: int, d: int) -> Effect:
    return Effect(f"trial {number}", math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)


BCG_RISKS = tuple(_log_risk_ratio(i, *row) for i, row in enumerate(_tables(_BCG), 1))
BCG_ODDS = tuple(_log_odds_ratio(i, *row) for i, row in enumerate(_tables(_BCG), 1))

# dat.hart1999.txt: strokes and patient-years, warfarin; then control (Hart and others 1999).
_HART = "9 413 19 398; 8 263 19 245; 3 487 13 435; 6 237 9 241; 7 489 23 483; 20 507 50 405"
HART = tuple(
    Effect(f"trial {i}", math.log((x1 / t1) / (x2 / t2)), 1 / x1 + 1 / x2)
    for i, (x1, t1, x2, t2) in enumerate(_tables(_HART), 1)
)

# dat.raudenbush1985.txt: standardised mean difference and variance (Raudenbush 1984, 1985).
_RAUDENBUSH = """
0.03 0.0156; 0.12 0.0216; -0.14 0.0279; 1.18 0.1391; 0.26 0.1362; -0.06 0.0106; -0.02 0.0106;
-0.32 0.0484; 0.27 0.0269; 0.80 0.0630; 0.54 0.0912; 0.18 0.0497; -0.02 0.0835; 0.23 0.0841;
-0.18 0.0253; -0.06 0.0279; 0.30 0.0193; 0.07 0.0088; -0.07 0.0303
"""
RAUDENBUSH = tuple(
    Effect(f"study {i}", *map(float, row.split())) for i, row in enumerate(_RAUDENBUSH.split(";"))
)
# de Bruin's as raw proportions, as the documentation's first model takes them.
DE_BRUIN_RAW = tuple(
    Effect(one.label, share, share * (1 - share) / one.n)
    for one in DE_BRUIN
    for share in [one.events / one.n]
)

# dat.pignon2000.txt: deaths observed minus expected, and its variance, by when chemotherapy was
# given: after, before, with locoregional treatment (Pignon and others 2000).
_PIGNON_AFTER = """
-1.8 14.5; 11.8 57.1; -7.4 80.6; -5.6 8.5; 0.4 6.4; 1.8 8.7; -0.2 5.0; -3.9 30.2
"""
_PIGNON_BEFORE = """
0.0 7.8; -0.8 125.9; 2.2 27.9; -3.3 13.5; -0.6 63.1; -9.2 29.7; 6.3 16.6; 2.6 36.6; -2.0 25.8;
-2.1 18.1; 7.2 19.8; 2.7 22.2; 1.2 9.0; 0.4 11.9; -3.6 33.2; -0.3 13.4; -4.2 92.2; 1.6 19.6;
-5.7 20.2; -8.5 47.4; -7.5 24.8; -6.5 15.9; -5.7 46.5; -4.0 5.2; -2.9 25.8; 5.4 9.2; -8.1 46.6;
-1.1 6.7; 0.6 9.0; 4.6 5.9; -7.1 16.4
"""
_PIGNON_WITH = """
1.8 8.0; -4.3 8.4; -17.9 14.1; 1.2 40.0; -3.1 6.7; 2.1 5.5; -4.4 7.0; -2.0 9.9; -12.0 10.4;
4.5 45.6; -25.3 121.2; -6.8 4.6; -2.4 66.2; 2.0 24.3; -4.3 41.2; 5.4 79.4; 2.1 11.9; -13.5 16.6;
-8.7 31.7; -2.2 11.2; -0.8 12.2; -14.3 30.0; -5.1 28.3; -13.3 21.9; -16.8 29.8; -5.3 12.3
"""


def _log_hazard_ratios(text: str) -> tuple[Effect, ...]:
    rows = [[float(cell) for cell in row.split()] for row in text.split(";")]
    return tuple(Effect(f"trial {i}", e / v, 1 / v) for i, (e, v) in enumerate(rows, 1))


PIGNON_AFTER = _log_hazard_ratios(_PIGNON_AFTER)
PIGNON_BEFORE = _log_hazard_ratios(_PIGNON_BEFORE)
PIGNON_WITH = _log_hazard_ratios(_PIGNON_WITH)
PIGNON = (*PIGNON_AFTER, *PIGNON_BEFORE, *PIGNON_WITH)

# dat.steurer2006: hazard ratios of death with 95 % intervals (Steurer and others 2006).
STEURER = tuple(
    Interval(label=label, estimate=ratio, low=low, high=high)
    for label, ratio, low, high in (
        ("FCG on CLL 1996", 0.5532, 0.2813, 1.0878),
        ("Leporrier 2001", 0.9239, 0.7919, 1.0780),
        ("Rai 2000", 0.7890, 0.5950, 1.0463),
        ("Robak 2000", 1.1770, 0.6386, 2.1695),
    )
)
