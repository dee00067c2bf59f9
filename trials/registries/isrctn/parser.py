"""A study of the ISRCTN registry in OsteoDB's neutral shape. Pure.

Reads the JSON that public tools make of the registry's XML (`xml_value` makes the same): a list
with one entry is that entry, an empty element is empty text. `asOf` is the day on which the record
was read; the recruitment status follows from it and the recruitment dates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from trials.registries.base import (
    MalformedRecord,
    ParsedIdentifier,
    ParsedIntervention,
    ParsedOutcome,
    ParsedReference,
    ParsedSite,
    ParsedTrial,
    TrialFields,
)
from trials.registries.identifiers import RegistryNumber, recognise
from trials.registries.isrctn import tables
from trials.registries.reading import Findings, date_text, distinct, gathered, line, plain, today_is

REGISTRY = "ISRCTN"
PARSER_VERSION = "isrctn-1"
PUBMED = re.compile(r"(?:pubmed(?:\.ncbi\.nlm\.nih\.gov|/)|ncbi\.nlm\.nih\.gov/pubmed)/?(\d{4,9})")
RANDOMISED = re.compile(r"(?<!non-)(?<!non)randomi[sz]ed", re.IGNORECASE)


def at(value: Any, *path: str) -> Any:
    """What stands at a path of keys; None where the path ends early."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: Any, *path: str) -> str:
    """The text at a path; empty for anything that is none."""
    found = at(value, *path)
    return found.strip() if isinstance(found, str) else ""


def many(value: Any, *path: str) -> list[Any]:
    """The entries at a path: none, one that stands alone, or a list."""
    found = at(value, *path)
    if isinstance(found, list):
        return found
    return [found] if found else []


def said(raw: str) -> str:
    """A text, or empty where it is one of the registry's phrases for nothing."""
    return "" if raw.casefold().strip(" .") in tables.NOT_GIVEN else raw


def number_of(record: Mapping[str, Any]) -> RegistryNumber | None:
    """The study's number; the registry writes its digits only."""
    written = text(dict(record), "isrctn")
    return recognise(f"ISRCTN{written}" if written.isdecimal() else written)


def parse(record: Mapping[str, Any]) -> ParsedTrial:
    """A cleaned record. Raises MalformedRecord where it has no number."""
    number = number_of(record)
    if number is None or number.registry != REGISTRY:
        written = text(dict(record), "isrctn")[:60]
        raise MalformedRecord(
            f"{written!r} is no ISRCTN number", registry_id=written, path="isrctn"
        )
    return _Reader(dict(record)).read(number)


def registry_date(record: Mapping[str, Any]) -> str:
    """The day of the last change, where the record has it."""
    try:
        return date_text(text(dict(record), "@lastUpdated")[:10])
    except ValueError:
        return ""


def edition(record: Mapping[str, Any]) -> str:
    """The registry counts the versions of a record."""
    version = text(dict(record), "@version")
    return version.zfill(8) if version.isdecimal() else ""


def recruitment(record: Mapping[str, Any]) -> str:
    """The status by the recruitment dates on the day the record was read; empty where one of the
    three days is missing."""
    participants = at(dict(record), "participants")
    day, start, end = (
        today_is(one)
        for one in (
            text(dict(record), "asOf") or text(dict(record), "record_last_import"),
            text(participants, "recruitmentStart"),
            text(participants, "recruitmentEnd"),
        )
    )
    if day is None or start is None or end is None:
        return ""
    return tables.BEFORE if day < start else tables.DURING if day <= end else tables.AFTER


