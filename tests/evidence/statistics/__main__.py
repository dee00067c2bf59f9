"""`python -m tests.evidence.statistics`: published digits beside computed ones, as a table.

Every module of this folder named `*_examples` gives its worked examples. Ends with status 1 where
one does not come out as printed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.evidence.statistics.examples import WorkedExample, agrees, at_printed_precision


def worked_examples() -> Iterator[WorkedExample]:
    """Every worked example of this folder, module by module."""
    for path in sorted(Path(__file__).parent.glob("*_examples.py")):
        if path.name.startswith("test_"):
            continue
        module = import_module(f"{__package__}.{path.stem}")
        held = [one for one in vars(module).values() if isinstance(one, tuple | list)]
        found = (one for some in held for one in some if isinstance(one, WorkedExample))
        yield from dict.fromkeys(found)


def table_of(examples: list[WorkedExample]) -> Table:
    """Example, printed and computed digits side by side, sources by number."""
    numbers = sources(examples)
    table = Table(title=f"{len(examples)} worked examples", title_justify="left")
    table.add_column("example")
    table.add_column("quantity")
    table.add_column("printed", justify="right")
    table.add_column("computed", justify="right")
    table.add_column("", justify="center")
    table.add_column("source", justify="right")
    for one in examples:
        verdict = "✓" if agrees(one) else "differs"
        computed = at_printed_precision(one)
        number = f"{numbers[one.source]}"
        table.add_row(one.name, one.quantity, one.printed, computed, verdict, number)
    return table


def sources(examples: list[WorkedExample]) -> dict[str, int]:
    """Every address the examples were read at, numbered in order."""
    found = dict.fromkeys(example.source for example in examples)
    return {source: number for number, source in enumerate(found, start=1)}


def main() -> int:
    """Print the table and its sources; status 1 where an example differs."""
    examples = list(worked_examples())
    console = Console()
    console.print(table_of(examples))
    for source, number in sources(examples).items():
        console.print(f"{number:>3}  {source}", soft_wrap=True)
    return int(any(not agrees(one) for one in examples))


if __name__ == "__main__":
    sys.exit(main())
