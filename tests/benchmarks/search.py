"""The search page over many trials, statements and sources against the bare SQL of its words.

The floor counts what the word lists hold and takes the first few rows: no rank, no marks, no
agents' names, no page. A common word is in most trials, a rare one in one of a hundred.
"""

from __future__ import annotations

import datetime as dt
import random

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from evidence.models import EvidenceItem, EvidenceVersion, Source
from osteodb.core.models import User
from tests.benchmarks.measuring import Row, alternately
from tests.benchmarks.realistic import WORDS
from tests.registry.records import AGENTS
from therapies.services import create_agent
from trials.models import Trial

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TRIALS, STATEMENTS, SOURCES, ROUNDS = 20_000, 5_000, 5_000, 11
COMMON, RARE, AGENT = "chemotherapy", "quixotic", "regorafenib progression"
CLIENT = Client(SERVER_NAME="localhost")
VISIBLE = {
    "trials_trial": "inclusion = 'INCLUDED' AND merged_into_id IS NULL",
    "evidence_evidenceversion": "state = 'PUBLISHED'",
    "evidence_source": "true",
    "therapies_agent": "true",
    "therapies_target": "true",
}


def text(chance: random.Random, words: int, index: int) -> str:
    """Made-up words, now and then with an agent's name or the rare word."""
    made = chance.choices(WORDS, k=words)
    if index % 7 == 0:
        made[0] = AGENTS[index % len(AGENTS)]
    if index % 100 == 0:
        made[-1] = RARE
    return " ".join(made).capitalize()


def fill() -> None:
    """Rows straight into the tables: only what the search reads is measured."""
    chance = random.Random("search")  # noqa: S311 - the same every time
    for name in AGENTS:
        create_agent(name=name, kind="OTHER", by=None, now=NOW)
    Trial.objects.bulk_create(
        [
            Trial(
                brief_title=text(chance, 10, at),
                official_title=text(chance, 22, at),
                lead_sponsor=f"Example Hospital {at % 211}",
                brief_summary=text(chance, 90, at),
                inclusion="INCLUDED",
                inclusion_reason="made",
                created_at=NOW,
                updated_at=NOW,
            )
            for at in range(TRIALS)
        ],
        batch_size=2_000,
    )
    Source.objects.bulk_create(
        Source(slug=f"made-{at}", kind="ARTICLE", title=text(chance, 16, at), first_author="Made A")
        for at in range(SOURCES)
    )
    alice, bob = (User.objects.create(username=name) for name in ("made-alice", "made-bob"))
    items = EvidenceItem.objects.bulk_create(
        EvidenceItem(created_at=NOW) for _ in range(STATEMENTS)
    )
    EvidenceVersion.objects.bulk_create(
        EvidenceVersion(
            item=item,
            number=1,
            state="PUBLISHED",
            kind="EFFICACY",
            statement=text(chance, 30, at),
            level="B",
            direction="SUPPORTS",
            model_system="PATIENT",
            author=alice,
            reviewer=bob,
            created_at=NOW,
            updated_at=NOW,
            published_at=timezone.now(),
        )
        for at, item in enumerate(items)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def page(question: str) -> bytes:
    """The whole page of hits."""
    answer = CLIENT.get("/search/", {"q": question, "all": "1"})
    assert answer.status_code == 200
    return bytes(answer.content)


def suggest(question: str) -> bytes:
    """What the box suggests."""
    return bytes(CLIENT.get("/search/suggest/", {"q": question}).content)


def by_hand(question: str) -> int:
    """The floor: counts and the first rows of each table by the same words."""
    total = 0
    with connection.cursor() as cursor:
        for table, visible in VISIBLE.items():
            words = "websearch_to_tsquery('english', %s)"
            where = f"WHERE {visible} AND search @@ {words}"
            cursor.execute(f"SELECT count(*) FROM {table} {where}", [question])  # noqa: S608
            total += cursor.fetchone()[0]
            cursor.execute(f"SELECT id FROM {table} {where} LIMIT 6", [question])  # noqa: S608
            cursor.fetchall()
    return total


def run() -> list[Row]:
    """Fill the tables, and measure with static files under their plain names."""
    fill()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        return measured()


def measured() -> list[Row]:
    """See that page and SQL find the same, then measure both."""
    assert f"{by_hand(RARE)} hits for" in page(RARE).decode(), "page and SQL find the same"
    rows = []
    for name, question in (("a common word", COMMON), ("a rare word", RARE), (AGENT, AGENT)):
        seconds = alternately(
            lambda asked=question: page(asked),  # type: ignore[misc]
            lambda asked=question: by_hand(asked),  # type: ignore[misc]
            rounds=ROUNDS,
        )
        rows.append(Row(f"search page, {name}", "counts and first rows in SQL", *seconds))
    seconds = alternately(lambda: suggest("regor"), lambda: by_hand("regorafenib"), rounds=ROUNDS)
    return [*rows, Row("suggestions while typing", "counts and first rows in SQL", *seconds)]
