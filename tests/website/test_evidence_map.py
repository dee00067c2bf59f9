"""The evidence map: every number is the number of rows of the list it leads to; gaps are shown."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from evidence.filters import EvidenceFilterSet, MeasurementFilterSet
from evidence.models import EvidenceVersion, Measurement
from osteodb.core.filters import InvalidFilters
from osteodb.website.pages.evidence_map import EvidenceMap, evidence_map, map_picture
from osteodb.website.pages.map_query import COLUMNS
from osteodb.website.pictures.evidence_grid import (
    LARGEST,
    SMALLEST,
    Grid,
    GridRow,
    draw_grid,
    radius_of,
)
from tests.universe import Universe
from tests.website.support import count_of, get, html, text, words

pytestmark = pytest.mark.django_db

WAYS = [
    "",
    "by=level",
    "by=kind",
    "by=level&model_system=PATIENT",
    "model_system=PATIENT,MOUSE",
    "class=targeted&depth=1",
    "by=kind&endpoint=PFS",
    "search=regorafenib&by=level",
    "state=SUPERSEDED",
    "count=numbers",
    "count=numbers&model_system=PATIENT",
]


def assert_cells_are_their_lists(query: str) -> EvidenceMap:
    """Every cell's number is the number of rows that the filters of its address give."""
    page = evidence_map(QueryDict(query))
    assert not page.problems
    for row in page.rows:
        for cell in row.cells:
            if not cell.number:
                assert not cell.url
                continue
            address = urlsplit(cell.url)
            asked = QueryDict(address.query)
            rows = (
                MeasurementFilterSet(asked, Measurement.objects.visible())
                if address.path == "/measurements/"
                else EvidenceFilterSet(asked, EvidenceVersion.objects.readable())
            )
            assert rows.checked().count() == cell.number, cell
    return page


def assert_gaps_are_gaps(query: str) -> None:
    """An empty cell's list is empty: nothing on record is missing from the map."""
    page = evidence_map(QueryDict(query))
    column = dict(part.split("=") for part in query.split("&") if part).get("by", "endpoint")
    for row in page.rows:
        asked = QueryDict(f"therapy_class={row.slug}")
        if not row.cells[0].number:
            assert not EvidenceFilterSet(asked, EvidenceVersion.objects.readable()).checked()
        for cell, (value, _) in zip(row.cells[1:], COLUMNS[column], strict=True):
            if not cell.number and row.cells[0].number:
                one = QueryDict(f"therapy_class={row.slug}&{column}={value}")
                found = EvidenceFilterSet(one, EvidenceVersion.objects.readable())
                assert not found.checked().exists(), (row.name, value)


@pytest.mark.parametrize("query", WAYS)
def test_every_cell_counts_the_rows_of_the_list_it_leads_to(
    query: str, shared_universe: Universe
) -> None:
    page = assert_cells_are_their_lists(query)
    if query != "state=SUPERSEDED":
        assert any(cell.number for row in page.rows for cell in row.cells)


@pytest.mark.parametrize("query", ["", "by=level", "by=kind"])
def test_an_empty_cell_stands_for_an_empty_list(query: str, shared_universe: Universe) -> None:
    assert_gaps_are_gaps(query)


def test_a_number_on_the_page_is_the_count_of_the_page_it_leads_to(
    shared_universe: Universe,
) -> None:
    source = html("/evidence-map/")
    cells = re.findall(r'<a href="(/evidence/\?[^"]*)"[^>]*>(\d+)</a>', source)
    assert cells
    for url, number in cells:
        assert count_of(html(unescape(url))) == int(number)


def test_gaps_are_marked_and_said_to_be_no_proof(shared_universe: Universe) -> None:
    source = html("/evidence-map/")
    assert '<span class="visually-hidden">none</span>' in source
    assert not re.search(r'<td class="num">\s*</td>', source)
    assert "no proof that nothing exists" in words(source)
    assert re.search(r"\d+ of \d+ cells are empty", words(source))


