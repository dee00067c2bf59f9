"""`manage.py check_evidence`: the arithmetic of every number again, and what disagrees."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from evidence.models import Discrepancy, EvidenceItem, Finding
from evidence.services.checking import (
    CheckReport,
    check_evidence,
    checked_versions,
    findings_of,
    stale_benchmarks,
    unanswered_contradictions,
)
from osteodb.core.filter_values import UnknownTerm
from trials.filters import trial_ids
from trials.models import Trial

COLUMNS = ("number", "state", "weight", "says")


class Command(BaseCommand):
    """Ends with 0; with --strict with 1 where a contradiction has no discrepancy."""

    help = (
        "Work out again what the arithmetic says about each number and list it. With --open, put "
        "on record as discrepancies what contradicts itself and what two sources print "
        "differently."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--item", action="append", default=[], dest="items", help="only this OST-E number"
        )
        parser.add_argument(
            "--trial", action="append", default=[], dest="trials", help="only this trial's numbers"
        )
        parser.add_argument("--open", action="store_true", help="open discrepancies")
        parser.add_argument(
            "--strict", action="store_true", help="fail where a contradiction has no discrepancy"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        items, trials = options["items"], self._trials(options["trials"])
        known = {one.upper() for one in EvidenceItem.objects.values_list("public_id", flat=True)}
        if unknown := [one for one in items if one.upper() not in known]:
            raise CommandError(f"There is no evidence {', '.join(unknown)}.")
        console = Console(file=sys.stdout, highlight=False, quiet=not options["verbosity"])
        report = self._check(console, items, trials, open_discrepancies=options["open"])
        self._say(console, report, list(findings_of(checked_versions(items, trials))))
        if options["strict"] and (left := unanswered_contradictions().count()):
            self.stderr.write(f"{left} contradictions have no discrepancy: run with --open.")
            sys.exit(1)

    def _trials(self, numbers: list[str]) -> list[Trial]:
        try:
            found = {pk for number in numbers for pk in trial_ids(number)}
        except UnknownTerm as unknown:
            raise CommandError(unknown.message) from unknown
        return list(Trial.objects.filter(pk__in=found))

    def _check(
        self, console: Console, items: list[str], trials: list[Trial], *, open_discrepancies: bool
    ) -> CheckReport:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        quiet = not console.is_terminal or console.quiet
        with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
            task = bar.add_task("Checking versions", total=None)
            return check_evidence(
                now=timezone.now(),
                items=items,
                trials=trials,
                open_discrepancies=open_discrepancies,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )

    def _say(self, console: Console, report: CheckReport, findings: list[Finding]) -> None:
        if findings:
            table = Table(*COLUMNS, box=None, pad_edge=False)
            for one in findings:
                table.add_row(*(escape(text) for text in _row(one)))
            console.print(table)
        console.print(
            f"{report.versions} versions checked, {len(findings)} findings; "
            f"{report.changed} numbers have others than before."
        )
        self._list(console, "Opened", report.opened)
        self._list(console, "No longer found, for a person to decide", report.noted)
        for benchmark in stale_benchmarks().select_related("measurement__version__item"):
            version = benchmark.measurement.version
            console.print(f"Benchmark {benchmark.slug} stands on {version}, no longer published.")

    def _list(self, console: Console, title: str, rows: list[Discrepancy]) -> None:
        for row in rows:
            console.print(
                f"{title}: {row.slug} ({row.get_kind_display()}): {escape(row.title)}",
                soft_wrap=True,
            )


def _row(one: Finding) -> tuple[str, ...]:
    number = one.measurement or one.comparison
    if number is None:  # the database holds that there is one
        raise ValueError(f"Finding {one.pk} is about no number.")
    return (
        f"{number.version.item.public_id} {number.key}",
        number.version.get_state_display(),
        one.get_weight_display(),
        one.says,
    )
