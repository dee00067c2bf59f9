"""The page on which a statement is judged: everything beside each other, and two buttons."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from evidence import services
from evidence.admin.review import review_address
from evidence.models import EvidenceVersion, Finding
from evidence.services import MoveNotAllowed
from osteodb.core.models import InterestStatement, User
from osteodb.core.services import declare_interests
from tests.admin_support import address, person, said, sign_in
from tests.registry import RegistryServer, Store
from tests.registry.results import one_arm, study_with, two_arms
from tests.registry.support import quick_adapter
from tests.universe import LATER, Universe
from trials.services import sync_registry

SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture
def bob(shared_universe: Universe) -> Client:
    return sign_in("reviewer", "bob")


@pytest.fixture
def next_version(shared_universe: Universe) -> EvidenceVersion:
    """SARC024 with another level, another number and one population fewer, waiting for review."""
    published = shared_universe.versions["sarc024"]
    old = services.draft_of(published)
    numbers = tuple(
        replace(one, note="Read again.") if one.key == "mpfs-placebo" else one
        for one in old.measurements
    )
    draft = replace(old, level="C", measurements=numbers)
    version = services.save_draft(
        draft=draft, item=published.item, by=shared_universe.alice, now=LATER
    )
    return services.submit(version=version, by=shared_universe.alice, now=LATER)


def shown(browser: Client, version: EvidenceVersion, query: str = "") -> str:
    answer = browser.get(review_address(version) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def text(page: str) -> str:
    """What stands on the page, without tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split('id="compared"')[1]).split())


def press(browser: Client, version: EvidenceVersion, name: str, **given: Any) -> Any:
    url = address(EvidenceVersion, "do", version.pk, name)
    return browser.post(url, {"page": "review", **given}, follow=True)


def mark(page: str) -> str:
    found = SEEN.search(page)
    assert found is not None
    return found[1]


# --- What it shows --------------------------------------------------------------------------------


def test_what_differs_stands_beside_what_is_published(
    bob: Client, next_version: EvidenceVersion
) -> None:
    words = text(shown(bob, next_version))
    assert "Fields that differ: 2" in words
    assert "B: clinical trial or cohort C: case reports ≠ changed" in words
    assert "measurement mpfs-placebo ≠ changed" in words and "Read again. ≠ changed" in words
    assert "mpfs-regorafenib" not in words


def test_everything_is_a_link_away(bob: Client, next_version: EvidenceVersion) -> None:
    assert 'href="?show=everything"' in shown(bob, next_version)
    page = shown(bob, next_version, "?show=everything")
    words = text(page)
    assert "Fields that differ: 2" in words and 'href="?show=differences"' in page
    assert "measurement mpfs-regorafenib = the same" in words
    assert "3.6 3.6 = the same" in words


def test_of_a_first_version_all_is_new(bob: Client, shared_universe: Universe) -> None:
    draft = shared_universe.versions["draft"]
    services.submit(version=draft, by=shared_universe.alice, now=LATER)
    page = shown(bob, draft)
    assert "Nothing published yet" in page and "?show=everything" not in page
    assert "The review gives no number." in text(page)


def test_it_names_people_times_sources_and_earlier_comments(
    bob: Client, next_version: EvidenceVersion, shared_universe: Universe
) -> None:
    world = shared_universe
    services.return_to_author(version=next_version, by=world.bob, now=LATER, comment="Which page?")
    services.submit(version=next_version, by=world.alice, now=LATER)
    page = shown(bob, next_version)
    assert f"Written by {world.alice}" in page and f"submitted by {world.alice}" in page
    assert "“Which page?”" in page and "version 3, return to author" in page
    assert "https://doi.org/10.1200/JCO.18.02374" in page
    assert (
        address(type(world.sources["davis2019"]), "change", world.sources["davis2019"].pk) in page
    )


def test_the_arithmetic_and_the_problems_are_told(bob: Client, shared_universe: Universe) -> None:
    old = services.draft_of(shared_universe.versions["regobone"])
    numbers = tuple(replace(one, events=2, n=26) for one in old.measurements)
    version = services.save_draft(
        draft=replace(old, measurements=numbers), by=shared_universe.alice, now=LATER
    )
    page = shown(bob, version)
    found = Finding.objects.filter(measurement__version=version)
    assert found and all(escape(f"{one.get_weight_display()}: {one.says}") in page for one in found)
    assert "What the arithmetic says" in page
    assert "What stands against publishing it" not in page
    services.save_draft(
        draft=replace(old, measurements=()), item=version.item, by=shared_universe.alice, now=LATER
    )
    page = shown(bob, version)
    assert "What stands against publishing it" in page and "at least one measurement" in page
    assert "The arithmetic finds nothing" in page


