"""Numbers on pages: as printed, with source and place, doubts marked, mice apart."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from evidence import services as evidence_services
from evidence.drafts import (
    AssertionDraft,
    Draft,
    Entity,
    LocatorDraft,
    MeasurementDraft,
    PopulationDraft,
)
from tests.universe import LATER, Universe, publish
from tests.website.support import html, section, words

pytestmark = pytest.mark.django_db


def table(source: str, caption: str) -> str:
    """The table with this caption."""
    match = re.search(
        rf"<caption>\s*{re.escape(caption)}\s*</caption>.*?</table>", source, re.DOTALL
    )
    assert match, caption
    return match.group(0)


def results(world: Universe, name: str = "regobone") -> str:
    return section(html(f"/trials/{world.trials[name].public_id}/"), "results")


def test_a_number_stands_as_printed_with_its_source_and_place(shared_universe: Universe) -> None:
    shown = table(results(shared_universe), "Measured in patients")
    assert "17/26 = 65%" in words(shown)
    assert "crude proportion at 8 weeks" in words(shown)
    assert 'href="/sources/duffaud2019/"' in shown
    assert "Duffaud F 2019 title" in words(shown)
    assert shared_universe.versions["regobone"].item.public_id in shown


def test_a_disputed_number_is_marked_by_sign_and_word_and_linked(shared_universe: Universe) -> None:
    shown = table(results(shared_universe), "Measured in patients")
    rows = re.findall(r"<tr role=\"row\" id.*?</tr>", shown, re.DOTALL)
    doubtful = [row for row in rows if "0 of the 14" in words(row)]
    assert len(doubtful) == 1
    assert "⚠ disputed" in words(doubtful[0])
    assert 'href="/discrepancies/regobone-denominator/"' in doubtful[0]
    assert not any("disputed" in row for row in rows if row not in doubtful)


def test_arms_that_nobody_compared_are_said_to_be_no_comparison(shared_universe: Universe) -> None:
    assert "they are not a comparative result" in words(results(shared_universe))


def test_a_comparison_by_design_is_shown_with_interval_and_p(shared_universe: Universe) -> None:
    item = shared_universe.versions["sarc024"].item.public_id
    source = html(f"/evidence/{item}/")
    shown = words(table(source, "Comparisons of groups of patients"))
    assert "HR 0.42" in shown
    assert "95% CI 0.21-0.85" in shown
    assert "p = 0.017" in shown
    assert "Designed to compare these groups" in shown
    assert "not a comparative result" not in words(source)


def test_a_number_that_no_source_gives_is_not_reported(shared_universe: Universe) -> None:
    item = shared_universe.versions["claim"].item.public_id
    shown = words(section(html(f"/evidence/{item}/"), "numbers"))
    assert "not reported" in shown
    assert "The review gives no number." in shown
    assert not re.search(r"\b0\b", shown.replace("4.4", ""))


def test_a_mouses_number_is_never_in_a_clinical_table(shared_universe: Universe) -> None:
    world = shared_universe
    publish(world, mouse_draft(world))
    for address in (f"/trials/{world.trials['regobone'].public_id}/", "/agents/regorafenib/"):
        source = html(address)
        apart = table(source, "Not clinical: each row says in what it was seen")
        assert "50% of mice" in words(apart)
        assert "Seen in: mouse" in words(apart)
        assert "50% of mice" not in words(table(source, "Measured in patients"))
        assert "They are no clinical results." in words(source)


def mouse_draft(world: Universe) -> Draft:
    """A percentage seen in mice, tied to a trial that has clinical numbers too. Invented."""
    return Draft(
        kind="MECHANISM",
        statement="Invented: half of the mice responded.",
        level="D",
        direction="SUPPORTS",
        model_system="MOUSE",
        trials=(world.trials["regobone"].pk,),
        regimens=(world.regimens["regorafenib"].pk,),
        agents=(world.agents["regorafenib"].pk,),
        locators=(
            LocatorDraft(
                key="paper",
                source=world.sources["duffaud2019"].pk,
                source_kind="ARTICLE",
                section="results",
            ),
        ),
        assertions=(
            AssertionDraft(
                key="arrow",
                locator="paper",
                subject=Entity("agent", world.agents["regorafenib"].pk),
                relation="INHIBITS",
                object=Entity("target", world.targets["KDR"].pk),
                model_system="MOUSE",
            ),
        ),
        populations=(
            PopulationDraft(key="mice", label="Mice", n=10, scope="OTHER", setting="NOT_REPORTED"),
        ),
        measurements=(
            MeasurementDraft(
                key="orr",
                population="mice",
                locator="paper",
                endpoint="ORR",
                estimator="CRUDE_PROPORTION",
                unit="PERCENT",
                trial=world.trials["regobone"].pk,
                regimen=world.regimens["regorafenib"].pk,
                value_raw="50% of mice",
                value=Decimal(50),
                unit_raw="%",
            ),
        ),
    )


def test_numbers_of_a_superseded_version_leave_the_trial_but_stay_with_the_version(
    shared_universe: Universe,
) -> None:
    old = shared_universe.versions["sarc024-old"]
    source = html(f"/evidence/{old.item.public_id}/versions/{old.number}/")
    assert "Superseded" in source
    assert "HR 0.42" in words(source)
    agent = html("/agents/regorafenib/")
    assert words(agent).count("HR 0.42") == 1


def test_a_retracted_statement_keeps_its_page_with_the_reason(shared_universe: Universe) -> None:
    version = shared_universe.versions["mouse"]
    evidence_services.retract(
        version=version, by=shared_universe.bob, now=LATER, reason="The blot was of another cell."
    )
    shown = words(html(f"/evidence/{version.item.public_id}/"))
    assert "Retracted" in shown
    assert "The blot was of another cell." in shown
    assert version.item.public_id not in html("/evidence/")
