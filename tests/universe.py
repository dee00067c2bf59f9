"""One small world, made through the services, for the tests of every door.

People: Alice writes, Bob reviews. Therapies: two kinase inhibitors and an antibody, with synonyms.

Trials: REGOBONE and five more as ClinicalTrials.gov sends them, twelve invented ones, and by hand:

* `chictr`      known only from a third party's page, under a Chinese number
* `regobone`    starts another day by the EU register than by ClinicalTrials.gov
* `merged`      found to be REGOBONE and merged into it: answers there
* `hidden`      a candidate that waits for a decision: readers never see it
* `twins`       two trials of two sponsors that use the same code

Evidence: SARC024 with numbers and a comparison (its first version superseded), REGOBONE, a mouse
experiment, a claim a review makes without a number, a draft that nobody may see. One discrepancy
puts REGOBONE's placebo count in doubt.

Numbers, names and dates are those of `fixtures/corpus`; what is invented says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import Group
from django.utils import timezone

from evidence import services as evidence_services
from evidence.drafts import (
    AssertionDraft,
    ComparisonDraft,
    Draft,
    Entity,
    LocatorDraft,
    MeasurementDraft,
    PopulationDraft,
)
from evidence.models import Discrepancy, EvidenceVersion, Source
from osteodb.core.models import User
from osteodb.core.roles import ROLES
from osteodb.core.services import declare_interests, ensure_account
from tests.registry import RegistryServer, Store
from tests.registry.corpus import corpus_records
from tests.registry.records import generate
from tests.registry.support import quick_adapter
from therapies import services as therapy_services
from therapies.models import Agent, Pathway, Regimen, Target, TherapyClass
from trials import services as trial_services
from trials.models import Condition, SyncRun, Trial
from trials.services import GivenIdentifier

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
INVENTED = 12


@dataclass
class Universe:
    """Everything in the world by name."""

    alice: User
    bob: User
    classes: dict[str, TherapyClass] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    pathway: Pathway = field(init=False)
    regimens: dict[str, Regimen] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)
    trials: dict[str, Trial] = field(default_factory=dict)
    runs: list[SyncRun] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    versions: dict[str, EvidenceVersion] = field(default_factory=dict)
    discrepancy: Discrepancy = field(init=False)


def build() -> Universe:
    """The whole world. Needs an empty database."""
    for role in ROLES:  # a test with real transactions empties every table, this one too
        Group.objects.get_or_create(name=role)
    for name, role in (("alice", "curator"), ("bob", "reviewer")):
        ensure_account(
            username=name, password=f"{name}-of-the-tests", roles=[role], by=None, now=NOW
        )
    world = Universe(alice=User.objects.get(username="alice"), bob=User.objects.get(username="bob"))
    for moment in (NOW, timezone.now()):  # the services here live then, the admin's doors today
        declare_interests(has_interests=False, text="", by=world.bob, now=moment)
    _therapies(world)
    _conditions(world)
    _registry(world)
    _trials_by_hand(world)
    _sources(world)
    _evidence(world)
    _discrepancy(world)
    return world


# --- Therapies ------------------------------------------------------------------------------------


def _therapies(world: Universe) -> None:
    by = world.alice
    for slug, name, parent in (
        ("targeted", "Targeted therapy", ""),
        ("vegfr-tki", "VEGFR tyrosine kinase inhibitors", "targeted"),
        ("checkpoint", "Immune checkpoint inhibition", ""),
        ("anti-pd-l1", "Anti-PD-L1", "checkpoint"),
    ):
        world.classes[slug] = therapy_services.create_therapy_class(
            name=name, slug=slug, parent=world.classes.get(parent), by=by, now=NOW
        )
    for name, kind, therapy_class, synonyms in (
        ("regorafenib", "SMALL_MOLECULE", "vegfr-tki", ()),
        ("rivoceranib", "SMALL_MOLECULE", "vegfr-tki", ("apatinib", "YN968D1")),
        ("avelumab", "ANTIBODY", "anti-pd-l1", ()),
        ("placebo", "PLACEBO", "", ()),
    ):
        classes = [world.classes[therapy_class]] if therapy_class else []
        agent = therapy_services.create_agent(
            name=name, kind=kind, name_kind="INN", therapy_classes=classes, by=by, now=NOW
        )
        for synonym in synonyms:
            therapy_services.add_agent_name(
                agent=agent, name=synonym, kind="SYNONYM", by=by, now=NOW
            )
        world.agents[name] = agent
    _targets(world)
    for name in ("regorafenib", "placebo"):
        world.regimens[name] = therapy_services.create_regimen(
            name=name,
            kind="SINGLE",
            parts=[therapy_services.RegimenPart(agent=world.agents[name])],
            by=by,
            now=NOW,
        )


def _targets(world: Universe) -> None:
    by = world.alice
    for symbol, name, alias in (
        ("CD274", "CD274 molecule", "PD-L1"),
        ("KDR", "kinase insert domain receptor", "VEGFR2"),
    ):
        target = therapy_services.create_target(
            symbol=symbol, name=name, kind="PROTEIN", by=by, now=NOW
        )
        therapy_services.add_target_name(target=target, name=alias, by=by, now=NOW)
        # Invented, to have a name that means either.
        therapy_services.add_target_name(target=target, name="ambiguous alias", by=by, now=NOW)
        world.targets[symbol] = target
    for agent, symbol, action in (
        ("avelumab", "CD274", "BLOCKER"),
        ("regorafenib", "KDR", "INHIBITOR"),
        ("rivoceranib", "KDR", "INHIBITOR"),
    ):
        therapy_services.link_agent_target(
            agent=world.agents[agent],
            target=world.targets[symbol],
            action=action,
            source_text="the review",
            locator="4.4",
            by=by,
            now=NOW,
        )
    world.pathway = therapy_services.create_pathway(
        name="VEGFR2/STAT3/BCL-2", slug="vegfr2-stat3-bcl2", by=by, now=NOW
    )
    therapy_services.add_pathway_member(
        pathway=world.pathway, target=world.targets["KDR"], by=by, now=NOW
    )


# --- Trials ---------------------------------------------------------------------------------------


def _conditions(world: Universe) -> None:
    for slug, name, parent, names in (
        ("sarcoma", "Sarcoma", "", ()),
        ("bone-sarcoma", "Bone sarcoma", "sarcoma", ("Bone Sarcoma",)),
        ("osteosarcoma", "Osteosarcoma", "bone-sarcoma", ("Osteosarcomas",)),
    ):
        world.conditions[slug] = trial_services.create_condition(
            name=name,
            slug=slug,
            names=names,
            parent=world.conditions.get(parent),
            by=world.alice,
            now=NOW,
        )


def _registry(world: Universe) -> None:
    """Two sweeps of a registry; between them one trial ends, so that there is a change to see."""
    store = Store([*corpus_records(), *generate(INVENTED, seed=4)])
    with RegistryServer(store).running() as server:
        for now in (NOW, LATER):
            world.runs.append(
                trial_services.sync_registry(
                    registry="ctgov",
                    query=None,
                    by=None,
                    now=now,
                    adapter=quick_adapter(server),
                )
            )
            path = "protocolSection.statusModule.overallStatus"
            store.set("NCT04698785", path, "COMPLETED")
            store.publish()
    for name, number in (
        ("regobone", "NCT02389244"),
        ("regomain", "NCT04698785"),
        ("avelumab", "NCT03006848"),
    ):
        world.trials[name] = Trial.objects.get(identifiers__value=number)


def _trials_by_hand(world: Universe) -> None:
    world.trials["chictr"] = _register(
        world, "ChiCTR", "ChiCTR2200062550", "Osteosarcoma only; named by the review."
    )
    trial_services.record_secondary_facts(
        trial=world.trials["chictr"],
        identifier=GivenIdentifier(registry="ChiCTR", raw="ChiCTR2200062550", kind="PRIMARY"),
        facts={
            "official_title": "Phase II clinical study of apatinib tablet combined with "
            "chemotherapy in neoadjuvant therapy of adult osteosarcoma",
            "phases": ["PHASE2"],
            "last_update_posted_date": "2023-04-07",
        },
        source_text="a registry's page",
        as_of="2023-04-07",
        by=None,
        now=NOW,
    )
    trial_services.link_trial_agent(
        trial=world.trials["chictr"],
        agent=world.agents["rivoceranib"],
        role="EXPERIMENTAL",
        by=None,
        now=NOW,
    )
    trial_services.record_secondary_facts(  # another day than ClinicalTrials.gov's: both stand
        trial=world.trials["regobone"],
        identifier=GivenIdentifier(registry="EUCTR", raw="2013-003910-42", kind="SECONDARY"),
        facts={"start_date": "2014-05-06"},
        source_text="WHO's copy of the EU register",
        by=None,
        now=NOW,
    )
    merged = _register(world, "ISRCTN", "ISRCTN00000001", "Invented.")
    trial_services.merge_trials(
        absorbed=merged, into=world.trials["regobone"], reason="Invented.", by=world.alice, now=NOW
    )
    hidden = _register(world, "ISRCTN", "ISRCTN00000002", "Invented.")
    Trial.objects.filter(pk=hidden.pk).update(inclusion="CANDIDATE")
    world.trials |= {"merged": merged, "hidden": hidden}
    for number in (3, 4):
        twin = _register(world, "ISRCTN", f"ISRCTN0000000{number}", "Invented.")
        code = GivenIdentifier(registry="SPONSOR", raw="shared code 1", kind="SECONDARY")
        trial_services.add_identifier(trial=twin, identifier=code, by=None, now=NOW)
        world.trials[f"twin{number}"] = twin
    for name in world.trials:
        world.trials[name].refresh_from_db()


def _register(world: Universe, registry: str, number: str, reason: str) -> Trial:
    identifier = GivenIdentifier(registry=registry, raw=number, kind="PRIMARY")
    return trial_services.register_trial(
        identifiers=[identifier], inclusion_reason=reason, by=world.alice, now=NOW
    )


# --- Evidence -------------------------------------------------------------------------------------


def _sources(world: Universe) -> None:
    for slug, kind, title, author, year, pmid, doi in (
        (
            "davis2019",
            "ARTICLE",
            "Randomized Double-Blind Phase II Study of Regorafenib in Patients With Metastatic "
            "Osteosarcoma",
            "Davis LE",
            2019,
            "31013172",
            "10.1200/JCO.18.02374",
        ),
        ("duffaud2019", "ARTICLE", "Efficacy and safety of regorafenib", "Duffaud F", 2019, "", ""),
        ("review", "REVIEW", "The review", "", None, "", ""),
    ):
        world.sources[slug] = evidence_services.create_source(
            slug=slug,
            kind=kind,
            title=title,
            first_author=author,
            year=year,
            pmid=pmid,
            doi=doi,
            by=world.alice,
            now=NOW,
        )
    evidence_services.set_source_trials(
        source=world.sources["duffaud2019"],
        trials=[world.trials["regobone"]],
        by=world.alice,
        now=NOW,
    )


def publish(world: Universe, draft: Draft, first: EvidenceVersion | None = None) -> EvidenceVersion:
    """A draft by Alice that Bob publishes; of the same item as `first` where that is given."""
    item = first.item if first else None
    version = evidence_services.save_draft(draft=draft, by=world.alice, now=NOW, item=item)
    evidence_services.submit(version=version, by=world.alice, now=NOW)
    return evidence_services.publish(version=version, by=world.bob, now=LATER)


def _evidence(world: Universe) -> None:
    old = publish(world, _sarc024(world, "Regorafenib held off progression longer than placebo."))
    words = (
        "In SARC024 regorafenib held off progression longer than placebo (median 3.6 against 1.7 "
        "months)."
    )
    world.versions["sarc024-old"] = old
    world.versions["sarc024"] = publish(world, _sarc024(world, words), first=old)
    old.refresh_from_db()
    world.versions["regobone"] = publish(world, _regobone(world))
    world.versions["mouse"] = publish(world, _mouse(world))
    world.versions["claim"] = publish(world, _claim(world))
    world.versions["draft"] = evidence_services.save_draft(
        draft=_claim(world), by=world.alice, now=NOW
    )


def _sarc024(world: Universe, statement: str) -> Draft:
    """SARC024: a comparison by design, with intervals."""
    regimens = {name: world.regimens[name].pk for name in ("regorafenib", "placebo")}
    medians = [
        MeasurementDraft(
            key=f"mpfs-{arm}",
            population=arm,
            locator="paper",
            endpoint="PFS",
            estimator="MEDIAN",
            unit="MONTHS",
            arm_label=arm,
            regimen=regimens[arm],
            value_raw=str(value),
            value=Decimal(value),
            unit_raw="months",
            ci_raw=f"{low}-{high}",
            ci_level=Decimal(95),
            ci_low=Decimal(low),
            ci_high=Decimal(high),
        )
        for arm, value, low, high in (
            ("regorafenib", "3.6", "2.0", "7.6"),
            ("placebo", "1.7", "1.2", "1.8"),
        )
    ]
    return Draft(
        kind="EFFICACY",
        statement=statement,
        level="B",
        direction="SUPPORTS",
        model_system="PATIENT",
        regimens=(regimens["regorafenib"],),
        agents=(world.agents["regorafenib"].pk,),
        therapy_classes=(world.classes["vegfr-tki"].pk,),
        locators=(_place(world, "davis2019", "paper", section="abstract"),),
        populations=tuple(
            PopulationDraft(key=key, label=label, n=n, scope="OSTEOSARCOMA_ONLY", setting="RELAPSE")
            for key, label, n in (
                ("all", "All randomised", 42),
                ("regorafenib", "Regorafenib arm", 22),
                ("placebo", "Placebo arm", 20),
            )
        ),
        measurements=tuple(medians),
        comparisons=(
            ComparisonDraft(
                key="hr-pfs",
                population="all",
                locator="paper",
                endpoint="PFS",
                measure="HR",
                experimental="mpfs-regorafenib",
                control="mpfs-placebo",
                experimental_label="regorafenib",
                control_label="placebo",
                comparative_by_design=True,
                value_raw="0.42",
                value=Decimal("0.42"),
                ci_raw="0.21-0.85",
                ci_level=Decimal(95),
                ci_low=Decimal("0.21"),
                ci_high=Decimal("0.85"),
                p_raw="0.017",
                p_value=Decimal("0.017"),
                p_modifier="=",
            ),
        ),
    )


def _regobone(world: Universe) -> Draft:
    """REGOBONE: counts at eight weeks, tied to the trial; arms that the design does not compare."""
    trial = world.trials["regobone"].pk
    rows = (
        ("regorafenib", "17/26 = 65%", "65", 17, 26),
        ("placebo", "0 of the 14", "0", None, None),
    )
    return Draft(
        kind="EFFICACY",
        statement="17 of 26 adults given regorafenib were free of progression at 8 weeks.",
        level="B",
        direction="SUPPORTS",
        model_system="PATIENT",
        trials=(trial,),
        regimens=(world.regimens["regorafenib"].pk,),
        agents=(world.agents["regorafenib"].pk,),
        locators=(_place(world, "duffaud2019", "paper", section="title"),),
        populations=tuple(
            PopulationDraft(
                key=arm,
                label=f"{arm.capitalize()} arm",
                n=n,
                scope="OSTEOSARCOMA_STRATUM",
                setting="RELAPSE",
                trial=trial,
            )
            for arm, _raw, _value, _events, n in rows
        ),
        measurements=tuple(
            MeasurementDraft(
                key=f"npr8-{arm}",
                population=arm,
                locator="paper",
                endpoint="PFS",
                endpoint_name="non-progressive at 8 weeks (primary)",
                estimator="CRUDE_PROPORTION",
                unit="PERCENT",
                trial=trial,
                arm_label=arm,
                regimen=world.regimens[arm].pk,
                time_point=Decimal(8),
                time_point_unit="WEEKS",
                value_raw=raw,
                value=Decimal(value),
                unit_raw="%",
                events=events,
                n=n,
            )
            for arm, raw, value, events, n in rows
        ),
    )


def _mouse(world: Universe) -> Draft:
    """An arrow seen in mice: never in a clinical table. Invented."""
    return Draft(
        kind="MECHANISM",
        statement="In mice, blocking VEGFR2 lowered PD-L1.",
        level="D",
        direction="SUPPORTS",
        model_system="MOUSE",
        targets=(world.targets["KDR"].pk, world.targets["CD274"].pk),
        pathways=(world.pathway.pk,),
        locators=(_place(world, "duffaud2019", "paper", section="results"),),
        assertions=(
            AssertionDraft(
                key="arrow",
                locator="paper",
                subject=Entity("target", world.targets["KDR"].pk),
                relation="INCREASES",
                object=Entity("target", world.targets["CD274"].pk),
                model_system="MOUSE",
                carried_by_exosome=False,
            ),
        ),
    )


def _claim(world: Universe) -> Draft:
    """What a review says without a number: the number is not reported, and stays null."""
    return Draft(
        kind="EFFICACY",
        statement="The review holds that regorafenib lengthened progression-free survival.",
        level="E",
        direction="SUPPORTS",
        model_system="NOT_STATED",
        agents=(world.agents["regorafenib"].pk,),
        locators=(_place(world, "review", "review", section="4.4", sentence=4),),
        populations=(
            PopulationDraft(
                key="all",
                label="Advanced osteosarcoma",
                scope="OSTEOSARCOMA_ONLY",
                setting="RELAPSE",
            ),
        ),
        measurements=(
            MeasurementDraft(
                key="pfs",
                population="all",
                locator="review",
                endpoint="PFS",
                estimator="OTHER",
                unit="OTHER",
                state="NOT_REPORTED",
                state_note="The review gives no number.",
            ),
        ),
    )


def _place(
    world: Universe, source: str, key: str, *, section: str, sentence: int | None = None
) -> LocatorDraft:
    row = world.sources[source]
    return LocatorDraft(
        key=key, source=row.pk, source_kind=row.kind, section=section, sentence=sentence
    )


def _discrepancy(world: Universe) -> None:
    doubtful = world.versions["regobone"].measurements.get(arm_label="placebo")
    world.discrepancy = evidence_services.open_discrepancy(
        slug="regobone-denominator",
        kind="ARITHMETIC",
        title="The placebo arm of REGOBONE: 14 or 12?",
        sides=[
            evidence_services.Side(
                says="The page prints a denominator of 14; 38 - 26 = 12.",
                source=world.sources["duffaud2019"],
                measurement=doubtful,
                is_disputed=True,
            )
        ],
        trials=[world.trials["regobone"]],
        by=world.alice,
        now=NOW,
    )
