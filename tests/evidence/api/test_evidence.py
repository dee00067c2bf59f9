"""Evidence over REST: no number without source and place, no draft, nothing unknown as a number."""

from __future__ import annotations

import pytest

from evidence.models import Finding
from tests.api.support import get, rows
from tests.golden import check, steady
from tests.universe import NOW, Universe
from trials.models import Trial

pytestmark = pytest.mark.django_db


def test_every_number_has_its_source_its_place_and_its_people(shared_universe: Universe) -> None:
    for row in rows("measurements/") + rows("comparisons/"):
        assert row["source"]["slug"]
        assert row["locator"]["place"]
        assert row["population"]["scope"]
        assert row["evidence"]["public_id"].startswith("OST-E")


def test_a_number_is_told_as_printed_and_as_a_number(shared_universe: Universe) -> None:
    [row] = rows("measurements/?search=regorafenib&estimator=MEDIAN")
    assert row["value"] == {"printed": "3.6", "number": 3.6, "months": 3.6}
    assert row["interval"] == {
        "printed": "2.0-7.6",
        "level": 95.0,
        "sides": None,
        "low": 2.0,
        "high": 7.6,
        "low_state": None,
        "high_state": None,
    }
    assert (row["unit"], row["unit_printed"], row["n"]) == ("MONTHS", "months", None)


def test_a_time_is_told_in_months_too(shared_universe: Universe) -> None:
    for row in rows("measurements/?trial=NCT02389244"):
        assert row["time_point"] == {"number": 8.0, "unit": "WEEKS", "months": 1.839836}
    listed = rows("measurements/?value_months_min=3&value_months_max=4")
    assert [row["value"]["months"] for row in listed] == [3.6]
    assert rows("measurements/?time_point_months_min=2") == []
    assert get("measurements/?value_months_min=some").status_code == 400


def test_what_the_arithmetic_says_stands_with_the_number(shared_universe: Universe) -> None:
    [number] = shared_universe.versions["sarc024"].measurements.filter(arm_label="regorafenib")
    Finding.objects.create(
        measurement=number,
        check_name="THRESHOLD",
        weight="DIFFERENCE",
        says="Invented.",
        printed="3.6",
        expected="4",
        innocent="Invented too.",
        found_at=NOW,
    )  # rolled back after this test
    [row] = rows("measurements/?has_findings=true")
    assert row["id"] == number.pk
    assert row["findings"] == [
        {
            "check": "THRESHOLD",
            "weight": "DIFFERENCE",
            "says": "Invented.",
            "printed": "3.6",
            "expected": "4",
            "difference": None,
            "innocent": "Invented too.",
        }
    ]
    assert rows("measurements/?finding=THRESHOLD&finding_weight=DIFFERENCE") == [row]
    assert rows("measurements/?finding_weight=CONTRADICTION") == []
    assert rows("comparisons/?has_findings=true") == []
    listed = rows("evidence/?finding=THRESHOLD")
    assert [one["public_id"] for one in listed] == [row["evidence"]["public_id"]]
    assert row["id"] not in {one["id"] for one in rows("measurements/?has_findings=false")}


def test_what_is_not_reported_is_null_and_says_why(shared_universe: Universe) -> None:
    [row] = rows("measurements/?state=NOT_REPORTED")
    assert row["value"] == {"printed": None, "number": None, "months": None}
    assert row["interval"] is None
    assert row["state_note"] == "The review gives no number."
    assert row["clinical"] is False


def test_a_zero_that_was_reported_is_a_zero(shared_universe: Universe) -> None:
    [row] = rows("measurements/?disputed=true")
    assert row["value"] == {"printed": "0 of the 14", "number": 0.0, "months": None}


def test_a_doubtful_number_says_so_and_leads_to_the_disagreement(
    shared_universe: Universe,
) -> None:
    [row] = rows("measurements/?disputed=true")
    [dispute] = row["discrepancies"]
    assert row["disputed"] is True
    assert (dispute["slug"], dispute["is_disputed"]) == ("regobone-denominator", True)
    [side] = get("discrepancies/regobone-denominator/").json()["sides"]
    assert side["measurement"] == row["url"]


def test_a_comparison_tells_its_design_and_its_p_value(shared_universe: Universe) -> None:
    [row] = rows("comparisons/")
    assert (row["measure"], row["value"]["number"]) == ("HR", 0.42)
    assert row["p"] == {"printed": "0.017", "number": 0.017, "modifier": "=", "sides": None}
    assert row["comparative_by_design"] is True
    assert get(row["control_measurement"].split("/api/v1/")[1]).json()["arm"] == "placebo"


def test_drafts_and_their_numbers_are_never_shown(shared_universe: Universe) -> None:
    draft = shared_universe.versions["draft"]
    assert get(f"evidence/{draft.item.public_id}/").status_code == 404
    [number] = draft.measurements.all()
    assert get(f"measurements/{number.pk}/").status_code == 404


def test_superseded_numbers_are_not_listed_but_the_version_is_remembered(
    shared_universe: Universe,
) -> None:
    old = shared_universe.versions["sarc024-old"]
    listed = {row["id"] for row in rows("measurements/?page_size=200")}
    assert not listed & set(old.measurements.values_list("pk", flat=True))
    detail = get(f"evidence/{old.item.public_id}/").json()
    assert [each["state"] for each in detail["versions"]] == ["PUBLISHED", "SUPERSEDED"]
    assert detail["version"] == 2
    [row] = rows("evidence/?state=SUPERSEDED")
    assert row["statement"] == old.statement


def test_a_source_answers_under_pmid_and_doi(shared_universe: Universe) -> None:
    for key in ("davis2019", "31013172", "10.1200/JCO.18.02374", "PMID:31013172"):
        assert get(f"sources/{key}/").json()["slug"] == "davis2019"


def test_a_number_of_a_trial_that_is_hidden_does_not_name_it(shared_universe: Universe) -> None:
    regobone = Trial.objects.filter(pk=shared_universe.trials["regobone"].pk)
    regobone.update(inclusion="CANDIDATE")  # rolled back after this test
    for row in rows("measurements/?unit=PERCENT"):
        assert row["trial"] is None
    assert rows("evidence/?search=17 of 26")[0]["trials"] == []
    assert get("discrepancies/regobone-denominator/").json()["trials"] == []


def test_the_answers_are_as_agreed(shared_universe: Universe) -> None:
    items = {name: version.item.public_id for name, version in shared_universe.versions.items()}
    for name, path in (
        ("measurements/regobone.json", "measurements/?trial=NCT02389244"),
        ("comparisons/list.json", "comparisons/"),
        ("evidence/sarc024.json", f"evidence/{items['sarc024']}/"),
        ("evidence/mouse.json", f"evidence/{items['mouse']}/"),
        ("sources/list.json", "sources/"),
        ("discrepancies/list.json", "discrepancies/"),
    ):
        check(name, steady(get(path).json()))
