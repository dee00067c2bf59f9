"""Each page as the server makes it, against the page's own SQL statements and nothing else.

The floor of a page is what the database takes for it: the statements that the page makes, caught
once, sent again on the same connection and fetched raw. What a page takes more is ours: filters,
rows to objects, the template. Each page is measured made anew, with nothing kept, and then as it is
given again while nothing was written. Measured on the shipped corpus, and again with a whole
disease's trials beside it. Times are of the processor, for us and our database session together,
so that other work on the machine does not count.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Model, QuerySet
from django.test import RequestFactory, override_settings

from evidence.corpus.folder import FOLDER
from evidence.corpus.loading import load_corpus
from evidence.models import Discrepancy, EvidenceVersion, Source
from osteodb.core.kept import SHELF
from osteodb.website.urls import urlpatterns
from tests.benchmarks import first_load, realistic
from tests.benchmarks.measuring import Row, alternately, session_clock, spent_on
from therapies.models import Agent, Pathway, Target, TherapyClass
from trials.models import Trial, TrialChange

TRIALS = int(os.environ.get("BENCH_TRIALS", first_load.TRIALS))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 15))
FEWEST = min(3, ROUNDS)
ENOUGH = 0.8  # seconds for all rounds of one page
WITHIN = 3  # times its statements that a page may take
SERVER, BROWSER = WSGIHandler(), RequestFactory(SERVER_NAME="localhost")
NOT_PAGES = {"robots", "favicon", "changes-feed"}
FILTERED = {
    "trials, filtered": "/trials/?status=recruiting&phase=PHASE2&ordering=title",
    "trials, searched": "/trials/?search=osteosarcoma+chemotherapy",
    "trials, stale": "/trials/?stale=true",
    "evidence, filtered": "/evidence/?level=B&kind=EFFICACY",
    "changes of statuses": "/changes/?kind=STATUS",
    "search, by words": "/search/?q=osteosarcoma&all=1",
    "paths": "/mechanisms/paths/?from=VEGFR2&to=apatinib",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement of a page with its parameters."""

    sql: str
    parameters: Any


class Recorder:
    """Writes down what goes to the database, and lets it through."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any
    ) -> Any:
        assert not many, "a page only reads"
        self.statements.append(Statement(sql, parameters))
        return execute(sql, parameters, many, context)


def get(address: str) -> None:
    """The whole way: middleware, door, filters, queries, template."""
    answer = SERVER.get_response(BROWSER.get(address))
    assert answer.status_code == 200, (address, answer.status_code)


def made_anew(address: str) -> None:
    """The page with nothing kept."""
    SHELF.clear()
    get(address)


def statements_of(address: str) -> list[Statement]:
    """What a page asks the database, once everything that is asked only once has been asked."""
    made_anew(address)
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        made_anew(address)
    return recorder.statements


def replay(statements: list[Statement]) -> int:
    """The floor: the same statements, fetched and let go."""
    fetched = 0
    with connection.cursor() as cursor:
        for one in statements:
            cursor.execute(one.sql, one.parameters)
            fetched += len(cursor.fetchall()) if cursor.description else 0
    return fetched


def measure(name: str, address: str) -> Row:
    """One page against its own statements; a slow page in fewer rounds than a quick one."""
    statements = statements_of(address)
    once = spent_on(lambda: made_anew(address)).seconds
    rounds = max(FEWEST, min(ROUNDS, int(ENOUGH / once)))
    taken, floor = alternately(
        lambda: made_anew(address),
        lambda: replay(statements),
        rounds=rounds,
        clock=session_clock(),
    )
    get(address)
    again, _ = alternately(lambda: get(address), int, rounds=ROUNDS, clock=session_clock())
    return PageRow(name, f"its {len(statements)} statements", taken, floor, again=again)


@dataclass(frozen=True, slots=True)
class PageRow(Row):
    """A page made anew, and in the last column given again."""

    again: float = 0

    @property
    def note(self) -> str:
        """What the page takes while nothing was written."""
        return f"kept {self.words(self.again)}"


def verdict(rows: list[Row]) -> list[str]:
    """How many pages hold the bar, in all and by what is loaded."""
    places = dict.fromkeys(row.name.rpartition("(")[2].rstrip(")") for row in rows)
    lines = [
        f"{place}: {_held([row for row in rows if row.name.endswith(f'({place})')])}"
        for place in places
    ]
    return [*lines, f"Pages made anew: {_held(rows)}"]


def _held(rows: list[Row]) -> str:
    return f"{sum(row.ratio <= WITHIN for row in rows)} of {len(rows)} within {WITHIN}x"


# --- Which pages ----------------------------------------------------------------------------------


def whole_pages() -> Iterator[tuple[str, str]]:
    """Every page whose address is always the same, new ones included."""
    for pattern in urlpatterns:
        if pattern.name not in NOT_PAGES:
            route = str(pattern.pattern)
            if "<" not in route and not route.endswith((".txt", ".xml")):
                yield str(pattern.name), f"/{route}"


def heaviest(rows: QuerySet[Any, Any], *relations: str) -> Any:
    """The row with the most of something: what is shown most on a page is the page's worst case."""
    counted = rows.annotate(**{f"n_{one}": Count(one, distinct=True) for one in relations})
    found = counted.order_by(*(f"-n_{one}" for one in relations), "pk").first()
    assert isinstance(found, Model)
    return found


