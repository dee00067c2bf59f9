"""What a page tells those who find, share and read it by machine."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from evidence.models import Source
from osteodb.website.structured import as_script
from tests.universe import Universe
from tests.website.support import every_page, get, html
from trials.models import Trial, TrialStatus

pytestmark = pytest.mark.django_db
SITE = "http://localhost"
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)

# The properties used, by type, as listed on https://schema.org/<type> (those inherited from Thing,
# CreativeWork, MedicalEntity and MedicalStudy included). A type that is not here is not used.
THING = {"@id", "name", "alternateName", "description", "url", "identifier", "sameAs"}
STUDY = THING | {"healthCondition", "sponsor", "status", "studyLocation", "studySubject"}
WORK = THING | {"author", "datePublished", "isPartOf", "creativeWorkStatus", "mainEntityOfPage"}
ALLOWED = {
    "MedicalTrial": STUDY | {"trialDesign"},
    "MedicalObservationalStudy": STUDY,
    "MedicalStudy": STUDY,
    "MedicalCondition": THING,
    "MedicalEntity": THING,
    "MedicalProcedure": THING,
    "Drug": THING,
    "Organization": THING,
    "Person": THING,
    "Country": THING,
    "PropertyValue": {"propertyID", "value"},
    "MedicalScholarlyArticle": WORK,
    "CreativeWork": WORK,
    "Periodical": WORK,
    "Dataset": THING | {"distribution", "isAccessibleForFree", "dateModified"},
    "DataDownload": {"name", "contentUrl", "encodingFormat"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
}
WITH_BREADCRUMBS = ("trial", "evidence", "class", "pathway", "source", "change", "discrepancy")
LISTS = {"trials", "agents", "targets", "evidence-list", "pathways", "sources", "discrepancies"}


def title(source: str) -> str:
    match = re.search(r"<title>(.*?)</title>", source, re.DOTALL)
    assert match
    return unescape(match.group(1))


def meta(source: str, name: str) -> str:
    match = re.search(rf'<meta (?:name|property)="{name}" content="([^"]*)">', source)
    return unescape(match.group(1)) if match else ""


def canonical(source: str) -> str:
    match = re.search(r'<link rel="canonical" href="([^"]*)">', source)
    return unescape(match.group(1)) if match else ""


def data(source: str) -> list[dict[str, Any]]:
    """The nodes of the page's only block of structured data."""
    blocks = SCRIPT.findall(source)
    assert len(blocks) <= 1
    if not blocks:
        return []
    found = json.loads(blocks[0])
    assert found["@context"] == "https://schema.org"
    graph: list[dict[str, Any]] = found["@graph"]
    return graph


def the(source: str, kind: str) -> dict[str, Any]:
    [found] = [one for one in data(source) if one["@type"] == kind]
    return found


def check(value: Any) -> None:
    """Only known types with their own properties, and nothing empty in the place of a fact."""
    if isinstance(value, list):
        for one in value:
            check(one)
    elif isinstance(value, dict):
        assert set(value) - {"@type"} <= ALLOWED[value["@type"]], value
        for one in value.values():
            assert one not in (None, "", [], {})
            check(one)


def trial_page(world: Universe, name: str = "regobone") -> str:
    return html(f"/trials/{world.trials[name].public_id}/")


# --- Titles, descriptions, addresses --------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/trials/", "Trials – OsteoDB"),
        (
            "/trials/?status=completed&phase=phase2&agent=regorafenib",
            "Completed phase 2 trials of regorafenib – OsteoDB",
        ),
        ("/trials/?status=completed,recruiting", "Completed or recruiting trials – OsteoDB"),
        ("/trials/?agent=YN968D1", "Trials of rivoceranib – OsteoDB"),
        ("/trials/?country=de", "Trials in Germany – OsteoDB"),
        ("/trials/?search=bone <b>", "Trials matching “bone <b>” – OsteoDB"),
        ("/trials/?has_results=true", "Trials; results posted: yes – OsteoDB"),
        ("/trials/?therapy_class=vegfr-tki", None),
        ("/evidence/?level=B&kind=efficacy", "Efficacy statements of level B – OsteoDB"),
        ("/agents/?kind=antibody", "Antibody agents – OsteoDB"),
        ("/discrepancies/?state=open", "Open discrepancies – OsteoDB"),
        ("/sources/?kind=review", "Sources of the kind “review” – OsteoDB"),
        ("/sources/?year=2019", "Sources of 2019 – OsteoDB"),
        ("/changes/", "What changed – OsteoDB"),
        ("/changes/?news=true,false", "What changed – OsteoDB"),
    ],
)
def test_a_title_says_what_is_filtered(
    address: str, told: str | None, shared_universe: Universe
) -> None:
    shown = title(html(address))
    wanted = told or "Trials of the class VEGFR tyrosine kinase inhibitors – OsteoDB"
    assert shown == wanted


