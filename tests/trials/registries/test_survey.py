"""How well files are understood: counted by record, and all real samples are read."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import orjson
import pytest

from tests.registry import ctis, ictrp
from trials.registries.base import MalformedResponse
from trials.registries.catalogue import FILE_ADAPTERS
from trials.registries.files import opened
from trials.registries.ictrp.adapter import IctrpAdapter
from trials.registries.survey import Survey, Value, survey

SAMPLES = {
    "ctgov": "ctgov/studies.jsonl.gz",
    "ictrp": "ictrp/export.*.gz",
    "euctr": "euctr/*.txt",
    "ctis": "ctis/*.json",
    "isrctn": "isrctn/*.json",
}
RECORDS = {"ctgov": 448, "ictrp": 1216, "euctr": 2, "ctis": 2, "isrctn": 4}
MOST_UNMAPPED = {"ctgov": 0.0, "ictrp": 0.31, "euctr": 0.0, "ctis": 0.0, "isrctn": 0.0}


def test_every_registry_of_files_is_read_in_one_way() -> None:
    assert set(FILE_ADAPTERS) == set(SAMPLES)
    for make in FILE_ADAPTERS.values():
        adapter = make()
        assert adapter.registry and adapter.parser_version
        assert adapter.source_url("X").startswith("https://")
        assert adapter.edition({}) in ("", "/") and adapter.registry_date({}) == ""
        with pytest.raises(MalformedResponse):
            list(adapter.records(io.BytesIO(b"")))


def test_records_are_counted_once_however_many_values_they_list() -> None:
    records = [
        ictrp.trial(Phase="0", Study_type="Diagnostic test", Inclusion_agemax="??"),
        ictrp.trial(Phase="0"),
        ictrp.trial(Inclusion_agemax="??"),
        ictrp.CHICTR,
    ]
    found = survey(IctrpAdapter(), io.BytesIO(ictrp.as_xml(records)))
    assert (found.records, found.parsed, found.share) == (4, 4, 0.5)
    assert (found.with_unmapped, found.with_suspicious) == (2, 2)
    assert found.listed == Counter(
        {
            Value("UNMAPPED_PHASE", "Phase", "0"): 2,
            Value("SUSPICIOUS_VALUE", "Inclusion_agemax", "??"): 2,
            Value("UNMAPPED_VALUE", "Study_type", "Diagnostic test"): 1,
        }
    )


def test_a_record_that_cannot_be_read_is_listed_with_its_number() -> None:
    bad, worse = orjson.dumps(ctis.trial())[:-9] + b"}", b'{"ctNumber": "42"}'
    deep = b'{"ctNumber": "2099-500002-22-00", "x": ' + b"[" * 900 + b"]" * 900 + b"}"
    data = b"\n".join((worse, deep, orjson.dumps(ctis.trial())))
    found = survey(FILE_ADAPTERS["ctis"](), io.BytesIO(data))
    assert [one.registry_id for one in found.unreadable] == ["42", "2099-500002-22"]
    assert (found.records, found.parsed) == (3, 1)
    assert survey(FILE_ADAPTERS["ctis"](), io.BytesIO(bad)).parsed == 0


def test_a_file_without_a_readable_record_has_no_share() -> None:
    assert Survey().share == 0.0


@pytest.mark.parametrize("registry", sorted(SAMPLES))
def test_all_real_records_are_read_and_the_share_with_unmapped_values_is_told(
    registry: str, registry_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Survey()
    for path in sorted(registry_samples.glob(SAMPLES[registry])):
        with opened(path) as stream:
            one = survey(FILE_ADAPTERS[registry](), stream)
        assert one.unreadable == []
        found.records += one.records
        found.with_unmapped += one.with_unmapped
        found.listed += one.listed
    with capsys.disabled():
        print(f"\n{registry}: {found.with_unmapped} of {found.records} hold an unmapped value")  # noqa: T201
        for value, count in found.listed.most_common():
            print(f"  {count} × {value.kind} {value.path}: {value.value[:60]}")  # noqa: T201
    assert found.records == RECORDS[registry]
    assert found.share <= MOST_UNMAPPED[registry]
