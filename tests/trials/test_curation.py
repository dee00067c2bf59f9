"""What people decide about trials."""

from __future__ import annotations

from typing import Any

import pytest

from osteodb.core.errors import InvalidInput
from osteodb.core.models import AuditEvent
from tests.universe import LATER, Universe
from trials.models import Arm, DataQualityIssue, TrialLink
from trials.services import propose_link
from trials.services.curation import (
    decide_inclusion,
    decide_link,
    set_curator_note,
    set_trial_agent,
    settle_issue,
)

SIGNS = [{"kind": "code", "words": "the same code"}]


@pytest.fixture
def who(shared_universe: Universe) -> dict[str, Any]:
    """Alice, a day later."""
    return {"by": shared_universe.alice, "now": LATER}


def test_a_decision_on_inclusion_has_a_reason_and_is_on_record(
    shared_universe: Universe, who: dict[str, Any]
) -> None:
    trial = shared_universe.trials["hidden"]
    with pytest.raises(InvalidInput) as refusal:
        decide_inclusion(trial=trial, inclusion="EXCLUDED", reason=" ", **who)
    assert "inclusion_reason" in refusal.value.fields
    decide_inclusion(trial=trial, inclusion="EXCLUDED", reason="A knee brace.", **who)
    decide_inclusion(trial=trial, inclusion="EXCLUDED", reason="A knee brace.", **who)
    event = AuditEvent.objects.get(action="decide_inclusion")
    assert event.object_id == trial.public_id
    assert event.new == {"inclusion": "EXCLUDED", "reason": "A knee brace."}


def test_a_rules_reason_is_not_a_persons(shared_universe: Universe, who: dict[str, Any]) -> None:
    trial = shared_universe.trials["hidden"]
    with pytest.raises(InvalidInput, match="your own reason"):
        decide_inclusion(trial=trial, inclusion="EXCLUDED", reason="By rule: no word", **who)


def test_a_remark_keeps_the_earlier_one_in_its_history(
    shared_universe: Universe, who: dict[str, Any]
) -> None:
    trial = shared_universe.trials["regobone"]
    for note in ("First.", "Second."):
        set_curator_note(trial=trial, note=note, **who)
    notes = trial.pgh_event_model.objects.filter(pgh_obj_id=trial.pk)  # type: ignore[attr-defined]
    assert {"First.", "Second."} <= set(notes.values_list("curator_note", flat=True))


def test_saving_a_match_confirms_it_in_ones_own_name(
    shared_universe: Universe, who: dict[str, Any]
) -> None:
    trial = shared_universe.trials["avelumab"]
    row = trial.trial_agents.order_by("pk").first()
    assert row is not None
    before = row.matched_by
    set_trial_agent(trial=trial, agent=row.agent, role="EXPERIMENTAL", trial_agent=row, **who)
    row.refresh_from_db()
    assert (row.matched_by, row.confirmed_by) == (before, shared_universe.alice)
    placebo = shared_universe.agents["placebo"]
    set_trial_agent(trial=trial, agent=placebo, role="COMPARATOR", trial_agent=row, **who)
    assert row.matched_by == "CURATOR"


def test_a_curator_says_what_a_trial_gives(shared_universe: Universe, who: dict[str, Any]) -> None:
    trial, agent = shared_universe.trials["chictr"], shared_universe.agents["placebo"]
    row = set_trial_agent(trial=trial, agent=agent, role="COMPARATOR", **who)
    assert (row.matched_by, row.confirmed_by) == ("CURATOR", shared_universe.alice)


def test_an_arm_of_another_trial_is_refused(shared_universe: Universe, who: dict[str, Any]) -> None:
    arm = Arm.objects.exclude(trial=shared_universe.trials["chictr"]).order_by("pk")[0]
    with pytest.raises(InvalidInput, match="another trial"):
        set_trial_agent(
            trial=shared_universe.trials["chictr"],
            agent=shared_universe.agents["avelumab"],
            role="EXPERIMENTAL",
            arm=arm,
            **who,
        )


def test_a_link_is_decided_with_a_reason_and_may_be_opened_again(
    shared_universe: Universe, who: dict[str, Any]
) -> None:
    trials = shared_universe.trials
    link = propose_link(trial_a=trials["twin4"], trial_b=trials["twin3"], signals=SIGNS, **who)
    with pytest.raises(InvalidInput):
        decide_link(link=link, decision="SAME", reason="", **who)
    decide_link(link=link, decision="DIFFERENT", reason="Two sponsors.", **who)
    assert (link.decided_by, link.decided_at) == (shared_universe.alice, LATER)
    decide_link(link=link, decision="CANDIDATE", reason="", **who)
    stored = TrialLink.objects.get(pk=link.pk)
    assert (stored.decided_by, stored.decided_at) == (None, None)
    assert AuditEvent.objects.filter(action="decide_link").count() == 2


def test_an_issue_is_settled_with_words(shared_universe: Universe, who: dict[str, Any]) -> None:
    issue = DataQualityIssue.objects.filter(state="OPEN").order_by("pk").first()
    assert issue is not None
    with pytest.raises(InvalidInput):
        settle_issue(issue=issue, state="ACCEPTED", resolution="", **who)
    settle_issue(issue=issue, state="ACCEPTED", resolution="A procedure.", **who)
    assert issue.resolved_by == shared_universe.alice
    settle_issue(issue=issue, state="OPEN", resolution="", **who)
    assert issue.resolved_by is None
