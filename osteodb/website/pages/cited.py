"""What is cited, found by its address; each in a fixed number of queries."""

from __future__ import annotations

from django.http import QueryDict

from evidence.models import EvidenceItem, Source
from osteodb.core.filters import FilterProblem, InvalidFilters
from osteodb.core.merged import kept_of
from osteodb.website.citations import Reference
from osteodb.website.pages.asked import title_of
from osteodb.website.pages.evidence import readable_versions
from osteodb.website.pages.list_head import reference_of_list
from osteodb.website.pages.references import (
    reference_of_source,
    reference_of_trial,
    reference_of_version,
)
from osteodb.website.pages.shelves import SHELVES
from osteodb.website.pages.trial import numbers_of
from trials.models import Trial


def trial_cited(public_id: str) -> Reference | None:
    """The trial that readers see under this id."""
    trial = Trial.objects.visible().filter(public_id=public_id).first()
    return reference_of_trial(trial, numbers_of(trial)) if trial else None


def statement_cited(public_id: str, number: int = 0) -> Reference | None:
    """What is said now, or the version of this number, if readers may read it."""
    item = EvidenceItem.objects.filter(public_id=public_id).first()
    versions = readable_versions(item) if item else []
    if number:
        found = next((one for one in versions if one.number == number), None)
    else:
        now = (one for one in versions if one.state == "PUBLISHED")
        found = next(now, versions[0] if versions else None)
    return reference_of_version(found) if found else None


def source_cited(slug: str) -> Reference | None:
    """The paper or page itself."""
    source = Source.objects.filter(slug=slug).first()
    return reference_of_source(kept_of(source)) if source else None


def view_cited(query: QueryDict) -> Reference:
    """A list with its filters. Raises InvalidFilters for what is no list, or no question of it."""
    paths = query.getlist("path")
    if len(paths) != 1 or paths[0] not in SHELVES:
        allowed = tuple(SHELVES)
        sentence = f"Give the path of one list: {', '.join(allowed)}."
        raise InvalidFilters([FilterProblem("path", sentence, allowed)])
    shelf = SHELVES[paths[0]]
    asked = query.copy()
    del asked["path"]
    filterset = shelf.ask(asked)
    count = filterset.checked().count()
    title = title_of(shelf.title, shelf.noun, filterset, shelf.untold)
    return reference_of_list(shelf.noun, title, shelf.path, asked, shelf.order, count)
