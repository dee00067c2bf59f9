"""Two people who merge the same rows, or undo the same change, at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from osteodb.core.errors import Conflict
from osteodb.core.models import ReferenceMerge
from osteodb.core.roles import ROLES
from tests.admin_support import address, person, sign_in
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


@pytest.mark.django_db(transaction=True)
def test_two_people_who_undo_one_change_at_once_undo_it_once() -> None:
    for role in ROLES:
        Group.objects.get_or_create(name=role)
    agent = services.create_agent(name="one", kind="OTHER", by=None, now=NOW)
    services.update_agent(agent=agent, description="new", by=person("curator"), now=NOW)
    browsers = [sign_in("curator", "alice"), sign_in("curator", "bob")]
    entries = browsers[0].get(address(Agent, "history", agent.pk)).context["entries"]
    [url] = [entry.undo_url for entry in entries if entry.undo_url]
    pages: list[str] = []  # their text: contexts of two threads are not kept apart

    def work(browser: Client) -> None:
        try:
            pages.append(browser.post(url, follow=True).content.decode())
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("Not undone. This change is undone already" in page for page in pages) == [
        False,
        True,
    ]
    agent.refresh_from_db()
    assert agent.description == ""
