"""What people decide about trials."""

from __future__ import annotations

from typing import Any

import pytest

from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import AuditEvent
from tests.universe import LATER, Universe
from trials.models import Arm, DataQualityIssue, TrialLink, TrialMerge
from trials.services import merge_trials, propose_link, unmerge_trials
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


@pytest.fixture
def twins(shared_universe: Universe, who: dict[str, Any]) -> TrialLink:
    """Two studies with numbers of one registry, put before a person."""
    trials = shared_universe.trials
    return propose_link(trial_a=trials["twin4"], trial_b=trials["twin3"], signals=SIGNS, **who)


def test_a_link_is_decided_with_a_reason_and_may_be_opened_again(
    shared_universe: Universe, twins: TrialLink, who: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        decide_link(link=twins, decision="DIFFERENT", reason=" ", **who)
    decided = decide_link(link=twins, decision="DIFFERENT", reason="Two sponsors.", **who)
    assert (decided.decided_by, decided.decided_at) == (shared_universe.alice, LATER)
    decide_link(link=decided, decision="CANDIDATE", reason="", **who)
    stored = TrialLink.objects.get(pk=twins.pk)
    assert (stored.decided_by, stored.decided_at) == (None, None)
    assert AuditEvent.objects.filter(action="decide_link").count() == 2


def test_the_same_study_is_one_page_and_never_only_a_word(
    shared_universe: Universe, twins: TrialLink, who: dict[str, Any]
) -> None:
    left, right = shared_universe.trials["twin3"], shared_universe.trials["twin4"]
    same: dict[str, Any] = {"link": twins, "decision": "SAME", "reason": "Registered twice.", **who}
    with pytest.raises(InvalidInput, match="which of the two pages"):
        decide_link(**same)
    with pytest.raises(InvalidInput, match="which of the two pages"):
        decide_link(**same, into=shared_universe.trials["regobone"])
    with pytest.raises(InvalidInput, match="Both have a number of ISRCTN registry") as refusal:
        decide_link(**same, into=left)
    assert "numbers_seen" in refusal.value.fields
    assert not TrialMerge.objects.filter(absorbed=right).exists()
    decided = decide_link(**same, into=left, numbers_seen=True)
    assert (decided.decision, decided.decided_by) == ("SAME", shared_universe.alice)
    right.refresh_from_db()
    assert right.merged_into == left
    for decision in ("SAME", "DIFFERENT", "CANDIDATE"):
        with pytest.raises(Conflict, match="take that merge back"):
            decide_link(link=decided, decision=decision, reason="Again.", into=left, **who)


def test_a_pair_waits_until_it_is_decided_or_stands_on_one_page(
    shared_universe: Universe, twins: TrialLink, who: dict[str, Any]
) -> None:
    trials = shared_universe.trials
    third = propose_link(trial_a=trials["chictr"], trial_b=trials["twin4"], signals=SIGNS, **who)
    assert set(TrialLink.objects.waiting()) == {twins, third}
    merge = merge_trials(absorbed=trials["twin4"], into=trials["chictr"], reason="One.", **who)
    assert list(TrialLink.objects.waiting()) == [twins]
    decide_link(
        link=twins, decision="SAME", reason="One.", into=trials["chictr"], numbers_seen=True, **who
    )
    assert not TrialLink.objects.waiting().exists()
    unmerge_trials(merge=merge, reason="Two.", **who)
    twins.refresh_from_db()
    assert twins.decision == "DIFFERENT", "of two studies that were separated no pair is one"


def test_an_issue_is_settled_with_words(shared_universe: Universe, who: dict[str, Any]) -> None:
    issue = DataQualityIssue.objects.filter(state="OPEN").order_by("pk").first()
    assert issue is not None
    with pytest.raises(InvalidInput):
        settle_issue(issue=issue, state="ACCEPTED", resolution="", **who)
    settle_issue(issue=issue, state="ACCEPTED", resolution="A procedure.", **who)
    assert issue.resolved_by == shared_universe.alice
    settle_issue(issue=issue, state="OPEN", resolution="", **who)
    assert issue.resolved_by is None
