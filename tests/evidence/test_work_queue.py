"""The lists of work in the admin: whose it is, the buttons, the discussion, the bulk action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evidence.models import Discrepancy, EvidenceVersion
from osteodb.core.models import Assignment, AuditEvent, User
from osteodb.core.work import assign_work, work_of
from tests.admin_support import address, person, said, save, sign_in
from tests.universe import NOW, Universe
from trials.models import DataQualityIssue, IssueKind, TrialLink
from trials.services import propose_link

Make = Callable[[Universe], Model]


def a_discrepancy(world: Universe) -> Model:
    return world.discrepancy


def an_issue(world: Universe, value: str = "Half Phase") -> DataQualityIssue:
    return DataQualityIssue.objects.create(
        kind=IssueKind.values[0], value=value, message=f"Unknown: {value}",
        first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip


def a_pair(world: Universe) -> Model:
    return propose_link(
        trial_a=world.trials["twin3"], trial_b=world.trials["twin4"],
        signals=[{"kind": "TITLE", "words": "invented"}], by=None, now=NOW,
    )  # fmt: skip


def a_statement(world: Universe) -> Model:
    return world.versions["draft"]


QUEUES: dict[str, Make] = {
    "discrepancy": a_discrepancy, "issue": an_issue, "pair": a_pair, "statement": a_statement,
}  # fmt: skip


@pytest.fixture(params=QUEUES)
def row(request: pytest.FixtureRequest, shared_universe: Universe) -> Model:
    return QUEUES[request.param](shared_universe)


@pytest.fixture
def anna(shared_universe: Universe) -> User:
    return person("curator", "anna")


@pytest.fixture
def browser(anna: User) -> Client:
    return sign_in("curator", "anna")


def press(browser: Client, row: Model, button: str, **given: Any) -> Any:
    return browser.post(address(type(row), "do", row.pk, button), given, follow=True)


def holder(row: Model) -> User | None:
    held = work_of([row]).get(row.pk)
    return held.assignee if held else None


def listed(browser: Client, model: type[Model], query: str = "") -> set[Any]:
    page = browser.get(address(model, "changelist") + query)
    assert page.status_code == 200
    return set(page.context["cl"].result_list)


def page_of(browser: Client, row: Model) -> str:
    return browser.get(address(type(row), "change", row.pk)).content.decode()


def test_a_row_is_taken_talked_about_given_and_given_back(
    browser: Client, row: Model, anna: User
) -> None:
    ben = person("curator", "ben")
    assert "Nobody has taken it yet." in page_of(browser, row)
    assert said(press(browser, row, "take")) == "It is yours now."
    assert holder(row) == anna
    assert "You have it." in page_of(browser, row)
    press(browser, row, "comment", comment="<b>Which</b> table?")
    page = page_of(browser, row)
    assert "&lt;b&gt;Which&lt;/b&gt; table?" in page
    assert "<b>Which</b>" not in page
    press(browser, row, "give", person=str(ben.pk), comment="Yours, I think.")
    assert holder(row) == ben
    page = page_of(browser, row)
    assert "gave it to ben" in page
    assert page.index("took it") < page.index("table?") < page.index("Yours, I think.")
    press(sign_in("curator", "ben"), row, "give-back")
    assert holder(row) is None


def test_another_persons_work_is_not_taken_without_a_word(
    browser: Client, row: Model, anna: User
) -> None:
    ben = person("curator", "ben")
    assign_work(row=row, assignee=ben, by=ben, now=NOW)
    assert "ben has taken it" in said(press(browser, row, "take"))
    assert "ben has taken it" in said(press(browser, row, "give", person=str(anna.pk)))
    assert holder(row) == ben
    press(browser, row, "give", person=str(anna.pk), comment="ben is away")
    assert holder(row) == anna


@pytest.mark.parametrize("number", ["", "0", "x", "-1", "999999"])
def test_it_goes_to_a_person_who_was_chosen(browser: Client, row: Model, number: str) -> None:
    assert "Choose the person" in said(press(browser, row, "give", person=number))
    assert holder(row) is None


def test_a_reader_sees_who_has_it_and_gets_no_buttons(row: Model, anna: User) -> None:
    assign_work(row=row, assignee=anna, by=anna, now=NOW)
    reader = sign_in("reader", "eve")
    page = page_of(reader, row)
    assert "anna has it." in page
    assert "I take it" not in page
    assert 'id="id_work_comment"' not in page
    assert "assign_to_me" not in reader.get(address(type(row), "changelist")).content.decode()
    for button in ("take", "give", "give-back", "comment"):
        assert press(reader, row, button, comment="x").status_code == 403
    assert holder(row) == anna


@pytest.mark.parametrize("button", ["take", "give", "give-back", "comment"])
def test_nothing_is_done_by_looking(browser: Client, row: Model, button: str) -> None:
    assert browser.get(address(type(row), "do", row.pk, button)).status_code == 405
    assert not Assignment.objects.exists()


def test_the_list_tells_whose_it_is_and_is_filtered_by_it(
    browser: Client, row: Model, anna: User
) -> None:
    model, ben = type(row), person("curator", "ben")
    assert row in listed(browser, model, "?assigned=nobody")
    assert row not in listed(browser, model, "?assigned=anybody")
    assign_work(row=row, assignee=ben, by=ben, now=NOW)
    assert row not in listed(browser, model, "?assigned=me")
    assert row in listed(browser, model, "?assigned=anybody")
    assign_work(row=row, assignee=anna, by=ben, now=NOW)
    assert listed(browser, model, "?assigned=me") == {row}
    assert row not in listed(browser, model, "?assigned=nobody")
    text = browser.get(address(model, "changelist") + "?assigned=me").content.decode()
    assert "field-assigned_to" in text


def test_the_bulk_action_takes_what_is_free(
    browser: Client, shared_universe: Universe, anna: User
) -> None:
    mine, his = an_issue(shared_universe, "one"), an_issue(shared_universe, "other")
    ben = person("curator", "ben")
    assign_work(row=his, assignee=ben, by=ben, now=NOW)
    answer = browser.post(
        address(DataQualityIssue, "changelist"),
        {"action": "assign_to_me", "_selected_action": [mine.pk, his.pk]},
        follow=True,
    )
    assert "1 of 2 are yours now." in said(answer)
    assert "1 were left" in said(answer)
    assert (holder(mine), holder(his)) == (anna, ben)


def test_it_is_the_only_bulk_action(browser: Client, row: Model) -> None:
    page = browser.get(address(type(row), "changelist"))
    actions = [name for name, _label in page.context["action_form"].fields["action"].choices]
    assert actions == ["", "assign_to_me"]


def test_a_decision_leaves_the_assignment_and_stands_in_the_discussion(
    browser: Client, shared_universe: Universe, anna: User
) -> None:
    issue = an_issue(shared_universe)
    press(browser, issue, "take")
    save(browser, DataQualityIssue, issue.pk, state="ACCEPTED", resolution="A misprint.")
    issue.refresh_from_db()
    assert (issue.state, issue.resolved_by, holder(issue)) == ("ACCEPTED", anna, anna)
    page = page_of(browser, issue)
    assert page.index("took it") < page.index("decided: accepted")
    assert "A misprint." in page


def test_a_decision_of_a_disagreement_is_in_the_discussion_once(
    browser: Client, shared_universe: Universe
) -> None:
    row = shared_universe.discrepancy
    for _ in range(2):
        save(browser, Discrepancy, row.pk, state="EXPLAINED", explanation="Two countings.")
    events = AuditEvent.objects.filter(action="decide_discrepancy", object_id=str(row.pk))
    assert list(events.values_list("new__state", "comment")) == [("EXPLAINED", "Two countings.")]
    assert "decided: explained" in page_of(browser, row)


def test_a_decided_pair_tells_who_decided_and_why(
    browser: Client, shared_universe: Universe
) -> None:
    pair = a_pair(shared_universe)
    press(browser, pair, "take")
    press(browser, pair, "different", comment="Two protocols.")
    page = page_of(browser, pair)
    assert "decided: different" in page
    assert page.index("took it") < page.rindex("Two protocols.")


def test_a_statements_moves_are_part_of_its_discussion(
    browser: Client, shared_universe: Universe
) -> None:
    version = shared_universe.versions["sarc024"]
    page = page_of(browser, version)
    assert "publish: version 2, published" in page


def test_a_reviewer_takes_a_statement_and_no_pair(shared_universe: Universe) -> None:
    reviewer = sign_in("reviewer", "bob")
    statement = shared_universe.versions["draft"]
    assert "yours now" in said(press(reviewer, statement, "take"))
    assert press(reviewer, a_pair(shared_universe), "take").status_code == 403


@pytest.mark.parametrize("model", [DataQualityIssue, Discrepancy, TrialLink, EvidenceVersion])
def test_a_list_makes_no_query_more_where_more_is_assigned(
    browser: Client, shared_universe: Universe, anna: User, model: type[Model]
) -> None:
    a_pair(shared_universe)
    for at in range(3):
        an_issue(shared_universe, str(at))
    browser.get(address(model, "changelist"))  # what is asked once for a process

    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            browser.get(address(model, "changelist"))
        return len(made)

    before = asked()
    rows = list(model._default_manager.all()[:8])
    for row in rows:
        assign_work(row=row, assignee=anna, by=anna, now=NOW)
    assert asked() == before
    with CaptureQueriesContext(connection) as made:
        browser.get(address(model, "changelist"))
    about = [one["sql"] for one in made if "core_assignment" in one["sql"]]
    assert len(about) == 1
