"""What the filters on therapies mean."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.universe import Universe
from therapies.filters import (
    AgentFilterSet,
    PathwayFilterSet,
    RegimenFilterSet,
    TargetFilterSet,
    TherapyClassFilterSet,
)
from therapies.models import Agent, Pathway, Regimen, Target, TherapyClass

pytestmark = pytest.mark.usefixtures("shared_universe")
SETS = {
    "agents": (AgentFilterSet, Agent, "name"),
    "targets": (TargetFilterSet, Target, "symbol"),
    "classes": (TherapyClassFilterSet, TherapyClass, "slug"),
    "pathways": (PathwayFilterSet, Pathway, "slug"),
    "regimens": (RegimenFilterSet, Regimen, "name"),
}


@pytest.mark.parametrize(
    ("which", "query", "expected"),
    [
        ("agents", "kind=antibody", ["avelumab"]),
        ("agents", "therapy_class=vegfr-tki", ["regorafenib", "rivoceranib"]),
        ("agents", "therapy_class=targeted", ["regorafenib", "rivoceranib"]),
        ("agents", "therapy_class=Anti-PD-L1", ["avelumab"]),
        ("agents", "target=pd-l1", ["avelumab"]),
        ("agents", "target=VEGFR2,CD274", ["avelumab", "regorafenib", "rivoceranib"]),
        ("agents", "target=ambiguous alias", ["avelumab", "regorafenib", "rivoceranib"]),
        ("agents", "synonym=yn 968-d1", ["rivoceranib"]),
        ("agents", "search=apati", ["rivoceranib"]),
        ("agents", "search=%25", []),
        ("agents", "ordering=-name&kind=SMALL_MOLECULE", ["rivoceranib", "regorafenib"]),
        ("targets", "pathway=vegfr2/STAT3/bcl-2", ["KDR"]),
        ("targets", "agent=apatinib", ["KDR"]),
        ("targets", "synonym=PDL1", ["CD274"]),
        ("targets", "search=insert", ["KDR"]),
        ("targets", "kind=CELL_POPULATION", []),
        ("classes", "below=checkpoint", ["checkpoint", "anti-pd-l1"]),
        ("classes", "agent=avelumab", ["anti-pd-l1"]),
        ("classes", "search=kinase", ["vegfr-tki"]),
        ("pathways", "target=kdr", ["vegfr2-stat3-bcl2"]),
        ("pathways", "search=stat3", ["vegfr2-stat3-bcl2"]),
        ("regimens", "agent=regorafenib", ["regorafenib"]),
        ("regimens", "target=KDR", ["regorafenib"]),
        ("regimens", "therapy_class=targeted", ["regorafenib"]),
        ("regimens", "kind=COMBINATION", []),
        ("regimens", "search=place", ["placebo"]),
    ],
)
def test_a_filter_finds(which: str, query: str, expected: list[str]) -> None:
    filterset_class, model, name = SETS[which]
    rows = filterset_class(QueryDict(query), model._default_manager.all()).checked()
    assert list(rows.values_list(name, flat=True)) == expected


@pytest.mark.parametrize(
    ("which", "query", "words"),
    [
        ("agents", "synonym=apatinb", "Did you mean 'apatinib'?"),
        ("agents", "target=PDL9", "No target is called 'PDL9'."),
        ("agents", "therapy_class=chekpoint", "Did you mean 'checkpoint'?"),
        ("agents", "synonym=!!", "neither a letter nor a digit"),
        ("targets", "pathway=wnt", "There is no pathway 'wnt'."),
    ],
)
def test_a_name_nobody_has_is_a_problem_and_not_an_empty_list(
    which: str, query: str, words: str, shared_universe: Universe
) -> None:
    filterset_class, model, _name = SETS[which]
    [problem] = filterset_class(QueryDict(query), model._default_manager.all()).problems
    assert words in problem.message
