"""Statements in the admin: entered whole on one form, checked by another, then read-only."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from evidence import services
from evidence.models import (
    Benchmark,
    BiasAssessment,
    Discrepancy,
    EvidenceVersion,
    Finding,
    Measurement,
    Source,
    SourceLink,
)
from osteodb.core.models import User
from tests.admin_support import address, refused, said, save, sign_in, values_of
from tests.universe import LATER, Universe
from therapies.services import create_pathway


@pytest.fixture
def alice(shared_universe: Universe) -> Client:
    """A browser of Alice, who writes."""
    return sign_in("curator", "alice")


@pytest.fixture
def bob(shared_universe: Universe) -> Client:
    """A browser of Bob, who reviews."""
    return sign_in("reviewer", "bob")


def paper(world: Universe, **changes: str) -> dict[str, str]:
    """What a curator types from a paper: one locator, one population, one number."""
    source, trial = world.sources["duffaud2019"], world.trials["regobone"]
    given = {
        "kind": "EFFICACY", "statement": "Half were free of progression.", "level": "B",
        "direction": "SUPPORTS", "model_system": "PATIENT", "trials": str(trial.pk),
        "locators-TOTAL_FORMS": "1", "locators-0-source": str(source.pk),
        "locators-0-section": "Results", "locators-0-page": "121",
        "populations-TOTAL_FORMS": "1", "populations-0-label": "All treated",
        "populations-0-n": "26", "populations-0-scope": "OSTEOSARCOMA_ONLY",
        "populations-0-setting": "RELAPSE",
        "measurements-TOTAL_FORMS": "1", "measurements-0-population": "1",
        "measurements-0-locator": "1", "measurements-0-endpoint": "PFS",
        "measurements-0-estimator": "CRUDE_PROPORTION", "measurements-0-state": "REPORTED",
        "measurements-0-value_raw": "50 %", "measurements-0-value": "50",
        "measurements-0-unit": "PERCENT", "measurements-0-events": "13", "measurements-0-n": "26",
    }  # fmt: skip
    return {**given, **changes}


def entered(alice: Client, world: Universe, **changes: str) -> EvidenceVersion:
    """A statement saved as a draft."""
    answer = save(alice, EvidenceVersion, **paper(world, **changes))
    assert "added successfully" in said(answer), refused(answer)
    return EvidenceVersion.objects.latest("pk")


def press(browser: Client, version: EvidenceVersion, button: str, comment: str = "") -> Any:
    """Press a button of a version's page."""
    page = address(EvidenceVersion, "do", version.pk, button)
    return browser.post(page, {"comment": comment}, follow=True)


def buttons(browser: Client, version: EvidenceVersion) -> list[str]:
    """The names of the buttons a version's page offers."""
    context = browser.get(address(EvidenceVersion, "change", version.pk)).context
    return [button["action"].name for button in context["post_buttons"]]


def test_a_paper_is_entered_in_one_go(alice: Client, shared_universe: Universe) -> None:
    version = entered(alice, shared_universe)
    number = version.measurements.get()
    assert (version.state, str(version.author)) == ("DRAFT", str(shared_universe.alice))
    assert (number.population.label, number.locator.page) == ("All treated", "121")
    assert (number.value_raw, number.events, number.n) == ("50 %", 13, 26)
    assert number.value == 50
    assert version.trials.get() == shared_universe.trials["regobone"]


def test_what_is_saved_again_unchanged_says_the_same(
    alice: Client, shared_universe: Universe
) -> None:
    version = entered(alice, shared_universe)
    before = services.draft_of(version)
    assert "success" in said(save(alice, EvidenceVersion, version.pk))
    version.refresh_from_db()
    assert services.draft_of(version) == before


def test_every_statement_of_the_universe_survives_its_own_form(
    alice: Client, shared_universe: Universe
) -> None:
    for name in ("sarc024", "regobone", "mouse"):
        published = shared_universe.versions[name]
        assert "is a draft to write in" in said(press(alice, published, "revise"))
        draft = published.item.versions.get(state="DRAFT")
        assert "success" in said(save(alice, EvidenceVersion, draft.pk))
        draft.refresh_from_db()
        assert services.draft_of(draft) == services.draft_of(published), name


