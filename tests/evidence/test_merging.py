"""Merged and separated: everything of both trials is read together, and comes apart exactly."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from evidence import services as evidence
from evidence.drafts import Draft, LocatorDraft, MeasurementDraft, PopulationDraft
from evidence.models import EvidenceVersion, Measurement, Source
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from osteodb.core.services import ensure_system_account
from trials import services
from trials.models import (
    FieldOverride,
    OriginDisagreement,
    RegistryRecord,
    Trial,
    TrialAgent,
    TrialChange,
    TrialCondition,
    TrialIdentifier,
)
from trials.reconcile import FIELD_KINDS

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
NUMBERS = (
    ("NCT", "NCT90000101"),
    ("EUCTR", "2090-000101-42"),
    ("ISRCTN", "ISRCTN90000101"),
    ("ChiCTR", "ChiCTR2090000101"),
)
pytestmark = pytest.mark.django_db


def a_curator() -> User:
    return ensure_system_account(username="alice", role="curator", by=None, now=NOW)


@pytest.fixture
def curator(db: None) -> User:
    return a_curator()


def number(registry: str, raw: str) -> services.GivenIdentifier:
    return services.GivenIdentifier(registry=registry, raw=raw, kind="PRIMARY")


def efficacy_draft(source: Source, trial: Trial) -> Draft:
    """Half of ten responded."""
    return Draft(
        kind="EFFICACY",
        statement="Half of ten responded.",
        level="B",
        direction="SUPPORTS",
        model_system="PATIENT",
        trials=(trial.pk,),
        locators=(
            LocatorDraft(key="place", source=source.pk, source_kind="ARTICLE", section="abstract"),
        ),
        populations=(
            PopulationDraft(
                key="all", label="all", scope="OSTEOSARCOMA_ONLY", setting="RELAPSE",
                trial=trial.pk,
            ),
        ),
        measurements=(
            MeasurementDraft(
                key="one", population="all", locator="place", trial=trial.pk, endpoint="ORR",
                estimator="CRUDE_PROPORTION", unit="PERCENT", value_raw="50",
                value=Decimal(50), unit_raw="%",
            ),
        ),
    )  # fmt: skip


def make(index: int, facts: dict[str, Any], curator: User) -> Trial:
    """A trial with a number, a code, facts, a condition, a source and a drafted statement."""
    registry, raw = NUMBERS[index]
    code = services.GivenIdentifier(registry="SPONSOR", raw=f"X-{index}", kind="SECONDARY")
    trial = services.register_trial(
        identifiers=[number(registry, raw), code], inclusion_reason="Made.", by=None, now=NOW
    )
    services.record_secondary_facts(
        trial=trial,
        identifier=number(registry, raw),
        facts=facts,
        source_text=f"page {index}",
        as_of="2020",
        by=None,
        now=NOW,
    )
    condition = services.create_condition(name=f"Sarcoma {index}", by=None, now=NOW)
    services.add_trial_condition(
        trial=trial, name=f"Sarcoma {index}", condition=condition, by=None, now=NOW
    )
    source = evidence.create_source(kind="ARTICLE", title=f"Paper {index}", by=None, now=NOW)
    evidence.set_source_trials(source=source, trials=[trial], by=None, now=NOW)
    evidence.save_draft(draft=efficacy_draft(source, trial), by=curator, now=NOW)
    trial.refresh_from_db()
    return trial


def picture() -> dict[int, dict[str, Any]]:
    """All that a reader or a curator may see of each trial that has a page."""
    return {trial.pk: _seen(trial) for trial in Trial.objects.filter(merged_into=None)}


def _seen(trial: Trial) -> dict[str, Any]:
    head = {"trial__head": trial.pk}

    def rows(model: Any, *columns: str, **where: Any) -> Counter[Any]:
        found = model.objects.filter(**head, **where)
        return Counter(map(repr, found.values_list(*columns)))

    return {
        "fields": {name: getattr(trial, name) for name in FIELD_KINDS},
        "origins": trial.field_origins,
        "inclusion": (trial.inclusion, trial.inclusion_reason, trial.curator_note),
        "identifiers": rows(TrialIdentifier, "pk", "trial_id", "registry", "value", "kind"),
        "overrides": rows(FieldOverride, "pk", "trial_id", "field", "value", "released_at"),
        "conditions": rows(TrialCondition, "trial_id", "name", "by_hand", "condition_id"),
        "agents": rows(TrialAgent, "trial_id", "agent_id", "role", removed_at=None),
        "disagreements": rows(OriginDisagreement, "field", "shown", "other", ended_at=None),
        "evidence": sorted(
            EvidenceVersion.objects.filter(trials__head=trial.pk).values_list("pk", flat=True)
        ),
        "measurements": sorted(Measurement.objects.filter(**head).values_list("pk", flat=True)),
        "sources": sorted(Source.objects.filter(trials__head=trial.pk).values_list("pk")),
    }


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["recruiting", "completed", "unknown", "not_recruiting"]),
        "acronym": st.sampled_from(["ALPHA", "BETA"]),
        "brief_title": st.sampled_from(["A trial", "Another trial"]),
        "start_date": st.sampled_from(["2014", "2014-05", "2014-05-06", "2015"]),
        "enrolment_count": st.integers(1, 300),
        "phases": st.sampled_from([["PHASE2"], ["PHASE1", "PHASE2"]]),
        "sex": st.sampled_from(["ALL", "MALE"]),
        "lead_sponsor": st.sampled_from(["UNICANCER", "Unicancer", "Somebody"]),
    },
)


@settings(
    max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate]
)  # shrinking is slow
@given(data=st.data())
def test_any_merges_taken_back_in_any_order_restore_what_was_there(data: Any) -> None:
    with transaction.atomic():
        _try_merges(data)
        transaction.set_rollback(True)


def _try_merges(data: Any) -> None:
    curator = a_curator()
    trials = [make(index, data.draw(FACTS), curator) for index in range(len(NUMBERS))]
    for trial in data.draw(st.sets(st.sampled_from(range(4)), max_size=2)):
        services.override_field(
            trial=trials[trial], field="acronym", value=f"LOCK{trial}", reason="Seen.",
            by=curator, now=NOW,
        )  # fmt: skip
    before = picture()
    changes = list(TrialChange.objects.order_by("pk").values())
    records = list(RegistryRecord.objects.order_by("pk").values())
    merges = []
    for first, second in data.draw(st.lists(PAIRS, max_size=5)):
        try:
            merges.append(
                services.merge_trials(
                    absorbed=trials[first], into=trials[second], reason="One.", by=curator, now=NOW
                )
            )
        except (Conflict, InvalidInput):
            continue
        _nothing_is_lost(before)
    for merge in data.draw(st.permutations(merges)):
        services.unmerge_trials(merge=merge, reason="Two.", by=curator, now=NOW)
        _nothing_is_lost(before)
    assert picture() == before
    assert list(TrialChange.objects.order_by("pk").values())[: len(changes)] == changes
    assert list(RegistryRecord.objects.order_by("pk").values()) == records


PAIRS = st.sampled_from([pair for one in combinations(range(4), 2) for pair in (one, one[::-1])])


def _nothing_is_lost(before: dict[int, dict[str, Any]]) -> None:
    """Whatever is merged, each number, lock and statement is on exactly one page."""
    now = picture()
    for name in ("identifiers", "overrides", "conditions"):
        total: Counter[Any] = sum((one[name] for one in now.values()), Counter())
        assert total == sum((one[name] for one in before.values()), Counter())
    for name in ("evidence", "measurements", "sources"):
        assert sorted(pk for one in now.values() for pk in one[name]) == sorted(
            pk for one in before.values() for pk in one[name]
        )
