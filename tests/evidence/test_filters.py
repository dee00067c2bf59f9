"""What the filters on evidence and its numbers mean."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from evidence.filters import (
    ComparisonFilterSet,
    DiscrepancyFilterSet,
    EvidenceFilterSet,
    MeasurementFilterSet,
    SourceFilterSet,
    TrialEvidenceFilterSet,
)
from evidence.models import Comparison, Discrepancy, EvidenceVersion, Measurement, Source
from tests.universe import Universe
from trials.models import Trial

pytestmark = pytest.mark.usefixtures("shared_universe")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"sarc024", "regobone", "mouse", "claim"}),
        ("state=SUPERSEDED", {"sarc024-old"}),
        ("state=PUBLISHED,SUPERSEDED&source=davis2019", {"sarc024", "sarc024-old"}),
        ("kind=MECHANISM", {"mouse"}),
        ("level=E", {"claim"}),
        ("direction=MIXED", set()),
        ("model_system=MOUSE", {"mouse"}),
        ("endpoint=PFS", {"sarc024", "regobone", "claim"}),
        ("endpoint=OS", set()),
        ("trial=EUCTR2013-003910-42", {"regobone"}),
        ("agent=avelumab", set()),
        ("target=pd-l1", {"mouse"}),
        ("therapy_class=targeted", {"sarc024", "regobone", "claim"}),
        ("pathway=vegfr2-stat3-bcl2", {"mouse"}),
        ("source=31013172", {"sarc024"}),
        ("source=review", {"claim"}),
        ("search=In mice", {"mouse"}),
        ("updated_since=2027-01-01", set()),
    ],
)
def test_statements_are_found(query: str, expected: set[str], shared_universe: Universe) -> None:
    names = {version.pk: name for name, version in shared_universe.versions.items()}
    rows = EvidenceVersion.objects.readable()
    found = EvidenceFilterSet(QueryDict(query), rows).checked()
    assert {names[version.pk] for version in found} == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"3.6", "1.7", "17/26 = 65%", "0 of the 14", ""}),
        ("estimator=MEDIAN", {"3.6", "1.7"}),
        ("unit=PERCENT", {"17/26 = 65%", "0 of the 14"}),
        ("scope=OSTEOSARCOMA_STRATUM", {"17/26 = 65%", "0 of the 14"}),
        ("setting=RELAPSE&state=NOT_REPORTED", {""}),
        ("trial=NCT02389244", {"17/26 = 65%", "0 of the 14"}),
        ("trial=ISRCTN00000001", {"17/26 = 65%", "0 of the 14"}),
        ("agent=regorafenib", {"3.6", "17/26 = 65%", ""}),
        ("agent=placebo", {"1.7", "0 of the 14"}),
        ("target=VEGFR2", {"3.6", "17/26 = 65%", ""}),
        ("therapy_class=vegfr-tki&clinical=true", {"3.6", "17/26 = 65%"}),
        ("clinical=false", {""}),
        ("model_system=NOT_STATED", {""}),
        ("disputed=true", {"0 of the 14"}),
        ("disputed=false&unit=PERCENT", {"17/26 = 65%"}),
        ("source=10.1200/JCO.18.02374", {"3.6", "1.7"}),
        ("source=https://doi.org/10.1200/jco.18.02374", {"3.6", "1.7"}),
        ("search=8 weeks", {"17/26 = 65%", "0 of the 14"}),
        ("endpoint=OS", set()),
    ],
)
def test_measurements_are_found(query: str, expected: set[str]) -> None:
    found = MeasurementFilterSet(QueryDict(query), Measurement.objects.visible()).checked()
    assert sorted(found.values_list("value_raw", flat=True)) == sorted(expected)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("measure=HR", 1),
        ("comparative_by_design=true", 1),
        ("comparative_by_design=false,unknown", 0),
        ("agent=regorafenib", 1),
        ("agent=avelumab", 0),
        ("target=KDR&therapy_class=targeted", 1),
        ("disputed=false", 1),
        ("disputed=true", 0),
        ("search=placebo", 1),
        ("clinical=true&endpoint=PFS", 1),
    ],
)
def test_comparisons_are_found(query: str, count: int) -> None:
    found = ComparisonFilterSet(QueryDict(query), Comparison.objects.visible()).checked()
    assert found.count() == count


def test_numbers_are_found_by_their_statement(shared_universe: Universe) -> None:
    public_id = shared_universe.versions["sarc024"].item.public_id
    query = QueryDict(f"evidence={public_id.lower()}")
    assert MeasurementFilterSet(query, Measurement.objects.visible()).checked().count() == 2
    hidden = shared_universe.versions["draft"].item.public_id
    assert MeasurementFilterSet(
        QueryDict(f"evidence={hidden}"), Measurement.objects.visible()
    ).problems, "a statement that is only a draft is not known to readers"


def test_trials_are_found_by_the_endpoints_published_of_them(shared_universe: Universe) -> None:
    def found(query: str) -> list[Trial]:
        return list(TrialEvidenceFilterSet(QueryDict(query), Trial.objects.visible()).checked())

    assert found("endpoint=PFS") == [shared_universe.trials["regobone"]]
    assert found("endpoint=OS") == []
    assert found("endpoint=PFS&status=recruiting") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("pmid=31013172", ["davis2019"]),
        ("doi=10.1200/jco.18.02374", ["davis2019"]),
        ("trial=NCT02389244", ["duffaud2019"]),
        ("year=2019&kind=ARTICLE", ["davis2019", "duffaud2019"]),
        ("year=2018", []),
        ("retraction=RETRACTED", []),
        ("search=randomized", ["davis2019"]),
        ("ordering=-slug&kind=REVIEW,ARTICLE", ["review", "duffaud2019", "davis2019"]),
    ],
)
def test_sources_are_found(query: str, expected: list[str]) -> None:
    found = SourceFilterSet(QueryDict(query), Source.objects.all()).checked()
    assert list(found.values_list("slug", flat=True)) == expected


@pytest.mark.parametrize("wrong", ["source=nobody1999", "source=doi:", "source=pmid:"])
def test_a_source_nobody_has_is_a_problem(wrong: str) -> None:
    [problem] = MeasurementFilterSet(QueryDict(wrong), Measurement.objects.visible()).problems
    assert "There is no source" in problem.message


def test_discrepancies_are_found_by_what_they_are_about() -> None:
    def found(query: str) -> int:
        return DiscrepancyFilterSet(QueryDict(query), Discrepancy.objects.all()).checked().count()

    assert found("trial=NCT02389244") == 1
    assert found("trial=NCT03006848") == 0
    assert found("agent=regorafenib") == 0
    assert found("kind=ARITHMETIC&state=OPEN&search=regobone") == 1
