"""A statement from one curator's draft to the reader, and what stays of each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from evidence import services
from evidence.drafts import Draft, LocatorDraft, MeasurementDraft, PopulationDraft
from evidence.models import EvidenceVersion, Measurement, Source
from osteodb.core.errors import Conflict, InvalidInput, NotPermitted
from osteodb.core.models import AuditEvent, User
from osteodb.core.services import ensure_system_account
from therapies import services as therapy_services

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db
Person = Callable[[str, str], User]


@pytest.fixture
def person() -> Person:
    def make(name: str, role: str) -> User:
        return ensure_system_account(username=name, role=role, by=None, now=NOW)

    return make


@pytest.fixture
def alice(person: Person) -> User:
    return person("alice", "curator")


@pytest.fixture
def bob(person: Person) -> User:
    return person("bob", "reviewer")


@pytest.fixture
def source(alice: User) -> Source:
    return services.create_source(kind="ARTICLE", title="A paper", pmid="1", by=alice, now=NOW)


@pytest.fixture
def draft(source: Source, alice: User) -> Draft:
    given = therapy_services.create_therapy_class(name="Alphanibs", by=alice, now=NOW)
    return Draft(
        therapy_classes=(given.pk,),
        kind="EFFICACY",
        statement="Half of ten responded.",
        level="B",
        direction="SUPPORTS",
        model_system="PATIENT",
        locators=(
            LocatorDraft(
                key="locator-1", source=source.pk, source_kind="ARTICLE", section="abstract"
            ),
        ),
        populations=(
            PopulationDraft(
                key="population-1", label="All", n=10, scope="OSTEOSARCOMA_ONLY", setting="RELAPSE"
            ),
            PopulationDraft(
                key="population-2",
                parent="population-1",
                label="Men",
                scope="OSTEOSARCOMA_ONLY",
                setting="RELAPSE",
            ),
        ),
        measurements=(
            MeasurementDraft(
                key="measurement-1",
                population="population-1",
                locator="locator-1",
                endpoint="ORR",
                estimator="CRUDE_PROPORTION",
                unit="PERCENT",
                value_raw="50%",
                value=Decimal("50.000000"),
                events=5,
                n=10,
            ),
        ),
    )


def published(draft: Draft, author: User, reviewer: User) -> EvidenceVersion:
    version = services.save_draft(draft=draft, by=author, now=NOW)
    services.submit(version=version, by=author, now=NOW)
    return services.publish(version=version, by=reviewer, now=NOW)


def test_a_version_gives_back_the_draft_it_was_made_from(draft: Draft, alice: User) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    assert services.draft_of(version) == draft


def test_readers_see_it_only_after_a_second_person(draft: Draft, alice: User, bob: User) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    services.submit(version=version, by=alice, now=NOW)
    assert not Measurement.objects.visible().exists()
    services.publish(version=version, by=bob, now=NOW)
    assert Measurement.objects.visible().exists()
    assert (version.reviewer, version.published_at) == (bob, NOW)


def test_the_author_cannot_publish_even_with_the_role(draft: Draft, person: Person) -> None:
    chief = person("chief", "administrator")
    version = services.save_draft(draft=draft, by=chief, now=NOW)
    services.submit(version=version, by=chief, now=NOW)
    with pytest.raises(NotPermitted, match="second person"):
        services.publish(version=version, by=chief, now=NOW)


def test_a_reader_or_reviewer_writes_no_evidence(draft: Draft, bob: User, person: Person) -> None:
    for who in (bob, person("eve", "reader")):
        with pytest.raises(NotPermitted):
            services.save_draft(draft=draft, by=who, now=NOW)


def test_a_broken_rule_may_be_kept_as_a_draft_but_not_submitted(draft: Draft, alice: User) -> None:
    version = services.save_draft(draft=replace(draft, measurements=()), by=alice, now=NOW)
    with pytest.raises(InvalidInput) as refusal:
        services.submit(version=version, by=alice, now=NOW)
    assert list(refusal.value.fields) == ["measurements"]


def test_parts_that_do_not_hold_together_are_refused_at_once(draft: Draft, alice: User) -> None:
    with pytest.raises(InvalidInput, match="There is no"):
        services.save_draft(draft=replace(draft, populations=()), by=alice, now=NOW)
    assert not EvidenceVersion.objects.exists()


def test_a_draft_saved_again_replaces_its_own_parts(draft: Draft, alice: User) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    again = replace(draft, statement="Five of ten responded.")
    same = services.save_draft(draft=again, item=version.item, by=alice, now=NOW)
    assert same.pk == version.pk
    assert services.draft_of(same) == again
    assert Measurement.objects.count() == 1


def test_the_next_version_supersedes_the_one_before_which_stays(
    draft: Draft, alice: User, bob: User
) -> None:
    first = published(draft, alice, bob)
    again = replace(draft, statement="Five of ten responded.")
    second = services.save_draft(draft=again, item=first.item, by=alice, now=NOW)
    assert (second.number, second.based_on) == (2, first)
    services.submit(version=second, by=alice, now=NOW)
    services.publish(version=second, by=bob, now=NOW)
    first.refresh_from_db()
    assert (first.state, first.superseded_at) == ("SUPERSEDED", NOW)
    assert services.draft_of(first) == draft
    assert set(EvidenceVersion.objects.readable()) == {first, second}


def test_a_version_in_review_is_not_edited(draft: Draft, alice: User, bob: User) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    services.submit(version=version, by=alice, now=NOW)
    with pytest.raises(services.MoveNotAllowed, match="waits for review"):
        services.save_draft(draft=draft, item=version.item, by=alice, now=NOW)
    with pytest.raises(InvalidInput, match="reason"):
        services.return_to_author(version=version, by=bob, now=NOW, comment=" ")
    services.return_to_author(version=version, by=bob, now=NOW, comment="Which ten?")
    version.refresh_from_db()
    assert (version.state, version.review_comment) == ("DRAFT", "Which ten?")


def test_a_step_from_the_wrong_place_is_refused(draft: Draft, alice: User, bob: User) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    with pytest.raises(services.MoveNotAllowed):
        services.publish(version=version, by=bob, now=NOW)


def test_a_retracted_statement_keeps_its_page_and_its_reason(
    draft: Draft, alice: User, bob: User
) -> None:
    version = published(draft, alice, bob)
    services.retract(version=version, by=bob, now=NOW, reason="The paper was withdrawn.")
    assert version in EvidenceVersion.objects.readable()
    assert not EvidenceVersion.objects.published().exists()
    assert version.retraction_reason == "The paper was withdrawn."


def test_a_draft_that_is_given_up_stays_with_its_reason_and_frees_the_item(
    draft: Draft, alice: User, bob: User
) -> None:
    first = published(draft, alice, bob)
    second = services.save_draft(draft=draft, item=first.item, by=alice, now=NOW)
    with pytest.raises(InvalidInput, match="reason"):
        services.withdraw(version=second, by=alice, now=NOW, reason=" ")
    services.withdraw(version=second, by=alice, now=NOW, reason="Says the same.")
    assert (second.state, second.withdrawn_by, second.withdrawal_reason) == (
        "WITHDRAWN", alice, "Says the same.",
    )  # fmt: skip
    assert services.draft_of(second) == draft
    assert second not in EvidenceVersion.objects.readable()
    third = services.save_draft(draft=draft, item=first.item, by=alice, now=NOW)
    assert (third.number, third.based_on) == (3, first)


def test_only_a_draft_is_given_up_and_only_by_who_may_write(
    draft: Draft, alice: User, bob: User
) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    with pytest.raises(NotPermitted):
        services.withdraw(version=version, by=bob, now=NOW, reason="r")
    services.submit(version=version, by=alice, now=NOW)
    with pytest.raises(services.MoveNotAllowed):
        services.withdraw(version=version, by=alice, now=NOW, reason="r")


def test_a_move_is_judged_by_what_is_stored_not_by_an_old_copy(
    draft: Draft, alice: User, person: Person
) -> None:
    chief = person("chief", "administrator")
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    old_copy = EvidenceVersion.objects.get(pk=version.pk)
    services.submit(version=version, by=chief, now=NOW)
    with pytest.raises(NotPermitted, match="second person"):
        services.publish(version=old_copy, by=chief, now=NOW)


def test_every_step_is_in_the_audit_log(draft: Draft, alice: User, bob: User) -> None:
    version = published(draft, alice, bob)
    steps = AuditEvent.objects.filter(object_id=version.item.public_id).order_by("id")
    assert [(step.action, step.actor_name) for step in steps] == [
        ("save_draft", "System alice"),
        ("submit", "System alice"),
        ("publish", "System bob"),
    ]


def test_a_benchmark_is_a_published_number(draft: Draft, alice: User, bob: User) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    measurement = version.measurements.get()
    with pytest.raises(InvalidInput, match="published"):
        services.set_benchmark(slug="b", name="B", measurement=measurement, by=alice, now=NOW)
    services.submit(version=version, by=alice, now=NOW)
    services.publish(version=version, by=bob, now=NOW)
    row = services.set_benchmark(
        slug="b", name="B", measurement=version.measurements.get(), by=alice, now=NOW
    )
    assert row.measurement.value == 50


def test_a_pmid_belongs_to_one_source(source: Source, alice: User) -> None:
    with pytest.raises((InvalidInput, Conflict)):
        services.create_source(kind="ARTICLE", title="Twin", pmid="1", by=alice, now=NOW)


def test_a_disagreement_has_sides_with_sources_and_words_once_decided(
    source: Source, alice: User
) -> None:
    with pytest.raises(InvalidInput, match="at least one side"):
        services.open_discrepancy(kind="PAPER_PAPER", title="X", sides=[], by=alice, now=NOW)
    row = services.open_discrepancy(
        kind="PAPER_PAPER",
        title="Half or all",
        sides=[services.Side(says="Half", source=source)],
        by=alice,
        now=NOW,
    )
    with pytest.raises(InvalidInput):
        services.decide_discrepancy(
            discrepancy=row, state="RESOLVED", explanation="", by=alice, now=NOW
        )
    row.refresh_from_db()
    services.decide_discrepancy(
        discrepancy=row, state="RESOLVED", explanation="A misprint.", by=alice, now=NOW
    )
    assert (row.decided_by, row.decided_at) == (alice, NOW)


def test_a_draft_that_somebody_else_saved_meanwhile_is_not_written_over(
    draft: Draft, alice: User, person: Person
) -> None:
    version = services.save_draft(draft=draft, by=alice, now=NOW)
    later = NOW + dt.timedelta(hours=1)
    words = replace(draft, statement="Her words.")
    services.save_draft(
        draft=words, item=version.item, by=person("carol", "curator"), now=later, seen=NOW
    )
    with pytest.raises(Conflict, match="meanwhile"):
        services.save_draft(draft=draft, item=version.item, by=alice, now=later, seen=NOW)
    version.refresh_from_db()
    assert version.statement == "Her words."
