"""All real records with results, where they are present: no crash, and the counts are told."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import orjson
import pytest

from evidence import rules
from evidence.registry_results.context import Drafted
from evidence.registry_results.drafting import draft_of_outcome
from evidence.registry_results.endpoints import LeftOut
from tests.evidence.registry_results.support import CONTEXT
from tests.registry.support import real_studies
from trials.registries.ctgov.results import read_results


def test_every_posted_outcome_is_drafted_or_left_out_with_a_reason(
    registry_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with gzip.open(real_studies(registry_samples), "rb") as lines:
        for line in lines:
            outcomes = read_results(orjson.loads(line))
            ended["studies with results"] += bool(outcomes)
            for outcome in outcomes:
                found = draft_of_outcome(outcome, CONTEXT)
                ended["outcomes"] += 1
                if isinstance(found, LeftOut):
                    ended["left out"] += 1
                    reasons[found.reason] += 1
                elif isinstance(found, Drafted):
                    assert rules.problems(found.draft) == [], outcome.key
                    ended["drafted"] += 1
                    ended["measurements"] += len(found.draft.measurements)
                    ended["comparisons"] += len(found.draft.comparisons)
    with capsys.disabled():
        print(f"\n{dict(ended)}")  # noqa: T201
        for reason, count in reasons.most_common():
            print(f"  left out {count}: {reason}")  # noqa: T201
    assert ended["drafted"] >= 15
    assert all(reasons)
