"""Sources out of pasted citations: a text or file, a preview of what each entry would be, one POST.

Nothing waits in the database: what was read travels, signed, in the form of the preview, so that a
look-up is made once and what is added is what was seen.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from evidence import services
from evidence.citing_in import LARGEST_PASTE, MOST_ENTRIES, Entry, decoded, read_pasted
from evidence.models import RetractionState, Source, SourceKind
from evidence.services.source_intake import Outcome, PlannedSource, SourceRefused
from osteodb.core.admin_base import who_and_when
from osteodb.core.errors import OsteoDBError

SALT = "evidence.source.paste"
HOLDS_FOR = 24 * 60 * 60  # seconds that a preview may be looked at
LIST = "admin:evidence_source_changelist"
CHANGE = "admin:evidence_source_change"


@dataclass(slots=True)
class Row:
    """One entry of the preview: its plan, what the person chose, what a service refused."""

    position: int
    plan: PlannedSource
    take: bool
    kind: str
    slug: str = ""
    mark: bool = False
    refused: str = ""

    @property
    def is_new(self) -> bool:
        """Whether there is anything to choose."""
        return self.plan.outcome == Outcome.NEW

    @property
    def suggestion(self) -> str:
        """The standing that the entry suggests, in words."""
        state = self.plan.entry.retraction
        return RetractionState(state).label if state else ""

    @property
    def identifiers(self) -> str:
        """Its identifiers on one line."""
        given = self.plan.entry.identifiers
        names = {"pmid": "PMID", "pmcid": "", "doi": "DOI"}
        return ", ".join(f"{names[name]} {value}".strip() for name, value in given.items())


@dataclass(slots=True)
class Page:
    """What the page shows: the text as typed, what is wrong with it, the entries that were read."""

    text: str = ""
    problems: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def new_count(self) -> int:
        """How many entries could be added."""
        return sum(row.is_new for row in self.rows)

    @property
    def signed(self) -> str:
        """The entries as they travel in the form, with the text they were read from."""
        entries = [asdict(row.plan.entry) for row in self.rows]
        return signing.dumps([_digest(self.text), entries], salt=SALT, compress=True)


class AddsFromCitations:
    """The page of an admin of sources on which citations are pasted."""

    admin_site: Any
    opts: Any
    list_before_template = "evidence/admin/before_sources.html"
    change_form_outer_before_template = "evidence/admin/before_source.html"

    def get_urls(self) -> list[URLPattern]:
        """The usual addresses, and that of the page."""
        view = self.admin_site.admin_view(self.paste_view)
        usual: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        return [path("paste/", view, name="evidence_source_paste"), *usual]

    def paste_view(self, request: HttpRequest) -> HttpResponse:
        """The empty page, the preview of what was pasted, or the adding of it."""
        if not self.has_add_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method != "POST":
            return self._show(request, Page())
        if request.POST.get("step") == "add":
            return self._add(request)
        return self._show(request, _read(request))

    def _add(self, request: HttpRequest) -> HttpResponse:
        page = _seen(request)
        if page is None:
            messages.warning(request, "This is not what was previewed: look at it again.")
            return self._show(request, _read(request))
        taken = [row for row in page.rows if row.take and row.is_new]
        wanted = [services.WantedSource(r.plan.entry, r.kind, r.slug, r.mark) for r in taken]
        if not wanted:
            messages.error(request, "Nothing was added: no new entry is ticked.")
            return self._show(request, page)
        try:
            made = services.create_sources(wanted=wanted, **who_and_when(request))
        except OsteoDBError as error:
            if isinstance(error, SourceRefused):
                taken[error.position].refused = str(error)
            messages.error(request, f"Nothing was added. {error}")
            return self._show(request, page)
        return _added(request, made)

    def _show(self, request: HttpRequest, page: Page) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Add sources from a citation",
            "opts": self.opts,
            "page": page,
            "kinds": SourceKind.choices,
            "looked_up": _looked_up(),
            "most": MOST_ENTRIES,
            "largest": LARGEST_PASTE // 1024,
        }
        return TemplateResponse(request, "evidence/admin/paste.html", context)


def _read(request: HttpRequest) -> Page:
    """What was typed and uploaded, read, looked up where that is configured, and planned."""
    text = request.POST.get("text", "")
    file = request.FILES.get("file")
    if file is not None:
        try:
            text = f"{text.rstrip()}\n\n{decoded(file.read(LARGEST_PASTE + 1))}".lstrip()
        except OsteoDBError as error:
            return Page(text, (str(error),))
    pasted = read_pasted(text)
    plans = services.plan_sources(entries=services.look_up_sources(entries=pasted.entries))
    rows = [
        Row(at, plan, take=plan.outcome == Outcome.NEW, kind=plan.entry.kind)
        for at, plan in enumerate(plans)
    ]
    return Page(_without_nul(text), pasted.problems, tuple(rows))


def _without_nul(text: str) -> str:
    """What a page can hold, to be shown again."""
    return text.replace("\x00", "")


def _seen(request: HttpRequest) -> Page | None:
    """The preview that was sent back, planned anew, with what was chosen; None where it is old,
    forged, or the text was changed since."""
    text = request.POST.get("text", "")
    try:
        digest, given = signing.loads(request.POST.get("entries", ""), salt=SALT, max_age=HOLDS_FOR)
    except signing.BadSignature:
        return None
    if digest != _digest(text):
        return None
    plans = services.plan_sources(entries=[Entry.from_details(one) for one in given])
    rows = [_chosen(request.POST, at, plan) for at, plan in enumerate(plans)]
    return Page(text, read_pasted(text).problems, tuple(rows))


def _chosen(given: QueryDict, at: int, plan: PlannedSource) -> Row:
    return Row(
        at,
        plan,
        take=f"take-{at}" in given,
        kind=given.get(f"kind-{at}", plan.entry.kind),
        slug=given.get(f"slug-{at}", "").strip(),
        mark=f"mark-{at}" in given,
    )


def _digest(text: str) -> str:
    """The same for the same text, whatever line ends a browser sends it back with."""
    lines = "\n".join(text.split()).encode("utf-8", "replace")
    return hashlib.sha256(lines).hexdigest()


def _looked_up() -> str:
    """What is looked up here, in words; nothing where nothing is."""
    given = {"PMID": settings.OSTEODB_PUBMED_URL, "DOI": settings.OSTEODB_DOI_URL}
    return " or ".join(name for name, url in given.items() if url)


def _added(request: HttpRequest, made: list[Source]) -> HttpResponse:
    if len(made) == 1:
        messages.success(request, f"{made[0]} was added: look at what the citation did not say.")
        return HttpResponseRedirect(reverse(CHANGE, args=[made[0].pk]))
    names = ", ".join(str(one) for one in made[:10]) + (", …" if len(made) > 10 else "")
    messages.success(request, f"{len(made)} sources were added: {names}.")
    return HttpResponseRedirect(reverse(LIST))
