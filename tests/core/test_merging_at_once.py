"""Two people who merge the same two rows at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from osteodb.core.errors import Conflict
from osteodb.core.models import ReferenceMerge
from osteodb.core.roles import ROLES
from tests.admin_support import person
from tests.universe import LATER, NOW
from therapies import services
from therapies.models import Agent


@pytest.mark.django_db(transaction=True)
def test_two_people_who_merge_at_once_make_one_merge() -> None:
    for role in ROLES:  # a test with real transactions empties every table, this one too
        Group.objects.get_or_create(name=role)
    alice = person("curator", "alice")
    rows = [
        services.create_agent(name=name, kind="OTHER", by=alice, now=NOW)
        for name in ("one", "other")
    ]
    said: list[str] = []

    def work(absorbed: Agent, into: Agent) -> None:
        try:
            services.merge_agents(
                absorbed=absorbed, into=into, reason="One thing.", by=alice, now=LATER
            )
            said.append("merged")
        except Conflict as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in said if one == "merged"]) == 1
    assert ReferenceMerge.objects.count() == 1
