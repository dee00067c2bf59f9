"""Strict filters: one FilterSet serves the page, the API and the download.

django-filter by itself ignores a misspelt parameter and, on a hand-written page, returns all rows
for an invalid value. A clinician would read unfiltered rows as filtered ones, so here both are
problems with a sentence, and a FilterSet with a problem has no rows.

How parameters are read, at every door:

* A facet takes one value, several separated by commas, or the parameter several times; any of them
  may match. Different parameters must all match.
* An empty value (`status=`) is what an HTML form sends for "any": it filters nothing.
* Values of closed lists are compared without regard to case.
* A parameter that takes one value and is given twice is refused.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django_filters import Filter, FilterSet
from django_filters.constants import EMPTY_VALUES

from osteodb.core.errors import InvalidInput
from osteodb.core.filter_fields import OneField, TermsField
from osteodb.core.filter_values import did_you_mean, listed, one_of

LONGEST_VALUE = 400


@dataclass(frozen=True, slots=True)
class FilterProblem:
    """What is wrong with one parameter, in a sentence, and what would have been right."""

    parameter: str
    message: str
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AppliedFilter:
    """One filter in force: its parameter, its label for people, and its values in words."""

    parameter: str
    label: str
    values: tuple[str, ...]


class InvalidFilters(InvalidInput):
    """The question asked of a list cannot be understood; nothing was filtered."""

    def __init__(self, problems: Sequence[FilterProblem]) -> None:
        super().__init__(
            "The filters of this address cannot be applied, so no rows are shown.",
            [problem.message for problem in problems],
        )
        self.filter_problems = tuple(problems)


# --- The kinds of filters -----------------------------------------------------------------------


class StrictFilter(Filter):  # type: ignore[misc]
    """A filter with a sentence that says what it does and the schema of its values."""

    many = False
    has_default = False  # whether it has its say without a value too
    choices: tuple[tuple[str, str], ...] = ()

    def __init__(self, *, help_text: str, label: str = "", **kwargs: Any) -> None:
        super().__init__(label=label or help_text, help_text=help_text, **kwargs)
        self.help_text = help_text

    def __deepcopy__(self, memo: dict[int, Any]) -> StrictFilter:
        """A copy of its own for each request; what it was declared with is shared."""
        return copy.copy(self)

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the parameter, for the OpenAPI document."""
        item: dict[str, Any] = {"type": "string"}
        if self.choices:
            item["enum"] = [value for value, _ in self.choices]
        return {"type": "array", "items": item} if self.many else item

    def words(self, value: Any, written: Sequence[str]) -> tuple[str, ...]:
        """The values in words, for a page that says what is filtered."""
        labels = dict(self.choices)
        return tuple(labels[item] for item in value) if self.choices else tuple(written)


