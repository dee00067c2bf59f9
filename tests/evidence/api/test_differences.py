"""Two versions of a statement over the API."""

from __future__ import annotations

import pytest

from tests.api.support import get, problem
from tests.universe import Universe


def item(world: Universe) -> str:
    return world.versions["sarc024"].item.public_id


def test_what_changed_between_two_versions_is_answered(shared_universe: Universe) -> None:
    public_id = item(shared_universe)
    answer = get(f"differences/?evidence={public_id}&from=1&to=2").json()
    assert (answer["evidence"], answer["old"], answer["new"]) == (public_id, 1, 2)
    statement = answer["differences"][0]
    assert (statement["part"], statement["change"]) == ("statement", "CHANGED")
    [field] = [one for one in statement["fields"] if one["field"] == "statement"]
    assert field["old"] == "Regorafenib held off progression longer than placebo."


def test_a_version_has_no_difference_from_itself(shared_universe: Universe) -> None:
    answer = get(f"differences/?evidence={item(shared_universe)}&from=2&to=2").json()
    assert answer["differences"] == []


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("evidence={item}&from=1&to=9", "to", "no version 9"),
        ("evidence={item}&from=0&to=2", "from", "no version 0"),
        ("evidence={item}&from=one&to=2", "from", "one"),
        ("evidence=OST-E999999&from=1&to=2", "evidence", "no evidence"),
        ("evidence={item}&from=1", "to", "Give to"),
        ("evidence={item}&from=1&to=2&state=DRAFT", "state", "state"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    query: str, parameter: str, says: str, shared_universe: Universe
) -> None:
    found = problem("differences/?" + query.format(item=item(shared_universe)))
    assert found["parameter"] == parameter and says in found["message"]
