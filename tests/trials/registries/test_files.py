"""Export files in every state: no record costs another one, nothing is loaded from outside."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.registries import files
from trials.registries.base import MalformedRecord, MalformedResponse

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    b"<Trials><Trial><TrialID>&b;</TrialID></Trial></Trials>"
)


def cut_xml(data: bytes) -> list[Any]:
    return [
        one if isinstance(one, MalformedRecord) else files.xml_value(one)
        for one in files.xml_elements(io.BytesIO(data), "Trial")
    ]


def cut_json(data: bytes) -> list[Any]:
    return [
        one if isinstance(one, MalformedRecord) else json.loads(one)
        for one in files.json_objects(io.BytesIO(data))
    ]


def test_entities_are_refused_before_anything_is_parsed() -> None:
    with pytest.raises(MalformedResponse, match="document type"):
        cut_xml(BOMB)


def test_an_entity_in_a_record_is_no_way_in() -> None:
    with pytest.raises(MalformedRecord, match="undefined entity"):
        cut_xml(b"<a><Trial><x>&outside;</x></Trial></a>")


def test_a_record_nested_too_deep_is_named() -> None:
    deep = b"<Trial>" + b"<a>" * 100 + b"</a>" * 100 + b"</Trial>"
    with pytest.raises(MalformedRecord, match="deeper"):
        files.xml_value(deep)


def test_elements_lists_attributes_and_leaves_become_json() -> None:
    value = files.xml_value(b'<t v="1"><a>x</a><a> y </a><b><c/></b><d at="2">z</d></t>')
    assert value == {"@v": "1", "a": ["x", "y"], "b": {"c": ""}, "d": "z"}


def test_a_record_without_an_end_costs_only_itself() -> None:
    data = b"<r><Trial><a>1</a><Trial><a>2</a></Trial><Trial><a>3</a></r>"
    first, second, third = cut_xml(data)
    assert isinstance(first, MalformedRecord)
    assert second == {"a": "2"}
    assert "ends inside" in str(third)


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(MalformedResponse, match="no <Trial>"):
        cut_xml(b"<html>Trials</html>")
    with pytest.raises(MalformedResponse, match="no JSON object"):
        cut_json(b"[]")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "utf-32"])
def test_other_encodings_are_read_where_the_file_says_so(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding}'?><r><Trial><a>Médi</a></Trial></r>"
    assert cut_xml(text.encode(encoding)) == [{"a": "Médi"}]


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(MalformedResponse, match="unknown"):
        cut_xml(b"<?xml version='1.0' encoding='klingon'?><r/>")


def test_a_compressed_file_is_unpacked_and_a_cut_one_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(b"<r><Trial><a>1</a></Trial></r>" * 2000)
    path = tmp_path / "export.xml.gz"
    path.write_bytes(whole)
    with files.opened(path) as stream:
        assert len(list(files.xml_elements(stream, "Trial"))) == 2000
    path.write_bytes(whole[: len(whole) // 2])
    with files.opened(path) as stream, pytest.raises(MalformedResponse, match="to its end"):
        list(files.xml_elements(stream, "Trial"))


@pytest.mark.parametrize("join", ["{}", "\n", ",", "\r\n  "])
def test_json_objects_are_found_in_a_list_or_one_a_line(join: str) -> None:
    records = [{"a": '}{ " \\'}, {"b": {"c": [1, {"d": "\n"}]}}, {"e": "é"}]
    text = "[" + join.replace("{}", "").join(json.dumps(one) for one in records) + "]"
    assert cut_json(text.encode()) == records


def test_an_object_without_an_end_costs_only_itself() -> None:
    lines = ['{"a": 1}', '{"b": "cut off', '{"c": 3}', '{"d": {"e": 4}', '{"f": 5}']
    found = cut_json("\n".join(lines).encode())
    assert [one for one in found if not isinstance(one, MalformedRecord)] == [
        {"a": 1},
        {"c": 3},
        {"f": 5},
    ]
    assert sum(isinstance(one, MalformedRecord) for one in found) == 2


def test_a_stray_backslash_is_kept_as_one() -> None:
    assert files.json_record(rb'{"a": "Dr X\contact"}') == {"a": "Dr X\\contact"}
    assert files.json_record(rb'{"a": "\\n \n \u00e9"}') == {"a": "\\n \n é"}


def test_what_is_no_object_or_too_deep_is_named() -> None:
    for body in (b"[1]", b"{", b"", b'{"a": 1} trailing', b"\xff\xfe{", b'{"a":' * 3000):
        with pytest.raises(MalformedRecord):
            files.json_record(body)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_readers(data: bytes) -> None:
    for read in (cut_xml, cut_json):
        try:
            read(b"<Trial>" + data if read is cut_xml else b"{" + data)
        except (MalformedRecord, MalformedResponse, json.JSONDecodeError, UnicodeDecodeError):
            continue


def test_the_hash_is_blind_to_order_and_white_space() -> None:
    one = files.hash_of({"a": "x  y<br>z", "b": 1})
    assert one == files.hash_of({"b": 1, "a": "x y\n z"})
    assert one != files.hash_of({"b": 2, "a": "x y z"})
