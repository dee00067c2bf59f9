"""Like pooled with like: one table per group, who was left out and why, the JSON beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from evidence.models import (
    Comparison,
    EffectMeasure,
    Endpoint,
    Estimator,
    Measurement,
    Scope,
    Setting,
)
from evidence.number_text import effect_text, value_text
from evidence.statistics.pooling import Pooled, Study
from evidence.synthesis import words
from evidence.synthesis.asking import (
    COMPARISONS,
    MEASUREMENTS,
    WINDOW_HELP,
    Question,
    question,
)
from evidence.synthesis.numbers import LeftOut, Number
from evidence.synthesis.plots import Plot, plots_of, read_benchmarks
from evidence.synthesis.reading import Reading
from osteodb.website import number_words
from osteodb.website.pages.base import Crumb, Head, api_url, with_query
from osteodb.website.pages.facets import (
    Counted,
    Facet,
    FacetSpec,
    by_choice,
    facets,
    replaced,
)
from osteodb.website.pages.forest import forest_picture
from osteodb.website.pages.forest_words import figures, span
from osteodb.website.pages.lists import (
    Chip,
    ListSpec,
    Problem,
    TextInput,
    chips_of,
    problems_of,
    texts_of,
)
from osteodb.website.pictures.picture import Picture
from therapies.models import TherapyClass

TITLE = "Synthesis"
AHEAD = (
    "Where the true value of a next study like these is expected; what it observes will scatter "
    "more, the fewer its patients."
)
LEDE = (
    "Numbers that are alike, put together: same endpoint, estimator, time, disease and setting. "
    "Whatever is left out is listed with its reason."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A number of a group: as printed, and as it was pooled. Texts may be empty."""

    number: Measurement | Comparison
    label: str
    url: str
    endpoint: str
    value: str
    details: list[str]
    population: list[str]
    pooled_as: str = ""
    weight: str = ""
    reason: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A line of results: what it is, the figures, and how they were made."""

    name: str
    figures: str
    how: str
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group as a reader sees it. `choice` names the parameter that chooses among its numbers."""

    anchor: str
    title: str
    facts: str
    refusal: str
    picture: Picture
    choice: str
    rows: list[Row]
    left_out: list[Row]
    unreached: list[Row]
    lines: list[ResultLine]
    heterogeneity: str
    notes: tuple[str, ...]

    @property
    def choices(self) -> list[Row]:
        """Every number of the group, to choose among."""
        return [*self.rows, *self.left_out, *self.unreached]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisPage:
    """The groups a reader asked for. With `problems` there are none."""

    head: Head
    kinds: list[tuple[str, str, bool]]
    problems: list[Problem] = field(default_factory=list)
    groups: list[GroupView] = field(default_factory=list)
    alone: list[GroupView] = field(default_factory=list)
    left_out: list[Row] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    texts: list[TextInput] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    is_narrowed: bool = False
    kind: str = MEASUREMENTS
    forest_url: str = ""
    method: str = words.METHOD
    caution: str = words.CAUTION
    title: str = TITLE
    lede: str = LEDE

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200


