"""`manage.py corpus_coverage`: how much of the source review the corpus covers, part by part."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from evidence.corpus.coverage import LARGEST_SHARE_OF_REASONS, Coverage, read_coverage
from evidence.corpus.folder import FOLDER


class Command(BaseCommand):
    """Fails where a sentence or a table cell is neither covered nor explained."""

    help = "Count the review's sentences and table cells that the corpus covers; fails on a gap."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--path", type=Path, default=FOLDER, help="another folder of files")
        parser.add_argument("--reasons", action="store_true", help="list the reasons as well")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["path"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        coverage = read_coverage(folder)
        console = Console(file=sys.stdout, highlight=False)
        console.print(_table(coverage))
        if options["reasons"]:
            console.print(_reasons(coverage))
        self._judge(coverage, console)

    def _judge(self, coverage: Coverage, console: Console) -> None:
        for problem in coverage.problems:
            self.stderr.write(str(problem))
        for place in coverage.gaps:
            self.stderr.write(f"not covered: {place}")
        reasons, sentences = coverage.core_reasons
        share = reasons / sentences if sentences else 0
        console.print(
            f"Sections 2 to 4: {reasons} of {sentences} sentences have a reason instead "
            f"({share:.0%}; at most {LARGEST_SHARE_OF_REASONS:.0%})."
        )
        if not coverage.is_complete:
            raise CommandError("The review is not covered.")


def _table(coverage: Coverage) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("section")
    for name in ("places", "statements", "other things only", "reasons", "missing"):
        table.add_column(name, justify="right")
    rows = [
        (
            len(part.places),
            len(part.statements),
            len(part.things - part.statements),
            len(part.reasons),
            len(part.gaps),
        )
        for part in coverage.parts
    ]
    for part, row in zip(coverage.parts, rows, strict=True):
        table.add_row(part.name, *map(str, row))
    table.add_section()
    table.add_row("all", *(str(sum(column)) for column in zip(*rows, strict=True)))
    return table


def _reasons(coverage: Coverage) -> Table:
    table = Table("place", "reason", box=None, pad_edge=False)
    for part in coverage.parts:
        for place, reason in sorted(part.reasons.items()):
            table.add_row(str(place), reason)
    return table
