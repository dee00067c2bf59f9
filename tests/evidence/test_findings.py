"""What the arithmetic says about a number is written with it, and follows it when it changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services
from evidence.models import Comparison, EvidenceVersion, Finding, Measurement
from evidence.services.findings import effect_of, figure_of, medians_of, recompute_findings
from tests.evidence.stating import LATER, NOW, Desk, median, people, ratio, share
from trials.models import Trial

pytestmark = pytest.mark.django_db
APFAO: dict[str, Any] = {
    "events": 13, "n": 43, "ci_raw": "17.2-40.1", "ci_level": Decimal(95),
    "ci_low": Decimal("17.2"), "ci_high": Decimal("40.1"),
}  # fmt: skip


def found(version: EvidenceVersion) -> set[tuple[str, str, str]]:
    """Key of the number, check and weight of each finding of a version."""
    rows = Finding.objects.filter(measurement__version=version)
    told = rows.values_list("measurement__key", "check_name", "weight")
    compared = Finding.objects.filter(comparison__version=version)
    return {*told, *compared.values_list("comparison__key", "check_name", "weight")}


def test_a_draft_is_told_at_once_that_its_interval_is_not_the_exact_one(desk: Desk) -> None:
    version = desk.save(desk.draft(share(**APFAO)))
    assert found(version) == {("orr", "INTERVAL", "DIFFERENCE")}
    finding = Finding.objects.get(measurement__version=version)
    assert "17.2–46.1" in finding.says
    assert "17.2–40.1" in finding.says
    assert finding.innocent
    assert finding.found_at == NOW


def test_a_finding_stops_no_draft_and_no_publication(desk: Desk) -> None:
    version = desk.publish(desk.draft(share("50", events=13, n=43)))
    assert version.state == "PUBLISHED"
    assert ("orr", "PERCENT", "DIFFERENCE") in found(version)


def test_a_corrected_draft_has_no_finding_any_more(desk: Desk) -> None:
    version = desk.save(desk.draft(share("50", events=13, n=43)))
    assert found(version)
    again = desk.save(desk.draft(share(events=13, n=43)), version.item)
    assert again.pk == version.pk
    assert not found(again)


def test_numbers_of_patients_come_from_the_population_the_whole_and_the_trial(desk: Desk) -> None:
    desk.trial.enrolment_count, desk.trial.enrolment_type = 40, "ACTUAL"
    desk.trial.save()
    whole = people(key="whole", label="Everybody", n=42)
    version = desk.save(
        desk.draft(share(events=13, n=43), populations=(whole, people(parent="whole")))
    )
    assert {check for _key, check, _weight in found(version)} == {"N_IN_ENROLMENT", "N_IN_WHOLE"}


def test_an_enrolment_that_was_only_planned_limits_nothing(desk: Desk) -> None:
    desk.trial.enrolment_count, desk.trial.enrolment_type = 40, "ESTIMATED"
    desk.trial.save()
    assert not found(desk.save(desk.draft(share(events=13, n=43))))


def test_a_merged_trial_enrolled_what_its_head_did(desk: Desk) -> None:
    head = Trial.objects.create(
        enrolment_count=40,
        enrolment_type="ACTUAL",
        inclusion="INCLUDED",
        inclusion_reason="x",
        created_at=NOW,
        updated_at=NOW,
    )
    Trial.objects.filter(pk=desk.trial.pk).update(merged_into=head, enrolment_count=500)
    version = desk.save(desk.draft(share(events=13, n=43)))
    assert {check for _key, check, _weight in found(version)} == {"N_IN_ENROLMENT"}


def test_a_rate_is_held_against_the_median_of_the_same_people_only(desk: Desk) -> None:
    men = people(key="men", label="Men", n=20, parent="all")
    rate = share(key="pfs6", endpoint="PFS", estimator="KAPLAN_MEIER_RATE",
                 time_point=Decimal(6), time_point_unit="MONTHS")  # fmt: skip
    version = desk.save(
        desk.draft(
            median("24", "WEEKS"), rate, replace(rate, key="pfs6-men", population="men"),
            populations=(people(), men),
        )
    )  # fmt: skip
    rows = {one.key: one for one in version.measurements.select_related("population__parent")}
    medians = medians_of(rows.values())
    assert list(medians.values()) == [rows["mpfs"].value_months]
    figure = figure_of(rows["pfs6"], median_months=rows["mpfs"].value_months)
    assert figure.median_months == Decimal("5.519507")
    assert figure_of(rows["mpfs"], median_months=Decimal(1)).median_months is None


def test_two_medians_in_one_place_are_no_median_to_hold_a_rate_against(desk: Desk) -> None:
    version = desk.save(desk.draft(median("5"), median("7", key="mpfs-central")))
    assert list(medians_of(version.measurements.all()).values()) == [None]


def test_a_bound_or_a_range_is_no_figure_to_check(desk: Desk) -> None:
    bound = share("50", events=13, n=43, value_modifier="<", value_raw="<50")
    version = desk.save(desk.draft(bound))
    assert not found(version)
    [row] = version.measurements.all()
    assert figure_of(row).value is None


def test_a_ratio_that_lies_outside_its_interval_contradicts_itself(desk: Desk) -> None:
    outside = ratio("0.95", ci_raw="0.21-0.85", ci_level=Decimal(95), ci_low=Decimal("0.21"),
                    ci_high=Decimal("0.85"))  # fmt: skip
    version = desk.save(desk.draft(median("3.6"), comparisons=(outside,)))
    assert ("hr", "VALUE_IN_INTERVAL", "CONTRADICTION") in found(version)


def test_a_comparison_knows_the_medians_of_its_two_sides(desk: Desk) -> None:
    placebo = median("4.1", "WEEKS", key="mpfs-placebo", arm_label="placebo")
    version = desk.save(
        desk.draft(
            median("3.6"), placebo,
            comparisons=(ratio("2.5", experimental="mpfs", control="mpfs-placebo"),),
        )
    )  # fmt: skip
    [row] = version.comparisons.all()
    effect = effect_of(row, Decimal("3.6"), Decimal("0.94"))
    assert (effect.experimental_median_months, effect.measure) == (Decimal("3.6"), "HR")
    assert ("hr", "RATIO_AND_MEDIANS") in {one[:2] for one in found(version)}


def test_worked_out_again_a_finding_keeps_the_time_it_was_made(desk: Desk) -> None:
    version = desk.save(desk.draft(share(**APFAO)))
    versions = EvidenceVersion.objects.filter(pk=version.pk)
    assert recompute_findings(versions=versions, now=LATER) == (1, 0)
    assert Finding.objects.get(measurement__version=version).found_at == NOW


def test_what_follows_from_a_trial_that_changed_is_found_by_the_next_run(desk: Desk) -> None:
    version = desk.publish(desk.draft(share(events=13, n=43)))
    assert not found(version)
    Trial.objects.filter(pk=desk.trial.pk).update(enrolment_count=40, enrolment_type="ACTUAL")
    assert services.check_evidence(now=LATER).changed == 1
    assert {one[1] for one in found(version)} == {"N_IN_ENROLMENT"}
    Trial.objects.filter(pk=desk.trial.pk).update(enrolment_count=60)
    assert services.check_evidence(now=LATER).changed == 1
    assert not found(version)


def test_a_version_of_many_numbers_costs_as_many_queries_as_one_of_few(desk: Desk) -> None:
    def queries(count: int) -> int:
        numbers = [share("50", key=f"orr-{at}", events=13, n=43) for at in range(count)]
        version = desk.save(desk.draft(*numbers))
        Finding.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            services.findings.write_findings(versions=[version.pk], now=NOW)
        assert Finding.objects.count() == count
        return len(captured)

    assert queries(1) == queries(25) == 4


def test_numbers_that_a_source_prints_at_great_length_are_cut_not_refused(desk: Desk) -> None:
    long = share("50", events=13, n=43, value_raw="50" + " of those who were seen" * 5)
    version = desk.save(desk.draft(long))
    assert found(version)
    assert Measurement.objects.filter(version=version).exists()
    assert not Comparison.objects.filter(version=version).exists()
