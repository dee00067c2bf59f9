"""The list of a model as a table to take home: CSV and XLSX, as an upload takes them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from osteodb.core.table_plans import TableOf
from osteodb.core.tables import written_csv, written_xlsx

Write = Callable[..., bytes]
FORMATS: dict[str, tuple[Write, str]] = {
    "csv": (written_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        written_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


class ExportsTable:
    """Two links above the list, to all its rows as a file; and one to where a file is uploaded."""

    table: TableOf
    admin_site: Any
    opts: Any
    list_before_template = "core/admin/before_table.html"

    def get_urls(self) -> list[URLPattern]:
        """The usual addresses, and those of the files."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export_view)
        usual: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        return [path("export/<slug:form>/", view, name=name), *usual]

    def export_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """All rows in the format asked for."""
        if form not in FORMATS or not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        write, media_type = FORMATS[form]
        content = write(self.table.columns, self.table.exported())
        name = f"osteodb-{self.opts.model_name}s.{form}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=media_type, headers=disposition)
