"""A ClinicalTrials.gov v2 study in OsteoDB's neutral shape. Pure: no network, no database.

A value that no table knows never stops a record: it is kept as written or becomes `other`, and is
listed in `problems`. What stops one record is a shape that contradicts the registry's own OpenAPI
document; that is a MalformedRecord which says where.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from osteodb.core.partial_dates import PartialDate
from trials.registries.base import (
    MalformedRecord,
    ParsedArm,
    ParsedIdentifier,
    ParsedIntervention,
    ParsedOutcome,
    ParsedReference,
    ParsedSite,
    ParsedTrial,
    Problem,
    TrialFields,
)
from trials.registries.countries import country_code, is_country_code
from trials.registries.ctgov import schema, tables
from trials.registries.identifiers import RegistryNumber, recognise
from trials.registries.reading import distinct, gathered, line

REGISTRY = "NCT"
PARSER_VERSION = "ctgov-1"
AGE = re.compile(r"(\d+) (Year|Month|Week|Day|Hour|Minute)s?")
VERSION = ("derivedSection", "miscInfoModule", "versionHolder")
FULL_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WHERE = re.compile(r" - at `(\$[^`]*)`$")
FROM_CAMEL = re.compile(r"\$\.?")


def parse(record: Mapping[str, Any]) -> ParsedTrial:
    """One cleaned study, as stored, in the neutral shape. Raises MalformedRecord."""
    try:
        study = msgspec.convert(record, schema.Study)
    except msgspec.ValidationError as error:
        raise _malformed(record, str(error)) from error
    return _Reader(study).read()


def registry_id(record: Mapping[str, Any]) -> str:
    """The NCT number a decoded study carries, or empty text."""
    return _text(record, "protocolSection", "identificationModule", "nctId")


def registry_date(record: Mapping[str, Any]) -> str:
    """The date of a decoded study's last posted update, or empty text where it is no date."""
    found = _text(record, "protocolSection", "statusModule", "lastUpdatePostDateStruct", "date")
    return found if len(found) <= 10 else ""


def is_withheld(record: Mapping[str, Any]) -> bool:
    """Whether the registry keeps a study back and shows little more than its number."""
    return _text(record, "protocolSection", "statusModule", "overallStatus") == "WITHHELD"


def _text(record: Mapping[str, Any], *path: str) -> str:
    """The text at a path of keys; empty where there is none."""
    found: Any = record
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def edition(record: Mapping[str, Any]) -> str:
    """Which state of a study this is: the day of its last posted update, then the day of the
    registry's data (versionHolder), for what the registry derives may change without an update.
    Empty where the first is no date."""
    posted, data = registry_date(record), _text(record, *VERSION)
    held = data if FULL_DAY.fullmatch(data) else ""
    return f"{posted}/{held}" if FULL_DAY.fullmatch(posted) else ""


def _malformed(record: Mapping[str, Any], message: str) -> MalformedRecord:
    where = WHERE.search(message)
    return MalformedRecord(
        WHERE.sub("", message),
        registry_id=registry_id(record),
        path=FROM_CAMEL.sub("", where[1], count=1) if where else "",
    )


