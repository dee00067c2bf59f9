"""What every list page has: the rows that were asked for, what is filtered, and ways onwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, QueryDict

from osteodb.core.filters import FilterProblem, StrictFilterSet
from osteodb.website.pages.base import Crumb, Head
from osteodb.website.pages.facets import Facet, FacetSpec, facets, replaced, written_values
from osteodb.website.pages.list_head import list_head, refused_head
from osteodb.website.words import counted

PER_PAGE = 25
RESERVED = ("page",)


@dataclass(frozen=True, slots=True)
class Chip:
    """One value that is filtered for, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Sort:
    """One order of the rows."""

    label: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Header:
    """A column by which the rows can be sorted: where its link leads, and how it sorts now.

    `direction` is "ascending", "descending", or empty where the rows are sorted by another one.
    """

    url: str
    direction: str

    @property
    def arrow(self) -> str:
        """The direction as a symbol."""
        return {"ascending": "▲", "descending": "▼"}.get(self.direction, "↕")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a parameter, and the addresses that would be right."""

    parameter: str
    message: str
    allowed: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TextInput:
    """A free field of the filter form."""

    parameter: str
    label: str
    value: str
    hint: str


@dataclass(frozen=True, slots=True)
class Range:
    """A pair of free fields: from, and to."""

    label: str
    begin: TextInput
    end: TextInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """What is particular to one list.

    `defaults` says what the page takes for asked where the address does not say; such parameters
    are `told_in_words` by the page's own template, not as chips. `feed` is the list's Atom feed.
    `path` is the page's address where that is not its resource's name. `is_cited`: whether the page
    itself is a list to cite, not another view of one.
    `headers` names the orders of sortable columns; a minus says that a column first sorts
    downwards. `ranges` are pairs of parameters that say from where and up to where.
    """

    noun: str
    title: str
    section: str
    resource: str
    lede: str
    facets: Sequence[FacetSpec] = ()
    sorts: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    texts: Sequence[tuple[str, str]] = ()
    ranges: Sequence[tuple[str, str, str]] = ()
    range_hint: str = ""
    crumbs: tuple[Crumb, ...] = ()
    per_page: int = PER_PAGE
    defaults: Callable[[QueryDict], Mapping[str, str]] = lambda query: {}
    told_in_words: tuple[str, ...] = ()
    feed: str = ""
    path: str = ""
    is_cited: bool = True

    @property
    def address(self) -> str:
        """The page's address from the root."""
        return self.path or f"/{self.resource}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list as a reader asked for it. With `problems` there are no rows."""

    spec: ListSpec
    head: Head
    problems: list[Problem] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    count: int = 0
    first: int = 0
    last: int = 0
    number: int = 1
    pages: int = 1
    facets: list[Facet] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    sorts: list[Sort] = field(default_factory=list)
    headers: dict[str, Header] = field(default_factory=dict)
    texts: list[TextInput] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    previous_url: str = ""
    next_url: str = ""

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200

    @property
    def count_words(self) -> str:
        """ "12 trials", "no trials"."""
        return counted(self.count, self.spec.noun)


def list_page(
    spec: ListSpec, filterset_class: type[StrictFilterSet], rows: QuerySet[Any], query: QueryDict
) -> ListPage:
    """Apply the address to the rows. Raises Http404 for a page after the last."""
    asked = with_defaults(spec, query)
    filterset = filterset_class(asked, rows, reserved=RESERVED)
    problems = [*filterset.problems, *_page_problems(query)]
    if problems:
        return ListPage(
            spec=spec,
            head=refused_head(spec),
            problems=problems_of(problems, filterset, query),
        )
    paginator = Paginator(filterset.qs, spec.per_page)
    number = int(query.get("page") or 1)
    if number > paginator.num_pages:
        raise Http404(f"This list has {counted(paginator.num_pages, 'page')}.")
    page = paginator.page(number)
    offered = facets(spec.facets, filterset, query)
    return ListPage(
        spec=spec,
        head=list_head(spec, filterset, query, asked, count=paginator.count, number=number),
        rows=list(page.object_list),
        count=paginator.count,
        first=page.start_index(),
        last=page.end_index(),
        number=number,
        pages=paginator.num_pages,
        facets=offered,
        chips=chips_of(spec, filterset, query, offered),
        sorts=_sorts(spec, query),
        headers=_headers(spec, query),
        texts=texts_of(spec, filterset, query),
        ranges=_ranges(spec, filterset, query),
        hidden=hidden_of(spec, query),
        previous_url=page_url(query, number - 1) if page.has_previous() else "",
        next_url=page_url(query, number + 1) if page.has_next() else "",
    )


def with_defaults(spec: ListSpec, query: QueryDict) -> QueryDict:
    """The query with this page's own order and defaults where the address does not say."""
    asked = query.copy()
    if spec.sorts and not any(query.getlist("ordering")):
        asked["ordering"] = spec.sorts[0][0]
    for name, value in spec.defaults(query).items():
        asked[name] = value
    return asked


