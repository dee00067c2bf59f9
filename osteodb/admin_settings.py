"""How the admin looks and what its menu holds. Everything it shows is served from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import reverse_lazy

if TYPE_CHECKING:
    from django.http import HttpRequest

Item = dict[str, Any]


def _may_view(model: str) -> Callable[[HttpRequest], bool]:
    app, name = model.split(".")
    return lambda request: request.user.has_perm(f"{app}.view_{name}")


def _item(title: str, icon: str, model: str, query: str = "") -> Item:
    link: Any = reverse_lazy(f"admin:{model.replace('.', '_')}_changelist")
    return {
        "title": title,
        "icon": icon,
        "link": (lambda request: f"{link}?{query}") if query else link,
        "permission": _may_view(model),
    }


def _group(title: str, *items: Item) -> Item:
    return {"title": title, "separator": True, "collapsible": False, "items": list(items)}


UNFOLD = {
    "SITE_TITLE": "OsteoDB",
    "SITE_HEADER": "OsteoDB",
    "SITE_SUBHEADER": "Curation",
    "SITE_URL": "/",
    "SITE_SYMBOL": "clinical_notes",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "osteodb.website.dashboard.add_dashboard",
    "STYLES": [lambda request: static("core/admin.css")],
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "oklch(97.1% .012 215)",
            "100": "oklch(94.1% .028 215)",
            "200": "oklch(88.6% .054 215)",
            "300": "oklch(80.5% .086 215)",
            "400": "oklch(69.5% .108 215)",
            "500": "oklch(59% .102 215)",
            "600": "oklch(49.5% .088 215)",
            "700": "oklch(42.5% .075 215)",
            "800": "oklch(37% .062 215)",
            "900": "oklch(32.5% .052 215)",
            "950": "oklch(23.5% .04 215)",
        }
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": [
            {
                "title": "",
                "items": [
                    {
                        "title": "What waits",
                        "icon": "dashboard",
                        "link": reverse_lazy("admin:index"),
                    }
                ],
            },
            _group(
                "Evidence",
                _item("Statements", "fact_check", "evidence.evidenceversion"),
                _item("Sources", "menu_book", "evidence.source"),
                _item("Measurements", "straighten", "evidence.measurement"),
                _item("Comparisons", "compare_arrows", "evidence.comparison"),
                _item("Discrepancies", "rule", "evidence.discrepancy"),
                _item("Benchmarks", "flag", "evidence.benchmark"),
            ),
            _group(
                "Trials",
                _item("Trials", "biotech", "trials.trial"),
                _item("Identifiers", "tag", "trials.trialidentifier"),
                _item("Changes", "history", "trials.trialchange"),
                _item("One study or two?", "call_merge", "trials.triallink"),
                _item("Merges", "merge", "trials.trialmerge"),
                _item("Overrides", "edit_note", "trials.fieldoverride"),
                _item("Disagreements", "difference", "trials.origindisagreement"),
                _item("Conditions", "account_tree", "trials.condition"),
            ),
            _group(
                "Registry",
                _item("Sync runs", "sync", "trials.syncrun"),
                _item("Uploads", "upload_file", "trials.registryupload"),
                _item("Failures", "error", "trials.syncfailure"),
                _item("Quality issues", "report", "trials.dataqualityissue"),
                _item("Records", "inventory_2", "trials.registryrecord"),
            ),
            _group(
                "Therapies",
                _item("Agents", "medication", "therapies.agent"),
                _item("Targets", "target", "therapies.target"),
                _item("Therapy classes", "schema", "therapies.therapyclass"),
                _item("Regimens", "vaccines", "therapies.regimen"),
                _item("Pathways", "conversion_path", "therapies.pathway"),
                _item("Uploaded tables", "table_view", "core.tableupload"),
            ),
            _group(
                "Administration",
                _item("People", "group", "core.user"),
                _item("Interests", "handshake", "core.intereststatement"),
                _item("API keys", "key", "core.apitoken"),
                _item("Audit log", "receipt_long", "core.auditevent"),
                _item("Schedule", "schedule", "django_celery_beat.periodictask"),
                _item("Task results", "task_alt", "django_celery_results.taskresult"),
            ),
        ],
    },
}
