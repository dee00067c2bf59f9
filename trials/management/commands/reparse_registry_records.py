"""`manage.py reparse_registry_records ctgov`: read stored records again after a parser change."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from osteodb.core.errors import OsteoDBError
from trials import services
from trials.management.reporting import bar, console, end_with


class Command(BaseCommand):
    """Ends with 0 where every record was read, with 1 where one was not."""

    help = (
        "Read the newest stored record of each number again, without the network, where the "
        "present version of the parser has not applied it yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("registry", help="ctgov, ctis, euctr, ictrp or isrctn")
        parser.add_argument(
            "--id", action="append", default=[], dest="ids", help="only this number; repeatable"
        )
        parser.add_argument(
            "--all", action="store_true", dest="every", help="those applied already too"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change and write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        to = console()
        try:
            with bar(to, "Reading stored records") as progress:
                run, intended = services.reparse_registry_records(
                    registry=options["registry"],
                    ids=options["ids"],
                    every=options["every"],
                    dry_run=options["dry_run"],
                    by=None,
                    now=timezone.now(),
                    progress=progress,
                )
        except OsteoDBError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            to.print("Stopped. The next replay goes on from there.")
            sys.exit(130)
        end_with(to, run, intended)
