"""Typed readers for environment variables, which gather every problem before saying so.

Whoever starts OsteoDB with three wrong variables is told about all three at once, in sentences, and
never sees a traceback: `stop_on_problems` ends the process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}


class Environment:
    """Reads variables of one mapping; what is missing or senseless is kept in `problems`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: list[str] = []

    def given(self, name: str) -> str:
        """The value without surrounding blanks; an empty variable counts as absent."""
        return self._variables.get(name, "").strip()

    def text(self, name: str, default: str | None, why: str) -> str:
        """A text. Without a default, its absence is a problem, explained by `why`."""
        value = self.given(name)
        if value or default is not None:
            return value or default or ""
        self.problems.append(f"{name} is not set: {why}")
        return ""

    def switch(self, name: str, default: bool) -> bool:
        """On or off."""
        value = self.given(name).lower()
        if value and value not in YES | NO:
            self.problems.append(f"{name} is {value!r}: give 1 (on) or 0 (off).")
        return value in YES if value in YES | NO else default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.given(name)
        if not value:
            return default
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            self.problems.append(f"{name} is {value!r}: give a whole number, {low} to {high}.")
            return default
        return int(value)

    def seconds(self, name: str, default: float, low: float, high: float) -> float:
        """A length of time in seconds, whole or with a decimal point, within bounds."""
        value = self.given(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) or not low <= float(value) <= high:
            self.problems.append(f"{name} is {value!r}: give seconds, {low:g} to {high:g}.")
            return default
        return float(value)

    def names(self, name: str, default: list[str] | None, why: str) -> list[str]:
        """A list of names separated by commas."""
        value = self.text(name, "" if default is not None else None, why)
        return [part.strip() for part in value.split(",") if part.strip()] or default or []

    def time_of_day(self, name: str, default: str) -> tuple[int, int]:
        """An hour and a minute, written hh:mm."""
        value = self.given(name) or default
        match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value)
        if match is None:
            self.problems.append(f"{name} is {value!r}: give a time of day as hh:mm, like 04:30.")
            return (0, 0)
        return int(match[1]), int(match[2])

    def url(self, name: str, default: str | None, schemes: Mapping[str, str], why: str) -> str:
        """An address with one of the schemes, each of which comes with an example."""
        value = self.text(name, default, why)
        if not value:
            return ""
        problem = _url_problem(value, schemes)
        if problem:
            examples = " or ".join(schemes.values())
            self.problems.append(f"{name} {problem}: give {examples}.")
        return value

    def stop_on_problems(self) -> None:
        """End the process with one sentence per problem; does nothing where there is none."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise SystemExit(f"OsteoDB cannot start with these settings:\n{lines}")


def _url_problem(value: str, schemes: Mapping[str, str]) -> str:
    """What is wrong with an address, or nothing. It may hold a password: never shown."""
    scheme, separator, _ = value.partition("://")
    if not separator or scheme not in schemes:
        return "is not an address that OsteoDB knows"
    try:
        parts = urlsplit(value)
        port, host = parts.port, parts.hostname
    except ValueError:
        return "is not a readable address"
    if port == 0:
        return "names port 0"
    needs_host = "//localhost" in schemes[scheme] or "//host" in schemes[scheme]
    return "names no host" if needs_host and not host else ""
