"""Merges in the admin: by whom, why, and taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.admin_support import address, said, sign_in
from tests.universe import NOW, Universe
from trials import services
from trials.models import TrialMerge


@pytest.fixture
def merge(shared_universe: Universe) -> TrialMerge:
    return TrialMerge.objects.get(absorbed=shared_universe.trials["merged"])


def test_a_merge_is_taken_back_with_a_reason(
    curator: Client, merge: TrialMerge, shared_universe: Universe
) -> None:
    button = address(TrialMerge, "do", merge.pk, "take-back")
    page = curator.get(address(TrialMerge, "change", merge.pk)).content.decode()
    assert "Take this merge back" in page
    assert 'name="_save"' not in page
    assert "Say why" in said(curator.post(button, {"comment": ""}, follow=True))
    answer = curator.post(button, {"comment": "Two protocols."}, follow=True)
    assert "Two pages again" in said(answer)
    page = answer.content.decode()
    assert "Take this merge back" not in page
    assert "Two protocols." in page
    trial = shared_universe.trials["merged"]
    trial.refresh_from_db()
    assert trial.merged_into is None
    assert curator.post(button, {"comment": "Again."}).status_code == 403
    history = curator.get(address(TrialMerge, "history", merge.pk)).content.decode()
    assert "Two protocols." in history
    assert "test-curator" in history


def test_a_merge_by_rule_says_so(curator: Client, shared_universe: Universe) -> None:
    trials = shared_universe.trials
    services.merge_trials(
        absorbed=trials["chictr"], into=trials["regomain"], reason="By rule: x.", by=None, now=NOW
    )
    page = curator.get(address(TrialMerge, "changelist")).content.decode()
    assert "by an exact number" in page


def test_who_may_not_decide_takes_nothing_back(
    merge: TrialMerge, shared_universe: Universe
) -> None:
    reviewer = sign_in("reviewer")
    page = reviewer.get(address(TrialMerge, "change", merge.pk)).content.decode()
    assert "Take this merge back" not in page
    button = address(TrialMerge, "do", merge.pk, "take-back")
    assert reviewer.post(button, {"comment": "x"}).status_code == 403
    merge.refresh_from_db()
    assert merge.undone_at is None