class _Reader:
    """Reads one study; collects problems as it goes."""

    def __init__(self, study: schema.Study) -> None:
        self.study = study
        self.protocol = study.protocol_section
        self.problems: list[Problem] = []

    def read(self) -> ParsedTrial:
        number = recognise(self.protocol.identification_module.nct_id)
        if number is None or number.registry != REGISTRY:
            raise MalformedRecord(
                f"{self.protocol.identification_module.nct_id!r} is no NCT number",
                registry_id=self.protocol.identification_module.nct_id,
                path="protocolSection.identificationModule.nctId",
            )
        sites = self.sites()
        status = self.protocol.status_module
        return ParsedTrial(
            registry=REGISTRY,
            registry_id=number.value,
            registry_date=status.last_update_post_date_struct.date,
            fields=self.fields(sites),
            identifiers=self.identifiers(number),
            conditions=distinct(self.protocol.conditions_module.conditions, 400),
            condition_mesh=tuple(
                (mesh.id, mesh.term)
                for mesh in self.study.derived_section.condition_browse_module.meshes
            ),
            arms=self.arms(),
            interventions=self.interventions(),
            outcomes=self.outcomes(),
            sites=sites,
            references=self.references(),
            problems=tuple(dict.fromkeys(self.problems)),
        )

    # -- the trial's own fields -------------------------------------------------------------

    def fields(self, sites: tuple[ParsedSite, ...]) -> TrialFields:
        """The registry-owned fields, from the modules named in the calls."""
        identification = self.protocol.identification_module
        status = self.protocol.status_module
        sponsors = self.protocol.sponsor_collaborators_module
        return TrialFields(
            brief_title=line(identification.brief_title, 600),
            official_title=line(identification.official_title),
            acronym=line(identification.acronym, 100),
            brief_summary=self.protocol.description_module.brief_summary.strip(),
            lead_sponsor=line(sponsors.lead_sponsor.name, 400),
            lead_sponsor_class=line(sponsors.lead_sponsor.agency_class, 20),
            collaborators=distinct((agency.name for agency in sponsors.collaborators), 400),
            status=self.status(status.overall_status, "overallStatus") or "unknown",
            status_raw=line(status.overall_status, 200),
            last_known_status=self.status(status.last_known_status, "lastKnownStatus"),
            why_stopped=status.why_stopped.strip(),
            has_results=self.study.has_results,
            keywords=distinct(self.protocol.conditions_module.keywords, 400),
            countries=tuple(sorted({site.country_code for site in sites if site.country_code})),
            **self.design(self.protocol.design_module),
            **self.dates(status),
            **self.eligibility(self.protocol.eligibility_module),
        )

    def design(self, part: schema.Design) -> dict[str, Any]:
        """designModule: type, phases, enrolment and how the trial is built."""
        info = part.design_info
        count, count_type = self.enrolment(part.enrollment_info)
        return {
            "study_type": self.known(
                part.study_type, tables.STUDY_TYPES, "designModule.studyType", keep=False
            ),
            "phases": self.phases(part.phases),
            "allocation": line(info.allocation, 40),
            "intervention_model": line(info.intervention_model or info.observational_model, 40),
            "masking": line(info.masking_info.masking, 40),
            "primary_purpose": line(info.primary_purpose, 40),
            "enrolment_count": count,
            "enrolment_type": count_type,
        }

    def dates(self, part: schema.Status) -> dict[str, Any]:
        """statusModule: partial dates with their type, posting dates to the day."""
        found: dict[str, Any] = {}
        for name, struct, path in (
            ("start_date", part.start_date_struct, "startDateStruct"),
            (
                "primary_completion_date",
                part.primary_completion_date_struct,
                "primaryCompletionDateStruct",
            ),
            ("completion_date", part.completion_date_struct, "completionDateStruct"),
        ):
            found[name], found[f"{name}_type"] = self.partial_date(struct, path)
        verified = schema.PartialDateStruct(part.status_verified_date)
        found["status_verified_date"] = self.partial_date(verified, "statusVerifiedDate")[0]
        for name, posted, path in (
            ("first_posted_date", part.study_first_post_date_struct, "studyFirstPostDateStruct"),
            (
                "results_first_posted_date",
                part.results_first_post_date_struct,
                "resultsFirstPostDateStruct",
            ),
            (
                "last_update_posted_date",
                part.last_update_post_date_struct,
                "lastUpdatePostDateStruct",
            ),
        ):
            found[name] = self.day(posted.date, path)
        return found

    def eligibility(self, part: schema.Eligibility) -> dict[str, Any]:
        """eligibilityModule: who may take part."""
        return {
            "minimum_age": line(part.minimum_age, 40),
            "maximum_age": line(part.maximum_age, 40),
            "minimum_age_years": self.years(part.minimum_age, "minimumAge"),
            "maximum_age_years": self.years(part.maximum_age, "maximumAge"),
            "sex": self.known(part.sex, tables.SEXES, "eligibilityModule.sex", keep=False),
            "healthy_volunteers": part.healthy_volunteers,
            "eligibility_criteria": part.eligibility_criteria.strip(),
        }

    def status(self, raw: str, name: str) -> str:
        """The status in our words; `other` and a problem where the table does not know it."""
        if not raw:
            return ""
        known = tables.STATUSES.get(raw)
        if known is None:
            self.problem("UNMAPPED_STATUS", f"statusModule.{name}", raw, f"status {raw!r}")
            return "other"
        return known

    def phases(self, raw: tuple[str, ...]) -> tuple[str, ...]:
        """The phases in the order of the table; those it does not know are only listed."""
        for phase in raw:
            if phase not in tables.PHASES:
                self.problem("UNMAPPED_PHASE", "designModule.phases", phase, f"phase {phase!r}")
        return tuple(phase for phase in tables.PHASES if phase in raw)

    def enrolment(self, raw: schema.Enrollment) -> tuple[int | None, str]:
        """How many people; the registry writes 99999999 where it does not know."""
        path = "designModule.enrollmentInfo"
        kind = self.known(raw.type, tables.DATE_TYPES, f"{path}.type", keep=False)
        if raw.count is None:
            return None, kind
        if raw.count == tables.ENROLMENT_NOT_KNOWN or raw.count < 0:
            self.problem(
                "SUSPICIOUS_VALUE",
                f"{path}.count",
                str(raw.count),
                f"enrolment {raw.count} stands for not known and is not shown",
            )
            return None, kind
        return min(raw.count, 2_147_483_647), kind

    def partial_date(self, raw: schema.PartialDateStruct, name: str) -> tuple[str, str]:
        """The date as text and its type; nothing where it is no date, with a problem."""
        path = f"statusModule.{name}"
        kind = self.known(raw.type, tables.DATE_TYPES, f"{path}.type", keep=False)
        if not raw.date:
            return "", ""
        try:
            return str(PartialDate.parse(raw.date)), kind
        except ValueError:
            self.problem("SUSPICIOUS_VALUE", path, raw.date, f"{raw.date!r} is no date")
            return "", ""

    def day(self, raw: str, name: str) -> str | None:
        """A full date as text; the registry gives these to the day."""
        if not raw:
            return None
        try:
            return dt.date.fromisoformat(raw).isoformat()
        except ValueError:
            path = f"statusModule.{name}"
            self.problem("SUSPICIOUS_VALUE", path, raw, f"{raw!r} is no full date")
            return None

    def years(self, raw: str, name: str) -> str | None:
        """An age in years as decimal text, from "12 Years" or "6 Months"."""
        if not raw or raw == "N/A":
            return None
        match = AGE.fullmatch(raw)
        if match is None:
            path = f"eligibilityModule.{name}"
            self.problem("SUSPICIOUS_VALUE", path, raw, f"{raw!r} is no age")
            return None
        years = Decimal(match[1]) / Decimal(tables.UNITS_IN_YEAR[match[2].lower()])
        return str(years.quantize(Decimal("0.001"))) if years < 1000 else None

    # -- what hangs on the trial --------------------------------------------------------------

    def identifiers(self, own: RegistryNumber) -> tuple[ParsedIdentifier, ...]:
        """The trial's numbers, each once; the first mention says how a number stands."""
        part = self.protocol.identification_module
        written = [(alias, "ALIAS") for alias in part.nct_id_aliases]
        written += [(other.id, "SECONDARY") for other in part.secondary_id_infos]
        written.append((part.org_study_id_info.id, "SECONDARY"))
        return gathered(own, own.value, written)

    def arms(self) -> tuple[ParsedArm, ...]:
        """The arms. Two with one label are told apart by a number, and listed."""
        path = "armsInterventionsModule.armGroups"
        arms: dict[str, ParsedArm] = {}
        for group in self.protocol.arms_interventions_module.arm_groups:
            label = wanted = line(group.label, 390) or "(no label)"
            count = 2
            while label in arms:
                label, count = f"{wanted} ({count})", count + 1
            if label != wanted:
                self.problem("SUSPICIOUS_VALUE", path, wanted, f"two arms named {wanted!r}")
            kind = self.known(
                group.type, tables.ARM_TYPES, "armsInterventionsModule.armGroups.type"
            )
            arms[label] = ParsedArm(label, kind[:30], group.description.strip())
        return tuple(arms.values())

    def interventions(self) -> tuple[ParsedIntervention, ...]:
        """The interventions; two with one type and name are one, given in the arms of both."""
        path = "armsInterventionsModule.interventions.type"
        found: dict[tuple[str, str], ParsedIntervention] = {}
        for part in self.protocol.arms_interventions_module.interventions:
            kind = self.known(part.type, tables.INTERVENTION_TYPES, path)[:40]
            name = line(part.name, 400) or "(no name)"
            labels = distinct(part.arm_group_labels, 400)
            others = distinct(part.other_names, 400)
            before = found.get((kind, name))
            found[kind, name] = ParsedIntervention(
                name=name,
                intervention_type=kind,
                description=(before.description if before else "") or part.description.strip(),
                other_names=distinct((*(before.other_names if before else ()), *others)),
                arm_labels=distinct((*(before.arm_labels if before else ()), *labels)),
            )
        return tuple(found.values())

    def outcomes(self) -> tuple[ParsedOutcome, ...]:
        """What the trial registered to measure, in its own order."""
        part = self.protocol.outcomes_module
        kinds = (
            ("PRIMARY", part.primary_outcomes),
            ("SECONDARY", part.secondary_outcomes),
            ("OTHER", part.other_outcomes),
        )
        return tuple(
            ParsedOutcome(
                kind, one.measure.strip(), one.time_frame.strip(), one.description.strip()
            )
            for kind, outcomes in kinds
            for one in outcomes
            if one.measure.strip()
        )

    def sites(self) -> tuple[ParsedSite, ...]:
        """The sites in one order, whatever the registry's, so that shuffling them is no news."""
        path = "contactsLocationsModule.locations"
        sites = []
        for place in self.protocol.contacts_locations_module.locations:
            country = line(place.country, 200)
            code = country_code(country) if country else None
            if code is None and is_country_code(place.country_code):
                code = place.country_code
            if code is None and country:
                self.problem("UNMAPPED_COUNTRY", f"{path}.country", country, f"country {country!r}")
            sites.append(
                ParsedSite(
                    facility=line(place.facility, 400),
                    city=line(place.city, 200),
                    state=line(place.state, 200),
                    country=country,
                    country_code=code or "",
                    status=self.known(place.status, tables.SITE_STATUSES, f"{path}.status")[:30],
                )
            )
        return tuple(sorted(sites, key=msgspec.structs.astuple))

    def references(self) -> tuple[ParsedReference, ...]:
        """The publications the registry ties to the trial, in one order."""
        path = "referencesModule.references.type"
        references = {
            ParsedReference(
                line(part.pmid, 12),
                self.known(part.type, tables.REFERENCE_TYPES, path)[:12],
                part.citation.strip(),
            )
            for part in self.protocol.references_module.references
        }
        return tuple(sorted(references, key=msgspec.structs.astuple))

    # -- helpers --------------------------------------------------------------------------------

    def known(self, raw: str, table: frozenset[str], path: str, *, keep: bool = True) -> str:
        """The value where the table has it; else a problem, and the value only if `keep`."""
        if not raw or raw in table:
            return raw
        self.problem("UNMAPPED_VALUE", path, raw, f"value {raw!r} of {path}")
        return raw if keep else ""

    def problem(self, kind: str, path: str, value: str, message: str) -> None:
        where = path if path.startswith("derivedSection") else f"protocolSection.{path}"
        self.problems.append(Problem(kind, where, value[:400], message[:500]))
