"""The page of one thing: its counts are its lists' counts, and what is left out is linked."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from django.urls import reverse

from evidence.mechanism_queries import findings_about, node_of
from evidence.mechanisms.graph import Part, Touching
from osteodb.website.pages.shown import MOST, first_arrows
from tests.universe import Universe
from tests.website.support import get, html, section, words
from trials.models import Site, Trial, TrialAgent

pytestmark = pytest.mark.django_db

TALLY = re.compile(r'<li>\s*<a href="([^"]+)"><b>([\d,]+)</b> <span>([^<]+)</span>')


def tallies(source: str) -> list[tuple[str, int, str]]:
    """The counts at a glance: address, number, noun."""
    found = TALLY.findall(source)
    return [(unescape(url), int(n.replace(",", "")), noun) for url, n, noun in found]


def counted_by(url: str) -> int:
    """How many rows the list at an address says that it has."""
    if url.startswith("/api/"):
        return int(get(url).json()["count"])
    match = re.search(r'class="result-count"[^>]*>\s*([\d,]+|No) ', html(url))
    assert match, url
    return 0 if match.group(1) == "No" else int(match.group(1).replace(",", ""))


def pages(world: Universe) -> list[str]:
    """A page of each kind that has counts at a glance."""
    return [
        "/agents/regorafenib/",
        "/agents/rivoceranib/",
        f"/targets/{world.targets['KDR'].slug}/",
        f"/pathways/{world.pathway.slug}/",
        "/therapy-classes/targeted/",
        "/therapy-classes/targeted/vegfr-tki/",
        "/sources/davis2019/",
    ]


def test_each_count_at_a_glance_is_what_its_list_counts(shared_universe: Universe) -> None:
    seen = 0
    for address in pages(shared_universe):
        for url, number, noun in tallies(html(address)):
            if not url.startswith("#"):
                assert counted_by(url) == number, (address, noun)
                seen += 1
    assert seen > 10


def test_what_there_is_none_of_is_said_and_leads_nowhere(shared_universe: Universe) -> None:
    source = html(f"/pathways/{shared_universe.pathway.slug}/")
    assert "0 discrepancies" in words(source)
    assert "/discrepancies/?pathway" not in source


def test_an_agent_of_many_trials_shows_the_first_and_links_all(shared_universe: Universe) -> None:
    agent = shared_universe.agents["regorafenib"]
    for number in range(MOST + 5):
        trial = Trial.objects.create(
            brief_title=f"Made {number:03}",
            inclusion="INCLUDED",
            inclusion_reason="Made.",
            created_at=shared_universe.trials["regobone"].created_at,
            updated_at=shared_universe.trials["regobone"].updated_at,
        )
        TrialAgent.objects.create(trial=trial, agent=agent, matched_by="CORPUS")
    source = html("/agents/regorafenib/")
    shown = section(source, "trials")
    assert shown.count('<th scope="row"') == MOST
    [link] = re.findall(r'Not all are shown here. <a href="([^"]+)">All (\d+) trials</a>', shown)
    assert (
        counted_by(unescape(link[0])) == int(link[1]) == MOST + 5 + counted_before(shared_universe)
    )


def counted_before(shared_universe: Universe) -> int:
    """The trials of the universe that give regorafenib."""
    made = Trial.objects.filter(brief_title__startswith="Made ")
    given = TrialAgent.objects.in_force().filter(agent=shared_universe.agents["regorafenib"])
    given = given.exclude(trial__in=made).filter(
        trial__head__in=Trial.objects.visible().values("pk")
    )
    return len(set(given.values_list("trial__head", flat=True)))


def arrows(world: Universe, supporting: int, opposing: int) -> Touching:
    """So many arrows of one thing, copies of a real one."""
    target = world.targets["KDR"]
    [edge, *_] = findings_about(target).edges
    copies = [replace(edge, id=number) for number in range(supporting + opposing)]
    for_it, against = tuple(copies[:supporting]), tuple(copies[supporting:])
    return Touching(node_of(target), (Part("SUBJECT", for_it, ()), Part("OBJECT", (), against)))


def test_what_speaks_against_is_shown_before_more_of_what_speaks_for(
    shared_universe: Universe,
) -> None:
    shown = first_arrows(arrows(shared_universe, supporting=40, opposing=6), "target=kdr")
    assert [len(part.opposing) for part in shown.parts] == [0, 6]
    assert [len(part.supporting) for part in shown.parts] == [MOST - 6, 0]
    assert (shown.count, shown.is_cut, shown.url) == (46, True, "/mechanisms/?target=kdr")
    assert shown.parts[0].count_words == "19 of 40 arrows"


def test_few_arrows_are_all_shown(shared_universe: Universe) -> None:
    shown = first_arrows(arrows(shared_universe, supporting=20, opposing=5), "target=kdr")
    assert not shown.is_cut
    assert shown.parts[0].count_words == "20 arrows"


def test_a_source_says_where_in_it_each_statement_was_read(shared_universe: Universe) -> None:
    version = shared_universe.versions["sarc024"]
    [locator, *_] = version.locators.filter(source__slug="davis2019")
    shown = words(section(html("/sources/davis2019/"), "statements"))
    assert version.statement in shown
    assert locator.place.split(",")[0] in shown


def test_every_heading_has_a_permanent_link(shared_universe: Universe) -> None:
    for address in [*pages(shared_universe), trial_page(shared_universe)]:
        source = html(address)
        for anchor in re.findall(r'<h2 id="([^"]+)"', source):
            assert f'class="permalink" href="#{anchor}"' in source, (address, anchor)


def trial_page(world: Universe) -> str:
    return reverse("trial", args=[world.trials["regobone"].public_id])


def test_a_trial_begins_with_what_a_clinician_looks_for(shared_universe: Universe) -> None:
    source = html(trial_page(shared_universe))
    glance = words(source.partition('class="at-a-glance"')[2].partition("</dl>")[0])
    for label in ("Phase", "Enrolment", "Start", "Completion", "Agents", "Lead sponsor", "Sites"):
        assert label in glance
    assert "regorafenib" in glance
    assert source.index('class="at-a-glance"') < source.index('id="results"')


def test_results_stand_by_group_and_each_number_once(shared_universe: Universe) -> None:
    source = section(html(trial_page(shared_universe)), "results")
    captions = re.findall(r"<caption>([^<]+)</caption>", source)
    assert {"Measured in patients: regorafenib", "Measured in patients: placebo"} <= set(captions)
    anchors = re.findall(r'id="number-(\d+)"', source)
    trial = shared_universe.trials["regobone"]
    visible = trial.measurements.filter(version__state="PUBLISHED")
    assert sorted(map(int, anchors)) == sorted(visible.values_list("pk", flat=True))
    placebo = source.partition("<caption>Measured in patients: placebo</caption>")[2].partition(
        "</table>"
    )[0]
    labels = dict(visible.values_list("pk", "arm_label"))
    assert {labels[int(pk)] for pk in re.findall(r'id="number-(\d+)"', placebo)} == {"placebo"}


def test_sites_are_folded_by_country(shared_universe: Universe) -> None:
    trial = shared_universe.trials["regobone"]
    for city in ("Lyon", "Paris"):
        Site.objects.create(trial=trial, country_code="FR", country="France", city=city)
    source = section(html(trial_page(shared_universe)), "sites")
    assert re.search(r"<summary>France \(\d+\)</summary>", source)
    assert "Lyon" in source
