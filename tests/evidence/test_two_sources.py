"""One measurement that two sources print differently is put on record; nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from evidence import services
from evidence.drafts import MeasurementDraft
from evidence.models import Discrepancy, EvidenceVersion, Measurement
from osteodb.core.models import User
from osteodb.core.roles import roles_of
from tests.evidence.stating import LATER, NOW, Desk, median, people, ratio, share
from therapies import services as therapy_services

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(desk: Desk) -> Callable[..., list[Discrepancy]]:
    """Publish a number from each of two papers and see what the machine puts on record."""

    def publish(one: MeasurementDraft, other: MeasurementDraft, **given: Any) -> list[Discrepancy]:
        desk.publish(desk.draft(one, **given))
        desk.publish(desk.draft(other, source=desk.source("other"), **given))
        return opened()

    return publish


def opened() -> list[Discrepancy]:
    return services.check_evidence(now=NOW, open_discrepancies=True).opened


def test_two_values_of_one_measurement_are_put_on_record_with_both_sides(
    desk: Desk, pair: Callable[..., list[Discrepancy]]
) -> None:
    [row] = pair(median("16.4", "WEEKS"), median("3.6"))
    assert (row.kind, row.state) == ("PAPER_PAPER", "OPEN")
    assert "16.4 weeks and 3.6 months" in row.title
    assert "Able A 2020 and other" in row.title
    one, other = row.sides.all()
    assert [str(side.source) for side in (one, other)] == ["Able A 2020", "other"]
    assert "16.4 weeks (3.8 months)" in one.says
    assert (one.place, other.place) == ("abstract", "abstract")
    assert one.measurement == Measurement.objects.get(value=Decimal("16.4"))
    assert [side.is_disputed for side in row.sides.all()] == [False, False]
    assert list(row.trials.all()) == [desk.trial]


def test_it_is_opened_once_and_by_an_account_that_may_do_nothing_else(
    pair: Callable[..., list[Discrepancy]],
) -> None:
    [row] = pair(median("5"), median("7"))
    assert row.opened_by is not None
    assert roles_of(row.opened_by) == {"finder"}
    with pytest.raises(Exception, match="Only a curator"):
        services.save_draft(
            draft=services.draft_of(EvidenceVersion.objects.all()[0]), by=row.opened_by, now=NOW
        )
    assert opened() == []
    assert row.slug.startswith("sources-ost-e")


@pytest.mark.parametrize("state", ["EXPLAINED", "RESOLVED"])
def test_what_a_person_has_settled_is_not_opened_again(
    desk: Desk, pair: Callable[..., list[Discrepancy]], state: str
) -> None:
    [row] = pair(median("5"), median("7"))
    services.decide_discrepancy(
        discrepancy=row, state=state, explanation="Two data cut-offs.", by=desk.bob, now=LATER
    )
    assert opened() == []
    row.refresh_from_db()
    assert (row.state, row.explanation) == (state, "Two data cut-offs.")


def test_what_a_person_has_put_on_record_is_not_opened_again(desk: Desk) -> None:
    first = desk.publish(desk.draft(median("5")))
    second = desk.publish(desk.draft(median("7"), source=desk.source("other")))
    sides = [
        services.Side(says="So.", source=desk.paper, measurement=version.measurements.get())
        for version in (first, second)
    ]
    services.open_discrepancy(kind="NOMENCLATURE", title="x", sides=sides, by=desk.bob, now=NOW)
    assert opened() == []


@pytest.mark.parametrize(
    ("kind", "expected"), [("REVIEW", "REVIEW_PAPER"), ("REGISTRY", "PAPER_REGISTRY")]
)
def test_who_disagrees_with_whom_is_told_by_what_the_sources_are(
    desk: Desk, kind: str, expected: str
) -> None:
    desk.publish(desk.draft(share("49")))
    desk.publish(desk.draft(share("54"), source=desk.source("other", kind)))
    [row] = opened()
    assert row.kind == expected


def test_a_review_against_a_registry_is_called_so(desk: Desk) -> None:
    desk.publish(desk.draft(share("49"), source=desk.review))
    desk.publish(desk.draft(share("54"), source=desk.source("registry", "REGISTRY")))
    [row] = opened()
    assert row.kind == "REVIEW_REGISTRY"


def test_the_same_value_with_other_counts_or_another_interval_is_said_so(
    pair: Callable[..., list[Discrepancy]],
) -> None:
    [row] = pair(share("30", events=13, n=43), share("30", events=12, n=40))
    assert row.title.startswith("Two sources print the same value with other numbers of patients")


def test_two_comparisons_that_differ_are_put_on_record(desk: Desk) -> None:
    draft = desk.draft(median("5"), comparisons=(replace(ratio(), trial=desk.trial.pk),))
    desk.publish(draft)
    other = (replace(ratio("0.61"), trial=desk.trial.pk),)
    desk.publish(desk.draft(median("5"), source=desk.source("other"), comparisons=other))
    [row] = opened()
    assert "HR 0.42 and HR 0.61" in row.title
    assert all(side.comparison for side in row.sides.all())


# --- What is no disagreement ----------------------------------------------------------------------

RATE = {"endpoint": "PFS", "estimator": "KAPLAN_MEIER_RATE", "key": "rate"}
AT = {"time_point": Decimal(6), "time_point_unit": "MONTHS"}
APART = {
    "roundings of one number": (share("30.23"), share("30.2")),
    "weeks and months of one time": (median("16.4", "WEEKS"), median("3.8")),
    "two estimators": (share("50.9", **RATE, **AT), share("30.2", endpoint="PFS", **AT)),
    "two endpoints": (share("43"), share("60", endpoint="DCR")),
    "two times": (
        share("50.9", **RATE, **AT),
        share("70", **RATE, time_point=Decimal(24), time_point_unit="WEEKS"),
    ),
    "two arms": (median("5"), median("7", arm_label="placebo")),
    "one of no named arm": (median("5"), median("7", arm_label="")),
    "two dates of data cut-off": (
        median("5", data_cutoff_date="2019-01"), median("7", data_cutoff_date="2021-01"),
    ),
    "two assessors": (
        median("5", endpoint_name="PFS by central review"),
        median("7", endpoint_name="PFS, investigator-assessed"),
    ),
    "a bound": (median("5"), median("7", value_raw=">7", value_modifier=">")),
    "no number": (median("5"), replace(median("7"), state="NOT_REACHED", value=None, value_raw="")),
    "no known method": (share("5", estimator="OTHER"), share("7", estimator="OTHER")),
    "two adverse events": (
        share("5", endpoint="ADVERSE_EVENT", endpoint_name="anaemia"),
        share("7", endpoint="ADVERSE_EVENT", endpoint_name="neutropenia"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_what_is_not_one_measurement_is_left_alone(
    pair: Callable[..., list[Discrepancy]], name: str
) -> None:
    assert pair(*APART[name]) == []


def in_populations(desk: Desk, one: Any, other: Any) -> list[Discrepancy]:
    desk.publish(desk.draft(median("5"), populations=(one,)))
    desk.publish(desk.draft(median("7"), source=desk.source("other"), populations=(other,)))
    return opened()


@pytest.mark.parametrize(
    "other",
    [
        people(scope="MIXED_SARCOMA"),
        people(biomarker="PD-L1 of 5 % or more"),
        people(setting="ADJUVANT"),
        people(maximum_age_years=Decimal(18)),
        people(analysis_set="per protocol"),
    ],
)
def test_other_people_are_not_compared(desk: Desk, other: Any) -> None:
    assert in_populations(desk, people(analysis_set="intention to treat"), other) == []


def test_people_of_whom_less_is_said_are_compared(desk: Desk) -> None:
    [_row] = in_populations(desk, people(analysis_set="intention to treat"), people(setting="ANY"))


def test_a_subgroup_is_not_held_against_the_whole(desk: Desk) -> None:
    men = people(key="men", label="Men", parent="all", n=20)
    desk.publish(desk.draft(median("5", population="men"), populations=(people(), men)))
    desk.publish(desk.draft(median("7"), source=desk.source("other")))
    assert opened() == []
    also = desk.draft(
        median("7", population="men"), source=desk.source("third"), populations=(people(), men)
    )
    desk.publish(also)
    assert len(opened()) == 1


def test_an_arm_that_is_part_of_the_whole_is_no_subgroup(desk: Desk) -> None:
    arms = [people(key=key, label=key, parent="all") for key in ("alphanib", "placebo")]
    numbers = [median("5", population="alphanib"),
               median("2", key="p", population="placebo", arm_label="placebo")]  # fmt: skip
    desk.publish(desk.draft(*numbers, populations=(people(), *arms)))
    desk.publish(desk.draft(median("7"), source=desk.source("other")))
    assert len(opened()) == 1


def test_a_regimen_names_the_arm_however_it_is_called(desk: Desk) -> None:
    given: dict[str, Any] = {"regimen": desk.regimen.pk}
    desk.publish(desk.draft(median("5", arm_label="alphanib 600 mg", **given)))
    desk.publish(
        desk.draft(median("7", arm_label="treatment", **given), source=desk.source("other"))
    )
    assert len(opened()) == 1


def test_a_regimen_of_two_arms_names_none_of_them(desk: Desk) -> None:
    given: dict[str, Any] = {"regimen": desk.regimen.pk}
    doses = [median(value, key=dose, arm_label=dose, **given)
             for value, dose in (("5", "250 mg"), ("7", "300 mg"))]  # fmt: skip
    desk.publish(desk.draft(*doses))
    desk.publish(
        desk.draft(median("9", arm_label="treatment", **given), source=desk.source("other"))
    )
    assert opened() == []


def test_two_regimens_are_two_arms(desk: Desk) -> None:
    other = therapy_services.create_regimen(name="Another", kind="SINGLE", by=desk.alice, now=NOW)
    desk.publish(desk.draft(median("5", regimen=desk.regimen.pk)))
    desk.publish(desk.draft(median("7", regimen=other.pk), source=desk.source("other")))
    assert opened() == []


def test_where_a_source_prints_two_numbers_one_that_agrees_is_enough(desk: Desk) -> None:
    desk.publish(desk.draft(median("5"), median("7", key="central")))
    desk.publish(desk.draft(median("7"), source=desk.source("other")))
    assert opened() == []


def test_where_a_source_prints_two_numbers_it_cannot_be_told_which_is_meant(desk: Desk) -> None:
    desk.publish(desk.draft(median("5"), median("7", key="central")))
    desk.publish(desk.draft(median("9"), source=desk.source("other")))
    assert opened() == []


def test_a_number_that_a_source_prints_twice_is_put_on_record_once(desk: Desk) -> None:
    desk.publish(desk.draft(median("5"), median("5", key="again")))
    desk.publish(desk.draft(median("9"), source=desk.source("other")))
    assert len(opened()) == 1


def test_mice_drafts_and_retracted_sources_disagree_with_nobody(desk: Desk) -> None:
    desk.publish(desk.draft(median("5")))
    desk.save(desk.draft(median("7"), source=desk.source("draft")))
    gone = desk.source("gone")
    desk.publish(desk.draft(median("9"), source=gone))
    services.mark_retraction(source=gone, state="RETRACTED", note="Seen.", by=desk.bob, now=NOW)
    assert opened() == []
    assert not User.objects.filter(username="evidence-checks").exists()
