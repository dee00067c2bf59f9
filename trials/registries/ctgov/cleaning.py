"""What is dropped from a ClinicalTrials.gov record before it is stored, and how it is compared.

`without_contacts` takes out persons and how to reach them. `content_hash` is blind to what is no
news: the order of keys and of set-like lists, white space, markup, geographic points, contact
persons, and the registry's own build marks and search-index copies. A hash that is too sensitive
costs one needless comparison; one that is too blind would lose news, so the rest is left in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import orjson

from trials.registries import privacy

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
        "zip",
    }
)
EMAIL = re.compile(privacy.email(privacy.JSON).encode())
TELEPHONE = re.compile(privacy.telephone(privacy.JSON).encode(), re.IGNORECASE)
ABROAD = re.compile(privacy.abroad(privacy.JSON).encode())
AT = re.compile(rb"@|[aA][tT][)\]]")
AMERICAN = re.compile(privacy.american(privacy.JSON).encode())
AMERICAN_HINTS = [re.compile(hint.pattern.encode()) for hint in privacy.AMERICAN_HINTS]
TELEPHONE_HINTS = (
    b"tel:",
    b"tel.",
    b"tel ",
    b"phone",
    b"fax",
    b"mobile",
    b"call ",
    b"whatsapp",
    "tél".encode(),
)
# What every telephone has: a digit so soon after the word, within one text, that no more fits in.
NUMBER_SOON = re.compile(r'(?:tel|tél|phone|fax|mobile|call|whatsapp)[^\d"]{0,28}\d'.encode())
CONTAINERS = (dict, list)
TEXT_BY_TEXT = (b"\\u00", "\N{FULLWIDTH COMMERCIAL AT}".encode())
REMOVED = privacy.REMOVED.encode()
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
    own: dict[str, Any] = orjson.loads(orjson.dumps(record))
    return strip_contacts(own)


def strip_contacts(record: dict[str, Any]) -> dict[str, Any]:
    """What `without_contacts` does, to a study that nobody else holds: it may be changed."""
    _drop_personal(record)
    data = orjson.dumps(record)
    lower = data.lower()
    if any(mark in lower for mark in TEXT_BY_TEXT):  # rare: what the patterns below cannot tell
        slowly: dict[str, Any] = privacy.cleaned(record, PERSONAL_KEYS.__contains__)
        return slowly
    scrubbed = _scrubbed(data, lower)
    return record if scrubbed is data else dict(orjson.loads(scrubbed))


def _scrubbed(data: bytes, lower: bytes) -> bytes:
    """JSON without e-mail addresses and telephones; the very same bytes where it has none."""
    found = data
    if b"@" in data or b"at)" in lower or b"at]" in lower:
        found = _in_texts(data, AT.finditer(data), EMAIL)
    if any(hint in lower for hint in TELEPHONE_HINTS):
        found = _in_texts(found, NUMBER_SOON.finditer(found.lower()), TELEPHONE)
    if b"+" in data:
        found = ABROAD.sub(REMOVED, found)
    hints = [one for hint in AMERICAN_HINTS for one in hint.finditer(found)]
    found = _in_texts(found, sorted(hints, key=re.Match.start), AMERICAN)
    return data if found == data else found


def _in_texts(data: bytes, hints: Iterable[re.Match[bytes]], pattern: re.Pattern[bytes]) -> bytes:
    """The JSON with the pattern's matches removed from the texts in which there is a hint of one.

    No pattern matches a quotation mark, so that what stands between two is looked at alone; looking
    at all of a record takes ten times as long.
    """
    parts, done = [], 0
    for hint in hints:
        if hint.start() >= done:
            begin, end = data.rfind(b'"', 0, hint.start()) + 1, data.find(b'"', hint.end())
            parts += [data[done:begin], pattern.sub(REMOVED, data[begin:end])]
            done = end
    return b"".join([*parts, data[done:]]) if parts else data


def _drop_personal(record: dict[str, Any]) -> None:
    """Take out the keys that hold persons, at any depth."""
    waiting: list[Any] = [record]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if not PERSONAL_KEYS.isdisjoint(part):
                for key in PERSONAL_KEYS.intersection(part):
                    del part[key]
            part = part.values()
        waiting += [inner for inner in part if isinstance(inner, CONTAINERS)]


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
