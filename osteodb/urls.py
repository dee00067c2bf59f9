"""Where each address leads."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from osteodb.core.views import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
