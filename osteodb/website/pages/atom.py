"""What every Atom feed (RFC 4287) of ours has in common."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.feedgenerator import Atom1Feed

from osteodb.core.filters import FilterProblem
from osteodb.website.words import NO_XML

# A tag URI (RFC 4151) needs a date at which its authority was ours; it never changes again.
TAG_YEAR = 2026
NEVER = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Feed(Atom1Feed):
    """Django's feed, but one without entries does not claim to have changed just now."""

    def latest_post_date(self) -> dt.datetime:
        """When the feed last changed in a way that matters."""
        return super().latest_post_date() if self.items else NEVER


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """A feed, or what is wrong with the question."""

    xml: str
    problems: tuple[FilterProblem, ...] = ()


def tag(site: str, path: str) -> str:
    """The name of a feed or an entry, which stays whatever becomes of its address."""
    return f"tag:{urlsplit(site).hostname},{TAG_YEAR}:{path}"


def clean(text: str) -> str:
    """The text with what XML cannot hold marked as unreadable."""
    return NO_XML.sub("\ufffd", text)
