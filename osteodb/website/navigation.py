"""Where a reader can go: sections with their pages, and which of them a page belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation: its address, what it is called, and whether it is shown now."""

    label: str
    url: str
    is_current: bool = False
    is_here: bool = False

    @property
    def aria_current(self) -> str:
        """ "page" for this very address, "true" for a page below it, else empty."""
        return ("page" if self.is_here else "true") if self.is_current else ""


@dataclass(frozen=True, slots=True)
class Section:
    """A main entry, which leads to the first of its pages."""

    label: str
    entries: tuple[Entry, ...]

    @property
    def main(self) -> Entry:
        """What a click on the section opens."""
        first, *others = self.entries
        within = any(one.is_current for one in others)
        return Entry(self.label, first.url, first.is_current or within, first.is_here)


@dataclass(frozen=True, slots=True)
class Navigation:
    """All sections, and the one that the page belongs to: None for home, search and the like."""

    sections: tuple[Section, ...]
    current: Section | None


# A section, then its pages by the names of their addresses.
Table = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def navigation(table: Table, path: str) -> Navigation:
    """The navigation as it stands on the page at this path."""
    known = _with_addresses(table)
    nearest = _nearest((url for _label, pages in known for _word, url in pages), path)
    sections = tuple(
        Section(label, tuple(Entry(word, url, url == nearest, url == path) for word, url in pages))
        for label, pages in known
    )
    return Navigation(sections, next((one for one in sections if one.main.is_current), None))


@cache
def _with_addresses(table: Table) -> list[tuple[str, list[tuple[str, str]]]]:
    """The table with addresses for names: they stay the same as long as the site runs."""
    return [(label, [(word, reverse(name)) for name, word in pages]) for label, pages in table]


def _nearest(urls: Iterable[str], path: str) -> str:
    """Of the addresses that the path lies at or below, the longest."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")