class _Reader:
    """Reads one record; collects problems as it goes."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.findings = Findings()

    def read(self, number: RegistryNumber) -> ParsedTrial:
        sites = self.sites()
        return ParsedTrial(
            registry=REGISTRY,
            registry_id=number.value,
            registry_date=registry_date(self.record),
            fields=self.fields(sites),
            identifiers=self.identifiers(number),
            conditions=self.conditions(),
            interventions=self.interventions(),
            outcomes=self.outcomes(),
            sites=sites,
            references=self.references(),
            problems=self.findings.problems,
        )

    def fields(self, sites: tuple[ParsedSite, ...]) -> TrialFields:
        """The fields of the study, by the registry's own names."""
        description = at(self.record, "trialDescription")
        design = at(self.record, "trialDesign")
        sponsors = [one for one in many(self.record, "sponsor") if isinstance(one, dict)]
        names = distinct((text(one, "organisation") for one in sponsors), 400)
        status, status_raw = self.status()
        codes = {self.findings.country(name, "recruitmentCountries") for name in self.countries()}
        return TrialFields(
            brief_title=line(plain(text(description, "title")), 600),
            official_title=line(plain(text(description, "scientificTitle"))),
            acronym=line(said(text(description, "acronym")), 100),
            brief_summary=plain(
                said(text(description, "plainEnglishSummary"))
                or said(text(description, "studyHypothesis"))
            ),
            lead_sponsor=names[0] if names else "",
            lead_sponsor_class=self.findings.mapped(
                text(sponsors[0], "commercialStatus") if sponsors else "",
                tables.SPONSOR_CLASSES,
                "sponsor.commercialStatus",
            ),
            collaborators=names[1:],
            study_type=self.findings.mapped(
                text(design, "primaryStudyDesign"), tables.STUDY_TYPES, "primaryStudyDesign"
            ),
            phases=self.phases(),
            status=status,
            status_raw=status_raw,
            why_stopped=plain(text(design, "reasonAbandoned")),
            first_posted_date=self.findings.day(
                text(self.record, "@publicIdentifierDateAssigned")[:10], "dateAssigned"
            ),
            last_update_posted_date=registry_date(self.record) or None,
            completion_date=self.findings.date(text(design, "overallEndDate"), "overallEndDate"),
            start_date=self.findings.date(
                text(self.record, "participants", "recruitmentStart"), "recruitmentStart"
            ),
            countries=tuple(sorted(codes | {one.country_code for one in sites} - {""})),
            **self.design(),
            **self.participants(),
        )

    def status(self) -> tuple[str, str]:
        """What the registrant set, else what follows from the dates on the day of reading."""
        override = text(self.record, "participants", "recruitmentStatusOverride") or text(
            self.record, "trialDesign", "overallStatusOverride"
        )
        if override:
            status = self.findings.status(override, tables.OVERRIDES, "recruitmentStatusOverride")
            return status, line(override, 200)
        status = recruitment(self.record)
        return (status, tables.BY_DATES[status]) if status else ("unknown", "")

    def phases(self) -> tuple[str, ...]:
        """The phases of all interventions, in order."""
        found: set[str] = set()
        for one in many(self.record, "interventions", "intervention"):
            raw = line(text(one, "phase"))
            if raw and raw not in tables.PHASES:
                self.findings.add("UNMAPPED_PHASE", "intervention.phase", raw, f"phase {raw!r}")
            found.update(tables.PHASES.get(raw, ()))
        return tuple(sorted(found - {"NA"})) or tuple(found)

    def design(self) -> dict[str, Any]:
        """secondaryStudyDesign and trialType, in ClinicalTrials.gov's terms where they have one."""
        design = at(self.record, "trialDesign")
        secondary = f"{text(design, 'secondaryStudyDesign')} " + text(
            design, "interventionalTrialDesign", "allocation"
        )
        kinds = [one for one in many(design, "trialTypes", "trialType") if isinstance(one, str)]
        kinds += [
            one
            for one in many(design, "interventionalTrialDesign", "purposes", "purpose")
            if isinstance(one, str)
        ]
        purposes = {tables.PURPOSES[one] for one in kinds if one in tables.PURPOSES}
        return {
            "allocation": "RANDOMIZED" if RANDOMISED.search(secondary) else "",
            "primary_purpose": purposes.pop() if len(purposes) == 1 else "",
        }

    def participants(self) -> dict[str, Any]:
        """How many, who, and by which criteria. A final number of 0 means that none is given."""
        part = at(self.record, "participants")
        final = self.findings.count(text(part, "totalFinalEnrolment"), "totalFinalEnrolment")
        target = self.findings.count(text(part, "targetEnrolment"), "targetEnrolment")
        found: dict[str, Any] = {
            "enrolment_count": final or target,
            "enrolment_type": "ACTUAL" if final else "ESTIMATED" if target is not None else "",
        }
        for name, key in (("minimum", "lowerAgeLimit"), ("maximum", "upperAgeLimit")):
            found[f"{name}_age"], found[f"{name}_age_years"] = self.findings.age(
                text(part, key), key, none=tables.NO_AGE_LIMIT
            )
        criteria = (
            ("Inclusion criteria:", plain(said(text(part, "inclusion")))),
            ("Exclusion criteria:", plain(said(text(part, "exclusion")))),
        )
        healthy = text(part, "healthyVolunteersAllowed")
        found["sex"] = self.findings.mapped(text(part, "gender"), tables.SEXES, "gender")
        found["healthy_volunteers"] = {"true": True, "false": False}.get(healthy)
        found["eligibility_criteria"] = "\n\n".join(
            f"{name}\n{words}" for name, words in criteria if words
        )
        return found

    def identifiers(self, number: RegistryNumber) -> tuple[ParsedIdentifier, ...]:
        """externalRefs: numbers of other registries, and the codes of sponsor and funders."""
        refs = at(self.record, "externalRefs")
        codes = many(refs, "secondaryNumbers", "secondaryNumber")
        written = [
            text(refs, "clinicalTrialsGovNumber"),
            text(refs, "eudraCTNumber"),
            *(one for one in codes if isinstance(one, str)),
            text(refs, "protocolSerialNumber"),
        ]
        # a list of codes in one field is no code, but each of them may be one
        parts = [part for one in written for part in re.split(r"[;,]\s+", one)]
        return gathered(number, number.value, ((one, "SECONDARY") for one in parts if said(one)))

    def conditions(self) -> tuple[str, ...]:
        """What the registrant wrote, and the registry's own class of it."""
        found = []
        for one in many(self.record, "conditions", "condition"):
            found += [plain(text(one, "description")), text(one, "diseaseClass2")]
        return distinct((part for one in found for part in one.split("\n")), 400)

    def interventions(self) -> tuple[ParsedIntervention, ...]:
        """Each named drug or device; an intervention without names by the start of its text."""
        found: dict[tuple[str, str], ParsedIntervention] = {}
        for one in many(self.record, "interventions", "intervention"):
            words = plain(text(one, "description"))
            kind = self.findings.mapped(
                text(one, "interventionType"), tables.INTERVENTION_TYPES, "interventionType"
            )
            names = re.split(r"[;,\n]\s*", said(text(one, "drugNames")))
            for name in distinct(names, 400) or distinct([words.split("\n")[0]], 400):
                found.setdefault((kind, name), ParsedIntervention(name, kind, words))
        return tuple(found.values())

    def outcomes(self) -> tuple[ParsedOutcome, ...]:
        """The measures as registered since 2025, else the text of before."""
        found: list[ParsedOutcome] = []
        for kind, new, old in (
            ("PRIMARY", "primaryOutcomes", "primaryOutcome"),
            ("SECONDARY", "secondaryOutcomes", "secondaryOutcome"),
        ):
            part = at(self.record, "trialDescription")
            measured = [
                ParsedOutcome(
                    kind,
                    plain(text(one, "variable")),
                    plain(text(one, "timepoints")),
                    plain(text(one, "method")),
                )
                for one in many(part, new, "outcomeMeasure")
                if text(one, "variable")
            ]
            words = plain(said(text(part, old)))
            found += measured or ([ParsedOutcome(kind, words)] if words else [])
        return tuple(found)

    def countries(self) -> tuple[str, ...]:
        """The countries of recruitment as written."""
        listed = many(self.record, "participants", "recruitmentCountries", "country")
        return distinct((one for one in listed if isinstance(one, str)), 200)

    def sites(self) -> tuple[ParsedSite, ...]:
        """The trial centres, without their streets; a country without a centre as its own."""
        sites = set()
        for place in many(self.record, "participants", "trialCentres", "trialCentre"):
            country = line(text(place, "country"), 200)
            sites.add(
                ParsedSite(
                    facility=line(text(place, "name"), 400),
                    city=line(text(place, "city"), 200),
                    state=line(text(place, "state"), 200),
                    country=country,
                    country_code=self.findings.country(country, "trialCentre.country"),
                )
            )
        present = {site.country_code for site in sites}
        for country in self.countries():
            code = self.findings.country(country, "recruitmentCountries")
            if code not in present:
                sites.add(ParsedSite(country=country, country_code=code))
        return tuple(sorted(sites, key=lambda one: (one.country, one.city, one.facility)))

    def references(self) -> tuple[ParsedReference, ...]:
        """The PubMed numbers among the publications, once each."""
        words = text(self.record, "results", "publicationDetails")
        outputs = [text(one, "externalLink") for one in many(self.record, "outputs", "output")]
        numbers = dict.fromkeys(PUBMED.findall(" ".join((words, *outputs))))
        return tuple(ParsedReference(pmid=one) for one in sorted(numbers))
