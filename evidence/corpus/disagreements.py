"""The twelve disagreements the corpus is born with, and what the database shows for each.

Every line is asked of the database, not of the files: after a registry's sync or a curator's edit
it says what stands now, and whether that still is what was agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.models import (
    Comparison,
    CorpusEntry,
    Discrepancy,
    DiscrepancySide,
    EvidenceVersion,
    Measurement,
    Source,
)
from osteodb.core.numbers import plain_number
from therapies.models import AgentTarget
from trials.models import RegistryRecord, Trial, TrialIdentifier, TrialLink

Fact = tuple[bool, str]  # whether it is as agreed, and what the database shows
Facts = Iterator[Fact]


@dataclass(frozen=True, slots=True)
class KnownDisagreement:
    """One of the twelve: its number, the review's statement, its discrepancies, what to look at."""

    number: int
    review_says: str
    slugs: tuple[str, ...]
    facts: Callable[[], Facts]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the database shows for one of the twelve."""

    number: int
    review_says: str
    facts: list[Fact]

    @property
    def holds(self) -> bool:
        """Whether everything is as agreed."""
        return all(ok for ok, _words in self.facts)


def shown() -> list[Shown]:
    """All twelve, as the database has them now. What is missing is told, not raised."""
    return [
        Shown(one.number, one.review_says, [*_discrepancies(one.slugs), *_asked(one)])
        for one in KNOWN
    ]


class _Absent(Exception):
    """The database does not hold what was looked for."""


def _asked(one: KnownDisagreement) -> list[Fact]:
    found: list[Fact] = []
    try:
        found.extend(one.facts())
    except _Absent as absent:
        found.append((False, str(absent)))
    return found


def _discrepancies(slugs: tuple[str, ...]) -> Facts:
    for slug in slugs:
        row = Discrepancy.objects.filter(slug=slug).first()
        if row is None:
            yield False, f"no discrepancy “{slug}”"
            continue
        sides = row.sides.count()
        needed = 1 if row.kind == "ARITHMETIC" else 2
        yield sides >= needed, f"discrepancy “{row.title}”: {row.state.lower()}, {sides} sides"


def _trial(number: str) -> Trial:
    """The study on whose page a number is shown."""
    heads = TrialIdentifier.objects.filter(value=number).values("trial__head")
    found = Trial.objects.filter(pk__in=heads).first()
    if found is None:
        raise _Absent(f"no trial {number}")
    return found


def _version(key: str) -> EvidenceVersion:
    entry = CorpusEntry.objects.filter(kind="evidence", key=key).first()
    versions = EvidenceVersion.objects.published()
    found = versions.filter(item_id=entry.object_id).first() if entry else None
    if found is None:
        raise _Absent(f"no published statement “{key}”")
    return found


def _figure(entry: str, key: str) -> Measurement:
    found = _version(entry).measurements.filter(key=key).first()
    if found is None:
        raise _Absent(f"no number {entry}/{key}")
    return found


def _words(one: Measurement) -> str:
    counts = f" ({one.events}/{one.n})" if one.events is not None else ""
    ends = f" [{one.ci_raw}]" if one.ci_raw else ""
    return (
        f"{one.endpoint} {one.get_estimator_display()} {one.value_raw or one.state}{counts}{ends}"
    )


def _is(one: Measurement, value: str, unit: str) -> bool:
    return one.value is not None and (plain_number(one.value), one.unit) == (value, unit)


def _disputed(entry: str, key: str) -> Fact:
    """Kept, marked as the doubtful side, and drawn in no plot."""
    one = _figure(entry, key)
    doubted = DiscrepancySide.objects.filter(measurement=one, is_disputed=True).exists()
    plotted = Measurement.objects.plottable().filter(pk=one.pk).exists()
    said = "disputed, not plotted" if doubted and not plotted else "NOT marked"
    return doubted and not plotted, f"review's {one.value_raw or one.state.lower()}: {said}"


def _a091401() -> Facts:
    yield _disputed("review-a091401", "combo")
    yield _disputed("review-a091401", "nivo")
    for key, value in (("os12-combo", "54"), ("os12-nivo", "40")):
        one = _figure("a091401-asco2017", key)
        is_mixed = one.population.scope == "MIXED_SARCOMA"
        scope = one.population.get_scope_display()
        yield is_mixed and _is(one, value, "PERCENT"), f"12 months: {_words(one)}, {scope}"


def _socazolimab() -> Facts:
    found = AgentTarget.objects.filter(agent__name="socazolimab").select_related("target")
    symbols = [one.target.symbol for one in found]
    yield symbols == ["CD274"], f"target of socazolimab: {', '.join(symbols) or 'none'} (PD-L1)"
    efs = _figure("zkab001", "efs24")
    on_trial = efs.trial == _trial("NCT03676985")
    said = f"on NCT03676985: {_words(efs)}, n = {efs.population.n}"
    yield on_trial and _is(efs, "71.4", "PERCENT") and efs.population.n == 21, said
    numbers = Measurement.objects.visible().filter(trial__head=_trial("NCT04359550").pk)
    reported = numbers.filter(state="REPORTED").count()
    yield reported == 0, f"reported numbers on NCT04359550: {reported}"


def _avelumab() -> Facts:
    trial = _trial("NCT03006848")
    changed = trial.changes.filter(field="status").exists()
    status = f"status {trial.get_status_display()}, results posted: {trial.has_results}"
    yield trial.status == "completed" and trial.has_results is True, f"NCT03006848: {status}"
    yield changed, "the change of its status is on record with its source"


def _apfao() -> Facts:
    estimate, crude = _figure("apfao", "pfs6-km"), _figure("apfao", "pfs6-crude")
    yield _is(estimate, "50.9", "PERCENT"), f"side by side: {_words(estimate)}"
    yield (crude.events, crude.n) == (13, 43), f"and {_words(crude)}"
    met = estimate.threshold_met
    yield met is False, f"threshold {estimate.threshold_raw}: {'met' if met else 'not met'}"
    finding = crude.findings.filter(check_name="INTERVAL").first()
    yield finding is not None, finding.says if finding else "the arithmetic says nothing"


def _regobone() -> Facts:
    comparisons = Comparison.objects.visible().filter(trial__head=_trial("NCT02389244").pk).count()
    yield comparisons == 0, f"comparisons on REGOBONE: {comparisons}"
    for key, value in (("mpfs-regorafenib", "16.4"), ("mpfs-placebo", "4.1")):
        one = _figure("regobone", key)
        yield _is(one, value, "WEEKS"), f"REGOBONE {one.arm_label}: {_words(one)} {one.unit_raw}"
    for effect in Comparison.objects.visible().filter(
        trial__head=_trial("NCT02048371").pk, endpoint="PFS"
    ):
        said = f"{effect.measure} {effect.value_raw} ({effect.ci_raw}), p {effect.p_raw}"
        yield plain_number(effect.value) == "0.42", f"SARC024: {said}"


def _two_numbers() -> Facts:
    one = _trial("NCT02389244") == _trial("2013-003910-42")
    yield one, "NCT02389244 and 2013-003910-42 open one page" if one else "two pages"
    pair = {_trial("NCT04698785").pk, _trial("2019-002629-31").pk}
    link = TrialLink.objects.filter(trial_a__in=pair, trial_b__in=pair).first()
    if link is None and len(pair) > 1:
        yield False, "no candidate link of REGOMAIN's two numbers"
    else:
        decision = link.get_decision_display() if link else "one study"
        yield True, f"NCT04698785 and 2019-002629-31: {decision}"


def _lussier() -> Facts:
    yield _disputed("review-lussier", "control")
    for key in ("review-lussier", "lussier-mice"):
        version = _version(key)
        clinical = Measurement.objects.clinical().filter(version=version).exists()
        seen = version.get_model_system_display()
        yield version.model_system == "MOUSE" and not clinical, f"{key}: seen in {seen}"


def _kawano() -> Facts:
    version = _version("kawano-mice")
    regimens = [regimen.name for regimen in version.regimens.all()]
    agents = version.agents.count()
    said = f"regimen {', '.join(regimens)}: {agents} agents, {version.get_model_system_display()}"
    yield version.model_system == "MOUSE" and agents == 2 and len(regimens) == 1, said


def _published_trials() -> Facts:
    trial = _trial("NCT05277480")
    papers = list(Source.objects.filter(trials=trial, kind="ARTICLE"))
    linked = ", ".join(paper.short_name for paper in papers)
    yield bool(papers), f"NCT05277480: {linked or 'no publication'} linked, {_status(trial)}"
    other = _trial("NCT05106777")
    sources = Source.objects.filter(trials=other).exclude(kind="REVIEW").count()
    yield sources > 0, f"NCT05106777: {sources} sources linked, {_status(other)}"


def _status(trial: Trial) -> str:
    seen = trial.status_raw or "not reported"
    return f"enrolment {trial.enrolment_count or 'not reported'}, status by registry: {seen}"


def _chictr() -> Facts:
    trial = _trial("ChiCTR2200062550")
    title = trial.official_title or trial.brief_title
    neoadjuvant = "neoadjuvant" in title.lower()
    yield neoadjuvant, f"registered as: {title or 'no title'}"
    records = RegistryRecord.objects.filter(registry_id="ChiCTR2200062550")
    contact = any("@" in str(record.payload) for record in records)
    yield not contact, "no person's contact stored"


def _start_dates() -> Facts:
    records = RegistryRecord.objects.filter(
        registry_id__in=("NCT02389244", "2013-003910-42"), payload__facts__has_key="start_date"
    )
    dates = {str(one.payload["facts"]["start_date"]): one.registry for one in records}
    both = ", ".join(f"{day} ({registry})" for day, registry in sorted(dates.items()))
    yield {"2014-09-30", "2014-05-06"} <= set(dates), f"by origin: {both or 'none'}"


def _alp1() -> Facts:
    version = _version("review-alp1-car-t")
    target = version.targets.filter(names__normalised="alp1").first()
    if target is None:
        raise _Absent("no target called ALP-1")
    yield "judgement" in target.note, f"ALP-1 is mapped to {target.symbol}: {target.note}"


KNOWN = (
    KnownDisagreement(
        1, "49 % against 32 % survival, nivolumab ± ipilimumab", ("a091401-survival",), _a091401
    ),
    KnownDisagreement(
        2,
        "NCT04359550 targets PD-1 and shows socazolimab's efficacy",
        ("socazolimab-target", "socazolimab-efficacy"),
        _socazolimab,
    ),
    KnownDisagreement(3, "Avelumab is under evaluation", ("avelumab-status",), _avelumab),
    KnownDisagreement(
        4,
        "Apatinib with camrelizumab improved PFS in PD-L1-positive disease",
        ("apfao-claim", "apfao-two-estimators", "apfao-interval"),
        _apfao,
    ),
    KnownDisagreement(
        5, "Regorafenib significantly prolonged PFS", ("regobone-significance",), _regobone
    ),
    KnownDisagreement(
        6, "Two EUCTR numbers beside two NCT numbers", ("two-numbers-one-study",), _two_numbers
    ),
    KnownDisagreement(
        7, "PD-L1 with CTLA-4 blockade: 50 % complete control", ("lussier-percentage",), _lussier
    ),
    KnownDisagreement(
        8, "Anti-TGF-β antibodies inhibit osteosarcoma", ("kawano-combination",), _kawano
    ),
    KnownDisagreement(
        9,
        "NCT05277480 and NCT05106777 are ongoing",
        ("oaie-status", "surufatinib-status"),
        _published_trials,
    ),
    KnownDisagreement(
        10, "ChiCTR2200062550 is for resistant advanced disease", ("chictr-setting",), _chictr
    ),
    KnownDisagreement(11, "Start of REGOBONE", ("regobone-start",), _start_dates),
    KnownDisagreement(12, "“ALP-1”", ("alp-1",), _alp1),
)
