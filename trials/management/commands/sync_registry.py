"""`manage.py sync_registry ctgov`: bring trials to what a registry says now, while one watches."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from osteodb.core.errors import OsteoDBError
from trials import services
from trials.management.reporting import bar, console, end_with
from trials.models import RunTrigger


class Command(BaseCommand):
    """Ends with 0 where the run was clean, with 1 where it failed or left something out."""

    help = (
        "Bring trials to what a registry says now. Without --query and --id it asks the daily "
        "question (OSTEODB_SYNC_QUERY) and for every known number."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("registry", help="ctgov, ctis, euctr or isrctn")
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
        to = console()
        try:
            with bar(to, f"Asking {options['registry']}") as progress:
                run = services.sync_registry(
                    registry=options["registry"],
                    query=options["query"],
                    ids=options["ids"],
                    dry_run=options["dry_run"],
                    trigger=RunTrigger.COMMAND,
                    by=None,
                    now=timezone.now(),
                    progress=progress,
                )
        except OsteoDBError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            to.print("Stopped. What was stored is kept; the next run goes on from there.")
            sys.exit(130)
        end_with(to, run)
