"""Real processes for journeys: a worker, a beat and a registry beside the test's own database."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from kombu import Connection

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def wait_for(
    what: str, found: Callable[[], T | None], seconds: float = 60, pause: float = 0.1
) -> T:
    """The first answer that is something; fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(pause)
    raise AssertionError(f"waited {seconds} seconds for {what}")


def database_url() -> str:
    """The address of the database this test runs in, for another process."""
    server = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return f"{server.scheme}://{server.netloc}/{name}?{server.query}"


def children_of(parent: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may be over by now
            _name, _, rest = (folder / "stat").read_text().rpartition(")")
            if int(rest.split()[1]) == parent:
                found.append(int(folder.name))
    return found


class Backstage:
    """What runs behind the site: started by name, killed or stopped by name."""

    def __init__(self, folder: Path, registry_url: str, **variables: str) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": f"filesystem://{folder / 'queue'}",
            "CTGOV_BASE_URL": registry_url,
            "OSTEODB_VAR": str(folder),
            "DEBUG": "1",
            **variables,
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *options: str) -> None:
        """`worker` or `beat`, as `make run` starts them."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "osteodb", name, "-l", "INFO", *options],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL to the process and all its children, as a power cut would."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def kill_children(self, name: str) -> None:
        """SIGKILL to those who do the work, as the kernel does when memory runs out."""
        for child in children_of(self.running[name].pid):
            os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        """End whatever still runs."""
        for name in list(self.running):
            self.kill(name)

    def said(self, name: str) -> str:
        """The end of a process's log."""
        log = self.folder / f"{name}.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else ""


def queue_task(backstage: Backstage, task: Any, **arguments: Any) -> None:
    """Send a task through the same broker as the worker reads."""
    messages, control = backstage.folder / "queue" / "messages", backstage.folder / "queue/control"
    for folder in (messages, control):
        folder.mkdir(parents=True, exist_ok=True)
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
    }
    with Connection("filesystem://", transport_options=options) as broker:
        task.apply_async(kwargs=arguments, connection=broker)
