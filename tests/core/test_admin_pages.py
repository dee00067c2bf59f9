"""Every page of the admin opens, for everybody who may see it, at a cost that does not grow."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import CrontabSchedule, PeriodicTask, PeriodicTasks
from django_celery_results.models import TaskResult

from evidence import services as evidence_services
from evidence.models import CorpusEntry
from evidence.services.judgements import assess_bias
from evidence.services.tables import upload_table
from osteodb.core.models import Digest, User
from osteodb.core.tokens import create_token
from osteodb.core.work import assign_work
from tests.admin_support import address, own_models, person, sign_in
from tests.registry import ictrp
from tests.universe import NOW, Universe
from therapies import services as therapy_services
from trials import services as trial_services
from trials.models import FieldOverride, SyncFailure
from trials.services import propose_link

PLUMBING: set[type[Model]] = {
    LogEntry, Permission, ContentType, Session, PeriodicTasks,
}  # fmt: skip
WITHOUT_ROWS = {
    "django_celery_beat.clockedschedule", "django_celery_beat.intervalschedule",
    "django_celery_beat.solarschedule", "django_celery_results.groupresult", "evidence.finding",
}  # fmt: skip
MODELS = own_models()
NAMES = [model._meta.label_lower for model in MODELS]


@pytest.fixture(scope="module")
def _full_world(_built_once: Universe, django_db_blocker: Any) -> Universe:
    """The universe, and a row of everything it leaves out; gone with the universe."""
    with django_db_blocker.unblock():
        _fill(_built_once)
        person("administrator")
    return _built_once


@pytest.fixture
def full_world(_full_world: Universe, db: None) -> Universe:
    """The same, for one test."""
    return _full_world


def _fill(world: Universe) -> None:
    number = world.versions["sarc024"].measurements.first()
    assert number is not None
    assess_bias(
        measurement=number, domain="selection", judgement="LOW", reason="r", by=world.bob, now=NOW
    )
    evidence_services.set_benchmark(
        slug="b", name="Benchmark", measurement=number, by=world.alice, now=NOW
    )
    first, second = world.sources["duffaud2019"], world.sources["review"]
    evidence_services.link_sources(
        from_source=second, to_source=first, kind="CITES", by=world.alice, now=NOW
    )
    propose_link(
        trial_a=world.trials["twin3"], trial_b=world.trials["twin4"],
        signals=[{"kind": "code", "words": "the same code"}], by=None, now=NOW,
    )  # fmt: skip
    FieldOverride.objects.create(
        trial=world.trials["regobone"], field="acronym", value="X", reason="r",
        created_by=world.alice, created_at=NOW,
    )  # fmt: skip
    SyncFailure.objects.create(
        run=world.runs[0], registry_id="NCT00000001", reason="malformed", at=NOW
    )
    _registries(world)
    evidence_services.draft_registry_results(now=NOW)
    CorpusEntry.objects.create(
        kind="agent", key="k", content_hash="h", object_kind="agent", object_id=1, loaded_at=NOW
    )
    when = CrontabSchedule.objects.create(hour="4", minute="30")
    PeriodicTask.objects.create(name="daily", task="trials.tasks.sync_registry", crontab=when)
    create_token(name="script", scopes=["READ_DRAFTS"], days=90, by=world.alice, now=NOW)
    TaskResult.objects.create(task_id="1", task_name="trials.tasks.sync_registry", status="SUCCESS")
    _curation(world)


def _curation(world: Universe) -> None:
    """What the work of curators leaves behind."""
    assign_work(row=world.discrepancy, assignee=world.alice, by=world.alice, now=NOW)
    once, twice = (
        therapy_services.create_agent(name=name, kind="OTHER", by=world.alice, now=NOW)
        for name in ("madeline", "madelin")
    )
    therapy_services.merge_agents(
        absorbed=twice, into=once, reason="One spelling too many.", by=world.alice, now=NOW
    )
    upload_table(
        kind="AGENTS",
        file_name="agents.csv",
        content=b"slug,name,kind\nmadelot,madelot,OTHER\n",
        by=world.alice,
        now=NOW,
    )
    Digest.objects.create(person=world.alice, day=NOW.date(), sent_at=NOW, lines=[])


def _registries(world: Universe) -> None:
    """An origin that says something else, and a file that waits for a decision."""
    trial_services.record_secondary_facts(
        trial=world.trials["regobone"],
        identifier=trial_services.GivenIdentifier(
            registry="EUCTR", raw="2013-003910-42", kind="SECONDARY"
        ),
        facts={"start_date": "1999-05-06"}, source_text="a page", by=world.alice, now=NOW,
    )  # fmt: skip
    for file in (ictrp.as_xml(ictrp.RECORDS), ictrp.as_csv(ictrp.RECORDS)):
        trial_services.upload_registry_file(
            registry="ictrp", stream=io.BytesIO(file), file_name="who", by=world.alice, now=NOW
        )


@pytest.fixture
def administrator(full_world: Universe) -> Client:
    """A browser of an administrator, with rows in every table."""
    return sign_in("administrator")


def test_no_model_is_without_a_page() -> None:
    own = {
        model
        for model in apps.get_models()
        if not model._meta.proxy
        and not hasattr(model, "pgh_tracked_model")
        and model._meta.app_label != "pghistory"
    }
    chords = apps.get_model("django_celery_results", "ChordCounter")
    assert own - set(admin.site._registry) == {*PLUMBING, chords}


def test_every_page_has_data_to_be_tried_with(administrator: Client) -> None:
    empty = {model._meta.label_lower for model in MODELS if not model._default_manager.exists()}
    assert empty == WITHOUT_ROWS


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_lists_open_are_searched_and_filtered(administrator: Client, model: type[Model]) -> None:
    page = address(model, "changelist")
    for query in ("", "?q=osteosarcoma+nct"):
        answer = administrator.get(page + query)
        assert answer.status_code == 200, (page + query, answer.headers.get("Location"))
    assert admin.site._registry[model].search_fields, "a page without a search"


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_every_filter_narrows_its_list(administrator: Client, model: type[Model]) -> None:
    page = address(model, "changelist")
    shown = administrator.get(page).context["cl"]
    for one in shown.filter_specs:
        links = [
            choice["query_string"] for choice in one.choices(shown) if "query_string" in choice
        ]
        for link in links[1:3]:
            answer = administrator.get(page + link)
            assert answer.status_code == 200, (page, link, answer.headers.get("Location"))
            assert answer.context["cl"].result_count <= shown.result_count


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_forms_open_with_data_and_empty(administrator: Client, model: type[Model]) -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="test-administrator")
    if admin.site._registry[model].has_add_permission(request):
        assert administrator.get(address(model, "add")).status_code == 200
    for row in model._default_manager.order_by("-pk")[:3]:
        assert administrator.get(address(model, "change", row.pk)).status_code == 200
        assert administrator.get(address(model, "history", row.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_the_cost_of_a_list_does_not_grow_with_its_rows(
    administrator: Client, model: type[Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost(rows: int) -> int:
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", rows)
        with CaptureQueriesContext(connection) as queries:
            administrator.get(address(model, "changelist"))
        return len(queries)

    cost(1)  # content types and permissions are read once
    assert cost(50) <= cost(2) <= 12


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_no_relation_is_a_list_of_hundreds(administrator: Client, model: type[Model]) -> None:
    row = model._default_manager.order_by("pk").first()
    pages = [address(model, "change", row.pk)] if row else []
    for page in pages:
        source = administrator.get(page).content.decode()
        longest = max((part.count("<option") for part in source.split("<select")[1:]), default=0)
        assert longest <= 40 or "timezone" in source, page


@pytest.mark.parametrize("role", ["curator", "reviewer", "administrator"])
def test_the_front_page_and_the_lists_a_role_sees_open(full_world: Universe, role: str) -> None:
    browser = sign_in(role)
    front = browser.get("/admin/")
    assert front.status_code == 200
    for group in front.context["sidebar_navigation"]:
        for item in group["items"]:
            if item["has_permission"]:
                assert browser.get(str(item["link"])).status_code == 200, item["title"]


def test_readers_and_strangers_are_not_let_in(full_world: Universe) -> None:
    answer = Client(SERVER_NAME="localhost").get("/admin/trials/trial/")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_nothing_is_deleted_by_anybody(administrator: Client, model: type[Model]) -> None:
    row: Any = model._default_manager.order_by("pk").first()
    if row is None:
        return
    count = model._default_manager.count()
    answer = administrator.post(address(model, "delete", row.pk), {"post": "yes"})
    assert answer.status_code == 403
    administrator.post(
        address(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk]}
    )
    assert model._default_manager.count() == count


def test_times_are_written_as_year_month_day(administrator: Client) -> None:
    source = administrator.get(address(SyncFailure, "changelist")).content.decode()
    assert f"{NOW:%Y-%m-%d %H:%M}" in source


@pytest.mark.parametrize(
    "title",
    ["One study or two?", "Uploads undecided", "Sync failures", "Disagreements of origins"],
)
def test_the_front_page_counts_what_waits_and_leads_there(
    administrator: Client, title: str
) -> None:
    waiting = {one.title: one for one in administrator.get("/admin/").context["waiting"]}
    shown = administrator.get(waiting[title].url).context["cl"].result_count
    assert waiting[title].count == shown > 0
