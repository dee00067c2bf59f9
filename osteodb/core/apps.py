"""The kernel as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """People, roles and audit."""

    name = "osteodb.core"
    label = "core"
    verbose_name = "People and audit"

    def ready(self) -> None:
        """Make the Celery app current, so that every process sends tasks to the one broker."""
        from osteodb.celery import app

        app.set_default()
