"""Corpus files into entries: exact numbers, lines, and everything that cannot be read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from evidence.corpus.checks import problems
from evidence.corpus.reading import read_corpus
from tests.evidence.conftest import CORPUS
from tests.evidence.small_corpus import FILES, write_corpus


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in problems(read_corpus(folder))]


def test_the_shipped_corpus_has_no_problem() -> None:
    assert told(CORPUS) == []


def test_numbers_stay_exact_and_dates_stay_text(tmp_path: Path) -> None:
    write_corpus(tmp_path, sources="- {key: a, n: 4.50, m: 12, on: 2020-05-01, yes: true}\n")
    data = read_corpus(tmp_path).entries["sources"]["a"].data
    assert str(data["n"]) == "4.50"
    assert isinstance(data["n"], Decimal)
    assert (data["m"], data["on"], data["yes"]) == (12, "2020-05-01", True)


def test_a_problem_knows_the_line_of_the_value_it_is_about(tmp_path: Path) -> None:
    entry = read_corpus(write_corpus(tmp_path)).entries["evidence"]["alpha"]
    assert entry.problem(("measurements", 0, "value"), "x").line == 16
    assert entry.problem(("measurements", 0, "missing"), "x").line == 12
    assert entry.problem(("nothing",), "x").line == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {key: a, kind: NEWS, title: b", "is no YAML"),
        ("key: a\n", "is a list of entries"),
        ("- just words\n", "an entry is a mapping"),
        ("- {title: no key}\n", "an entry needs its key"),
        ("- {key: a, key: b}\n", "“key” stands twice in one mapping"),
        ("- {key: a}\n- {key: a}\n", "the key stands twice, first on line 1"),
        ("- {key: a, note: off}\n", "write true or false instead of “off”"),
        ("- {key: a, year: 1:30}\n", "“1:30” is no plain number"),
        ("- {key: a, year: '2020'}\n", "“2020” is no whole number"),
        ("- {key: a, title: 2020}\n", "give words"),
        ("- {key: a, seen: here}\n", "give a list"),
        ("- {key: a, seen_on: May}\n", "is no date"),
        ("- {key: a, identified: maybe}\n", "give true or false"),
        ("- {key: a, [b]: c}\n", "the name of a value is a plain word"),
        ("- {key: a, kind: NEWS}\n", "“title” is missing"),
    ],
)
def test_what_cannot_be_read_is_said_with_file_and_line(
    tmp_path: Path, text: str, words: str
) -> None:
    found = [one for one in told(write_corpus(tmp_path, sources=text)) if words in one]
    assert found
    assert found[0].startswith("sources.yaml:")


def test_a_file_that_is_missing_or_has_another_name_is_told(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    (tmp_path / "regimens.yaml").rename(tmp_path / "regimen.yaml")
    found = told(tmp_path)
    assert any(one.startswith("regimens.yaml:1: cannot be read") for one in found)
    assert "regimen.yaml:1: no corpus file has this name." in found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("of: {registry: NCT, value: NCT01234567}", "of: {registry: NCT, value: NCT07654321}",
         "is about a number that the trial does not have"),
        ("status: recruiting", "status: open", "“open” is none of not_yet_recruiting"),
        ("condition: osteosarcoma", "condition: gout", "there is no “gout” among the conditions"),
    ],
)  # fmt: skip
def test_a_trial_entry_is_checked_like_a_form(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    found = told(write_corpus(tmp_path, trials=FILES["trials"].replace(old, new)))
    assert any(words in one for one in found), found


def test_what_is_decided_needs_its_words(tmp_path: Path) -> None:
    text = FILES["discrepancies"].replace("  title:", "  state: RESOLVED\n  title:")
    assert any(
        "needs its explanation" in one for one in told(write_corpus(tmp_path, discrepancies=text))
    )


def test_an_arrow_has_one_thing_at_each_end(tmp_path: Path) -> None:
    arrow = """
  assertions:
    - key: a
      subject: {agent: alphanib, target: kdr}
      relation: INHIBITS
      object: {target: kdr}
      model_system: PATIENT
"""
    found = told(write_corpus(tmp_path, evidence=FILES["evidence"].rstrip() + arrow))
    assert any("name one target, agent or pathway" in one for one in found)
