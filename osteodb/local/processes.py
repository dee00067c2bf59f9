"""Child processes that cannot outlive the one that started them.

Linux tells a child when its parent dies (PR_SET_PDEATHSIG), even by SIGKILL. The signal sent is the
one on which that program stops politely and takes its own children along, so a killed supervisor
leaves nothing behind. It is the end of the parent's *thread* that counts: start children from the
main one.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int, stop_signal: signal.Signals) -> None:
    """Have the kernel send this process `stop_signal` when `parent` dies; call it in the child.

    A shell starts background jobs with SIGINT and SIGQUIT ignored; a program inherits that until
    it sets its own: killed in that moment, the run would leave it behind.
    """
    for each in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before the call
        os.kill(os.getpid(), signal.SIGKILL)


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    cwd: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches only the supervisor."""
    parent = os.getpid()
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(parent, stop_signal),
        )
    finally:
        if output:
            output.close()


def stop(process: subprocess.Popen[bytes], how: signal.Signals, patience: float) -> None:
    """Ask a process to stop; after `patience` seconds end it and everything in its session."""
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, for a message about the program that wrote it."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
