"""Numbers on pages: as printed, with source and place, doubts marked, mice apart."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services as evidence_services
from evidence.drafts import (
    AssertionDraft,
    Draft,
    Entity,
    LocatorDraft,
    MeasurementDraft,
    PopulationDraft,
)
from evidence.models import EvidenceVersion, Source
from tests.universe import LATER, Universe, publish
from tests.website.support import html, section, words

pytestmark = pytest.mark.django_db


def table(source: str, caption: str) -> str:
    """The tables with this caption, on a trial's page one for each group of patients."""
    found = re.findall(
        rf"<caption>\s*{re.escape(caption)}(?:: [^<]*)?\s*</caption>.*?</table>", source, re.DOTALL
    )
    assert found, caption
    return "".join(found)


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
                endpoint="OTHER",
                endpoint_name="tumours that shrank",
                endpoint_definition="Invented.",
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


# --- What the arithmetic says, months, retracted sources, earlier wordings ------------------------


def doubtful_draft(world: Universe, **given: Any) -> Draft:
    """APFAO's crude proportion with its printed interval, and a median in weeks."""
    share: dict[str, Any] = {
        "key": "pfs6-crude", "population": "all", "locator": "paper", "endpoint": "PFS",
        "estimator": "CRUDE_PROPORTION", "unit": "PERCENT", "value_raw": "30.23",
        "value": Decimal("30.23"), "unit_raw": "%", "events": 13, "n": 43, "ci_raw": "17.2-40.1",
        "ci_level": Decimal(95), "ci_low": Decimal("17.2"), "ci_high": Decimal("40.1"),
    }  # fmt: skip
    weeks: dict[str, Any] = {
        "key": "mpfs", "population": "all", "locator": "paper", "endpoint": "PFS",
        "estimator": "MEDIAN", "unit": "WEEKS", "value_raw": "16.4", "value": Decimal("16.4"),
        "unit_raw": "weeks", "ci_raw": "9.6-NE", "ci_level": Decimal(95),
        "ci_low": Decimal("9.6"), "ci_high_state": "NOT_ESTIMABLE",
        "threshold_raw": "more than 20 weeks", "threshold_met": False,
    }  # fmt: skip
    paper = world.sources["duffaud2019"]
    return Draft(
        kind="EFFICACY",
        statement="Invented: a statement with doubtful numbers.",
        agents=(world.agents["regorafenib"].pk,),
        level="B",
        direction="SUPPORTS",
        model_system="PATIENT",
        locators=(
            LocatorDraft(key="paper", source=paper.pk, source_kind=paper.kind, section="abstract"),
        ),
        populations=(
            PopulationDraft(
                key="all", label="All", n=43, scope="OSTEOSARCOMA_ONLY", setting="RELAPSE"
            ),
        ),
        measurements=(
            MeasurementDraft(**{**share, **given}),
            MeasurementDraft(**weeks),
        ),
    )


def evidence_page(version: EvidenceVersion) -> str:
    return html(f"/evidence/{version.item.public_id}/")


def test_what_the_arithmetic_says_stands_beside_the_number_with_the_sum(
    shared_universe: Universe,
) -> None:
    version = publish(shared_universe, doubtful_draft(shared_universe))
    for source in (evidence_page(version), html("/sources/duffaud2019/")):
        rows = re.findall(r"<tr role=\"row\" id.*?</tr>", source, re.DOTALL)
        [row] = [words(row) for row in rows if "30.23" in words(row)]
        assert "≠ Comes out otherwise" in row
        assert "Printed 17.2–40.1" in row
        assert "Worked out 17.2–46.1" in row
        assert "May be innocent" in row
    assert "finding" not in html(f"/evidence/{shared_universe.versions['sarc024'].item.public_id}/")


def test_a_time_in_weeks_stands_in_months_too(shared_universe: Universe) -> None:
    version = publish(shared_universe, doubtful_draft(shared_universe))
    source = evidence_page(version)
    assert "16.4 weeks ( 3.8 months )" in words(source).replace("(3.8 months)", "( 3.8 months )")
    assert "a month as a twelfth of it, 30.4375 days" in source
    assert "30.4375 days" in words(html("/glossary/"))
    shown = table(results(shared_universe), "Measured in patients")
    assert "crude proportion at 8 weeks (1.8 months)" in words(shown)


def test_an_open_end_and_a_missed_threshold_are_told_in_words(shared_universe: Universe) -> None:
    shown = words(evidence_page(publish(shared_universe, doubtful_draft(shared_universe))))
    assert "95% CI 9.6 to not estimable (printed 9.6-NE)" in shown
    assert "Pre-specified: more than 20 weeks: missed" in shown


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("RETRACTED", "⚠ source retracted: never plotted"),
        ("CONCERN", "⚠ expression of concern about the source"),
    ],
)
def test_what_is_known_against_a_source_stands_beside_each_of_its_numbers(
    shared_universe: Universe, state: str, said: str
) -> None:
    world = shared_universe
    assert said not in words(results(world))
    evidence_services.mark_retraction(
        source=Source.objects.get(slug="duffaud2019"),
        state=state,
        note="Invented: seen on the journal's page.",
        by=world.bob,
        now=LATER,
    )
    shown = table(results(world), "Measured in patients")
    assert words(shown).count(said) == words(shown).count("Duffaud F 2019")
    assert "Invented: seen on the journal's page." in words(html("/sources/duffaud2019/"))


def test_a_dispute_about_an_earlier_wording_is_told_apart(shared_universe: Universe) -> None:
    world = shared_universe
    first = publish(world, doubtful_draft(world))
    [row] = evidence_services.check_evidence(now=LATER, open_discrepancies=True).opened
    assert "About an earlier wording" not in words(evidence_page(first))
    assert row.title in words(section(evidence_page(first), "disagreements"))
    corrected = doubtful_draft(world, ci_raw="17.2-46.1", ci_high=Decimal("46.1"))
    second = evidence_services.save_draft(
        draft=corrected, item=first.item, by=world.alice, now=LATER
    )
    evidence_services.submit(version=second, by=world.alice, now=LATER)
    evidence_services.publish(version=second, by=world.bob, now=LATER)
    source = evidence_page(second)
    assert row.title in words(section(source, "earlier"))
    assert "Comes out otherwise" not in words(source)
    assert "an earlier wording" in words(html(f"/discrepancies/{row.slug}/"))


def test_a_page_of_many_findings_makes_as_many_queries_as_one_of_few(
    shared_universe: Universe,
) -> None:
    world = shared_universe

    def queries(count: int) -> int:
        draft = doubtful_draft(world)
        first = draft.measurements[0]
        numbers = tuple(replace(first, key=f"n-{at}") for at in range(count))
        version = publish(world, replace(draft, measurements=numbers))
        with CaptureQueriesContext(connection) as captured:
            source = evidence_page(version)
        assert source.count("finding-difference") == count
        return len(captured)

    assert queries(1) == queries(12)


def test_the_about_page_counts_what_did_not_come_out(shared_universe: Universe) -> None:
    before = words(html("/about/"))
    assert ", 0 did not come out as printed." in before
    publish(shared_universe, doubtful_draft(shared_universe))
    assert ", 1 did not come out as printed (1 difference)" in words(html("/about/"))
    listed = words(html("/evidence/?has_findings=true"))
    assert "Invented: a statement with doubtful numbers." in listed
