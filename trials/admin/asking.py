"""What the pages that ask for runs share: one at a time of a registry, handed to a worker."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from kombu.exceptions import OperationalError

from osteodb.core.errors import Conflict
from trials import tasks
from trials.models import RunState, SyncRun
from trials.services import registry_code

UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


def refuse_while_under_way(registry: str) -> None:
    """Raise Conflict while a run of this registry waits or runs: a person is to wait for it."""
    runs = SyncRun.objects.filter(registry=registry_code(registry), state__in=UNDER_WAY)
    run = runs.order_by("-id").first()
    if run is not None:
        name = run.get_registry_display()
        raise Conflict(f"{name}: run {run.pk} {run.get_state_display()}: wait for its end.")


def hand_over(request: HttpRequest, run: SyncRun) -> HttpResponse:
    """Give a run to a worker and lead to its page, which follows it; where no queue can be
    reached, say that it waits on record."""
    send = partial(tasks.sync_registry.delay, registry=run.registry, run_id=run.pk)
    try:
        send()
    except OperationalError:
        messages.warning(
            request,
            "The run is on record, but no queue can be reached; it starts when one is back.",
        )
    else:
        messages.success(request, "The run is asked for; this page follows it.")
    return HttpResponseRedirect(reverse("admin:trials_syncrun_change", args=[run.pk]))
