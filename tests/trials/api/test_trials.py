"""Trials, changes and runs over REST: found under every number, told with where it was seen."""

from __future__ import annotations

import csv
import io

import pytest

from tests.api.support import get, rows
from tests.golden import check, steady
from tests.universe import LATER, Universe

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "spelling",
    [
        "NCT02389244",
        "nct02389244",
        "NCT 02389244",
        "EUCTR2013-003910-42",
        "2013-003910-42",
        "EudraCT number: 2013-003910-42",
        "UC-0150/1309",
    ],
)
def test_a_trial_answers_under_each_of_its_numbers_in_any_spelling(
    spelling: str, shared_universe: Universe
) -> None:
    answer = get(f"trials/{spelling}/")
    assert answer.status_code == 200
    assert answer.json()["public_id"] == shared_universe.trials["regobone"].public_id


def test_a_trial_answers_under_its_public_id_in_any_case(shared_universe: Universe) -> None:
    public_id = shared_universe.trials["regobone"].public_id
    assert get(f"trials/{public_id.lower()}/").json()["public_id"] == public_id


def test_a_merged_trial_leads_to_the_one_it_is_now_part_of(shared_universe: Universe) -> None:
    survivor = shared_universe.trials["regobone"].public_id
    answer = get(f"trials/{shared_universe.trials['merged'].public_id}/")
    assert answer.status_code == 301
    assert answer["Location"] == f"http://localhost/api/v1/trials/{survivor}/"
    assert answer.json()["error"]["code"] == "moved"
    assert get(f"trials/{survivor}/").json()["merged_from"] == [
        shared_universe.trials["merged"].public_id
    ]


def test_a_merged_trials_number_is_one_of_the_studys_numbers(shared_universe: Universe) -> None:
    survivor = shared_universe.trials["regobone"].public_id
    answer = get("trials/isrctn%2000000001/").json()
    assert answer["public_id"] == survivor
    assert "ISRCTN00000001" in [one["value"] for one in answer["identifiers"]]
    listed = get("trials/?registry=ISRCTN&identifier=NCT02389244").json()
    assert [one["public_id"] for one in listed["results"]] == [survivor]


def test_a_code_of_two_sponsors_is_answered_with_both_trials(shared_universe: Universe) -> None:
    answer = get("trials/Shared-Code-1/")
    assert answer.status_code == 409
    candidates = answer.json()["error"]["candidates"]
    assert {each["url"].split("/")[-2] for each in candidates} == {
        shared_universe.trials["twin3"].public_id,
        shared_universe.trials["twin4"].public_id,
    }


def test_a_trial_that_waits_for_a_decision_is_not_there(shared_universe: Universe) -> None:
    hidden = shared_universe.trials["hidden"]
    assert get(f"trials/{hidden.public_id}/").status_code == 404
    assert get("trials/ISRCTN00000002/").status_code == 404
    assert hidden.public_id not in {row["public_id"] for row in rows("trials/?page_size=200")}


def test_unknown_is_null_and_never_zero_or_blank(shared_universe: Universe) -> None:
    detail = get("trials/ChiCTR2200062550/").json()
    for field in ("enrolment", "start_date", "has_results", "sex", "lead_sponsor", "why_stopped"):
        assert detail[field] is None
    assert detail["status"] == "unknown"

    def blanks(value: object, path: str) -> list[str]:
        if isinstance(value, dict):
            return [found for key, each in value.items() for found in blanks(each, f"{path}.{key}")]
        if isinstance(value, list):
            return [found for each in value for found in blanks(each, path)]
        return [path] if value == "" else []

    assert blanks(detail, "trial") == []


def test_dates_keep_their_precision_and_type(shared_universe: Universe) -> None:
    found = get("trials/NCT02389244/").json()
    assert found["completion_date"] == {
        "text": "2026-03-11",
        "precision": "day",
        "earliest": "2026-03-11",
        "type": "ESTIMATED",
    }
    for row in rows("trials/?page_size=200"):
        date = row["start_date"]
        if date:
            assert date["precision"] == {4: "year", 7: "month", 10: "day"}[len(date["text"])]
            assert date["earliest"].startswith(date["text"])
            assert len(date["earliest"]) == 10


def test_every_fact_says_which_record_it_is_from_and_when_it_was_seen(
    shared_universe: Universe,
) -> None:
    detail = get("trials/NCT02389244/").json()
    origins = {each["field"]: each["record"] for each in detail["field_origins"]}
    assert {"status", "enrolment_count", "brief_title"} <= set(origins)
    record = origins["status"]
    assert record == detail["status_seen"]
    assert record["registry_id"] == "NCT02389244"
    assert record["source_url"] == "https://clinicaltrials.gov/study/NCT02389244"
    assert record["fetched_at"].startswith("2026-03-02T")
    second_hand = get("trials/ChiCTR2200062550/").json()["field_origins"]
    assert {each["record"]["origin"] for each in second_hand} == {"SECONDARY"}


