"""Every sentence and table cell of the review is covered, or says why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evidence.corpus.coverage import Place, read_coverage
from evidence.corpus.reading import read_values
from tests.evidence.small_corpus import FILES, write_corpus

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "fixtures" / "corpus"
REVIEW = ROOT.parent / "shared" / "seed" / "review.txt"
OUTLINE = """
sections:
  - {section: "1", sentences: 2}
  - {section: "4.4", sentences: 3}
  - {section: "5", sentences: 1}
tables:
  - {table: Table 1, rows: [Cells], columns: [Mechanisms, Strategies]}
"""
AGENT = "cited: [{source: paper, section: title}]"
CITED = (
    'cited: [{source: review, section: "4.4", sentence: 1}, '
    "{source: review, table: Table 1, row: Cells, column: Mechanisms}]"
)
REASONS = """
- {section: "1", sentence: 1, reason: A beginning.}
- {section: "4.4", sentence: 2, reason: A transition.}
- {section: "5", sentence: 1, reason: An outlook.}
- {table: Table 1, row: Cells, column: Strategies, reason: Says nothing.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small corpus with a review of four sentences and two cells; one sentence is missing."""
    assert AGENT in FILES["agents"]
    write_corpus(tmp_path, agents=FILES["agents"].replace(AGENT, CITED))
    write(tmp_path, OUTLINE, REASONS)
    return tmp_path


def write(folder: Path, outline: str, reasons: str) -> None:
    (folder / "review_outline.yaml").write_text(outline, encoding="utf-8")
    (folder / "not_curated.yaml").write_text(reasons, encoding="utf-8")


def test_what_nothing_is_located_at_is_a_gap(folder: Path) -> None:
    coverage = read_coverage(folder)
    assert coverage.gaps == [Place("4.4", 3)]
    assert coverage.problems == []
    assert not coverage.is_complete


def test_too_many_reasons_are_no_coverage(folder: Path) -> None:
    more = '- {section: "4.4", sentence: 3, reason: Also a transition.}\n'
    write(folder, OUTLINE, REASONS + more)
    coverage = read_coverage(folder)
    assert coverage.gaps == [] and coverage.core_reasons == (2, 3)
    assert not coverage.is_complete


def test_a_review_that_is_covered_is_complete(folder: Path) -> None:
    outline = OUTLINE.replace("sentences: 3", "sentences: 1")
    reasons = REASONS.replace('- {section: "4.4", sentence: 2, reason: A transition.}\n', "")
    write(folder, outline, reasons)
    assert read_coverage(folder).is_complete


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{section: "4.4", sentence: 1, reason: x}', "is covered by the corpus"),
        ('{section: "4.4", sentence: 2, reason: x}', "stands here twice"),
        ('{section: "4.4", sentence: 9, reason: x}', "the review has no 4.4, sentence 9"),
        ('{section: "4.4", reason: x}', "names no sentence and no cell"),
        ('{section: "4.4", sentence: 3}', "“reason” is missing"),
        ("{section: [", "is no YAML"),
    ],
)
def test_a_wrong_reason_is_told_by_file_and_line(folder: Path, line: str, says: str) -> None:
    write(folder, OUTLINE, f"{REASONS}- {line}\n")
    [problem] = read_coverage(folder).problems
    assert problem.file == "not_curated.yaml" and says in problem.message
    assert problem.line >= 5


def test_a_place_the_review_does_not_have_is_told_at_the_entry(folder: Path) -> None:
    wrong = CITED.replace("sentence: 1", "sentence: 7")
    write_corpus(folder, agents=FILES["agents"].replace(AGENT, wrong))
    [problem] = read_coverage(folder).problems
    assert problem.file == "agents.yaml" and "no 4.4, sentence 7" in problem.message


def test_the_command_fails_on_a_gap_and_names_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="not covered"):
        call_command("corpus_coverage", path=folder)
    assert "not covered: 4.4, sentence 3" in capsys.readouterr().err


def test_the_shipped_corpus_covers_the_whole_review(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("corpus_coverage", reasons=True)
    assert "missing" in capsys.readouterr().out


def test_the_outline_is_that_of_the_article() -> None:
    if not REVIEW.exists():
        pytest.skip(f"the article is not here: {REVIEW}")
    outline, _lines, _problems = read_values(CORPUS / "review_outline.yaml")
    expected = {one["section"]: one["sentences"] for one in outline["sections"]}
    assert sentences_of(REVIEW.read_text(encoding="utf-8")) == expected


def sentences_of(text: str) -> dict[str, int]:
    """How many sentences each section of the article has."""
    counts: dict[str, int] = {}
    section = ""
    for line in (one.strip() for one in text.split("\n")):
        heading = re.match(r"(\d(?:\.\d)?)\s[A-Z]", line)
        if heading and len(line) < 90:
            section = heading[1]
        elif re.match(r"Table\s1\s\|", line):
            section = ""
        elif section and line and not re.match(r"Figure\s1\s\|", line):
            ends = re.split(r"(?<!et al)(?<=[.!?])\s+(?=[A-Z]|miR)", line)
            counts[section] = counts.get(section, 0) + len(ends)
    return counts
