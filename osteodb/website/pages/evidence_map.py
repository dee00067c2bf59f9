"""The evidence map: how much is on record for each therapy class and each endpoint, level or kind;
and where nothing is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from evidence.models import Comparison, Measurement
from osteodb.core.filters import FilterProblem, InvalidFilters
from osteodb.website.pages.base import Crumb, Head
from osteodb.website.pages.facets import replaced
from osteodb.website.pages.map_query import (
    AXES,
    COLUMNS,
    COUNTS,
    DEPTHS,
    LISTS,
    NUMBERS,
    OWN,
    MapQuery,
    read_map_query,
)
from osteodb.website.pictures.evidence_grid import Grid, GridRow, draw_grid
from osteodb.website.pictures.picture import Cell, Column, Picture
from osteodb.website.words import counted
from therapies.models import TherapyClass

ADDRESS = "/pictures/evidence-map"
SHORT = {"NECROSIS": "Necrosis", "ADVERSE_EVENT": "Adverse event", "OTHER": "Other"}
SEEN_IN = (("", "all"), ("PATIENT", "patients only"), ("MOUSE,CELL_LINE,PATIENT_TISSUE", "models"))
GAP_NOTE = (
    "– means that nothing is on record in OsteoDB. It is a gap in what was read, "
    "and no proof that nothing exists."
)
Members = dict[str, set[Any]]


@dataclass(frozen=True, slots=True)
class MapCell:
    """How many there are, and the list of exactly those; without any, no list."""

    number: int
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class MapRow:
    """A therapy class with all below it."""

    name: str
    slug: str
    path: str
    depth: int
    cells: list[MapCell]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at the map."""

    label: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The ways to choose one thing."""

    label: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMap:
    """The map as asked for. With `problems` there are no rows."""

    head: Head
    problems: list[FilterProblem] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[MapRow] = field(default_factory=list)
    groups: list[ChoiceGroup] = field(default_factory=list)
    applied: list[tuple[str, str]] = field(default_factory=list)
    counted: str = ""
    total: str = ""
    up_url: str = ""
    picture: Picture | None = None

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200


HEAD = Head(
    title="Evidence map",
    section="evidence",
    description="How much is on record for each therapy class, and where there are gaps.",
    crumbs=(Crumb("Evidence", "/evidence/"),),
)


def evidence_map(query: QueryDict) -> EvidenceMap:
    """The map as asked for: a fixed number of queries."""
    asked, problems = read_map_query(query)
    if asked is None:
        return EvidenceMap(head=HEAD, problems=problems)
    rows = _rows(asked)
    found = len(rows[0].cells) if rows else 0
    total = sum(1 for row in rows for cell in row.cells if not cell.number)
    return EvidenceMap(
        head=HEAD,
        columns=_columns(asked),
        rows=rows,
        groups=_groups(asked, query),
        applied=_applied(asked, query),
        counted=COUNTS[asked.count],
        total=f"{total:,} of {len(rows) * found:,} cells are empty.",
        up_url=replaced(query, "class", []) if asked.branch else "",
        picture=_picture(asked, rows, query),
    )


def map_picture(query: QueryDict) -> Picture:
    """The same as a picture. Raises InvalidFilters for what is not understood."""
    asked, problems = read_map_query(query)
    if asked is None:
        raise InvalidFilters(problems)
    return _picture(asked, _rows(asked), query)


# --- Counting -------------------------------------------------------------------------------------


def _rows(asked: MapQuery) -> list[MapRow]:
    """Every class of the branch, in the order of the tree, with the number of each of its cells."""
    by_class = _by_class(asked)
    by_column = _by_column(asked)
    base = asked.branch.count("/")
    found = []
    for name, slug, path in _classes(asked):
        here = by_class.get(path, set())
        cells = [_cell(asked, name, slug, "", "any", here)]
        for value, label in COLUMNS[asked.by]:
            members = here & by_column.get(value, set())
            cells.append(_cell(asked, name, slug, value, label, members))
        found.append(MapRow(name, slug, path, path.count("/") - base, cells))
    return found


def _cell(
    asked: MapQuery, name: str, slug: str, value: str, label: str, members: set[Any]
) -> MapCell:
    number = len(members)
    query = asked.passed_on.copy()
    query["therapy_class"] = slug
    if value:
        query[asked.by] = value
    url = f"{LISTS[asked.count]}?{query.urlencode(safe=',')}" if number else ""
    noun = COUNTS[asked.count].removesuffix("s")
    return MapCell(number, url, f"{counted(number, noun)}: {name}, {label}")


def _classes(asked: MapQuery) -> list[tuple[str, str, str]]:
    """Name, slug and path of the classes that are rows."""
    places = TherapyClass.objects.order_by().values_list("name", "slug", "path")
    base = asked.branch.count("/") if asked.branch else 0
    deepest = 99 if asked.depth == "all" else base + int(asked.depth) - 1
    return [
        (name, slug, path)
        for name, slug, path in sorted(places, key=lambda one: one[2].split("/"))
        if f"{path}/".startswith(f"{asked.branch}/" if asked.branch else "")
        and path.count("/") <= deepest
    ]


def _by_class(asked: MapQuery) -> Members:
    """The members of each class: those of a class below it are its members too."""
    below: Members = defaultdict(set)
    for member, path in _ties(asked):
        steps = path.split("/")
        for depth in range(1, len(steps) + 1):
            below["/".join(steps[:depth])].add(member)
    return below


def _ties(asked: MapQuery) -> Iterable[tuple[int, str]]:
    """What belongs to which class, by the same rules as the filter `therapy_class` of the list."""
    rows = asked.filterset.qs.order_by()
    if asked.count == NUMBERS:
        by_regimen = "regimen__regimen_agents__agent__therapy_classes__path"
        by_version = "version__agents__therapy_classes__path"
        given = rows.exclude(regimen=None)
        pairs = [_pairs(given, by_regimen), _pairs(rows.filter(regimen=None), by_version)]
    else:
        pairs = [
            _pairs(rows, "therapy_classes__path"),
            _pairs(rows, "agents__therapy_classes__path"),
        ]
    return [pair for some in pairs for pair in some]


def _pairs(rows: QuerySet[Any], column: str) -> Iterable[tuple[int, str]]:
    return rows.filter(**{f"{column}__isnull": False}).values_list("pk", column).distinct()


def _by_column(asked: MapQuery) -> Members:
    """The members of each column."""
    rows = asked.filterset.qs.order_by()
    members: Members = defaultdict(set)
    if asked.by == "endpoint" and asked.count != NUMBERS:
        for model in (Measurement, Comparison):
            numbers: Any = model._default_manager.filter(version__in=rows.values("pk"))
            for version, endpoint in numbers.order_by().values_list("version_id", "endpoint"):
                members[endpoint].add(version)
    else:
        for pk, value in rows.values_list("pk", asked.by):
            members[value].add(pk)
    return members


# --- Saying ---------------------------------------------------------------------------------------


def _columns(asked: MapQuery) -> list[tuple[str, str]]:
    """A short name and the whole name of each column, the first of which counts all."""
    return [("Any", f"any {AXES[asked.by]}, or none"), *_short(COLUMNS[asked.by], asked.by)]


def _short(pairs: Iterable[tuple[str, str]], by: str) -> list[tuple[str, str]]:
    if by == "kind":
        return [(label.capitalize(), label) for _, label in pairs]
    return [(SHORT.get(value, value), label) for value, label in pairs]


def _groups(asked: MapQuery, query: QueryDict) -> list[ChoiceGroup]:
    """The ways to look at the map otherwise."""
    seen = ",".join(query.getlist("model_system"))
    groups = [
        _group("Count", "count", COUNTS, asked.count, query, {NUMBERS: ("by", "level", "kind")}),
        _group("Columns", "by", AXES, asked.by, query, {value: ("count", value) for value in AXES}),
        _group("Depth", "depth", _depth_words(), asked.depth, query),
    ]
    choices = [
        Choice(label, replaced(query, "model_system", [value]), value == seen)
        for value, label in SEEN_IN
    ]
    return [*groups, ChoiceGroup("Seen in", choices)]


def _depth_words() -> dict[str, str]:
    words = {"1": "1 step", "2": "2 steps", "all": "the whole tree"}
    return {value: words[value] for value in DEPTHS}


def _group(
    label: str,
    name: str,
    allowed: Mapping[str, str],
    chosen: str,
    query: QueryDict,
    drops: Mapping[str, tuple[str, ...]] | None = None,
) -> ChoiceGroup:
    """Links to each value; what does not go with a value is dropped from its address."""
    choices = []
    for value, words in allowed.items():
        kept = query.copy()
        for other in (drops or {}).get(value, ()):
            kept.pop(other, None)
        choices.append(Choice(words, replaced(kept, name, [value]), value == chosen))
    return ChoiceGroup(label, choices)


def _applied(asked: MapQuery, query: QueryDict) -> list[tuple[str, str]]:
    """The filters in force in words, each with the address without it."""
    return [
        (f"{one.label}: {', '.join(one.values)}", replaced(query, one.parameter, []))
        for one in asked.filterset.applied
    ]


def _picture(asked: MapQuery, rows: list[MapRow], query: QueryDict) -> Picture:
    columns = _columns(asked)
    grid = Grid(
        columns=[short for short, _ in columns],
        rows=[GridRow(row.name, row.depth, [cell.number for cell in row.cells]) for row in rows],
    )
    own = query.copy()
    for name in (one for one in query if one not in (*OWN, *asked.passed_on)):
        own.pop(name, None)
    return Picture(
        key="evidence-map",
        title=f"Evidence map: {COUNTS[asked.count]} by therapy class and {AXES[asked.by]}",
        description=_described(asked, rows, columns),
        canvas=draw_grid(grid),
        columns=[Column("Therapy class"), *(Column(name, is_number=True) for _, name in columns)],
        rows=[
            [
                Cell(f"{'– ' * row.depth}{row.name}"),
                *(Cell(str(c.number), c.url) for c in row.cells),
            ]
            for row in rows
        ],
        address=(ADDRESS, own.urlencode(safe=",")),
        notes=_notes(asked),
    )


def _notes(asked: MapQuery) -> list[str]:
    filters = "; ".join(f"{one.label}: {', '.join(one.values)}" for one in asked.filterset.applied)
    what = (
        "A measurement is counted for the agents of its regimen; without one, for those of its "
        "statement."
        if asked.count == NUMBERS
        else "A statement is counted once in each cell it belongs to, so rows do not add up."
    )
    notes = [what, "A class counts what is below it.", GAP_NOTE]
    return [f"Filtered: {filters}.", *notes] if filters else notes


def _described(asked: MapQuery, rows: list[MapRow], columns: list[tuple[str, str]]) -> str:
    """The picture in words: where most is, and which classes have nothing at all."""
    noun = COUNTS[asked.count]
    tops = sorted((row for row in rows if row.depth == 0), key=lambda row: -row.cells[0].number)
    most = ", ".join(f"{row.name} {row.cells[0].number}" for row in tops[:3] if row.cells[0].number)
    empty = [row.name for row in rows if not row.cells[0].number]
    cells = [
        (cell.number, f"{row.name} with {name}")
        for row in rows
        for cell, (_, name) in zip(row.cells[1:], columns[1:], strict=True)
        if cell.number
    ]
    largest = max(cells, default=(0, ""))
    sentences = [
        f"Circles whose area is the number of {noun}, {len(rows)} therapy classes by "
        f"{len(columns) - 1} columns ({AXES[asked.by]}).",
        f"Most at the top of the tree: {most}." if most else f"No {noun} match.",
        f"The largest cell is {largest[1]}: {largest[0]}." if cells else "",
        f"Nothing at all for {len(empty)}: {', '.join(empty[:8])}{' …' if empty[8:] else ''}."
        if empty
        else "",
    ]
    return " ".join(one for one in sentences if one)
