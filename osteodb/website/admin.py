"""The admin's first page shows what waits, instead of a list of tables."""

from __future__ import annotations

from django.contrib import admin

admin.site.index_template = "website/admin/index.html"
admin.site.index_title = "What waits for a person"
