"""The most memory a first load takes, with few records and with many: it should be the same."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import realistic
from tests.benchmarks.measuring import Row

MANY = 20_000
FEW = (1_000, 2_000)  # one page of the registry's, and two: from then on nothing should grow


def peak_of(file: Path, count: int) -> int:
    """The peak of a fresh process that loads a file, in KiB."""
    command = [sys.executable, "-m", "tests.benchmarks.memory", str(file), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def run() -> list[Row]:
    """Load each number of records in a process of its own."""
    peaks = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (*FEW, MANY):
            file = Path(folder) / f"{count}.jsonl.gz"
            realistic.write(realistic.realistic(count, seed=5), file)
            peaks[count] = peak_of(file, count) / 1024
    what = f"memory at {MANY:,} records"
    return [Row(what, f"at {few:,}", peaks[MANY], peaks[few], unit="MiB") for few in FEW]


def main() -> None:
    """Load a file into the database of the process that called, and print this one's peak.

    The peak is read of the process's own memory: what getrusage says may be that of the process
    it was forked from.
    """
    import django

    django.setup()
    from tests.benchmarks import first_load

    file, count = Path(sys.argv[1]), int(sys.argv[2])
    first_load.empty()
    first_load.name_agents()
    first_load.check(first_load.load(file), count, created=True)
    first_load.empty()
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
