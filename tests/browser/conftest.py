"""A real Chromium against a real server with the tests' universe.

The world is written for real, not in a transaction, because the server's threads read it over their
own connections; the tables are emptied again when the module is done. One browser and one server
serve a whole module.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.admin_support import person
from tests.browser.watch import Watch
from tests.universe import Universe, build

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser and needs the database to be there."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The installed Chromium. Without it the tests are skipped, or fail where CI requires it."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        sentence = "Chromium is not installed: scripts/install_chromium.sh does it on Debian."
        if os.environ.get("OSTEODB_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


@pytest.fixture(scope="module")
def world(
    chromium: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Universe]:
    """The tests' universe, committed, and gone with the module."""
    with django_db_blocker.unblock():
        yield build()
        call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)


@pytest.fixture(scope="module")
def site(world: Universe) -> Iterator[str]:
    """The address of the server."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def browser(chromium: str, site: str) -> Iterator[Browser]:
    """One Chromium. Playwright keeps an event loop in this thread, which Django would refuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            yield started
            started.close()
            # Beside a running event loop Django keeps other connections, which nobody else ends.
            connections.close_all()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """Opens an address in a fresh window, watched for errors and for requests elsewhere."""
    contexts: list[BrowserContext] = []

    def opened(path: str, width: int = 1280, **options: object) -> tuple[Page, Watch]:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        watch = Watch(page, site)
        watch.answer = page.goto(site + path)
        return page, watch

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def cookies(world: Universe) -> dict[str, str]:
    """The sessions of an administrator, of Alice who writes and of Bob who reviews.

    Made with the module: what a single test writes is not committed, and the server cannot see it.
    """
    made = {}
    for username, role in (
        ("root", "administrator"), ("alice", "curator"), ("bob", "reviewer"),
    ):  # fmt: skip
        browser = Client()
        browser.force_login(person(role, username))
        made[username] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return made


@pytest.fixture
def open_as(
    open_page: Callable[..., tuple[Page, Watch]], site: str, cookies: dict[str, str]
) -> Callable[..., tuple[Page, Watch]]:
    """Opens an address for somebody who is signed in."""

    def opened(username: str, path: str, width: int = 1280) -> tuple[Page, Watch]:
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": cookies[username],
            "domain": str(urlsplit(site).hostname),
            "path": "/",
        }
        page, watch = open_page(path, width, storage_state={"cookies": [cookie]})
        page.wait_for_load_state("networkidle")
        assert urlsplit(page.url).path == path, "not let in"
        return page, watch

    return opened
