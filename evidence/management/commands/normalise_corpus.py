"""`manage.py normalise_corpus`: corpus files written by hand into their canonical form."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evidence.corpus.checks import problems
from evidence.corpus.folder import FOLDER, read_texts_of, write_texts
from evidence.corpus.reading import read_corpus
from evidence.corpus.writing import normalise


class Command(BaseCommand):
    """Needs no database. What the files say stays the same."""

    help = (
        "Rewrite the corpus files in their canonical form, the one that dump_corpus writes. Keeps "
        "comments between entries; one inside an entry is lost. Refuses files with problems."
    )
    requires_system_checks: list[str] = []  # as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--path", type=Path, default=FOLDER, help="another folder of files")
        parser.add_argument(
            "--check", action="store_true", help="only say which files are not; write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["path"]
        corpus = read_corpus(folder)
        found = problems(corpus)
        for problem in found:
            self.stderr.write(str(problem))
        if found:
            raise CommandError(f"The corpus has {len(found)} problems; nothing was written.")
        texts = normalise(corpus)
        if not options["check"]:
            changed = write_texts(folder, texts)
            self.stdout.write(f"{changed} of {len(texts)} files changed in {folder}.")
            return
        stored = read_texts_of(folder)
        different = [f"{name}.yaml" for name, text in texts.items() if stored.get(name) != text]
        if different:
            raise CommandError(f"Not in canonical form: {', '.join(different)}.")
        self.stdout.write("All files are in canonical form.")
