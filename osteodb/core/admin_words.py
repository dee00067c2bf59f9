"""How the admin shows values: columns with headings of their own, sentences with room, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.html import format_html


def column(field: str, title: str) -> Callable[[Any], Any]:
    """A list's column with a heading of its own."""

    @admin.display(description=title, ordering=field)
    def show(row: Any) -> Any:
        return getattr(row, field)

    show.__name__ = field
    return show


def one_line(text: str) -> str:
    """A value that must not be broken over lines, such as a number."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def wide(text: str) -> str:
    """A sentence in a list: it gets room, other columns give way."""
    return format_html('<span class="osteo-wide">{}</span>', text)


def pretty_json(value: Any) -> str:
    """JSON as a block a person can read; a dash where there is none."""
    if value is None:
        return "—"
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return format_html('<pre class="overflow-x-auto text-sm whitespace-pre-wrap">{}</pre>', text)
