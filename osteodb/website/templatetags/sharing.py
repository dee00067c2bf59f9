"""Template words of the frame: the one address of a page, its data for machines, its citation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from osteodb.website.citations import as_text
from osteodb.website.pages.base import Head, permalink
from osteodb.website.structured import as_script, breadcrumbs

register = template.Library()


def site_of(request: HttpRequest) -> str:
    """Scheme and host under which the reader knows this site; empty for a host that is not ours."""
    try:
        return request.build_absolute_uri("/").rstrip("/")
    except DisallowedHost:
        return ""


def _path(context: Any) -> str:
    """The page's address from the root: its permanent one, else what was asked for."""
    head: Head = context["head"]
    request: HttpRequest = context["request"]
    return head.permalink or permalink(request.path, request.GET)


class OncePart(template.Node):
    """A part of a template that says the same on every page: written at its first use."""

    def __init__(self, inside: template.NodeList) -> None:
        self.inside = inside
        self.written: SafeString | None = None

    def render(self, context: template.Context) -> SafeString:
        """The part, from memory where it was written before."""
        if self.written is None or settings.DEBUG:
            self.written = self.inside.render(context)
        return self.written


@register.tag
def once(parser: Any, token: Any) -> OncePart:
    """`{% once %}…{% endonce %}` around what depends on nothing but the code: no row, no request,
    no day."""
    inside = parser.parse(("endonce",))
    parser.delete_first_token()
    return OncePart(inside)


@register.simple_tag(takes_context=True)
def canonical(context: Any) -> str:
    """The one full address of what is shown; empty for a page that only says what went wrong."""
    if not context["head"].findable:
        return ""
    return f"{site_of(context['request'])}{_path(context)}"


@register.simple_tag(takes_context=True)
def printed_address(context: Any) -> str:
    """The full address for paper, also of a page that has none for search engines."""
    return f"{site_of(context['request'])}{_path(context)}"


@register.simple_tag(takes_context=True)
def structured_data(context: Any) -> SafeString | str:
    """What the page shows as a block of JSON-LD: data, which no browser runs."""
    head: Head = context["head"]
    if not head.findable:
        return ""
    nodes = [_with_day(one, context) for one in head.facts]
    if head.crumbs:
        steps = [(crumb.label, crumb.url) for crumb in head.crumbs]
        nodes.append(breadcrumbs([*steps, (head.title, _path(context))]))
    if not nodes:
        return ""
    data = as_script(nodes, site_of(context["request"]))
    # as_script leaves no sign in it that HTML gives a meaning to.
    return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308


def _with_day(node: Any, context: Any) -> dict[str, Any]:
    """A data set with the day of the last refresh that saw everything; without where none did."""
    run = context["freshness"].last_clean if node["@type"] == "Dataset" else None
    if run is None or run.finished_at is None:
        return dict(node)
    day: dt.date = run.finished_at.astimezone(dt.UTC).date()
    return {**node, "dateModified": f"{day:%Y-%m-%d}"}


@register.simple_tag(takes_context=True)
def citation(context: Any) -> str:
    """The page's citation as a sentence; empty where it has none."""
    reference = context["head"].reference
    if reference is None:
        return ""
    today = timezone.now().astimezone(dt.UTC).date()
    return as_text(reference, site_of(context["request"]), today)