def test_a_changed_status_is_told_with_both_values(shared_universe: Universe) -> None:
    [change] = rows(f"changes/?field=status&since={LATER:%Y-%m-%d}")
    assert (change["old"], change["new"], change["kind"]) == ("recruiting", "completed", "STATUS")
    assert change["trial"]["public_id"] == shared_universe.trials["regomain"].public_id
    assert change["record"]["registry_id"] == "NCT04698785"
    assert get(f"sync-runs/{change['run']}/").json()["changed"] == 1


def test_a_change_is_told_of_the_trial_its_own_was_merged_into(shared_universe: Universe) -> None:
    merged, head = (shared_universe.trials[name] for name in ("merged", "regobone"))
    for question in (merged.public_id, head.public_id, "ISRCTN00000001", "NCT02389244"):
        found = rows(f"changes/?trial={question}&kind=NEW_TRIAL")
        assert {row["new"] for row in found} == {"ISRCTN00000001", "NCT02389244"}
        assert {row["trial"]["public_id"] for row in found} == {head.public_id}
        assert {row["trial"]["title"] for row in found} == {head.title}
    [one] = [row for row in found if row["new"] == "ISRCTN00000001"]
    assert get(f"changes/{one['id']}/").json() == one
    for question in ("agent=regorafenib", "target=KDR", "therapy_class=vegfr-tki"):
        assert one in rows(f"changes/?{question}&kind=NEW_TRIAL&page_size=200")
    assert one not in rows("changes/?agent=avelumab&kind=NEW_TRIAL&page_size=200")


def test_housekeeping_can_be_left_out_and_asked_for(shared_universe: Universe) -> None:
    asked = f"changes/?since={LATER:%Y-%m-%d}&trial=NCT04698785"
    assert {row["field"] for row in rows(f"{asked}&news=true")} == {"status"}
    assert {row["field"] for row in rows(f"{asked}&news=false")} == {"status_raw"}
    assert rows(f"{asked}&news=true,false") == rows(asked)


def test_why_a_trial_may_be_out_of_date_is_told_in_words(shared_universe: Universe) -> None:
    [row] = rows("trials/?identifier=ChiCTR2200062550")
    assert row["stale"] == [
        {"code": "UNKNOWN_STATUS", "sentence": "No source here gives a status."}
    ]
    assert get("trials/ChiCTR2200062550/").json()["stale"] == row["stale"]
    assert row in rows("trials/?stale=true&registry=ChiCTR")
    assert row not in rows("trials/?stale=false&page_size=200")
    assert all(each["stale"] for each in rows("trials/?stale=true&page_size=200"))
    assert not any(each["stale"] for each in rows("trials/?stale=false&page_size=200"))


def test_a_table_of_trials_names_the_reasons_by_code(shared_universe: Universe) -> None:
    table = get("trials/?registry=ChiCTR&format=csv").content.decode()
    [row] = csv.DictReader(io.StringIO(table))
    assert row["stale"] == "UNKNOWN_STATUS"


def test_a_hidden_trials_changes_are_hidden_too(shared_universe: Universe) -> None:
    shown = {row["trial"]["public_id"] for row in rows("changes/?page_size=200")}
    assert shared_universe.trials["hidden"].public_id not in shown


def test_runs_tell_their_counts(shared_universe: Universe) -> None:
    last, first = rows("sync-runs/")
    assert (first["created"], first["state"], first["complete"]) == (18, "SUCCEEDED", True)
    assert (last["created"], last["changed"], last["unchanged"]) == (0, 1, 17)


def test_the_answers_are_as_agreed(shared_universe: Universe) -> None:
    for name, path in (
        ("trials/regobone.json", "trials/NCT02389244/"),
        ("trials/by-hand.json", "trials/ChiCTR2200062550/"),
        ("trials/list.json", "trials/?registry=EUCTR,ChiCTR"),
        ("conditions/list.json", "conditions/"),
        ("trials/unknown-parameter.json", "trials/?satus=recruiting"),
        ("trials/invalid-value.json", "trials/?status=nonsense"),
    ):
        check(name, steady(without_clock(get(path).json())))
    check(
        "trials/list.csv",
        get("trials/?registry=EUCTR,ChiCTR&format=csv&sponsor=zz").content.decode(),
    )


def without_clock(answer: object) -> object:
    """The answer without what moves on with the clock of a run, or with the days."""
    if isinstance(answer, dict):
        return {
            key: value[:10]
            if key in ("fetched_at", "updated_at") and value
            else without_clock(value)
            for key, value in answer.items()
            if key != "stale"
        }
    return [without_clock(each) for each in answer] if isinstance(answer, list) else answer
