"""`make lighthouse`: marks for performance and accessibility, each to be 95 of 100 or more.

The site runs as a reader meets it (gunicorn, compressed files), from an empty folder with the
corpus alone. Lighthouse comes from the npm registry, by the version below, into a temporary folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.local.test_supervisor import Run

VERSION = "12.8.2"  # the last line that runs on Node 20
ENOUGH = 95
CATEGORIES = ("performance", "accessibility")
PORT = 8377
PAGES = {
    "home": "/",
    "list": "/trials/",
    "trial": "/trials/NCT02389244/",
    "forest plot": "/forest/?endpoint=PFS",
}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"


def install(folder: Path) -> Path:
    """Lighthouse itself; its program."""
    subprocess.run(
        ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund",
         "--ignore-scripts", "--silent", f"lighthouse@{VERSION}"],
        cwd=folder,
        check=True,
    )  # fmt: skip
    return folder / "node_modules" / ".bin" / "lighthouse"


def marks(program: Path, address: str, folder: Path) -> dict[str, Any]:
    """The report of one page."""
    report = folder / "report.json"
    subprocess.run(
        [str(program), address, "--quiet", "--output=json", f"--output-path={report}",
         f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}",
         "--max-wait-for-load=60000"],
        check=True,
        env=os.environ | {"CHROME_PATH": str(shutil.which("chromium"))},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def complaints(report: dict[str, Any]) -> list[str]:
    """What Lighthouse would have otherwise, in the categories that count here."""
    return [
        f"{audit['id']}: {audit['title']}"
        for category in CATEGORIES
        for reference in report["categories"][category]["auditRefs"]
        if reference["weight"]
        and (audit := report["audits"][reference["id"]])["score"] is not None
        and audit["score"] < 0.9
    ]


def main() -> int:
    """Print a line for each page; 1 where one has too few marks."""
    table = Table("page", *CATEGORIES, "kB moved", "would have otherwise", title="Lighthouse")
    worst = 100.0
    with tempfile.TemporaryDirectory(prefix="osteodb-lighthouse-") as name:
        folder = Path(name)
        program = install(folder)
        run = Run(folder / "var", PORT, CTGOV_BASE_URL="http://127.0.0.1:9/api/v2")
        try:
            run.wait_until_ready()
            for words, path in PAGES.items():
                address = run.get(path).url  # where a number leads, not the way there
                report = marks(program, address, folder)
                found = [100 * report["categories"][one]["score"] for one in CATEGORIES]
                worst = min(worst, *found)
                moved = report["audits"]["total-byte-weight"]["numericValue"] / 1000
                shown = [f"{one:.0f}" for one in found]
                table.add_row(words, *shown, f"{moved:.0f}", "\n".join(complaints(report)))
        finally:
            run.stop()
    Console(width=120).print(table)
    return 0 if worst >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
