"""The picture of a trial's dates: to scale, told apart by shape, with the same in words."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osteodb.website.pages.timeline import (
    HAPPENED,
    LEFT,
    PLANNED,
    REGISTRY,
    RIGHT,
    STATUS,
    WIDTH,
    Lane,
    Point,
    Timeline,
    draw,
)

TODAY = dt.date(2026, 6, 15)


def drawn(*lanes: Lane, today: dt.date = TODAY, title: str = "Timeline") -> Timeline:
    return draw(lanes, today=today, title=title)


def shapes(timeline: Timeline, css: str) -> list[dict[str, str]]:
    """The attributes of all shapes of a kind."""
    root = ElementTree.fromstring(timeline.svg)  # noqa: S314 - our own picture
    return [one.attrib for one in root.iter() if one.get("class") == css]


def test_without_a_date_there_is_no_picture() -> None:
    assert drawn(Lane("Start", ()), Lane("Completion", ())) == Timeline("", [])


def test_what_has_happened_and_what_is_planned_are_different_shapes() -> None:
    found = drawn(
        Lane("Start", (Point("2020-01-01", HAPPENED),)),
        Lane("Completion", (Point("2028-01-01", PLANNED),)),
        Lane("First posted", (Point("2020-01-01", REGISTRY),)),
        Lane("Primary completion", (Point("2021-01-01", ""),)),
    )
    for css in ("tl-actual", "tl-planned", "tl-registry", "tl-unsaid"):
        assert len(shapes(found, css)) == 1
    assert "2028-01-01 (planned)" in found.svg


@pytest.mark.parametrize(
    ("text", "days"), [("2022-02-03", 1), ("2022-02", 28), ("2022-12", 31), ("2024", 366)]
)
def test_a_date_is_as_wide_as_what_it_may_mean(text: str, days: int) -> None:
    found = drawn(Lane("Start", (Point(text, HAPPENED),)))
    [bar] = shapes(found, "tl-span")
    whole = (dt.date(2027, 1, 1) - dt.date(int(text[:4]), 1, 1)).days
    assert float(bar["width"]) == pytest.approx((WIDTH - LEFT - RIGHT) * days / whole, abs=0.11)


def test_a_line_shows_today_and_days_stand_in_their_order() -> None:
    found = drawn(
        Lane("Start", (Point("2020-03-01", HAPPENED),)),
        Lane("Completion", (Point("2029-03-01", PLANNED),)),
    )
    [today] = shapes(found, "tl-today")
    [start], [end] = shapes(found, "tl-actual"), shapes(found, "tl-planned")
    assert float(start["cx"]) < float(today["x1"]) < float(end["cx"])
    assert "today, 2026-06-15" in found.svg


def test_the_picture_is_told_in_words() -> None:
    found = drawn(
        Lane("Start", (Point("2020-03", HAPPENED),)),
        Lane("Status seen", (Point("2021-01-01", STATUS, "Recruiting", "●"),)),
        title="Timeline of A & B",
    )
    root = ElementTree.fromstring(found.svg)  # noqa: S314
    assert root.get("role") == "img"
    assert [one.text for one in root[:2]] == [
        "Timeline of A & B",
        "Start 2020-03 (actual); Status seen 2021-01-01 (Recruiting). Today is 2026-06-15.",
    ]
    assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"


def test_hostile_words_are_text() -> None:
    found = drawn(
        Lane("<b>", (Point("2020", STATUS, '"><script>', "<"),)), title="</title><script>"
    )
    assert "<script>" not in found.svg and "<b>" not in found.svg
    ElementTree.fromstring(found.svg)  # noqa: S314


DATES = st.builds(
    lambda day, size: day.isoformat()[:size],
    st.dates(dt.date(1900, 1, 1), dt.date(9999, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
POINTS = st.lists(
    st.builds(Point, DATES, st.sampled_from([HAPPENED, PLANNED, REGISTRY, STATUS, ""])), max_size=6
)


@given(st.lists(POINTS, max_size=5), st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)))
def test_whatever_the_dates_everything_is_drawn_within_the_picture_and_without_styles(
    lanes: list[list[Point]], today: dt.date
) -> None:
    found = drawn(*(Lane("Lane", tuple(points)) for points in lanes), today=today)
    if not any(lanes):
        assert found.svg == ""
        return
    root = ElementTree.fromstring(found.svg)  # noqa: S314
    assert len(shapes(found, "tl-span")) == sum(len(points) for points in lanes)
    for one in root.iter():
        assert "style" not in one.attrib
        for name in ("x", "cx", "x1", "x2"):
            assert 0 <= float(one.get(name, 0)) <= WIDTH
        if one.get("class") == "tl-span":
            assert float(one.attrib["x"]) >= LEFT
            assert float(one.attrib["x"]) + float(one.attrib["width"]) <= WIDTH - RIGHT + 0.2
    assert not re.search(r"\son\w+=", found.svg)