def test_a_second_row_is_named_by_its_number_before_it_is_saved(
    alice: Client, shared_universe: Universe
) -> None:
    more = {
        "populations-TOTAL_FORMS": "2", "populations-1-label": "PD-L1 positive",
        "populations-1-scope": "OSTEOSARCOMA_ONLY", "populations-1-setting": "RELAPSE",
        "populations-1-parent": "1", "measurements-0-population": "2",
    }  # fmt: skip
    number = entered(alice, shared_universe, **more).measurements.get()
    assert number.population.label == "PD-L1 positive"
    assert number.population.parent is not None
    assert number.population.parent.label == "All treated"


def test_what_the_database_would_refuse_stands_at_its_field_in_words(
    alice: Client, shared_universe: Universe
) -> None:
    count = EvidenceVersion.objects.count()
    answer = save(
        alice, EvidenceVersion, **paper(shared_universe, **{"measurements-0-events": "27"})
    )
    formset = next(
        one.formset
        for one in answer.context["inline_admin_formsets"]
        if one.formset.prefix == "measurements"
    )
    assert "never more than n" in str(formset.forms[0].errors["events"])
    assert "success" not in said(answer)
    assert EvidenceVersion.objects.count() == count


def test_a_source_without_a_place_is_refused_in_words(
    alice: Client, shared_universe: Universe
) -> None:
    empty = {"locators-0-section": "", "locators-0-page": ""}
    answer = save(alice, EvidenceVersion, **paper(shared_universe, **empty))
    assert "No source without a place in it" in refused(answer)
    assert "onstraint" not in refused(answer)


def test_an_unfinished_draft_is_kept_and_says_what_it_lacks(
    alice: Client, shared_universe: Universe
) -> None:
    given = {
        key: value for key, value in paper(shared_universe).items() if "measurements" not in key
    }
    answer = save(alice, EvidenceVersion, **given)
    assert "needs at least one measurement" in said(answer)
    version = EvidenceVersion.objects.latest("pk")
    page = alice.get(address(EvidenceVersion, "change", version.pk)).content.decode()
    assert "Before it can be submitted" in page
    answer = press(alice, version, "submit")
    assert "needs at least one measurement" in said(answer)
    version.refresh_from_db()
    assert version.state == "DRAFT"


def test_from_draft_to_published_it_takes_two_people(
    alice: Client, bob: Client, shared_universe: Universe
) -> None:
    version = entered(alice, shared_universe)
    assert buttons(alice, version) == ["submit", "withdraw"]
    assert buttons(bob, version) == []
    press(alice, version, "submit")
    assert buttons(alice, version) == []
    assert buttons(bob, version) == ["publish", "return"]
    assert "Give the reason" in said(press(bob, version, "return"))
    press(bob, version, "return", "Name the arm.")
    version.refresh_from_db()
    assert (version.state, version.review_comment) == ("DRAFT", "Name the arm.")
    press(alice, version, "submit")
    press(bob, version, "publish")
    version.refresh_from_db()
    assert (version.state, version.reviewer) == ("PUBLISHED", shared_universe.bob)
    page = address(EvidenceVersion, "history", version.pk)
    told = [(entry.actor, entry.what) for entry in alice.get(page).context["entries"]]
    assert [what for _, what in told][:3] == ["publish", "submit", "return to author"]
    assert told[0][0] == str(shared_universe.bob)


def test_a_draft_is_given_up_with_a_reason_and_can_be_taken_up_again(
    alice: Client, shared_universe: Universe
) -> None:
    version = entered(alice, shared_universe)
    assert "Give the reason" in said(press(alice, version, "withdraw"))
    press(alice, version, "withdraw", "Stands twice.")
    version.refresh_from_db()
    assert (version.state, version.withdrawal_reason) == ("WITHDRAWN", "Stands twice.")
    page = alice.get(address(EvidenceVersion, "change", version.pk)).content.decode()
    assert "given up before anybody published it" in page and "Stands twice." in page
    assert buttons(alice, version) == ["revise"]
    assert "is a draft to write in" in said(press(alice, version, "revise"))


