"""Records of every registry, damaged in every way: read, or refused with a reason; nothing else."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from tests.registry import ctis, euctr, ictrp, isrctn
from tests.registry.records import generate
from tests.trials.registries.columns import check_column, check_fits, texts
from trials.models import RegistryRecord
from trials.registries.base import MalformedRecord, MalformedResponse, RawRecord
from trials.registries.catalogue import FILE_ADAPTERS
from trials.registries.euctr.adapter import EuctrAdapter

Path = tuple[str | int, ...]
STUDIES = list(generate(40, seed=11))
FULL_STUDY = max(STUDIES, key=lambda one: len(orjson.dumps(one)))


def european() -> dict[str, Any]:
    """The EU register's records as they are stored."""
    adapter = EuctrAdapter()
    (one,) = adapter.records(io.BytesIO(euctr.export([euctr.state("ES"), euctr.state("DE")])))
    assert isinstance(one, RawRecord)
    return adapter.clean(one.body)


WHOLE: dict[str, dict[str, Any]] = {
    "ctgov": FULL_STUDY,
    "ctis": ctis.trial(),
    "isrctn": isrctn.study(),
    "ictrp": ictrp.CHICTR,
    "euctr": european(),
}
OTHERS = {"ictrp": [ictrp.EUROPEAN, ictrp.AMERICAN, ictrp.JAPANESE], "ctis": [ctis.old_trial()]}


def deep(depth: int) -> Any:
    value: Any = "bottom"
    for level in range(depth):
        value = [value] if level % 2 else {"x": value}
    return value


