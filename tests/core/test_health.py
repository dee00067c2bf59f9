"""The health check."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_health_says_ok_while_the_database_answers(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
