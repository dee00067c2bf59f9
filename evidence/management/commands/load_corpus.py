"""`manage.py load_corpus`: what the database is born with, from the files under fixtures/corpus."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from evidence.corpus.folder import FOLDER
from evidence.corpus.loading import Report, load_corpus
from evidence.corpus.reading import Entry
from evidence.corpus.session import OUTCOMES, CorpusRefused


class Command(BaseCommand):
    """All or nothing; loaded twice, it changes nothing."""

    help = "Load the corpus files through the services; lists every problem by file and line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--path", type=Path, default=FOLDER, help="another folder of files")
        parser.add_argument(
            "--check", action="store_true", help="only say what is wrong; write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["path"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        console = Console(file=sys.stdout, highlight=False, quiet=not options["verbosity"])
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        quiet = not console.is_terminal or console.quiet
        try:
            with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
                task = bar.add_task("Reading the corpus", total=None)

                def progress(entry: Entry, total: int) -> None:
                    words = f"Corpus: {entry.kind.replace('_', ' ')}"
                    bar.update(task, advance=1, total=total, description=words)

                report = load_corpus(
                    folder=folder,
                    now=timezone.now(),
                    check_only=options["check"],
                    progress=progress,
                )
        except CorpusRefused as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(str(error)) from error
        self._say(console, report, check_only=options["check"])

    def _say(self, console: Console, report: Report, *, check_only: bool) -> None:
        table = Table(*("corpus", *OUTCOMES), title=None, box=None, pad_edge=False)
        for kind, counts in report.counts.items():
            table.add_row(kind.replace("_", " "), *(str(counts[name]) for name in OUTCOMES))
        console.print(table)
        if check_only:
            console.print("Only checked: nothing was written.")
        elif not report.changed:
            console.print("Nothing had changed.")
