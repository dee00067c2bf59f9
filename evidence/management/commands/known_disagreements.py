"""`manage.py known_disagreements`: what the database shows for the twelve known at birth."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from evidence.corpus.disagreements import shown


class Command(BaseCommand):
    """Fails where one of them is no longer shown as agreed."""

    help = "Print what the database shows for each disagreement the corpus was born with."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = shown()
        table = Table("no.", "the review says", "the database shows", show_lines=True)
        for one in rows:
            lines = [f"{'✓' if ok else '✗'} {words}" for ok, words in one.facts]
            table.add_row(str(one.number), one.review_says, "\n".join(lines))
        width = 120 if not sys.stdout.isatty() else None
        Console(file=sys.stdout, highlight=False, width=width).print(table)
        failed = [str(one.number) for one in rows if not one.holds]
        if failed:
            raise CommandError(f"Not as agreed: {', '.join(failed)}. Was the corpus loaded?")