def single_pages() -> dict[str, str]:
    """The page of one thing of each kind, of the one with most on it."""
    visible, published = Trial.objects.visible(), EvidenceVersion.objects.published()
    with_numbers = heaviest(visible, "measurements")
    agents = Agent.objects.all()
    version = heaviest(published.select_related("item"), "measurements")
    arrows = heaviest(published.select_related("item"), "assertions")
    return {
        "trial with most numbers": f"/trials/{with_numbers.public_id}/",
        "trial with most sites": f"/trials/{heaviest(visible, 'sites').public_id}/",
        "agent with most trials": f"/agents/{heaviest(agents, 'trial_agents').slug}/",
        "agent with most statements": f"/agents/{heaviest(agents, 'evidence_versions').slug}/",
        "target with most statements": (
            f"/targets/{heaviest(Target.objects.all(), 'evidence_versions').slug}/"
        ),
        "therapy class": f"/therapy-classes/{heaviest(TherapyClass.objects.all(), 'agents').path}/",
        "pathway": f"/pathways/{heaviest(Pathway.objects.all(), 'evidence_versions').slug}/",
        "statement with most numbers": f"/evidence/{version.item.public_id}/",
        "statement with most arrows": f"/evidence/{arrows.item.public_id}/",
        "source with most locators": f"/sources/{heaviest(Source.objects.all(), 'locators').slug}/",
        "discrepancy": f"/discrepancies/{heaviest(Discrepancy.objects.all(), 'sides').slug}/",
        "change": f"/changes/{TrialChange.objects.visible().latest('pk').pk}/",
    }


def measure_all(where: str) -> list[Row]:
    """Every page on what is loaded now."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    gc.collect()
    gc.freeze()  # as the web server does when it starts
    pages = {**dict(whole_pages()), **single_pages(), **FILTERED}
    return [measure(f"{name} ({where})", address) for name, address in pages.items()]


def sync_made_trials() -> None:
    """Made trials of a real size, through the real sync."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.jsonl.gz"
        realistic.write(realistic.realistic(TRIALS, seed=5), file)
        first_load.name_agents()
        run = first_load.load(file)
    assert (run.state, run.created_count) == ("SUCCEEDED", TRIALS), run.reason


@contextmanager
def files_as_on_a_server() -> Iterator[None]:
    """Pages name their styles by what is in them, which somebody has to have worked out."""
    with tempfile.TemporaryDirectory() as folder, override_settings(STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


@files_as_on_a_server()
def run() -> list[Row]:
    """The corpus through its loader, then the made trials; the pages after each."""
    load_corpus(folder=FOLDER, now=first_load.NOW)
    rows = measure_all("corpus")
    sync_made_trials()
    return rows + measure_all(f"and {TRIALS:,} trials")
