"""The door to the files of all pictures: load, check, make one call, answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone

from osteodb.core.filters import InvalidFilters
from osteodb.website.doors import reader_page
from osteodb.website.pages import mechanism_network, network_picture
from osteodb.website.pages.evidence_map import map_picture
from osteodb.website.pages.forest_page import forest_file
from osteodb.website.pages.sites import sites_picture
from osteodb.website.pages.status_over_time import status_picture
from osteodb.website.pages.trial_timelines import timelines_picture
from osteodb.website.pictures.picture import Picture

Builder = Callable[[QueryDict], Picture]
# Each makes the picture that a query asks for. It raises InvalidFilters for what it does not
# understand, and Http404 with a sentence where there is nothing to draw.
PICTURES: dict[str, Builder] = {
    "forest": forest_file,
    "evidence-map": map_picture,
    "trial-timelines": lambda query: timelines_picture(query, timezone.now()),
    "sites": sites_picture,
    "status-over-time": lambda query: status_picture(query, timezone.now()),
    network_picture.KEY: mechanism_network.network_picture,
}
TYPES = {
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
}


@reader_page
def picture_view(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """One picture as a file to keep; 400 in plain words for what is not understood."""
    if kind not in PICTURES or ending not in TYPES:
        raise Http404("There is no such picture.")
    try:
        picture = PICTURES[kind](request.GET)
    except InvalidFilters as wrong:
        sentences = "".join(f"{one.parameter}: {one.message}\n" for one in wrong.filter_problems)
        return HttpResponse(sentences, status=400, content_type="text/plain; charset=utf-8")
    response = HttpResponse(_file(picture, request, ending), content_type=TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="osteodb-{picture.key}.{ending}"'
    return response


def _file(picture: Picture, request: HttpRequest, ending: str) -> bytes:
    if ending == "csv":
        return picture.as_csv()
    host, day = request.get_host(), timezone.now().date()
    came_from = f"OsteoDB, {host}{request.get_full_path()}, taken on {day:%Y-%m-%d}"
    return picture.as_svg(came_from) if ending == "svg" else picture.as_png(came_from)
