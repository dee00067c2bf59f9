"""`make bench`: every benchmark on a throw-away PostgreSQL, as one table."""

from __future__ import annotations

import os
import pkgutil
import sys
import warnings
from importlib import import_module

from rich.console import Console
from rich.table import Table

import tests.benchmarks
from tests import server
from tests.benchmarks.measuring import Row

HELPERS = frozenset({"__main__", "measuring", "realistic"})


def prepare() -> None:
    """A database with all tables, and Django as on a server: DEBUG would log every query."""
    os.environ.pop("DATABASE_URL", None)  # what is measured is made up: never in a real database
    server.pytest_load_initial_conftests()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osteodb.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    warnings.filterwarnings("ignore", message="No directory at")  # nothing static is served
    django.setup()
    settings.DEBUG = False
    call_command("migrate", verbosity=0)


def empty() -> None:
    """Each benchmark begins without the rows of the one before."""
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)


def modules(wanted: list[str]) -> list[str]:
    """The benchmarks asked for, or all of them."""
    found = [each.name for each in pkgutil.iter_modules(tests.benchmarks.__path__)]
    return [name for name in found if name not in HELPERS and (not wanted or name in wanted)]


def show(rows: list[Row]) -> None:
    """One line for each measurement."""
    table = Table(title="Each against a floor measured in the same run (medians)")
    titles = ["what", "it took", "floor", "floor took", "ratio"]
    titles += ["and"] if any(row.note for row in rows) else []
    for title in titles:
        table.add_column(title, justify="right" if title.endswith(("took", "ratio")) else "left")
    for row in rows:
        table.add_row(
            row.name,
            row.words(row.value),
            row.floor_name,
            row.words(row.floor_value),
            f"{row.ratio:.2f}",
            *([row.note] if "and" in titles else []),
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def main() -> None:
    """Run and print; the server goes whatever happens."""
    try:
        prepare()
        rows: list[Row] = []
        verdicts: list[str] = []
        for name in modules(sys.argv[1:]):
            empty()
            module = import_module(f"tests.benchmarks.{name}")
            found = module.run()
            rows += found
            verdicts += module.verdict(found) if hasattr(module, "verdict") else []
        show(rows)
        sys.stdout.write("".join(f"{one}\n" for one in verdicts))
    finally:
        server.pytest_unconfigure()


if __name__ == "__main__":
    main()
