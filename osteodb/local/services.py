"""The three processes of a local run, and what to do when one of them ends by itself."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from osteodb.local import processes
from osteodb.local.configuration import ROOT

GIVE_UP_AFTER = 3  # ends by itself within a minute


class ServiceEnded(Exception):
    """A process ended by itself again and again; the text names it and its log."""


@dataclass
class Service:
    """One program, its log, and the signals on which it and its own children stop at once.

    SIGQUIT is gunicorn's quick and Celery's cold shutdown. A task that is cut off is taken up
    later: each one is an idempotent row. `death_signal` is what it gets when its supervisor was
    killed and the database goes down at the same time.
    """

    name: str
    command: Sequence[str]
    stop_signal: signal.Signals
    death_signal: signal.Signals
    log: Path
    process: subprocess.Popen[bytes] | None = None
    ends: list[float] = field(default_factory=list)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the program; what it prints goes to its log."""
        self.process = processes.start(
            self.command,
            env=environment,
            log=self.log,
            cwd=ROOT,
            stop_signal=self.death_signal,
        )

    def ended(self) -> bool:
        """Whether it has been started and is not running."""
        return self.process is not None and self.process.poll() is not None

    def last_words(self) -> str:
        """How a message about its end goes on."""
        return f"its log {self.log} ends with:\n{processes.tail(self.log)}"


class Services:
    """Web server, worker and beat together."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self._environment = environment
        celery = [sys.executable, "-m", "celery", "-A", "osteodb"]
        self._all = [
            Service(
                "web server",
                [sys.executable, "-m", "gunicorn", "-c", "python:osteodb.gunicorn_conf"],
                signal.SIGQUIT,
                signal.SIGQUIT,
                logs / "web.log",
            ),
            Service(
                "worker",
                [*celery, "worker", "--concurrency=1", "--loglevel=INFO", "--without-gossip"],
                signal.SIGQUIT,
                signal.SIGQUIT,
                logs / "worker.log",
            ),
            # On SIGTERM beat writes to the database first, and where that fails it lives on.
            Service(
                "beat",
                [*celery, "beat", "--loglevel=INFO"],
                signal.SIGTERM,
                signal.SIGKILL,
                logs / "beat.log",
            ),
        ]

    def start(self) -> None:
        """Start all three, each with an empty log."""
        for service in self._all:
            service.log.parent.mkdir(parents=True, exist_ok=True)
            service.log.write_bytes(b"")
            service.start(self._environment)

    def refuse_ended(self) -> None:
        """Raise ServiceEnded when one has ended: during the start nothing is started again."""
        for service in self._all:
            if service.ended():
                raise ServiceEnded(f"The {service.name} ended at its start; {service.last_words()}")

    def revive(self) -> list[str]:
        """Start again what ended by itself; the names. Raises ServiceEnded when it is no use."""
        revived = []
        for service in self._all:
            if not service.ended():
                continue
            now = time.monotonic()
            service.ends = [end for end in service.ends if now - end < 60] + [now]
            if len(service.ends) >= GIVE_UP_AFTER:
                raise ServiceEnded(f"The {service.name} keeps ending; {service.last_words()}")
            service.start(self._environment)
            revived.append(service.name)
        return revived

    def stop(self) -> None:
        """Stop all three, at the same time; nothing of them is left afterwards."""
        running = [(one.process, one.stop_signal) for one in self._all if one.process is not None]
        for process, how in running:
            if process.poll() is None:
                process.send_signal(how)
        for process, how in running:
            processes.stop(process, how, patience=15)


def clear_dead_mailboxes(queue: Path) -> None:
    """Forget whom an earlier run's workers were; tasks that wait in the queue stay."""
    shutil.rmtree(queue / "control", ignore_errors=True)
    for file in (queue / "messages").glob("*.pidbox.msg"):
        file.unlink(missing_ok=True)
