"""Finding every process of a local run, whoever its parent has become."""

from __future__ import annotations

import time
from pathlib import Path


def processes_of(var: Path) -> dict[int, str]:
    """The processes whose environment names this folder, or that work inside it.

    PostgreSQL's processes overwrite their environment with a title, but work in the data folder.
    """
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            place = (folder / "cwd").readlink()
            if f"OSTEODB_VAR={var}".encode() in environment or place.is_relative_to(var):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if words != [b""]:  # a dead process that nobody has waited for yet
                    found[int(folder.name)] = b" ".join(words).decode(errors="replace")
        except (OSError, ValueError):
            continue
    return found


def wait_until_gone(var: Path, seconds: float = 30) -> dict[int, str]:
    """What is left of a run after it had this long to go."""
    deadline = time.monotonic() + seconds
    while (left := processes_of(var)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left
