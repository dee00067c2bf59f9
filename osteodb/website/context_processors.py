"""What every page's frame needs: the navigation, the day, and how current the data is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from osteodb.website.navigation import Navigation, Table, navigation
from osteodb.website.pages.base import API
from osteodb.website.pages.freshness import freshness

# The main row, and for each section the row below it. A page is named by the name of its address.
NAVIGATION: Table = (
    (
        "Trials",
        (
            ("trials", "All trials"),
            ("trial-timelines", "Timelines"),
            ("status-over-time", "Status over time"),
            ("sites", "Sites"),
        ),
    ),
    (
        "Evidence",
        (
            ("evidence-list", "Statements"),
            ("measurements", "Measurements"),
            ("comparisons", "Comparisons"),
            ("evidence-map", "Evidence map"),
            ("discrepancies", "Discrepancies"),
        ),
    ),
    (
        "Therapies",
        (
            ("agents", "Agents"),
            ("targets", "Targets"),
            ("therapy-classes", "Classes"),
        ),
    ),
    (
        "Mechanisms",
        (
            ("mechanisms", "Arrows"),
            ("mechanism-network", "Network"),
            ("mechanism-paths", "Paths"),
            ("mechanism-contradictions", "Contradictions"),
            ("pathways", "Pathways"),
            ("mechanism-relations", "What arrows mean"),
        ),
    ),
    (
        "Synthesis",
        (
            ("synthesis", "Pooled numbers"),
            ("forest", "Forest plots"),
            ("compare", "Side by side"),
        ),
    ),
    ("Sources", (("sources", "Sources"),)),
    (
        "What’s new",
        (
            ("whats-new", "In short"),
            ("changes", "All changes"),
        ),
    ),
    (
        "About",
        (
            ("about", "About the data"),
            ("glossary", "Glossary"),
            ("quality", "Data quality"),
            ("quality-issues", "Unknown values"),
            ("design", "Design"),
        ),
    ),
)


@lru_cache(maxsize=128)
def menu(shown: Navigation) -> str:
    """The menu as HTML, written once for each place it can show a reader at."""
    return render_to_string("website/_menu.html", {"navigation": shown})


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation and `freshness` are made only where a template uses them."""
    shown: Any = SimpleLazyObject(lambda: navigation(NAVIGATION, request.path))
    return {
        "navigation": shown,
        "menu": SimpleLazyObject(lambda: menu(navigation(NAVIGATION, request.path))),
        "api_docs_url": f"{API}docs/",
        "today": timezone.now().date(),
        "freshness": SimpleLazyObject(freshness),
    }
