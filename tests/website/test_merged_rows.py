"""What readers see of agents, targets and sources that were merged into another."""

from __future__ import annotations

from typing import Any

import pytest

from evidence import services as evidence_services
from osteodb.website import search
from osteodb.website.search.suggesting import suggestions
from tests.api.support import get as api
from tests.api.support import rows
from tests.universe import LATER, Universe
from tests.website.support import get, html, text
from therapies import services


@pytest.fixture
def merged(shared_universe: Universe) -> Universe:
    """The world with one agent, one target and one source merged into another."""
    world = shared_universe
    who: Any = {"reason": "One thing.", "by": world.alice, "now": LATER}
    agents, targets = world.agents, world.targets
    services.merge_agents(absorbed=agents["rivoceranib"], into=agents["regorafenib"], **who)
    services.merge_targets(absorbed=targets["CD274"], into=targets["KDR"], **who)
    first, second = world.sources["davis2019"], world.sources["duffaud2019"]
    evidence_services.merge_sources(absorbed=first, into=second, **who)
    return world


def addresses(world: Universe) -> list[tuple[str, str]]:
    """(the old address, the new one) below the site's root."""
    old, new = world.sources["davis2019"].slug, world.sources["duffaud2019"].slug
    return [
        ("agents/rivoceranib", "agents/regorafenib"),
        ("targets/cd274", "targets/kdr"),
        (f"sources/{old}", f"sources/{new}"),
    ]


def test_an_old_address_leads_to_the_kept_page_for_good(merged: Universe) -> None:
    for old, new in addresses(merged):
        page = get(f"/{old}/")
        assert (page.status_code, page.headers["Location"]) == (301, f"/{new}/")
        answer = api(f"{old}/")
        assert answer.status_code == 301, answer.content
        assert answer.headers["Location"].endswith(f"/api/v1/{new}/")
        assert answer.json()["error"]["code"] == "moved"
        assert get(f"/{new}/").status_code == 200
        assert api(f"{new}/").status_code == 200


def test_an_old_name_finds_the_kept_page(merged: Universe) -> None:
    for name in ("apatinib", "YN-968 D1"):
        assert "/agents/regorafenib/" in get(f"/agents/{name}/").headers["Location"]
        assert api(f"agents/{name}/").json()["slug"] == "regorafenib"
        assert search.find_place(name).startswith("/agents/regorafenib/")
    assert "/targets/kdr/" in get("/targets/PD-L1/").headers["Location"]
    assert api("targets/ambiguous alias/").json()["slug"] == "kdr"
    assert "rivoceranib" in text("/agents/regorafenib/")


def test_absorbed_rows_are_in_no_list_and_no_count(merged: Universe) -> None:
    assert "rivoceranib" not in {row["slug"] for row in rows("agents/")}
    assert [row["slug"] for row in rows("targets/")] == ["kdr"]
    assert merged.sources["davis2019"].slug not in {row["slug"] for row in rows("sources/")}
    for path, old in (("/agents/", "agents/rivoceranib"), ("/targets/", "targets/cd274")):
        assert f'"/{old}/"' not in html(path)
        assert old not in get(f"{path}atom.xml").content.decode()
    assert '"/sources/davis2019/"' not in html("/sources/")


def test_a_filter_by_an_old_name_or_address_finds_what_moved(merged: Universe) -> None:
    for resource in ("trials", "evidence", "measurements"):
        kept = rows(f"{resource}/?agent=regorafenib")
        for old in ("rivoceranib", "apatinib"):
            assert rows(f"{resource}/?agent={old}") == kept
    assert rows("evidence/?target=cd274") == rows("evidence/?target=KDR") != []
    old, new = merged.sources["davis2019"].slug, merged.sources["duffaud2019"].slug
    assert rows(f"evidence/?source={old}") == rows(f"evidence/?source={new}") != []


def test_suggestions_and_hits_name_the_kept_ones_once(merged: Universe) -> None:
    urls = [one.url for question in ("rivo", "ambig") for one in suggestions(question)]
    assert sorted(urls) == ["/agents/regorafenib/", "/targets/kdr/"]
    page = html("/search/?q=ambiguous+alias")
    assert "/targets/kdr/" in page and "/targets/cd274/" not in page


def test_a_target_names_an_agent_once(merged: Universe) -> None:
    kept = api("targets/kdr/").json()
    assert [row["slug"] for row in kept["agents"]] == ["avelumab", "regorafenib"]
    inhibitors = [row["slug"] for row in kept["actions"] if row["action"] == "INHIBITOR"]
    assert inhibitors == ["regorafenib"]
    assert "/agents/rivoceranib/" not in html("/targets/kdr/")
    assert "/agents/rivoceranib/" not in html("/mechanisms/network/")


def test_a_merge_taken_back_gives_the_old_page_back(merged: Universe) -> None:
    from osteodb.core.models import ReferenceMerge

    for one in ReferenceMerge.objects.all():
        app: Any = evidence_services if one.object_kind == "evidence.source" else services
        door = {
            "therapies.agent": "unmerge_agents",
            "therapies.target": "unmerge_targets",
            "evidence.source": "unmerge_sources",
        }[one.object_kind]
        getattr(app, door)(merge=one, reason="Two after all.", by=merged.alice, now=LATER)
    for old, _new in addresses(merged):
        assert get(f"/{old}/").status_code == 200
        assert api(f"{old}/").status_code == 200
    assert api("agents/apatinib/").json()["slug"] == "rivoceranib"