def test_a_description_counts_what_is_shown(shared_universe: Universe) -> None:
    number = Trial.objects.visible().filter(status=TrialStatus.COMPLETED).count()
    assert meta(html("/trials/?status=completed"), "description").startswith(
        f"{number} completed trials. Trials of osteosarcoma"
    )
    nothing = html("/trials/?status=withdrawn&country=de")
    assert meta(nothing, "description").startswith("No withdrawn trials in Germany. ")


def test_every_page_has_a_description_and_says_the_same_to_those_who_share_it(
    shared_universe: Universe,
) -> None:
    for name, address in every_page(shared_universe).items():
        source = html(address)
        assert f"{meta(source, 'og:title')} – OsteoDB" == title(source), name
        assert meta(source, "og:url") == canonical(source)
        assert meta(source, "og:description") == meta(source, "description")
        assert meta(source, "description") or name == "search", name
        assert not meta(source, "og:image")


def test_titles_of_pages_differ(shared_universe: Universe) -> None:
    titles = [title(html(address)) for address in every_page(shared_universe).values()]
    doubled = {one for one in titles if titles.count(one) > 1}
    assert doubled == {one for one in doubled if one.startswith("OST-E")}  # a version and its item


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/trials/?status=&phase=phase2&page=1", "/trials/?phase=phase2"),
        ("/trials/?ordering=-last_update", "/trials/"),
        ("/trials/?ordering=title&agent=regorafenib", "/trials/?agent=regorafenib&ordering=title"),
        ("/trials/?status=completed,recruiting", "/trials/?status=completed,recruiting"),
        ("/mechanisms/", "/mechanisms/"),
        ("/agents/rivoceranib/?searched=apatinib", "/agents/rivoceranib/"),
        ("/sources/davis2019/?utm_source=x", "/sources/davis2019/"),
    ],
)
def test_one_question_has_one_address(asked: str, told: str, shared_universe: Universe) -> None:
    assert canonical(html(asked)) == f"{SITE}{told}"


def test_what_is_said_now_has_the_address_of_the_item_and_an_old_version_its_own(
    shared_universe: Universe,
) -> None:
    here = f"/evidence/{shared_universe.versions['sarc024'].item.public_id}/"
    assert canonical(html(here)) == f"{SITE}{here}"
    assert canonical(html(f"{here}versions/2/")) == f"{SITE}{here}"
    assert canonical(html(f"{here}versions/1/")) == f"{SITE}{here}versions/1/"


@pytest.mark.parametrize("address", ["/nowhere/", "/trials/?satus=x", "/trials/NCT99999999/"])
def test_a_page_of_an_error_has_no_address_and_no_data(
    address: str, shared_universe: Universe
) -> None:
    source = get(address).content.decode()
    assert canonical(source) == ""
    assert data(source) == []
    assert "Cite this" not in source


# --- Data for machines ----------------------------------------------------------------------------


def test_structured_data_uses_only_what_schema_org_lists(shared_universe: Universe) -> None:
    pages = [*every_page(shared_universe).values()]
    pages += [f"/trials/{one.public_id}/" for one in Trial.objects.visible()]
    pages += [f"/sources/{one.slug}/" for one in Source.objects.all()]
    for address in pages:
        check(data(html(address)))


def test_a_trial_is_told_with_what_its_record_says(shared_universe: Universe) -> None:
    Trial.objects.filter(pk=shared_universe.trials["regobone"].pk).update(countries=["FR", "DE"])
    trial = Trial.objects.get(pk=shared_universe.trials["regobone"].pk)
    found = the(trial_page(shared_universe), "MedicalTrial")
    assert found["name"] == trial.title
    assert found["url"] == f"{SITE}/trials/{trial.public_id}/"
    numbers = {one["value"] for one in found["identifier"]}
    assert {trial.public_id, "NCT02389244"} <= numbers
    assert "https://clinicaltrials.gov/study/NCT02389244" in found["sameAs"]
    assert found["sponsor"] == {"@type": "Organization", "name": trial.lead_sponsor}
    assert found["status"].startswith("https://schema.org/")
    assert found["description"] == "Phase 2"
    assert [one["name"] for one in found["studyLocation"]] == ["France", "Germany"]
    subjects = {one["name"]: one["@type"] for one in found["studySubject"]}
    assert subjects == {"regorafenib": "Drug"}
    assert "https://schema.org/RandomizedTrial" in found["trialDesign"]


def test_what_is_not_reported_of_a_trial_is_left_out(shared_universe: Universe) -> None:
    Trial.objects.filter(pk=shared_universe.trials["regobone"].pk).update(
        lead_sponsor="",
        countries=[],
        phases=[],
        allocation="",
        masking="",
        status="unknown",
        status_raw="",
    )
    found = the(trial_page(shared_universe), "MedicalTrial")
    gone = {"sponsor", "studyLocation", "description", "trialDesign", "status"}
    assert not gone & set(found)


def test_a_status_that_a_person_set_is_told_though_no_registry_words_it(
    shared_universe: Universe,
) -> None:
    trials = Trial.objects.filter(pk=shared_universe.trials["regobone"].pk)
    trials.update(status="completed", status_raw="")
    assert the(trial_page(shared_universe), "MedicalTrial")["status"].endswith("/Completed")


