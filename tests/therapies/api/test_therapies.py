"""Therapies over REST: any name opens them, and every statement has its source."""

from __future__ import annotations

import pytest

from tests.api.support import get, rows
from tests.golden import check, steady
from tests.universe import Universe

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["rivoceranib", "Apatinib", "YN968D1", "yn-968 d1", "APATINIB"])
def test_an_agent_answers_under_each_of_its_names(name: str, shared_universe: Universe) -> None:
    assert get(f"agents/{name}/").json()["slug"] == "rivoceranib"


def test_a_name_nobody_has_is_404_with_the_nearest(shared_universe: Universe) -> None:
    answer = get("agents/apatinb/")
    assert answer.status_code == 404
    assert "Did you mean 'apatinib'" in answer.json()["error"]["message"]


def test_a_target_answers_under_symbol_slug_and_alias(shared_universe: Universe) -> None:
    for name in ("CD274", "cd274", "PD-L1", "PDL1"):
        assert get(f"targets/{name}/").json()["symbol"] == "CD274"


def test_an_alias_of_two_targets_is_answered_with_both(shared_universe: Universe) -> None:
    answer = get("targets/Ambiguous alias/")
    assert answer.status_code == 409
    assert {each["name"] for each in answer.json()["error"]["candidates"]} == {"CD274", "KDR"}


def test_what_an_agent_acts_on_says_who_says_so(shared_universe: Universe) -> None:
    [action] = get("agents/avelumab/").json()["actions"]
    assert (action["symbol"], action["action"], action["locator"]) == ("CD274", "BLOCKER", "4.4")
    assert action["source"]["text"] == "the review"


def test_identifiers_nobody_gave_are_null(shared_universe: Universe) -> None:
    found = get("agents/avelumab/").json()
    assert found["chembl_id"] is found["drugbank_id"] is found["source"]["text"] is None


def test_the_tree_of_classes_is_told_by_paths(shared_universe: Universe) -> None:
    found = {row["slug"]: row for row in rows("therapy-classes/")}
    assert found["vegfr-tki"]["path"] == "targeted/vegfr-tki"
    assert (found["vegfr-tki"]["depth"], found["vegfr-tki"]["parent"]) == (1, "targeted")
    assert (found["targeted"]["agent_count"], found["vegfr-tki"]["agent_count"]) == (0, 2)


def test_the_answers_are_as_agreed(shared_universe: Universe) -> None:
    for name, path in (
        ("agents/list.json", "agents/"),
        ("agents/rivoceranib.json", "agents/apatinib/"),
        ("targets/kdr.json", "targets/KDR/"),
        ("therapy-classes/targeted.json", "therapy-classes/targeted/"),
        ("pathways/vegfr2.json", "pathways/vegfr2-stat3-bcl2/"),
        ("regimens/list.json", "regimens/"),
    ):
        check(name, steady(get(path).json()))
    check("agents/list.csv", get("agents/?format=csv").content.decode())