def problems_of(
    problems: Iterable[FilterProblem], filterset: StrictFilterSet, query: QueryDict
) -> list[Problem]:
    """Problems for a page: allowed values become links instead of a part of the sentence."""
    return [_problem(one, filterset, query) for one in problems]


def _problem(problem: FilterProblem, filterset: StrictFilterSet, query: QueryDict) -> Problem:
    """Allowed values as links, called by their names, instead of a part of the sentence."""
    values = problem.allowed if problem.parameter in filterset.filters else ()
    listed = f"one of: {', '.join(values)}."
    sentence = problem.message.replace(listed, "one of these:") if values else problem.message
    names = dict(filterset.filters[problem.parameter].choices) if values else {}
    allowed = [
        (names.get(value, value), replaced(query, problem.parameter, [value])) for value in values
    ]
    return Problem(problem.parameter, sentence, allowed)


def _page_problems(query: QueryDict) -> list[FilterProblem]:
    text = query.get("page")
    if not text or (text.isascii() and text.isdigit() and 0 < int(text) < 10**6):
        return []
    return [FilterProblem("page", f"{text[:40]!r} is not the number of a page: give 1, 2, 3 …")]


def page_url(query: QueryDict, number: int) -> str:
    """The address of another page of the same rows."""
    changed = query.copy()
    changed["page"] = str(number)
    return f"?{changed.urlencode(safe=',')}"


def chips_of(
    spec: ListSpec, filterset: StrictFilterSet, query: QueryDict, offered: Iterable[Facet] = ()
) -> list[Chip]:
    """One chip for each value that can be told apart in the address, else one for the parameter.

    A value is called as the `offered` facets call it, else as its closed list does, else by its own
    words.
    """
    chips = []
    names = {facet.key: facet.names for facet in offered}
    for applied in filterset.applied:
        if applied.parameter in spec.told_in_words:
            continue
        given = written_values(filterset, applied.parameter, query)
        named = applied.values if filterset.filters[applied.parameter].choices else given
        if not given:
            whole = ", ".join(query.getlist(applied.parameter))
            chips.append(Chip(f"{applied.label}: {whole}", replaced(query, applied.parameter, [])))
        labels = _labels(filterset, applied.parameter)
        for value, words in zip(given, named, strict=True):
            rest = [one for one in given if one != value]
            url = replaced(query, applied.parameter, rest)
            called = names.get(applied.parameter, {}).get(value) or labels.get(
                value.casefold(), words
            )
            chips.append(Chip(f"{applied.label}: {called}", url))
    return chips


def _labels(filterset: StrictFilterSet, parameter: str) -> dict[str, str]:
    """What the values of a closed list are called, by the value in small letters."""
    choices = filterset.filters[parameter].choices or ()
    return {str(value).casefold(): str(label) for value, label in choices}


def _sorts(spec: ListSpec, query: QueryDict) -> list[Sort]:
    current = _current_order(spec, query)
    return [
        Sort(label, replaced(query, "ordering", [value]), value == current)
        for value, label in spec.sorts
    ]


def _current_order(spec: ListSpec, query: QueryDict) -> str:
    given = next(filter(None, query.getlist("ordering")), "")
    return given or (spec.sorts[0][0] if spec.sorts else "")


def _headers(spec: ListSpec, query: QueryDict) -> dict[str, Header]:
    """Each sortable column; the link of the one in force turns it round."""
    current = _current_order(spec, query).split(",")[0].strip().casefold()
    headers = {}
    for name, first in spec.headers.items():
        column = first.lstrip("-")
        direction = {column: "ascending", f"-{column}": "descending"}.get(current, "")
        turned = {"ascending": f"-{column}", "descending": column}.get(direction, first)
        headers[name] = Header(replaced(query, "ordering", [turned]), direction)
    return headers


def texts_of(spec: ListSpec, filterset: StrictFilterSet, query: QueryDict) -> list[TextInput]:
    """The free fields of the filter form, with what they hold."""
    return [_text(name, label, filterset, query) for name, label in spec.texts]


def _text(name: str, label: str, filterset: StrictFilterSet, query: QueryDict) -> TextInput:
    return TextInput(name, label, query.get(name, ""), filterset.filters[name].help_text)


def _ranges(spec: ListSpec, filterset: StrictFilterSet, query: QueryDict) -> list[Range]:
    return [
        Range(
            label,
            _text(begin, f"{label}: from", filterset, query),
            _text(end, f"{label}: to", filterset, query),
        )
        for label, begin, end in spec.ranges
    ]


def hidden_of(spec: ListSpec, query: QueryDict) -> list[tuple[str, str]]:
    """What the form has to carry along: everything but its own fields and the page."""
    own = {name for name, _ in spec.texts} | {"page"}
    own |= {name for _, *pair in spec.ranges for name in pair}
    return [
        (name, value) for name in query if name not in own for value in query.getlist(name) if value
    ]
