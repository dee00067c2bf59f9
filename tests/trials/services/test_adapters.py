"""Adapters with this installation's settings."""

from __future__ import annotations

from typing import Any

import pytest

from osteodb.core.errors import InvalidInput
from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.http import Retries
from trials.services.adapters import adapter_for


def adapter() -> CtgovAdapter:
    found = adapter_for("ctgov")
    assert isinstance(found, CtgovAdapter)
    return found


def test_a_registry_is_asked_once_a_second_and_patiently_by_default() -> None:
    config = adapter().client.config
    assert config.interval == 1.0
    assert config.retries == Retries()
    assert config.timeout == (10.0, 120.0)


def test_the_settings_say_where_who_and_how_fast(settings: Any) -> None:
    settings.CTGOV_BASE_URL = "http://127.0.0.1:9/replay"
    settings.OSTEODB_CONTACT = "curators@example.org"
    settings.OSTEODB_REGISTRY_INTERVAL = 2.5
    settings.OSTEODB_REGISTRY_ATTEMPTS = 3
    settings.OSTEODB_REGISTRY_BACKOFF = 5.0
    settings.OSTEODB_REGISTRY_LONGEST_WAIT = 30.0
    settings.OSTEODB_REGISTRY_TIMEOUT = 7.0
    client = adapter().client
    assert client.config.base_url == "http://127.0.0.1:9/replay"
    assert client.config.user_agent == "OsteoDB/0.1 (curators@example.org)"
    assert client.http.pace.interval == 2.5
    assert client.config.timeout == (10.0, 7.0)
    retries = client.http.retries
    assert (retries.attempts, retries.wait_max, retries.longest_hold) == (3, 5.0, 30.0)


def test_two_runs_of_one_process_share_the_pace() -> None:
    assert adapter().client.http.pace is adapter().client.http.pace


def test_a_registry_goes_by_two_names_and_others_are_refused() -> None:
    assert adapter_for("NCT").registry == adapter().registry == "NCT"
    with pytest.raises(InvalidInput, match="no registry that can be synced"):
        adapter_for("nowhere")
