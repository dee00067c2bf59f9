"""`manage.py dump_corpus`: the corpus files, written from the database."""

from __future__ import annotations

from argparse import ArgumentParser
from difflib import unified_diff
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evidence.corpus.dumping.dump import Dumped, NothingToDump, dump_corpus
from evidence.corpus.folder import FOLDER, read_texts_of, write_texts


class Command(BaseCommand):
    """What people have changed in the rows of the corpus since is in the files then."""

    help = (
        "Write the corpus files from the database, in their canonical form. Writes nothing where "
        "something of the database cannot be said in the files, and lists it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--path", type=Path, default=FOLDER, help="another folder of files")
        parser.add_argument(
            "--check", action="store_true", help="only show how the files differ; write nothing"
        )
        parser.add_argument(
            "--incomplete",
            action="store_true",
            help="write the files without what cannot be said in them; they may not load",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["path"]
        try:
            dumped = dump_corpus()
        except NothingToDump as error:
            raise CommandError(str(error)) from error
        for note in dumped.left_out:
            self.stdout.write(f"Left out: {note}")
        for problem in dumped.problems:
            self.stderr.write(str(problem))
        if dumped.problems and not options["incomplete"]:
            raise CommandError(f"{len(dumped.problems)} problems; nothing was written.")
        if options["check"]:
            self._compare(folder, dumped)
        else:
            changed = write_texts(folder, dumped.texts)
            self.stdout.write(f"{changed} of {len(dumped.texts)} files changed in {folder}.")

    def _compare(self, folder: Path, dumped: Dumped) -> None:
        """Show how the files differ from the database. Raises CommandError where they do."""
        stored = read_texts_of(folder)
        different = [name for name, text in dumped.texts.items() if stored.get(name) != text]
        for name in different:
            old, new = stored.get(name, "").splitlines(), dumped.texts[name].splitlines()
            titles = (f"{name}.yaml", f"{name}.yaml in the database")
            for line in unified_diff(old, new, *titles, lineterm=""):
                self.stdout.write(line)
        if different:
            names = ", ".join(f"{name}.yaml" for name in different)
            raise CommandError(f"The database says otherwise than {names}.")
        self.stdout.write("The files say what the database says.")
