"""The parts of a list: facets that know what is chosen, columns, numbers, the bare list."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import EvidenceVersion, Measurement
from osteodb.website.pages import measurements
from tests.universe import Universe
from tests.website.support import count_of, get, html, trial_ids, words

pytestmark = pytest.mark.django_db


def chosen_in(source: str) -> list[tuple[str, int]]:
    """Words and count of the values that are shown as chosen."""
    found = re.findall(
        r'aria-current="true"><span class="depth-\d">([^<]+)</span><span class="count">(\d+)<',
        source,
    )
    return [(unescape(label), int(count)) for label, count in found]


def test_a_value_called_by_another_name_is_shown_as_chosen(shared_universe: Universe) -> None:
    source = html("/trials/?agent=YN968D1")
    [(label, count)] = chosen_in(source)
    assert label == "rivoceranib"
    assert count == count_of(source) > 0


def test_a_chosen_value_is_shown_even_where_it_gives_no_rows(shared_universe: Universe) -> None:
    source = html("/trials/?status=withheld&agent=regorafenib")
    assert ("Withheld by the registry", 0) in chosen_in(source)
    assert ("regorafenib", 0) in chosen_in(source)


def test_taking_a_value_back_leaves_the_others(shared_universe: Universe) -> None:
    source = html("/trials/?agent=YN968D1,regorafenib&status=completed")
    [url] = re.findall(r'<a href="([^"]*)"\s+id="agent-rivoceranib"', source)
    assert unescape(url) == "?agent=regorafenib&status=completed"


def test_a_column_says_how_it_sorts_and_its_link_turns_it_round(shared_universe: Universe) -> None:
    source = html("/trials/?ordering=-enrolment&status=completed")
    head = re.search(r'aria-sort="descending"><a href="([^"]*)"', source)
    assert head
    assert unescape(head.group(1)) == "?ordering=enrolment&status=completed"
    assert source.count("aria-sort=") == 1


def test_a_script_gets_the_list_without_the_frame_and_caches_are_told(
    shared_universe: Universe,
) -> None:
    whole = get("/trials/?status=completed")
    bare = get("/trials/?status=completed", headers={"HX-Request": "true"})
    assert "HX-Request" in whole.headers["Vary"]
    assert "HX-Request" in bare.headers["Vary"]
    shown = bare.content.decode()
    assert "<title>Completed trials – OsteoDB</title>" in shown
    assert '<nav class="site-nav"' not in shown
    assert "<head" not in shown
    assert count_of(shown) == count_of(whole.content.decode())


def test_what_is_wrong_is_told_a_script_too(shared_universe: Universe) -> None:
    answer = get("/changes/?since=soon", headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert 'id="list"' in answer.content.decode()
    assert "'soon' is not a time" in words(answer.content.decode())


def test_a_number_is_listed_with_all_that_belongs_to_it(shared_universe: Universe) -> None:
    item = shared_universe.versions["sarc024"].item.public_id
    number = Measurement.objects.visible().get(
        version__item__public_id=item, arm_label="regorafenib"
    )
    shown = html(f"/measurements/?evidence={item}&agent=regorafenib")
    row = re.search(rf'<tr role="row" id="number-{number.pk}".*?</tr>', shown, re.DOTALL)
    assert row
    for part in (number.value_raw, number.population.label, "regorafenib", "Davis"):
        assert part in words(row.group(0))
    assert f'href="/evidence/{item}/#number-{number.pk}"' in row.group(0)
    assert f'id="number-{number.pk}"' in html(f"/evidence/{item}/")


def test_no_number_of_an_animal_stands_in_a_table_with_those_of_patients(
    shared_universe: Universe,
) -> None:
    version = shared_universe.versions["sarc024"]
    EvidenceVersion.objects.filter(pk=version.pk).update(model_system="MOUSE")
    tables = re.findall(r"<table.*?</table>", html("/measurements/"), re.DOTALL)
    of_mice = [one for one in tables if f"/evidence/{version.item.public_id}/#" in one]
    assert of_mice and len(tables) > len(of_mice)
    for table in of_mice:
        assert "Not clinical" in words(table)
        assert set(re.findall(r"/evidence/(OST-E\d+)/#", table)) == {version.item.public_id}


def test_a_list_of_numbers_costs_the_same_for_one_row_and_for_several(
    shared_universe: Universe, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries, shown = [], []
    for rows in (1, 25):
        spec = replace(measurements.MEASUREMENTS, per_page=rows)
        monkeypatch.setattr(measurements, "MEASUREMENTS", spec)
        with CaptureQueriesContext(connection) as asked:
            shown.append(html("/measurements/?source=davis2019").count("data-id="))
        queries.append(len(asked))
    assert shown[0] == 1 < shown[1]
    assert queries[0] == queries[1]


def test_an_empty_repeated_order_does_not_win_over_a_given_one(
    shared_universe: Universe,
) -> None:
    given = trial_ids(html("/trials/?ordering=-title"))
    assert len(given) > 1
    assert trial_ids(html("/trials/?ordering=-title&ordering=")) == given
    assert trial_ids(html("/trials/?ordering=title")) != given


def test_a_filter_in_force_is_called_by_its_label_where_no_facet_names_it(
    shared_universe: Universe,
) -> None:
    chips = section_of_chips(html("/timeline/?status=active_not_recruiting&phase=PHASE2"))
    assert "Active, not recruiting" in chips
    assert "Phase 2" in chips
    assert "PHASE2" not in chips


def section_of_chips(source: str) -> str:
    match = re.search(r'<ul class="chips".*?</ul>', source, re.DOTALL)
    assert match
    return words(re.sub(r'href="[^"]*"', "", match.group(0)))
