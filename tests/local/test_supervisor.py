"""`make run` as a whole, from an empty folder, in the order a person would have it.

The tests of this file share one folder and build on each other: a first start is slow.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from osteodb.local.postgres import program_folder, socket_url
from tests.local.leftovers import processes_of, wait_until_gone

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
COUNT_ACCOUNTS = """
SELECT count(*) FROM core_user WHERE username IN ('curator', 'reviewer', 'administrator')
"""


class Run:
    """One `make run` in a folder of its own."""

    def __init__(self, var: Path, port: int, **variables: str) -> None:
        self.var, self.port = var, port
        kept = ("PATH", "HOME", "LANG", "OSTEODB_PG_BIN")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "osteodb.local"],
            cwd=ROOT,
            env=environment | {"OSTEODB_VAR": str(var), "PORT": str(port)} | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def wait_until_ready(self) -> float:
        """Read what it says up to its last line of introduction; the seconds since its start."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Stop: "):
                return time.monotonic() - self.began
        raise AssertionError(f"It ended before it was ready:\n{self.said}")

    def finish(self) -> str:
        """Wait for its end; everything it said."""
        said, _ = self.process.communicate(timeout=60)
        self.said += said
        return self.said

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        return self.finish()

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=20)


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="osteodb-run-") as name:
        yield Path(name)
        for process in processes_of(Path(name)):
            os.kill(process, signal.SIGKILL)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_starts_from_an_empty_folder_and_stops_cleanly(var: Path, port: int) -> None:
    run = Run(var, port)
    run.wait_until_ready()
    assert run.get("/healthz").text == "ok\n"
    assert re.search(r"Starting PostgreSQL \.\.\. \d+\.\d s", run.said)
    assert sign_in(run, "curator") == sign_in(run, "reviewer") == 302
    said = run.stop()
    assert run.process.returncode == 0, said
    assert "everything has stopped" in said
    assert not processes_of(var)
    assert database_state(var) == "shut down"


def test_the_second_start_is_quick_and_finds_the_data(var: Path, port: int) -> None:
    run = Run(var, port)
    seconds = run.wait_until_ready()
    with psycopg.connect(socket_url(var / "postgres" / "data", "osteodb")) as connection:
        users = connection.execute(COUNT_ACCOUNTS).fetchone()
        planned = connection.execute(
            "SELECT count(*) FROM django_celery_beat_periodictask WHERE task LIKE 'trials.tasks.%'"
        ).fetchone()
    assert sign_in(run, "administrator") == 302
    refused_beside_it(var, run)
    run.stop()
    assert users == (3,)
    assert planned == (2,)
    assert seconds < 15 or "PYTEST_XDIST_WORKER" in os.environ, seconds


def refused_beside_it(var: Path, run: Run) -> None:
    """A second run from the same folder says which one to use; the first goes on."""
    second = Run(var, run.port + 1)
    said = second.finish()
    assert second.process.returncode == 1
    assert f"OsteoDB already runs from this folder, at http://127.0.0.1:{run.port}/" in said
    assert f"`kill {run.process.pid}`" in said
    assert "Traceback" not in said
    assert run.get("/healthz").status_code == 200


def test_killed_outright_it_leaves_no_process_and_starts_again(var: Path, port: int) -> None:
    run = Run(var, port)
    run.wait_until_ready()
    assert len(processes_of(var)) > 8
    run.process.kill()
    run.finish()
    again = Run(var, port)
    again.wait_until_ready()
    assert again.get("/healthz").status_code == 200
    again.process.kill()
    again.finish()
    assert not wait_until_gone(var)
    assert database_state(var) == "shut down"


def test_a_service_that_ends_is_started_again(var: Path, port: int) -> None:
    run = Run(var, port)
    run.wait_until_ready()
    worker = next(
        process
        for process, command in processes_of(var).items()
        if " worker " in command and parent_of(process) == run.process.pid
    )
    os.kill(worker, signal.SIGKILL)
    assert run.process.stdout is not None
    assert "The worker ended by itself and was started again" in run.process.stdout.readline()
    run.stop()
    assert not processes_of(var)


def test_a_port_in_use_is_named_with_a_way_out(var: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = int(other.getsockname()[1])
        run = Run(var, taken)
        said = run.finish()
    assert run.process.returncode == 1
    assert f"Port {taken} cannot be used" in said
    assert f"make run PORT={taken + 1}" in said
    assert "Traceback" not in said


def test_a_senseless_setting_is_refused_before_anything_starts(var: Path, port: int) -> None:
    run = Run(var, port, OSTEODB_SYNC_TIME="soon")
    said = run.finish()
    assert run.process.returncode == 1
    assert "OSTEODB_SYNC_TIME is 'soon'" in said
    assert "Starting" not in said
    assert "Traceback" not in said


def test_with_debug_off_it_asks_for_what_a_server_needs(var: Path, port: int) -> None:
    said = Run(var, port, DEBUG="0").finish()
    assert "SECRET_KEY is not set" in said
    assert "ALLOWED_HOSTS is not set" in said


def sign_in(run: Run, name: str) -> int:
    """The answer to the admin's sign-in form: 302 leads on into the admin."""
    passwords = json.loads((run.var / "accounts.json").read_text())
    assert f"{name:<14} {passwords[name]}" in run.said
    address = f"http://127.0.0.1:{run.port}/admin/login/?next=/admin/"
    with requests.Session() as session:
        session.get(address, timeout=20)
        form = {
            "username": name,
            "password": passwords[name],
            "csrfmiddlewaretoken": session.cookies["csrftoken"],
        }
        return session.post(address, data=form, allow_redirects=False, timeout=20).status_code


def database_state(var: Path) -> str:
    """What PostgreSQL itself noted about its last end."""
    command = [program_folder() / "pg_controldata", var / "postgres" / "data"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return next(
        line.partition(":")[2].strip()
        for line in report.splitlines()
        if line.startswith("Database cluster state")
    )


def parent_of(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("PPid:")[1].split()[0])
