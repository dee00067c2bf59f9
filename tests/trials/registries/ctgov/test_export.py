"""Files of studies: every shape in which ClinicalTrials.gov hands them out."""

from __future__ import annotations

import copy
import gzip
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.records import generate
from tests.registry.support import real_studies
from trials.registries.base import MalformedRecord, MalformedResponse, RawRecord
from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.files import opened

ADAPTER = CtgovAdapter()
STUDIES = list(generate(5, seed=7))
NUMBERS = [one["protocolSection"]["identificationModule"]["nctId"] for one in STUDIES]


def read(data: bytes) -> list[Any]:
    return list(ADAPTER.records(io.BytesIO(data)))


def page(studies: list[Any], **more: Any) -> bytes:
    return json.dumps({**more, "studies": studies, "nextPageToken": "abc"}).encode()


SHAPES: dict[str, Callable[[list[Any]], bytes]] = {
    "a list": lambda studies: json.dumps(studies).encode(),
    "one a line": lambda studies: b"\n".join(map(orjson.dumps, studies)),
    "a page": page,
    "a page with its total first": lambda studies: page(studies, totalCount=5),
    "an indented page": lambda studies: json.dumps({"studies": studies}, indent=1).encode(),
    "a page with a mark": lambda studies: b"\xef\xbb\xbf" + page(studies),
    "a page a line": lambda studies: b"\n".join((page(studies[:2]), page([]), page(studies[2:]))),
    "a list of pages": lambda studies: b"[" + page(studies[:1]) + b"," + page(studies[1:]) + b"]",
    "a page in UTF-16": lambda studies: page(studies).decode().encode("utf-16"),
}


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_shape_of_a_file_gives_the_same_studies(shape: str) -> None:
    found = read(SHAPES[shape](STUDIES))
    assert [one.registry_id for one in found] == NUMBERS
    assert [ADAPTER.clean(one.body) for one in found] == [
        ADAPTER.clean(orjson.dumps(one)) for one in STUDIES
    ]


def test_one_study_alone_is_a_file() -> None:
    (one,) = read(json.dumps(STUDIES[0], indent=2).encode())
    assert (one.registry_id, one.registry, one.asked_as) == (NUMBERS[0], "", "")
    assert ADAPTER.parse(ADAPTER.clean(one.body)).registry_id == NUMBERS[0]


def test_a_number_in_another_spelling_is_made_normal() -> None:
    study = copy.deepcopy(STUDIES[0])
    study["protocolSection"]["identificationModule"]["nctId"] = NUMBERS[0].lower()
    assert read(orjson.dumps(study))[0].registry_id == NUMBERS[0]


def test_an_empty_page_holds_no_study_and_another_file_is_refused() -> None:
    assert read(b'{"studies": [], "totalCount": 0}') == []
    for data in (b"", b"<html></html>", b"[1, 2]"):
        with pytest.raises(MalformedResponse):
            read(data)


def test_an_error_page_of_the_api_is_no_study() -> None:
    (one,) = read(b'{"message": "too many requests"}')
    assert isinstance(one, MalformedRecord)
    assert str(one) == "the study has no number"


@pytest.mark.parametrize("write", [page, SHAPES["one a line"]])
def test_one_broken_study_costs_only_itself(write: Callable[[list[Any]], bytes]) -> None:
    other = {"protocolSection": {"identificationModule": {"nctId": "2099-000001-11"}}}
    cuts = read(write([STUDIES[0], other, {}, STUDIES[1]]))
    assert [one.registry_id for one in cuts] == [NUMBERS[0], "2099-000001-11", "", NUMBERS[1]]
    assert [isinstance(one, RawRecord) for one in cuts] == [True, False, False, True]
    assert cuts[1].path == cuts[2].path == "protocolSection.identificationModule.nctId"


