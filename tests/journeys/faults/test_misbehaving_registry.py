"""A registry that misbehaves, and a real worker: the end is the undisturbed one, counted once."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest
from django.utils import timezone

from tests.journeys.faults.scene import Scene, assert_counted_once, counts_of
from tests.journeys.processes import queue_task
from tests.registry import Fault
from tests.trials.services.state import state
from trials import services
from trials.models import RunState
from trials.tasks import sync_registry

pytestmark = pytest.mark.slow


def in_a_moment() -> str:
    """A second from now, as an HTTP date."""
    return format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1.5), usegmt=True)


PASSING = {
    "a storm of 429": Fault("status", path="/", status=429, each=3),
    "429 five times in a row": Fault("status", path="/", status=429, times=5, after=2),
    "429 that names the seconds": Fault("status", status=429, retry_after="1", times=2),
    "a storm of 503": Fault("status", path="/", status=503, each=2),
    "500 on a later page": Fault("status", status=500, times=3, after=2),
    "502 as a proxy's page": Fault("maintenance", path="/", status=502, times=2, after=3),
    "504 on the version": Fault("status", path="/version", status=504, times=2),
    "403 for a while": Fault("status", status=403, times=2),
    "a body that is cut": Fault("cut", each=2),
    "chunks that are cut": Fault("cut_chunks", each=2),
    "a connection closed at once": Fault("hang_up", path="/", each=2),
    "a connection reset in the headers": Fault("reset", path="/", each=2),
    "an answer that comes too late": Fault("slow", times=1, after=1, seconds=3.5),
    "answers that come slowly": Fault("slow", path="/", times=-1, seconds=0.2),
    "JSON that ends too early": Fault("truncated", path="/", each=2),
    "JSON with a hole": Fault("not_json", path="/", each=1),
    "JSON of somebody else": Fault("foreign", path="/", each=1),
    "a web page with 200": Fault("html", path="/", each=1),
    "200 with nothing": Fault("nothing", path="/", each=1),
    "an empty page in between": Fault("empty_page", times=2, after=1),
    "a false token at the end": Fault("false_token", times=1, after=2),
    "tokens in a circle": Fault("circle", times=22, after=1),
    "a token that is refused": Fault("refuse_token", times=1, after=2),
    "a page that lacks a study": Fault("short_page", times=1, after=1),
    "studies on two pages": Fault("repeated", times=-1),
    "data that moves once": Fault("move_data", times=1, after=1),
    "a batch that is refused": Fault("refuse_batch", times=1, id="NCT90000004"),
    "a batch that seems empty": Fault("nothing_found", times=1, after=3),
    "another study than was asked for": Fault("other_study", path="/studies/", id="NCT02389244"),
    "a missing study behind a web page": Fault("maintenance", path="/studies/", status=404),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_passing_fault_leaves_no_trace(scene: Scene, fault: Fault) -> None:
    scene.registry.misbehave(fault)
    scene.ask()
    run = scene.run_over()
    assert (run.state, run.complete, run.reason) == (RunState.SUCCEEDED, True, "")
    assert counts_of(run) == scene.counts
    assert state() == scene.wanted


LASTING = {
    "429 without end": (Fault("status", path="/", status=429, times=-1), "answered 429"),
    "503 on later pages": (Fault("status", times=-1, after=2), "answered 503"),
    "a wait of a day": (
        Fault("status", path="/", status=429, retry_after="86400", times=-1),
        "asks to wait 86400 s",
    ),
    "no connection": (Fault("hang_up", path="/", times=-1), "no answer"),
    "every body cut": (Fault("cut", times=-1, after=1), "cut off"),
    "a web page everywhere": (Fault("html", path="/", times=-1), "web page instead of JSON"),
    "JSON with a hole": (Fault("not_json", times=-1, after=1), "not its JSON"),
    "tokens in a circle": (Fault("circle", times=-1), "page tokens in a circle"),
    "the question is refused": (Fault("status", status=400, times=-1), "refused /studies"),
    "nothing is found": (Fault("nothing_found", times=-1), "found nothing"),
    "every page lacks a study": (Fault("short_page", times=-1), "announced 21 studies"),
    "data that never stands still": (Fault("move_data", times=-1), "new data during the sweep"),
    "singles refused": (Fault("status", path="/studies/", times=-1), "answered 503"),
}


@pytest.mark.parametrize(("fault", "words"), LASTING.values(), ids=LASTING)
def test_a_lasting_fault_is_said_and_the_next_run_ends_as_if_it_had_not_been(
    scene: Scene, fault: Fault, words: str
) -> None:
    scene.registry.misbehave(fault)
    scene.ask()
    ill = scene.run_over()
    assert ill.state in (RunState.FAILED, RunState.PARTIAL)
    assert words in ill.reason
    assert not ill.complete
    scene.recover()
    well = scene.run_over()
    assert (well.state, well.complete) == (RunState.SUCCEEDED, True)
    assert state() == scene.wanted
    assert_counted_once(scene)


def test_a_record_out_of_shape_fails_alone_and_comes_in_when_it_is_well(scene: Scene) -> None:
    scene.registry.misbehave(Fault("broken_record", id="NCT90000012", times=-1))
    scene.ask()
    ill = scene.run_over()
    assert (ill.state, ill.failure_count, ill.complete) == (RunState.PARTIAL, 1, False)
    assert ill.seen_count == scene.counts["seen_count"]
    scene.recover()
    assert scene.run_over().created_count == 1
    assert ill.failures.get().resolved_by_run == scene.run_over()
    assert_counted_once(scene)


def test_a_date_to_come_back_at_is_kept(scene: Scene) -> None:
    scene.registry.misbehave(Fault("status", status=503, retry_after=in_a_moment()))
    scene.ask()
    run = scene.run_over()
    assert (run.state, counts_of(run)) == (RunState.SUCCEEDED, scene.counts)
    assert run.finished_at and run.started_at
    assert run.finished_at - run.started_at > dt.timedelta(seconds=0.4)


def test_the_task_delivered_twice_is_counted_once(scene: Scene) -> None:
    asked = services.start_sync_run(registry="ctgov", by=None, now=timezone.now())
    for _delivery in range(2):
        queue_task(scene.backstage, sync_registry, run_id=asked.pk)
    assert counts_of(scene.run_over()) == scene.counts
    assert state() == scene.wanted
    assert scene.runs.count() == 1
