"""Give the role groups the permissions of `osteodb.core.permissions`. Twice changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from osteodb.core.permissions import sync_permissions


class Command(BaseCommand):
    """Bring the permissions of the four roles up to date."""

    help = "Give reader, curator, reviewer and administrator exactly the permissions of the table."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what changed, a line for each role."""
        for role, changed in sync_permissions().items():
            words = f"{changed} permissions changed" if changed else "as it was"
            self.stdout.write(f"{role}: {words}")
