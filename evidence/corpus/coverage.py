"""How much of the source review the corpus covers: every sentence and table cell, counted.

A place is covered where something is located at it: a statement, or an agent, target, pathway,
class or trial. What is covered by nothing stands in `not_curated.yaml` with a reason. Needs no
database: the files say it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence.corpus.reading import Corpus, FileProblem, ValuePath, read_corpus, read_values
from evidence.corpus.specs import Many, Shape, Spec, Text, Whole

REVIEW = "review"  # the key of the review among the sources
OUTLINE, REASONS = "review_outline.yaml", "not_curated.yaml"
CORE = ("2", "3", "4")  # the chapters whose reasons are limited
LARGEST_SHARE_OF_REASONS = 1 / 3  # of the sentences of those chapters
_NAMED = Text(required=True, longest=120)
_SECTION: Mapping[str, Spec] = {"section": _NAMED, "sentences": Whole(required=True)}
_TABLE: Mapping[str, Spec] = {
    "table": _NAMED,
    "rows": Many(item=Text(longest=120), least=1, required=True),
    "columns": Many(item=Text(longest=120), least=1, required=True),
}
OUTLINE_SHAPE = Shape(
    fields={
        "sections": Many(item=Shape(fields=_SECTION), least=1, required=True),
        "tables": Many(item=Shape(fields=_TABLE), required=True),
    }
)
REASON_SHAPE = Shape(
    fields={
        "section": Text(longest=120),
        "sentence": Whole(),
        "table": Text(longest=120),
        "row": Text(longest=120),
        "column": Text(longest=120),
        "reason": Text(required=True, longest=300),
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A sentence of a section, or a cell of a table ("row / column")."""

    part: str
    sentence: int = 0
    cell: str = ""

    def __str__(self) -> str:
        return (
            f"{self.part}, {self.cell}" if self.cell else f"{self.part}, sentence {self.sentence}"
        )


@dataclass(slots=True)
class PartCoverage:
    """One section or table: its places, and what became of each."""

    name: str
    places: list[Place]
    statements: set[Place] = field(default_factory=set)
    things: set[Place] = field(default_factory=set)
    reasons: dict[Place, str] = field(default_factory=dict)

    @property
    def covered(self) -> set[Place]:
        """Places with something located at them."""
        return self.statements | self.things

    @property
    def gaps(self) -> list[Place]:
        """Places with nothing located at them and no reason."""
        return [one for one in self.places if one not in self.covered | set(self.reasons)]


@dataclass(slots=True)
class Coverage:
    """The whole review, part by part, with everything that is wrong."""

    parts: list[PartCoverage]
    problems: list[FileProblem]

    @property
    def gaps(self) -> list[Place]:
        """All places that are neither covered nor explained."""
        return [place for part in self.parts for place in part.gaps]

    @property
    def core_reasons(self) -> tuple[int, int]:
        """How many sentences of chapters 2 to 4 have a reason, and how many there are."""
        core = [one for one in self.parts if one.name.split(".")[0] in CORE]
        return sum(len(one.reasons) for one in core), sum(len(one.places) for one in core)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing, wrong, or explained away too often."""
        reasons, sentences = self.core_reasons
        within = reasons <= sentences * LARGEST_SHARE_OF_REASONS
        return not self.gaps and not self.problems and within


def read_coverage(folder: Path) -> Coverage:
    """The coverage that the files of a folder give. Never raises for what they say."""
    corpus = read_corpus(folder)
    parts, problems = _outline(folder / OUTLINE)
    coverage = Coverage(list(parts.values()), [*corpus.problems, *problems])
    for place, kind, problem in _located(corpus):
        part = parts.get(place.part)
        if part is None or place not in part.places:
            coverage.problems.append(problem(f"the review has no {place}."))
            continue
        (part.statements if kind == "evidence" else part.things).add(place)
    _add_reasons(folder / REASONS, parts, coverage)
    return coverage


def _outline(path: Path) -> tuple[dict[str, PartCoverage], list[FileProblem]]:
    data, lines, problems = read_values(path)
    problems += _shape_problems(OUTLINE_SHAPE, data, lines, path.name)
    if problems:
        return {}, problems
    parts = {
        one["section"]: [Place(one["section"], at) for at in range(1, one["sentences"] + 1)]
        for one in data["sections"]
    }
    for one in data["tables"]:
        parts[one["table"]] = [
            Place(one["table"], cell=f"{row} / {column}")
            for row in one["rows"]
            for column in one["columns"]
        ]
    return {name: PartCoverage(name, places) for name, places in parts.items()}, []


def _shape_problems(
    shape: Spec, data: Any, lines: Mapping[ValuePath, int], file: str
) -> list[FileProblem]:
    found = []
    for path, message in shape.check(data, (), {}):
        while path and path not in lines:
            path = path[:-1]
        found.append(FileProblem(file, lines.get(path, 1), message))
    return found


def _located(corpus: Corpus) -> Iterator[tuple[Place, str, Any]]:
    """Every place of the review that an entry names, with a way to complain about it."""
    for entry in corpus.all():
        for path, cite in _citations(entry.data, ()):
            place = place_of(cite)
            if place:
                yield place, entry.kind, lambda text, e=entry, p=path: e.problem(p, text)


def _citations(value: Any, path: ValuePath) -> Iterator[tuple[ValuePath, Mapping[str, Any]]]:
    if isinstance(value, dict):
        if value.get("source") == REVIEW:
            yield path, value
        for name, one in value.items():
            yield from _citations(one, (*path, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _citations(one, (*path, index))


def place_of(cite: Mapping[str, Any]) -> Place | None:
    """The place that a citation names, or None where it names a whole section or table."""
    if "table" in cite and "row" in cite and "column" in cite:
        return Place(str(cite["table"]), cell=f"{cite['row']} / {cite['column']}")
    if "section" in cite and "sentence" in cite:
        return Place(str(cite["section"]), int(cite["sentence"]))
    return None


def _add_reasons(path: Path, parts: Mapping[str, PartCoverage], coverage: Coverage) -> None:
    data, lines, problems = read_values(path)
    problems += _shape_problems(Many(item=REASON_SHAPE), data, lines, path.name)
    coverage.problems += problems
    if problems:
        return
    seen: Counter[Place] = Counter()
    for index, one in enumerate(data):
        place = place_of(one)
        part = parts.get(place.part) if place else None
        line = lines[(index,)]
        if place is None or part is None or place not in part.places:
            text = f"the review has no {place}." if place else "names no sentence and no cell."
            coverage.problems.append(FileProblem(path.name, line, text))
            continue
        seen[place] += 1
        if seen[place] > 1:
            coverage.problems.append(FileProblem(path.name, line, f"{place} stands here twice."))
        elif place in part.covered:
            text = f"{place} is covered by the corpus: take it out here."
            coverage.problems.append(FileProblem(path.name, line, text))
        part.reasons[place] = one["reason"]
