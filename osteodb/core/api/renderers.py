"""How answers are written: JSON by orjson, lists also as CSV; and how the format is chosen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin, is_typeddict

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from osteodb.core.api.shapes import columns_of
from osteodb.core.filters import FilterProblem, InvalidFilters

LISTED_BY = ("display", "slug", "public_id", "registry_id", "name", "value", "code")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class OrjsonRenderer(BaseRenderer):
    """JSON in UTF-8, as it stands."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return b"" if data is None else orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)


class CsvRenderer(BaseRenderer):
    """A list as a table: one line per row, nested fields as `a.b`, lists joined by "; ".

    The columns come from the shape of the row, so they do not depend on the rows. What a
    spreadsheet would run as a formula gets an apostrophe in front.
    """

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        shape = (renderer_context or {})["view"].row_shape
        names = list(column_names(shape))
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(names)
        for row in data["results"]:
            writer.writerow([cell(row, name.split(".")) for name in names])
        return text.getvalue().encode()


def column_names(shape: Any, prefix: str = "") -> Iterator[str]:
    """The columns of a shape; a nested object gives one column for each of its fields."""
    for key, hint in columns_of(shape):
        if is_typeddict(hint):
            yield from column_names(hint, f"{prefix}{key}.")
        elif get_origin(hint) is not list or not _is_bulky(get_args(hint)[0]):
            yield prefix + key


def _is_bulky(item: Any) -> bool:
    """Whether a list's members have no field by which they can be named in one cell."""
    return is_typeddict(item) and not set(LISTED_BY) & {key for key, _ in columns_of(item)}


def cell(row: Any, path: Sequence[str]) -> str | int | float:
    """One cell: empty where unknown, true or false in words, text safe for a spreadsheet."""
    value = row
    for key in path:
        value = None if value is None else value[key]
    if isinstance(value, list):
        value = "; ".join(str(_named(item)) for item in value)
    if isinstance(value, dict):
        value = orjson.dumps(value).decode()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value if isinstance(value, (int, float)) else str(value)


def _named(item: Any) -> Any:
    if isinstance(item, dict):
        return next(item[key] for key in LISTED_BY if item.get(key))
    return item


class Negotiation(DefaultContentNegotiation):
    """The `format` parameter first, then the Accept header; an unknown format is refused."""

    def filter_renderers(self, renderers: Any, format: str) -> Any:  # noqa: A002 - DRF's name
        offered = tuple(renderer.format for renderer in renderers)
        chosen = [renderer for renderer in renderers if renderer.format == format]
        if not chosen:
            message = f"{format[:40]!r} is not one of: {', '.join(offered)}."
            raise InvalidFilters([FilterProblem("format", message, offered)])
        return chosen

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        asked = request.query_params.get(self.settings.URL_FORMAT_OVERRIDE)
        if asked:
            renderer = self.filter_renderers(renderers, asked)[0]
            return renderer, renderer.media_type
        return super().select_renderer(request, renderers, None)