def test_a_study_of_no_stated_type_is_not_called_a_trial(shared_universe: Universe) -> None:
    Trial.objects.filter(pk=shared_universe.trials["regobone"].pk).update(study_type="")
    kinds = {one["@type"] for one in data(trial_page(shared_universe))}
    assert kinds == {"MedicalStudy", "BreadcrumbList"}


def test_a_source_is_told_as_an_article_with_its_numbers(shared_universe: Universe) -> None:
    source = Source.objects.get(slug="davis2019")
    found = the(html("/sources/davis2019/"), "MedicalScholarlyArticle")
    assert found["name"] == source.title
    assert found["author"]["name"] == source.first_author
    assert found["datePublished"] == str(source.year)
    assert {"@type": "PropertyValue", "propertyID": "PMID", "value": source.pmid} in found[
        "identifier"
    ]
    assert found["mainEntityOfPage"] == f"{SITE}/sources/davis2019/"
    assert "creativeWorkStatus" not in found


def test_a_retracted_paper_is_told_as_such(shared_universe: Universe) -> None:
    Source.objects.filter(slug="davis2019").update(retraction="RETRACTED")
    source = html("/sources/davis2019/")
    found = the(source, "MedicalScholarlyArticle")
    assert found["creativeWorkStatus"] == "retracted"
    assert "retracted" in meta(source, "description").casefold()


def test_lists_are_data_sets_whose_files_hold_the_same_rows(shared_universe: Universe) -> None:
    found = the(html("/trials/?status=completed"), "Dataset")
    assert found["isAccessibleForFree"] is True
    assert found["url"] == f"{SITE}/trials/?status=completed"
    assert "license" not in found
    kinds = {one["encodingFormat"]: one["contentUrl"] for one in found["distribution"]}
    assert set(kinds) == {"application/json", "text/csv"}
    number = Trial.objects.visible().filter(status=TrialStatus.COMPLETED).count()
    rows = get(kinds["application/json"].removeprefix(SITE)).json()
    assert rows["count"] == number
    csv = get(kinds["text/csv"].removeprefix(SITE))
    assert csv["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("address", ["/", "/about/"])
def test_the_whole_is_a_data_set_as_of_the_last_refresh(
    address: str, shared_universe: Universe
) -> None:
    found = the(html(address), "Dataset")
    assert found["name"] == "OsteoDB"
    assert re.fullmatch(r"2026-03-\d\d", found["dateModified"])
    for one in found["distribution"]:
        assert get(one["contentUrl"].removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize("name", WITH_BREADCRUMBS)
def test_breadcrumbs_are_those_of_the_page_and_end_with_it(
    name: str, shared_universe: Universe
) -> None:
    source = html(every_page(shared_universe)[name])
    steps = the(source, "BreadcrumbList")["itemListElement"]
    nav = source.split('class="crumbs"')[1].split("</nav>")[0]
    shown = re.findall(r'<a href="([^"]+)">([^<]+)</a>', nav)
    assert [(one["item"], one["name"]) for one in steps[:-1]] == [
        (f"{SITE}{address}", unescape(label)) for address, label in shown
    ]
    assert steps[-1]["item"] == canonical(source)
    assert [one["position"] for one in steps] == list(range(1, len(steps) + 1))


HOSTILE = "</script><script>alert(1)</script><!-- & ]]> \" ' \u2028 β"


def test_a_hostile_title_stays_within_its_place(shared_universe: Universe) -> None:
    Trial.objects.filter(pk=shared_universe.trials["regobone"].pk).update(brief_title=HOSTILE)
    source = trial_page(shared_universe)
    assert "<script>alert" not in source
    assert the(source, "MedicalTrial")["name"] == HOSTILE
    [block] = SCRIPT.findall(source)
    assert not set("<>&\u2028\u2029") & set(block)
    assert "alert(1)" in meta(source, "og:title")


def test_a_hostile_search_stays_within_its_place(shared_universe: Universe) -> None:
    source = html("/trials/?search=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in source
    assert "</script><script>alert(1)</script>" in the(source, "Dataset")["name"]


def test_signs_of_html_are_written_as_escapes_of_json() -> None:
    written = as_script([{"@type": "Thing", "name": "<>&\u2028"}], SITE)
    assert "\\u003c\\u003e\\u0026\\u2028" in written
    assert json.loads(written)["@graph"] == [{"@type": "Thing", "name": "<>&\u2028"}]


def test_robots_are_told_as_before(shared_universe: Universe) -> None:
    assert "Disallow: /*?" in get("/robots.txt").content.decode()


# --- Paper ----------------------------------------------------------------------------------------


def test_paper_shows_address_day_and_citation(shared_universe: Universe) -> None:
    source = html("/trials/?status=completed")
    printed = source.split('class="wrap print-only"')[1].split("</footer>")[0]
    assert f"{SITE}/trials/?status=completed, printed on " in unescape(printed)
    assert "Cite as: OsteoDB: Completed trials, " in printed
    assert "Cite as" not in html("/about/").split("print-only")[1]
