"""What a started program inherits."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from osteodb.local import processes

TELL = """
import signal
print([signal.getsignal(each) == signal.SIG_IGN for each in (signal.SIGQUIT, signal.SIGTERM)])
"""


def test_a_program_can_be_stopped_from_its_first_moment(tmp_path: Path) -> None:
    log = tmp_path / "log"
    before = signal.signal(signal.SIGQUIT, signal.SIG_IGN)  # as a shell does for background jobs
    try:
        child = processes.start([sys.executable, "-c", TELL], log=log, stop_signal=signal.SIGKILL)
        assert child.wait(30) == 0
    finally:
        signal.signal(signal.SIGQUIT, before)
    assert log.read_text() == "[False, False]\n"
