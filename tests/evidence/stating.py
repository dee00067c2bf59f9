"""Statements with numbers for tests of what is found about them: the small corpus and a bit more.

The trial is `alpha` of the small corpus; 10 patients took alphanib, by the source `paper`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from evidence import services
from evidence.drafts import (
    ComparisonDraft,
    Draft,
    LocatorDraft,
    MeasurementDraft,
    PopulationDraft,
)
from evidence.models import EvidenceItem, EvidenceVersion, Source
from osteodb.core.models import User
from osteodb.core.services import ensure_system_account
from therapies.models import Regimen
from trials.models import Trial

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


class Desk:
    """A curator and a reviewer with the small corpus before them."""

    def __init__(self) -> None:
        self.alice = person("alice", "curator")
        self.bob = person("bob", "reviewer")
        self.trial = Trial.objects.get()
        self.regimen = Regimen.objects.get()
        self.paper = Source.objects.get(slug="paper")
        self.review = Source.objects.get(slug="review")

    def source(self, slug: str, kind: str = "ARTICLE") -> Source:
        return services.create_source(kind=kind, title=slug, slug=slug, by=self.alice, now=NOW)

    def draft(
        self, *numbers: MeasurementDraft, source: Source | None = None, **given: Any
    ) -> Draft:
        read_in = source or self.paper
        values: dict[str, Any] = {
            "kind": "EFFICACY",
            "statement": "Invented: alphanib was given.",
            "level": "E" if read_in.kind == "REVIEW" else "B",
            "direction": "SUPPORTS",
            "model_system": "PATIENT",
            "trials": (self.trial.pk,),
            "locators": (
                LocatorDraft(
                    key="place", source=read_in.pk, source_kind=read_in.kind, section="abstract"
                ),
            ),
            "populations": (people(),),
            "measurements": tuple(replace(one, trial=self.trial.pk) for one in numbers),
        }
        return Draft(**{**values, **given})

    def save(self, draft: Draft, item: EvidenceItem | None = None) -> EvidenceVersion:
        return services.save_draft(draft=draft, item=item, by=self.alice, now=NOW)

    def publish(self, draft: Draft, item: EvidenceItem | None = None) -> EvidenceVersion:
        version = self.save(draft, item)
        services.submit(version=version, by=self.alice, now=NOW)
        return services.publish(version=version, by=self.bob, now=NOW)


def person(name: str, role: str) -> User:
    return ensure_system_account(username=name, role=role, by=None, now=NOW)


def people(**given: Any) -> PopulationDraft:
    values: dict[str, Any] = {
        "key": "all", "label": "All", "n": 43, "scope": "OSTEOSARCOMA_ONLY", "setting": "RELAPSE",
    }  # fmt: skip
    return PopulationDraft(**{**values, **given})


def share(value: str = "30.23", **given: Any) -> MeasurementDraft:
    """A response rate as a percentage."""
    values: dict[str, Any] = {
        "key": "orr", "population": "all", "locator": "place", "endpoint": "ORR",
        "estimator": "CRUDE_PROPORTION", "unit": "PERCENT", "value_raw": value,
        "value": Decimal(value), "unit_raw": "%", "arm_label": "alphanib",
    }  # fmt: skip
    return MeasurementDraft(**{**values, **given})


def median(value: str, unit: str = "MONTHS", **given: Any) -> MeasurementDraft:
    """A median progression-free survival."""
    return share(
        value,
        **{
            "key": "mpfs", "endpoint": "PFS", "estimator": "MEDIAN", "unit": unit,
            "unit_raw": unit.lower(), **given,
        },
    )  # fmt: skip


def ratio(value: str = "0.42", **given: Any) -> ComparisonDraft:
    """A hazard ratio of progression."""
    values: dict[str, Any] = {
        "key": "hr", "population": "all", "locator": "place", "endpoint": "PFS", "measure": "HR",
        "experimental_label": "alphanib", "control_label": "placebo", "value_raw": value,
        "value": Decimal(value), "comparative_by_design": True,
    }  # fmt: skip
    return ComparisonDraft(**{**values, **given})