def test_what_people_wrote_is_text_and_no_markup(bob: Client, shared_universe: Universe) -> None:
    old = services.draft_of(shared_universe.versions["draft"])
    draft = replace(old, statement="<script>alert(1)</script>")
    version = services.save_draft(draft=draft, by=shared_universe.alice, now=LATER)
    assert "<script>alert(1)" not in shown(bob, version)


def test_it_costs_the_same_however_many_numbers_there_are(
    bob: Client, next_version: EvidenceVersion, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(60) as few:
        shown(bob, next_version, "?show=everything")
    old = services.draft_of(next_version)
    services.return_to_author(
        version=next_version, by=User.objects.get(username="bob"), now=LATER, comment="?"
    )
    more = tuple(replace(old.measurements[0], key=f"again-{at}") for at in range(8))
    services.save_draft(
        draft=replace(old, measurements=(*old.measurements, *more)), item=next_version.item,
        by=User.objects.get(username="alice"), now=LATER,
    )  # fmt: skip
    services.submit(version=next_version, by=User.objects.get(username="alice"), now=LATER)
    with django_assert_max_num_queries(len(few.captured_queries)):
        shown(bob, next_version, "?show=everything")


@pytest.mark.django_db
def test_what_a_registry_posted_stands_beside_its_draft() -> None:
    store = Store([study_with(two_arms(), one_arm())])
    with RegistryServer(store, everything_matches=True).running() as server:
        sync_registry(
            registry="ctgov", query="osteosarcoma", by=None, now=LATER,
            adapter=quick_adapter(server),
        )  # fmt: skip
    services.draft_registry_results(now=LATER)
    version = EvidenceVersion.objects.get(measurements__endpoint="ORR")
    page = shown(sign_in("curator", "alice"), version)
    posted = page.split('id="posted"')[1]
    assert "COUNT_OF_PARTICIPANTS" in posted and "Progression-free" not in posted
    assert 'id="posted"' not in page.split('id="compared"')[0]


# --- Deciding -------------------------------------------------------------------------------------


def test_it_is_published_with_a_comment(bob: Client, next_version: EvidenceVersion) -> None:
    page = shown(bob, next_version)
    press(bob, next_version, "publish", seen=mark(page), comment="Read against the paper.")
    next_version.refresh_from_db()
    assert (next_version.state, next_version.review_comment) == (
        "PUBLISHED", "Read against the paper.",
    )  # fmt: skip
    page = shown(bob, next_version)
    assert 'id="decide"' not in page and "does not wait for review" in page
    assert "Interests of" in page  # what the reviewer had declared then


def test_to_return_it_takes_a_comment_and_leads_back_here(
    bob: Client, next_version: EvidenceVersion
) -> None:
    answer = press(bob, next_version, "return", seen=mark(shown(bob, next_version)))
    assert "Give the reason." in said(answer)
    assert answer.redirect_chain[-1][0] == review_address(next_version)
    press(bob, next_version, "return", seen=mark(answer.content.decode()), comment="Which page?")
    next_version.refresh_from_db()
    assert (next_version.state, next_version.review_comment) == ("DRAFT", "Which page?")


def test_it_is_not_offered_to_who_wrote_it_or_may_not_and_says_why(
    next_version: EvidenceVersion,
) -> None:
    both = person("reviewer", "alice")  # Alice again, who wrote it
    both.groups.add(*person("reviewer").groups.all())
    for browser, why in (
        (sign_in("reviewer", "alice"), "You wrote it"),
        (sign_in("curator"), "Your role does not allow it"),
    ):
        page = shown(browser, next_version)
        assert why in page and 'id="decide"' not in page
        assert press(browser, next_version, "publish").status_code == 403


def test_it_is_not_offered_to_who_submitted_it(
    shared_universe: Universe,
) -> None:
    root = person("administrator", "root")
    services.submit(version=shared_universe.versions["draft"], by=root, now=LATER)
    page = shown(sign_in("administrator", "root"), shared_universe.versions["draft"])
    assert "You submitted it" in page and 'id="decide"' not in page


def test_what_changed_since_it_was_read_is_not_published(
    bob: Client, next_version: EvidenceVersion, shared_universe: Universe
) -> None:
    read = mark(shown(bob, next_version))
    world, now = shared_universe, timezone.now()
    services.return_to_author(version=next_version, by=world.bob, now=now, comment="?")
    draft = replace(services.draft_of(next_version), statement="Another sentence.")
    services.save_draft(draft=draft, item=next_version.item, by=world.alice, now=now)
    services.submit(version=next_version, by=world.alice, now=timezone.now())
    answer = press(bob, next_version, "publish", seen=read, comment="All is well.")
    assert "was saved or moved since you read it" in said(answer)
    page = answer.content.decode()
    assert "Another sentence." in page and ">All is well.</textarea>" in page
    next_version.refresh_from_db()
    assert next_version.state == "IN_REVIEW"
    press(bob, next_version, "publish", seen=mark(page))
    next_version.refresh_from_db()
    assert next_version.state == "PUBLISHED"


@pytest.mark.parametrize("seen", ["yesterday", "2026-13-01", "2026-03-03T09:30:00"])
def test_a_forged_mark_publishes_nothing(
    bob: Client, next_version: EvidenceVersion, seen: str
) -> None:
    assert press(bob, next_version, "publish", seen=seen).status_code == 200
    next_version.refresh_from_db()
    assert next_version.state == "IN_REVIEW"


@pytest.mark.parametrize("move", ["publish", "return_to_author", "retract", "submit", "withdraw"])
def test_every_move_refuses_what_is_not_as_it_was_seen(
    move: str, next_version: EvidenceVersion, shared_universe: Universe
) -> None:
    versions, reason = shared_universe.versions, {}
    version = {"retract": versions["mouse"], "submit": versions["draft"]}.get(move, next_version)
    if move != "submit" and move != "publish":
        reason = {"comment" if move == "return_to_author" else "reason": "?"}
    seen = version.updated_at - dt.timedelta(microseconds=1)
    run: Any = getattr(services, move)
    with pytest.raises(MoveNotAllowed, match="since you read it"):
        run(version=version, by=shared_universe.bob, now=LATER, seen=seen, **reason)


# --- Interests ------------------------------------------------------------------------------------


def test_the_reviewers_own_statement_is_shown(bob: Client, next_version: EvidenceVersion) -> None:
    declare_interests(
        has_interests=True, text="Invented: shares.", by=User.objects.get(username="bob"),
        now=timezone.now(),
    )  # fmt: skip
    words = text(shown(bob, next_version))
    day = f"{timezone.now():%Y-%m-%d}"
    assert f"declared on {day}: there are some. “Invented: shares.”" in words


def test_who_declared_nothing_is_led_to_the_form_and_back_with_what_was_typed(
    next_version: EvidenceVersion,
) -> None:
    dora = sign_in("reviewer", "dora")
    page = shown(dora, next_version)
    assert "not declared your interests" in page and 'id="decide"' not in page
    answer = press(dora, next_version, "return", comment="Which page?")
    asked = answer.redirect_chain[-1][0]
    assert asked.startswith(address(InterestStatement, "add")) and "Declare your interests" in said(
        answer
    )
    answer = dora.post(asked, {"text": ""}, follow=True)
    assert answer.redirect_chain[-1][0] == review_address(next_version)
    assert ">Which page?</textarea>" in answer.content.decode()
    next_version.refresh_from_db()
    assert next_version.state == "IN_REVIEW"
    press(dora, next_version, "return", comment="Which page?")
    next_version.refresh_from_db()
    assert next_version.state == "DRAFT"


def test_the_versions_own_page_leads_there_too(next_version: EvidenceVersion) -> None:
    dora, page = sign_in("reviewer", "dora"), address(EvidenceVersion, "change", next_version.pk)
    words = dora.get(page).content.decode()
    assert "not declared your interests" in words and review_address(next_version) in words
    url = address(EvidenceVersion, "do", next_version.pk, "publish")
    asked = dora.post(url, {}).headers["Location"]
    assert dora.post(asked, {"text": ""}).headers["Location"] == page
    assert "not declared your interests" not in dora.get(page).content.decode()


def test_the_list_leads_to_the_review(bob: Client, next_version: EvidenceVersion) -> None:
    page = bob.get(address(EvidenceVersion, "changelist") + "?state__exact=IN_REVIEW")
    assert f'<a href="{review_address(next_version)}">review</a>' in page.content.decode()


def test_nobody_who_is_not_signed_in_reads_it(client: Client, shared_universe: Universe) -> None:
    answer = client.get(review_address(shared_universe.versions["draft"]))
    assert answer.status_code == 302 and "/admin/login/" in answer.headers["Location"]
