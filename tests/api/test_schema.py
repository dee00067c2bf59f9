"""The OpenAPI document: valid, complete, and true, which generated requests try out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from osteodb.core.models import TokenScope
from osteodb.core.tokens import create_token
from osteodb.wsgi import application
from tests.api.support import RESOURCES, get
from tests.golden import check
from tests.universe import Universe

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def document() -> dict[str, Any]:
    return dict(get("schema/").json())


def test_the_document_is_valid_and_made_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(path))
    assert path.read_text().startswith("openapi: 3.1.0")


def test_every_resource_and_every_filter_is_in_the_document() -> None:
    paths = document()["paths"]
    for name, resource in RESOURCES.items():
        listed = paths[f"/api/v1/{name}/"]["get"]
        names = {parameter["name"] for parameter in listed["parameters"]}
        assert names == {*resource.filterset_class.base_filters, "page", "page_size", "format"}
        assert all(parameter["description"] for parameter in listed["parameters"])
        assert listed["description"]
        assert f"/api/v1/{name}/{{key}}/" in paths


def test_the_document_is_offered_as_yaml_too() -> None:
    assert get("schema/?format=yaml").content.startswith(b"openapi: 3.1.0")


def test_the_document_is_what_was_agreed() -> None:
    """What the promise of `osteodb/api.py` is held against: read this diff for breaking changes."""
    check("openapi.json", document())


def test_the_documentation_page_asks_only_this_host() -> None:
    page = Client(SERVER_NAME="localhost").get("/api/v1/docs/").content.decode()
    assert "//" not in page.replace("https://", "//").split("<body>")[0].replace("<!doctype", "")
    assert "<script>" not in page
    assert " style=" not in page
    assert "/api/v1/schema/" in page


@pytest.mark.slow
@pytest.mark.usefixtures("_open_connection")
@pytest.mark.parametrize("address", ["{}/", "{}/{{key}}/"], ids=["list", "detail"])
@pytest.mark.parametrize("name", RESOURCES)
def test_generated_requests_are_answered_as_the_document_says(
    name: str, address: str, shared_universe: Universe
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    operation = schema[f"/api/v1/{address.format(name)}"]["GET"]

    @settings(
        max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def try_out(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    try_out()


KEYED = [
    (path, method)
    for path, methods in (
        ("me/", "GET"),
        ("drafts/", "GET POST"),
        ("drafts/check/", "POST"),
        ("drafts/{key}/", "GET PUT"),
        ("drafts/{key}/submit/", "POST"),
        ("drafts/{key}/withdraw/", "POST"),
        ("drafts/{key}/return/", "POST"),
        ("drafts/{key}/publish/", "POST"),
        ("evidence/{key}/retract/", "POST"),
    )
    for method in methods.split()
]


def test_every_operation_that_takes_a_key_says_so_and_no_other() -> None:
    found = document()
    keyed = {
        (path, method.upper())
        for path, operations in found["paths"].items()
        for method, operation in operations.items()
        if operation.get("security") != [{}]
    }
    assert keyed == {(f"/api/v1/{path}", method) for path, method in KEYED}
    assert found["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


@pytest.mark.slow
@pytest.mark.usefixtures("_open_connection")
@pytest.mark.parametrize(("path", "method"), KEYED)
@pytest.mark.parametrize("role", ["curator", "nobody"])
def test_generated_writes_are_answered_as_the_document_says(
    role: str, path: str, method: str, shared_universe: Universe
) -> None:
    """Of a curator, and of somebody without a key."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    operation = schema[f"/api/v1/{path}"][method]
    headers = {}
    if role != "nobody":
        _row, secret = create_token(
            name="s", scopes=TokenScope.values, days=1, by=shared_universe.alice, now=timezone.now()
        )
        headers = {"Authorization": f"Bearer {secret}"}
    draft = shared_universe.versions["draft"].item.public_id

    @settings(
        max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(), known=booleans())
    def try_out(case: Any, known: bool) -> None:
        if known and "key" in case.path_parameters:
            case.path_parameters["key"] = draft
        case.headers = {
            name: value for name, value in (case.headers or {}).items() if name != "Authorization"
        }
        case.call_and_validate(checks=CHECKS, headers=headers)

    try_out()
