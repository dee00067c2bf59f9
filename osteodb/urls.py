"""Where each address leads."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_POST

from osteodb.core.views import healthz
from osteodb.website.dashboard import choose_digest_view

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path(
        "admin/daily-e-mail/",
        admin.site.admin_view(require_POST(choose_digest_view)),
        name="choose-digest",
    ),
    path("admin/", admin.site.urls),
    path("api/", include("osteodb.api")),
    path("", include("osteodb.website.urls")),
]

handler400 = "osteodb.website.doors.bad_request"
handler403 = "osteodb.website.doors.forbidden"
handler404 = "osteodb.website.doors.not_found"