def _given(rows: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    """What was given, as the filters read it: by the regimen, else by the statement's agents.

    Tuples of the row's pk and the columns, which are named from the agents on.
    """
    plain = rows.order_by()
    if rows.model is Measurement:
        by_regimen = plain.exclude(regimen=None)
        yield from by_regimen.values_list("pk", *(f"regimen__{name}" for name in columns))
        plain = plain.filter(regimen=None)
    yield from plain.values_list("pk", *(f"version__{name}" for name in columns))


def _by_agent(rows: QuerySet[Any]) -> list[Counted]:
    """How many numbers each agent has, most first."""
    members: dict[tuple[str, str], set[int]] = {}
    for pk, slug, name in _given(rows, "agents__slug", "agents__name"):
        if slug:
            members.setdefault((slug, name), set()).add(pk)
    found = [Counted(slug, name, len(pks)) for (slug, name), pks in members.items()]
    return sorted(found, key=lambda one: (-one.number, one.label.casefold()))


def _by_class(rows: QuerySet[Any]) -> list[Counted]:
    """How many numbers each class has; a number counts for every class above its agents' too."""
    below: dict[str, set[int]] = {}
    for pk, path in _given(rows, "agents__therapy_classes__path"):
        steps = path.split("/") if path else []
        for depth in range(1, len(steps) + 1):
            below.setdefault("/".join(steps[:depth]), set()).add(pk)
    classes = TherapyClass.objects.order_by("path").values_list("path", "slug", "name")
    return [
        Counted(slug, name, len(below[path]), path.count("/"))
        for path, slug, name in classes
        if path in below
    ]


COMMON = (
    FacetSpec("therapy_class", "Therapy class", _by_class, is_open=True),
    FacetSpec("endpoint", "Endpoint", by_choice("endpoint", Endpoint.choices), is_open=True),
    FacetSpec("agent", "Agent", _by_agent),
    FacetSpec("scope", "Whose disease", by_choice("population__scope", Scope.choices)),
    FacetSpec("setting", "Setting", by_choice("population__setting", Setting.choices)),
)
FACETS = {
    MEASUREMENTS: (
        *COMMON,
        FacetSpec("estimator", "Estimator", by_choice("estimator", Estimator.choices)),
    ),
    COMPARISONS: (
        *COMMON,
        FacetSpec("measure", "Measure", by_choice("measure", EffectMeasure.choices)),
    ),
}
SPEC = ListSpec(
    noun="group",
    title=TITLE,
    section="evidence",
    resource="synthesis",
    lede=LEDE,
    texts=(("search", "Words"),),
)


def synthesis_page(query: QueryDict) -> SynthesisPage:
    """The groups of the numbers that the address asks for."""
    asked = question(query)
    if asked.problems:
        return SynthesisPage(
            head=_head(QueryDict()),
            kinds=kinds(query, asked.kind),
            problems=problems_of(asked.problems, asked.filterset, query),
        )
    reading = asked.answer()
    found, rows = reading.synthesis, reading.rows
    views = group_views(reading, plots_of(found)[: len(found.groups) + len(found.alone)], query)
    offered = facets(FACETS[asked.kind], asked.filterset, query)
    return SynthesisPage(
        head=_head(query),
        kinds=kinds(query, asked.kind),
        kind=asked.kind,
        groups=views[: len(found.groups)],
        alone=views[len(found.groups) :],
        left_out=[left_out_row(one, rows) for one in found.left_out],
        facets=offered,
        chips=chips_of(SPEC, asked.filterset, query, offered),
        texts=[*texts_of(SPEC, asked.filterset, query), window_input(asked)],
        hidden=hidden(query),
        is_narrowed=asked.is_narrowed,
        forest_url=with_query("/forest/", query),
    )


def _head(query: QueryDict) -> Head:
    return Head(
        title=TITLE,
        section="evidence",
        description=LEDE,
        crumbs=(Crumb("Evidence", "/evidence/"),),
        json_url=with_query(api_url("synthesis"), query),
    )


def kinds(query: QueryDict, kind: str) -> list[tuple[str, str, bool]]:
    """The two kinds of numbers, with addresses that keep what both understand."""
    kept = query.copy()
    for name in ("estimator", "unit", "measure", "comparative_by_design", "ordering"):
        kept.pop(name, None)
    return [
        ("Single arms", replaced(kept, "kind", []), kind == MEASUREMENTS),
        ("Comparisons", replaced(kept, "kind", [COMPARISONS]), kind == COMPARISONS),
    ]


def window_input(asked: Question) -> TextInput:
    return TextInput("window", "Window of time, ± %", f"{asked.window.normalize():f}", WINDOW_HELP)


def hidden(query: QueryDict) -> list[tuple[str, str]]:
    """What the form has to carry along: everything but its own two fields."""
    return [
        (name, value)
        for name in query
        if name not in ("search", "window", "page")
        for value in query.getlist(name)
        if value
    ]


# --- Groups in words ------------------------------------------------------------------------------


def group_views(reading: Reading, plots: Sequence[Plot], query: QueryDict) -> list[GroupView]:
    """The groups of these plots with their pictures: one query more, for the benchmarks."""
    controls = read_benchmarks()
    return [
        _view(plot, reading.rows, f"group-{i}", forest_picture(plot, reading.rows, controls, query))
        for i, plot in enumerate(plots, 1)
    ]


def _view(plot: Plot, rows: dict[int, Any], anchor: str, picture: Picture) -> GroupView:
    group = plot.group
    pooled, unit = group.pooled, words.unit(group.alike)
    studies: Sequence[Study | None] = pooled.studies if pooled else [None] * len(group.rows)
    return GroupView(
        anchor=anchor,
        title=words.title(group.alike),
        facts=" · ".join(words.facts(group.alike)),
        refusal=group.refusal,
        picture=picture,
        choice=group.alike.kind.casefold(),
        rows=[
            _row(one, rows[one.pk], study, unit)
            for one, study in zip(group.rows, studies, strict=True)
        ],
        left_out=[left_out_row(one, rows) for one in group.left_out],
        unreached=[_row(one, rows[one.pk]) for one in plot.unreached],
        lines=_lines(pooled, unit) if pooled else [],
        heterogeneity=_heterogeneity(pooled) if pooled else "",
        notes=pooled.notes if pooled else (),
    )


def _row(one: Number, row: Any, study: Study | None = None, unit: str = "", **more: str) -> Row:
    is_measured = isinstance(row, Measurement)
    count = ""
    if is_measured and row.events is not None and f"{row.events}/{row.n}" not in row.value_raw:
        count = f"{row.events} of {row.n}"
    anchor = "number" if is_measured else "comparison"
    return Row(
        number=row,
        label=one.label,
        url=f"/evidence/{row.version.item.public_id}/#{anchor}-{row.pk}",
        endpoint=f"{number_words.endpoint(row)}, {_how(row)}".rstrip(", "),
        value=value_text(row) if is_measured else effect_text(row),
        details=[text for text in (count, number_words.interval(row)) if text],
        population=number_words.population_details(row.population),
        pooled_as=figures(study.estimate, study.low, study.high, unit) if study else "",
        weight=f"weight {study.weight:.0f}%" if study else "",
        **more,
    )


def _how(row: Any) -> str:
    if isinstance(row, Measurement):
        return number_words.estimator(row)
    return str(row.get_measure_display())


def left_out_row(one: LeftOut, rows: dict[int, Any]) -> Row:
    return _row(
        one.number,
        rows[one.number.pk],
        reason=words.REASON_WORDS[one.reason],
        says=one.says,
    )


def _lines(pooled: Pooled, unit: str) -> list[ResultLine]:
    """The pooled line, what a next study may show, and the same studies by other methods."""
    main = ResultLine(
        f"Pooled, {pooled.k} studies",
        figures(pooled.estimate, pooled.low, pooled.high, unit),
        pooled.method,
        is_main=True,
    )
    ahead = []
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        found = span(pooled.prediction_low, pooled.prediction_high, unit)
        ahead = [ResultLine("Prediction interval (95%)", found, AHEAD)]
    others = [
        ResultLine(one.name, figures(one.estimate, one.low, one.high, unit), one.method)
        for one in pooled.sensitivity
    ]
    return [main, *ahead, *others]


def _heterogeneity(pooled: Pooled) -> str:
    """How much the studies differ, in one sentence."""
    p = "p < 0.001" if pooled.p < 0.001 else f"p = {pooled.p:.3f}"
    return (
        f"Q = {pooled.q:.2f} with {pooled.df} degree{'' if pooled.df == 1 else 's'} of freedom "
        f"({p}); I² = {pooled.i2:.0f}%; H² = {pooled.h2:.2f}; τ² = {pooled.tau2:.3f} "
        f"({pooled.tau2_estimator}, {pooled.scale} scale)."
    )
