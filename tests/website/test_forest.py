"""The page of forest plots, and those on the page of the synthesis."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import Discrepancy, DiscrepancySide, EvidenceVersion, Measurement
from osteodb.website.number_words import time_point
from osteodb.website.pages import forest
from tests.evidence.synthesis.published import add_response, add_source, add_three
from tests.universe import LATER, Universe
from tests.website.forest_checking import check, pictures
from tests.website.support import get, html, section, text, words

pytestmark = pytest.mark.django_db
SENTENCE = "Single-arm results are not a comparison"


def files_of(source: str) -> list[str]:
    """The addresses of the files of all pictures of a page."""
    return re.findall(r'href="(/pictures/forest\.[^"]+)"', unescape(source))


def test_every_mark_of_every_plot_lies_at_its_number(universe: Universe) -> None:
    add_three(universe)
    for query in ("", "kind=comparisons"):
        compared = [check(*each) for each in pictures(query)]
        assert sum(compared) >= (3 if query == "" else 1)


def test_the_sentence_on_single_arms_goes_with_their_plots_and_files(universe: Universe) -> None:
    add_three(universe)
    for address in ("/synthesis/?endpoint=ORR", "/forest/?endpoint=ORR"):
        source = html(address)
        assert SENTENCE in words(section(source, "group-1"))
        svg = next(one for one in files_of(source) if ".svg?" in one)
        assert SENTENCE in get(svg).content.decode()
    assert SENTENCE not in text("/forest/?kind=comparisons")


def test_a_diamond_stands_where_numbers_are_pooled_and_the_reason_where_not(
    universe: Universe,
) -> None:
    add_three(universe)
    pooled = section(html("/forest/?therapy_class=vegfr-tki&endpoint=ORR"), "group-1")
    assert "<polygon" in pooled
    assert "Prediction interval (95%)" in words(pooled)
    alone = section(html("/forest/?endpoint=PFS&estimator=MEDIAN"), "group-1")
    assert "<polygon" not in alone
    assert "Not pooled: " in words(alone)


def test_numbers_can_be_chosen_one_by_one_without_a_script(universe: Universe) -> None:
    first, second, third = add_three(universe)
    group = section(html("/forest/?endpoint=ORR"), "group-1")
    boxes = set(re.findall(r'type="checkbox" name="measurement" value="(\d+)" checked', group))
    assert boxes == {str(one.pk) for one in (first, second, third)}
    assert 'action="/forest/"' in re.sub(r"\s+", " ", group)
    chosen = html(f"/forest/?measurement={first.pk}&measurement={third.pk}")
    assert "Adams" in chosen and "Clark" in chosen and "Baker" not in chosen
    assert "1 plot" in words(chosen)
    assert "Only numbers that were chosen one by one are drawn" in words(chosen)


def test_comparisons_can_be_chosen_too(universe: Universe) -> None:
    source = html("/forest/?kind=comparisons")
    [box, *_] = re.findall(r'type="checkbox" name="comparison" value="(\d+)"', source)
    assert 'name="kind" value="comparisons"' in source
    assert "1 plot" in text(f"/forest/?kind=comparisons&comparison={box}")


def test_a_chosen_number_that_is_not_here_is_named(universe: Universe) -> None:
    [first, *_] = add_three(universe)
    said = text(f"/forest/?measurement={first.pk},987654")
    assert "Chosen, but not among these numbers: 987654." in said


def test_what_is_in_no_plot_is_listed_with_its_reason(universe: Universe) -> None:
    outside = words(section(html("/forest/"), "left-out"))
    assert "Not seen in patients" in outside


def test_an_address_that_is_not_understood_shows_no_plot(universe: Universe) -> None:
    add_three(universe)
    for query in ("agnet=x", "measurement=x", "comparison=1", "page=x", "kind=x", "window=99"):
        answer = get(f"/forest/?{query}")
        assert answer.status_code == 400, query
        said = answer.content.decode()
        assert query.split("=")[0] in words(said)
        assert 'class="pic"' not in said
    assert get("/forest/?page=99").status_code == 404


def test_files_keep_the_question_and_their_group(universe: Universe) -> None:
    rows = add_three(universe)
    addresses = files_of(section(html("/forest/?endpoint=ORR"), "group-1"))
    assert [one.split("?")[0] for one in addresses] == [
        f"/pictures/forest.{ending}" for ending in ("svg", "png", "csv")
    ]
    assert all("endpoint=ORR&group=orr-crude-proportion-" in one for one in addresses)
    assert get(addresses[1]).content.startswith(b"\x89PNG")
    table = list(csv.DictReader(io.StringIO(get(addresses[2]).content.decode())))
    found = {one["As printed"]: float(one["Value, %"]) for one in table if one["As printed"]}
    assert found == {one.value_raw: pytest.approx(float(one.value or 0)) for one in rows}
    assert any(one["Study"] == "Pooled, 3 studies" for one in table)


def test_a_group_keeps_its_key_when_numbers_are_added(universe: Universe) -> None:
    add_three(universe)
    before = files_of(section(html("/forest/?endpoint=ORR"), "group-1"))
    add_response(universe, add_source(universe, "evans"), 5, 31)
    assert files_of(section(html("/forest/?endpoint=ORR"), "group-1")) == before


def test_a_file_without_a_group_names_the_groups_there_are(universe: Universe) -> None:
    add_three(universe)
    answer = get("/pictures/forest.csv")
    assert answer.status_code == 400
    assert "group: Several groups are alike here" in answer.content.decode()
    assert get("/pictures/forest.csv?endpoint=ORR").status_code == 200
    assert get("/pictures/forest.csv?group=nonsense").status_code == 404
    assert get("/pictures/forest.csv?agnet=x").status_code == 400


def test_the_page_links_the_same_numbers_as_json(universe: Universe) -> None:
    [first, *_] = add_three(universe)
    source = unescape(html(f"/forest/?measurement={first.pk}"))
    address = f"/api/v1/synthesis/?measurement={first.pk}"
    assert f'href="{address}"' in source
    answer = get(address).json()
    assert [row["id"] for group in answer["alone"] for row in group["rows"]] == [first.pk]


def test_pages_of_trials_and_agents_lead_to_their_plots(universe: Universe) -> None:
    trial = universe.trials["regobone"].public_id
    assert f'href="/forest/?trial={trial}"' in html(f"/trials/{trial}/")
    assert 'href="/forest/?agent=regorafenib"' in html("/agents/regorafenib/")


def test_more_numbers_cost_no_more_queries(universe: Universe) -> None:
    add_three(universe)
    with CaptureQueriesContext(connection) as before:
        get("/forest/")
    for number in range(3):
        add_response(universe, add_source(universe, f"more-{number}"), 3 + number, 30)
    with CaptureQueriesContext(connection) as after:
        get("/forest/")
    assert len(after) == len(before)


def test_a_doubted_number_is_not_drawn_whatever_else_keeps_it_from_being_pooled(
    universe: Universe,
) -> None:
    measured = Measurement.objects.visible().plottable().exclude(value=None)
    Discrepancy.objects.create(
        slug="doubted", title="Doubted", kind="REVIEW_PAPER", opened_at=LATER
    )
    chosen = next(
        one for one in measured.order_by("pk") if files_of(html(f"/forest/?measurement={one.pk}"))
    )
    version = chosen.version
    EvidenceVersion.objects.filter(pk=version.pk).update(level="E")
    before = html(f"/forest/?measurement={chosen.pk}")
    assert "not pooled" in words(before) and "not drawn" not in words(before)
    DiscrepancySide.objects.create(
        discrepancy=Discrepancy.objects.get(slug="doubted"),
        position=1,
        says="Another number.",
        source=chosen.locator.source,
        measurement=chosen,
        is_disputed=True,
    )
    assert "disputed: not drawn" in words(html(f"/forest/?measurement={chosen.pk}"))


def test_a_picture_says_what_was_filtered_for(universe: Universe) -> None:
    source = html("/forest/?endpoint=PFS&value_months_min=1")
    address = next(one for one in files_of(source) if ".svg" in one)
    told = get(unescape(address)).content.decode()
    assert "endpoint PFS" in told and "value_months_min 1" in told
    assert "an average of them misleads" in words(source)


def test_a_number_taken_at_another_time_than_its_group_is_named_by_says_when(
    universe: Universe,
) -> None:
    row = Measurement.objects.exclude(time_point=None).order_by("pk").first()
    assert row is not None and row.time_point_months is not None
    assert forest._own_time(row, row.time_point_months) == []
    assert forest._own_time(row, row.time_point_months + 1) == [f"at {time_point(row)}"]
