"""Settings stop the start with a sentence, and nothing is guessed on a server."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = {
    "SECRET_KEY": "k3yV-w9Qx0pLr7sTz2bNd5fGh8jMc1aEuIoY4xW6",
    "ALLOWED_HOSTS": "osteodb.example.org",
    "DATABASE_URL": "postgres://user:secret-word@db.example.org:5432/osteodb",
    "CELERY_BROKER_URL": "redis://queue.example.org:6379/0",
    "CACHE_URL": "redis://queue.example.org:6379/1",
}
NAMES = {
    *SERVER,
    *("DEBUG", "PORT", "CTGOV_BASE_URL", "OSTEODB_SYNC_TIME", "OSTEODB_SYNC_QUERY"),
    *("OSTEODB_REGISTRY_INTERVAL", "OSTEODB_REGISTRY_ATTEMPTS", "OSTEODB_REGISTRY_BACKOFF"),
    *("OSTEODB_REGISTRY_LONGEST_WAIT", "OSTEODB_REGISTRY_TIMEOUT"),
    *("OSTEODB_SITE_URL", "EMAIL_URL", "OSTEODB_MAIL_FROM", "OSTEODB_DIGEST_TIME"),
    *("OSTEODB_CONTACT", "OSTEODB_HTTPS", "OSTEODB_VAR", "OSTEODB_BIND", "OSTEODB_WEB_WORKERS"),
}


def settings_with(patch: pytest.MonkeyPatch, variables: dict[str, str]) -> dict[str, Any]:
    """The settings module as it comes out of these variables alone."""
    for name in NAMES:
        patch.delenv(name, raising=False)
    for name, value in variables.items():
        patch.setenv(name, value)
    return runpy.run_path(str(ROOT / "osteodb" / "settings.py"))


def refusal(patch: pytest.MonkeyPatch, variables: dict[str, str]) -> str:
    """The sentences with which these variables are refused."""
    with pytest.raises(SystemExit) as stopped:
        settings_with(patch, variables)
    return str(stopped.value)


def test_a_server_with_every_variable_starts_safely(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_with(monkeypatch, SERVER)
    assert settings["DEBUG"] is False
    assert settings["SESSION_COOKIE_SECURE"] and settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"] and settings["SECURE_HSTS_SECONDS"]
    assert settings["CTGOV_BASE_URL"] == "https://clinicaltrials.gov/api/v2"


@pytest.mark.parametrize("name", sorted(SERVER))
def test_a_server_is_told_which_variable_is_missing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {key: value for key, value in SERVER.items() if key != name}
    assert f"{name} is not set" in refusal(monkeypatch, given)


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, {})
    assert all(f"{name} is not set" in told for name in SERVER)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "maybe", "give 1 (on) or 0 (off)"),
        ("PORT", "http", "give a whole number, 1 to 65535"),
        ("PORT", "70000", "give a whole number, 1 to 65535"),
        ("DATABASE_URL", "mysql://host/osteodb", "give postgres://"),
        ("DATABASE_URL", "postgres://user:secret-word@host:port/osteodb", "give postgres://"),
        ("CELERY_BROKER_URL", "sqs://queue", "give redis://"),
        ("CELERY_BROKER_URL", "redis://", "names no host"),
        ("CACHE_URL", "memcached://host", "give redis://"),
        ("CTGOV_BASE_URL", "clinicaltrials.gov", "give https://host/api/v2"),
        ("OSTEODB_SYNC_TIME", "25:00", "give a time of day as hh:mm"),
        ("OSTEODB_DIGEST_TIME", "noon", "give a time of day as hh:mm"),
        ("EMAIL_URL", "smtp://", "names no host"),
        ("EMAIL_URL", "mail.example.org", "give smtp://host:25"),
        ("OSTEODB_SITE_URL", "osteodb.example.org", "give https://host"),
        ("OSTEODB_REGISTRY_INTERVAL", "fast", "give seconds, 0 to 60"),
        ("OSTEODB_REGISTRY_INTERVAL", "-1", "give seconds, 0 to 60"),
        ("OSTEODB_REGISTRY_INTERVAL", "nan", "give seconds, 0 to 60"),
        ("OSTEODB_REGISTRY_ATTEMPTS", "0", "give a whole number, 1 to 20"),
        ("OSTEODB_REGISTRY_BACKOFF", "1e3", "give seconds, 0 to 600"),
        ("OSTEODB_REGISTRY_LONGEST_WAIT", "3600", "give seconds, 0 to 1800"),
        ("OSTEODB_REGISTRY_TIMEOUT", "0", "give seconds, 0.1 to 600"),
        ("OSTEODB_HTTPS", "ssl", "give 1 (on) or 0 (off)"),
        ("SECRET_KEY", "short", "give at least 40 random characters"),
        ("SECRET_KEY", "a" * 60, "give at least 40 random characters"),
        ("ALLOWED_HOSTS", "*", "name the hosts"),
    ],
)
def test_a_senseless_value_is_refused_with_what_would_be_right(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = refusal(monkeypatch, SERVER | {name: value})
    assert name in told
    assert sentence in told


def test_a_refused_address_does_not_show_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, SERVER | {"DATABASE_URL": "mysql://user:secret-word@host/db"})
    assert "secret-word" not in told


def test_a_developer_has_to_give_the_database_only(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_with(monkeypatch, {"DEBUG": "1", "DATABASE_URL": "postgres:///osteodb"})
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["SECURE_SSL_REDIRECT"] is False


def test_the_daily_sync_runs_when_and_for_what_the_settings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {"OSTEODB_SYNC_TIME": "23:05", "OSTEODB_SYNC_QUERY": "Ewing sarcoma"}
    settings = settings_with(monkeypatch, SERVER | given)
    daily = next(
        entry
        for entry in settings["CELERY_BEAT_SCHEDULE"].values()
        if entry["task"] == "trials.tasks.sync_registry"
    )
    assert (daily["schedule"].hour, daily["schedule"].minute) == ({23}, {5})
    assert settings["OSTEODB_SYNC_QUERY"] == "Ewing sarcoma"


def test_e_mail_goes_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = settings_with(monkeypatch, SERVER)
    assert usual["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert usual["OSTEODB_SITE_URL"] == "https://osteodb.example.org"
    assert usual["DEFAULT_FROM_EMAIL"] == "OsteoDB <osteodb@osteodb.example.org>"
    given = {"EMAIL_URL": "smtp+tls://me:p%40ss@mail.example.org", "OSTEODB_DIGEST_TIME": "07:15"}
    settings = settings_with(monkeypatch, SERVER | given)
    assert settings["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("me", "p@ss")
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (True, False)
    daily = settings["CELERY_BEAT_SCHEDULE"]["Daily e-mail of what waits"]["schedule"]
    assert (daily.hour, daily.minute) == ({7}, {15})


def test_the_registries_are_asked_politely_unless_the_settings_say_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = settings_with(monkeypatch, SERVER)
    assert (usual["OSTEODB_REGISTRY_INTERVAL"], usual["OSTEODB_REGISTRY_ATTEMPTS"]) == (1, 6)
    given = {"OSTEODB_REGISTRY_INTERVAL": "2.5", "OSTEODB_REGISTRY_ATTEMPTS": "3"}
    settings = settings_with(monkeypatch, SERVER | given)
    assert settings["OSTEODB_REGISTRY_INTERVAL"] == 2.5
    assert settings["OSTEODB_REGISTRY_ATTEMPTS"] == 3


def test_every_variable_is_explained_in_the_example_file() -> None:
    example = (ROOT / ".env.example").read_text().splitlines()
    for name in NAMES:
        place = next((i for i, line in enumerate(example) if line.startswith(f"#{name}=")), None)
        assert place is not None, f"{name} is missing in .env.example"
        assert example[place - 1].startswith("# "), f"{name} has no comment in .env.example"


def test_the_server_lock_is_a_part_of_the_whole_lock() -> None:
    whole = pins(ROOT / "requirements.lock")
    assert pins(ROOT / "requirements-server.lock") <= whole


def pins(file: Path) -> set[str]:
    """The `name==version` of each entry."""
    return {line.split()[0] for line in file.read_text().splitlines() if "==" in line.split(" ")[0]}
