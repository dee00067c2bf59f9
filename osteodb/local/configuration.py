"""The environment of a local run: what the user gave, then `.env`, then safe local values."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from urllib.parse import quote

from osteodb.local.postgres import socket_url

DATABASE = "osteodb"
ROOT = Path(__file__).resolve().parent.parent.parent


def is_on(switch: str) -> bool:
    """Whether a switch is on; settings.py refuses what is neither on nor off."""
    return switch.strip().lower() in {"1", "true", "yes", "on"}


def read_env_file(file: Path) -> dict[str, str]:
    """The NAME=VALUE lines of a file; blank lines and comments are passed over."""
    values = {}
    for line in file.read_text().splitlines() if file.exists() else []:
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            values[name.strip()] = value[1:-1] if quoted else value
    return values


def var_folder(environment: Mapping[str, str]) -> Path:
    """Where data, logs and the queue of a local run live."""
    return Path(environment.get("OSTEODB_VAR") or ROOT / "var").absolute()


def local_environment(given: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """Everything the processes of a local run need, but DATABASE_URL, which its server names.

    With DEBUG turned off nothing is filled in that a server has to be told.
    """
    environment = {**read_env_file(root / ".env"), **{k: v for k, v in given.items() if v}}
    environment.setdefault("DEBUG", "1")
    var = var_folder(environment)
    environment["OSTEODB_VAR"] = str(var)
    environment.setdefault("PORT", "8000")
    environment.setdefault("CELERY_BROKER_URL", f"filesystem://{quote(str(var / 'queue'))}")
    environment.setdefault("CACHE_URL", "locmem://")
    if is_on(environment["DEBUG"]):
        environment.setdefault("SECRET_KEY", _own_secret(var / "secret_key"))
    return environment


def adopt_local_run(environment: MutableMapping[str, str]) -> None:
    """Let a command work on the database that `make run` made in this folder.

    Does nothing where DATABASE_URL says otherwise or where there has been no local run.
    """
    data = var_folder(environment) / "postgres" / "data"
    if environment.get("DATABASE_URL") or not (data / "PG_VERSION").exists():
        return
    environment.update(local_environment(environment))
    environment.setdefault("DATABASE_URL", socket_url(data, DATABASE))


def _own_secret(file: Path) -> str:
    """A random key made at the first run, so that sessions outlive a restart."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()
