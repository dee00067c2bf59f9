"""Addresses inside the admin to which a form may lead back."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

NEXT = "next"


def with_next(address: str, path: str) -> str:
    """The address of a form that leads back to `path` when it is saved."""
    return f"{address}?{urlencode({NEXT: path})}"


def own_admin_path(text: str) -> str:
    """The path, where it is one of our own admin pages; empty for anything else.

    Another site, a path that climbs out of the admin, and one that leads nowhere are refused.
    """
    if not text.startswith(reverse("admin:index")):
        return ""
    if not url_has_allowed_host_and_scheme(text, allowed_hosts=None):
        return ""
    path = urlsplit(text).path
    if ".." in path or "\\" in text:
        return ""
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return text if found.app_name == "admin" and found.url_name else ""
