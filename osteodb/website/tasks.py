"""Doors for the worker: one service call each, safe to run twice."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from osteodb.website import digest


@shared_task(name="osteodb.website.tasks.send_digests")
def send_digests(**_later: Any) -> dict[str, int]:
    """Write to everybody for whom something waits; returns how many were written to, or failed.

    Unknown arguments are ignored, so that messages of a newer release do no harm.
    """
    report = digest.send_digests(now=timezone.now())
    return {
        "sent": len(report.sent),
        "nothing": len(report.nothing),
        "already": len(report.already),
        "failed": len(report.failed),
    }
