"""`manage.py parse_registry_file REGISTRY PATH…`: how well files of records would be understood."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from osteodb.core.errors import OsteoDBError
from trials.registries.catalogue import FILE_ADAPTERS
from trials.registries.files import opened
from trials.registries.survey import Survey, Value, survey

SHOWN_FAILURES = 20
WIDTH = 120  # also where nobody watches and the output goes to a file


class Command(BaseCommand):
    """Ends with 0 where every record could be read, with 1 where one could not."""

    help = (
        "Parse files of registry records and show how many could be read, and which of their "
        "values no table knows. Nothing is stored, no database is needed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("registry", choices=sorted(FILE_ADAPTERS), help="whose records")
        parser.add_argument("paths", nargs="+", type=Path, metavar="path", help="plain or gzip")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=sys.stdout, highlight=False, width=WIDTH)
        surveys = {path: _read(options["registry"], path) for path in options["paths"]}
        console.print(_overview(surveys))
        _tell_unreadable(console, surveys)
        listed = sum((one.listed for one in surveys.values()), Counter[Value]())
        if listed:
            console.print(_values(listed))
        if any(one.unreadable for one in surveys.values()):
            sys.exit(1)


def _read(registry: str, path: Path) -> Survey:
    try:
        with opened(path) as stream:
            return survey(FILE_ADAPTERS[registry](), stream)
    except OSError as error:
        raise CommandError(f"{path} cannot be opened: {error.strerror or error}") from error
    except OsteoDBError as error:
        raise CommandError(f"{path}: {error}") from error


def _overview(surveys: dict[Path, Survey]) -> Table:
    """One line a file, and one for all where there are several."""
    table = Table()
    table.add_column("file", overflow="fold")
    for name in ("records", "unreadable", "unmapped", "share", "suspicious"):
        table.add_column(name, justify="right")
    total = Survey()
    for path, one in surveys.items():
        table.add_row(path.name, *_numbers(one))
        total.records += one.records
        total.unreadable += one.unreadable
        total.with_unmapped += one.with_unmapped
        total.with_suspicious += one.with_suspicious
    if len(surveys) > 1:
        table.add_row("all", *_numbers(total))
    return table


def _numbers(one: Survey) -> tuple[str, ...]:
    counts = (one.records, len(one.unreadable), one.with_unmapped)
    return (*map(str, counts), f"{one.share:.1%}", str(one.with_suspicious))


def _tell_unreadable(console: Console, surveys: dict[Path, Survey]) -> None:
    """Which records could not be read and why; the first ones only, with how many more."""
    faults = [(path.name, fault) for path, one in surveys.items() for fault in one.unreadable]
    for name, fault in faults[:SHOWN_FAILURES]:
        where = f" at {fault.path}" if fault.path else ""
        console.print(f"{name}: {fault.registry_id or 'a record'}{where}: {fault}", markup=False)
    if len(faults) > SHOWN_FAILURES:
        console.print(f"… and {len(faults) - SHOWN_FAILURES} more that cannot be read.")


def _values(listed: Counter[Value]) -> Table:
    """The values that no table knows or that cannot be right, the most frequent first."""
    table = Table()
    for name in ("what", "field", "value"):
        table.add_column(name, overflow="fold")
    table.add_column("records", justify="right")
    for one, count in sorted(listed.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(one.kind, one.path, _plain(one.value), str(count))
    return table


def _plain(value: str) -> str:
    """A value as it is: square brackets in it are no markup of the terminal."""
    return value.replace("[", r"\[")
