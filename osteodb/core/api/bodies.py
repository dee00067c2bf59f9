"""What a program sends: a JSON object of bounded size, read without guessing; and If-Match."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.http import parse_etags
from rest_framework import exceptions
from rest_framework.request import Request

from osteodb.core.api.errors import InvalidBody, PreconditionFailed, PreconditionRequired

LARGEST = 1_000_000  # bytes: a hundred times the largest statement there is
DEEPEST = 20
JSON = "application/json"


def json_body(request: Request) -> dict[str, Any]:
    """The body as an object; numbers with decimals exact; an empty body is an empty object.

    Raises UnsupportedMediaType, or InvalidBody for what is no JSON object, too large, too deep,
    names a value twice, or holds text that no database column can.
    """
    raw = request._request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _unreadable(f"The body is larger than {LARGEST:,} bytes.")
    if not raw.strip():
        return {}
    if (request.content_type or "").split(";")[0].strip().casefold() != JSON:
        raise exceptions.UnsupportedMediaType(request.content_type or "nothing")
    found = _decoded(raw)
    if not isinstance(found, dict):
        raise _unreadable("The body has to be a JSON object: {…}.")
    _refuse_unstorable(found, 0)
    return found


def expected_etag(request: Request, *, required: bool) -> str | None:
    """Raises PreconditionRequired where If-Match is missing and required."""
    given = parse_etags(request.headers.get("If-Match", ""))
    if given and given != ["*"]:
        return ", ".join(given)
    if required or given:
        raise PreconditionRequired(
            "Send the ETag that the draft had when you read it as If-Match, so that nobody's work "
            "is written over."
        )
    return None


def compare_etag(expected: str | None, present: str) -> None:
    """Raises PreconditionFailed where another state was expected than is there."""
    if expected is not None and present not in expected.split(", "):
        raise PreconditionFailed(
            "Somebody saved or moved it since you read it: read it again, and send its new ETag.",
            present,
        )


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_each_once,
        )
    except RecursionError:
        raise _unreadable("The body is nested too deeply.") from None
    except (ValueError, InvalidOperation) as error:
        raise _unreadable(f"The body is no JSON: {str(error)[:200]}.") from None


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:80]!r} stands twice in one object")
    return found


def _refuse_unstorable(value: Any, depth: int) -> None:
    """Raises for what is nested too deeply, null characters and halves of characters."""
    if depth > DEEPEST:
        raise _unreadable("The body is nested too deeply.")
    if isinstance(value, dict):
        for name, one in value.items():
            _refuse_unstorable(name, depth + 1)
            _refuse_unstorable(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _refuse_unstorable(one, depth + 1)
    elif isinstance(value, str) and ("\x00" in value or not _is_text(value)):
        raise _unreadable("A text holds a null character or half of a character.")


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unreadable(message: str) -> InvalidBody:
    return InvalidBody([(None, message)])