def test_the_rows_are_the_branch_that_was_asked_for(shared_universe: Universe) -> None:
    rows = evidence_map(QueryDict("class=targeted")).rows
    assert [(row.slug, row.depth) for row in rows] == [("targeted", 0), ("vegfr-tki", 1)]
    assert [row.slug for row in evidence_map(QueryDict("class=targeted&depth=1")).rows] == [
        "targeted"
    ]
    everything = evidence_map(QueryDict())
    assert len(everything.rows) == 4
    assert {row.depth for row in everything.rows} == {0, 1}


def test_a_class_counts_what_is_below_it_once(shared_universe: Universe) -> None:
    parent, child = evidence_map(QueryDict("class=targeted")).rows
    assert parent.cells[0].number == child.cells[0].number > 0


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("by=colour", "'colour' is not one of: endpoint, level, kind."),
        ("satus=x", "There is no parameter 'satus' here."),
        ("class=nonsense", "There is no therapy class 'nonsense'."),
        ("therapy_class=targeted", "choose a branch of them with `class`"),
        ("endpoint=PFS", "choose other columns with `by`"),
        ("count=numbers&by=level", "Measurements are counted by endpoint only"),
        ("count=numbers&kind=SAFETY", "There is no parameter 'kind' here."),
        ("by=level&by=kind", "This parameter takes one value only."),
        ("model_system=GHOST", "'GHOST' is not one of"),
        ("depth=0", "'0' is not one of"),
        ("class=%00", "no null character"),
    ],
)
def test_what_is_not_understood_is_refused_in_words_and_shows_no_rows(
    query: str, sentence: str, shared_universe: Universe
) -> None:
    answer = get(f"/evidence-map/?{query}")
    assert answer.status_code == 400
    assert sentence in words(answer.content.decode())
    assert '<th scope="row"' not in answer.content.decode()
    with pytest.raises(InvalidFilters):
        map_picture(QueryDict(query))
    assert get(f"/pictures/evidence-map.csv?{query}").status_code == 400


def test_the_filters_in_force_are_said_and_travel_with_the_picture(
    shared_universe: Universe,
) -> None:
    assert "seen in: patients" in text("/evidence-map/?model_system=PATIENT")
    picture = map_picture(QueryDict("model_system=PATIENT"))
    assert picture.notes[0] == "Filtered: seen in: patients."
    assert picture.file("svg") == "/pictures/evidence-map.svg?model_system=PATIENT"


@pytest.mark.parametrize("ending", ["svg", "png", "csv"])
def test_its_files_are_served(ending: str, shared_universe: Universe) -> None:
    assert get(f"/pictures/evidence-map.{ending}?by=level").status_code == 200


def test_the_picture_and_its_table_hold_the_numbers_of_the_cells(
    shared_universe: Universe,
) -> None:
    page = evidence_map(QueryDict())
    assert page.picture is not None
    numbers = [[str(cell.number) for cell in row.cells] for row in page.rows]
    assert [[cell.text for cell in row[1:]] for row in page.picture.rows] == numbers
    circles = page.picture.svg.count("<circle")
    assert circles == sum(1 for row in page.rows for cell in row.cells if cell.number)


def test_circles_are_as_large_as_their_numbers() -> None:
    assert radius_of(0, 9) == 0
    assert radius_of(9, 9) == LARGEST
    assert radius_of(4, 16) ** 2 == pytest.approx(LARGEST**2 / 4)
    assert radius_of(1, 10_000) == SMALLEST
    canvas = draw_grid(Grid(["Any", "PFS", "OS"], [GridRow("A", 0, [25, 16, 4])]))
    radii = [float(part.attributes["r"]) for part in canvas.parts if part.tag == "circle"]
    assert radii == pytest.approx([LARGEST, LARGEST, LARGEST / 2], abs=0.06)
