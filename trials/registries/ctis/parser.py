"""A trial of the EU's Clinical Trials Information System in OsteoDB's neutral shape. Pure.

Reads what `/retrieve/{number}` answers today and what it answered before June 2024, when the parts
of the application stood one level higher and the status was text. Anything may be missing; what is
of another type than expected counts as missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
from trials.registries.ctis import tables
from trials.registries.identifiers import RegistryNumber, recognise
from trials.registries.reading import Findings, date_text, distinct, gathered, line, plain

REGISTRY = "CTIS"
PARSER_VERSION = "ctis-1"
INFORMATION = ("trialDetails", "trialInformation")
NUMBERS = ("trialDetails", "clinicalTrialIdentifiers", "secondaryIdentifyingNumbers")
SPONSOR_CODE = re.compile(r"(?=.*\d)[\w/.-]{3,60}")
PHASE_NUMERALS = re.compile(r"\bPhase (I{1,3}|IV)\b")


def at(value: Any, *path: str | int) -> Any:
    """What stands at a path of keys in nested objects; None where the path ends early."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def text(value: Any, *path: str | int) -> str:
    """The text or number at a path as text; empty for anything else."""
    found = at(value, *path)
    if isinstance(found, bool) or found is None:
        return ""
    return str(found) if isinstance(found, (str, int, float)) else ""


