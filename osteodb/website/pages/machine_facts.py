"""Trials, sources and the whole of OsteoDB in the words of schema.org, from what a page has loaded.

Types and properties: https://schema.org/MedicalTrial (trialDesign), /MedicalObservationalStudy,
/MedicalStudy (status, sponsor, studySubject, studyLocation, healthCondition), /Thing (identifier,
sameAs …), /MedicalScholarlyArticle and /CreativeWork (author, datePublished, isPartOf,
creativeWorkStatus). schema.org has no property for a trial's phase any more; the description
says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.models import RetractionState, Source, SourceKind
from osteodb.website.citations import NAME
from osteodb.website.pages.base import api_url
from osteodb.website.pages.trial_facts import country_name
from osteodb.website.structured import CONTEXT, Node, dataset, node
from therapies.models import Agent, AgentKind
from trials.models import Phase, StudyType, Trial, TrialStatus

if TYPE_CHECKING:
    from osteodb.website.pages.trial import TrialPage

STUDY_TYPES = {
    StudyType.INTERVENTIONAL: "MedicalTrial",
    StudyType.OBSERVATIONAL: "MedicalObservationalStudy",
}
# https://schema.org/MedicalStudyStatus; other statuses are told in our words.
STATUSES = {
    TrialStatus.NOT_YET_RECRUITING: "NotYetRecruiting",
    TrialStatus.RECRUITING: "Recruiting",
    TrialStatus.ENROLLING_BY_INVITATION: "EnrollingByInvitation",
    TrialStatus.ACTIVE_NOT_RECRUITING: "ActiveNotRecruiting",
    TrialStatus.SUSPENDED: "Suspended",
    TrialStatus.COMPLETED: "Completed",
    TrialStatus.TERMINATED: "Terminated",
    TrialStatus.WITHDRAWN: "Withdrawn",
}
# https://schema.org/MedicalTrialDesign; a registry's code that says it for certain.
ALLOCATIONS = {"RANDOMIZED": "RandomizedTrial"}
MASKINGS = {
    "NONE": "OpenTrial",
    "SINGLE": "SingleBlindedTrial",
    "DOUBLE": "DoubleBlindedTrial",
    "TRIPLE": "TripleBlindedTrial",
}
DRUGS = {
    AgentKind.SMALL_MOLECULE,
    AgentKind.ANTIBODY,
    AgentKind.PROTEIN,
    AgentKind.VACCINE,
    AgentKind.OLIGONUCLEOTIDE,
    AgentKind.LIPOSOMAL,
}
ARTICLES = {SourceKind.ARTICLE, SourceKind.ABSTRACT, SourceKind.REVIEW, SourceKind.META_ANALYSIS}
WHOLE = (("Trials", "trials"), ("Evidence", "evidence"), ("Sources", "sources"))


def trial_node(page: TrialPage) -> Node:
    """A trial as its page has it."""
    trial = page.trial
    address = f"/trials/{trial.public_id}/"
    numbers = [(row.identifier.get_registry_display(), row.shown) for row in page.identifiers]
    kind = STUDY_TYPES.get(StudyType(trial.study_type)) if trial.study_type else None
    sponsor = node("Organization", name=trial.lead_sponsor) if trial.lead_sponsor else None
    about: dict[str, Any] = {
        "healthCondition": [node("MedicalCondition", name=one.name) for one in page.conditions],
        "sponsor": sponsor,
        "status": _status(trial),
        "studyLocation": [node("Country", name=country_name(one)) for one in trial.countries],
        "studySubject": [_subject(agent) for agent in _agents(page)],
    }
    if kind == "MedicalTrial":
        about["trialDesign"] = _designs(trial)
    return {
        **node(
            kind or "MedicalStudy",
            name=trial.title,
            alternateName=_other_names(trial),
            description=_phases(trial),
            url=address,
            identifier=[_number(NAME, trial.public_id), *(_number(*one) for one in numbers)],
            sameAs=list(dict.fromkeys(row.url for row in page.identifiers if row.url)),
            **about,
        ),
        "@id": address,
    }


def _number(scheme: str, value: str) -> Node:
    return node("PropertyValue", propertyID=scheme, value=value)


def _other_names(trial: Trial) -> list[str]:
    names = (trial.acronym, trial.official_title)
    return [name for name in names if name and name != trial.title]


def _phases(trial: Trial) -> str:
    labels = dict(Phase.choices)
    return ", ".join(str(labels.get(one, one)) for one in trial.phases)


def _status(trial: Trial) -> str:
    """The status; nothing where no origin has given one."""
    if trial.status == TrialStatus.UNKNOWN and not trial.status_raw:
        return ""
    known = STATUSES.get(TrialStatus(trial.status))
    return f"{CONTEXT}/{known}" if known else str(trial.get_status_display())


def _designs(trial: Trial) -> list[str]:
    found = (ALLOCATIONS.get(trial.allocation), MASKINGS.get(trial.masking))
    return [f"{CONTEXT}/{one}" for one in found if one]


def _agents(page: TrialPage) -> list[Agent]:
    given = {tie.agent_id: tie.agent for row in page.arms for tie in row.agents}
    return [agent for agent in given.values() if agent.kind != AgentKind.PLACEBO]


def _subject(agent: Agent) -> Node:
    """What is given, as the kind of medical entity that it is for certain."""
    kind = "Drug" if agent.kind in DRUGS else "MedicalEntity"
    if agent.kind == AgentKind.PROCEDURE:
        kind = "MedicalProcedure"
    return node(kind, name=agent.name, url=f"/agents/{agent.slug}/")


def source_node(source: Source) -> Node:
    """A source by what is on record of it; of the authors, that is the first."""
    is_article = source.kind in ARTICLES
    doi = f"https://doi.org/{source.doi}" if source.doi else ""
    pubmed = f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else ""
    numbers = (("PMID", source.pmid), ("PMCID", source.pmcid), ("DOI", source.doi))
    within: dict[str, Any] = {}
    if source.container:
        within["isPartOf"] = node(
            "Periodical" if is_article else "CreativeWork", name=source.container
        )
    return node(
        "MedicalScholarlyArticle" if is_article else "CreativeWork",
        name=source.title,
        author=node("Person", name=source.first_author) if source.first_author else None,
        datePublished=str(source.year or ""),
        url=source.url or doi or pubmed,
        sameAs=[one for one in (doi, pubmed) if one],
        identifier=[_number(scheme, value) for scheme, value in numbers if value],
        creativeWorkStatus=_standing(source),
        mainEntityOfPage=f"/sources/{source.slug}/",
        **within,
    )


def _standing(source: Source) -> str:
    """What is known against it; nothing where nobody looked or nothing was found."""
    if source.retraction in (RetractionState.UNCHECKED, RetractionState.NONE):
        return ""
    return str(source.get_retraction_display())


def whole_node(description: str) -> Node:
    """All of OsteoDB as one data set, with its main lists as files."""
    files = [
        (f"{label} as {name}", f"{api_url(resource)}{query}", kind)
        for label, resource in WHOLE
        for name, query, kind in (
            ("JSON", "", "application/json"),
            ("CSV", "?format=csv", "text/csv"),
        )
    ]
    return dataset(name=NAME, description=description, url="/", files=files)
