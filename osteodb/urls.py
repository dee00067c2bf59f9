"""Where each address leads."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from osteodb.core.views import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/", include("osteodb.api")),
    path("", include("osteodb.website.urls")),
]

handler400 = "osteodb.website.doors.bad_request"
handler403 = "osteodb.website.doors.forbidden"
handler404 = "osteodb.website.doors.not_found"
