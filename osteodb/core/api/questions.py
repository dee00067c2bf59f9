"""The base of endpoints that answer a question instead of listing rows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from osteodb.core.api.renderers import OrjsonRenderer
from osteodb.core.api.views import DETAIL_DOOR, Conditional, site_of
from osteodb.core.filters import StrictFilterSet


class Question(Conditional, APIView):
    """A read-only answer to the parameters of an address.

    A question says which parameters it takes (`question_class`, of which `required` have to be
    given) and what its answer looks like (`answer_shape`), and implements `answer`.
    """

    renderer_classes = [OrjsonRenderer]
    question_class: ClassVar[type[StrictFilterSet]]
    required: ClassVar[tuple[str, ...]] = ()
    answer_shape: ClassVar[Any]
    name: ClassVar[str]
    tag: ClassVar[str]

    def answer(self, query: QueryDict, site: str) -> Any:
        """The answer in its shape. Raises InvalidFilters for what cannot be understood."""
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        """The answer."""
        return Response(self.answer(request.query_params, site_of(request)))


RESERVED = DETAIL_DOOR