class TermsFilter(StrictFilter):
    """Any of several words, each resolved by `resolve`; `where` turns what they mean into SQL."""

    many = True
    field_class = TermsField

    def __init__(
        self,
        *,
        resolve: Callable[[str], Any],
        where: Callable[[list[Any]], Q],
        split: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(resolve=resolve, split=split, **kwargs)
        self.where = where

    def filter(self, qs: QuerySet[Any], value: list[Any] | None) -> QuerySet[Any]:
        return qs.filter(self.where(value)) if value else qs


class ChoicesFilter(TermsFilter):
    """Any of a closed list. Without `where`, the column `field_name` has to hold one of them."""

    def __init__(
        self,
        choices: Iterable[tuple[Any, Any]],
        *,
        field_name: str = "",
        lookup: str = "in",
        where: Callable[[list[str]], Q] | None = None,
        **kwargs: Any,
    ) -> None:
        pairs = tuple((str(value), str(label)) for value, label in choices)
        column = f"{field_name}__{lookup}"
        super().__init__(
            resolve=one_of(pairs),
            where=where or (lambda values: Q(**{column: values})),
            field_name=field_name,
            **kwargs,
        )
        self.choices = pairs


class TernaryFilter(ChoicesFilter):
    """true, false, or unknown where no source says so."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        states: dict[str, bool | None] = {"true": True, "false": False, "unknown": None}

        def where(values: list[str]) -> Q:
            condition = Q()
            for value in values:
                condition |= Q(**{field_name: states[value]})
            return condition

        labels = [("true", "yes"), ("false", "no"), ("unknown", "not reported")]
        super().__init__(labels, field_name=field_name, where=where, **kwargs)


class YesNoFilter(ChoicesFilter):
    """true or false, for what is always known; `where` is the condition of "true"."""

    def __init__(self, condition: Q, **kwargs: Any) -> None:
        def where(values: list[str]) -> Q:
            if len(set(values)) > 1:
                return Q()
            return condition if values[0] == "true" else ~condition

        super().__init__([("true", "yes"), ("false", "no")], where=where, **kwargs)


class WordsFilter(TermsFilter):
    """Any of several texts, compared as a part of the column without regard to case.

    Not split at commas: names of sponsors and titles hold commas themselves.
    """

    def __init__(self, field_name: str, *, lookup: str = "icontains", **kwargs: Any) -> None:
        def where(values: list[str]) -> Q:
            condition = Q()
            for value in values:
                condition |= Q(**{f"{field_name}__{lookup}": value})
            return condition

        super().__init__(resolve=str, where=where, split=False, field_name=field_name, **kwargs)


class ValueFilter(StrictFilter):
    """One value, read by `read`; `where` turns it into SQL."""

    field_class = OneField

    def __init__(
        self,
        *,
        read: Callable[[str], Any],
        where: Callable[[Any], Q],
        schema: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(read=read, **kwargs)
        self.where, self._schema = where, schema or {"type": "string"}

    def schema(self) -> dict[str, Any]:
        return self._schema

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.filter(self.where(value)) if value not in EMPTY_VALUES else qs


class OrderingFilter(StrictFilter):
    """Order by a closed list of names; a minus in front turns one round.

    What is not known comes last in both directions, and ties are broken by the row's id, so that no
    row is seen twice or missed while paging.
    """

    many = True
    has_default = True
    field_class = TermsField

    def __init__(self, columns: dict[str, str], *, default: str) -> None:
        names = [*columns, *(f"-{name}" for name in columns)]
        choices = tuple((name, name) for name in names)
        super().__init__(
            resolve=one_of(choices),
            label="order",
            help_text=f"Order of the rows; a minus in front turns it round. Default: {default}.",
        )
        self.columns, self.choices, self.default = columns, choices, default

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        terms = []
        for name in value or self.default.split(","):
            column = F(self.columns[name.lstrip("-")])
            descending = name.startswith("-")
            terms.append(
                column.desc(nulls_last=True) if descending else column.asc(nulls_last=True)
            )
        return qs.order_by(*terms, "pk")


# --- The set ------------------------------------------------------------------------------------


class StrictFilterSet(FilterSet):  # type: ignore[misc]
    """A FilterSet that refuses what it does not understand.

    `reserved` are the door's own parameters (page, format …). `problems` says what is wrong; `qs`
    has no rows then. `checked()` raises instead, for doors that answer with an error. `now` is when
    the question is asked, for filters whose answer changes with the days.
    """

    def __init__(
        self,
        data: QueryDict | dict[str, Any] | None = None,
        queryset: QuerySet[Any] | None = None,
        *,
        request: Any = None,
        prefix: str | None = None,
        reserved: Iterable[str] = (),
        now: dt.datetime | None = None,
    ) -> None:
        bound = QueryDict() if data is None else data
        super().__init__(bound, queryset, request=request, prefix=prefix)
        self.is_bound = True  # an address without parameters is a question too
        self.reserved = frozenset(reserved)
        self.now = now or timezone.now()

    def get_form_class(self) -> type[forms.Form]:
        """A form of the parameters that were given; the others have nothing to be checked."""
        fields = {
            name: each.field
            for name, each in self.filters.items()
            if name in self.data or each.has_default
        }
        return type(f"{type(self).__name__}Form", (forms.Form,), fields)

    @property
    def problems(self) -> list[FilterProblem]:
        """Everything wrong with the address, each parameter with its own sentence."""
        if not hasattr(self, "_problems"):
            self._problems = self._shape_problems() or self._value_problems()
        return self._problems

    def _values(self, name: str) -> list[str]:
        values = self.data.getlist(name) if hasattr(self.data, "getlist") else self.data[name]
        return [values] if isinstance(values, str) else [str(value) for value in values]

    def _shape_problems(self) -> list[FilterProblem]:
        """Unknown names, values no text column can hold, single values given twice."""
        allowed = tuple(sorted({*self.filters, *self.reserved}))
        problems = []
        for name in self.data:
            values = self._values(name)
            if name not in allowed:
                message = (
                    f"There is no parameter {name[:80]!r} here.{did_you_mean(name, allowed)}"
                    f" Known parameters: {listed(allowed)}."
                )
                problems.append(FilterProblem(name[:80], message, allowed))
            elif any("\x00" in value or len(value) > LONGEST_VALUE for value in values):
                message = f"A value may have {LONGEST_VALUE} characters and no null character."
                problems.append(FilterProblem(name, message))
            elif len(values) > 1 and name in self.filters and not self.filters[name].many:
                problems.append(FilterProblem(name, "This parameter takes one value only."))
        return problems

    def _value_problems(self) -> list[FilterProblem]:
        problems = []
        for name, errors in self.form.errors.as_data().items():
            for error in errors:
                allowed = tuple((error.params or {}).get("allowed", ()))
                problems.append(FilterProblem(name, str(error.messages[0]), allowed))
        return problems

    @property
    def qs(self) -> QuerySet[Any]:
        """The filtered rows; none where anything is wrong."""
        rows: QuerySet[Any] = self.queryset.none() if self.problems else super().qs
        return rows

    def checked(self) -> QuerySet[Any]:
        """The filtered rows. Raises InvalidFilters where anything is wrong."""
        if self.problems:
            raise InvalidFilters(self.problems)
        return self.qs

    def without(self, *names: str) -> QuerySet[Any]:
        """The rows with every filter but these: what counts beside a facet's values are made of."""
        queryset: QuerySet[Any] = self.queryset.all()
        if self.problems:
            return queryset.none()
        for name, value in self.form.cleaned_data.items():
            if name not in names:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @property
    def applied(self) -> list[AppliedFilter]:
        """The filters in force, in words, so that every list can say what it leaves out."""
        if self.problems:
            return []
        return [
            AppliedFilter(
                name, str(filter_.label or name), filter_.words(value, self._values(name))
            )
            for name, filter_ in self.filters.items()
            if name != "ordering"
            and (value := self.form.cleaned_data.get(name)) not in EMPTY_VALUES
        ]
