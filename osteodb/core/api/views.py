"""The base of every endpoint: a view loads, checks, makes one call, answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from osteodb.core.api.caching import database_state, unchanged, with_etag
from osteodb.core.api.errors import refuse
from osteodb.core.api.pages import page_of_rows
from osteodb.core.api.renderers import CsvRenderer, OrjsonRenderer
from osteodb.core.filter_values import did_you_mean
from osteodb.core.filters import StrictFilterSet

LIST_DOOR = ("page", "page_size", "format")
DETAIL_DOOR = ("format",)


class Conditional:
    """Answers with an ETag, and with 304 where the client has the answer already."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asks = request.method in ("GET", "HEAD")
        state = database_state() if asks else ""
        known = unchanged(request, state)
        if known is not None:
            return known
        response: Any = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if isinstance(response, Response):
            response.render()
        return (
            with_etag(request, state, response) if isinstance(response, HttpResponse) else response
        )


def site_of(request: Request) -> str:
    """The scheme and host this request came to, for full addresses."""
    return request.build_absolute_uri("/").rstrip("/")


class Resource(Conditional, ViewSet):
    """A read-only resource: a filtered list of rows, and one of them in full.

    A resource says what its rows and its details look like (`row_shape`, `detail_shape`), which
    FilterSet its list obeys, and implements `visible`, `rows` and `one`.
    """

    lookup_url_kwarg = "key"
    lookup_field = "key"
    filterset_class: ClassVar[type[StrictFilterSet]]
    row_shape: ClassVar[Any]
    detail_shape: ClassVar[Any]
    singular: ClassVar[str]
    plural: ClassVar[str]
    key_help: ClassVar[str] = "The row's id."

    def visible(self) -> QuerySet[Any]:
        """The rows that readers may see."""
        raise NotImplementedError

    def rows(self, queryset: QuerySet[Any], site: str) -> list[Any]:
        """The rows in their shape, with a number of queries that does not grow with them."""
        raise NotImplementedError

    def one(self, key: str, site: str) -> Any:
        """One row in full. Raises NotFound, Moved or Ambiguous."""
        raise NotImplementedError

    def get_renderers(self) -> list[Any]:
        """CSV is for lists."""
        return [OrjsonRenderer()] if self.detail else [OrjsonRenderer(), CsvRenderer()]

    def list(self, request: Request) -> Response:
        """The rows that match all filters, page by page; as CSV, all of them at once."""
        filterset = self.filterset_class(request.query_params, self.visible(), reserved=LIST_DOOR)
        queryset = filterset.checked()
        if isinstance(request.accepted_renderer, CsvRenderer):
            return self._table(request, queryset)
        page = page_of_rows(request, queryset)
        return Response(
            {
                "count": page.count,
                "next": page.next,
                "previous": page.previous,
                "results": self.rows(page.queryset, site_of(request)),
            }
        )

    def _table(self, request: Request, queryset: QuerySet[Any]) -> Response:
        """The whole filtered list; half a table that looks whole would mislead."""
        for name in ("page", "page_size"):
            if request.query_params.get(name):
                raise refuse(name, f"{name} is for JSON: a CSV file holds all rows that match.")
        name = f'attachment; filename="osteodb-{self.basename.removeprefix("api-")}.csv"'
        results = self.rows(queryset, site_of(request))
        return Response({"results": results}, headers={"Content-Disposition": name})

    def retrieve(self, request: Request, key: str) -> Response:
        """One row in full."""
        for name in request.query_params:
            if name not in DETAIL_DOOR:
                message = f"There is no parameter {name[:80]!r} here."
                raise refuse(name[:80], message + did_you_mean(name, DETAIL_DOOR), *DETAIL_DOOR)
        return Response(self.one(key.replace("\x00", ""), site_of(request)))
