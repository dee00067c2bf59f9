"""What a page shows as schema.org data for machines (JSON-LD). Pure: knows no request, no rows.

Properties are those of https://schema.org/Dataset, /DataDownload, /BreadcrumbList and /ListItem.
What is not on record is left out: an empty value never stands for an answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Node = dict[str, Any]
CONTEXT = "https://schema.org"
# What could end the script block or begin another tag, written as JSON escapes instead.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
OF_ADDRESSES = ("@id", "url", "contentUrl", "item", "mainEntityOfPage")


def node(kind: str, **properties: Any) -> Node:
    """A thing of this type with what is known of it."""
    known = {name: value for name, value in properties.items() if value not in (None, "", [], ())}
    return {"@type": kind, **known}


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> Node:
    """The path to a page, the page itself last; each step is a name and an address."""
    items = [
        node("ListItem", position=number, name=name, item=address)
        for number, (name, address) in enumerate(steps, start=1)
    ]
    return node("BreadcrumbList", itemListElement=items)


def dataset(
    *, name: str, description: str, url: str, files: Iterable[tuple[str, str, str]]
) -> Node:
    """Rows that can be taken along; `files` are names, addresses and media types."""
    downloads = [
        node("DataDownload", name=label, contentUrl=address, encodingFormat=kind)
        for label, address, kind in files
        if address
    ]
    return {
        **node("Dataset", name=name, description=description, url=url, distribution=downloads),
        "isAccessibleForFree": True,
    }


def as_script(nodes: Iterable[Mapping[str, Any]], site: str) -> str:
    """The nodes as JSON that is safe within a script element, with full addresses."""
    graph = [_absolute(one, site) for one in nodes]
    text = json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False)
    return text.translate(ESCAPES)


def _absolute(value: Any, site: str, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _absolute(one, site, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_absolute(one, site, name) for one in value]
    if name in OF_ADDRESSES and isinstance(value, str) and value.startswith("/"):
        return f"{site}{value}"
    return value
