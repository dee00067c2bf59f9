"""The terms of the glossary, in groups. Data only; `glossary.py` looks them up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a definition comes from."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what it means here, and whose definition that follows, if anybody's."""

    key: str
    word: str
    meaning: str
    source: Reference | None = None

    @property
    def anchor(self) -> str:
        """Its place on the page: KAPLAN_MEIER_RATE is at #kaplan-meier-rate."""
        return self.key.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that belong together."""

    anchor: str
    title: str
    lede: str
    terms: tuple[Term, ...]


ENDPOINTS_2008 = Reference(
    "Clinical approval endpoints compared, table 1 (2008;5:22–35)",
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC2651701/table/t1-bh0501022",
)
ENDPOINTS_2018 = Reference(
    "Orphanet J Rare Dis 2018, table 2",
    "https://ojrd.biomedcentral.com/articles/10.1186/s13023-018-0900-9/tables/2",
)
NCI_EFS = Reference(
    "NCI Dictionary of Cancer Terms, event-free survival",
    "https://www.cancer.gov/Common/PopUps/popDefinition.aspx?id=655269"
    "&version=healthprofessional&language=English&dictionary=Cancer.gov",
)
NCI_DFS = Reference(
    "NCI Dictionary of Cancer Terms, relapse-free survival",
    "https://www.cancer.gov/Common/PopUps/popDefinition.aspx?id=655254"
    "&version=healthprofessional&language=English&dictionary=Cancer.gov",
)
RECIST = Reference(
    "WHO, RECIST and RECIST 1.1 side by side, table 3",
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC2755245/table/T3",
)
KAPLAN_MEIER = Reference(
    "Bland and Altman, BMJ 1998;317:1572", "https://doi.org/10.1136/bmj.317.7172.1572"
)
CLOPPER = Reference(
    "Clopper and Pearson, Biometrika 1934;26:404–413, as in PropCIs",
    "https://rdrr.io/cran/PropCIs/man/exactci.html",
)
I_SQUARED = Reference("BMC Med Res Methodol 2008;8:79", "https://doi.org/10.1186/1471-2288-8-79")
COCHRANE = Reference(
    "Cochrane Methods, random-effects methods",
    "https://methods.cochrane.org/methods-cochrane/"
    "random-effects-meta-analysis-methods-intervention-reviews",
)
STATUSES = Reference(
    "ClinicalTrials.gov's definitions, BMJ 2014;349:g6870, table 1",
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC4260649/table/tbl1",
)
NIH_STATUSES = Reference(
    "NIH Glossary of Common Site Terms, as quoted by UNC",
    "https://glossary.crso.unc.edu/clinical-research-glossary/recruitment-status/",
)
UNKNOWN = Reference(
    "ClinicalTrials.gov glossary, unknown",
    "https://clinicaltrials.gov/ct2/help/glossary/unknown",
)
PHASES = Reference(
    "HL7 FHIR, research study phases",
    "http://hl7.org/fhir/uv/xver-r5.r4/0.0.1-snapshot-2/CodeSystem-research-study-phase.html",
)
PHASE = Reference(
    "NCATS Toolkit, phases of clinical trials",
    "https://toolkit.ncats.nih.gov/glossary/phases-of-clinical-trials",
)

# fmt: off
ENDPOINTS = (
    Term("PFS", "PFS", "Progression-free survival: time until the disease grows or the patient dies.", ENDPOINTS_2008),
    Term("EFS", "EFS", "Event-free survival: time until the first of the events a study names, such as relapse, progression, a second cancer or death. Studies differ in what they count.", NCI_EFS),
    Term("OS", "OS", "Overall survival: time until death from any cause.", ENDPOINTS_2018),
    Term("DFS", "DFS", "Disease-free survival: time until relapse or death, in patients without disease.", NCI_DFS),
    Term("TTP", "TTP", "Time to progression: deaths without progression are not counted.", ENDPOINTS_2008),
    Term("DOR", "DoR", "Duration of response: time from response to progression."),
    Term("ORR", "ORR", "Objective response rate: share of patients whose tumour shrank or disappeared (partial and complete responses).", RECIST),
    Term("DCR", "DCR", "Disease control rate: responses plus stable disease."),
    Term("CBR", "CBR", "Clinical benefit rate: responses plus lasting stable disease, as the paper defines it."),
    Term("NECROSIS", "Necrosis", "Share of dead tumour in the removed specimen after chemotherapy."),
    Term("ADVERSE_EVENT", "Adverse event", "Something untoward that happened to a patient during a study, caused by the treatment or not."),
    Term("RECIST", "RECIST response", "Rules for reading the size of tumours on images, here version 1.1. Up to five target lesions are measured by their longest diameters, lymph nodes by their short axis, and the sums are compared.", RECIST),
    Term("CR", "Complete response", "All target lesions have disappeared (RECIST 1.1).", RECIST),
    Term("PR", "Partial response", "The sum of diameters has fallen by 30% or more from the start (RECIST 1.1).", RECIST),
    Term("SD", "Stable disease", "Neither enough shrinkage for a partial response nor enough growth for progression (RECIST 1.1).", RECIST),
    Term("PD", "Progression", "The sum of diameters has grown by 20% or more, and 5 mm or more, over the smallest sum seen, or new lesions have appeared (RECIST 1.1).", RECIST),
)
NUMBERS = (
    Term("MEDIAN", "Median", "The time by which half of the patients had the event."),
    Term("KAPLAN_MEIER_RATE", "Kaplan–Meier rate", "Share still free of the event at a time, with patients lost from view accounted for.", KAPLAN_MEIER),
    Term("CRUDE_PROPORTION", "Crude proportion", "Patients with the outcome divided by all; not the same as a Kaplan–Meier rate."),
    Term("RATE_UNSPECIFIED", "Rate, method not stated", "A share at a time for which the source does not say how it was made. It is never pooled with either of the other two."),
    Term("POOLED", "Pooled by its source", "A number that its source made out of several studies. OsteoDB does not pool it again."),
    Term("MEAN", "Mean", "The sum of all values divided by how many they are."),
    Term("FOLD_CHANGE", "Fold change", "How many times as much as in the comparison; a number of the laboratory."),
    Term("HR", "HR", "Hazard ratio: below 1 favours the experimental group."),
    Term("OR", "OR", "Odds ratio of two groups: 1 means no difference."),
    Term("RR", "RR", "Risk ratio of two groups: 1 means no difference."),
    Term("DIFFERENCE", "Difference", "One group's number less the other's: 0 means no difference."),
    Term("TEST_ONLY", "Test without an estimate", "The source prints whether two groups differ, but not by how much."),
    Term("P_VALUE", "p", "How often chance alone would bring a difference at least as large, were there none. It says nothing about how large or how important the difference is."),
    Term("CI", "CI", "Confidence interval: the range that is compatible with the data. Of many 95% intervals made in the same way, about 95% hold the true value."),
    Term("EXACT_INTERVAL", "Exact interval", "An interval of a proportion by Clopper and Pearson: taken from the binomial distribution itself, never too narrow, often a little wide.", CLOPPER),
    Term("NOT_REACHED", "Not reached", "So far fewer than half of the patients had the event, so there is no median yet. It is neither zero nor infinity."),
    Term("NOT_ESTIMABLE", "Not estimable", "The source says that this number, or this end of an interval, cannot be worked out from its data."),
    Term("NOT_REPORTED", "Not reported", "No source that OsteoDB holds gives it. It is not zero and not “no”."),
    Term("BELOW_LIMIT", "Below the limit of detection", "The method could not see so little. It is not zero."),
    Term("MONTHS", "Months", "A year is taken as 365.25 days and a month as a twelfth of it, 30.4375 days: 1 week is 0.23 months. The figure as printed stands first; the months make it comparable."),
    Term("SINGLE_ARM", "Single arm", "Every patient gets the same treatment. Without a group beside it, such a number cannot say what the treatment added; single arms put together are no comparison."),
    Term("BENCHMARK", "Historical control", "A number from earlier patients that a study's own number is held against. The patients may differ in ways that nobody measured."),
)
SYNTHESIS = (
    Term("SYNTHESIS", "Synthesis", "Numbers that are alike are put together and, where that makes sense, averaged. What is left out is listed with its reason."),
    Term("RANDOM_EFFECTS", "Random effects", "An average that lets the true result differ from study to study. OsteoDB takes the spread by REML and the interval by Hartung and Knapp.", COCHRANE),
    Term("FIXED_EFFECT", "Fixed effect", "An average that supposes one true result behind all studies. It stands beside the random effects for comparison only."),
    Term("HETEROGENEITY", "Heterogeneity", "How far the results of studies differ beyond what chance would bring."),
    Term("I_SQUARED", "I²", "Share of the differences between studies that is more than chance. With few studies it is itself very uncertain.", I_SQUARED),
    Term("TAU_SQUARED", "τ²", "How widely the true results of studies spread, as a variance on the scale on which they are averaged.", COCHRANE),
    Term("PREDICTION_INTERVAL", "Prediction interval", "Where the true result of a further, similar study may lie. It is wider than the interval of the average where studies differ.", COCHRANE),
    Term("FOREST_PLOT", "Forest plot", "One line for each study, its number with its interval, and below them what they come to together."),
)
TRUST = (
    Term("LEVEL_A", "Level A", "A guideline or a phase III trial."),
    Term("LEVEL_B", "Level B", "A clinical trial or a cohort."),
    Term("LEVEL_C", "Level C", "Case reports."),
    Term("LEVEL_D", "Level D", "Preclinical work: cells, animals, patients' tissue in the laboratory."),
    Term("LEVEL_E", "Level E", "Inferred, or read in a review only and not located in the primary source."),
    Term("LEVEL", "Evidence level", "How strong the kind of evidence is, from A to E; not whether a therapy works. A claim read only in a review is never above E."),
    Term("LOCATOR", "Read in", "The source and the place in it: page, table, figure, section or sentence. No number stands here without one."),
    Term("DISPUTED", "Disputed", "A person found that another source or its own arithmetic contradicts it. Kept and shown, never plotted."),
    Term("DISCREPANCY", "Discrepancy", "Two statements that disagree: both stay, with the kind of disagreement and how it was settled, if it was."),
    Term("CHECK_CONTRADICTION", "Contradicts itself", "A sum done again cannot give what is printed, however it was rounded."),
    Term("CHECK_DIFFERENCE", "Comes out otherwise", "A sum done again gives something else than is printed, and another method may explain it."),
    Term("CHECK_HINT", "Worth a look", "Under an assumption that need not hold, a sum comes out far from what is printed."),
    Term("RETRACTED", "Retracted", "Withdrawn by the journal or by a curator. The page stays, with its reason, and counts nowhere."),
    Term("PRECLINICAL", "Preclinical", "Seen in cells, animals, tissue or by computation, not in patients."),
)
TRIALS = (
    Term("STATUS", "Status", "Where a study stands, in the registry's words. The registry is only as current as its sponsor keeps it."),
    Term("STATUS_NOT_YET_RECRUITING", "Not yet recruiting", "The study has not begun to take patients in.", NIH_STATUSES),
    Term("STATUS_RECRUITING", "Recruiting", "The study is taking patients in.", NIH_STATUSES),
    Term("STATUS_ENROLLING_BY_INVITATION", "Enrolling by invitation", "Only people from a group that was chosen beforehand are invited.", STATUSES),
    Term("STATUS_ACTIVE_NOT_RECRUITING", "Active, not recruiting", "The study goes on, patients are treated or examined, but no new ones are taken in.", STATUSES),
    Term("STATUS_NOT_RECRUITING", "Not recruiting", "The WHO's word: no patients are taken in now. It does not say whether the study goes on."),
    Term("STATUS_SUSPENDED", "Suspended", "Stopped early, and may start again.", STATUSES),
    Term("STATUS_COMPLETED", "Completed", "Ended normally; nobody is treated or examined any more.", STATUSES),
    Term("STATUS_TERMINATED", "Terminated", "Stopped early, and will not start again.", STATUSES),
    Term("STATUS_WITHDRAWN", "Withdrawn", "Stopped before the first patient was taken in.", STATUSES),
    Term("STATUS_AVAILABLE", "Expanded access: available", "The treatment can be had outside a trial under a programme."),
    Term("STATUS_NO_LONGER_AVAILABLE", "Expanded access: no longer available", "There was such a programme; it has ended."),
    Term("STATUS_TEMPORARILY_NOT_AVAILABLE", "Expanded access: temporarily not available", "There is such a programme; at present it gives nothing."),
    Term("STATUS_APPROVED_FOR_MARKETING", "Approved for marketing", "Said of an expanded access programme: the treatment has been approved for use by the public."),
    Term("STATUS_WITHHELD", "Withheld by the registry", "The registry holds the record back."),
    Term("STATUS_UNKNOWN", "Unknown", "The registry's own word: the status has not been confirmed for two years. A trial for which no status was seen says “none seen”.", UNKNOWN),
    Term("STATUS_OTHER", "Other", "A word of a registry that OsteoDB could not map. Nothing is guessed; the raw word stands on the trial's page."),
    Term("PHASE", "Phase", "The stage of testing of a drug or biological product. A trial of phase 2/3 has both.", PHASE),
    Term("PHASE_EARLY_PHASE1", "Early phase 1", "Exploratory trials under the FDA's guidance of 2006; formerly called phase 0.", PHASES),
    Term("PHASE_PHASE1", "Phase 1", "What the drug does in people: its action and the side effects of rising doses.", PHASES),
    Term("PHASE_PHASE2", "Phase 2", "Whether it works in people with the disease, and its common side effects.", PHASES),
    Term("PHASE_PHASE3", "Phase 3", "After first signs that it works: benefit against risk, in more people.", PHASES),
    Term("PHASE_PHASE4", "Phase 4", "After approval: more about risks, benefits and best use.", PHASES),
    Term("PHASE_NA", "Phase not applicable", "A trial without phases, for example of a device.", PHASES),
    Term("ENROLMENT", "Enrolment", "How many people take part, or are meant to. A registry says which: actual or estimated."),
    Term("ACTUAL", "Actual and estimated", "A registry marks a date or an enrolment as having happened (actual) or planned (estimated)."),
    Term("LAST_SEEN", "Seen on a third party's page", "Not the registry's own word: a copy seen elsewhere, on the date given. The registry replaces it."),
    Term("STALE", "May be out of date", "The status is unknown, or the completion date has passed while the status says the study goes on, or nobody has verified the status for two years."),
)
GROUPS = (
    Group("endpoints", "What is measured", "Endpoints and responses.", ENDPOINTS),
    Group("numbers", "Numbers", "How a number was made from the data, and how sure it is.", NUMBERS),
    Group("pooling", "Synthesis", "Numbers of several studies together.", SYNTHESIS),
    Group("trust", "How far it can be trusted", "Levels, places and disagreements.", TRUST),
    Group("registries", "Trials and registries", "Statuses, phases and dates.", TRIALS),
)
# fmt: on
