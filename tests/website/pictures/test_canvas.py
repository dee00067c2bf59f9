"""A drawing written twice: for the page and as a file."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from osteodb.website.pictures.canvas import Canvas, fitted
from osteodb.website.pictures.looks import LOOKS
from osteodb.website.pictures.picture import Cell, Column, Picture
from tests.conftest import ROOT

HOSTILE = "<script>alert(\"1\")</script> & 'x'"


def drawn() -> Picture:
    """A picture with one of everything and hostile words."""
    canvas = Canvas(200, 60)
    with canvas.link("/trials/?q=1&x=2", HOSTILE):
        canvas.text((0, 12), HOSTILE)
        canvas.rect((0, 0), (10, 5), title=HOSTILE, radius=2)
    canvas.line((0, 0), (200, 60))
    canvas.circle((5, 5), 2, "pic-hollow")
    canvas.polygon([(0, 0), (1.25, 0), (1, 1)], "pic-pooled")
    canvas.path("M0 0L9 9", "pic-reference")
    return Picture(
        key="made",
        title=HOSTILE,
        description=HOSTILE,
        canvas=canvas,
        columns=[Column("What"), Column("Number", is_number=True)],
        rows=[[Cell("=1+1"), Cell("-4.5")], [Cell(HOSTILE), Cell("3")]],
        address=("/pictures/made", "q=1"),
        notes=["Says nothing."],
    )


def test_both_writings_are_well_formed_and_hold_no_markup_of_others() -> None:
    for text in (drawn().svg, drawn().as_svg("OsteoDB").decode()):
        tree = ElementTree.fromstring(text)  # noqa: S314 - made just above
        assert "script" not in {one.tag.rpartition("}")[2] for one in tree.iter()}
        assert HOSTILE in [one.text for one in tree.iter()]
        assert not re.search(r"\sstyle=|\son\w+=|<style", text)


def test_a_page_has_links_and_a_file_has_none() -> None:
    assert 'href="/trials/?q=1&amp;x=2"' in drawn().svg
    assert "href" not in drawn().as_svg("OsteoDB").decode()
    assert drawn().svg.count("<a ") == drawn().svg.count("</a>") == 1


def test_a_file_says_where_it_is_from_and_keeps_its_notes() -> None:
    text = drawn().as_svg("OsteoDB, osteodb.example.org").decode()
    assert "OsteoDB, osteodb.example.org" in text
    assert "Says nothing." in text


def test_a_png_is_twice_as_large_as_the_drawing() -> None:
    picture = drawn()
    svg = ElementTree.fromstring(picture.as_svg("x"))  # noqa: S314
    width, height = struct.unpack(">II", picture.as_png("x")[16:24])
    assert (width, height) == (2 * float(svg.get("width", 0)), 2 * float(svg.get("height", 0)))


def test_the_table_keeps_numbers_and_defuses_formulas() -> None:
    lines = drawn().as_csv().decode().splitlines()
    assert lines[:2] == ["What,Number", "'=1+1,-4.5"]


def test_every_look_has_its_rule_and_every_rule_its_look() -> None:
    sheet = (ROOT / "osteodb/website/static/website/pictures.css").read_text()
    ruled = set(re.findall(r"^\.(pic-[a-z]+) \{", sheet, re.MULTILINE)) - {"pic-scroll"}
    assert ruled == set(LOOKS)


def test_a_look_that_does_not_exist_is_a_mistake() -> None:
    canvas = Canvas(9, 9)
    canvas.rect((0, 0), (1, 1), "pic-nothing")
    with pytest.raises(KeyError):
        canvas.on_page("x", "", "")


def test_a_long_text_is_cut_to_its_room() -> None:
    assert fitted("abc", 100) == "abc"
    assert fitted("a" * 100, 70).endswith("…")
    assert len(fitted("a" * 100, 70)) < 15


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\ufffe"])
def test_a_sign_that_xml_cannot_hold_spoils_no_file(sign: str) -> None:
    canvas = Canvas(50, 20)
    canvas.text((0, 12), f"a{sign}b")
    picture = replace(drawn(), canvas=canvas, notes=[f"Filtered: {sign}."])
    ElementTree.fromstring(picture.svg)  # noqa: S314 - made just above
    ElementTree.fromstring(picture.as_svg("x"))  # noqa: S314
    assert picture.as_png("x").startswith(b"\x89PNG")
