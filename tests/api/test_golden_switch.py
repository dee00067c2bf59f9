"""The one switch that rewrites golden files, and who may not use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import golden


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    for name in ("CI", "OSTEODB_REQUIRE_BROWSER", "OSTEODB_REWRITE_GOLDEN"):
        monkeypatch.delenv(name, raising=False)


def test_without_the_switch_answers_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError, match="is not there yet"):
        golden.check("a.json", {"a": 1})
    monkeypatch.setenv("OSTEODB_REWRITE_GOLDEN", "1")
    golden.check("a.json", {"a": 1})
    monkeypatch.delenv("OSTEODB_REWRITE_GOLDEN")
    golden.check("a.json", {"a": 1})
    with pytest.raises(AssertionError):
        golden.check("a.json", {"a": 2})


@pytest.mark.parametrize("sign", ["CI", "OSTEODB_REQUIRE_BROWSER"])
def test_ci_refuses_the_switch(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSTEODB_REWRITE_GOLDEN", "1")
    monkeypatch.setenv(sign, "1")
    with pytest.raises(golden.RewriteRefused):
        golden.check("a.json", {})


def test_ids_that_differ_from_run_to_run_are_numbered() -> None:
    answer = {
        "public_id": "OST-T000042",
        "id": 7,
        "url": "/measurements/7/",
        "links": ["OST-T000042", "OST-T000043", "OST-E000001"],
    }
    assert golden.steady(answer) == {
        "public_id": "<OST-T 1>",
        "id": "<row>",
        "url": "/measurements/<row>/",
        "links": ["<OST-T 1>", "<OST-T 2>", "<OST-E 1>"],
    }
