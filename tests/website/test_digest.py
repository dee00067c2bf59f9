"""The daily e-mail: what waits for a person, to the right people, never twice a day."""

from __future__ import annotations

import datetime as dt
import io
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.core.management import call_command

from evidence import services
from osteodb.core.models import AuditEvent, Digest, User
from osteodb.core.roles import FINDER
from osteodb.core.services import ensure_system_account
from osteodb.website.digest import send_digests
from osteodb.website.tasks import send_digests as task
from tests.admin_support import person, sign_in
from tests.universe import LATER, Universe

DAY = dt.timedelta(days=1)


class Unreachable(LocmemBackend):
    """A server that knows no address of `gone.example`."""

    def send_messages(self, messages: Any) -> int:
        for one in messages:
            if one.to[0].endswith("@gone.example"):
                raise smtplib.SMTPRecipientsRefused({one.to[0]: (550, b"No such user here")})
        return super().send_messages(messages)


def addressed(**addresses: str) -> None:
    for name, address in addresses.items():
        User.objects.filter(username=name).update(email=address)


def submitted(world: Universe) -> None:
    services.submit(version=world.versions["draft"], by=world.alice, now=LATER)


def test_each_is_told_what_waits_for_them(shared_universe: Universe) -> None:
    addressed(alice="alice@here.example", bob="bob@here.example")
    submitted(shared_universe)
    services.return_to_author(
        version=shared_universe.versions["draft"], by=shared_universe.bob, now=LATER, comment="?"
    )
    report = send_digests(now=LATER)
    assert (report.sent, report.nothing) == (["alice"], ["bob"])
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["alice@here.example"], "OsteoDB: what waits for you")
    body = str(letter.body)
    assert "1  Returned to me (with a comment, to be mended)" in body
    assert "My drafts" not in body and "Statements to review" not in body and "<" not in body
    row = Digest.objects.get()
    assert (row.person, row.day) == (shared_universe.alice, LATER.date())
    assert {"title": "Returned to me", "count": 1} in row.lines


def test_addresses_are_whole_and_lead_to_the_review(
    shared_universe: Universe, settings: Any
) -> None:
    settings.OSTEODB_SITE_URL = "https://osteodb.example.org"
    addressed(bob="bob@here.example")
    submitted(shared_universe)
    send_digests(now=LATER)
    number = shared_universe.versions["draft"].pk
    body = str(mail.outbox[0].body)
    assert f"https://osteodb.example.org/admin/evidence/evidenceversion/{number}/review/" in body
    links = [line.strip() for line in body.splitlines() if "://" in line or line.startswith("  /")]
    assert links and all("https://osteodb.example.org/" in one for one in links)


def test_who_has_not_declared_interests_is_reminded(shared_universe: Universe) -> None:
    person("reviewer", "dora")
    addressed(dora="dora@here.example")
    send_digests(now=LATER)
    [letter] = mail.outbox
    assert letter.subject == "OsteoDB: declare your interests"
    assert "not declared your interests" in str(letter.body)


def test_nobody_else_is_written_to(shared_universe: Universe) -> None:
    for name in ("off", "gone", "none", "roleless"):
        person("curator" if name != "roleless" else "reviewer", name)
    addressed(**{name: f"{name}@here.example" for name in ("off", "gone", "roleless")})
    User.objects.filter(username="off").update(wants_digest=False)
    User.objects.filter(username="gone").update(is_active=False)
    User.objects.get(username="roleless").groups.clear()
    machine = ensure_system_account(username="engine", role=FINDER, by=None, now=LATER)
    User.objects.filter(pk=machine.pk).update(email="engine@here.example")
    report = send_digests(now=LATER)
    assert not mail.outbox and not report.sent and not report.nothing


def test_nothing_waiting_is_no_mail_however_much_is_open_for_all(
    shared_universe: Universe,
) -> None:
    person("curator", "dora")  # trials without a decision wait for any curator
    addressed(dora="dora@here.example")
    assert send_digests(now=LATER).nothing == ["dora"]
    assert not mail.outbox and not Digest.objects.exists()


def test_twice_on_a_day_is_one_mail_and_the_next_day_another(shared_universe: Universe) -> None:
    addressed(alice="alice@here.example")
    midnight = LATER.replace(hour=23, minute=59)
    assert send_digests(now=LATER).sent == ["alice"]
    assert send_digests(now=midnight).already == ["alice"]
    assert send_digests(now=midnight + dt.timedelta(minutes=1)).sent == ["alice"]
    assert len(mail.outbox) == 2


def test_an_address_that_fails_stops_nobody_and_is_tried_again(
    shared_universe: Universe, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    person("reviewer", "aaron")
    person("reviewer", "zora")
    addressed(aaron="aaron@gone.example", alice="alice\n@here.example", zora="zora@here.example")
    report = send_digests(now=LATER)
    assert report.sent == ["zora"] and report.failed.keys() == {"aaron", "alice"}
    assert "No such user" in report.failed["aaron"]
    assert [one.person.username for one in Digest.objects.all()] == ["zora"]
    addressed(aaron="aaron@here.example", alice="alice@here.example")
    report = send_digests(now=LATER)
    assert (sorted(report.sent), report.already) == (["aaron", "alice"], ["zora"])


def test_a_process_that_dies_while_sending_leaves_no_second_mail(
    shared_universe: Universe, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(alice="alice@here.example")
    send = LocmemBackend.send_messages

    def dies(self: LocmemBackend, messages: Any) -> int:
        send(self, messages)
        raise KeyboardInterrupt

    monkeypatch.setattr(LocmemBackend, "send_messages", dies)
    with pytest.raises(KeyboardInterrupt):
        send_digests(now=LATER)
    monkeypatch.setattr(LocmemBackend, "send_messages", send)
    assert send_digests(now=LATER).already == ["alice"]
    assert len(mail.outbox) == 1


def test_the_command_says_who_and_a_dry_run_sends_nothing(shared_universe: Universe) -> None:
    addressed(alice="alice@here.example")
    said = io.StringIO()
    call_command("send_digests", "--dry-run", stdout=said)
    assert "Would be sent: alice." in said.getvalue()
    assert not mail.outbox and not Digest.objects.exists()
    call_command("send_digests", stdout=said)
    assert "\nSent: alice." in said.getvalue() and len(mail.outbox) == 1


def test_the_worker_sends_and_counts(shared_universe: Universe) -> None:
    addressed(alice="alice@here.example")
    assert task(of_a_newer_release=1) == {"sent": 1, "nothing": 0, "already": 0, "failed": 0}
    assert task()["already"] == 1


def test_a_person_switches_it_off_and_on_by_a_button(shared_universe: Universe) -> None:
    browser = sign_in("curator", "alice")
    assert browser.get("/admin/daily-e-mail/").status_code == 405
    page = browser.post("/admin/daily-e-mail/", {"wants": "0"}, follow=True).content.decode()
    assert "You get no daily e-mail." in page and "Switch the daily e-mail on" in page
    addressed(alice="alice@here.example")
    assert not send_digests(now=LATER).sent
    browser.post("/admin/daily-e-mail/", {"wants": "1"})
    assert User.objects.get(username="alice").wants_digest
    assert AuditEvent.objects.filter(action="choose_digest").count() == 2


def test_nobody_else_reaches_the_button(shared_universe: Universe, client: Any) -> None:
    answer = client.post("/admin/daily-e-mail/", {"wants": "0"})
    assert answer.status_code == 302 and "/admin/login/" in answer.headers["Location"]
