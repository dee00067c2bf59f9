"""One study under all its names: whatever number a reader holds, before and after a merge."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.support import get as get_api
from tests.universe import NOW, Universe
from tests.website.support import get, html, section, words
from trials import services
from trials.models import Trial, TrialMerge
from trials.services import GivenIdentifier

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["ALIAS", "OBSOLETE", "SECONDARY"])
def test_a_former_number_leads_to_the_page_for_ever(kind: str, universe: Universe) -> None:
    trial = universe.trials["merged"]
    former = GivenIdentifier(registry="ISRCTN", raw="ISRCTN00000077", kind=kind)
    services.add_identifier(trial=trial, identifier=former, by=universe.alice, now=NOW)
    head = universe.trials["regobone"].public_id
    for spelling in ("isrctn 00000077", "ISRCTN00000077"):
        assert get(f"/trials/{spelling}/").headers["Location"] == f"/trials/{head}/"
    assert get_api("trials/ISRCTN00000077/").json()["public_id"] == head
    assert "ISRCTN00000077" in section(html(f"/trials/{head}/"), "identifiers")


def test_origins_that_disagree_stand_side_by_side_with_the_reason(
    universe: Universe,
) -> None:
    page = html(f"/trials/{universe.trials['regobone'].public_id}/")
    table = words(section(page, "registries-disagree"))
    assert "Start 2014-09-30" in table
    assert "2014-05-06" in table
    assert "What has happened comes before what was planned" in table
    listed = get_api("origin-disagreements/?trial=NCT02389244&in_force=true").json()["results"]
    [row] = listed
    assert (row["field"], row["shown"], row["other"]) == ("start_date", "2014-09-30", "2014-05-06")
    assert row["other_record"]["registry"] == "EUCTR"


def merged_into_regomain(world: Universe) -> TrialMerge:
    """REGOBONE, with all that is known of it, found to be REGOMAIN: a mistake that is made here."""
    return services.merge_trials(
        absorbed=world.trials["regobone"], into=world.trials["regomain"], reason="A slip.",
        by=world.alice, now=NOW,
    )  # fmt: skip


def counted(trial: Trial) -> dict[str, Any]:
    """What the API lists of a trial, by any of the lists that can be asked by trial."""
    lists = ("changes", "measurements", "comparisons", "evidence", "sources", "discrepancies")
    key = trial.public_id
    return {name: get_api(f"{name}/?trial={key}").json()["count"] for name in lists}


def test_everything_of_a_merged_trial_is_told_on_the_other_page_and_comes_apart_again(
    universe: Universe,
) -> None:
    one, other = universe.trials["regobone"], universe.trials["regomain"]
    before = counted(one), counted(other)
    assert before[0]["measurements"] and before[0]["evidence"] and before[0]["discrepancies"]
    merge = merged_into_regomain(universe)
    together = counted(other)
    for name in ("measurements", "comparisons", "sources", "discrepancies"):
        assert together[name] == before[0][name] + before[1][name], name
    assert get(f"/trials/{one.public_id}/").headers["Location"] == f"/trials/{other.public_id}/"
    page = html(f"/trials/{other.public_id}/")
    assert f"shown here for: {one.public_id}" in words(section(page, "identifiers")).replace(
        " .", "."
    )
    assert "NCT02389244" in section(page, "identifiers")
    assert get_api(f"trials/{other.public_id}/").json()["merged_from"] == sorted(
        [one.public_id, universe.trials["merged"].public_id]
    )
    assert [row["public_id"] for row in get_api("trials/?identifier=NCT02389244").json()["results"]]
    services.unmerge_trials(merge=merge, reason="It was a slip.", by=universe.alice, now=NOW)
    after = counted(one), counted(other)
    for was, now in zip(before, after, strict=True):
        assert {**now, "changes": 0} == {**was, "changes": 0}
        assert now["changes"] > was["changes"]
    assert "NCT02389244" not in section(html(f"/trials/{other.public_id}/"), "identifiers")
    assert "It was a slip" not in html(f"/trials/{one.public_id}/")
