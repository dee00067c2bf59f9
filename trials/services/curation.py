"""What people decide about trials: do they belong here, what do they give, which are one study."""

from __future__ import annotations

import datetime as dt

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from osteodb.core.writing import acting, save_checked, set_fields
from therapies.models import Agent
from trials import rules
from trials.models import (
    AgentMatch,
    Arm,
    DataQualityIssue,
    IssueState,
    LinkDecision,
    Trial,
    TrialAgent,
    TrialLink,
)
from trials.services.merging import merge_trials, numbers_of_one_registry


def decide_inclusion(
    *, trial: Trial, inclusion: str, reason: str, by: User | None, now: dt.datetime
) -> Trial:
    """Say whether a trial belongs in OsteoDB, and why.

    Raises InvalidInput without a reason, or with a rule's: the next sync would take it for the
    rule's own verdict and decide again.
    """
    old = {"inclusion": trial.inclusion, "reason": trial.inclusion_reason}
    new = {"inclusion": inclusion, "reason": reason.strip()}
    if not new["reason"]:
        raise InvalidInput(
            "Say why.", fields={"inclusion_reason": ["A decision needs its reason."]}
        )
    if old == new:
        return trial
    if new["reason"].startswith(rules.BY_RULE.strip()):
        raise InvalidInput(
            "Give your own reason.",
            fields={"inclusion_reason": ["This is a rule's reason: give your own."]},
        )
    with acting(action="decide_inclusion", by=by, now=now):
        trial.inclusion, trial.inclusion_reason = inclusion, new["reason"]
        trial.updated_at = now
        save_checked(trial)
        record_event(action="decide_inclusion", target=trial, by=by, now=now, old=old, new=new)
    return trial


def set_curator_note(*, trial: Trial, note: str, by: User | None, now: dt.datetime) -> Trial:
    """Write a curator's remark on a trial. Its history keeps the earlier ones."""
    with acting(action="set_curator_note", by=by, now=now):
        if set_fields(trial, {"curator_note": note}):
            save_checked(trial)
    return trial


def set_trial_agent(
    *,
    trial: Trial,
    agent: Agent,
    role: str,
    by: User,
    now: dt.datetime,
    arm: Arm | None = None,
    trial_agent: TrialAgent | None = None,
) -> TrialAgent:
    """Say what a trial gives, to whom, in which role; or correct and thereby confirm a match.

    Raises InvalidInput, such as for an arm of another trial.
    """
    if arm and arm.trial_id != trial.pk:
        raise InvalidInput(
            "The arm is another trial's.", fields={"arm": ["This arm belongs to another trial."]}
        )
    row = trial_agent or TrialAgent(trial=trial, agent=agent, matched_by=AgentMatch.CURATOR)
    fields = {"agent": agent, "role": role, "arm": arm, "confirmed_by": by}
    if row.pk and row.agent_id != agent.pk:
        fields["matched_by"] = AgentMatch.CURATOR
    with acting(action="set_trial_agent", by=by, now=now):
        if set_fields(row, fields) or row.pk is None:
            save_checked(row)
    return row


def decide_link(
    *,
    link: TrialLink,
    decision: str,
    reason: str,
    by: User,
    now: dt.datetime,
    into: Trial | None = None,
    numbers_seen: bool = False,
) -> TrialLink:
    """Say whether two trials are one study, and why; or leave it open again.

    "The same" is a merge: the page of the side `into` shows both from then on. Raises InvalidInput
    without a reason, without a side, or where both sides have numbers of one registry and the
    person did not say to have seen them; Conflict where the two stand on one page already: what
    was merged is decided anew by taking the merge back.
    """
    if decision != LinkDecision.CANDIDATE and not reason.strip():
        raise InvalidInput("Say why.", fields={"reason": ["A decision needs its reason."]})
    sides = (Trial.objects.get(pk=link.trial_a_id).page, Trial.objects.get(pk=link.trial_b_id).page)
    if sides[0] == sides[1]:
        raise Conflict(f"Both stand on the page of {sides[0].public_id}: take that merge back.")
    if decision == LinkDecision.SAME:
        _merge_sides(sides, into, reason, numbers_seen, by, now)
    else:
        _decide(link, decision, reason, by, now)
    return TrialLink.objects.get(pk=link.pk)


def _merge_sides(
    sides: tuple[Trial, Trial],
    into: Trial | None,
    reason: str,
    numbers_seen: bool,
    by: User,
    now: dt.datetime,
) -> None:
    if into is None or into.page not in sides:
        raise InvalidInput("Say which of the two pages is to show both.")
    clashing = numbers_of_one_registry(*sides)
    if clashing and not numbers_seen:
        words = " ".join(f"Both have a number of {one}." for one in clashing)
        raise InvalidInput(
            f"{words} A registry gives a study one number: say that you have seen this.",
            fields={"numbers_seen": [words]},
        )
    absorbed = sides[1] if into.page == sides[0] else sides[0]
    merge_trials(absorbed=absorbed, into=into.page, reason=reason, by=by, now=now)


def _decide(link: TrialLink, decision: str, reason: str, by: User, now: dt.datetime) -> None:
    decided = decision != LinkDecision.CANDIDATE
    old = {"decision": link.decision, "reason": link.reason}
    new = {"decision": decision, "reason": reason.strip()}
    if old == new:
        return
    with acting(action="decide_link", by=by, now=now):
        link.decision, link.reason = decision, new["reason"]
        link.decided_by, link.decided_at = (by, now) if decided else (None, None)
        save_checked(link)
        record_event(action="decide_link", target=link, by=by, now=now, old=old, new=new)


def settle_issue(
    *, issue: DataQualityIssue, state: str, resolution: str, by: User, now: dt.datetime
) -> DataQualityIssue:
    """Say what became of a data-quality issue. Raises InvalidInput without words."""
    settled, words = state != IssueState.OPEN, resolution.strip()
    if settled and not words:
        raise InvalidInput(
            "Say what was done.", fields={"resolution": ["Say what was done, or why it may stay."]}
        )
    fields = {
        "state": state,
        "resolution": words,
        "resolved_by": by if settled else None,
    }
    old = {"state": issue.state}
    with acting(action="settle_issue", by=by, now=now):
        if set_fields(issue, fields):
            save_checked(issue)
            record_event(
                action="settle_issue",
                target=issue,
                by=by,
                now=now,
                old=old,
                new={"state": state},
                comment=words,
            )
    return issue
