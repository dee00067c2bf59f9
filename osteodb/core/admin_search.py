"""How rows of the admin are found, in its lists and while typing into a relation."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from osteodb.core.normalise import normalise_name


class FoundOtherwise:
    """Found by its search fields, and by what those cannot say: `found_by` reads the whole term."""

    model: Any

    def found_by(self, term: str) -> Q | None:
        """Which rows a term names besides; None where it names none that way."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """What the search fields find, and what the term names besides; each row once."""
        search: Any = super()
        found, _may_repeat = search.get_search_results(request, queryset, search_term)
        besides = self.found_by(search_term)
        if besides is None:
            return found, _may_repeat
        named = self.model._default_manager.filter(besides)
        either = Q(pk__in=found.order_by().values("pk")) | Q(pk__in=named.order_by().values("pk"))
        return queryset.filter(either), False


class FoundByAnyName(FoundOtherwise):
    """Found by any of its names however it is spelled: "YN-968 D1" finds YN968D1."""

    way_to_names = "names__normalised"  # the way to the names in their normal form

    def found_by(self, term: str) -> Q | None:
        """Rows with the words' normal form in a name."""
        normalised = normalise_name(term)
        return Q(**{f"{self.way_to_names}__contains": normalised}) if normalised else None
