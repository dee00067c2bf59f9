"""The queue "One study or two?": both sides, and buttons that decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.admin_support import address, said, sign_in
from tests.universe import NOW, Universe
from trials import services
from trials.admin.pair_rows import compare, side_of, verdict_of
from trials.models import Trial, TrialLink, TrialMerge

QUEUE = address(TrialLink, "changelist")


@pytest.fixture
def twins(shared_universe: Universe) -> TrialLink:
    """Two studies with a number of ISRCTN each, and a sign that they are one."""
    return _propose(shared_universe, "twin3", "twin4")


@pytest.fixture
def strangers(shared_universe: Universe) -> TrialLink:
    """A study of ClinicalTrials.gov and one that is known under a Chinese number."""
    return _propose(shared_universe, "regomain", "chictr")


def _propose(world: Universe, one: str, other: str) -> TrialLink:
    return services.propose_link(
        trial_a=world.trials[one], trial_b=world.trials[other],
        signals=[{"kind": "SPONSOR_CODE", "words": "the same code: shared code 1"}],
        by=None, now=NOW,
    )  # fmt: skip


def press(browser: Client, link: TrialLink, button: str, **given: str) -> Any:
    return browser.post(address(TrialLink, "do", link.pk, button), given, follow=True)


def queue(browser: Client, query: str = "") -> set[TrialLink]:
    return set(browser.get(QUEUE + query).context["cl"].result_list)


def test_the_queue_shows_what_waits_unless_asked_otherwise(
    curator: Client, shared_universe: Universe, twins: TrialLink, strangers: TrialLink
) -> None:
    merged = TrialLink.objects.get(trial_b=shared_universe.trials["merged"])
    assert queue(curator) == {twins, strangers}
    assert queue(curator, "?decision=SAME") == {merged}
    assert queue(curator, "?decision=DIFFERENT") == set()
    assert queue(curator, "?decision=all") == {twins, strangers, merged}


def test_both_sides_stand_beside_each_other_with_what_agrees(
    curator: Client, shared_universe: Universe
) -> None:
    link = _propose(shared_universe, "regobone", "chictr")
    page = curator.get(address(TrialLink, "change", link.pk)).content.decode()
    for told in (
        "NCT02389244", "ChiCTR2200062550", "the same code: shared code 1",
        "ISRCTN00000001", "of a trial merged into it", "rivoceranib", "partly the same",
    ):  # fmt: skip
        assert told in page, told
    assert "Both have a number" not in page
    assert "Neither side says:" in page
    assert "I have seen" not in page


def test_every_line_is_judged(shared_universe: Universe) -> None:
    left, right = shared_universe.trials["regobone"], shared_universe.trials["regomain"]
    rows = {row.label: row for row in compare(side_of(left), side_of(right))}
    assert rows["Status"].words == ("the same" if left.status == right.status else "different")
    assert rows["Sponsor"].left == (left.lead_sponsor,)
    assert rows["Records on file"].left == ("2",)  # the registry's, and the EU number's
    assert rows["Records on file"].right == ("2",)
    assert "regorafenib" in rows["Agents"].left


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (("A-B",), ("a b",), "same"),
        (("A", "B"), ("B", "C"), "partly"),
        (("A",), ("B",), "differs"),
        (("A",), (), "left"),
        ((), ("A",), "right"),
        ((), (), "neither"),
    ],
)
def test_a_verdict(left: tuple[str, ...], right: tuple[str, ...], verdict: str) -> None:
    assert verdict_of(left, right) == verdict


def test_a_month_agrees_with_a_day_in_it(shared_universe: Universe) -> None:
    left, right = shared_universe.trials["regobone"], shared_universe.trials["chictr"]
    left.start_date, right.start_date, right.start_date_type = "2014-09-01", "2014-09", "ACTUAL"
    rows = {row.label: row for row in compare(side_of(left), side_of(right))}
    assert (rows["Start"].verdict, rows["Start"].right) == ("same", ("2014-09 (actual)",))


def test_a_pair_is_merged_either_way_and_the_answer_leads_to_the_way_back(
    curator: Client, shared_universe: Universe, strangers: TrialLink
) -> None:
    answer = press(curator, strangers, "right", comment="The protocol names both.")
    merge = TrialMerge.objects.get(absorbed=strangers.trial_a)
    assert merge.into == strangers.trial_b
    assert (merge.reason, str(merge.merged_by)) == ("The protocol names both.", "test-curator")
    assert address(TrialMerge, "change", merge.pk) in said(answer)
    page = answer.content.decode()
    assert "These two stand on one page" in page
    assert "Same study" not in page
    services.unmerge_trials(merge=merge, reason="Not so.", by=shared_universe.alice, now=NOW)
    press(curator, strangers, "open")
    press(curator, strangers, "left", comment="The protocol names both.")
    assert TrialMerge.objects.get(undone_at=None, absorbed=strangers.trial_b).into_id


def test_numbers_of_one_registry_are_said_loudly_and_have_to_be_seen(
    curator: Client, twins: TrialLink
) -> None:
    page = curator.get(address(TrialLink, "change", twins.pk)).content.decode()
    loud = "Both have a number of ISRCTN registry: ISRCTN00000003 and ISRCTN00000004."
    assert loud in page
    answer = press(curator, twins, "left", comment="Registered twice.")
    assert "say that you have seen this" in said(answer)
    assert ">Registered twice.</textarea>" in answer.content.decode(), "typed no second time"
    assert not TrialMerge.objects.filter(absorbed=twins.trial_b).exists()
    press(curator, twins, "left", comment="Registered twice.", numbers_seen="on")
    assert TrialMerge.objects.get(absorbed=twins.trial_b).into == twins.trial_a


def test_different_studies_leave_the_queue_and_may_come_back(
    curator: Client, twins: TrialLink, strangers: TrialLink
) -> None:
    answer = press(curator, twins, "different", comment=" ")
    assert "Say why" in said(answer)
    press(curator, twins, "different", comment="Two sponsors.")
    assert queue(curator) == {strangers}
    page = curator.get(address(TrialLink, "change", twins.pk)).content.decode()
    assert "Same study" not in page
    press(curator, twins, "open")
    assert queue(curator) == {twins, strangers}


def test_who_may_not_decide_sees_the_pair_without_buttons(
    shared_universe: Universe, twins: TrialLink
) -> None:
    reviewer = sign_in("reviewer")
    page = reviewer.get(address(TrialLink, "change", twins.pk)).content.decode()
    assert "ISRCTN00000004" in page
    assert "Same study" not in page
    for button in ("left", "right", "different", "open"):
        answer = press(reviewer, twins, button, comment="x", numbers_seen="on")
        assert answer.status_code == 403
    assert curator_get_is_refused(reviewer, twins)
    assert not Trial.objects.filter(merged_into=twins.trial_a).exists()


def curator_get_is_refused(browser: Client, link: TrialLink) -> bool:
    """Buttons are for POST only."""
    return browser.get(address(TrialLink, "do", link.pk, "left")).status_code == 405
