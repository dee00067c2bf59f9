"""The whole corpus, loaded once for all tests of a module and rolled back after them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from evidence.corpus.loading import Report, load_corpus

CORPUS = Path(__file__).resolve().parent.parent.parent / "fixtures" / "corpus"
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def loaded_corpus(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Report]:
    """The shipped corpus in the database, and the report of its first load."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_corpus(folder=CORPUS, now=NOW)
        transaction.set_rollback(True)
