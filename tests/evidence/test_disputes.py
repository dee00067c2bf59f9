"""What was said about a number follows it into the next version, if it still says the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from evidence import services
from evidence.models import (
    Benchmark,
    Discrepancy,
    DiscrepancySide,
    EvidenceVersion,
    Measurement,
)
from evidence.services.checking import stale_benchmarks
from evidence.services.judgements import assess_bias
from osteodb.core.errors import InvalidInput
from osteodb.core.models import AuditEvent
from tests.evidence.stating import LATER, NOW, Desk, median, ratio, share

pytestmark = pytest.mark.django_db


def dispute(desk: Desk, number: Any, **given: Any) -> Discrepancy:
    """A person calls a number doubtful."""
    is_measurement = isinstance(number, Measurement)
    side = services.Side(
        says="What it says.",
        source=desk.paper,
        version=number.version,
        measurement=number if is_measurement else None,
        comparison=None if is_measurement else number,
        is_disputed=True,
        **given,
    )
    return services.open_discrepancy(
        kind="REVIEW_PAPER", title="Doubtful", sides=[side], by=desk.bob, now=NOW
    )


def only(version: EvidenceVersion) -> Measurement:
    return version.measurements.get()


def test_a_disputed_number_stays_disputed_when_its_statement_gets_a_new_version(
    desk: Desk,
) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    second = desk.publish(
        desk.draft(share(note="A remark."), statement="Said in other words."), first.item
    )
    side = row.sides.get()
    assert (side.measurement, side.version) == (only(second), second)
    assert not Measurement.objects.plottable().filter(version=second).exists()


def test_the_move_of_a_side_is_in_its_history(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    second = desk.publish(desk.draft(share()), first.item)
    events = row.sides.get().events.order_by("pgh_id")  # type: ignore[attr-defined]
    assert [one.measurement_id for one in events] == [only(first).pk, only(second).pk]


def test_a_number_that_was_changed_leaves_the_dispute_with_the_earlier_wording(
    desk: Desk,
) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    second = desk.publish(desk.draft(share("31")), first.item)
    assert row.sides.get().measurement == only(first)
    assert Measurement.objects.plottable().filter(version=second).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "DCR"},
        {"estimator": "POOLED"},
        {"state": "NOT_REPORTED", "value": None, "value_raw": ""},
    ],
)
def test_whatever_makes_it_another_figure_leaves_the_dispute_behind(
    desk: Desk, change: dict[str, Any]
) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    desk.publish(desk.draft(replace(share(), **change)), first.item)
    assert row.sides.get().measurement == only(first)


@pytest.mark.parametrize(
    "added",
    [
        {"events": 13, "n": 43},
        {"ci_low": Decimal("17.2"), "ci_high": Decimal("40.1"), "ci_raw": "17.2-40.1"},
    ],
)
def test_a_doubted_figure_stays_doubted_though_more_is_said_around_it(
    desk: Desk, added: dict[str, Any]
) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    second = desk.publish(desk.draft(replace(share(), **added)), first.item)
    assert row.sides.get().measurement == only(second)
    assert not Measurement.objects.plottable().filter(version=second).exists()


def test_a_figure_that_comes_back_is_disputed_again(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    desk.publish(desk.draft(share("31")), first.item)
    third = desk.publish(desk.draft(share()), first.item)
    assert row.sides.get().measurement == only(third)


def test_a_dispute_outlives_a_retraction_of_the_version_it_stood_on(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    services.retract(version=first, by=desk.bob, now=NOW, reason="Withdrawn for a while.")
    second = desk.publish(desk.draft(share()), first.item)
    assert row.sides.get().measurement == only(second)


def test_a_number_under_another_key_is_found_by_what_it_says(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    second = desk.publish(desk.draft(share(key="response")), first.item)
    assert row.sides.get().measurement == only(second)


def test_a_number_whose_key_went_to_another_number_stays_disputed(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    key = only(first).key
    second = desk.publish(desk.draft(share("31", key=key), share(key="moved")), first.item)
    moved = second.measurements.get(key="moved")
    assert row.sides.get().measurement == moved
    plotted = Measurement.objects.plottable().filter(version=second)
    assert plotted.get() == second.measurements.get(key=key)


def test_a_number_that_said_the_same_beside_it_is_not_taken_for_it(desk: Desk) -> None:
    first = desk.publish(desk.draft(share(key="one"), share(key="two")))
    one = first.measurements.get(key="one")
    row = dispute(desk, one)
    desk.publish(desk.draft(share("31", key="one"), share(key="two")), first.item)
    assert row.sides.get().measurement == one


def test_saving_a_draft_keeps_what_is_said_about_its_numbers(desk: Desk) -> None:
    draft = desk.draft(median("3.6"), comparisons=(ratio(),))
    version = desk.save(draft)
    rows = [dispute(desk, only(version)), dispute(desk, version.comparisons.get())]
    stood = only(version).pk, version.comparisons.get().pk
    changed = replace(draft.measurements[0], value=Decimal("3.7"), value_raw="3.7")
    desk.save(replace(draft, measurements=(changed,)), version.item)
    sides = [row.sides.get() for row in rows]
    assert (sides[0].measurement_id, sides[1].comparison_id) == stood
    assert only(version).value == Decimal("3.7")
    assert services.draft_of(version).measurements[0].value_raw == "3.7"


def test_a_number_that_a_disagreement_is_about_cannot_be_left_out(desk: Desk) -> None:
    version = desk.save(desk.draft(share()))
    dispute(desk, only(version))
    with pytest.raises(InvalidInput, match="“Doubtful” is about"):
        desk.save(desk.draft(share(key="other")), version.item)
    assert only(version).key != "other"


def test_of_two_numbers_that_say_the_same_none_is_taken_for_the_other(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    again = (share(key="orr-1"), share(key="orr-2"))
    desk.publish(desk.draft(*again), first.item)
    assert row.sides.get().measurement == only(first)
    first_again = desk.publish(
        desk.draft(share(key="orr-1"), share(key="orr-2", arm_label="placebo")), first.item
    )
    assert row.sides.get().measurement == first_again.measurements.get(key="orr-1")


def test_a_disputed_comparison_and_a_disputed_sentence_follow_too(desk: Desk) -> None:
    draft = desk.draft(median("3.6"), comparisons=(ratio(),))
    first = desk.publish(draft)
    compared = dispute(desk, first.comparisons.get())
    said = services.open_discrepancy(
        kind="REVIEW_PAPER",
        title="A sentence",
        sides=[services.Side(says="It.", source=desk.paper, version=first)],
        by=desk.bob,
        now=NOW,
    )
    second = desk.publish(replace(draft, note="A remark."), first.item)
    assert compared.sides.get().comparison == second.comparisons.get()
    assert said.sides.get().version == second
    desk.publish(replace(draft, statement="Another sentence."), first.item)
    assert said.sides.get().version == second


def test_a_draft_takes_no_dispute_with_it_before_it_is_published(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = dispute(desk, only(first))
    desk.save(desk.draft(share()), first.item)
    assert row.sides.get().measurement == only(first)


def test_disputes_about_other_statements_stay_where_they_are(desk: Desk) -> None:
    first, other = desk.publish(desk.draft(share())), desk.publish(desk.draft(share()))
    row = dispute(desk, only(other))
    desk.publish(desk.draft(share()), first.item)
    assert row.sides.get().measurement == only(other)
    assert DiscrepancySide.objects.filter(measurement=only(other)).count() == 1


def benchmark(desk: Desk, number: Measurement) -> Benchmark:
    return services.set_benchmark(
        slug="control", name="Control", measurement=number, by=desk.bob, now=NOW
    )


def test_a_benchmark_follows_the_number_that_says_the_same(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = benchmark(desk, only(first))
    second = desk.publish(desk.draft(share()), first.item)
    row.refresh_from_db()
    assert row.measurement == only(second)
    event = AuditEvent.objects.get(action="benchmark_follows")
    assert event.new == {"measurement": only(second).pk}
    assert not stale_benchmarks().exists()


def test_a_benchmark_whose_number_was_changed_is_called_stale(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = benchmark(desk, only(first))
    desk.publish(desk.draft(share("31")), first.item)
    row.refresh_from_db()
    assert row.measurement == only(first)
    assert list(stale_benchmarks()) == [row]


def test_a_judgement_of_bias_follows_the_number_that_says_the_same(desk: Desk) -> None:
    first = desk.publish(desk.draft(share()))
    row = assess_bias(
        measurement=only(first), domain="selection", judgement="HIGH", reason="One centre.",
        by=desk.bob, now=NOW,
    )  # fmt: skip
    second = desk.publish(desk.draft(share()), first.item)
    row.refresh_from_db()
    assert row.measurement == only(second)
    desk.publish(desk.draft(share("31")), first.item)
    row.refresh_from_db()
    assert row.measurement == only(second)


# --- Retracted sources ----------------------------------------------------------------------------


def retracted(desk: Desk) -> None:
    services.mark_retraction(
        source=desk.paper, state="RETRACTED", note="Notice on the journal's page, 2026-11-20.",
        by=desk.bob, now=NOW,
    )  # fmt: skip


def test_nothing_is_published_from_a_retracted_source_alone(desk: Desk) -> None:
    version = desk.save(desk.draft(share()))
    services.submit(version=version, by=desk.alice, now=NOW)
    retracted(desk)
    with pytest.raises(InvalidInput, match="nothing but a retracted source: Able A 2020"):
        services.publish(version=version, by=desk.bob, now=NOW)
    version.refresh_from_db()
    assert version.state == "IN_REVIEW"


def test_beside_a_source_that_stands_a_retracted_one_may_be_cited(desk: Desk) -> None:
    other = desk.source("another")
    retracted(desk)
    draft = desk.draft(share())
    [place] = draft.locators
    second = replace(place, key="other", source=other.pk)
    assert desk.publish(replace(draft, locators=(place, second))).state == "PUBLISHED"


def test_a_number_of_a_retracted_source_is_shown_and_not_plotted(desk: Desk) -> None:
    version = desk.publish(desk.draft(share()))
    assert Measurement.objects.plottable().filter(version=version).exists()
    retracted(desk)
    assert not Measurement.objects.plottable().filter(version=version).exists()
    assert Measurement.objects.visible().filter(version=version).exists()


def test_a_word_against_a_source_says_where_it_was_seen(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="where the notice was looked for"):
        services.mark_retraction(source=desk.paper, state="CONCERN", note=" ", by=desk.bob, now=NOW)
    retracted(desk)
    desk.paper.refresh_from_db()
    assert desk.paper.retraction_note == "Notice on the journal's page, 2026-11-20."
    services.mark_retraction(source=desk.paper, state="UNCHECKED", note="", by=desk.bob, now=LATER)
    assert desk.paper.retraction == "UNCHECKED"
