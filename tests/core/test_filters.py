"""The strict FilterSet: what it refuses, and how it reads what it accepts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Q
from django.http import QueryDict

from osteodb.core.filter_values import (
    UnknownTerm,
    did_you_mean,
    first_day,
    last_day,
    moment,
    normal_form,
    whole_number,
)
from osteodb.core.filters import (
    ChoicesFilter,
    InvalidFilters,
    OrderingFilter,
    StrictFilterSet,
    TermsFilter,
    TernaryFilter,
    ValueFilter,
    WordsFilter,
    YesNoFilter,
)
from osteodb.core.models import User

pytestmark = pytest.mark.django_db
NAMES = {"smith, john": 1, "ann": 2, "bea": 3}


def named(text: str) -> int:
    if text.casefold() not in NAMES:
        raise UnknownTerm(f"Nobody is called {text!r}.", NAMES)
    return NAMES[text.casefold()]


class PeopleFilterSet(StrictFilterSet):
    """A set with one filter of each kind, on accounts."""

    role = ChoicesFilter(
        [("CURATOR", "curator"), ("REVIEWER", "reviewer")],
        field_name="last_name",
        label="role",
        help_text="Role.",
    )
    named = TermsFilter(
        resolve=named, where=lambda ids: Q(affiliation__in=map(str, ids)), help_text="Name."
    )
    works_at = WordsFilter("affiliation", help_text="Place.")
    active = YesNoFilter(Q(is_active=True), help_text="Active.")
    seen = TernaryFilter("last_login__isnull", help_text="Seen.")
    since = ValueFilter(read=moment, where=lambda at: Q(date_joined__gte=at), help_text="Since.")
    ordering = OrderingFilter({"name": "username", "joined": "date_joined"}, default="name")


@pytest.fixture(autouse=True)
def _people(db: None) -> None:
    for number, (name, role, is_active) in enumerate(
        [("ann", "CURATOR", True), ("bob", "REVIEWER", True), ("cec", "CURATOR", False)], start=1
    ):
        User.objects.create(
            username=name, last_name=role, is_active=is_active, affiliation=str(number)
        )


def asked(query: str) -> PeopleFilterSet:
    return PeopleFilterSet(QueryDict(query), User.objects.all(), reserved=("page",))


def found(query: str) -> list[str]:
    return [user.username for user in asked(query).checked()]


def test_no_parameters_mean_all_rows_in_their_order() -> None:
    assert found("") == ["ann", "bob", "cec"]


def test_an_unknown_parameter_is_a_problem_and_there_are_no_rows() -> None:
    filterset = asked("rol=CURATOR")
    [problem] = filterset.problems
    assert problem.parameter == "rol"
    assert "Did you mean 'role'?" in problem.message
    assert problem.allowed == (
        *("active", "named", "ordering", "page", "role", "seen", "since", "works_at"),
    )
    assert list(filterset.qs) == []
    assert list(filterset.without("role")) == []
    assert filterset.applied == []


def test_an_invalid_value_is_a_problem_and_there_are_no_rows() -> None:
    filterset = asked("role=nonsense")
    [problem] = filterset.problems
    assert problem.message == "'nonsense' is not one of: CURATOR, REVIEWER."
    assert problem.allowed == ("CURATOR", "REVIEWER")
    assert list(filterset.qs) == []
    with pytest.raises(InvalidFilters) as refused:
        filterset.checked()
    assert refused.value.filter_problems == (problem,)


def test_one_wrong_word_among_right_ones_is_still_a_problem() -> None:
    assert [problem.parameter for problem in asked("role=CURATOR,nonsense").problems] == ["role"]
    assert asked("role=CURATOR&active=perhaps").problems


def test_the_door_says_which_names_it_keeps_for_itself() -> None:
    assert not asked("page=x").problems
    assert PeopleFilterSet(QueryDict("page=1"), User.objects.all()).problems


def test_values_in_one_parameter_are_or_and_parameters_are_and() -> None:
    assert found("role=CURATOR,REVIEWER") == ["ann", "bob", "cec"]
    assert found("role=CURATOR&role=REVIEWER&active=true") == ["ann", "bob"]
    assert found("role=CURATOR&active=false") == ["cec"]


def test_case_blanks_and_empty_values_do_not_matter() -> None:
    assert found("role=curator") == ["ann", "cec"]
    assert found("role= curator , ,") == ["ann", "cec"]
    assert found("role=&active=&named=&works_at=&since=&ordering=") == ["ann", "bob", "cec"]


def test_a_comma_within_a_known_name_does_not_split_it() -> None:
    assert found("named=Smith, John") == ["ann"]
    assert found("named=ann,bea") == ["bob", "cec"]
    assert asked("named=ann,nobody").problems[0].message == "Nobody is called 'nobody'."


def test_words_are_not_split_at_commas() -> None:
    assert found("works_at=1,2") == []
    assert found("works_at=1&works_at=2") == ["ann", "bob"]


def test_both_answers_of_a_yes_or_no_mean_everything() -> None:
    assert found("active=true,false") == ["ann", "bob", "cec"]


def test_one_value_given_twice_is_refused() -> None:
    assert asked("since=2020-01-01&since=2021-01-01").problems[0].message == (
        "This parameter takes one value only."
    )


def test_what_no_text_can_hold_is_refused_before_the_database_sees_it() -> None:
    assert asked("works_at=a%00b").problems
    assert asked(f"works_at={'x' * 401}").problems
    assert asked("role=50%25\\").problems[0].message.startswith("'50%\\\\' is not one of")


def test_order_can_be_turned_round_and_ties_are_broken_by_id() -> None:
    assert found("ordering=-name") == ["cec", "bob", "ann"]
    assert found("ordering=-joined,name")[0] == "cec"
    assert "pk" in asked("ordering=joined").qs.query.order_by
    assert asked("ordering=password").problems[0].allowed == (
        *("name", "joined", "-name", "-joined"),
    )


def test_the_filters_in_force_are_told_in_words() -> None:
    applied = asked("role=curator&named=ann&ordering=-name").applied
    assert [(one.label, one.values) for one in applied] == [
        ("role", ("curator",)),
        ("Name.", ("ann",)),
    ]


def test_counts_beside_a_facet_leave_that_facet_out() -> None:
    filterset = asked("role=REVIEWER&active=true")
    assert filterset.without("role").count() == 2
    assert filterset.without("active").count() == 1


def test_a_plain_dictionary_is_read_as_an_address_is() -> None:
    filterset = PeopleFilterSet({"role": ["CURATOR"], "active": "true"}, User.objects.all())
    assert [user.username for user in filterset.qs] == ["ann"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", dt.date(2020, 1, 1), dt.date(2020, 12, 31)),
        ("2020-02", dt.date(2020, 2, 1), dt.date(2020, 2, 29)),
        ("2021-12", dt.date(2021, 12, 1), dt.date(2021, 12, 31)),
        ("2021-11-03", dt.date(2021, 11, 3), dt.date(2021, 11, 3)),
    ],
)
def test_a_partial_date_is_a_range(text: str, first: dt.date, last: dt.date) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize(
    "text", ["2026-01-31T09:30:00Z", "2026-01-31T10:30:00+01:00", "2026-01-31T10:30:00 01:00"]
)
def test_a_time_is_read_in_any_zone(text: str) -> None:
    assert moment(text) == dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC)


def test_a_bare_date_is_its_midnight_in_utc() -> None:
    assert moment("2026-01-31") == dt.datetime(2026, 1, 31, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (first_day, "2020-13"),
        (last_day, "soon"),
        (first_day, "0000"),
        (moment, "2026"),
        (moment, "0001-01-01T00:00:00+14:00"),
        (whole_number, "-1"),
        (whole_number, "1.5"),
        (whole_number, "٣"),
        (whole_number, "99999999999"),
        (normal_form, "!?"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(UnknownTerm) as refused:
        read(text)
    assert text in refused.value.message


def test_near_words_are_offered_and_far_ones_are_not() -> None:
    assert did_you_mean("Apatinb", ["apatinib", "avelumab"]) == " Did you mean 'apatinib'?"
    assert did_you_mean("zzz", ["apatinib"]) == ""
