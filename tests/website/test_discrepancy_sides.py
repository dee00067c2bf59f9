"""A side of a disagreement leads to its statement only where readers may open that."""

from __future__ import annotations

import pytest

from evidence.services import Side, open_discrepancy
from tests.universe import NOW, Universe
from tests.website.support import html

pytestmark = pytest.mark.django_db


def shown_with_a_side_in(world: Universe, version: str) -> str:
    """The page of a disagreement one side of which stands in this version."""
    side = Side(
        says="A made-up side.",
        source=world.sources["duffaud2019"],
        version=world.versions[version],
    )
    open_discrepancy(
        kind="ARITHMETIC", title="Made up", slug="made-up", sides=[side], by=world.alice, now=NOW
    )
    return html("/discrepancies/made-up/")


def test_a_side_in_a_draft_says_nothing_of_the_draft(shared_universe: Universe) -> None:
    draft = shared_universe.versions["draft"]
    source = shown_with_a_side_in(shared_universe, "draft")
    assert "A made-up side." in source
    assert draft.item.public_id not in source
    assert draft.statement not in source
    assert "earlier wording" not in source


def test_a_side_in_what_was_said_before_is_an_earlier_wording(shared_universe: Universe) -> None:
    source = shown_with_a_side_in(shared_universe, "sarc024-old")
    item = shared_universe.versions["sarc024-old"].item.public_id
    assert f"{item}, version 1</a>: an earlier wording<" in source


def test_a_side_in_what_is_said_now_leads_there(shared_universe: Universe) -> None:
    source = shown_with_a_side_in(shared_universe, "sarc024")
    item = shared_universe.versions["sarc024"].item.public_id
    assert f'<a href="/evidence/{item}/">{item}</a>' in source
    assert "earlier wording" not in source
