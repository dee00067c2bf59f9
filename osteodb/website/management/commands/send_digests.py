"""`manage.py send_digests`: the daily e-mail, now; nobody gets it twice a day."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from osteodb.website.digest import send_digests


class Command(BaseCommand):
    """Ends with 0; with 1 where an e-mail could not be sent."""

    help = "Write to everybody for whom something waits and who was not written to today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say who would get it")

    def handle(self, *args: Any, **options: Any) -> None:
        report = send_digests(now=timezone.now(), dry_run=options["dry_run"])
        would = "Would be sent" if options["dry_run"] else "Sent"
        for title, names in (
            (would, report.sent),
            ("Nothing waits for", report.nothing),
            ("Had it already", report.already),
        ):
            self.stdout.write(f"{title}: {', '.join(names) or 'nobody'}.")
        for name, reason in report.failed.items():
            self.stderr.write(f"Not sent to {name}: {reason}")
        if report.failed:
            sys.exit(1)
