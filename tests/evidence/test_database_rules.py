"""What the database itself refuses of evidence, whatever door a write comes through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from evidence.models import (
    Comparison,
    EvidenceItem,
    EvidenceVersion,
    Locator,
    Measurement,
    Population,
    Source,
)
from osteodb.core.models import User

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


@dataclass
class Desk:
    """One draft with a population and a locator, and the two people around it."""

    author: User
    reviewer: User
    version: EvidenceVersion
    population: Population
    locator: Locator


def draft(author: User, item: EvidenceItem | None = None, **fields: Any) -> EvidenceVersion:
    given: dict[str, Any] = {
        "item": item or EvidenceItem.objects.create(created_at=NOW),
        "number": 1,
        "kind": "EFFICACY",
        "statement": "A statement in our own words.",
        "level": "B",
        "direction": "SUPPORTS",
        "model_system": "PATIENT",
        "author": author,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return EvidenceVersion.objects.create(**given | fields)


def make_desk(name: str = "ada") -> Desk:
    author = get_user_model().objects.create_user(name)
    version = draft(author)
    source, _ = Source.objects.get_or_create(slug="a-paper", kind="ARTICLE", title="A paper")
    return Desk(
        author,
        get_user_model().objects.create_user(f"{name}-reviewer"),
        version,
        Population.objects.create(
            version=version, label="all", scope="OSTEOSARCOMA_ONLY", setting="RELAPSE"
        ),
        Locator.objects.create(version=version, source=source, section="Abstract"),
    )


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def measure(desk: Desk, **fields: Any) -> Measurement:
    given: dict[str, Any] = {
        "version": desk.version,
        "population": desk.population,
        "locator": desk.locator,
        "endpoint": "PFS",
        "estimator": "CRUDE_PROPORTION",
        "state": "REPORTED",
        "value_raw": "30.2",
        "value": Decimal("30.2"),
        "unit": "PERCENT",
    }
    with transaction.atomic():
        row = Measurement.objects.create(**given | fields)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return row


def test_a_number_that_obeys_every_rule_is_kept_exactly(desk: Desk) -> None:
    row = measure(desk, events=13, n=43, ci_low=Decimal("17.2"), ci_high=Decimal("40.1"))
    row.refresh_from_db()
    assert (row.value, row.ci_low, row.ci_high) == (
        Decimal("30.2"),
        Decimal("17.2"),
        Decimal("40.1"),
    )


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("measurement_ci_in_order", {"ci_low": 41, "ci_high": 40}),
        ("measurement_ci_level_is_percent", {"ci_level": 100}),
        ("measurement_events_within_n", {"events": 44, "n": 43}),
        ("measurement_events_within_n", {"events": 4, "n": None}),
        ("measurement_number_only_where_reported", {"state": "NOT_REACHED"}),
        ("measurement_number_only_where_reported", {"value": None}),
        ("measurement_number_only_where_reported", {"value_raw": ""}),
        ("measurement_percent_0_to_100", {"value": Decimal("100.1")}),
        ("measurement_percent_0_to_100", {"value": -1}),
        ("measurement_percent_0_to_100", {"ci_high": 101}),
        ("measurement_other_endpoint_has_name", {"endpoint": "OTHER"}),
        ("measurement_time_point_has_unit", {"time_point": 6}),
        ("measurement_data_cutoff_date_is_partial_date", {"data_cutoff_date": "last May"}),
    ],
)
def test_a_number_that_breaks_a_rule_is_refused(
    desk: Desk, rule: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        measure(desk, **fields)
    assert not Measurement.objects.exists()


def test_an_interval_whose_bound_is_zero_is_a_bound(desk: Desk) -> None:
    with pytest.raises(IntegrityError, match="measurement_ci_in_order"):
        measure(desk, ci_low=1, ci_high=0)


@pytest.mark.parametrize("part", ["population", "locator"])
def test_a_number_cannot_borrow_another_versions_population_or_locator(
    desk: Desk, part: str
) -> None:
    other = make_desk("bob")
    with pytest.raises(IntegrityError, match=f"measurement_{part}_of_same_version"):
        measure(desk, **{part: getattr(other, part)})


@pytest.mark.parametrize("part", ["population", "locator"])
def test_no_number_without_a_population_and_a_locator(desk: Desk, part: str) -> None:
    with pytest.raises(IntegrityError, match="null value"):
        measure(desk, **{part: None})


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("locator_names_a_place", {}),
        ("locator_sentence_needs_section", {"sentence": 6, "page": "3"}),
    ],
)
def test_a_source_without_a_place_in_it_is_not_enough(
    desk: Desk, rule: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Locator.objects.create(version=desk.version, source=desk.locator.source, **fields)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("comparison_ci_in_order", {"ci_low": 1, "ci_high": Decimal("0.5")}),
        (
            "comparison_p_is_probability",
            {"p_raw": "1.2", "p_value": Decimal("1.2"), "p_modifier": "="},
        ),
        ("comparison_p_pair", {"p_value": Decimal("0.017")}),
        ("comparison_ratio_is_positive", {"value": 0}),
    ],
)
def test_a_comparison_that_breaks_a_rule_is_refused(
    desk: Desk, rule: str, fields: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "version": desk.version,
        "population": desk.population,
        "locator": desk.locator,
        "endpoint": "PFS",
        "experimental_label": "drug",
        "control_label": "placebo",
        "measure": "HR",
        "state": "REPORTED",
        "value_raw": "0.42",
        "value": Decimal("0.42"),
    }
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Comparison.objects.create(**given | fields)


def publish(desk: Desk, version: EvidenceVersion, **fields: Any) -> None:
    given = {"state": "PUBLISHED", "reviewer": desk.reviewer, "published_at": NOW}
    with transaction.atomic():
        EvidenceVersion.objects.filter(pk=version.pk).update(**given | fields)


@pytest.mark.parametrize("missing", ["reviewer", "published_at"])
def test_published_needs_a_reviewer_and_a_time(desk: Desk, missing: str) -> None:
    with pytest.raises(IntegrityError, match="version_published_has_reviewer_and_time"):
        publish(desk, desk.version, **{missing: None})


def test_the_reviewer_is_not_the_author(desk: Desk) -> None:
    with pytest.raises(IntegrityError, match="version_reviewer_is_not_author"):
        publish(desk, desk.version, reviewer=desk.author)


def test_who_submitted_a_version_is_not_its_reviewer(desk: Desk) -> None:
    submitted = {"submitted_by": desk.reviewer, "reviewer": desk.reviewer}
    with pytest.raises(IntegrityError, match="version_reviewer_did_not_submit"):
        EvidenceVersion.objects.filter(pk=desk.version.pk).update(**submitted)


def test_a_withdrawn_draft_says_when_by_whom_and_why(desk: Desk) -> None:
    rows = EvidenceVersion.objects.filter(pk=desk.version.pk)
    whole = {"withdrawn_at": NOW, "withdrawn_by": desk.author, "withdrawal_reason": "A twin."}
    for missing in whole:
        given = {name: value for name, value in whole.items() if name != missing}
        with (
            pytest.raises(IntegrityError, match="version_withdrawn_has_reason"),
            transaction.atomic(),
        ):
            rows.update(state="WITHDRAWN", **given)
    rows.update(state="WITHDRAWN", **whole)
    draft(desk.author, desk.version.item, number=2)


def test_an_item_has_one_published_version_and_one_open_draft(desk: Desk) -> None:
    with pytest.raises(IntegrityError, match="version_one_open_draft"), transaction.atomic():
        draft(desk.author, item=desk.version.item, number=2)
    publish(desk, desk.version)
    second = draft(desk.author, item=desk.version.item, number=2)
    with pytest.raises(IntegrityError, match="version_one_published"):
        publish(desk, second)


def test_a_retraction_has_a_reason_a_person_and_a_time(desk: Desk) -> None:
    publish(desk, desk.version)
    with pytest.raises(IntegrityError, match="version_retracted_has_reason"), transaction.atomic():
        EvidenceVersion.objects.filter(pk=desk.version.pk).update(
            state="RETRACTED", retracted_at=NOW, retracted_by=desk.reviewer
        )
