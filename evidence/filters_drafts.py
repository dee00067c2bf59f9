"""What may be asked of drafts: for programs with a key, never for readers."""

from __future__ import annotations

from django.db.models import Q

from evidence.models import EvidenceKind
from osteodb.core.filter_values import UnknownTerm
from osteodb.core.filters import ChoicesFilter, OrderingFilter, StrictFilterSet, TermsFilter
from osteodb.core.models import User
from osteodb.core.review import ReviewState
from trials.filter_parts import time_since

OPEN_STATES = ((ReviewState.DRAFT, "draft"), (ReviewState.IN_REVIEW, "in review"))


def author_id(username: str) -> int:
    """The person of this user name who has written something."""
    authors = User.objects.filter(authored_versions__isnull=False).distinct()
    found = authors.filter(username__iexact=username).values_list("pk", flat=True).first()
    if found is None:
        names = authors.values_list("username", flat=True)
        raise UnknownTerm(f"Nobody called {username!r} has written anything here.", names)
    return found


class DraftFilterSet(StrictFilterSet):
    """Open versions by where they stand and who wrote them."""

    state = ChoicesFilter(
        [(state.value, label) for state, label in OPEN_STATES],
        field_name="state",
        label="state",
        help_text="DRAFT is being written; IN_REVIEW waits for a second person.",
    )
    author = TermsFilter(
        resolve=author_id,
        where=lambda authors: Q(author__in=authors),
        label="author",
        help_text="User name of who wrote it.",
    )
    kind = ChoicesFilter(
        EvidenceKind.choices, field_name="kind", label="kind", help_text="Sort of statement."
    )
    updated_since = time_since("updated_at", "saved or moved since")
    ordering = OrderingFilter(
        {"updated_at": "updated_at", "public_id": "item__public_id"}, default="-updated_at"
    )
