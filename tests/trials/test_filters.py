"""What the filters on trials mean."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.universe import LATER, Universe
from trials.filters import (
    ChangeFilterSet,
    QualityIssueFilterSet,
    SyncRunFilterSet,
    TrialFilterSet,
)
from trials.models import DataQualityIssue, SyncRun, Trial, TrialChange

pytestmark = pytest.mark.usefixtures("shared_universe")


def trials(query: str) -> set[str]:
    """The short names of the trials found, invented ones left out."""
    found = TrialFilterSet(QueryDict(query), Trial.objects.visible()).checked()
    numbers = {
        "NCT02389244": "regobone",
        "NCT03006848": "avelumab",
        "NCT04359550": "zkab001",
        "NCT04698785": "regomain",
        "NCT04803877": "sarc038",
        "NCT05277480": "oaie",
        "ChiCTR2200062550": "chictr",
    }
    values = found.values_list("identifiers__value", flat=True)
    return {numbers[value] for value in values if value in numbers}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=active_not_recruiting", {"regobone", "sarc038"}),
        ("status=completed,recruiting&phase=PHASE2", {"avelumab", "regomain", "oaie"}),
        ("phase=phase3", {"zkab001"}),
        ("registry=EUCTR", {"regobone"}),
        ("registry=chictr", {"chictr"}),
        ("identifier=EUCTR2013-003910-42", {"regobone"}),
        ("identifier=eudract 2013 003910 42", {"regobone"}),
        ("identifier=nct 02389244", {"regobone"}),
        ("identifier=UC-0150/1309", {"regobone"}),
        ("identifier=ISRCTN00000001", {"regobone"}),
        ("identifier=NCT03006848,NCT04359550", {"avelumab", "zkab001"}),
        ("identifier=NCT99999999", set()),
        ("agent=apatinib", {"oaie", "chictr"}),
        ("agent=YN968D1", {"oaie", "chictr"}),
        ("target=VEGFR2", {"regobone", "regomain", "sarc038", "oaie", "chictr"}),
        ("target=pd-l1", {"avelumab"}),
        ("therapy_class=checkpoint", {"avelumab"}),
        ("therapy_class=targeted&status=recruiting", {"oaie"}),
        ("sponsor=unicancer", {"regobone"}),
        ("sponsor=Children's", {"avelumab"}),
        ("sponsor=Research through, Collaboration", set()),
        ("condition=bone-sarcoma&agent=avelumab", {"avelumab"}),
        ("has_results=true", {"avelumab"}),
        ("has_results=unknown", {"chictr"}),
        ("enrolment_min=100", {"regobone", "zkab001"}),
        ("enrolment_min=48&enrolment_max=60", {"regomain", "sarc038"}),
        ("start_from=2021&start_to=2021", {"regomain", "sarc038"}),
        ("start_to=2014-09", {"regobone"}),
        ("completion_from=2026-03-11&completion_to=2026-03", {"regobone"}),
        ("last_update_from=2025-09-05", {"regobone"}),
        ("search=maintenance", {"zkab001", "regomain"}),
        ("search=rivoceranib", {"oaie", "chictr"}),
        ("search=2013-003910", {"regobone"}),
        ("search=REGOBONE", {"regobone"}),
        ("search=unicancer", {"regobone"}),
        ("search=placebo-controlled -maintenance", {"regobone", "zkab001"}),
    ],
)
def test_a_filter_finds(query: str, expected: set[str]) -> None:
    found = trials(query)
    if query.startswith("search=placebo"):
        assert expected & found == {"regobone"}
    else:
        assert found == expected


def test_a_country_is_found_by_code_and_by_name() -> None:
    def found(query: str) -> set[int]:
        rows = TrialFilterSet(QueryDict(query), Trial.objects.visible()).checked()
        return set(rows.values_list("pk", flat=True))

    assert found("country=DE") == found("country=germany") != set()
    assert found("country=us,DE") == found("country=US") | found("country=DE")
    assert found("country=Turkey") == found("country=tr")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("country=Atlantis", "'Atlantis' is no country"),
        ("agent=regorafenb", "Did you mean 'regorafenib'?"),
        ("condition=osteosarcom", "Did you mean 'osteosarcoma' or"),
        ("start_from=tomorrow", "give yyyy, yyyy-MM or yyyy-MM-dd"),
        ("enrolment_min=-4", "is not a whole number"),
        ("identifier=!!", "neither a letter nor a digit"),
        ("updated_since=yesterday", "give ISO 8601"),
        ("has_results=yes", "is not one of: true, false, unknown."),
    ],
)
def test_a_wrong_value_is_a_problem_with_a_sentence(query: str, words: str) -> None:
    filterset = TrialFilterSet(QueryDict(query), Trial.objects.visible())
    [problem] = filterset.problems
    assert words in problem.message
    assert not filterset.qs.exists()


def test_hidden_and_merged_trials_are_never_found(shared_universe: Universe) -> None:
    for query in ("", "identifier=ISRCTN00000002", "search=ISRCTN00000002"):
        found = TrialFilterSet(QueryDict(query), Trial.objects.visible()).checked()
        assert shared_universe.trials["hidden"] not in found
        assert shared_universe.trials["merged"] not in found


def test_what_changed_here_since_a_time_is_found(shared_universe: Universe) -> None:
    # The registry's own times move on with the clock of the run, so a little before it.
    query = f"updated_since={LATER:%Y-%m-%dT%H:%M:%SZ}"
    found = TrialFilterSet(QueryDict(query), Trial.objects.visible()).checked()
    assert list(found) == [shared_universe.trials["regomain"]]


def changes(query: str) -> list[TrialChange]:
    return list(ChangeFilterSet(QueryDict(query), TrialChange.objects.all()).checked())


def test_changes_are_found_by_what_changed_where_and_when(shared_universe: Universe) -> None:
    since = f"since={LATER:%Y-%m-%d}"
    status = [change for change in changes(f"{since}&kind=STATUS") if change.field == "status"]
    [change] = status
    assert (change.old, change.new) == ("recruiting", "completed")
    assert changes(f"{since}&field=status") == [change]
    assert change in changes(f"{since}&trial=NCT04698785&agent=regorafenib&target=KDR")
    assert change in changes(f"{since}&therapy_class=targeted")
    assert changes(f"{since}&agent=avelumab") == []
    assert changes(f"until={LATER:%Y-%m-%d}&field=status&trial=NCT04698785") == []
    assert changes(f"trial={shared_universe.trials['merged'].public_id}") == changes(
        f"trial={shared_universe.trials['regobone'].public_id}"
    )


def test_changes_of_a_trial_nobody_has_are_a_problem() -> None:
    [problem] = ChangeFilterSet(QueryDict("trial=NCT1"), TrialChange.objects.all()).problems
    assert "No trial here has the number 'NCT1'" in problem.message


def test_a_hidden_trial_cannot_be_asked_about() -> None:
    query = QueryDict("trial=ISRCTN00000002")
    assert ChangeFilterSet(query, TrialChange.objects.all()).problems


def test_runs_and_issues_are_found_by_state_and_kind() -> None:
    runs = SyncRunFilterSet(QueryDict("registry=NCT&state=SUCCEEDED"), SyncRun.objects.all())
    assert runs.checked().count() == 2
    assert not SyncRunFilterSet(QueryDict("state=FAILED"), SyncRun.objects.all()).qs.exists()
    issues = DataQualityIssue.objects.all()
    found = QualityIssueFilterSet(QueryDict("kind=UNMATCHED_INTERVENTION&search=zkab"), issues)
    assert found.checked().exists()
    assert all("ZKAB" in issue.value for issue in found.qs)
