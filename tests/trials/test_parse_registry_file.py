"""The command that shows how well files of records are understood, without a database."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from tests.registry import ctis, ictrp


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_it_tells_records_share_and_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = [ictrp.trial(Phase="0"), ictrp.trial(Phase="[bold]odd[/bold]"), ictrp.CHICTR]
    one = write(tmp_path, "one.xml", ictrp.as_xml(odd))
    other = write(tmp_path, "other.csv.gz", gzip.compress(ictrp.as_csv([ictrp.CHICTR])))
    call_command("parse_registry_file", "ictrp", one, other)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "│ one.xml │ 3 │ 0 │ 2 │ 66.7% │ 0 │" in lines
    assert "│ other.csv.gz │ 1 │ 0 │ 0 │ 0.0% │ 0 │" in lines
    assert "│ all │ 4 │ 0 │ 2 │ 50.0% │ 0 │" in lines
    assert "│ UNMAPPED_PHASE │ Phase │ 0 │ 1 │" in lines
    assert "│ UNMAPPED_PHASE │ Phase │ [bold]odd[/bold] │ 1 │" in lines


def test_a_record_that_cannot_be_read_is_named_and_makes_it_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [orjson.dumps(ctis.trial())] + [b'{"ctNumber": "no[i]"}'] * 25
    path = write(tmp_path, "trials.jsonl", b"\n".join(lines))
    with pytest.raises(SystemExit) as ended:
        call_command("parse_registry_file", "ctis", path)
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "trials.jsonl: no[i] at ctNumber: the record has no CTIS number" in said
    assert "… and 5 more that cannot be read." in said


def test_a_file_that_is_none_or_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "page.html", b"<html></html>")
    with pytest.raises(CommandError, match="there is no <Trial> in this file"):
        call_command("parse_registry_file", "ictrp", path)
    with pytest.raises(CommandError, match="cannot be opened: No such file"):
        call_command("parse_registry_file", "ictrp", path + ".gone")
    with pytest.raises(CommandError, match="cannot be opened: Is a directory"):
        call_command("parse_registry_file", "ictrp", str(tmp_path))
    with pytest.raises(CommandError, match="invalid choice: 'nct'"):
        call_command("parse_registry_file", "nct", path)