HOSTILE: list[Any] = [
    None, True, False, 0, -1, 10**12, 2**63 - 1, -(2**63), 1e308, -0.5, "", " ", "\x00", "a\x00b",
    "\\u0000", "\\", '"', "\\n\\", "\x1f\x7f", "\u2028", "￼", "ﷺ" * 250, "ß" * 500, "x" * 2000,
    "İ" * 700, "٣ Years", "9" * 400, "9" * 400 + " Years", "1e999", "NaN", "2020-02-30",
    "0000-00-00", "99999-01-01", "31/02/2020", "<br>" * 600, "<" * 900, "&" * 900, "(" * 600,
    "a@" * 300,
    "\x1fa@b.example", "no. " * 300, "; ; ;", ":" * 50, "-", "/", "'; DROP TABLE trials; --",
    "{{7*7}}", "NCT02389244", "2013-003910-42-FR", [], {}, [[]], [{}], [None], [1, "a", None],
    {"": ""}, {"\x00": "\x00"}, {"x": None}, ["x" * 500] * 3, deep(40), deep(300),
]  # fmt: skip
values = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=8,
    ),
)


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """Every place in nested objects and lists but the top."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, one in inner:
        yield (*before, key)
        yield from paths(one, (*before, key))


def damage(record: dict[str, Any], path: Path, how: str, value: Any) -> None:
    """Drop, replace, wrap or repeat what stands at a place, where it still is one."""
    place: Any = record
    with suppress(KeyError, IndexError, TypeError):
        for key in path[:-1]:
            place = place[key]
        inner, key = place[path[-1]], path[-1]
        if how == "drop":
            del place[key]
        elif how == "replace":
            place[key] = copy.deepcopy(value)
        elif how == "wrap":
            place[key] = [inner]
        elif how == "unwrap":
            place[key] = inner[0] if isinstance(inner, list) else {"x": inner}
        elif how == "repeat" and isinstance(inner, list):
            place[key] = inner * 3


HOW = ["drop", "replace", "replace", "replace", "wrap", "unwrap", "repeat"]


@st.composite
def damaged(draw: st.DrawFn, registry: str) -> dict[str, Any]:
    record: dict[str, Any] = copy.deepcopy(
        draw(st.sampled_from([WHOLE[registry], *OTHERS.get(registry, [])]))
    )
    for _time in range(draw(st.integers(1, 5))):
        path = draw(st.sampled_from(sorted(paths(record), key=str) or [("x",)]))
        how = draw(st.sampled_from(HOW))
        damage(record, path, how, draw(values))
    return record


def read_or_named(registry: str, record: Any, cleaned: bool = False) -> None:
    """The record is read and fits the database, or is refused as malformed, with a reason."""
    adapter = FILE_ADAPTERS[registry]()
    try:
        body = orjson.dumps(record)
    except TypeError:  # a text that no JSON file can hold, or nested too deep to be written
        return
    try:
        kept = record if cleaned else adapter.clean(body)
        assert cleaned or not any("\x00" in one for one in texts(kept))
        check_column(RegistryRecord, "registry_date", adapter.registry_date(kept))
        assert isinstance(adapter.edition(kept), str)
        trial = adapter.parse(kept)
    except MalformedRecord as error:
        assert str(error)
    else:
        check_fits(trial)
    if not cleaned:
        with suppress(MalformedRecord):
            assert len(adapter.content_hash(body)) == 64


THOROUGH = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("registry", ["ctgov", "ctis", "isrctn", "ictrp"])
@THOROUGH
@given(data=st.data())
def test_a_damaged_record_is_read_or_named(registry: str, data: st.DataObject) -> None:
    read_or_named(registry, data.draw(damaged(registry)))


@pytest.mark.parametrize("registry", sorted(WHOLE))
@THOROUGH
@given(data=st.data())
def test_a_damaged_stored_record_is_read_or_named(registry: str, data: st.DataObject) -> None:
    """What a migration or an older cleaning left behind is read again by a new parser."""
    read_or_named(registry, without_nul(data.draw(damaged(registry))), cleaned=True)


def without_nul(value: Any) -> Any:
    """As the database holds it: without NUL characters, and nothing that cannot be written."""
    try:
        return orjson.loads(orjson.dumps(value).replace(b"\\\\u0000", b"").replace(b"\\u0000", b""))
    except TypeError:
        reject()


@pytest.mark.parametrize("registry", sorted(set(WHOLE) - {"euctr"}))
@pytest.mark.parametrize("number", range(0, len(HOSTILE), 6))
def test_every_hostile_value_is_met_in_every_place(registry: str, number: int) -> None:
    for path in list(paths(WHOLE[registry]))[number % 7 :: 7]:
        for value in HOSTILE[number : number + 6]:
            record = copy.deepcopy(WHOLE[registry])
            damage(record, path, "replace", value)
            read_or_named(registry, record)


PIECES = [
    "", "\n", ":", "\t", "Summary\n", "D.IMP: 1\n", "A.1 Member State Concerned:", "\x00",
    "x" * 900, "E.3 Principal inclusion criteria: ", "(es)",
    "F.4.2.2 In the whole trial: 9" + "9" * 20,
]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 12_000), st.sampled_from(PIECES)), min_size=1, max_size=8))
def test_a_damaged_text_of_the_eu_register_is_read_or_named(cuts: list[tuple[int, str]]) -> None:
    text = euctr.export([euctr.state("ES"), euctr.state("DE", status="Completed")]).decode()
    for place, what in cuts:
        text = text[:place] + what + text[place + len(what) // 2 + 3 :]
    adapter = EuctrAdapter()
    with suppress(MalformedResponse):
        for cut in adapter.records(io.BytesIO(text.encode())):
            if isinstance(cut, RawRecord):
                with suppress(MalformedRecord):
                    check_fits(adapter.parse(adapter.clean(cut.body)))


@pytest.mark.parametrize("registry", sorted(WHOLE))
@given(data=st.binary(max_size=200))
def test_any_bytes_as_a_file_or_a_record_are_refused_with_a_reason(
    registry: str, data: bytes
) -> None:
    adapter = FILE_ADAPTERS[registry]()
    with suppress(MalformedResponse):
        list(adapter.records(io.BytesIO(data)))
    for read in (adapter.clean, adapter.content_hash):
        with suppress(MalformedRecord):
            read(data)


@pytest.mark.parametrize("registry", sorted(WHOLE))
@pytest.mark.parametrize("depth", [100, 250, 500, 1000, 5000, 100_000])
def test_deep_nesting_is_refused_and_not_followed(registry: str, depth: int) -> None:
    adapter = FILE_ADAPTERS[registry]()
    for opening, closing in ((b"[", b"]"), (b'{"x":', b"}")):
        nested = opening * depth + b"1" + closing * depth
        body = orjson.dumps(WHOLE[registry])[:-1] + b',"x":' + nested + b"}"
        for read in (adapter.clean, adapter.content_hash):
            with suppress(MalformedRecord):
                read(body)
        with suppress(MalformedResponse):
            list(adapter.records(io.BytesIO(body)))
