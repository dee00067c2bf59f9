"""Trials in time: to scale, told apart by shape, the same trials as the list."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from django.http import QueryDict

from osteodb.website.pages.trial_timelines import SPEC, timelines_picture
from osteodb.website.pictures import gantt
from osteodb.website.pictures.canvas import Canvas
from tests.universe import NOW, Universe
from tests.website.support import get, html, text, trial_ids, words
from trials.models import Trial

TODAY = dt.date(2026, 6, 15)
DAY = dt.timedelta(days=1)


def mark(first: dt.date, after: dt.date, shape: str, look: str) -> gantt.Mark:
    return gantt.Mark(first, after, shape, look, shape)


def row(*marks: gantt.Mark, signs: tuple[gantt.Sign, ...] = (), name: str = "A") -> gantt.Row:
    return gantt.Row(name, "remark", "/trials/OST-T1/", marks, signs)


def shapes(canvas: Canvas, tag: str, look: str) -> list[dict[str, str]]:
    """The attributes of the shapes below the key."""
    return [
        dict(part.attributes)
        for part in canvas.parts
        if part.tag == tag and part.look == look and part.title
    ]


START = mark(dt.date(2020, 3, 1), dt.date(2020, 4, 1), gantt.START, gantt.HAPPENED)
END = mark(dt.date(2028, 1, 1), dt.date(2029, 1, 1), gantt.END, gantt.PLANNED)


def test_a_date_is_as_wide_as_it_is_uncertain() -> None:
    rows = [row(START, END)]
    scale = gantt.Scale.around(rows, TODAY)
    spans = shapes(gantt.draw_gantt(rows, TODAY), "rect", "pic-span")
    whole = (scale.end - scale.start).days
    assert [float(one["width"]) for one in spans] == pytest.approx(
        [gantt.PLOT * 31 / whole, gantt.PLOT * 366 / whole], abs=0.06
    )
    assert float(spans[0]["x"]) == pytest.approx(scale.x(dt.date(2020, 3, 1)), abs=0.06)


def test_shape_says_which_date_and_filling_whether_it_has_happened() -> None:
    unsaid = mark(TODAY, TODAY + DAY, gantt.PRIMARY, gantt.UNSAID)
    canvas = gantt.draw_gantt([row(START, unsaid, END)], TODAY)
    drawn = [
        (part.tag, part.look) for part in canvas.parts if part.title and part.look != "pic-span"
    ]
    in_row = drawn[5:]
    assert in_row == [
        ("polygon", gantt.HAPPENED),
        ("polygon", gantt.UNSAID),
        ("rect", gantt.PLANNED),
    ]


def test_signs_never_lie_on_each_other_and_the_latest_stays() -> None:
    signs = tuple(gantt.Sign(dt.date(2024, 1, day), "●", "") for day in (1, 2, 28))
    rows = [row(START, END, signs=signs)]
    scale = gantt.Scale.around(rows, TODAY)
    kept = gantt.apart(signs, scale)
    assert kept == [signs[2]]
    far = (*signs, gantt.Sign(dt.date(2026, 1, 1), "✓", ""))
    assert gantt.apart(far, scale) == [signs[2], far[3]]


def test_everything_stands_within_the_picture_even_at_the_end_of_time() -> None:
    never = mark(dt.date(9999, 12, 31), dt.date.max, gantt.END, gantt.PLANNED)
    canvas = gantt.draw_gantt([row(START, never), row(name="<script>alert(1)</script>")], TODAY)
    root = ElementTree.fromstring(canvas.on_page("x", "t", "d"))  # noqa: S314 - our own picture
    for one in root.iter():
        for name in ("x", "cx", "x1", "x2"):
            assert 0 <= float(one.get(name, 0)) <= gantt.WIDTH
    assert "<script>" not in canvas.on_page("x", "t", "d")
    assert "no dates" in canvas.on_page("x", "t", "d")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "agent=regorafenib", "status=completed,recruiting"])
def test_it_shows_the_trials_that_the_list_shows(query: str, shared_universe: Universe) -> None:
    picture = timelines_picture(QueryDict(query), NOW)
    listed = trial_ids(html(f"/trials/?{query}&ordering=start_date"))
    assert [one[0].text for one in picture.rows] == listed[: SPEC.per_page]
    assert re.findall(r'<a href="/trials/(OST-T\d+)/"', picture.svg) == listed


@pytest.mark.django_db
def test_the_table_holds_each_date_with_its_kind_and_every_status(
    shared_universe: Universe,
) -> None:
    trial = Trial.objects.get(pk=shared_universe.trials["regomain"].pk)
    rows = {one[0].text: one for one in timelines_picture(QueryDict(), NOW).rows}
    mine = rows[trial.public_id]
    assert mine[2].text.startswith(str(trial.start_date))
    assert "Completed" in mine[5].text and "; " in mine[5].text
    twin = rows[shared_universe.trials["twin3"].public_id]
    assert [one.text for one in twin[2:5]] == ["not reported"] * 3


@pytest.mark.django_db
def test_it_leads_to_the_list_and_the_list_leads_to_it(shared_universe: Universe) -> None:
    assert 'href="/trials/?agent=regorafenib"' in html("/timeline/?agent=regorafenib")
    source = html("/trials/?agent=regorafenib&ordering=title")
    assert 'href="/timeline/?agent=regorafenib"' in source
    assert 'href="/status-over-time/?agent=regorafenib"' in source
    assert "agent: regorafenib" in text("/timeline/?agent=regorafenib")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["satus=x", "status=nonsense", "page=0"])
def test_what_is_not_understood_is_refused(query: str, shared_universe: Universe) -> None:
    answer = get(f"/timeline/?{query}")
    assert answer.status_code == 400
    assert "no rows are shown" in words(answer.content.decode())
    refused = get(f"/pictures/trial-timelines.svg?{query}")
    assert refused.status_code == 400
    assert refused.content.decode().startswith(query.split("=")[0])


@pytest.mark.django_db
def test_an_empty_choice_says_so(shared_universe: Universe) -> None:
    assert "Nothing matches all of these filters." in text("/timeline/?status=withheld")
    assert get("/pictures/trial-timelines.svg?status=withheld").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["svg", "png", "csv"])
def test_its_files_are_served(ending: str, shared_universe: Universe) -> None:
    assert get(f"/pictures/trial-timelines.{ending}?agent=regorafenib").status_code == 200


@pytest.mark.django_db
def test_the_page_of_a_trial_leads_to_the_files_of_its_own_timeline(
    shared_universe: Universe,
) -> None:
    trial = shared_universe.trials["regobone"].public_id
    addresses = re.findall(r'"(/pictures/[^"]+)"', html(f"/trials/{trial}/"))
    assert [one.partition("?")[2] for one in addresses] == [f"identifier={trial}"] * 3
    picture = timelines_picture(QueryDict(f"identifier={trial}"), NOW)
    assert [one[0].text for one in picture.rows] == [trial]
