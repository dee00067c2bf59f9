"""Two versions of a statement on one page."""

from __future__ import annotations

from tests.universe import Universe
from tests.website.support import every_page, get, html, text


def test_two_versions_stand_beside_each_other(shared_universe: Universe) -> None:
    shown = text(every_page(shared_universe)["evidence-compare"])
    assert "version 1 against version 2" in shown
    assert "Statement changed Field Version 1 Version 2" in shown
    assert "Regorafenib held off progression longer than placebo." in shown


def test_what_is_the_same_says_so(shared_universe: Universe) -> None:
    item = shared_universe.versions["sarc024"].item.public_id
    assert "These two versions say the same." in text(f"/evidence/{item}/compare/2/2/")


def test_a_version_leads_to_what_differs_from_the_others(shared_universe: Universe) -> None:
    item = shared_universe.versions["sarc024"].item.public_id
    for page in (f"/evidence/{item}/", f"/evidence/{item}/versions/1/"):
        assert f'href="/evidence/{item}/compare/1/2/"' in html(page)


def test_a_draft_cannot_be_compared_by_readers(shared_universe: Universe) -> None:
    item = shared_universe.versions["sarc024"].item.public_id
    assert get(f"/evidence/{item}/compare/1/9/").status_code == 404
