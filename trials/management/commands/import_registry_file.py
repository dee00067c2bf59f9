"""`manage.py import_registry_file ictrp export.xml`: bring trials to what a file says."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from osteodb.core.errors import OsteoDBError
from trials import services
from trials.management.reporting import bar, console, end_with
from trials.registries.files import opened


class Command(BaseCommand):
    """Ends with 0 where every record was taken in, with 1 where one was not."""

    help = (
        "Read a registry's export file and bring trials to what it says: WHO's ICTRP export (XML "
        "or CSV), the EU register's full-details text, CTIS or ISRCTN JSON, ClinicalTrials.gov "
        "JSON. Files packed with gzip are unpacked. Contact persons are dropped before anything "
        "is stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("registry", help="ctgov, ctis, euctr, ictrp or isrctn")
        parser.add_argument("path", type=Path, help="the file")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change and write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        to = console()
        try:
            with opened(path) as stream, bar(to, f"Reading {path.name}") as progress:
                run, intended = services.import_registry_file(
                    registry=options["registry"],
                    stream=stream,
                    file_name=path.name,
                    dry_run=options["dry_run"],
                    by=None,
                    now=timezone.now(),
                    progress=progress,
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error
        except OsteoDBError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            to.print("Stopped. What was stored is kept; import the file again for the rest.")
            sys.exit(130)
        end_with(to, run, intended)
