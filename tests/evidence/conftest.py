"""The whole corpus, loaded once for all tests of a module and rolled back after them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from evidence.corpus.loading import Report, load_corpus
from tests.evidence.small_corpus import write_corpus
from tests.evidence.stating import Desk

CORPUS = Path(__file__).resolve().parent.parent.parent / "fixtures" / "corpus"
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def loaded_corpus(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Report]:
    """The shipped corpus in the database, and the report of its first load."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_corpus(folder=CORPUS, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def small_corpus(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Report]:
    """The corpus of a few lines in the database, for all tests of a module."""
    folder = write_corpus(tmp_path_factory.mktemp("corpus"))
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_corpus(folder=folder, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def desk(small_corpus: Report, db: None) -> Desk:
    """A curator and a reviewer with the small corpus before them; undone after each test."""
    return Desk()