def test_what_is_no_object_inside_a_later_page_is_named() -> None:
    cuts = read(page([]) + b"\n" + page([STUDIES[0], 5, "x"]))
    assert [isinstance(one, RawRecord) for one in cuts] == [True, False, False]


def test_an_excerpt_would_empty_a_trial_and_is_refused_with_its_reason() -> None:
    """The API gives parts of studies where it is asked for some fields only."""
    protocol = STUDIES[0]["protocolSection"]
    excerpt = {"protocolSection": {"identificationModule": protocol["identificationModule"]}}
    (one,) = read(page([excerpt]))
    assert isinstance(one, MalformedRecord)
    assert "an excerpt" in str(one) and one.registry_id == NUMBERS[0]
    excerpt["protocolSection"]["statusModule"] = {"overallStatus": "WITHHELD"}
    assert isinstance(read(page([excerpt]))[0], RawRecord)


def test_a_file_that_is_packed_and_cut_off_is_refused_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "studies.jsonl.gz"
    path.write_bytes(gzip.compress(SHAPES["one a line"](list(generate(300, seed=1))))[:-3000])
    with opened(path) as stream, pytest.raises(MalformedResponse, match="cannot be read"):
        list(ADAPTER.records(stream))


@given(st.integers(0, 3000))
def test_a_file_cut_off_anywhere_gives_its_whole_studies(short: int) -> None:
    data = page(STUDIES)
    cuts = read(data[: len(data) - 40 - short])
    whole = [one for one in cuts if isinstance(one, RawRecord)]
    assert [one.registry_id for one in whole] == NUMBERS[: len(whole)]
    assert len(cuts) - len(whole) <= 1


def test_memory_does_not_grow_with_the_number_of_studies_in_a_page() -> None:
    study = orjson.dumps(STUDIES[0])

    def peak(count: int) -> int:
        class Growing(io.RawIOBase):
            """A page that is written while it is read."""

            def __init__(self) -> None:
                self.pieces: Iterator[bytes] = iter(
                    [b'{"studies":[', study, *([b"," + study] * (count - 1)), b"]}"]
                )

            def read(self, size: int = -1, /) -> bytes:
                return next(self.pieces, b"")

        tracemalloc.start()
        assert sum(isinstance(one, RawRecord) for one in ADAPTER.records(Growing())) == count
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    peak(10)
    assert peak(800) < peak(100) + 300_000


def edited(posted: Any, version: Any = None) -> str:
    return ADAPTER.edition(
        {
            "protocolSection": {"statusModule": {"lastUpdatePostDateStruct": {"date": posted}}},
            "derivedSection": {"miscInfoModule": {"versionHolder": version}},
        }
    )


def test_a_later_update_is_the_newer_edition_and_within_one_the_later_data() -> None:
    order = [
        edited("2024-05-01"),
        edited("2024-05-01", "2024-06-01"),
        edited("2024-05-01", "2024-07-01"),
        edited("2024-05-02", "2024-05-03"),
    ]
    assert order == sorted(order) and len(set(order)) == 4
    assert edited("2024-05", "2024-06-01") == edited(None) == ADAPTER.edition({}) == ""


def test_all_real_studies_are_read_from_their_file(registry_samples: Path) -> None:
    with opened(real_studies(registry_samples)) as stream:
        cuts = list(ADAPTER.records(stream))
    assert len({one.registry_id for one in cuts if isinstance(one, RawRecord)}) == 448 == len(cuts)
    assert all(
        ADAPTER.edition(ADAPTER.clean(one.body)) for one in cuts if isinstance(one, RawRecord)
    )


def test_the_real_answers_to_searches_are_excerpts(registry_samples: Path) -> None:
    for path in sorted((registry_samples / "ctgov").glob("search-page-*.json")):
        with opened(path) as stream:
            for one in ADAPTER.records(stream):
                assert isinstance(one, RawRecord) or "an excerpt" in str(one)
                assert one.registry_id.startswith("NCT")
