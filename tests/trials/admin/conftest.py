"""Who sits at the admin of trials, and a queue that only notes what it is given."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.admin_support import sign_in
from tests.universe import Universe
from trials import tasks


@pytest.fixture
def curator(shared_universe: Universe) -> Client:
    """A browser of a curator in the universe."""
    return sign_in("curator")


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was put in the queue, instead of a queue."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.sync_registry, "delay", lambda **given: sent.append(given))
    return sent