def test_nobody_publishes_their_own_work(shared_universe: Universe) -> None:
    both = sign_in("curator", "both")
    User.objects.get(username="both").groups.add(Group.objects.get(name="reviewer"))
    version = entered(both, shared_universe)
    press(both, version, "submit")
    assert press(both, version, "publish").status_code == 403
    version.refresh_from_db()
    assert version.state == "IN_REVIEW"


def test_what_was_published_is_not_written_by_a_forged_form(
    alice: Client, shared_universe: Universe
) -> None:
    version = shared_universe.versions["sarc024"]
    before = services.draft_of(version)
    page = address(EvidenceVersion, "change", version.pk)
    source = alice.get(page).content.decode()
    assert 'name="_save"' not in source
    assert "read-only" in source
    assert alice.post(page, {**paper(shared_universe), "_save": "Save"}).status_code == 403
    assert services.draft_of(version) == before


def test_a_button_answers_to_a_post_only(alice: Client, shared_universe: Universe) -> None:
    version = shared_universe.versions["draft"]
    assert alice.get(address(EvidenceVersion, "do", version.pk, "submit")).status_code == 405
    assert press(alice, version, "no-such-button").status_code == 403


def test_a_retraction_needs_its_reason_and_keeps_the_page(
    bob: Client, shared_universe: Universe
) -> None:
    version = shared_universe.versions["mouse"]
    assert "Give the reason" in said(press(bob, version, "retract"))
    press(bob, version, "retract", "Withdrawn by its authors.")
    version.refresh_from_db()
    assert (version.state, version.retraction_reason) == ("RETRACTED", "Withdrawn by its authors.")


def test_a_source_is_entered_once(alice: Client, shared_universe: Universe) -> None:
    given = {"kind": "ARTICLE", "title": "A paper", "pmid": "12345678"}
    answer = save(alice, Source, **given, trials=str(shared_universe.trials["regobone"].pk))
    assert "added successfully" in said(answer)
    source = Source.objects.get(pmid="12345678")
    assert source.trials.count() == 1
    answer = save(alice, Source, **{**given, "title": "The same again"})
    assert "success" not in said(answer)
    link = {
        "links_from-TOTAL_FORMS": "1", "links_from-0-kind": "CITES",
        "links_from-0-to_source": str(shared_universe.sources["duffaud2019"].pk),
    }  # fmt: skip
    assert "success" in said(save(alice, Source, source.pk, **link))
    assert SourceLink.objects.filter(from_source=source, kind="CITES").count() == 1


def test_a_disagreement_is_opened_with_its_sides_and_decided_with_words(
    alice: Client, shared_universe: Universe
) -> None:
    source = str(shared_universe.sources["review"].pk)
    given = {"title": "49 or 54?", "kind": "REVIEW_PAPER", "sides-TOTAL_FORMS": "2"}
    for at, says in enumerate(("49 %", "54 %")):
        given |= {f"sides-{at}-says": says, f"sides-{at}-source": source}
    assert "added successfully" in said(save(alice, Discrepancy, **given))
    row = Discrepancy.objects.get(title="49 or 54?")
    assert [side.says for side in row.sides.all()] == ["49 %", "54 %"]
    assert row.opened_by == shared_universe.alice
    answer = save(alice, Discrepancy, row.pk, state="RESOLVED", opened_by="1")
    assert "success" not in said(answer)
    assert refused(answer)
    save(alice, Discrepancy, row.pk, state="EXPLAINED", explanation="Another time point.")
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("EXPLAINED", shared_universe.alice)


def test_a_side_without_a_source_is_refused(alice: Client, shared_universe: Universe) -> None:
    given = {"title": "x", "kind": "ARITHMETIC", "sides-TOTAL_FORMS": "1", "sides-0-says": "x"}
    answer = save(alice, Discrepancy, **given)
    assert "success" not in said(answer)
    assert not Discrepancy.objects.filter(title="x").exists()


def test_a_judgement_stands_in_ones_own_name(
    bob: Client, alice: Client, shared_universe: Universe
) -> None:
    number = Measurement.objects.filter(version__state="PUBLISHED").order_by("pk")[0]
    given = {"measurement": str(number.pk), "domain": "selection", "judgement": "HIGH"}
    assert "success" in said(save(bob, BiasAssessment, **given, reason="No control group."))
    row = BiasAssessment.objects.get()
    assert row.reviewer == shared_universe.bob
    answer = save(alice, BiasAssessment, row.pk, judgement="LOW")
    assert "add your own" in refused(answer)
    assert "success" not in said(answer)


