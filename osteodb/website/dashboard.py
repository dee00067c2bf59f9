"""The admin's first page: what waits for a person, what is open, and how the last syncs went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from osteodb.core.admin_base import actor, who_and_when
from osteodb.core.admin_interests import declare_address
from osteodb.core.models import User
from osteodb.core.roles import roles_of
from osteodb.core.services import choose_digest
from osteodb.website.work import Waiting, common_work, own_work
from trials.models import SyncRun


def add_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook: what the index page needs beside its list of models."""
    user = request.user if isinstance(request.user, User) else None
    context["runs"] = SyncRun.objects.order_by("-id")[:5]
    if user is None:
        return context
    now, roles = timezone.now(), roles_of(user)
    own, common = own_work(user, roles, now), common_work(now)
    groups = {
        "Waits for me": own.waiting,
        "Waits for anybody": common.undecided,
        "Out of date": common.stale,
        "Disagrees": common.disagrees,
    }
    waiting: list[Waiting] = [one for group in groups.values() for one in group]
    context |= {
        "own": own,
        "groups": groups,
        "waiting": waiting,
        "roles": ", ".join(sorted(roles)),
        "declare_url": declare_address(reverse("admin:index")),
    }
    return context


def choose_digest_view(request: HttpRequest) -> HttpResponse:
    """Switch one's own daily e-mail on or off."""
    person = actor(request)
    wants = request.POST.get("wants") == "1"
    choose_digest(person=person, wants=wants, **who_and_when(request))
    words = "You get the daily e-mail." if wants else "You get no daily e-mail."
    messages.success(request, words)
    return HttpResponseRedirect(reverse("admin:index"))
