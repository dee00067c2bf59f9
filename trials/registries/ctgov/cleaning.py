"""What is dropped from a ClinicalTrials.gov record before it is stored, and how it is compared.

`without_contacts` takes out persons and how to reach them. `content_hash` is blind to what is no
news: the order of keys and of set-like lists, white space, markup, geographic points, contact
persons, and the registry's own build marks and search-index copies. A hash that is too sensitive
costs one needless comparison; one that is too blind would lose news, so the rest is left in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson

PERSONAL_KEYS = frozenset(
    {
        "centralContacts",
        "contacts",
        "overallOfficials",
        "pointOfContact",
        "investigatorFullName",
        "investigatorTitle",
        "oldNameTitle",
        "unpostedResponsibleParty",
    }
)
# A line break is written \n in the text that is searched: its n is no part of an address or word.
EMAIL = re.compile(rb"(?<!\\)[A-Za-z0-9._%+'-]+ ?(?:@|\(at\)) ?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
TELEPHONE = re.compile(
    rb"(?i)(?:\b|(?<=\\[nrt]))(?:tel(?:ephone)?|phone|fax|mobile|call|whatsapp)\b[ .:()\w]{0,20}?"
    rb"\+?\(?\d[\d ().\-/]{6,18}\d"
)
TELEPHONE_HINTS = (b"tel:", b"tel.", b"tel ", b"phone", b"fax", b"mobile", b"call ", b"whatsapp")
REMOVED = b"[contact removed]"
PLACES_NO_NEWS = ("centralContacts", "overallOfficials", "locations_nested")
PARTY_NO_NEWS = ("investigatorFullName", "investigatorTitle", "oldNameTitle")
SETS = (
    ("conditionsModule", "conditions"),
    ("conditionsModule", "keywords"),
    ("sponsorCollaboratorsModule", "collaborators"),
    ("referencesModule", "references"),
    ("contactsLocationsModule", "locations"),
)
MARKUP = b" \\*_`#"
_as_text = partial(orjson.dumps, option=orjson.OPT_SORT_KEYS)


def without_contacts(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without contact persons, officials, investigators, e-mails and telephones.

    Takes any decoded study and returns a new one; applying it twice changes nothing more. NUL
    characters, which no text column can hold, go too.
    """
    data = orjson.dumps(_drop_personal(dict(record))).replace(b"\\u0000", b"")
    if b"@" in data or b"(at)" in data:
        data = EMAIL.sub(REMOVED, data)
    lower = data.lower()
    if any(hint in lower for hint in TELEPHONE_HINTS):  # the pattern alone is ten times slower
        data = TELEPHONE.sub(REMOVED, data)
    kept: dict[str, Any] = orjson.loads(data)
    return kept


def _drop_personal(value: Any) -> Any:
    """The value without the keys that hold persons, at any depth."""
    if isinstance(value, dict):
        return {
            key: _drop_personal(inner) for key, inner in value.items() if key not in PERSONAL_KEYS
        }
    if isinstance(value, list):
        return [_drop_personal(inner) for inner in value]
    return value


def content_hash(body: bytes) -> str:
    """SHA-256 of what one study says, from its bytes as received.

    Raises ValueError where the bytes are no JSON object. The decoded study is this function's own,
    so it is cut to size in place; that and one pass in C over the text keep it near the cost of
    decoding.
    """
    record = orjson.loads(body)
    if not isinstance(record, dict):
        raise ValueError("a study has to be a JSON object")
    _keep_news(record)
    data = orjson.dumps(record, option=orjson.OPT_SORT_KEYS).replace(b"\\n", b"")
    return hashlib.sha256(data.translate(None, MARKUP)).hexdigest()


def _keep_news(record: dict[str, Any]) -> None:
    """Take out of a decoded study what is no news, wherever the registry puts it."""
    protocol = record.get("protocolSection") or {}
    _drop(protocol.get("contactsLocationsModule"), PLACES_NO_NEWS)
    _drop((protocol.get("sponsorCollaboratorsModule") or {}).get("responsibleParty"), PARTY_NO_NEWS)
    for place in (protocol.get("contactsLocationsModule") or {}).get("locations") or ():
        place.pop("geoPoint", None)
        place.pop("contacts", None)
    for module_name, list_name in SETS:
        items: list[Any] = (protocol.get(module_name) or {}).get(list_name) or []
        if len(items) > 1:
            items.sort(key=None if isinstance(items[0], str) else _as_text)
    _drop((record.get("resultsSection") or {}).get("moreInfoModule"), ("pointOfContact",))
    _drop(
        ((record.get("annotationSection") or {}).get("annotationModule") or {}).get(
            "unpostedAnnotation"
        ),
        ("unpostedResponsibleParty",),
    )
    if "derivedSection" in record:
        record["derivedSection"] = _derived_news(record["derivedSection"] or {})


def _drop(part: dict[str, Any] | None, keys: tuple[str, ...]) -> None:
    if part:
        for key in keys:
            part.pop(key, None)


def _derived_news(derived: Mapping[str, Any]) -> dict[str, Any]:
    """What the registry derives and a reader may care about: MeSH terms and results tracking."""
    kept: dict[str, Any] = {}
    for name in ("conditionBrowseModule", "interventionBrowseModule"):
        if meshes := (derived.get(name) or {}).get("meshes"):
            kept[name] = meshes
    if tracking := (derived.get("miscInfoModule") or {}).get("submissionTracking"):
        kept["submissionTracking"] = tracking
    return kept
