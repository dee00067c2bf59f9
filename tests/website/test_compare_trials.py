"""Trials side by side: whichever are asked for, as they are printed, and nothing worked out."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import Comparison, Measurement
from osteodb.website.pages.compare_question import MOST
from tests.universe import NOW, Universe
from tests.website.support import get, html, text, words
from trials.models import Trial, TrialIdentifier

pytestmark = pytest.mark.django_db


def ids(world: Universe, *names: str) -> list[str]:
    return [world.trials[name].public_id for name in names]


def address(*numbers: str, more: str = "") -> str:
    return f"/compare/?{'&'.join(f'trial={one}' for one in numbers)}{more}"


def columns(source: str) -> list[str]:
    """The public ids of the columns, in order."""
    head = source[source.index("<thead") : source.index("</thead>")]
    return re.findall(r'href="/trials/(OST-T\d+)/"', head)


def columns_or_none(path: str) -> list[str]:
    """The columns of a page that refuses something; none where it has no table."""
    source = get(path).content.decode()
    return columns(source) if "<thead" in source else []


def row(source: str, label: str) -> list[str]:
    """The cells of the row with this label, in words."""
    for one in re.findall(r'<tr role="row".*?</tr>', source, re.DOTALL):
        heading = re.search(r'<th scope="row"[^>]*>(.*?)</th>', one, re.DOTALL)
        if heading and words(heading.group(1)).removesuffix(" the same in all") == label:
            return [words(cell) for cell in re.findall(r"<td.*?</td>", one, re.DOTALL)]
    raise AssertionError(f"no row {label}")


def test_trials_stand_in_the_order_asked_for_by_any_number(shared_universe: Universe) -> None:
    first, second = ids(shared_universe, "regobone", "regomain")
    number = TrialIdentifier.objects.filter(
        trial=shared_universe.trials["regomain"], registry="NCT"
    ).first()
    assert number
    spelled = number.value.lower().replace("nct", "nct ")
    assert columns(html(address(spelled, first.lower()))) == [second, first]
    assert columns(html(f"/compare/?trial={first},{number.value},{second}")) == [first, second]


def test_a_merged_trial_leads_to_its_head(shared_universe: Universe) -> None:
    head, merged = ids(shared_universe, "regobone", "merged")
    for number in (merged, "ISRCTN00000001"):
        assert columns(html(address(number))) == [head]
        assert columns(html(address(head, number))) == [head]


def test_a_trial_that_readers_do_not_see_is_not_there(shared_universe: Universe) -> None:
    [hidden] = ids(shared_universe, "hidden")
    assert columns_or_none(address(hidden)) == []


def test_an_unknown_number_is_told_and_the_others_are_kept(shared_universe: Universe) -> None:
    first, second = ids(shared_universe, "regobone", "regomain")
    answer = get(address(first, "NCT99999999", second))
    source = answer.content.decode()
    assert answer.status_code == 400
    assert "No trial here has the number 'NCT99999999'." in words(source)
    assert columns(source) == [first, second]


@pytest.mark.parametrize("wrong", ["trail=x", "differences=perhaps", "trial=%00"])
def test_what_is_not_understood_shows_no_table(wrong: str, shared_universe: Universe) -> None:
    answer = get(f"/compare/?{wrong}")
    assert answer.status_code == 400
    assert b"<table" not in answer.content
    assert get(f"/compare.csv?{wrong}").status_code == 400


def test_more_than_six_are_told_by_name_and_six_are_kept(shared_universe: Universe) -> None:
    every = [one.public_id for one in Trial.objects.visible().order_by("pk")]
    for n in range(MOST + 1 - len(every)):
        made = Trial.objects.create(
            inclusion="INCLUDED", inclusion_reason="made", created_at=NOW, updated_at=NOW,
            brief_title=f"Made {n}",
        )  # fmt: skip
        made.refresh_from_db()
        every.append(made.public_id)
    answer = get(address(*every[: MOST + 1]))
    assert answer.status_code == 400
    assert columns(answer.content.decode()) == every[:MOST]
    assert f"left out: {every[MOST]}" in words(answer.content.decode())
    assert 'id="compare-trial"' not in answer.content.decode()


def test_without_trials_a_form_explains_itself(shared_universe: Universe) -> None:
    source = html("/compare/")
    assert "<table" not in source
    assert "Give any numbers of trials, in any spelling" in words(source)
    assert 'name="trial"' in source


def test_numbers_stand_as_printed_with_n_source_and_doubt(shared_universe: Universe) -> None:
    source = html(address(*ids(shared_universe, "regobone", "regomain")))
    label = "progression-free survival, crude proportion at 8 weeks (1.8 months)"
    regobone, regomain = row(source, label)
    for value in ("17/26 = 65%", "regorafenib", "n = 26", "0 of the 14", "CI not reported"):
        assert value in regobone
    assert "disputed: The placebo arm of REGOBONE: 14 or 12?" in regobone
    assert "Duffaud F 2019" in regobone
    assert regomain == "not reported"
    assert 'href="/sources/duffaud2019/"' in source
    assert 'href="/discrepancies/regobone-denominator/"' in source
    assert "Trials side by side are no comparison of treatments" in words(source)


def test_every_number_of_a_trial_seen_in_patients_is_there(shared_universe: Universe) -> None:
    trial = shared_universe.trials["regobone"]
    source = html(address(trial.public_id))
    for model, anchor in ((Measurement, "number"), (Comparison, "comparison")):
        found = model.objects.visible().filter(trial=trial)
        for one in found:
            link = f'/trials/{trial.public_id}/#{anchor}-{one.pk}"'
            assert (link in source) == (one.version.model_system == "PATIENT")


def test_facts_are_those_of_the_trials_page_with_their_origin(shared_universe: Universe) -> None:
    trial = shared_universe.trials["regomain"]
    source = html(address(trial.public_id))
    [status] = row(source, "Status")
    assert str(trial.get_status_display()) in status
    assert "ClinicalTrials.gov" in status
    [sponsor] = row(source, "Lead sponsor")
    assert (trial.lead_sponsor or "not reported") in sponsor


def test_what_no_source_says_is_not_reported(shared_universe: Universe) -> None:
    made = Trial.objects.create(
        inclusion="INCLUDED", inclusion_reason="made", created_at=NOW, updated_at=NOW
    )
    made.refresh_from_db()
    source = html(address(made.public_id))
    for label in ("Phase", "Enrolment", "Agents", "Countries", "Primary outcomes", "Start"):
        assert row(source, label) == ["not reported"]
    assert "None seen" in row(source, "Status")[0]


def test_rows_that_say_the_same_can_be_folded_away(shared_universe: Universe) -> None:
    both = ids(shared_universe, "regobone", "regomain")
    whole, folded = html(address(*both)), html(address(*both, more="&differences=1"))
    same = whole.count("the same in all")
    assert same > 0
    assert folded.count("the same in all") == 0
    assert whole.count('<th scope="row"') - same == folded.count('<th scope="row"')
    assert f"{same} rows that say the same of all trials are folded away" in words(folded)


def test_a_trial_can_be_taken_out_and_another_added(shared_universe: Universe) -> None:
    first, second = ids(shared_universe, "regobone", "regomain")
    source = html(address(first, second))
    assert f'class="remove" href="/compare/?trial={second}"' in source
    assert f'<input type="hidden" name="trial" value="{first}">' in source


def test_the_file_holds_the_same_table(shared_universe: Universe) -> None:
    first, second = ids(shared_universe, "regobone", "regomain")
    answer = get(f"/compare.csv?trial={first}&trial={second}")
    assert answer.headers["Content-Type"].startswith("text/csv")
    table = list(csv.reader(io.StringIO(answer.content.decode())))
    assert table[0] == ["Group", "Row", first, second]
    by_label = {line[1]: line[2:] for line in table[1:]}
    [number] = [said for label, said in by_label.items() if "crude proportion" in label]
    assert "17/26 = 65%" in number[0] and "read in Duffaud F 2019" in number[0]
    assert number[1] == "not reported"
    labels = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', html(address(first, second)), re.DOTALL)
    assert {words(one).removesuffix(" the same in all") for one in labels} <= set(by_label)


def test_the_json_behind_the_page_is_the_list_of_these_trials(shared_universe: Universe) -> None:
    both = ids(shared_universe, "regobone", "regomain")
    link = re.search(r'type="application/json" href="([^"]+)"', html(address(*both)))
    assert link
    answer = get(link.group(1).replace("&amp;", "&")).json()
    assert {one["public_id"] for one in answer["results"]} == set(both)


def test_queries_do_not_depend_on_the_trials(shared_universe: Universe) -> None:
    two = ids(shared_universe, "regobone", "regomain")
    others = Trial.objects.visible().exclude(public_id__in=two).order_by("pk")[: MOST - 2]
    counts = []
    for chosen in (two, [*two, *(one.public_id for one in others)]):
        with CaptureQueriesContext(connection) as captured:
            assert columns(html(address(*chosen))) == chosen
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_list_of_trials_has_boxes_that_lead_here(shared_universe: Universe) -> None:
    source = html("/trials/")
    boxes = re.findall(r'<input type="checkbox" name="trial" value="(OST-T\d+)" aria-label', source)
    assert set(ids(shared_universe, "regobone", "regomain")) <= set(boxes)
    assert 'action="/compare/"' in source
    assert "Compare chosen" in words(source)
    assert 'type="checkbox"' not in html("/agents/regorafenib/")


def test_a_trials_page_leads_here(shared_universe: Universe) -> None:
    [first] = ids(shared_universe, "regobone")
    assert f'href="/compare/?trial={first}"' in html(f"/trials/{first}/")
    assert "REGOBONE" in text(address(first)) or first in text(address(first))


def test_a_flood_of_numbers_is_not_looked_up(shared_universe: Universe) -> None:
    many = "&".join(f"trial=X{i}" for i in range(60))
    answer = get(f"/compare/?{many}")
    assert answer.status_code == 400
    assert "Only the first 24 numbers were looked up." in words(answer.content.decode())
