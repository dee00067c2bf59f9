"""Citations: what is written is what citation programs read, whatever a title holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from django.utils import timezone

from evidence.models import Source
from osteodb.website.citations import Reference, as_bibtex, as_ris, as_text
from tests.universe import Universe
from tests.website.support import get, html, text
from trials.models import Trial

SITE = "http://localhost"
DAY = dt.date(2026, 3, 2)
HOSTILE = [
    "plain",
    "braces {a} and one }",
    "one { open",
    "100 % of A & B_c #1 $x$ \\emph ~",
    "β-catenin/αVβ3, Müller–Ångström, naïve",
    "two\nlines\r\nER  - \nTY  - BOOK",
    "separators\u2028and\x85controls\x0b\x00",
    'quotes " and @article{x, title={y}}',
    "骨肉瘤 💊",
]


def reference(**given: Any) -> Reference:
    fields: dict[str, Any] = {
        "key": "OST-T000001",
        "title": "A trial",
        "path": "/trials/OST-T000001/",
        "files": "/cite/trial/OST-T000001",
        "public_id": "OST-T000001",
        "version": "version 2",
        "year": 2026,
    }
    return Reference(**fields | given)


def bibtex(source: str) -> dict[str, str]:
    """The one entry as bibtexparser reads it: addresses as they stand, the rest from TeX."""
    raw = parse_string(source)
    read = parse_string(source, append_middleware=[LatexDecodingMiddleware()])
    assert not raw.failed_blocks
    assert not read.failed_blocks
    [entry], [plain] = read.entries, raw.entries
    found = {field.key: str(field.value) for field in entry.fields}
    kept = {name: str(plain[name]) for name in ("url", "doi") if name in plain.fields_dict}
    return found | kept | {"type": entry.entry_type, "key": entry.key}


def ris(source: str) -> dict[str, Any]:
    """The one reference as rispy reads it."""
    assert source.startswith("TY  - ")
    [found] = rispy.loads(source)
    return dict(found)


def single(title: str) -> str:
    """What a citation can hold of a title: one line, nothing that no program reads."""
    return " ".join(
        "".join(" " if ord(one) < 32 or one == "\x85" else one for one in title).split()
    )


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_comes_back_from_bibtex_as_it_was(title: str) -> None:
    found = bibtex(as_bibtex(reference(title=title), SITE, DAY))
    assert found["title"].replace("”", '"') == single(title)
    assert found["url"] == f"{SITE}/trials/OST-T000001/"
    assert (found["author"], found["urldate"], found["year"]) == ("OsteoDB", "2026-03-02", "2026")
    assert found["version"] == "version 2"


@pytest.mark.parametrize("title", HOSTILE)
def test_braces_are_balanced_in_bibtex_as_programs_count_them(title: str) -> None:
    written = as_bibtex(reference(title=title), SITE, DAY)
    assert written.count("{") == written.count("}")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_comes_back_from_ris_as_it_was(title: str) -> None:
    found = ris(as_ris(reference(title=title), SITE, DAY))
    assert found["title"] == single(title)
    assert found["urls"] == [f"{SITE}/trials/OST-T000001/"]
    assert (found["edition"], found["access_date"]) == ("version 2", "2026/03/02")


@pytest.mark.parametrize("title", HOSTILE)
def test_the_sentence_is_one_line_with_version_address_and_day(title: str) -> None:
    assert as_text(reference(title=title), SITE, DAY) == (
        f"OsteoDB: {single(title)}, OST-T000001, version 2, "
        f"{SITE}/trials/OST-T000001/, as of 2026-03-02."
    )


def test_a_key_holds_nothing_that_ends_it() -> None:
    found = bibtex(as_bibtex(reference(key="a b,{c}%é"), SITE, DAY))
    assert found["key"] == "a-b-c"


def fetched(address: str) -> str:
    answer = get(address)
    assert answer.status_code == 200, (address, answer.content)
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    return str(answer.content.decode())


@pytest.mark.django_db
def test_a_trial_is_cited_with_when_it_last_changed_and_its_numbers(
    shared_universe: Universe,
) -> None:
    trial = shared_universe.trials["regobone"]
    trial.refresh_from_db()
    changed = f"last changed here {trial.updated_at:%Y-%m-%d}"
    address = f"/cite/trial/{trial.public_id}"
    today = f"{timezone.now():%Y-%m-%d}"
    assert fetched(f"{address}.txt") == (
        f"OsteoDB: {trial.title}, {trial.public_id}, {changed}, "
        f"{SITE}/trials/{trial.public_id}/, as of {today}.\n"
    )
    found = bibtex(fetched(f"{address}.bib"))
    assert (found["title"], found["version"], found["number"]) == (
        trial.title,
        changed,
        trial.public_id,
    )
    assert "NCT02389244" in found["note"]
    assert ris(fetched(f"{address}.ris"))["accession_number"] == trial.public_id


@pytest.mark.django_db
def test_a_statement_is_cited_by_the_address_of_its_version(shared_universe: Universe) -> None:
    public_id = shared_universe.versions["sarc024"].item.public_id
    now, first = (fetched(f"/cite/evidence/{public_id}{end}.bib") for end in ("", ".v1"))
    assert bibtex(now)["version"] == "version 2"
    assert bibtex(first)["version"] == "version 1"
    assert bibtex(now)["url"] == f"{SITE}/evidence/{public_id}/versions/2/"
    assert "superseded" in bibtex(first)["note"]


@pytest.mark.django_db
def test_a_source_is_cited_as_the_paper_itself(shared_universe: Universe) -> None:
    Source.objects.filter(slug="davis2019").update(container="Journal of Clinical Oncology")
    source = Source.objects.get(slug="davis2019")
    found = bibtex(fetched("/cite/source/davis2019.bib"))
    assert found["type"] == "article"
    assert found["author"] == source.first_author
    assert found["title"] == source.title
    assert found["journal"] == source.container
    assert found["year"] == str(source.year)
    assert found["doi"] == source.doi
    assert found["pmid"] == source.pmid
    read = ris(fetched("/cite/source/davis2019.ris"))
    assert read["type_of_reference"] == "JOUR"
    assert (read["authors"], read["doi"]) == ([source.first_author], source.doi)
    told = fetched("/cite/source/davis2019.txt")
    assert f"PMID {source.pmid}." in told
    assert "OsteoDB" not in told


@pytest.mark.django_db
def test_what_is_not_on_record_of_a_paper_is_left_out(shared_universe: Universe) -> None:
    Source.objects.filter(slug="davis2019").update(
        first_author="", container="", year=None, doi="", pmid="", pmcid="", citation=""
    )
    found = bibtex(fetched("/cite/source/davis2019.bib"))
    assert found["type"] == "misc"
    assert not {"author", "journal", "year", "doi", "pmid", "pmcid"} & set(found)
    assert not {"authors", "year", "doi"} & set(ris(fetched("/cite/source/davis2019.ris")))


@pytest.mark.django_db
def test_a_list_is_cited_with_its_filters(shared_universe: Universe) -> None:
    view = "/cite/view.{}?path=/trials/&status=completed&phase=phase2&agent=regorafenib"
    shown = text("/trials/?status=completed&phase=phase2&agent=regorafenib")
    told = fetched(view.format("txt"))
    assert told.startswith("OsteoDB: Completed phase 2 trials of regorafenib, ")
    number = told.split(", ")[1]
    assert number.capitalize() in shown
    address = f"{SITE}/trials/?agent=regorafenib&phase=phase2&status=completed"
    assert address in told
    assert bibtex(fetched(view.format("bib")))["url"] == address
    assert ris(fetched(view.format("ris")))["urls"] == [address]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "",
        "path=",
        "path=/admin/",
        "path=/about/",
        "path=https://example.org/",
        "path=//example.org/",
        "path=/trials/&path=/agents/",
        "path=/trials/&satus=x",
        "path=/trials/&status=nonsense",
        "path=/trials/?status=completed",
    ],
)
def test_only_a_question_to_a_list_of_ours_is_cited(query: str, shared_universe: Universe) -> None:
    answer = get(f"/cite/view.bib?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().split(":")[0] in ("path", "satus", "status")


@pytest.mark.django_db
def test_what_readers_may_not_see_is_not_cited(shared_universe: Universe) -> None:
    hidden = shared_universe.trials["hidden"]
    assert Trial.objects.filter(pk=hidden.pk).exists()
    draft = shared_universe.versions["draft"].item.public_id
    for address in (
        f"/cite/trial/{hidden.public_id}.bib",
        f"/cite/evidence/{draft}.bib",
        "/cite/source/nothing.bib",
        f"/cite/trial/{shared_universe.trials['regobone'].public_id}.doc",
    ):
        assert get(address).status_code == 404, address


@pytest.mark.django_db
def test_pages_offer_their_citation(shared_universe: Universe) -> None:
    version = shared_universe.versions["sarc024"]
    trial = shared_universe.trials["regobone"].public_id
    for page, file in (
        (f"/trials/{trial}/", f"/cite/trial/{trial}.bib"),
        (f"/evidence/{version.item.public_id}/", f"/cite/evidence/{version.item.public_id}.v2.bib"),
        ("/sources/davis2019/", "/cite/source/davis2019.bib"),
        ("/trials/?status=completed", "/cite/view.bib?path=/trials/&amp;status=completed"),
        ("/changes/", "/cite/view.bib?path=/changes/"),
    ):
        source = html(page)
        assert f'href="{file}"' in source, page
        assert source.count("Cite this") == 1


@pytest.mark.django_db
def test_a_citation_costs_few_queries(
    shared_universe: Universe, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        get(f"/cite/trial/{shared_universe.trials['regobone'].public_id}.bib")
    with django_assert_num_queries(2):
        get(f"/cite/evidence/{shared_universe.versions['sarc024'].item.public_id}.bib")
    with django_assert_num_queries(1):
        get("/cite/source/davis2019.bib")
    with django_assert_num_queries(1):
        get("/cite/view.bib?path=/trials/&status=completed")
