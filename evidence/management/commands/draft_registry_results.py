"""`manage.py draft_registry_results`: posted results of trials into drafts that people check."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evidence import services
from osteodb.core.errors import OsteoDBError

WHATS = ("made", "unchanged", "waiting", "left out", "other")
TOLD = ("made", "waiting", "left out")


class Command(BaseCommand):
    """Ends with 0 where every record could be read, with 1 where one could not."""

    help = (
        "Draft evidence from results that ClinicalTrials.gov posted. Nothing is published: a "
        "curator submits a draft and a reviewer decides. Without --id: what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--id", action="append", default=[], dest="ids", help="read this number again"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be drafted and keep nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reports = services.draft_registry_results(
                now=timezone.now(), numbers=options["ids"], dry_run=options["dry_run"]
            )
        except OsteoDBError as error:
            raise CommandError(str(error)) from error
        console = Console(file=sys.stdout, highlight=False)
        self.summarise(console, reports, dry_run=options["dry_run"])
        if any(report.failure for report in reports):
            sys.exit(1)

    def summarise(
        self, console: Console, reports: list[services.RecordReport], *, dry_run: bool
    ) -> None:
        """A table of the records, then each outcome that was drafted or not, with the reason."""
        if not reports:
            console.print("Nothing new has been posted.")
            return
        table = Table(title="Dry run, nothing kept" if dry_run else None)
        table.add_column("record")
        for what in WHATS:
            table.add_column(what, justify="right")
        for report in reports:
            table.add_row(report.number, *(str(report.count(what)) for what in WHATS))
        console.print(table)
        for report in reports:
            self.tell(console, report)

    def tell(self, console: Console, report: services.RecordReport) -> None:
        """What became of one record's outcomes, line by line."""
        if report.failure:
            console.print(f"{report.number}: [bold]failed[/bold]: {escape(report.failure)}")
        for one in report.settled:
            if one.what in TOLD:
                words = escape(f"{one.key}: {one.words}")
                console.print(f"{report.number} {one.what}: {words}", soft_wrap=True)
