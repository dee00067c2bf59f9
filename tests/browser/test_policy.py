"""The security policy in a real browser: it bites, and what we serve still works under it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from osteodb.core.models import User
from tests.browser.watch import Watch
from tests.universe import Universe

Open = Callable[..., tuple[Page, Watch]]
PASSWORD = "a password of the tests only"
ADMIN_PAGES = [
    "/admin/",
    "/admin/trials/trial/",
    "/admin/therapies/agent/",
    "/admin/evidence/source/",
    "/admin/trials/syncrun/",
    "/admin/evidence/evidenceversion/",
    "/admin/therapies/agent/add/",
    "/admin/evidence/source/add/",
    "/admin/trials/trial/{trial}/change/",
]


def test_an_inline_script_does_not_run_on_a_page_of_ours(open_page: Open) -> None:
    page, watch = open_page("/")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); }"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in one for one in watch.complaints)


@pytest.fixture(scope="module")
def administrator(world: Universe) -> User:
    """Somebody who may see all of the admin."""
    return User.objects.create_superuser("root", password=PASSWORD)


def test_the_admin_works_under_its_policy(
    administrator: User, world: Universe, open_page: Open
) -> None:
    page, watch = open_page("/admin/login/")
    page.get_by_label("Username").fill("root")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").first.click()
    page.wait_for_url("**/admin/")
    for pattern in ADMIN_PAGES:
        address = pattern.format(trial=world.trials["regobone"].pk)
        answer = page.goto(page.url.split("/admin/")[0] + address)
        assert answer is not None
        assert answer.status == 200, address
        page.wait_for_load_state("networkidle")
        assert watch.complaints == [], address
    watch.assert_clean()


def test_the_api_documentation_works_under_its_policy(world: Universe, open_page: Open) -> None:
    page, watch = open_page("/api/v1/docs/")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("OsteoDB", timeout=15_000)
    expect(page.locator("#operations-tag-trials, .opblock-tag").first).to_be_visible()
    watch.assert_clean()
