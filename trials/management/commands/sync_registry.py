"""`manage.py sync_registry ctgov`: bring trials to what a registry says now, while one watches."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from osteodb.core.errors import OsteoDBError
from trials import services
from trials.models import RunState, RunTrigger, SyncRun

SHOWN_FAILURES = 20


class Command(BaseCommand):
    """Ends with 0 where the run was clean, with 1 where it failed or left something out."""

    help = (
        "Bring trials to what a registry says now. Without --query and --id it asks the daily "
        "question (OSTEODB_SYNC_QUERY) and for every known number."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("registry", help="the registry's name, such as ctgov")
        parser.add_argument("--query", help="words for a condition, instead of the daily question")
        parser.add_argument(
            "--id", action="append", default=[], dest="ids", help="only this number; repeatable"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change and write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["query"] and options["ids"]:
            raise CommandError("Give --query or --id, not both.")
        console = Console(file=sys.stdout, highlight=False)
        try:
            run = self.carry_out(console, options)
        except OsteoDBError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            console.print("Stopped. What was stored is kept; the next run goes on from there.")
            sys.exit(130)
        self.summarise(console, run)
        if run.state != RunState.SUCCEEDED:
            sys.exit(1)

    def carry_out(self, console: Console, options: dict[str, Any]) -> SyncRun:
        """The run, with a bar where somebody watches."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        with bar:
            task = bar.add_task(f"Asking {options['registry']}", total=None)

            def progress(run: SyncRun) -> None:
                total = run.total_expected or len(run.registry_ids) or None
                name = f"{run.get_registry_display()}: records"
                bar.update(task, completed=run.seen_count, total=total, description=name)

            return services.sync_registry(
                registry=options["registry"],
                query=options["query"],
                ids=options["ids"],
                dry_run=options["dry_run"],
                trigger=RunTrigger.COMMAND,
                by=None,
                now=timezone.now(),
                progress=progress,
            )

    def summarise(self, console: Console, run: SyncRun) -> None:
        """The run in a table, then what could not be taken in."""
        heading = f"{run.get_registry_display()}, run {run.pk}: {run.get_state_display()}"
        console.print(heading + (" (dry run, nothing written)" if run.dry_run else ""))
        table = Table()
        table.add_column("records")
        table.add_column("count", justify="right")
        for words, count in (
            ("seen", run.seen_count),
            ("new trials", run.created_count),
            ("changed", run.changed_count),
            ("unchanged", run.unchanged_count),
            ("gone from the registry", run.tombstone_count),
            ("failed", run.failure_count),
        ):
            table.add_row(words, str(count))
        console.print(table)
        if run.data_timestamp:
            console.print(f"Registry data of {run.data_timestamp} UTC.")
        if run.reason:
            console.print(run.reason)
        failures = run.failures.order_by("id")
        for failure in failures[:SHOWN_FAILURES]:
            where = f" at {failure.path}" if failure.path else ""
            console.print(f"  {failure.registry_id or 'a record'}{where}: {failure.reason}")
        if run.failure_count > SHOWN_FAILURES:
            console.print(f"  … and {run.failure_count - SHOWN_FAILURES} more, in the admin.")
