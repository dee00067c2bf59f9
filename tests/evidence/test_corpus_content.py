"""What the shipped corpus says, after it has gone through the services."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db.models import Q

from evidence.corpus.loading import Report, load_corpus
from evidence.models import (
    Benchmark,
    Comparison,
    Discrepancy,
    DiscrepancySide,
    EvidenceVersion,
    Measurement,
    MechanismAssertion,
    Source,
)
from tests.evidence.conftest import CORPUS, NOW
from tests.evidence.test_corpus_loading import everything
from therapies import services as therapies
from therapies.models import Agent, AgentTarget, Pathway, Target, TherapyClass
from trials.models import (
    LinkDecision,
    RecordOrigin,
    RegistryRecord,
    Trial,
    TrialIdentifier,
    TrialLink,
)
from trials.services import registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_corpus")]


def trial_of(number: str) -> Trial:
    return TrialIdentifier.objects.get(value=number).trial


def figures(number: str) -> list[Measurement]:
    return list(Measurement.objects.filter(trial=trial_of(number)).visible())


def test_all_entries_were_created(loaded_corpus: Report) -> None:
    counts = {kind: dict(count) for kind, count in loaded_corpus.counts.items()}
    assert all(set(count) == {"created"} for count in counts.values()), counts
    assert counts["trials"]["created"] == Trial.objects.count() == 16
    assert counts["discrepancies"]["created"] >= 12
    assert Agent.objects.count() >= 60
    assert Target.objects.count() >= 110
    assert TherapyClass.objects.count() >= 50


def test_loading_the_whole_corpus_again_changes_nothing() -> None:
    before = everything()
    assert not load_corpus(folder=CORPUS, now=NOW).changed
    assert everything() == before


def test_every_number_has_a_source_and_a_place_in_it() -> None:
    for one in Measurement.objects.select_related("locator__source"):
        assert one.locator.place, one
        assert one.locator.source.title, one
        assert one.locator.version_id == one.version_id
        assert one.population.version_id == one.version_id
        assert one.value_raw or one.state != "REPORTED"


def test_every_statement_is_published_and_none_from_a_review_alone_is_above_e() -> None:
    for version in EvidenceVersion.objects.prefetch_related("locators__source"):
        assert version.state == "PUBLISHED"
        kinds = {locator.source.kind for locator in version.locators.all()}
        assert version.level == "E" or kinds != {"REVIEW"}, version.statement


def test_regobone_is_one_trial_under_both_numbers_and_has_no_comparison() -> None:
    trial = trial_of("NCT02389244")
    assert trial == trial_of("2013-003910-42")
    assert trial.acronym == "REGOBONE"
    assert not Comparison.objects.filter(trial=trial).exists()
    medians = [one for one in figures("NCT02389244") if one.estimator == "MEDIAN"]
    assert {(one.value, one.unit) for one in medians} == {
        (Decimal("16.4"), "WEEKS"),
        (Decimal("4.1"), "WEEKS"),
    }
    assert all(one.ci_low is None for one in medians)


def test_regobones_two_start_dates_are_kept_by_origin() -> None:
    starts = {
        record.payload["source"]: record.payload["facts"]["start_date"]
        for record in RegistryRecord.objects.filter(payload__facts__has_key="start_date")
        if record.registry_id in ("NCT02389244", "2013-003910-42")
    }
    assert sorted(starts.values()) == ["2014-05-06", "2014-09-30"]
    assert trial_of("NCT02389244").start_date == "2014-09-30"
    sides = Discrepancy.objects.get(slug="regobone-start").sides.all()
    assert all(side.record for side in sides)


def test_regomain_waits_for_a_person_and_is_not_merged() -> None:
    link = TrialLink.objects.get()
    assert {link.trial_a, link.trial_b} == {trial_of("NCT04698785"), trial_of("2019-002629-31")}
    assert link.decision == LinkDecision.CANDIDATE
    assert "ET19-144" in link.signals[0]["says"]


def test_sarc024_has_its_comparison_in_months() -> None:
    hazard = Comparison.objects.get(trial=trial_of("NCT02048371"), endpoint="PFS")
    assert (hazard.value, hazard.ci_low, hazard.ci_high) == (
        Decimal("0.42"),
        Decimal("0.21"),
        Decimal("0.85"),
    )
    assert hazard.p_value == Decimal("0.017")
    assert hazard.experimental and hazard.experimental.unit == "MONTHS"
    assert hazard.comparative_by_design


def test_apfao_shows_both_estimators_and_the_missed_threshold() -> None:
    rates = {
        one.estimator: one
        for one in figures("NCT03359018")
        if one.endpoint == "PFS" and one.time_point == 6
    }
    estimate, crude = rates["KAPLAN_MEIER_RATE"], rates["CRUDE_PROPORTION"]
    assert (estimate.value, estimate.threshold) == (Decimal("50.9"), Decimal(60))
    assert estimate.threshold_met is False
    assert (crude.events, crude.n, crude.ci_raw) == (13, 43, "17.2-40.1")
    test_only = Comparison.objects.filter(trial=trial_of("NCT03359018"))
    assert {one.measure for one in test_only} == {"TEST_ONLY"}
    assert {one.comparative_by_design for one in test_only} == {False}


def test_a091401_is_mixed_sarcoma_in_both_accounts_and_never_compared() -> None:
    numbers = figures("NCT02500797")
    assert {one.population.scope for one in numbers} == {"MIXED_SARCOMA"}
    medians = {
        (one.locator.source.slug, one.value)
        for one in numbers
        if one.endpoint == "PFS" and one.estimator == "MEDIAN"
    }
    assert medians == {
        ("onclive-a091401", Decimal("2.1")),
        ("onclive-a091401", Decimal("4.4")),
        ("pmc7669707", Decimal("1.7")),
        ("pmc7669707", Decimal("4.1")),
    }
    assert not Comparison.objects.filter(trial=trial_of("NCT02500797")).exists()


def test_the_reviews_49_and_32_percent_are_disputed_and_never_plotted() -> None:
    printed = ["49%", "32%", "50%"]
    review = Measurement.objects.filter(locator__source__slug="review", value_raw__in=printed)
    assert review.count() == 3
    disputed = DiscrepancySide.objects.filter(is_disputed=True, measurement__in=review)
    assert disputed.count() == 3
    assert not review.plottable().exists()


def test_nothing_from_a_mouse_is_in_a_clinical_list() -> None:
    mice = EvidenceVersion.objects.filter(model_system="MOUSE")
    assert mice.count() >= 3
    assert {version.kind for version in mice} == {"MECHANISM"}
    assert not Measurement.objects.clinical().filter(version__in=mice).exists()
    words = Q(population__label__icontains="mice") | Q(population__label__icontains="mouse")
    assert not Measurement.objects.clinical().filter(words).exists()


def test_socazolimabs_number_stands_on_the_trial_that_made_it_and_its_target_is_pd_l1() -> None:
    assert [one.value for one in figures("NCT03676985") if one.endpoint == "EFS"] == [
        Decimal("71.4")
    ]
    assert {one.state for one in figures("NCT04359550")} == {"NOT_REPORTED"}
    targets = AgentTarget.objects.filter(agent__name="socazolimab")
    assert [one.target.symbol for one in targets] == ["CD274"]


def test_avelumab_is_completed_by_the_registry_and_its_history_is_on_record() -> None:
    trial = trial_of("NCT03006848")
    assert (trial.status, trial.enrolment_count, trial.has_results) == ("completed", 19, True)
    change = trial.changes.get(field="status")
    assert (change.old, change.new, change.effective_date) == (
        "recruiting",
        "completed",
        "2025-09-04",
    )
    assert change.record and change.record.origin == RecordOrigin.SECONDARY


def test_the_trial_nobody_has_seen_has_one_number_and_says_so() -> None:
    trial = trial_of("NCT06125171")
    assert trial.identifiers.count() == 1
    assert "not yet seen in the registry" in trial.inclusion_reason
    assert (trial.brief_title, trial.status_raw, trial.phases) == ("", "", [])


@pytest.mark.parametrize("name", ["apatinib", "Rivoceranib", "YN968D1", "apatinib mesylate"])
def test_every_name_of_apatinib_opens_one_page(name: str) -> None:
    agent = therapies.find_agent(name)
    assert agent and agent.slug == "rivoceranib"


def test_identifiers_that_sources_dispute_or_lack_are_empty() -> None:
    names = ("cisplatin", "camrelizumab", "socazolimab", "surufatinib")
    assert {Agent.objects.get(slug=name).chembl_id for name in names} == {""}
    assert "another" in Agent.objects.get(slug="cisplatin").note
    assert therapies.find_agent("sulfatinib") is None
    assert therapies.find_agent("BAY 73-4506") is None


def test_alp_1_is_a_curators_judgement_with_its_reason() -> None:
    target = Target.objects.get(names__normalised="alp1")
    assert target.symbol == "ALPL"
    assert "judgement" in target.note
    assert Discrepancy.objects.get(slug="alp-1").state == "EXPLAINED"


def test_targets_that_are_no_gene_are_there_too() -> None:
    kinds = set(Target.objects.filter(hgnc_id="").values_list("kind", flat=True))
    assert {"GLYCOLIPID", "CELL_POPULATION", "VESICLE_COMPONENT"} <= kinds
    assert Target.objects.filter(kind="MICRORNA").exclude(mirbase_id="").count() == 4
    assert Pathway.objects.filter(name="Wnt/β-catenin").exists()


def test_chictr2200062550_is_neoadjuvant_whatever_the_review_makes_of_it() -> None:
    [registered] = [
        one for one in figures("ChiCTR2200062550") if one.locator.source.slug == "chictr-175336"
    ]
    assert (registered.population.setting, registered.state) == ("NEOADJUVANT", "NOT_REPORTED")
    sides = Discrepancy.objects.get(slug="chictr-setting").sides.all()
    assert registered.version in {side.version for side in sides if not side.is_disputed}


def test_the_dose_recommended_for_socazolimab_is_a_number_of_its_own() -> None:
    [dose] = [one for one in figures("NCT03676985") if "dose" in one.endpoint_name]
    assert (dose.value_raw, dose.value, dose.unit_raw) == (
        "10 mg/kg q2w",
        Decimal(10),
        "mg/kg q2w",
    )
    assert dose.locator.source.slug == "zhou2023"


def test_benchmarks_say_who_they_are_about() -> None:
    found = {
        (int(one.measurement.value or 0), one.measurement.population.n, one.measurement.ci_level)
        for one in Benchmark.objects.all()
    }
    assert found == {(12, 96, None), (7, 57, None), (20, 42, None)}


def test_an_interval_whose_level_is_not_printed_has_none() -> None:
    pooled = Measurement.objects.filter(estimator="POOLED")
    assert pooled.count() == 4
    assert {one.ci_level for one in pooled} == {None}
    response = pooled.get(endpoint="ORR")
    assert (response.value_raw, response.unit_raw) == ("0.27", "proportion")
    assert (response.value, response.unit) == (Decimal(27), "PERCENT")


def test_no_registry_record_holds_a_persons_contact() -> None:
    contact = re.compile(r"@|\+\d{6,}|tel\b", re.IGNORECASE)
    for record in RegistryRecord.objects.all():
        assert not contact.search(str(record.payload)), record


def test_every_paper_that_names_a_trial_is_linked_to_it() -> None:
    slugs = ("duffaud2019", "davis2019", "dangelo2018", "xie2019", "xie2020", "zhou2023", "xie2025")
    for source in Source.objects.filter(slug__in=slugs):
        assert source.trials.count() == 1, source
    assert registration.find_trial(registry="NCT", value="NCT05277480") in (
        Source.objects.get(slug="xie2025").trials.all()
    )


def test_all_twelve_disagreements_have_both_sides_with_a_source() -> None:
    born = {
        "a091401-survival",
        "socazolimab-target",
        "avelumab-status",
        "apfao-claim",
        "apfao-two-estimators",
        "apfao-interval",
        "regobone-significance",
        "two-numbers-one-study",
        "lussier-percentage",
        "kawano-combination",
        "oaie-status",
        "surufatinib-status",
        "chictr-setting",
        "regobone-start",
        "alp-1",
    }
    rows = Discrepancy.objects.filter(slug__in=born).prefetch_related("sides")
    assert {row.slug for row in rows} == born
    for row in rows:
        assert row.sides.count() >= (1 if row.kind == "ARITHMETIC" else 2)
        assert row.explanation


def test_wnt_stands_for_and_against_the_growth_of_osteosarcoma() -> None:
    arrows = MechanismAssertion.objects.filter(
        subject_pathway__slug="wnt-beta-catenin", object_target__slug="process-tumour-growth"
    )
    found = {(one.relation, one.is_negated, one.model_system) for one in arrows}
    assert found == {
        ("INCREASES", False, "MOUSE"),
        ("INCREASES", True, "PATIENT_TISSUE"),
        ("INCREASES", False, "NOT_STATED"),
        ("DECREASES", False, "NOT_STATED"),
    }
    row = Discrepancy.objects.get(slug="wnt-both-ways")
    assert (row.kind, row.state) == ("MECHANISM", "OPEN")
    assert [one.slug for one in row.pathways.all()] == ["wnt-beta-catenin"]
    assert all(side.version for side in row.sides.all())


def test_a_bound_or_a_range_of_the_review_is_typed_as_one_and_never_plotted() -> None:
    review = Measurement.objects.filter(
        locator__source__slug="review", locator__section__in=["1", "2.1", "2.2"], state="REPORTED"
    )
    assert {(one.value_raw, one.value_modifier, one.value, one.value_to) for one in review} == {
        ("approximately 20%", "~", Decimal(20), None),
        ("<20%", "<", Decimal(20), None),
        ("60%–80%", "", Decimal(60), Decimal(80)),
        ("<30%", "<", Decimal(30), None),
        ("70-80%", "", Decimal(70), Decimal(80)),
        ("less than 5%", "<", Decimal(5), None),
        ("over 50%", ">", Decimal(50), None),
        ("40–100 nm", "", Decimal(40), Decimal(100)),
    }
    assert not review.plottable().exists()


def test_sources_of_one_trial_know_each_other_so_that_patients_are_counted_once() -> None:
    paper = Source.objects.get(slug="dangelo2018")
    others = {one.slug for one in Source.objects.of_same_trials(paper)}
    assert "onclive-a091401" in others
    assert paper.slug not in others
