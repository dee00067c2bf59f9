"""The daily e-mail where several workers send at once.

A module without the shared world, whose open transaction other connections would not see.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connections

from osteodb.core.models import Digest, User
from osteodb.core.roles import ROLES
from osteodb.website.digest import send_digests
from tests.admin_support import person
from tests.universe import LATER


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_at_once_send_one_mail() -> None:
    for role in ROLES:  # another test with real transactions may have emptied the table
        Group.objects.get_or_create(name=role)
    person("reviewer", "dora")
    User.objects.filter(username="dora").update(email="dora@here.example")

    def run(_: int) -> list[str]:
        try:
            return send_digests(now=LATER).sent
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        sent = [name for names in pool.map(run, range(4)) for name in names]
    assert sent == ["dora"]
    assert len(mail.outbox) == Digest.objects.count() == 1
