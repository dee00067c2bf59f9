"""The OpenAPI document, made from the resources' own shapes and filters: it cannot drift."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiYamlRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from osteodb.core.api.auth import KeyedView
from osteodb.core.api.errors import ErrorAnswerShape
from osteodb.core.api.operations import REFUSALS, SCHEME, SECURITY_SCHEMES, Operation
from osteodb.core.api.pages import DEFAULT_SIZE, LARGEST_SIZE
from osteodb.core.api.questions import Question
from osteodb.core.api.renderers import OrjsonRenderer
from osteodb.core.api.shapes import Schema, page_of, schema_of
from osteodb.core.api.views import Conditional, Resource
from osteodb.core.filters import StrictFilterSet

COMPONENTS: dict[str, Schema] = {}
JSON, CSV = "application/json", "text/csv"


def _parameter(name: str, place: str, description: str, schema: Schema) -> Schema:
    parameter: Schema = {"name": name, "in": place, "description": description, "schema": schema}
    if place == "path":
        parameter["required"] = True
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _filter_parameters(filterset: type[StrictFilterSet]) -> list[Schema]:
    """The FilterSet's own filters, and the door's paging and format."""
    filters = [
        _parameter(name, "query", each.help_text, each.schema())
        for name, each in filterset.base_filters.items()
    ]
    size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}
    formats = {"type": "string", "enum": ["json", "csv"], "default": "json"}
    return [
        *filters,
        _parameter("page", "query", "Page, from 1.", {"type": "integer", "minimum": 1}),
        _parameter("page_size", "query", f"Rows per page, at most {LARGEST_SIZE}.", size),
        _parameter("format", "query", "csv: all rows that match, as one table.", formats),
    ]


def _error(description: str) -> Schema:
    content = {JSON: {"schema": schema_of(ErrorAnswerShape, COMPONENTS)}}
    return {"description": description, "content": content}


def _responses(success: Schema, *, is_list: bool) -> Schema:
    content: Schema = {JSON: {"schema": success}}
    if is_list:
        content[CSV] = {"schema": {"type": "string"}}
    etag = {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}
    answers: Schema = {
        "200": {"description": "Found.", "headers": {"ETag": etag}, "content": content},
        "304": {"description": "Not changed since the answer with that ETag."},
        "400": _error("A parameter is unknown or its value is; each is named."),
        "404": _error("There is no such page." if is_list else "There is no such thing."),
        "406": _error("No format that was asked for can be given."),
    }
    if not is_list:
        answers["301"] = _error("It was merged into another, whose address is in Location.")
        answers["409"] = _error("The name may mean several things, listed as candidates.")
    return answers


def _in_lines(docstring: str | None) -> str:
    """A docstring as the text of a description."""
    return "\n".join(line.removeprefix("    ") for line in (docstring or "").splitlines())


def _question(view: Question) -> Schema:
    """The operation of a question: its parameters, and its answer."""
    parameters = [
        _parameter(name, "query", description, schema)
        | ({"required": True} if name in view.required else {})
        for name, description, schema in view.parameters()
    ]
    answers = _responses(schema_of(view.answer_shape, COMPONENTS), is_list=False)
    return {
        "operationId": view.operation or f"ask_{view.name.replace(' ', '_')}",
        "summary": view.name.capitalize(),
        "description": _in_lines(type(view).__doc__),
        "tags": [view.tag],
        "parameters": parameters,
        "security": [{}],
        "responses": {code: answers[code] for code in ("200", "304", "400", "406")},
    }


def _operation(view: KeyedView, one: Operation) -> Schema:
    """One method of an endpoint that takes a key."""
    COMPONENTS.update(view.schemas)
    etag = {"description": "Of this state of the version.", "schema": {"type": "string"}}
    shape = page_of(one.answer, COMPONENTS) if one.is_list else schema_of(one.answer, COMPONENTS)
    success: Schema = {"description": "Done.", "content": {JSON: {"schema": shape}}}
    if one.has_etag:
        success["headers"] = {"ETag": etag}
    answers = {one.status: success} | {code: _error(REFUSALS[code]) for code in one.refusals}
    made: Schema = {
        "operationId": one.name,
        "summary": one.summary,
        "description": _in_lines(type(view).__doc__),
        "tags": [one.tag],
        "parameters": _keyed_parameters(one),
        "security": [{SCHEME: []}],
        "responses": answers,
    }
    if one.body is not None:
        made["requestBody"] = {"content": {JSON: {"schema": one.body}}, "required": True}
    return made


def _keyed_parameters(one: Operation) -> list[Schema]:
    text: Schema = {"type": "string", "minLength": 1}
    found = [_parameter("key", "path", one.key_help, text)] if one.key_help else []
    if one.if_match:
        words = "The ETag of the version as it was read."
        matches = _parameter("If-Match", "header", words, {"type": "string"})
        found.append(matches | {"required": one.if_match == "required"})
    return found + (_filter_parameters(one.filters)[:-1] if one.is_list else [])


class ResourceSchema(AutoSchema):
    """Describes a Resource by its own attributes instead of by guessing from serializers."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> Schema | None:
        view = self.view
        if isinstance(view, Question) and method == "GET":
            return _question(view)
        if isinstance(view, KeyedView):
            known = view.operations.get(method)
            return _operation(view, known) if known else None
        if not isinstance(view, Resource) or method != "GET":
            return None
        is_list = view.action == "list"
        name = view.plural if is_list else view.singular
        parameters = (
            _filter_parameters(view.filterset_class) if is_list else [self._path_parameter(view)]
        )
        success = (
            page_of(view.row_shape, COMPONENTS)
            if is_list
            else schema_of(view.detail_shape, COMPONENTS)
        )
        return {
            "operationId": f"{'list' if is_list else 'get'}_{name.replace(' ', '_')}",
            "summary": f"{'List of' if is_list else 'One'} {name}",
            "description": _in_lines(type(view).__doc__),
            "tags": [view.plural],
            "parameters": parameters,
            "security": [{}],
            "responses": _responses(success, is_list=is_list),
        }

    def _path_parameter(self, view: Resource) -> Schema:
        schema = {"type": "string", "minLength": 1}
        return _parameter(view.lookup_url_kwarg, "path", view.key_help, schema)


def add_components(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Post-processing hook: put in the shapes that the operations refer to."""
    components = result.setdefault("components", {})
    components["schemas"] = dict(sorted(COMPONENTS.items()))
    components["securitySchemes"] = SECURITY_SCHEMES
    return result


@cache
def document() -> Schema:
    """The whole document. It does not change while the process runs."""
    generator: Any = SchemaGenerator
    made: Schema = generator().get_schema(request=None, public=True)
    return made


class SchemaView(Conditional, APIView):
    """The OpenAPI document of this API."""

    schema = None
    renderer_classes = [OrjsonRenderer, OpenApiYamlRenderer]

    def get(self, request: Request) -> Response:
        """The document as JSON, or as YAML with `?format=yaml`."""
        return Response(document())
