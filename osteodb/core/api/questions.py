"""The base of endpoints that answer a question instead of listing rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from osteodb.core.api.renderers import OrjsonRenderer
from osteodb.core.api.views import DETAIL_DOOR, Conditional, site_of
from osteodb.core.filters import FilterProblem, InvalidFilters, StrictFilterSet
from osteodb.core.models import AuditEvent

RESERVED = DETAIL_DOOR


class Parameters(StrictFilterSet):
    """The parameters of a question, understood one by one; there are no rows to filter."""

    def __init__(self, query: QueryDict, *, reserved: Iterable[str] = ()) -> None:
        super().__init__(query, AuditEvent.objects.none(), reserved=reserved)

    def asked(self) -> dict[str, Any]:
        """The values given, each understood. Raises InvalidFilters where anything is wrong."""
        if self.problems:
            raise InvalidFilters(self.problems)
        return {name: value for name, value in self.form.cleaned_data.items() if value is not None}


def demand(given: dict[str, Any], sentences: Iterable[tuple[str, str]]) -> None:
    """Raise InvalidFilters for each parameter that has to be given and is not, in its sentence."""
    missing = [FilterProblem(name, says) for name, says in sentences if name not in given]
    if missing:
        raise InvalidFilters(missing)


class Question(Conditional, APIView):
    """A read-only answer to the parameters of an address.

    A question says which parameters it takes (`question_class`, of which `required` have to be
    given; or `parameters`) and what its answer looks like (`answer_shape`), and implements
    `answer`. `operation` is its name in the API's document, made from `name` where it is empty.
    """

    renderer_classes = [OrjsonRenderer]
    question_class: ClassVar[type[StrictFilterSet]]
    required: ClassVar[tuple[str, ...]] = ()
    answer_shape: ClassVar[Any]
    name: ClassVar[str]
    tag: ClassVar[str]
    operation: ClassVar[str] = ""

    @classmethod
    def parameters(cls) -> list[tuple[str, str, dict[str, Any]]]:
        """Every parameter: its name, what it means, and what its value may be."""
        filters = cls.question_class.base_filters
        return [(name, each.help_text, each.schema()) for name, each in filters.items()]

    def answer(self, query: QueryDict, site: str) -> Any:
        """The answer in its shape. Raises InvalidFilters for what cannot be understood."""
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        """The answer."""
        return Response(self.answer(request.query_params, site_of(request)))
