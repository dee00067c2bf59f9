"""The plan of a sync, without a database: what differs, what is locked, what stops for a person."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.records import generate
from trials.reconcile import (
    COLLECTION_KINDS,
    FIELD_KINDS,
    ORDERED,
    Assignment,
    StoredTrial,
    assign,
    plan,
    same_but_for_format,
)
from trials.registries.base import (
    ParsedArm,
    ParsedIdentifier,
    ParsedIntervention,
    ParsedOutcome,
    ParsedReference,
    ParsedSite,
    ParsedTrial,
    TrialFields,
)
from trials.registries.ctgov.parser import parse

OWN = ParsedIdentifier("NCT", "NCT00000001", "NCT00000001", "PRIMARY")
EUCTR = ParsedIdentifier("EUCTR", "2013-003910-42", "2013-003910-42", "SECONDARY")
SPONSOR = ParsedIdentifier("SPONSOR", "X-1", "X 1", "SECONDARY")
RECORDS = [parse(record) for record in generate(40, seed=6)]


def parsed(*identifiers: ParsedIdentifier, **fields: Any) -> ParsedTrial:
    return ParsedTrial(
        "NCT", "NCT00000001", "2026-01-01", TrialFields(**fields), identifiers or (OWN,)
    )


def stored_as(trial: ParsedTrial, **given: Any) -> StoredTrial:
    """The snapshot of a trial to which exactly this record was applied."""
    return StoredTrial(
        fields=trial.fields,
        identifiers={(one.registry, one.value): one.kind for one in trial.identifiers},
        **{name: getattr(trial, name) for name in COLLECTION_KINDS},
        **given,
    )


@given(st.sampled_from(RECORDS))
def test_a_record_applied_to_what_it_made_changes_nothing(trial: ParsedTrial) -> None:
    assert not plan(stored_as(trial), trial).changes


@given(st.sampled_from(RECORDS), st.sampled_from(RECORDS))
def test_what_a_plan_names_is_exactly_what_differs(old: ParsedTrial, new: ParsedTrial) -> None:
    found = plan(stored_as(old), new)
    after = msgspec.structs.replace(
        old.fields, **{change.field: change.new for change in found.fields}
    )
    assert same_but_for_format(after, new.fields)
    untouched = set(COLLECTION_KINDS) - {change.field for change in found.collections}
    for name in untouched:
        assert same_but_for_format(getattr(old, name), getattr(new, name))


def test_every_registry_owned_field_has_a_kind_of_news() -> None:
    assert set(FIELD_KINDS) == set(TrialFields.__struct_fields__)


def test_a_new_trial_is_created_with_its_numbers() -> None:
    found = plan(None, parsed(OWN, EUCTR))
    assert found.created and found.changes
    assert found.new_identifiers == (OWN, EUCTR)


def test_a_changed_field_has_its_kind_and_both_values() -> None:
    old = stored_as(parsed(status="recruiting", enrolment_count=10))
    (change,) = plan(old, parsed(status="completed", enrolment_count=10)).fields
    assert (change.field, change.kind, change.old, change.new) == (
        "status",
        "STATUS",
        "recruiting",
        "completed",
    )


def test_a_field_left_out_by_a_newer_record_is_a_change_to_nothing() -> None:
    (change,) = plan(stored_as(parsed(enrolment_count=10)), parsed()).fields
    assert (change.old, change.new) == (10, None)


def test_a_locked_field_is_held_back_and_reported() -> None:
    old = stored_as(parsed(status="recruiting"), overridden={"status": "recruiting"})
    found = plan(old, parsed(status="completed"))
    assert found.fields == ()
    assert [change.field for change in found.held_back] == ["status"]
    assert not found.changes


def test_markup_and_white_space_are_no_news() -> None:
    old = stored_as(parsed(eligibility_criteria="Inclusion:\n\n* age \\> 12"))
    for text in (
        "Inclusion:\n*  age > 12 ",
        "Inclusion:\u00a0age\u2009>\u200b 12",
        "**Inclusion:** age > 12",
    ):
        assert not plan(old, parsed(eligibility_criteria=text)).changes


# Each field of a trial with a value, and another that says something else.
OTHER_VALUES = {
    **dict.fromkeys(TrialFields.__struct_fields__, ("one", "another")),
    **dict.fromkeys(("phases", "countries", "collaborators", "keywords"), (("a", "b"), ("a", "c"))),
    "enrolment_count": (10, 11),
    "has_results": (False, True),
    "healthy_volunteers": (None, False),
}


@pytest.mark.parametrize("name", TrialFields.__struct_fields__)
def test_every_field_that_changes_alone_is_one_change(name: str) -> None:
    before, after = OTHER_VALUES[name]
    found = plan(stored_as(parsed(**{name: before})), parsed(**{name: after}))
    (change,) = found.fields
    assert (change.field, change.kind) == (name, FIELD_KINDS[name])
    assert (change.old, change.new) == (before, after)
    assert (found.collections, found.reordered) == ((), ())


@pytest.mark.parametrize("name", ["phases", "countries", "collaborators", "keywords"])
@given(st.randoms(use_true_random=False))
def test_another_order_of_a_field_that_is_a_list_is_no_news(name: str, chance: Random) -> None:
    values = ["PHASE1", "PHASE2", "PHASE3", "PHASE4"]
    before = tuple(values)
    chance.shuffle(values)
    found = plan(stored_as(parsed(**{name: before})), parsed(**{name: tuple(values)}))
    assert not found.changes


MEMBERS: dict[str, tuple[Any, ...]] = {
    "conditions": ("Osteosarcoma", "Bone sarcoma", "Sarcoma"),
    "arms": (ParsedArm("A"), ParsedArm("B"), ParsedArm("C")),
    "interventions": tuple(
        ParsedIntervention(name, other_names=("x", "y"), arm_labels=("A", "B")) for name in "ABC"
    ),
    "outcomes": tuple(ParsedOutcome("PRIMARY", name) for name in "ABC"),
    "sites": tuple(ParsedSite(facility=name) for name in "ABC"),
    "references": tuple(ParsedReference(pmid=name) for name in "123"),
}


def with_members(name: str, *members: Any) -> ParsedTrial:
    return msgspec.structs.replace(parsed(), **{name: members})


@pytest.mark.parametrize("name", COLLECTION_KINDS)
def test_every_collection_that_changes_is_one_change_with_what_came_and_went(name: str) -> None:
    one, two, three = MEMBERS[name]
    found = plan(stored_as(with_members(name, one, two)), with_members(name, three, one))
    (change,) = found.collections
    assert (change.field, change.kind) == (name, COLLECTION_KINDS[name])
    assert (change.old, change.new) == ((two,), (three,))
    assert found.fields == ()


@pytest.mark.parametrize("name", COLLECTION_KINDS)
def test_another_order_of_a_collection_is_no_news_but_is_kept_where_it_is_shown(name: str) -> None:
    one, two, three = MEMBERS[name]
    found = plan(
        stored_as(with_members(name, one, two, three)), with_members(name, three, one, two)
    )
    assert not found.changes
    assert found.reordered == ((name,) if name in ORDERED else ())


def test_the_order_of_names_and_arms_of_an_intervention_is_no_news() -> None:
    old = ParsedIntervention("A", other_names=("x", "y"), arm_labels=("one", "two"))
    new = ParsedIntervention("A", other_names=("y", "x"), arm_labels=("two", "one"))
    found = plan(stored_as(with_members("interventions", old)), with_members("interventions", new))
    assert not found.changes
    assert found.reordered == ()


def test_one_of_two_equal_sites_that_goes_is_a_change() -> None:
    site = ParsedSite(facility="Research site", city="Northtown")
    (change,) = plan(
        stored_as(with_members("sites", site, site)), with_members("sites", site)
    ).collections
    assert (change.old, change.new) == ((site,), ())


def test_a_collection_change_holds_only_what_differs() -> None:
    kept, gone, new = (ParsedOutcome("PRIMARY", text) for text in ("PFS", "OS", "Pain"))
    old = stored_as(msgspec.structs.replace(parsed(), outcomes=(kept, gone)))
    (change,) = plan(old, msgspec.structs.replace(parsed(), outcomes=(kept, new))).collections
    assert (change.field, change.kind) == ("outcomes", "OUTCOMES")
    assert (change.old, change.new) == ((gone,), (new,))


def test_a_number_of_another_trial_is_a_conflict_and_never_taken() -> None:
    found = plan(stored_as(parsed()), parsed(OWN, EUCTR), owners={("EUCTR", EUCTR.value): 7})
    assert found.new_identifiers == ()
    assert [(one.identifier, one.owner) for one in found.conflicts] == [(EUCTR, 7)]
    assert not found.changes


def test_another_number_of_the_same_registry_is_no_number_of_this_trial() -> None:
    other = ParsedIdentifier("NCT", "NCT00000002", "NCT00000002", "SECONDARY")
    found = plan(stored_as(parsed()), parsed(OWN, other))
    assert found.new_identifiers == ()
    assert [one.owner for one in found.conflicts] == [None]


def test_two_trials_may_carry_one_sponsor_code() -> None:
    found = plan(stored_as(parsed()), parsed(OWN, SPONSOR), owners={("SPONSOR", "X-1"): 7})
    assert found.new_identifiers == (SPONSOR,)
    assert found.conflicts == ()


def test_a_former_number_becomes_an_alias() -> None:
    now = ParsedIdentifier("NCT", "NCT00000002", "NCT00000002", "PRIMARY")
    alias = msgspec.structs.replace(OWN, kind="ALIAS")
    found = plan(stored_as(parsed()), parsed(now, alias))
    assert found.new_identifiers == (now,)
    assert found.changed_kinds == (alias,)


def test_a_primary_number_stays_primary_though_another_registry_calls_it_secondary() -> None:
    old = stored_as(parsed(OWN, msgspec.structs.replace(EUCTR, kind="PRIMARY")))
    assert not plan(old, parsed(OWN, EUCTR)).changes


def test_a_record_that_was_thought_gone_returns() -> None:
    found = plan(stored_as(parsed(), gone=frozenset({("NCT", "NCT00000001")})), parsed())
    assert found.returned and found.changes


# -- which trial a record belongs to -------------------------------------------------------------

FORMER = ParsedIdentifier("NCT", "NCT00000009", "NCT00000009", "ALIAS")
NUMBERS = {("NCT", OWN.value): 1, ("NCT", FORMER.value): 2, ("EUCTR", EUCTR.value): 3}


def assigned(*identifiers: ParsedIdentifier, known: set[int]) -> Assignment:
    owners = {key: trial for key, trial in NUMBERS.items() if trial in known}
    registries = {1: frozenset({"NCT"}), 2: frozenset({"NCT"}), 3: frozenset({"EUCTR"})}
    return assign(parsed(*identifiers), owners, registries)


def test_its_own_number_decides_first() -> None:
    assert assigned(OWN, FORMER, EUCTR, known={1, 2, 3}) == Assignment(1, (2, 3))


def test_then_a_former_number() -> None:
    assert assigned(OWN, FORMER, EUCTR, known={2, 3}) == Assignment(2, (3,))


def test_then_the_only_trial_a_foreign_number_points_to() -> None:
    assert assigned(OWN, EUCTR, known={3}) == Assignment(3)


def test_a_trial_with_another_number_of_the_registry_is_not_joined() -> None:
    taken = {3: frozenset({"EUCTR", "NCT"})}
    owners = {("EUCTR", EUCTR.value): 3}
    assert assign(parsed(OWN, EUCTR), owners, taken) == Assignment(None, (3,))


def test_a_sponsor_code_decides_nothing() -> None:
    owners = {("SPONSOR", SPONSOR.value): 4}
    assert assign(parsed(OWN, SPONSOR), owners, {4: frozenset()}) == Assignment(None)


CTIS = ParsedIdentifier("CTIS", "2022-500244-37", "2022-500244-37", "SECONDARY")
BOTH = {("EUCTR", EUCTR.value): 3, ("CTIS", CTIS.value): 4}


def test_exact_numbers_of_two_trials_join_them_in_the_first() -> None:
    free = {3: frozenset({"EUCTR", "SPONSOR"}), 4: frozenset({"CTIS", "SPONSOR"})}
    assert assign(parsed(OWN, EUCTR, CTIS), BOTH, free) == Assignment(3, (4,))


@pytest.mark.parametrize(
    "registries",
    [
        {3: frozenset({"EUCTR", "NCT"}), 4: frozenset({"CTIS"})},
        {3: frozenset({"EUCTR", "ISRCTN"}), 4: frozenset({"CTIS", "ISRCTN"})},
    ],
)
def test_two_numbers_of_one_registry_leave_it_to_a_person(
    registries: dict[int, frozenset[str]],
) -> None:
    assert assign(parsed(OWN, EUCTR, CTIS), BOTH, registries) == Assignment(None, (3, 4))
