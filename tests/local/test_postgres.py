"""The database server of a local run: keeps its data and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from osteodb.local.postgres import Postgres, PostgresError, program_folder, socket_url
from tests.local.leftovers import processes_of, wait_until_gone

STARTER = """
import sys, time
from pathlib import Path
from osteodb.local.postgres import Postgres, program_folder
Postgres(Path(sys.argv[1]), programs=program_folder(), durable=False).start()
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, so that the socket fits beside the data."""
    with tempfile.TemporaryDirectory(prefix="osteodb-pg-") as name:
        yield Path(name)


def server_in(folder: Path) -> Postgres:
    return Postgres(folder / "data", programs=program_folder(), durable=False)


def test_it_sorts_alike_everywhere_and_listens_on_no_port(folder: Path) -> None:
    server = server_in(folder)
    server.start()
    server.create_database("osteodb")
    server.create_database("osteodb")
    with psycopg.connect(socket_url(server.data, "osteodb")) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding),"
            " current_setting('listen_addresses') FROM pg_database WHERE datname = 'osteodb'"
        ).fetchone()
    server.stop()
    assert row == ("b", "C.UTF-8", "UTF8", "")
    assert not processes_of(folder)


def test_data_outlives_a_clean_stop(folder: Path) -> None:
    server = server_in(folder)
    server.start()
    with psycopg.connect(socket_url(server.data, "postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    server.stop()
    server.start()
    with psycopg.connect(socket_url(server.data, "postgres")) as connection:
        assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)
    server.stop()
    assert "not properly shut down" not in server.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_nothing_is_left_when_its_starter_is_killed(folder: Path) -> None:
    starter = start_in_another_process(folder)
    assert len(processes_of(folder)) > 3
    starter.kill()
    starter.wait()
    assert not wait_until_gone(folder, seconds=10)


def test_it_starts_again_while_the_old_one_is_still_going_down(folder: Path) -> None:
    starter = start_in_another_process(folder)
    starter.kill()
    starter.wait()
    server = server_in(folder)
    server.start()
    with psycopg.connect(socket_url(server.data, "postgres")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()


def test_it_recovers_from_a_killed_server(folder: Path) -> None:
    server = server_in(folder)
    server.start()
    assert server._server is not None
    os.kill(server._server.pid, signal.SIGKILL)
    server._server.wait()
    server.stop()
    again = server_in(folder)
    again.start()
    again.stop()


def test_an_interrupted_making_of_the_data_folder_is_begun_anew(folder: Path) -> None:
    unfinished = folder / "data.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    server = server_in(folder)
    server.start()
    server.stop()
    assert not unfinished.exists()


def test_a_long_path_gets_its_socket_in_a_short_place(folder: Path) -> None:
    deep = folder / ("a-folder-with-a-long-name-" * 3) / ("and-one-more-below-it-" * 3)
    server = server_in(deep)
    server.start()
    with psycopg.connect(socket_url(server.data, "postgres")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()
    assert len(os.fsencode(server.sockets)) < 90
    server.sockets.rmdir()


def test_a_folder_open_to_others_is_refused(folder: Path) -> None:
    (folder / "socket").mkdir()
    (folder / "socket").chmod(0o777)
    server = server_in(folder)
    with pytest.raises(PostgresError, match="open to others"):
        server.start()
    server.stop()


def test_data_of_another_version_is_refused_with_a_way_out(folder: Path) -> None:
    (folder / "data").mkdir(mode=0o700)
    (folder / "data" / "PG_VERSION").write_text("12\n")
    server = server_in(folder)
    with pytest.raises(PostgresError, match="was written by PostgreSQL 12"):
        server.start()
    server.stop()


def test_a_wrong_program_folder_is_named() -> None:
    with pytest.raises(PostgresError, match="OSTEODB_PG_BIN is '/nowhere'"):
        program_folder("/nowhere")


def start_in_another_process(folder: Path) -> subprocess.Popen[str]:
    """A process that starts the server and then only sleeps."""
    command = [sys.executable, "-c", STARTER, str(folder / "data")]
    starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    assert starter.stdout.readline() == "started\n"
    time.sleep(0.1)
    return starter
