"""The environment is made from the lock, found complete, and repaired when it is not."""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SMALL = ("uv==", "sqlparse==", "six==")


def small_lock(names: tuple[str, ...] = SMALL) -> str:
    """A few entries of the real lock, with their hashes."""
    kept, inside = [], False
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        inside = line.startswith(names) or (inside and line.startswith(" "))
        if inside:
            kept.append(line)
    return "\n".join(kept) + "\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bootstrap script and a small lock, and its environment once made."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "bootstrap.py", folder / "scripts")
    (folder / "requirements.lock").write_text(small_lock())
    made = bootstrap(folder)
    if (
        made.returncode
        and "is the package index reached?" in made.stderr
        and "CI" not in os.environ
    ):
        pytest.skip("no package index is reached from here")
    assert made.returncode == 0, made.stderr
    assert "Making the environment in .venv" in made.stdout
    return folder


def bootstrap(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(folder), capture_output=True, text=True)


def command(folder: Path) -> list[str]:
    return [sys.executable, str(folder / "scripts" / "bootstrap.py")]


def imports(folder: Path, module: str) -> bool:
    python = folder / ".venv" / "bin" / "python"
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


@pytest.mark.slow
def test_a_complete_environment_is_left_alone(project: Path) -> None:
    assert imports(project, "sqlparse")
    again = bootstrap(project)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


@pytest.mark.slow
def test_a_changed_lock_is_installed(project: Path) -> None:
    lock = project / "requirements.lock"
    lock.write_text(small_lock(SMALL[:2]))
    said = bootstrap(project).stdout
    assert "Installing up to 2 locked packages" in said
    assert "Making the environment" not in said
    assert not imports(project, "six")
    lock.write_text(small_lock())
    bootstrap(project)
    assert imports(project, "six")


@pytest.mark.slow
def test_a_broken_environment_is_made_again_even_after_an_interruption(project: Path) -> None:
    (project / ".venv" / "bin" / "python").unlink()
    config = project / ".venv" / "pyvenv.cfg"
    config.unlink()
    interrupted = subprocess.Popen(
        command(project), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    while not config.exists():
        time.sleep(0.01)
    os.killpg(interrupted.pid, signal.SIGKILL)
    interrupted.communicate()
    assert bootstrap(project).returncode == 0
    assert imports(project, "sqlparse")


def test_a_python_that_is_too_old_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "bootstrap.py"))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"OsteoDB needs Python 3.11 or later, and .* is 3.9"):
        script["main"]()
