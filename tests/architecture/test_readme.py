"""The README's tour of the API is true: each answer it shows is part of the real one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

README = Path(__file__).resolve().parents[2] / "README.md"
TOUR = re.findall(r"^GET (/api/v1/\S+)\n    (\{.*\})$", README.read_text("utf-8"), flags=re.M)


@pytest.fixture(scope="module")
def corpus(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The corpus, loaded once; taken back afterwards by the surrounding transaction."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_corpus", verbosity=0)
        yield
        transaction.set_rollback(True)


def missing(shown: Any, real: Any, at: str = "") -> list[str]:
    """Where the shown answer says something that the real one does not."""
    if isinstance(shown, dict):
        if not isinstance(real, dict):
            return [at]
        return [
            place
            for key, value in shown.items()
            for place in missing(value, real.get(key, f"no {key}"), f"{at}.{key}")
        ]
    if isinstance(shown, list) and shown and isinstance(shown[0], dict):
        if not isinstance(real, list) or len(real) < len(shown):
            return [at]
        return [
            place
            for number, value in enumerate(shown)
            for place in missing(value, real[number], f"{at}[{number}]")
        ]
    return [] if shown == real else [f"{at}: {shown!r} is shown, {real!r} is true"]


def test_the_tour_has_ten_stops() -> None:
    assert len(TOUR) == 10


@pytest.mark.parametrize(("address", "shown"), TOUR)
def test_what_the_readme_shows_is_what_the_api_says(
    corpus: None, django_db_blocker: Any, address: str, shown: str
) -> None:
    with django_db_blocker.unblock():
        answer = Client().get(address)
    shown = re.sub(r'"public_id": "[^"]+", ', "", shown)  # counted on by every earlier test
    assert missing(json.loads(shown), answer.json()) == []


def test_every_address_of_the_api_is_under_its_root(client: Client, db: None) -> None:
    addresses = client.get("/api/v1/").json()
    assert addresses == {name: f"http://testserver/api/v1/{name}/" for name in addresses}
