"""How the commands that carry out runs show them: a bar while they go on, then what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from trials.models import RunState, SyncRun
from trials.services.carrying import Progress as Told
from trials.services.intake import Intended

SHOWN_FAILURES = 20
SHOWN_INTENDED = 200
LONGEST = 60


def console() -> Console:
    """Where a command writes; plain where nobody watches."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


@contextmanager
def bar(to: Console, words: str) -> Iterator[Told]:
    """A progress bar where somebody watches; give what it yields to the service."""
    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=to,
        transient=True,
        disable=not to.is_terminal,
    )
    with shown:
        task = shown.add_task(words, total=None)

        def told(run: SyncRun) -> None:
            total = run.total_expected or len(run.registry_ids) or None
            name = f"{run.get_registry_display()}: records"
            shown.update(task, completed=run.seen_count, total=total, description=name)

        yield told


def summarise(to: Console, run: SyncRun) -> None:
    """The run in a table, then what could not be taken in."""
    heading = f"{run.get_registry_display()}, run {run.pk}: {run.get_state_display()}"
    to.print(heading + (" (dry run, nothing written)" if run.dry_run else ""))
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
    to.print(table)
    if run.data_timestamp:
        to.print(f"Registry data of {run.data_timestamp} UTC.")
    if run.reason:
        to.print(run.reason)
    for failure in run.failures.order_by("id")[:SHOWN_FAILURES]:
        where = f" at {failure.path}" if failure.path else ""
        to.print(f"  {failure.registry_id or 'a record'}{where}: {failure.reason}")
    if run.failure_count > SHOWN_FAILURES:
        to.print(f"  … and {run.failure_count - SHOWN_FAILURES} more, in the admin.")


def show_intended(to: Console, intended: Sequence[Intended]) -> None:
    """What a rehearsal would do, record by record; unchanged ones are only counted."""
    shown = [one for one in intended if one.outcome != "unchanged"]
    if not shown:
        return
    table = Table(title="What applying it would do")
    for name in ("number", "outcome", "what"):
        table.add_column(name)
    for one in shown[:SHOWN_INTENDED]:
        table.add_row(one.number, one.outcome, "; ".join(_pieces(one)))
    to.print(table)
    if len(shown) > SHOWN_INTENDED:
        to.print(f"… and {len(shown) - SHOWN_INTENDED} more.")


def _pieces(one: Intended) -> list[str]:
    if one.outcome == "created":
        return [one.title[:LONGEST], *one.conflicts]
    pieces = [
        f"{change.field}: {_short(change.old)} → {_short(change.new)}" for change in one.changes
    ]
    pieces += [f"new number {number}" for number in one.new_numbers]
    return [*pieces, *one.conflicts]


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} entries"
    text = "not reported" if value in ("", None) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def end_with(to: Console, run: SyncRun, intended: Sequence[Intended] = ()) -> None:
    """Show what came of a run, and end the command with 1 unless all of it went well."""
    show_intended(to, intended)
    summarise(to, run)
    if run.state != RunState.SUCCEEDED:
        sys.exit(1)