def items(value: Any, *path: str | int) -> list[dict[str, Any]]:
    """The objects of the list at a path."""
    found = at(value, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def number_of(record: Mapping[str, Any]) -> RegistryNumber | None:
    """The trial's number with its resubmission, or None."""
    number = recognise(text(dict(record), "ctNumber")[:60])
    return number if number is not None and number.registry == REGISTRY else None


def parse(record: Mapping[str, Any]) -> ParsedTrial:
    """A cleaned record. Raises MalformedRecord where it has no number."""
    number = number_of(record)
    if number is None:
        written = text(dict(record), "ctNumber")[:60]
        raise MalformedRecord(
            f"{written!r} is no CTIS number", registry_id=written, path="ctNumber"
        )
    return _Reader(dict(record)).read(number)


def registry_date(record: Mapping[str, Any]) -> str:
    """The day of the last update in the system."""
    return _day(text(dict(record), "lastUpdated"))


def edition(record: Mapping[str, Any]) -> str:
    """A resubmission outranks what it replaces; within one, the later update is newer."""
    number = number_of(record)
    return f"{number.resubmission if number else ''}/{registry_date(record)}"


def _named(texts: Iterable[str]) -> tuple[str, ...]:
    """The names that say something: the system writes N/A where a product has no name."""
    return tuple(one for one in distinct(texts, 400) if one.upper() not in ("N/A", "NA", "-"))


def _day(raw: str) -> str:
    try:
        return date_text(raw)
    except ValueError:
        return ""


class _Reader:
    """Reads one record; collects problems as it goes."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        application = at(record, "authorizedApplication")
        self.application: dict[str, Any] = application if isinstance(application, dict) else record
        part = at(self.application, "authorizedPartI")
        self.part: dict[str, Any] = part if isinstance(part, dict) else {}
        self.states = items(self.application, "authorizedPartsII")
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
            references=tuple(
                ParsedReference(pmid=line(code, 12), reference_type="RESULT")
                for code in self.texts("trialDetails", "pubmedCode")
                if code.strip().isdecimal()
            ),
            problems=self.findings.problems,
        )

    def texts(self, *path: str) -> list[str]:
        """The texts of the list at a path of part I."""
        found = at(self.part, *path)
        return (
            [str(one) for one in found if isinstance(one, (str, int))]
            if isinstance(found, list)
            else []
        )

    def fields(self, sites: tuple[ParsedSite, ...]) -> TrialFields:
        """The fields of the trial, from part I and what the system adds."""
        titles = at(self.part, "trialDetails", "clinicalTrialIdentifiers")
        full, public = (
            text(titles, "fullTitle") or text(self.record, "title"),
            text(titles, "publicTitle"),
        )
        short = line(text(titles, "shortTitle") or text(self.record, "shortTitle"))
        sponsors = self.sponsors()
        status, status_raw = self.status()
        return TrialFields(
            brief_title=line(plain(public or full), 600),
            official_title=line(plain(full)),
            acronym="" if SPONSOR_CODE.fullmatch(short) or len(short) > 100 else short,
            brief_summary=plain(text(self.part, *INFORMATION, "trialObjective", "mainObjective")),
            lead_sponsor=sponsors[0] if sponsors else "",
            lead_sponsor_class=self.sponsor_class(),
            collaborators=sponsors[1:],
            study_type="INTERVENTIONAL",  # the system holds interventional trials only
            phases=self.phases(),
            status=status,
            status_raw=status_raw,
            enrolment_count=self.enrolment(),
            enrolment_type="ESTIMATED" if self.enrolment() is not None else "",
            last_update_posted_date=self.findings.day(
                text(self.record, "lastPublicationUpdate"), "lastPublicationUpdate"
            ),
            has_results=self.results(),
            countries=tuple(sorted({site.country_code for site in sites if site.country_code})),
            **self.dates(),
            **self.eligibility(),
        )

    def sponsors(self) -> tuple[str, ...]:
        """The sponsors' names, the primary one first."""
        found = [one for one in items(self.part, "sponsors") if at(one, "primary") is True]
        found += items(self.part, "sponsors") + items(self.record, "coSponsors")
        primary = at(self.record, "primarySponsor")
        names = [text(one, "organisation", "name") for one in (primary, *found)]
        return distinct(names, 400)

    def sponsor_class(self) -> str:
        """sponsorType, whose values the system repeats, joined by commas."""
        kinds = distinct(text(self.record, "sponsorType").split(","))
        classes = {
            self.findings.mapped(kind, tables.SPONSOR_CLASSES, "sponsorType") for kind in kinds
        }
        return classes.pop() if len(classes) == 1 else ""

    def status(self) -> tuple[str, str]:
        """ctPublicStatusCode; in records of before June 2024 the words of ctStatus. An ended trial
        counts as terminated where it ended early in every country."""
        code = at(self.record, "ctPublicStatusCode")
        if code is None and isinstance(at(self.record, "ctStatus"), str):
            words = line(text(self.record, "ctStatus"), 200)
            return self.findings.status(words, tables.OLD_STATUSES, "ctStatus"), words
        key = int(code) if str(code).isdecimal() else -1
        words, status = tables.PUBLIC_STATUSES.get(key, (text(code), ""))
        if not status:
            raw = line(text(self.record, "ctPublicStatusCode"), 200)
            return self.findings.status(raw, {}, "ctPublicStatusCode"), raw
        if key == tables.ENDED and (early := self.ended_early()):
            return ("terminated" if early == "everywhere" else "other"), f"{words} (early)"
        return status, words

    def ended_early(self) -> str:
        """Whether the countries report an early termination: "everywhere", "somewhere" or ""."""
        countries = items(self.record, "events", "trialEvents")
        early = [
            any(tables.EARLY_END in text(event, "notificationType").upper() for event in events)
            for one in countries
            if (events := items(one, "events"))
        ]
        return "" if not any(early) else "everywhere" if all(early) else "somewhere"

    def phases(self) -> tuple[str, ...]:
        """trialPhase in words; one that joins several phases names each by its numeral."""
        words = line(plain(text(self.record, "trialPhase")))
        if not words or words in tables.PHASES:
            return tables.PHASES.get(words, ())
        numerals = PHASE_NUMERALS.findall(words)
        if not numerals:
            self.findings.add("UNMAPPED_PHASE", "trialPhase", words, f"phase {words[:200]!r}")
        return tuple(dict.fromkeys(sorted(tables.NUMERALS[one] for one in numerals)))

    def enrolment(self) -> int | None:
        """The planned participants of all member states and the rest of the world."""
        planned = [
            count
            for count in (at(state, "recruitmentSubjectCount") for state in self.states)
            if isinstance(count, int) and count >= 0
        ]
        rest = at(self.part, "rowSubjectCount")
        if planned:
            return sum(planned) + (rest if isinstance(rest, int) and rest > 0 else 0)
        return self.findings.count(text(self.record, "totalNumberEnrolled"), "totalNumberEnrolled")

    def results(self) -> bool | None:
        """resultsFirstReceived: a date or "Yes" where there are results, "No" where not."""
        raw = text(self.record, "resultsFirstReceived").strip()
        return None if not raw else raw.casefold() != "no"

    def dates(self) -> dict[str, Any]:
        """Start and end in the EU where they have happened, else the planned ones."""
        planned = at(self.part, *INFORMATION, "trialDuration")
        found: dict[str, Any] = {}
        for name, happened, fallbacks in (
            ("start_date", "startDateEU", ("estimatedRecruitmentStartDate",)),
            ("completion_date", "endDateEU", ("estimatedGlobalEndDate", "estimatedEndDate")),
        ):
            found[name] = self.findings.date(text(self.record, happened), happened)
            found[f"{name}_type"] = "ACTUAL" if found[name] else ""
            for key in fallbacks:
                if not found[name]:
                    found[name] = self.findings.date(text(planned, key), key)
                    found[f"{name}_type"] = "ESTIMATED" if found[name] else ""
        return found

    def eligibility(self) -> dict[str, Any]:
        """Age groups, sex and criteria. The system has groups, not ages: their outer limits."""
        groups = distinct(text(self.record, "ageGroup").split(","))
        known = [one for one in groups if one in tables.AGE_GROUPS]
        for group in set(groups) - set(known):
            self.findings.add("UNMAPPED_VALUE", "ageGroup", group, f"age group {group!r}")
        lows = [tables.AGE_GROUPS[one][0] for one in known]
        highs = [tables.AGE_GROUPS[one][1] for one in known]
        low = min((one for one in lows if one), key=int) if lows and all(lows) else None
        high = max((one for one in highs if one), key=int) if highs and all(highs) else None
        criteria = at(self.part, *INFORMATION, "eligibilityCriteria")
        return {
            "minimum_age": f"{low} Years" if low else "",
            "minimum_age_years": f"{low}.000" if low else None,
            "maximum_age": f"{high} Years" if high else "",
            "maximum_age_years": f"{high}.000" if high else None,
            "sex": self.findings.mapped(text(self.record, "gender"), tables.SEXES, "gender"),
            "eligibility_criteria": "\n\n".join(
                f"{title}:\n" + "\n".join(lines)
                for title, key in (
                    ("Inclusion criteria", "principalInclusionCriteria"),
                    ("Exclusion criteria", "principalExclusionCriteria"),
                )
                if (lines := [plain(text(one, key)) for one in items(criteria, key)])
            ),
        }

    def identifiers(self, number: RegistryNumber) -> tuple[ParsedIdentifier, ...]:
        """The trial's own number, those of other registries, the number it had under EudraCT
        before it moved here, and the sponsor's code. Associated trials are other trials."""
        others = at(self.part, *NUMBERS)
        found = (
            [text(one, "number") for one in (others or {}).values()]
            if isinstance(others, dict)
            else []
        )
        found += [text(one, "number") for one in items(others, "additionalRegistries")]
        found.append(text(self.application, "eudraCt", "eudraCtCode"))
        found = [one for one in found if recognise(one) is not None]
        short = line(text(self.part, "trialDetails", "clinicalTrialIdentifiers", "shortTitle"))
        if SPONSOR_CODE.fullmatch(short):
            found.append(short)
        return gathered(
            number, text(self.record, "ctNumber"), ((one, "SECONDARY") for one in found)
        )

    def conditions(self) -> tuple[str, ...]:
        """The conditions of part I and their MedDRA terms."""
        part = at(self.part, *INFORMATION, "medicalCondition")
        names = [text(one, "medicalCondition") for one in items(part, "partIMedicalConditions")]
        terms = [text(one, "termName") for one in items(part, "meddraConditionTerms")]
        return distinct([*names, *terms], 400)

    def interventions(self) -> tuple[ParsedIntervention, ...]:
        """The products by role, each by its active substance, else its name."""
        found: dict[str, ParsedIntervention] = {}
        for group in items(self.part, "productRoleGroupInfos"):
            role = line(text(group, "productRoleName"), 40)
            for product in items(group, "products"):
                names = _named(
                    [
                        text(product, "productDictionaryInfo", "activeSubstanceName"),
                        text(product, "productName"),
                        text(product, "productDictionaryInfo", "prodName"),
                        text(product, "sponsorProductCodeEdit"),
                    ]
                ) or _named([role])
                if names:
                    before = found.get(names[0])
                    others = (*(before.other_names if before else ()), *names[1:])
                    found[names[0]] = ParsedIntervention(
                        names[0],
                        "DRUG",
                        description=before.description if before else f"Role: {role}" * bool(role),
                        other_names=distinct(others, 400),
                    )
        return tuple(found.values())

    def outcomes(self) -> tuple[ParsedOutcome, ...]:
        """The end points of part I."""
        part = at(self.part, *INFORMATION, "endPoint")
        return tuple(
            ParsedOutcome(kind, measure)
            for kind, key in (("PRIMARY", "primaryEndPoints"), ("SECONDARY", "secondaryEndPoints"))
            for one in items(part, key)
            if (measure := plain(text(one, "endPoint")))
        )

    def sites(self) -> tuple[ParsedSite, ...]:
        """The trial sites of the member states, each with its country's status; a country without
        a site, in the EU or outside, as a site of its own."""
        statuses = self.country_statuses()
        sites = set()
        for state in self.states:
            for place in items(state, "trialSites"):
                where = at(place, "organisationAddressInfo", "address")
                country = line(text(where, "countryName"), 200)
                sites.add(
                    ParsedSite(
                        facility=line(
                            text(place, "organisationAddressInfo", "organisation", "name"), 400
                        ),
                        city=line(text(where, "city"), 200),
                        country=country,
                        country_code=self.findings.country(country, "trialSites.countryName"),
                        status=statuses.get(country, ""),
                    )
                )
        present = {site.country for site in sites}
        rest = [text(one, "name") for one in items(self.part, "rowCountriesInfo")]
        for country in (*statuses, *rest):
            if country and country not in present:
                code = self.findings.country(country, "memberStatesConcerned")
                sites.add(
                    ParsedSite(country=country, country_code=code, status=statuses.get(country, ""))
                )
        return tuple(
            sorted(sites, key=lambda one: (one.country, one.city, one.facility, one.status))
        )

    def country_statuses(self) -> dict[str, str]:
        """Each member state and the trial's status there, in the system's words."""
        found: dict[str, str] = {}
        for state in items(self.application, "memberStatesConcerned"):
            name = line(text(state, "mscName") or text(state, "countryName"), 200)
            code = text(state, "mscPublicStatusCode")
            words = tables.PUBLIC_STATUSES.get(int(code) if code.isdecimal() else -1, ("", ""))[0]
            if name:
                found[name] = line(words or text(state, "trialStatus"), 30)
        return found
