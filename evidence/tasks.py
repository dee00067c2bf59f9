"""Doors for the worker: one service call each, safe to run twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

from celery import shared_task
from django.utils import timezone

from evidence import services


@shared_task(name="evidence.tasks.draft_registry_results")
def draft_registry_results(**_later: Any) -> dict[str, int]:
    """Draft what registries posted anew; returns how many outcomes ended how.

    Unknown arguments are ignored, so that messages of a newer release do no harm.
    """
    reports = services.draft_registry_results(now=timezone.now())
    ended = Counter(one.what for report in reports for one in report.settled)
    failed = sum(bool(report.failure) for report in reports)
    return {"records": len(reports), "failed": failed, **ended}


@shared_task(name="evidence.tasks.check_evidence")
def check_evidence(**_later: Any) -> dict[str, int]:
    """Work out all findings again and put on record what disagrees; returns how many.

    Unknown arguments are ignored, so that messages of a newer release do no harm.
    """
    report = services.check_evidence(now=timezone.now(), open_discrepancies=True)
    return {
        "versions": report.versions,
        "changed": report.changed,
        "opened": len(report.opened),
        "noted": len(report.noted),
    }
