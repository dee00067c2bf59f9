"""The endpoints at which curators' programs write: drafts, and their way through review.

Doors to `evidence.services`: the rules, the refusals and the audit log are those of the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from evidence import services
from evidence.api.draft_json import read_draft, read_shape
from evidence.api.draft_rows import (
    DraftCheckShape,
    DraftDetailShape,
    DraftRowShape,
    check,
    draft_detail,
    draft_row,
    draft_rows,
    etag_of,
)
from evidence.api.draft_specs import DRAFT, Form, draft_schema
from evidence.corpus.specs import Text
from evidence.drafts import Draft
from evidence.filters_drafts import DraftFilterSet
from evidence.models import EvidenceItem, EvidenceVersion
from osteodb.core.api.auth import KeyedView, Scopes, who_and_when
from osteodb.core.api.bodies import compare_etag, expected_etag, json_body
from osteodb.core.api.errors import InvalidBody, NotFound
from osteodb.core.api.operations import READ, WRITE, Operation
from osteodb.core.api.pages import page_of_rows
from osteodb.core.api.views import LIST_DOOR, site_of
from osteodb.core.errors import InvalidInput
from osteodb.core.models import TokenScope
from osteodb.core.review import OPEN, ReviewState

TAG = "curation"
KEY_HELP = "Public id of the statement, such as OST-E000001."
READERS: Scopes = (TokenScope.READ_DRAFTS,)
WRITERS: Scopes = (TokenScope.WRITE_DRAFTS,)
REVIEWERS: Scopes = (TokenScope.REVIEW,)
EITHER: Scopes = (TokenScope.READ_DRAFTS, TokenScope.WRITE_DRAFTS)
CONTENT = {"$ref": "#/components/schemas/Draft"}
SCHEMAS = {"Draft": draft_schema(DRAFT)}  # by name, for the API's document


class Drafts(KeyedView):
    """Versions that are being written or wait for review; and the beginning of new ones."""

    scopes = {"GET": READERS, "POST": WRITERS}
    schemas = SCHEMAS
    parameters = (*DraftFilterSet.base_filters, *LIST_DOOR)
    operations = {
        "GET": Operation(
            "list_drafts",
            "List of drafts",
            DraftRowShape,
            TAG,
            is_list=True,
            filters=DraftFilterSet,
            refusals=(*READ, "404"),
        ),
        "POST": Operation(
            "create_draft",
            "Write the draft of a new statement, or begin the next version of one",
            DraftDetailShape,
            TAG,
            status="201",
            has_etag=True,
            refusals=WRITE,
            body={
                "type": "object",
                "description": "A draft; with `item`, the next version of that statement. `item` "
                "alone copies what is published.",
                "properties": {
                    "item": {"type": "string", "description": KEY_HELP},
                    **draft_schema(DRAFT)["properties"],
                },
                "additionalProperties": False,
            },
        ),
    }

    def get(self, request: Request) -> Response:
        """The open versions that match all filters, page by page."""
        queryset = EvidenceVersion.objects.filter(state__in=OPEN)
        filterset = DraftFilterSet(request.query_params, queryset, reserved=LIST_DOOR)
        page = page_of_rows(request, filterset.checked())
        return Response(
            {
                "count": page.count,
                "next": page.next,
                "previous": page.previous,
                "results": draft_rows(page.queryset, site_of(request)),
            }
        )

    def post(self, request: Request) -> Response:
        """The draft of a new statement, or the next version of one."""
        data = json_body(request)
        named = data.pop("item", None)
        who = who_and_when(request)
        item = None if named is None else _item_named(named)
        draft = read_draft(data) if data or item is None else None
        if item is not None:
            version = _saved(draft, services.begin_version, item=item, **who)
        else:
            version = _saved(draft, services.save_draft, **who)
        return _answer(version, request, status=201)


class CheckDraft(KeyedView):
    """What the rules and the arithmetic say of a draft. Nothing is saved."""

    scopes = {"POST": EITHER}
    schemas = SCHEMAS
    operations = {
        "POST": Operation(
            "check_draft", "Check a draft without saving it", DraftCheckShape, TAG,
            body=CONTENT, refusals=(*READ, "415"),
        )
    }  # fmt: skip

    def post(self, request: Request) -> Response:
        """Every broken rule, and every sum that does not come out as printed."""
        return Response(check(read_draft(json_body(request))))


class OneDraft(KeyedView):
    """The open version of a statement: read whole, and replaced whole."""

    scopes = {"GET": READERS, "PUT": WRITERS}
    schemas = SCHEMAS
    operations = {
        "GET": Operation(
            "get_draft", "One draft", DraftDetailShape, TAG,
            has_etag=True, key_help=KEY_HELP, refusals=(*READ, "404"),
        ),
        "PUT": Operation(
            "replace_draft", "Save a draft, whole", DraftDetailShape, TAG,
            has_etag=True, key_help=KEY_HELP, body=CONTENT, if_match="required",
            refusals=(*WRITE, "404", "412", "428"),
        ),
    }  # fmt: skip

    def get(self, request: Request, key: str) -> Response:
        """The draft, with its ETag."""
        return _answer(_open_version(key), request)

    def put(self, request: Request, key: str) -> Response:
        """The draft as it is sent; what it had before stays on record as an earlier saving."""
        version = _open_version(key)
        expected = expected_etag(request, required=True)
        compare_etag(expected, etag_of(version))
        draft = read_draft(json_body(request))
        try:
            who = {"seen": version.updated_at, **who_and_when(request)}
            saved = _saved(draft, services.save_draft, item=version.item, **who)
        except services.MoveNotAllowed:
            compare_etag(expected, etag_of(_latest(version.item)))  # by somebody in between
            raise
        return _answer(saved, request)


class Move(KeyedView):
    """One step of a version through review; the body says why, where a reason is asked for."""

    step: ClassVar[Callable[..., EvidenceVersion]]  # the service that makes the move
    named: ClassVar[str] = ""  # what the sentence is called in the body, and by the service

    def find(self, key: str) -> EvidenceVersion:
        """The version that is moved. Raises NotFound."""
        return _open_version(key)

    def post(self, request: Request, key: str) -> Response:
        """Move it, unless it is another than If-Match says."""
        version = self.find(key)
        expected = expected_etag(request, required=False)
        said = read_shape(Form(fields=_reason(self.named)), json_body(request))
        words = {self.named: said.get(self.named, "")} if self.named else {}
        with transaction.atomic():
            EvidenceItem.objects.select_for_update().get(pk=version.item_id)
            version.refresh_from_db()
            compare_etag(expected, etag_of(version))
            self.step(version=version, **words, **who_and_when(request))
        row = draft_row(version, site_of(request))
        return Response(row, headers={"ETag": row["etag"]})


def _reason(named: str) -> dict[str, Text]:
    return {named: Text(longest=10_000)} if named else {}


def _move(name: str, summary: str, named: str = "") -> dict[str, Operation]:
    properties = {named: {"type": ["string", "null"], "maxLength": 10_000}} if named else {}
    body = {"type": "object", "additionalProperties": False, "properties": properties}
    return {
        "POST": Operation(
            name, summary, DraftRowShape, TAG, has_etag=True, key_help=KEY_HELP, body=body,
            if_match="optional", refusals=(*WRITE, "404", "412", "428"),
        )
    }  # fmt: skip


class SubmitDraft(Move):
    """Ask for a second pair of eyes. Every broken rule is named, and then nothing moves."""

    scopes = {"POST": WRITERS}
    operations = _move("submit_draft", "Submit a draft for review")
    step = staticmethod(services.submit)


class WithdrawDraft(Move):
    """Give up a draft, with a reason; it stays for curators to read."""

    scopes = {"POST": WRITERS}
    named = "reason"
    operations = _move("withdraw_draft", "Give up a draft", "reason")
    step = staticmethod(services.withdraw)


class ReturnDraft(Move):
    """Send a version back to its author, with what is wrong with it."""

    scopes = {"POST": REVIEWERS}
    named = "comment"
    operations = _move("return_draft", "Return a version to its author", "comment")
    step = staticmethod(services.return_to_author)


class PublishDraft(Move):
    """Let readers see a version. Neither its author nor who submitted it can."""

    scopes = {"POST": REVIEWERS}
    named = "comment"
    operations = _move("publish_draft", "Publish a version", "comment")
    step = staticmethod(services.publish)


class RetractEvidence(Move):
    """Withdraw what is published; its page stays, with the reason."""

    scopes = {"POST": REVIEWERS}
    named = "reason"
    operations = _move("retract_evidence", "Retract a published statement", "reason")
    step = staticmethod(services.retract)

    def find(self, key: str) -> EvidenceVersion:
        """The published version; where there is none, the newest says where it stands."""
        item = _item(key)
        published = item.versions.filter(state=ReviewState.PUBLISHED).first()
        return published or _latest(item)


def _item(key: Any) -> EvidenceItem:
    """The statement of this public id. Raises NotFound."""
    found = None
    if isinstance(key, str) and "\x00" not in key:
        found = EvidenceItem.objects.filter(public_id__iexact=key).first()
    if found is None:
        raise NotFound(f"There is no statement {str(key)[:40]!r}.")
    return found


def _item_named(key: Any) -> EvidenceItem:
    """The statement that a body names. Raises InvalidBody."""
    try:
        return _item(key)
    except NotFound as unknown:
        raise InvalidBody([("item", f"item: {unknown}")]) from unknown


def _latest(item: EvidenceItem) -> EvidenceVersion:
    return item.versions.select_related("item").order_by("-number")[:1].get()


def _open_version(key: str) -> EvidenceVersion:
    """The version that is being written or waits for review. Raises NotFound."""
    item = _item(key)
    version = item.versions.select_related("item").filter(state__in=OPEN).first()
    if version is None:
        last = _latest(item)
        raise NotFound(
            f"{item} has no open draft: {last} is {last.state.lower()}. Begin the next version "
            f"by sending its id as “item” to /api/v1/drafts/."
        )
    return version


def _saved(
    draft: Draft | None, save: Callable[..., EvidenceVersion], **given: Any
) -> EvidenceVersion:
    """What was saved; a refusal says where in the draft the broken rules are."""
    try:
        return save(draft=draft, **given)
    except InvalidInput as refusal:
        found = check(draft)["problems"] if draft else []
        if not found:
            raise
        raise InvalidBody([(one["parameter"], one["message"]) for one in found]) from refusal


def _answer(version: EvidenceVersion, request: Request, status: int = 200) -> Response:
    detail = draft_detail(version, site_of(request))
    headers = {"ETag": detail["etag"]}
    if status == 201:
        headers["Location"] = detail["url"]
    return Response(detail, status=status, headers=headers)
