"""`make run`: all of OsteoDB on one machine, from an empty folder to a page and back."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from osteodb import health
from osteodb.local import configuration, processes
from osteodb.local.postgres import Postgres, PostgresError, program_folder, socket_url
from osteodb.local.services import ServiceEnded, Services, clear_dead_mailboxes

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AFTER_A_KILL = 25  # seconds for a killed run's port: its web server may take 20 to end a request


class Refusal(Exception):
    """OsteoDB cannot run here and now; the text says what to do."""


class StopRequested(BaseException):
    """Ctrl-C, `kill`, or a closed terminal."""


class RunLock:
    """One run per folder. The file says who runs; text left in it means that run was killed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def take(self, address: str) -> bool:
        """Take it or raise Refusal; whether the run before this one was killed."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.pread(descriptor, 100, 0).decode().split()
            os.close(descriptor)
            raise Refusal(_already_runs(other)) from None
        self._descriptor = descriptor
        was_killed = os.fstat(descriptor).st_size > 0
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {address}\n".encode(), 0)
        return was_killed

    def release(self) -> None:
        """Give it back after a clean end; does nothing when it was not taken."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def _already_runs(other: list[str]) -> str:
    if len(other) != 2:
        return "OsteoDB is already starting from this folder: use that one."
    process, address = other
    return (
        f"OsteoDB already runs from this folder, at {address} (process {process}): use that one, "
        f"or stop it with Ctrl-C where it was started, or with `kill {process}`."
    )


class Supervisor:
    """One local run."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.var = configuration.var_folder(environment)
        self.port = int(environment["PORT"])
        self.address = f"http://127.0.0.1:{self.port}/"
        self.is_debug = configuration.is_on(environment["DEBUG"])
        self._lock = RunLock(self.var / "run.lock")
        self._postgres: Postgres | None = None
        self._services: Services | None = None

    def run(self) -> int:
        """Start everything, wait for a signal, stop everything; the exit code."""
        try:
            was_killed = self._lock.take(self.address)
            self._check_port(patience=AFTER_A_KILL if was_killed else 0)
            return self._watch(self._start())
        except StopRequested:
            return 0
        except (Refusal, PostgresError, ServiceEnded) as problem:
            say(f"\n{problem}", to_errors=True)
            return 1
        finally:
            self._stop()

    def _start(self) -> Services:
        began = time.monotonic()
        if "DATABASE_URL" not in self.environment:
            step("Starting PostgreSQL", self._start_postgres)
        self._prepare()
        clear_dead_mailboxes(self.var / "queue")
        self._services = services = Services(self.environment, self.var / "log")
        services.start()
        step("Starting web server, worker and beat", lambda: self._wait_for(services))
        self._introduce(time.monotonic() - began)
        return services

    def _check_port(self, patience: float) -> None:
        host = self.environment.get("OSTEODB_BIND", "127.0.0.1")
        deadline = time.monotonic() + patience
        while problem := port_problem(host, self.port):
            if time.monotonic() > deadline:
                raise Refusal(
                    f"Port {self.port} cannot be used ({problem}): take another one, as in "
                    f"`make run PORT={self.port + 1}`."
                )
            time.sleep(0.2)

    def _start_postgres(self) -> None:
        programs = program_folder(self.environment.get("OSTEODB_PG_BIN", ""))
        self._postgres = Postgres(self.var / "postgres" / "data", programs=programs)
        self._postgres.start()
        self._postgres.create_database(configuration.DATABASE)
        self.environment["DATABASE_URL"] = socket_url(self._postgres.data, configuration.DATABASE)

    def _prepare(self) -> None:
        """Tables, corpus, accounts and static files; the command prints its own steps."""
        command = [sys.executable, "manage.py", "prepare", *(["--accounts"] * self.is_debug)]
        preparing = processes.start(command, env=self.environment, cwd=configuration.ROOT)
        try:
            code = preparing.wait()
        finally:
            processes.stop(preparing, signal.SIGTERM, patience=5)
        if code:
            raise Refusal("OsteoDB did not start; the lines above say why.")

    def _wait_for(self, services: Services, patience: float = 120) -> None:
        deadline = time.monotonic() + patience
        while not health.is_well(self.port, self.environment.get("ALLOWED_HOSTS", "")):
            services.refuse_ended()
            if time.monotonic() > deadline:
                raise Refusal(f"The site did not answer in {patience:.0f} s; see {self.var}/log.")
            time.sleep(0.1)
        services.refuse_ended()

    def _introduce(self, seconds: float) -> None:
        say(f"\nOsteoDB is ready after {seconds:.0f} s: {self.address}")
        accounts = self.var / "accounts.json"
        if self.is_debug and accounts.exists():
            say(f"Admin: {self.address}admin/ with one of these names and passwords")
            for name, password in json.loads(accounts.read_text()).items():
                say(f"  {name:<14} {password}")
        say(f"Data and logs: {self.var}\nStop: Ctrl-C here, or `kill {os.getpid()}`.")

    def _watch(self, services: Services) -> NoReturn:
        while True:
            time.sleep(0.5)
            for name in services.revive():
                say(f"The {name} ended by itself and was started again; see {self.var}/log.")

    def _stop(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        running = self._services or self._postgres
        if running:
            say("\nStopping ...", end="")
        if self._services:
            self._services.stop()
        if self._postgres:
            self._postgres.stop()
        if running:
            say(" everything has stopped.")
        self._lock.release()


def port_problem(host: str, port: int) -> str:
    """Why a port cannot be listened on; nothing when it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return str(error.strerror)
    return ""


def say(text: str, end: str = "\n", to_errors: bool = False) -> None:
    """Print at once; a terminal that was closed must not keep anything from being stopped."""
    with contextlib.suppress(OSError):
        print(text, end=end, flush=True, file=sys.stderr if to_errors else sys.stdout)


def step(title: str, work: Callable[[], None]) -> None:
    """Do one thing, and say what and how long it took."""
    say(f"{title} ...", end="")
    began = time.monotonic()
    work()
    say(f" {time.monotonic() - began:.1f} s")


def request_stop(*_: object) -> None:
    """The handler of every signal that means "stop"."""
    raise StopRequested


def listen_for_stop() -> None:
    """Turn signals into StopRequested; under `make`, its sudden end counts as one too."""
    for number in STOP_SIGNALS:
        under_nohup = number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN
        if not under_nohup:
            signal.signal(number, request_stop)
    if "MAKELEVEL" in os.environ:
        processes.die_with_parent(os.getppid(), signal.SIGTERM)
