"""Two versions of a statement, field by field."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evidence.differences import Change, differences
from evidence.drafts import PARTS, Draft, PopulationDraft
from tests.evidence.test_rules import GOOD, HAZARD, MEASUREMENT, POPULATION

MEN = PopulationDraft(
    key="men", label="Men", parent="all", scope="OSTEOSARCOMA_ONLY", setting="RELAPSE", n=4
)


def said(old: Draft, new: Draft) -> list[tuple[str, str, str, dict[str, tuple[Any, Any]]]]:
    return [
        (one.part, one.key, one.change, {each.name: (each.old, each.new) for each in one.fields})
        for one in differences(old, new)
    ]


def test_the_same_twice_has_no_difference() -> None:
    assert said(GOOD, GOOD) == []


def test_a_changed_field_shows_before_and_after() -> None:
    new = replace(GOOD, level="C", measurements=(replace(MEASUREMENT, events=6),))
    assert said(GOOD, new) == [
        ("", "", Change.CHANGED, {"level": ("B", "C")}),
        ("measurements", "orr", Change.CHANGED, {"events": (5, 6)}),
    ]


def test_a_part_that_came_shows_what_it_says_and_one_that_went_what_it_said() -> None:
    new = replace(GOOD, populations=(POPULATION, MEN))
    [(part, key, change, shown)] = said(GOOD, new)
    assert (part, key, change) == ("populations", "men", Change.ADDED)
    assert shown["n"] == (None, 4) and "line" not in shown
    [(_part, _key, change, shown)] = said(new, GOOD)
    assert change == Change.REMOVED and shown["label"] == ("Men", None)


def test_another_order_is_no_difference() -> None:
    both = replace(GOOD, populations=(POPULATION, MEN))
    assert said(both, replace(both, populations=(MEN, POPULATION))) == []


def test_no_is_not_the_same_as_not_said() -> None:
    old = replace(GOOD, comparisons=(HAZARD,))
    new = replace(GOOD, comparisons=(replace(HAZARD, comparative_by_design=False),))
    assert said(old, new)[0][3] == {"comparative_by_design": (None, False)}


@given(
    name=st.sampled_from(["events", "n", "value", "note", "arm_label", "threshold_met"]),
    value=st.sampled_from([0, 3, Decimal("1.5"), "", "words", True, False, None]),
)
def test_any_one_change_is_found_and_nothing_else(name: str, value: Any) -> None:
    changed = replace(MEASUREMENT, **{name: value})
    found = said(GOOD, replace(GOOD, measurements=(changed,)))
    before = getattr(MEASUREMENT, name)
    nothing = before == value or (before in (None, "") and value in (None, ""))
    expected = [] if nothing else [("measurements", "orr", "CHANGED", {name: (before, value)})]
    assert found == expected


def test_every_part_of_a_draft_is_compared() -> None:
    listed = {one.name for one in fields(Draft) if isinstance(getattr(GOOD, one.name), tuple)}
    assert set(PARTS) <= listed