def test_only_a_published_number_becomes_a_benchmark(
    alice: Client, shared_universe: Universe
) -> None:
    draft = services.save_draft(
        draft=services.draft_of(shared_universe.versions["regobone"]),
        by=shared_universe.alice,
        now=LATER,
    )
    given = {"name": "Relapse", "slug": "relapse"}
    number = draft.measurements.order_by("pk")[0]
    answer = save(alice, Benchmark, **given, measurement=str(number.pk))
    assert "published number seen in patients" in refused(answer)
    published = shared_universe.versions["regobone"].measurements.order_by("pk")[0]
    assert "success" in said(save(alice, Benchmark, **given, measurement=str(published.pk)))


def test_the_form_of_a_new_statement_is_empty(alice: Client) -> None:
    values = values_of(alice, EvidenceVersion)
    assert (values["statement"], values["measurements-TOTAL_FORMS"]) == ("", "0")


def test_what_the_arithmetic_says_is_told_after_saving_and_at_the_number(
    alice: Client, shared_universe: Universe
) -> None:
    answer = save(
        alice, EvidenceVersion, **paper(shared_universe, **{"measurements-0-events": "5"})
    )
    assert "5 of 26" in said(answer)
    version = EvidenceVersion.objects.latest("pk")
    page = alice.get(address(EvidenceVersion, "change", version.pk)).content.decode()
    finding = version.measurements.get().findings.get()
    assert page.count(finding.says) == 2  # above the form, and at the number
    assert finding.innocent in page
    listed = alice.get(address(Finding, "changelist")).content.decode()
    assert finding.says in listed
    corrected = save(alice, EvidenceVersion, version.pk, **{"measurements-0-events": "13"})
    assert "of 26" not in said(corrected)


def test_a_word_against_a_source_needs_where_it_was_seen(
    alice: Client, shared_universe: Universe
) -> None:
    source = shared_universe.sources["duffaud2019"]
    assert refused(save(alice, Source, source.pk, retraction="RETRACTED"))
    source.refresh_from_db()
    assert source.retraction != "RETRACTED"
    save(alice, Source, source.pk, retraction="RETRACTED", retraction_note="Invented notice.")
    source.refresh_from_db()
    assert (source.retraction, source.retraction_note) == ("RETRACTED", "Invented notice.")


def test_a_draft_that_rests_on_a_retracted_source_says_that_it_cannot_be_published(
    alice: Client, shared_universe: Universe
) -> None:
    version = entered(alice, shared_universe)
    services.mark_retraction(
        source=Source.objects.get(slug="duffaud2019"),
        state="RETRACTED",
        note="Invented notice.",
        by=shared_universe.bob,
        now=LATER,
    )
    page = alice.get(address(EvidenceVersion, "change", version.pk)).content.decode()
    assert "It cannot be published: it rests only on a retracted source" in page


def test_a_form_that_somebody_else_has_saved_meanwhile_is_refused(
    alice: Client, shared_universe: Universe
) -> None:
    version = entered(alice, shared_universe)
    stale = values_of(alice, EvidenceVersion, version.pk)
    save(alice, EvidenceVersion, version.pk, statement="Saved first.")
    answer = alice.post(address(EvidenceVersion, "change", version.pk), stale)
    assert "after you had opened it" in answer.content.decode()
    version.refresh_from_db()
    assert version.statement == "Saved first."


def test_deciding_a_disagreement_keeps_the_pathways_it_is_about(
    alice: Client, shared_universe: Universe
) -> None:
    row = Discrepancy.objects.order_by("pk")[0]
    pathway = create_pathway(name="Invented pathway", by=shared_universe.alice, now=LATER)
    row.pathways.add(pathway)
    answer = save(alice, Discrepancy, row.pk, state="EXPLAINED", explanation="Two cut-offs.")
    assert "success" in said(answer)
    assert list(row.pathways.all()) == [pathway]
