"""What every page's frame needs: the navigation, the day, and how current the data is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from osteodb.website.pages.base import API
from osteodb.website.pages.freshness import freshness

NAVIGATION = (
    ("trials", "Trials", "/trials/"),
    ("agents", "Agents", "/agents/"),
    ("targets", "Targets", "/targets/"),
    ("classes", "Classes", "/therapy-classes/"),
    ("evidence", "Evidence", "/evidence/"),
    ("mechanisms", "Mechanisms", "/mechanisms/"),
    ("sources", "Sources", "/sources/"),
    ("changes", "Changes", "/changes/"),
    ("discrepancies", "Discrepancies", "/discrepancies/"),
    ("about", "About", "/about/"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """`freshness` is asked for only where a template uses it: an admin page costs nothing."""
    return {
        "navigation": NAVIGATION,
        "api_docs_url": f"{API}docs/",
        "today": timezone.now().date(),
        "freshness": SimpleLazyObject(freshness),
    }
