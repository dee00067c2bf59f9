"""A network in columns: nothing overlaps, lines go round foreign boxes, ends tell the sign."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from osteodb.website.pictures.network import (
    BOTH_WAYS,
    LOWERS,
    PART,
    RAISES,
    UNSIGNED,
    Arrow,
    Box,
    Tie,
    draw,
    network_layout,
)
from osteodb.website.pictures.network_layout import BOX, Layout, Spot, lay_out

HEADINGS = ("One", "Two", "Three", "Four")
HOSTILE = "<script>alert(\"1\")</script> & 'x' " * 4


def box(key: str, column: int, name: str = "") -> Box:
    return Box(
        key=key, column=column, name=name or key, told=f"{key} told", url=f"/{key}/",
        centre_url=f"/network/?entity={key}",
    )  # fmt: skip


def arrow(start: str, end: str, does: str = RAISES, is_against: bool = False) -> Arrow:
    told = f"{start} {does} {end}"
    return Arrow(start=start, end=end, does=does, is_against=is_against, told=told)


def crowded() -> tuple[list[Box], list[Arrow]]:
    """Four columns of seven, lines from each to many, loops and ways back among them."""
    boxes = [box(f"{column}-{n}", column) for column in range(4) for n in range(7)]
    keys = [one.key for one in boxes]
    arrows = [arrow(keys[i], keys[(i * 5 + 3) % 28]) for i in range(28)]
    arrows += [arrow(keys[0], keys[n]) for n in range(20, 28)] + [arrow(keys[3], keys[3])]
    return boxes, arrows


def test_no_two_boxes_touch_and_all_are_on_the_surface() -> None:
    boxes, arrows = crowded()
    layout = network_layout(boxes, arrows, [])
    by_column: dict[float, list[tuple[float, float]]] = {}
    for placed in layout.boxes.values():
        by_column.setdefault(placed.x, []).append((placed.y, placed.y + placed.height))
        assert 0 <= placed.x <= placed.x + BOX <= layout.width
        assert 20 < placed.y < placed.y + placed.height <= layout.height
    assert len(by_column) == 4
    for spans in by_column.values():
        assert all(lower[0] - upper[1] >= 10 for upper, lower in pairwise(sorted(spans)))


def crossed(layout: Layout, start: tuple[float, float], end: tuple[float, float]) -> list[str]:
    """The boxes that a level stretch of a line runs through."""
    left, right = sorted((start[0], end[0]))
    return [
        key
        for key, one in layout.boxes.items()
        if one.x < right and left < one.x + BOX and one.y <= start[1] <= one.y + one.height
    ]


def test_lines_pass_columns_between_boxes_and_turn_only_in_the_channels() -> None:
    boxes, arrows = crowded()
    layout = network_layout(boxes, arrows, [])
    lefts = {placed.x for placed in layout.boxes.values()}
    for route in layout.routes:
        points = [route.start, *(point for pair in route.stretches for point in pair), route.end]
        for begins, ends in route.stretches:
            assert begins[1] == ends[1]
            assert {min(begins[0], ends[0])} <= lefts
            assert crossed(layout, begins, ends) == []
        for turn_from, turn_to in list(pairwise(points))[::2]:
            left, right = sorted((turn_from[0], turn_to[0]))
            assert not any(one < right and left < one + BOX for one in lefts)


def test_a_line_begins_and_ends_at_its_boxes_each_at_a_place_of_its_own() -> None:
    boxes, arrows = crowded()
    layout = network_layout(boxes, arrows, [])
    places = []
    for one, route in zip(arrows, layout.routes, strict=True):
        for key, (x, y) in ((one.start, route.start), (one.end, route.end)):
            placed = layout.boxes[key]
            assert x in (placed.x, placed.x + BOX)
            assert placed.y < y < placed.y + placed.height
            places.append((x, round(y, 2)))
    assert len(places) == len(set(places))


def test_a_column_is_ordered_by_where_its_lines_lead() -> None:
    spots = [Spot(f"a{n}", 0, f"a{n}") for n in range(4)] + [
        Spot(f"b{n}", 1, f"b{n}") for n in range(4)
    ]
    layout = lay_out(spots, [(f"a{n}", f"b{3 - n}") for n in range(4)])
    left = sorted((layout.boxes[f"a{n}"].y, n) for n in range(4))
    right = sorted((layout.boxes[f"b{n}"].y, 3 - n) for n in range(4))
    assert [n for _, n in left] == [n for _, n in right]


def test_the_same_is_drawn_every_time_whatever_the_order_it_comes_in() -> None:
    boxes, arrows = crowded()
    assert network_layout(boxes, arrows, []).boxes == (
        network_layout(boxes[::-1], arrows, []).boxes
    )


@pytest.mark.parametrize(
    ("does", "shape", "look"),
    [
        (RAISES, "polygon", "pic-uphead"),
        (LOWERS, "rect", "pic-downhead"),
        (UNSIGNED, "polygon", "pic-plainhead pic-empty"),
        (BOTH_WAYS, "circle", "pic-plainhead"),
    ],
)
def test_the_end_of_an_arrow_tells_by_its_shape_what_it_does(
    does: str, shape: str, look: str
) -> None:
    boxes = [box("a", 0), box("b", 1)]
    svg = draw(boxes, [arrow("a", "b", does)], [], HEADINGS).on_page("net", "Net", "Told.")
    above_key = svg[: svg.index(">raises or activates<")]
    key_of_it = f'<{shape} class="{look}"'
    assert svg.count(f"<title>a {does} b</title>") == 1
    assert key_of_it in above_key


def test_what_was_seen_not_to_hold_has_dashes_in_the_file_too() -> None:
    boxes = [box("a", 0), box("b", 1)]
    canvas = draw(boxes, [arrow("a", "b", is_against=True)], [], HEADINGS)
    assert 'class="pic-flow pic-not"' in canvas.on_page("net", "Net", "Told.")
    [line] = re.findall(r"<path[^>]*><title>a raises b", canvas.as_file("Net", "Told.", []))
    assert 'stroke-dasharray="6 4"' in line


def test_hostile_names_stay_text_and_inside_their_boxes() -> None:
    boxes = [box("a", 0, HOSTILE), box("b", 1, "x" * 200)]
    tie = Tie(start="a", end="b", kind=PART, told=HOSTILE)
    canvas = draw(boxes, [arrow("a", "b")], [tie], HEADINGS)
    for svg in (canvas.on_page("net", HOSTILE, HOSTILE), canvas.as_file(HOSTILE, HOSTILE, [])):
        tree = ElementTree.fromstring(svg)  # noqa: S314 - made just above
        assert "script" not in {one.tag.rpartition("}")[2] for one in tree.iter()}
    layout = network_layout(boxes, [arrow("a", "b")], [tie])
    for placed in layout.boxes.values():
        assert len(placed.lines) <= 3
        assert all(len(line) <= 17 for line in placed.lines)
        assert placed.height >= 14 * len(placed.lines)
