"""What the filters on arrows mean."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from evidence.filters_mechanisms import AssertionFilterSet
from evidence.mechanism_queries import visible_assertions
from tests.universe import Universe

pytestmark = pytest.mark.django_db
ALL = {"mouse", "up", "down", "unseen", "carried", "blocks", "doubted"}


def found(world: Universe, query: str) -> set[str]:
    names = {version.pk: name for name, version in world.versions.items()}
    rows = AssertionFilterSet(QueryDict(query), visible_assertions()).checked()
    return {names[row.version_id] for row in rows}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("subject=target:kdr", {"mouse", "doubted"}),
        ("object=PD-L1", {"mouse", "doubted", "carried"}),
        ("entity=PD-L1", {"mouse", "doubted", "carried", "blocks"}),
        ("entity=ambiguous alias", {"mouse", "doubted", "carried", "blocks"}),
        ("entity=target:kdr,target:exosome", {"mouse", "doubted", "carried"}),
        ("subject=avelumab", set()),
        ("relation=DECREASES,CARRIES", {"down", "carried"}),
        ("target=t-cell", {"carried", "blocks"}),
        ("agent=avelumab", set()),
        ("pathway=vegfr2-stat3-bcl2", {"up", "down", "unseen", "carried"}),
        ("donor=tumour cell", {"carried"}),
        ("recipient=T cell", {"carried"}),
        ("donor=T cell", set()),
        ("stance=AGAINST", {"unseen", "doubted"}),
        ("stance=FOR", ALL - {"unseen", "doubted"}),
        ("stance=FOR,AGAINST", ALL),
        ("negated=true", {"unseen"}),
        ("negated=false&stance=AGAINST", {"doubted"}),
        ("carried_by_exosome=true", {"carried"}),
        ("carried_by_exosome=false", {"mouse"}),
        ("carried_by_exosome=unknown", ALL - {"mouse", "carried"}),
        ("model_system=PATIENT_TISSUE", {"blocks"}),
        ("model_system=PATIENT", set()),
        ("level=D", ALL),
        ("level=A", set()),
        ("source=duffaud2019&relation=BINDS", set()),
        ("search=in culture", {"carried"}),
        ("search=exosome", {"carried"}),
        ("search=silent", {"blocks"}),
        ("entity=exosome&steps=1", {"carried"}),
        ("entity=exosome&steps=2", {"carried", "mouse", "doubted", "blocks"}),
        ("entity=exosome&steps=2&relation=INHIBITS", {"blocks"}),
        ("entity=tumour growth&steps=3", {"up", "down", "unseen"}),
        ("contradicted=true", {"up", "down", "unseen", "mouse", "doubted"}),
        ("contradicted=false", {"carried", "blocks"}),
        ("contradicted=true,false", ALL),
    ],
)
def test_arrows_are_found(query: str, expected: set[str], mechanism: Universe) -> None:
    assert found(mechanism, query) == expected


def test_an_arrow_is_found_by_its_statement(mechanism: Universe) -> None:
    public_id = mechanism.versions["blocks"].item.public_id
    assert found(mechanism, f"evidence={public_id}") == {"blocks"}


@pytest.mark.parametrize(
    "wrong", ["entity=nobody", "subject=agent:cd274", "relation=LOVES", "donor=nobody", "stance=x"]
)
def test_what_is_not_known_is_refused(wrong: str, shared_universe: Universe) -> None:
    [problem] = AssertionFilterSet(QueryDict(wrong), visible_assertions()).problems
    assert problem.parameter == wrong.split("=")[0]


def test_for_comes_before_against_within_a_pair(mechanism: Universe) -> None:
    rows = AssertionFilterSet(QueryDict("object=tumour growth"), visible_assertions()).checked()
    assert [(row.stance, row.relation) for row in rows] == [
        ("FOR", "INCREASES"),
        ("FOR", "DECREASES"),
        ("AGAINST", "INCREASES"),
    ]


@pytest.mark.parametrize("wrong", ["steps=2", "entity=KDR&steps=4", "entity=KDR&steps=0"])
def test_steps_are_one_to_three_and_counted_from_something(
    wrong: str, shared_universe: Universe
) -> None:
    filterset = AssertionFilterSet(QueryDict(wrong), visible_assertions())
    assert [one.parameter for one in filterset.problems] == ["steps"]
    assert not filterset.qs.exists()
