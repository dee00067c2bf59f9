"""Like with like: what goes into one group, what stays apart, what is left out and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.synthesis.groups import synthesise
from evidence.synthesis.numbers import Given, Number, Reason, Role, Synthesis
from evidence.synthesis.rules import by_time, count_of
from tests.evidence.synthesis.support import hazard_ratio, median, rate, response


def pooled_sizes(*numbers: Number, **asked: Any) -> list[int]:
    """How many numbers each pooled group holds."""
    found = synthesise(numbers, **asked)
    return [len(group.rows) for group in found.groups if group.pooled]


def reasons(found: Synthesis) -> list[str]:
    """Every reason for which something was left out, wherever it is listed."""
    groups = (*found.groups, *found.alone)
    inside = [out.reason.value for group in groups for out in group.left_out]
    return sorted(inside + [out.reason.value for out in found.left_out])


# --- Alike or not ---------------------------------------------------------------------------------


def test_two_that_are_alike_are_pooled() -> None:
    found = synthesise([response(5, 30), response(7, 35)])
    [group] = found.groups
    assert group.pooled is not None
    assert 5 / 30 < group.pooled.estimate / 100 < 7 / 35
    assert [study.label for study in group.pooled.studies] == [one.label for one in group.rows]


@pytest.mark.parametrize(
    "other",
    [
        {"endpoint": "DCR"},
        {"scope": "MIXED_SARCOMA"},
        {"scope": "OTHER"},
        {"setting": "MAINTENANCE"},
        {"role": Role.PLACEBO},
        {"role": Role.ACTIVE_CONTROL},
        {"given": Given.COMBINATION},
        {"time_point_months": 3},
    ],
    ids=lambda other: "-".join(str(value) for value in other.values()),
)
def test_what_differs_in_one_thing_is_not_pooled(other: dict[str, Any]) -> None:
    found = synthesise([response(), response(**other)])
    assert found.groups == ()
    assert len(found.alone) == 2


def test_a_stratum_of_a_wider_trial_is_osteosarcoma() -> None:
    assert pooled_sizes(response(), response(scope="OSTEOSARCOMA_STRATUM")) == [2]


def test_three_estimators_of_a_rate_are_three_things() -> None:
    crude = response(13, 43, endpoint="PFS", time_point_months=6)
    unstated = rate(40, 30, 55, estimator="RATE_UNSPECIFIED")
    found = synthesise([crude, rate(), unstated])
    assert found.groups == ()
    assert {group.alike.estimator for group in found.alone} == {
        "CRUDE_PROPORTION",
        "KAPLAN_MEIER_RATE",
        "RATE_UNSPECIFIED",
    }


def test_other_endpoints_are_alike_only_under_one_name() -> None:
    first = response(endpoint="ADVERSE_EVENT", endpoint_name="Rash of grade 3")
    second = response(endpoint="ADVERSE_EVENT", endpoint_name="rash  of grade 3")
    third = response(endpoint="ADVERSE_EVENT", endpoint_name="thyroiditis")
    assert pooled_sizes(first, second, third) == [2]


def test_weeks_and_months_are_one_unit() -> None:
    in_weeks = median(16.4, 12, 22, unit="WEEKS")
    [group] = synthesise([median(), in_weeks]).groups
    assert group.pooled is not None
    estimates = sorted(study.estimate for study in group.pooled.studies)
    assert estimates == pytest.approx([16.4 * 7 / 30.4375, 4], rel=1e-6)


def test_comparisons_are_alike_by_measure_control_and_design() -> None:
    assert pooled_sizes(hazard_ratio(), hazard_ratio(0.6, 0.4, 0.9)) == [2]
    for other in ({"measure": "OR"}, {"contrast": "Ifosfamide"}, {"comparative_by_design": False}):
        assert pooled_sizes(hazard_ratio(), hazard_ratio(**other)) == []


def test_single_arms_are_never_called_a_comparison() -> None:
    [group] = synthesise([response(), response(6, 30)]).groups
    assert any("It compares no treatment" in caution for caution in group.cautions)
    [compared] = synthesise([hazard_ratio(), hazard_ratio(0.6, 0.4, 0.9)]).groups
    assert not any("Single arms" in caution for caution in compared.cautions)


# --- Time -----------------------------------------------------------------------------------------


def test_time_points_within_the_window_go_together() -> None:
    near, far = rate(time_point_months=5.52), rate(time_point_months=4)
    assert pooled_sizes(rate(), near, far) == [2]
    assert pooled_sizes(rate(), near, far, window=Decimal(0)) == []
    assert pooled_sizes(rate(), near, far, window=Decimal(50)) == [3]


def test_a_chain_of_neighbours_joins_nothing_that_is_far_apart() -> None:
    times = [Decimal("4.0"), Decimal("4.4"), Decimal("4.8"), Decimal("5.2")]
    groups = by_time([rate(time_point_months=time) for time in times], window=Decimal(10))
    for centre, members in groups:
        assert centre is not None
        for one in members:
            assert one.time_point_months is not None
            assert abs(one.time_point_months - centre) <= centre / 10


months = st.decimals(min_value=1, max_value=60, places=2)


@given(st.lists(months, min_size=1, max_size=12), st.randoms())
def test_groups_of_time_do_not_depend_on_the_order(times: list[Decimal], chance: Any) -> None:
    members = [rate(time_point_months=time) for time in times]
    shuffled = list(members)
    chance.shuffle(shuffled)

    def told(numbers: list[Number]) -> set[tuple[Any, frozenset[int]]]:
        return {
            (centre, frozenset(one.pk for one in group))
            for centre, group in by_time(numbers, window=Decimal(10))
        }

    assert told(members) == told(shuffled)
    assert sum(len(group) for _, group in by_time(members, window=Decimal(10))) == len(members)


# --- Left out -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"model_system": "MOUSE"}, Reason.NOT_PATIENTS),
        ({"model_system": "NOT_STATED"}, Reason.NOT_PATIENTS),
        ({"state": "NOT_REACHED", "value": None}, Reason.NOT_REPORTED),
        ({"source_kind": "META_ANALYSIS"}, Reason.POOLED_ALREADY),
        ({"estimator": "POOLED"}, Reason.POOLED_ALREADY),
        ({"estimator": "MEAN"}, Reason.NO_METHOD),
        ({"unit": "COUNT"}, Reason.NO_METHOD),
        ({"scope": "NOT_REPORTED"}, Reason.SCOPE_UNKNOWN),
        ({"setting": "NOT_REPORTED"}, Reason.SETTING_UNKNOWN),
        ({"retraction": "RETRACTED"}, Reason.RETRACTED),
        ({"source_kind": "REVIEW"}, Reason.REVIEW_ONLY),
        ({"level": "E"}, Reason.REVIEW_ONLY),
        ({"level": "C"}, Reason.CASE_REPORTS),
        ({"is_disputed": True}, Reason.DISPUTED),
        ({"is_exact": False}, Reason.NOT_EXACT),
        ({"events": None, "n": None}, Reason.NO_COUNT),
    ],
)
def test_what_may_not_be_pooled_is_left_out_by_name(other: dict[str, Any], reason: Reason) -> None:
    found = synthesise([response(), response(6, 30), response(**other)])
    assert [len(group.rows) for group in found.groups] == [2]
    assert reasons(found) == [reason.value]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"ci_low": None}, "No interval with two ends"),
        ({"ci_high": None}, "No interval with two ends"),
        ({"ci_sides": "ONE_SIDED"}, "one-sided"),
        ({"ci_level": None}, "level of its interval is not reported"),
    ],
)
@pytest.mark.parametrize("make", [median, rate, hazard_ratio])
def test_without_a_usable_interval_there_is_no_weight(
    make: Any, other: dict[str, Any], says: str
) -> None:
    found = synthesise([make(), make(), make(**other)])
    [group] = found.groups
    [out] = group.left_out
    assert out.reason == Reason.NO_INTERVAL
    assert says in out.says


def test_a_rate_without_its_time_is_like_nothing() -> None:
    found = synthesise([rate(), rate(), rate(time_point_months=None)])
    assert [out.reason for out in found.left_out] == [Reason.TIME_UNKNOWN]


def test_nothing_is_lost() -> None:
    numbers = [response(), response(6, 30), response(level="E"), median(), rate(ci_low=None)]
    found = synthesise(numbers)
    groups = (*found.groups, *found.alone)
    told = [one.pk for group in groups for one in group.rows]
    told += [out.number.pk for group in groups for out in group.left_out]
    told += [out.number.pk for out in found.left_out]
    assert sorted(told) == sorted(one.pk for one in numbers)


# --- Counts ---------------------------------------------------------------------------------------


def test_a_count_is_worked_out_only_where_one_count_prints_so() -> None:
    assert count_of(response(events=None, n=None, population_n=42, value="11.9")) == (5, 42)
    assert count_of(response(events=None, n=21, value="76.2")) == (16, 21)
    assert count_of(response(events=None, n=400, value="12")) is None  # 46 to 49 all print 12 %
    assert count_of(response(events=None, n=42, value="12.5")) is None  # no count prints 12.5 %


def test_the_print_says_how_exact_a_percentage_is() -> None:
    kept = Decimal("12.000000")
    assert count_of(response(events=None, n=200, value=kept, value_raw="12.0%")) == (24, 200)
    assert count_of(response(events=None, n=200, value=kept, value_raw="12%")) is None


def test_none_and_all_fit_any_number_of_patients() -> None:
    assert count_of(response(events=None, n=None, population_n=12, value="0")) is None
    assert count_of(response(events=None, n=12, value="0")) == (0, 12)


@given(st.integers(1, 150), st.data(), st.integers(0, 2))
def test_a_count_that_is_worked_out_prints_as_the_percentage(
    n: int, data: st.DataObject, places: int
) -> None:
    events = data.draw(st.integers(0, n))
    printed = round(Decimal(100 * events) / n, places)
    found = count_of(response(events=None, n=n, value=printed))
    if found is not None:
        assert abs(Decimal(100 * found[0]) / n - printed) <= Decimal("0.5")


# --- Whether to pool at all -----------------------------------------------------------------------


def test_treatments_of_one_class_are_pooled_and_named() -> None:
    other = response(9, 30, regimen="Apatinib", agents=frozenset({"apatinib"}))
    [group] = synthesise([response(), other]).groups
    assert group.pooled is not None
    assert group.treatments == ("Apatinib", "Regorafenib")
    assert any("The treatments differ" in caution for caution in group.cautions)


def test_treatments_without_a_class_in_common_need_a_reader_who_asks() -> None:
    other = response(
        9,
        30,
        regimen="Nivolumab",
        agents=frozenset({"nivolumab"}),
        classes=frozenset({"immune/anti-pd-1"}),
    )
    [group] = synthesise([response(), other]).groups
    assert group.pooled is None
    assert "no therapy class in common" in group.refusal
    [group] = synthesise([response(), other], is_narrowed=True).groups
    assert group.pooled is not None


def test_two_studies_that_contradict_each_other_have_no_average() -> None:
    [group] = synthesise([response(16, 37), response(5, 42)]).groups
    assert group.pooled is None
    assert "an average would describe neither" in group.refusal
    [group] = synthesise([response(16, 37), response(5, 42), response(10, 40)]).groups
    assert group.pooled is not None


def test_other_diseases_have_no_average_even_where_a_reader_asks() -> None:
    numbers = [response(scope="OTHER"), response(6, 30, scope="OTHER")]
    [group] = synthesise(numbers, is_narrowed=True).groups
    assert group.pooled is None
    assert "many diseases" in group.refusal


def test_one_alone_is_said_to_be_alone() -> None:
    found = synthesise([response()])
    assert found.groups == ()
    assert "One study alone" in found.alone[0].refusal


def test_what_cannot_be_pooled_says_so_and_does_not_fail() -> None:
    [group] = synthesise([median(), median(9, 3, 6)]).groups
    assert group.pooled is None
    assert "outside its interval" in group.refusal
    [none] = synthesise([response(0, 20), response(0, 30)]).groups
    assert "Every study has no event" in none.refusal


scopes = st.sampled_from(
    ["OSTEOSARCOMA_ONLY", "OSTEOSARCOMA_STRATUM", "MIXED_SARCOMA", "OTHER", ""]
)
anything = st.builds(
    response,
    events=st.integers(0, 20),
    n=st.integers(20, 40),
    scope=scopes,
    endpoint=st.sampled_from(["ORR", "DCR", "OTHER"]),
    role=st.sampled_from(list(Role)),
    given=st.sampled_from(list(Given)),
    trial=st.none() | st.integers(1, 3),
    model_system=st.sampled_from(["PATIENT", "MOUSE"]),
    is_disputed=st.booleans(),
    is_exact=st.booleans(),
    level=st.sampled_from("ABCE"),
)


@given(st.lists(anything, max_size=10), st.booleans(), st.randoms())
def test_every_number_is_told_once_and_groups_are_pure(
    numbers: list[Number], is_narrowed: bool, chance: Any
) -> None:
    found = synthesise(numbers, is_narrowed=is_narrowed)
    groups = (*found.groups, *found.alone)
    told = [one for group in groups for one in group.rows]
    left = [out.number for group in groups for out in group.left_out]
    left += [out.number for out in found.left_out]
    assert sorted(one.pk for one in told + left) == sorted(one.pk for one in numbers)
    for group in groups:
        assert len({(one.endpoint, one.role, one.given) for one in group.rows}) == 1
        assert len({one.scope == "MIXED_SARCOMA" for one in group.rows}) == 1
        assert all(one.model_system == "PATIENT" for one in group.rows)
        assert all(one.is_exact and one.level in "AB" for one in group.rows)
        assert not (group.pooled and group.alike.disease == "OTHER")
        assert bool(group.pooled) != bool(group.refusal)
    shuffled = list(numbers)
    chance.shuffle(shuffled)
    again = synthesise(shuffled, is_narrowed=is_narrowed)
    assert [one.pk for group in again.groups for one in group.rows] == [
        one.pk for group in found.groups for one in group.rows
    ]
