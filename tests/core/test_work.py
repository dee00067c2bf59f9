"""Work is taken, given, talked about; nothing of that is ever lost or taken away in silence."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osteodb.core.errors import InvalidInput, NotPermitted
from osteodb.core.models import Assignment, AuditEvent, User
from osteodb.core.work import (
    assign_work,
    assigned,
    comment_on,
    discussion_of,
    in_words,
    may_work,
    people_for,
    take_all,
    unassigned,
    work_of,
)
from tests.admin_support import person
from trials.models import DataQualityIssue, IssueKind, TrialLink

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def issue(value: str = "Half Phase") -> DataQualityIssue:
    """Something a registry wrote that nobody could map. Invented."""
    return DataQualityIssue.objects.create(
        kind=IssueKind.values[0], value=value, message=f"Unknown: {value}",
        first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip


@pytest.fixture
def anna() -> User:
    return person("curator", "anna")


@pytest.fixture
def ben() -> User:
    return person("curator", "ben")


def told(row: DataQualityIssue) -> list[str]:
    """The discussion in words."""
    return [f"{one.actor_name} {in_words(one)} {one.comment}" for one in discussion_of([row])]


def test_work_is_taken_given_and_given_back_and_all_of_it_is_told(anna: User, ben: User) -> None:
    row = issue()
    assign_work(row=row, assignee=anna, by=anna, now=NOW)
    assign_work(row=row, assignee=ben, by=anna, now=NOW, comment="You know phases.")
    comment_on(row=row, text=" Looked at it. ", by=ben, now=NOW)
    assign_work(row=row, assignee=None, by=ben, now=NOW)
    assert told(row) == [
        "anna took it ", "anna gave it to ben You know phases.", "ben said Looked at it.",
        "ben gave it back ",
    ]  # fmt: skip
    assert work_of([row])[row.pk].assignee is None


def test_what_somebody_has_is_not_taken_away_in_silence(anna: User, ben: User) -> None:
    row = issue()
    assign_work(row=row, assignee=anna, by=anna, now=NOW)
    for to in (ben, None):
        with pytest.raises(InvalidInput, match="anna has taken it"):
            assign_work(row=row, assignee=to, by=ben, now=NOW, comment=" ")
    assert work_of([row])[row.pk].assignee == anna
    assign_work(row=row, assignee=ben, by=ben, now=NOW, comment="She is away.")
    assert work_of([row])[row.pk].assignee == ben
    assert told(row)[-1] == "ben took it She is away."


def test_given_again_to_who_has_it_nothing_is_written(anna: User) -> None:
    row = issue()
    for _ in range(2):
        assign_work(row=row, assignee=anna, by=anna, now=NOW)
    assert Assignment.objects.count() == 1
    assert AuditEvent.objects.filter(action="assign_work").count() == 1


@pytest.mark.parametrize("role", ["reader", "reviewer"])
def test_who_may_not_decide_there_is_given_no_work_and_gives_none(anna: User, role: str) -> None:
    row, other = issue(), person(role, "other")
    with pytest.raises(NotPermitted, match="no role"):
        assign_work(row=row, assignee=other, by=anna, now=NOW)
    with pytest.raises(NotPermitted):
        assign_work(row=row, assignee=anna, by=other, now=NOW)
    with pytest.raises(NotPermitted):
        comment_on(row=row, text="Hello", by=other, now=NOW)
    assert not Assignment.objects.exists()
    assert discussion_of([row]) == []


def test_nobody_who_left_is_given_work(anna: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    gone = User.objects.get(pk=ben.pk)
    with pytest.raises(NotPermitted):
        assign_work(row=issue(), assignee=gone, by=anna, now=NOW)
    assert list(people_for(DataQualityIssue)) == [anna]


def test_the_people_offered_are_those_who_may_work_there(anna: User) -> None:
    everybody = [anna, person("administrator"), person("reviewer"), person("reader")]
    for model in (DataQualityIssue, TrialLink):
        offered = set(people_for(model))
        assert offered == {one for one in everybody if may_work(one, model)}
        assert offered == {anna, everybody[1]}


def test_a_comment_of_blanks_is_none(anna: User) -> None:
    with pytest.raises(InvalidInput, match="want to say"):
        comment_on(row=issue(), text=" \n", by=anna, now=NOW)
    assert not AuditEvent.objects.filter(action="comment").exists()


def test_all_at_once_takes_what_is_free_and_leaves_the_rest(anna: User, ben: User) -> None:
    rows = [issue(str(at)) for at in range(3)]
    assign_work(row=rows[1], assignee=ben, by=ben, now=NOW)
    assert take_all(rows=rows, by=anna, now=NOW) == (2, 1)
    assert [work_of(rows)[row.pk].assignee for row in rows] == [anna, ben, anna]


def test_a_list_asks_once_who_has_what(anna: User) -> None:
    rows = [issue(str(at)) for at in range(5)]
    take_all(rows=rows[:3], by=anna, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        found = work_of(rows)
        names = {str(one.assignee) for one in found.values()}
    assert (len(asked), names) == (1, {"anna"})
    assert work_of([]) == {}


def test_rows_are_found_by_who_has_them(anna: User, ben: User) -> None:
    hers, his, free, back = (issue(str(at)) for at in range(4))
    for row, who in ((hers, anna), (his, ben), (back, anna)):
        assign_work(row=row, assignee=who, by=who, now=NOW)
    assign_work(row=back, assignee=None, by=anna, now=NOW)
    rows = DataQualityIssue.objects.all()
    assert set(assigned(rows, anna)) == {hers}
    assert set(assigned(rows)) == {hers, his}
    assert set(unassigned(rows)) == {free, back}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_has_it_and_the_other_is_told() -> None:
    row, outcome, start = issue(), dict[str, str](), threading.Barrier(2)
    people = [person("curator", name) for name in ("anna", "ben")]

    def take(who: User) -> None:
        start.wait()
        try:
            assign_work(row=row, assignee=who, by=who, now=NOW)
            outcome[who.username] = "has it"
        except InvalidInput:
            outcome[who.username] = "was told"
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(who,)) for who in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcome.values()) == ["has it", "was told"]
    holder = work_of([row])[row.pk].assignee
    assert holder is not None
    assert outcome[holder.username] == "has it"
    assert AuditEvent.objects.filter(action="assign_work").count() == 1
