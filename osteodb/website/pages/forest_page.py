"""Forest plots of chosen numbers: every group that is alike, also of one study alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.http import Http404, QueryDict

from evidence.models import Endpoint
from evidence.synthesis.asking import Question, question
from evidence.synthesis.numbers import LeftOut, Synthesis
from evidence.synthesis.plots import Plot, plots_of, read_benchmarks
from evidence.synthesis.reading import Reading
from osteodb.core.filters import FilterProblem, InvalidFilters
from osteodb.website.pages.base import Crumb, Head, api_url, with_query
from osteodb.website.pages.facets import Facet, facets, pieces
from osteodb.website.pages.forest import forest_picture
from osteodb.website.pages.lists import (
    Chip,
    ListSpec,
    Problem,
    TextInput,
    chips_of,
    page_url,
    problems_of,
    texts_of,
)
from osteodb.website.pages.synthesis import (
    FACETS,
    GroupView,
    Row,
    group_views,
    hidden,
    kinds,
    left_out_row,
    window_input,
)
from osteodb.website.pictures.picture import Picture

TITLE = "Forest plots"
LEDE = (
    "Numbers that are alike on one axis, each as printed: same endpoint, estimator, time, disease "
    "and setting. A diamond stands only where they may be pooled."
)
PER_PAGE = 8
RESERVED = ("page",)
SPEC = ListSpec(
    noun="plot",
    title=TITLE,
    section="evidence",
    resource="synthesis",
    lede=LEDE,
    texts=(("search", "Words"),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestPage:
    """The plots a reader asked for. With `problems` there are none."""

    head: Head
    kinds: list[tuple[str, str, bool]]
    problems: list[Problem] = field(default_factory=list)
    groups: list[GroupView] = field(default_factory=list)
    left_out: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    count: int = 0
    number: int = 1
    pages: int = 1
    previous_url: str = ""
    next_url: str = ""
    facets: list[Facet] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    texts: list[TextInput] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    synthesis_url: str = ""
    title: str = TITLE
    lede: str = LEDE

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200


def forest_page(query: QueryDict) -> ForestPage:
    """The plots that the address asks for. Raises Http404 for a page after the last."""
    asked = question(query, reserved=RESERVED)
    number, wrong = _page_number(query)
    if asked.problems or wrong:
        problems = problems_of([*asked.problems, *wrong], asked.filterset, query)
        own = kinds(query, asked.kind)
        return ForestPage(head=_head(QueryDict()), kinds=own, problems=problems)
    reading = asked.answer()
    paginator = Paginator(_in_order(plots_of(reading.synthesis)), PER_PAGE)
    if number > paginator.num_pages:
        raise Http404(f"The last page of these plots is {paginator.num_pages}.")
    plots = list(paginator.page(number).object_list)
    offered = facets(FACETS[asked.kind], asked.filterset, query)
    return ForestPage(
        head=_head(query),
        kinds=kinds(query, asked.kind),
        groups=group_views(reading, plots, query),
        left_out=[left_out_row(one, reading.rows) for one in _in_no_plot(reading.synthesis)],
        missing=_missing(query, reading),
        count=paginator.count,
        number=number,
        pages=paginator.num_pages,
        previous_url=page_url(query, number - 1) if number > 1 else "",
        next_url=page_url(query, number + 1) if number < paginator.num_pages else "",
        facets=offered,
        chips=chips_of(SPEC, asked.filterset, query, offered),
        texts=[*texts_of(SPEC, asked.filterset, query), window_input(asked)],
        hidden=hidden(query),
        synthesis_url=with_query("/synthesis/", _without_page(query)),
    )


def _in_order(plots: Iterable[Plot]) -> list[Plot]:
    """Pooled ones first, then those of most numbers, then by endpoint."""
    return sorted(
        plots,
        key=lambda plot: (
            plot.group.pooled is None,
            -len(plot.numbers),
            Endpoint.values.index(plot.group.alike.endpoint),
            plot.group.alike,
        ),
    )


def forest_file(query: QueryDict) -> Picture:
    """The one plot that a query names by its group. Raises InvalidFilters, Http404."""
    asked: Question = question(query, reserved=("group",))
    reading = asked.answer()
    plots = plots_of(reading.synthesis)
    return forest_picture(_named(plots, query), reading.rows, read_benchmarks(), query)


def _named(plots: Iterable[Plot], query: QueryDict) -> Plot:
    """The plot of the key `group`; the only one needs no name."""
    by_key = {plot.key: plot for plot in plots}
    key = query.get("group", "")
    if not by_key:
        raise Http404("There is no number here that a forest plot may show.")
    if not key and len(by_key) == 1:
        return next(iter(by_key.values()))
    if not key:
        message = f"Several groups are alike here; name one of: {', '.join(by_key)}."
        raise InvalidFilters([FilterProblem("group", message, tuple(by_key))])
    if key not in by_key:
        raise Http404(f"There is no group {key[:80]!r} among these numbers.")
    return by_key[key]


def _in_no_plot(found: Synthesis) -> list[LeftOut]:
    """Numbers that no plot tells of."""
    told = {one.pk for plot in plots_of(found) for one in plot.numbers}
    return [out for out in found.left_out if out.number.pk not in told]


def _missing(query: QueryDict, reading: Reading) -> list[str]:
    """Numbers that were chosen by id and are not here, or fit no other filter of the address."""
    chosen = [*pieces(query, "measurement"), *pieces(query, "comparison")]
    return [one for one in chosen if int(one) not in reading.rows]


def _head(query: QueryDict) -> Head:
    return Head(
        title=TITLE,
        section="evidence",
        description=LEDE,
        crumbs=(
            Crumb("Evidence", "/evidence/"),
            Crumb("Synthesis", "/synthesis/"),
        ),
        json_url=with_query(api_url("synthesis"), _without_page(query)),
    )


def _without_page(query: QueryDict) -> QueryDict:
    own = query.copy()
    own.pop("page", None)
    return own


def _page_number(query: QueryDict) -> tuple[int, list[FilterProblem]]:
    values = [value for value in query.getlist("page") if value]
    if not values:
        return 1, []
    text = values[0]
    if len(values) == 1 and text.isascii() and text.isdigit() and 0 < int(text[:7]) < 10**6:
        return int(text), []
    return 1, [FilterProblem("page", f"{text[:40]!r} is not one page: give 1, 2, 3 …")]
