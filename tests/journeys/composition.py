"""docker-compose.yml read as `docker compose` reads it, and its commands run without an engine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})")


class MissingVariable(Exception):
    """What `docker compose` says when `${NAME:?sentence}` has no value."""


def filled_in(text: str, variables: Mapping[str, str]) -> str:
    """Replace `${NAME}`, `${NAME:-default}`, `${NAME:?sentence}` and `$$`."""

    def one(match: re.Match[str]) -> str:
        dollar, name, kind, rest = match.groups()
        if dollar:
            return "$"
        value = variables.get(name, "")
        if not value and kind == "?":
            raise MissingVariable(rest)
        return value or (rest if kind == "-" else "") or ""

    return PLACE.sub(one, text)


class Composition:
    """The services, with the names of other containers replaced by what stands for them here."""

    def __init__(self, variables: Mapping[str, str], stand_ins: Mapping[str, str]) -> None:
        whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
        self.services: dict[str, Any] = whole["services"]
        self._variables, self._stand_ins = variables, stand_ins

    def environment(self, service: str) -> dict[str, str]:
        """What this service is told, and nothing else that the settings read."""
        given = self.services[service]["environment"]
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        here = {"PATH": path, "HOME": os.environ.get("HOME", "/"), "PYTHONUNBUFFERED": "1"}
        return here | {name: self._local(str(value)) for name, value in given.items()}

    def command(self, service: str) -> list[str]:
        """The command of a service."""
        return [self._local(word) for word in self.services[service]["command"]]

    def start(self, service: str, log: Path, **changes: str) -> subprocess.Popen[bytes]:
        """Start a service's command; what it prints goes to the log."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(service),
                cwd=ROOT,
                env=self.environment(service) | changes,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_healthy(self, service: str, **changes: str) -> bool:
        """Run the service's own health check."""
        kind, *words = self.services[service]["healthcheck"]["test"]
        command = [self._local(word) for word in words]
        done = subprocess.run(
            ["sh", "-c", *command] if kind == "CMD-SHELL" else command,
            cwd=ROOT,
            env=self.environment(service) | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        return done.returncode == 0

    def _local(self, text: str) -> str:
        text = filled_in(text, self._variables)
        for name, here in self._stand_ins.items():
            text = text.replace(name, here)
        return text
