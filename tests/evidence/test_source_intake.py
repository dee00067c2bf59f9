"""Pasted entries are planned against what is here, and added all or none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services
from evidence.citing_in import Entry
from evidence.models import Source
from evidence.services.source_intake import Outcome, SourceRefused
from osteodb.core.models import AuditEvent
from tests.evidence.citation_server import CitationServer
from tests.universe import LATER, Universe

NEW = Entry(
    where="RIS entry, line 1", kind="ARTICLE", title="A made-up paper", first_author="Beispiel A",
    container="Journal of Made-up Papers", year=2020, citation="J Made Up 2020;8(1):12-34",
    pmid="90000001", pmcid="PMC9000001", doi="10.5555/made.up", url="https://example.org/paper",
)  # fmt: skip
OTHER = Entry(where="RIS entry, line 9", kind="ARTICLE", title="Another one", doi="10.5555/other")


@pytest.fixture
def world(shared_universe: Universe) -> Universe:
    """The made-up world, with its sources."""
    return shared_universe


def add(world: Universe, *wanted: Any) -> list[Source]:
    """Add entries as Alice."""
    given = [
        one if isinstance(one, services.WantedSource) else services.WantedSource(one)
        for one in wanted
    ]
    return services.create_sources(wanted=given, by=world.alice, now=LATER)


def test_an_entry_nobody_has_is_new_and_is_added_with_all_its_fields(world: Universe) -> None:
    [plan] = services.plan_sources(entries=[NEW])
    assert (plan.outcome, plan.source, plan.alike) == (Outcome.NEW, None, None)
    [source] = add(world, NEW)
    stored = Source.objects.get(pk=source.pk)
    assert {name: getattr(stored, name) for name in NEW.details} == NEW.details
    assert (stored.slug, stored.retraction) == ("a-made-up-paper", "UNCHECKED")
    event = AuditEvent.objects.get(action="create_source", object_id=str(source.pk))
    assert (event.actor_name, event.comment) == (str(world.alice), "pasted: RIS entry, line 1")
    assert event.new == NEW.details


@pytest.mark.parametrize(
    "given", [{"pmid": "90000001"}, {"pmcid": "PMC9000001"}, {"doi": "10.5555/MADE.UP"}]
)
def test_an_entry_that_is_here_is_found_by_any_identifier(
    world: Universe, given: dict[str, str]
) -> None:
    [source] = add(world, NEW)
    [plan] = services.plan_sources(entries=[Entry(where="line 1", **given)])  # type: ignore[arg-type]
    assert (plan.outcome, plan.source, plan.differing) == (Outcome.HERE, source, ())


def test_what_an_entry_says_otherwise_is_shown_and_nothing_is_overwritten(world: Universe) -> None:
    [source] = add(world, replace(NEW, pmcid=""))
    changed = replace(NEW, title="A made up paper!", year=2021, kind="REVIEW")
    [plan] = services.plan_sources(entries=[changed])
    assert [(one.label, one.here, one.pasted) for one in plan.differing] == [
        ("year", "2020", "2021"),
        ("PMCID", "", "PMC9000001"),
    ]
    with pytest.raises(SourceRefused, match="It is here by now, as Beispiel A 2020"):
        add(world, changed)
    assert Source.objects.get(pk=source.pk).year == 2020


def test_identifiers_of_two_sources_are_for_a_person_to_sort_out(world: Universe) -> None:
    add(world, replace(NEW, doi="", pmcid=""), OTHER)
    [plan] = services.plan_sources(entries=[replace(NEW, doi=OTHER.doi)])
    assert plan.outcome == Outcome.REFUSED
    assert plan.reason == (
        "Its identifiers are those of several sources: Another one and Beispiel A 2020."
    )


def test_a_source_merged_into_another_leads_to_the_kept_one(world: Universe) -> None:
    absorbed, kept = add(world, NEW, OTHER)
    Source.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    [plan] = services.plan_sources(entries=[NEW])
    assert plan.source == kept


def test_the_same_entry_twice_in_a_paste_is_added_once(world: Universe) -> None:
    plans = services.plan_sources(entries=[NEW, replace(OTHER, doi="10.5555/Made.Up"), OTHER])
    assert [one.outcome for one in plans] == [Outcome.NEW, Outcome.REFUSED, Outcome.NEW]
    assert plans[1].reason == "The same as the one before (RIS entry, line 1)."


def test_the_same_title_is_pointed_out_and_not_refused(world: Universe) -> None:
    [plan] = services.plan_sources(entries=[replace(NEW, title="the REVIEW")])
    assert (plan.outcome, plan.alike) == (Outcome.NEW, world.sources["review"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "x" * 601}, "title: Ensure this value has at most 600 characters"),
        ({"url": "https://not an address"}, "address: Enter a valid URL"),
        ({"title": "", "notes": ()}, "An identifier alone describes no document"),
        ({"title": "", "notes": ("PubMed is away.",)}, "PubMed is away."),
    ],
)
def test_what_cannot_be_a_source_is_refused_before_anybody_says_so(
    world: Universe, change: dict[str, Any], reason: str
) -> None:
    [plan] = services.plan_sources(entries=[replace(NEW, **change)])
    assert plan.outcome == Outcome.REFUSED
    assert plan.reason.startswith(reason)
    with pytest.raises(SourceRefused):
        add(world, replace(NEW, **change))


@pytest.mark.parametrize(
    "wrong",
    [
        services.WantedSource(replace(OTHER, title="")),
        services.WantedSource(OTHER, kind="NONSENSE"),
        services.WantedSource(OTHER, slug="davis2019"),
        services.WantedSource(replace(OTHER, pmid="90000001")),
    ],
    ids=["bare", "kind", "slug taken", "twice"],
)
def test_one_refused_entry_stops_them_all(world: Universe, wrong: services.WantedSource) -> None:
    before, events = Source.objects.count(), AuditEvent.objects.count()
    with pytest.raises(SourceRefused) as refusal:
        add(world, NEW, wrong)
    assert refusal.value.position == 1
    assert str(refusal.value).startswith("RIS entry, line 9: ")
    assert (Source.objects.count(), AuditEvent.objects.count()) == (before, events)


def test_a_retraction_is_set_only_where_a_person_took_it_over(world: Universe) -> None:
    first = replace(NEW, retraction="RETRACTED", hint="PubMed: Retracted Publication")
    second = replace(OTHER, retraction="RETRACTED", hint="PubMed: Retracted Publication")
    marked, left = add(world, services.WantedSource(first, mark=True), second)
    assert (marked.retraction, marked.retraction_note) == (
        "RETRACTED",
        f"PubMed: Retracted Publication (as pasted {LATER:%Y-%m-%d})",
    )
    assert (left.retraction, left.retraction_note) == ("UNCHECKED", "")


def test_kind_and_slug_are_what_the_person_chose(world: Universe) -> None:
    [source] = add(world, services.WantedSource(NEW, kind="REVIEW", slug="my-paper"))
    assert (source.kind, source.slug) == ("REVIEW", "my-paper")


def test_a_plan_takes_as_many_queries_for_many_as_for_one(world: Universe) -> None:
    many = [
        replace(NEW, where=str(at), title=f"Paper {at}", pmid=str(90000100 + at), pmcid="", doi="")
        for at in range(50)
    ]
    for entries in ([NEW], many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            services.plan_sources(entries=entries)
        assert len(queries) == 2


def test_only_what_is_not_here_is_looked_up(world: Universe, settings: Any) -> None:
    add(world, NEW)
    bare = [Entry(where="line 1", pmid="90000001"), Entry(where="line 2", pmid="90000002")]
    with CitationServer().running() as server:
        settings.OSTEODB_PUBMED_URL = server.url
        server.says("/efetch.fcgi", "PMID- 90000002\nTI  - Looked up.\nPT  - Journal Article\n")
        found = services.look_up_sources(entries=[*bare, OTHER])
    assert [one.title for one in found] == ["", "Looked up", "Another one"]
    assert [params["id"] for _path, params, _headers in server.asked] == ["90000002"]


def test_without_a_setting_the_plan_says_what_to_do(world: Universe) -> None:
    found = services.look_up_sources(entries=[Entry(where="line 1", pmid="90000002")])
    [plan] = services.plan_sources(entries=found)
    assert plan.reason == "The look-up of a PMID is not configured: paste the entry instead."
