"""The server composition, proven without a Docker engine.

The commands, variables and health checks are read out of docker-compose.yml and run against a
PostgreSQL and a Redis that this machine runs; RabbitMQ stands in for Redis once.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from tests.journeys.composition import ROOT, Composition, MissingVariable, filled_in

pytestmark = pytest.mark.slow
SERVER = "postgres://postgres@127.0.0.1:5432"
GIVEN = {
    "SECRET_KEY": "k3yV-w9Qx0pLr7sTz2bNd5fGh8jMc1aEuIoY4xW6",
    "ALLOWED_HOSTS": "osteodb.example.org",
    "POSTGRES_PASSWORD": "of-the-composition",
}

SEND = """
from osteodb.celery import app
print(app.send_task("celery.backend_cleanup").id)
"""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A database of its own on the machine's server."""
    if not (listens(5432) and listens(6379)):
        pytest.skip("no PostgreSQL and Redis run on this machine (127.0.0.1:5432 and :6379)")
    name = f"osteodb_composition_{os.getpid()}"
    try:
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    except psycopg.OperationalError as refused:
        pytest.skip(f"the PostgreSQL on this machine does not let the tests in: {refused}")
    yield name
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("composition")


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def composition(database: str, folder: Path, port: int) -> Composition:
    """The services on this machine's servers, once prepared as the image and `init` do it."""
    stand_ins = {
        f"postgres://osteodb:{GIVEN['POSTGRES_PASSWORD']}@postgres:5432/osteodb": (
            f"{SERVER}/{database}"
        ),
        "redis://redis:6379/0": "redis://127.0.0.1:6379/8",
        "redis://redis:6379/1": "redis://127.0.0.1:6379/9",
        "/tmp/": f"{folder}/",
    }
    made = Composition(GIVEN, stand_ins)
    collect = re.search(r"RUN (DEBUG=1 .*collectstatic.*?)\s*\\?\n", dockerfile())
    assert collect is not None
    variables = {"PATH": made.environment("web")["PATH"], "OSTEODB_VAR": str(folder)}
    subprocess.run(["env", *shlex.split(collect[1])], cwd=ROOT, env=variables, check=True)
    assert made.start("init", folder / "init.log").wait(180) == 0, said(folder / "init.log")
    return made


@pytest.fixture
def start(
    composition: Composition, folder: Path, port: int
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start services of the composition; they are stopped as `docker compose stop` does."""
    started = []

    def start_one(service: str, **changes: str) -> subprocess.Popen[bytes]:
        changes |= {"PORT": str(port), "OSTEODB_VAR": str(folder)}
        started.append(composition.start(service, folder / f"{service}.log", **changes))
        return started[-1]

    yield start_one
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def test_web_worker_and_beat_run_as_the_composition_says(
    composition: Composition,
    start: Callable[..., subprocess.Popen[bytes]],
    folder: Path,
    port: int,
    database: str,
) -> None:
    running = {service: start(service) for service in ("web", "worker", "beat")}
    for service in running:
        healthy(composition, service, folder, PORT=str(port))
    site = f"http://127.0.0.1:{port}"
    name = {"Host": GIVEN["ALLOWED_HOSTS"]}
    unsafe = requests.get(f"{site}/admin/login/", headers=name, allow_redirects=False, timeout=20)
    assert unsafe.status_code == 301
    assert unsafe.headers["Location"] == "https://osteodb.example.org/admin/login/"
    behind_tls = name | {"X-Forwarded-Proto": "https"}
    page = requests.get(f"{site}/admin/login/", headers=behind_tls, timeout=20)
    assert page.status_code == 200
    style = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    assert style is not None
    assert requests.get(site + style[1], headers=behind_tls, timeout=20).status_code == 200
    stranger = {"Host": "elsewhere.example.org", "X-Forwarded-Proto": "https"}
    assert requests.get(f"{site}/admin/login/", headers=stranger, timeout=20).status_code == 400
    works_through_the_broker(composition, database)
    assert all(process.poll() is None for process in running.values())


def test_the_worker_takes_its_tasks_from_rabbitmq_too(
    composition: Composition, start: Callable[..., subprocess.Popen[bytes]], database: str
) -> None:
    if not listens(5672):
        pytest.skip("no RabbitMQ runs on this machine (127.0.0.1:5672)")
    broker = {"CELERY_BROKER_URL": "amqp://guest:guest@127.0.0.1:5672//"}
    start("worker", **broker)
    works_through_the_broker(composition, database, **broker)


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_the_composition_says_which_variable_is_missing(name: str) -> None:
    given = {key: value for key, value in GIVEN.items() if key != name}
    with pytest.raises(MissingVariable, match=f"give {name} in .env"):
        filled_in((ROOT / "docker-compose.yml").read_text(), given)


def test_the_composition_holds_no_secret_and_keeps_its_data() -> None:
    services = Composition(GIVEN, {}).services
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "SECRET" in name:
                assert value.startswith("${"), name
    assert all("volumes" in services[name] for name in ("postgres", "redis"))
    assert all("healthcheck" in services[name] for name in set(services) - {"init"})


def healthy(composition: Composition, service: str, folder: Path, **changes: str) -> None:
    """Wait until the service's own health check passes."""
    deadline = time.monotonic() + 60
    while not composition.is_healthy(service, **changes):
        assert time.monotonic() < deadline, said(folder / f"{service}.log")
        time.sleep(0.3)


def works_through_the_broker(composition: Composition, database: str, **changes: str) -> None:
    """A task that is sent is carried out, and its result is kept in the database."""
    sent = subprocess.run(
        ["python", "manage.py", "shell", "--no-imports", "--command", SEND],
        cwd=ROOT,
        env=composition.environment("worker") | changes,
        capture_output=True,
        text=True,
        check=True,
    )
    task = sent.stdout.split()[-1]  # the last word it prints
    deadline = time.monotonic() + 60
    with psycopg.connect(f"{SERVER}/{database}", autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(
                "SELECT status FROM django_celery_results_taskresult WHERE task_id = %s", [task]
            ).fetchone()
            if row == ("SUCCESS",):
                return
            time.sleep(0.2)
    raise AssertionError(f"The task {task} was not carried out; last seen: {row}")


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def said(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]
