"""What each role may do in the admin, said once. `manage.py sync_permissions` puts it in place.

Nobody has a delete permission: nothing is ever lost. Publishing and returning are decided by the
table of moves in `osteodb.core.review`, not here. A superuser may do all that the pages offer.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from osteodb.core.roles import ADMINISTRATOR, CURATOR, READER, REVIEWER

Models = dict[str, tuple[str, ...]]
READABLE: Models = {
    "therapies": (
        "therapyclass", "agent", "agentname", "target", "targetname", "agenttarget", "pathway",
        "pathwaymember", "regimen", "regimenagent",
    ),
    "trials": (
        "trial", "trialidentifier", "triallink", "trialmerge", "registryrecord",
        "recordapplication", "trialchange", "fieldoverride", "origindisagreement", "arm",
        "intervention", "trialagent", "condition", "trialcondition", "site", "registeredoutcome",
        "trialreference", "syncrun", "registryupload",
        "syncfailure", "dataqualityissue",
    ),
    "evidence": (
        "source", "sourcelink", "evidenceitem", "evidenceversion", "locator", "population",
        "measurement", "comparison", "mechanismassertion", "biasassessment", "benchmark",
        "discrepancy", "discrepancyside", "finding", "corpusentry", "postedresult",
        "resultsreading", "draftrevision",
    ),
    "core": ("referencemerge", "assignment", "tableupload"),
}  # fmt: skip
CURATED: Models = {
    "therapies": READABLE["therapies"],
    "trials": (
        "trial", "trialidentifier", "trialagent", "condition", "fieldoverride", "registryupload",
    ),
    "evidence": (
        "source", "sourcelink", "evidenceversion", "locator", "population", "measurement",
        "comparison", "mechanismassertion", "biasassessment", "benchmark", "discrepancy",
        "discrepancyside",
    ),
    "core": ("referencemerge", "tableupload"),
}  # fmt: skip
DECIDED: Models = {
    "trials": ("trial", "triallink", "trialmerge", "dataqualityissue", "syncfailure")
}  # made by the sync, judged by us: a merge is taken back, a failure is tried again
REVIEWED: Models = {"evidence": ("biasassessment", "discrepancy", "discrepancyside")}
RUN: Models = {
    "trials": ("syncrun",),
    "django_celery_beat": ("periodictask", "crontabschedule"),
}
PEOPLE: Models = {"core": ("user",)}
WATCHED: Models = {
    "core": ("user", "auditevent", "digest"),
    "auth": ("group",),
    "django_celery_beat": (
        "periodictask", "periodictasks", "crontabschedule", "intervalschedule", "solarschedule",
        "clockedschedule",
    ),
    "django_celery_results": ("taskresult", "groupresult"),
}  # fmt: skip
AUDIT: Models = {"core": ("auditevent",)}
OWN: Models = {"core": ("intereststatement", "apitoken")}  # one's own rows; all for administrators
GRANTS: dict[str, tuple[tuple[tuple[str, ...], Models], ...]] = {
    READER: ((("view",), READABLE),),
    CURATOR: (
        (("view",), READABLE),
        (("view",), AUDIT),
        (("view", "add", "change"), OWN),
        (("add", "change"), CURATED),
        (("change",), DECIDED),
    ),
    REVIEWER: (
        (("view",), READABLE),
        (("view",), AUDIT),
        (("view", "add", "change"), OWN),
        (("add", "change"), REVIEWED),
    ),
    ADMINISTRATOR: (
        (("view",), READABLE),
        (("view",), WATCHED),
        (("view", "add", "change"), OWN),
        (("add", "change"), CURATED),
        (("add", "change"), RUN),
        (("add", "change"), PEOPLE),
        (("change",), DECIDED),
    ),
}


def permissions_of(role: str) -> set[str]:
    """The permissions of a role as `app.verb_model`."""
    return set(_names(role))


@transaction.atomic
def sync_permissions() -> dict[str, int]:
    """Give each role exactly what the table says; role -> how many permissions changed.

    Idempotent. Raises LookupError where the table names a permission that does not exist.
    """
    known = {
        f"{one.content_type.app_label}.{one.codename}": one
        for one in Permission.objects.select_related("content_type")
    }
    changed = {}
    for role in GRANTS:
        wanted = permissions_of(role)
        missing = sorted(wanted - known.keys())
        if missing:
            raise LookupError(f"No such permission: {', '.join(missing)}.")
        group, _ = Group.objects.get_or_create(name=role)
        held = set(group.permissions.values_list("pk", flat=True))
        new = {known[name].pk for name in wanted}
        if held != new:
            group.permissions.set(new)
        changed[role] = len(held ^ new)
    return changed


def _names(role: str) -> Iterator[str]:
    for verbs, models in GRANTS[role]:
        for app, names in models.items():
            for name in names:
                for verb in verbs:
                    yield f"{app}.{verb}_{name}"
