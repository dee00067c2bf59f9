"""Error pages, the security policy, and what machines ask for."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.views.defaults import server_error

from osteodb.website.middleware import STRICT, policy_for
from tests.universe import Universe
from tests.website.support import get, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/trials/NCT09999999/",
        "/trials/%00/",
        "/trials/a%00/",
        "/agents/%00/",
        "/evidence/%00/",
        "/pathways/a%00/",
        "/agents/nobody/",
        "/agents/!!!/",
        "/targets/nothing/",
        "/therapy-classes/nothing/",
        "/evidence/OST-E999999/",
        "/evidence/OST-E000001/versions/0/",
        "/evidence/OST-E000001/versions/99/",
        "/sources/nothing/",
        "/discrepancies/nothing/",
    ],
)
def test_what_is_not_there_is_answered_with_a_page_of_the_site(
    address: str, shared_universe: Universe
) -> None:
    answer = get(address)
    assert answer.status_code == 404
    source = answer.content.decode()
    assert "<h1>Not found</h1>" in source
    assert "All trials" in source


def test_a_number_that_nobody_has_is_named(shared_universe: Universe) -> None:
    shown = words(get("/trials/NCT09999999/").content.decode())
    assert "OsteoDB has no trial with the number 'NCT09999999'." in shown


@override_settings(DEBUG=True)
def test_a_developer_sees_the_readers_page_too(shared_universe: Universe) -> None:
    answer = get("/agents/nobody/")
    assert answer.status_code == 404
    assert "OsteoDB has no agent called 'nobody'." in words(answer.content.decode())


def test_a_fault_is_answered_without_the_database() -> None:
    answer = server_error(HttpRequest())
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()


def test_pages_only_answer_to_reading(shared_universe: Universe) -> None:
    assert Client(SERVER_NAME="localhost").post("/trials/").status_code == 405


def test_an_unknown_host_is_refused_with_a_page() -> None:
    answer = Client(SERVER_NAME="elsewhere.example").get("/about/")
    assert answer.status_code == 400
    assert "Bad request" in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/nothing/", "/robots.txt", "/trials/?status=x", "/search/?q=x"]
)
def test_every_answer_carries_the_strict_policy(address: str, shared_universe: Universe) -> None:
    policy = get(address).headers["Content-Security-Policy"]
    assert policy == STRICT
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_only_the_admin_and_the_documentation_get_a_looser_policy() -> None:
    assert "unsafe-eval" in policy_for("/admin/login/")
    for address in ("/", "/trials/", "/administration/", "/api/v1/trials/"):
        assert policy_for(address) == STRICT


def test_robots_are_kept_from_endless_lists() -> None:
    answer = get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /*?" in answer.content.decode()


def test_the_favicon_is_found_where_browsers_look_for_it() -> None:
    answer = get("/favicon.ico")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(".svg")
