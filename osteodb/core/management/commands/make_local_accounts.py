"""`manage.py make_local_accounts`: people to sign in as on a developer's machine."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from osteodb.core import services
from osteodb.core.models import User
from osteodb.core.roles import ADMINISTRATOR, CURATOR, REVIEWER

ACCOUNTS = {"curator": CURATOR, "reviewer": REVIEWER, "administrator": ADMINISTRATOR}


class Command(BaseCommand):
    """Make one account per role with a password of its own, kept in var/accounts.json."""

    help = (
        "Make a curator, a reviewer and an administrator for local use; refused when DEBUG is off."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "Local accounts are for a developer's machine and DEBUG is off: "
                "use `manage.py createsuperuser` and the admin."
            )
        file = settings.VAR_DIR / "accounts.json"
        passwords = _read(file)
        present = set(User.objects.filter(is_active=True).values_list("username", flat=True))
        for username, role in ACCOUNTS.items():
            if username in passwords and username in present:
                continue  # comparing a password takes half a second, at every start
            passwords.setdefault(username, secrets.token_hex(5))
            services.ensure_account(
                username=username,
                password=passwords[username],
                roles=[role],
                by=None,
                now=timezone.now(),
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(passwords, indent=2) + "\n")
        if options["verbosity"]:
            for username, password in passwords.items():
                self.stdout.write(f"{username} / {password}")


def _read(file: Path) -> dict[str, str]:
    """The passwords made before; none when the file is not there or was spoilt."""
    try:
        known = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return {name: known[name] for name in ACCOUNTS if isinstance(known.get(name), str)}
