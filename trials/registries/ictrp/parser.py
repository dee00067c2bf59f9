"""A record of WHO's ICTRP export in OsteoDB's neutral shape. Pure.

The record is another registry's, handed on by WHO: it is parsed under the number and the name of
the registry that issued it, and ranks below that registry's own word (`trials.known_differences`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from trials.registries.base import (
    MalformedRecord,
    ParsedIdentifier,
    ParsedSite,
    ParsedTrial,
    TrialFields,
)
from trials.registries.ictrp import content, tables
from trials.registries.ictrp.export import number_of
from trials.registries.reading import (
    LARGEST_COUNT,
    Findings,
    date_text,
    distinct,
    gathered,
    line,
    plain,
)

PARSER_VERSION = "ictrp-1"
SECONDARY_IDS = ("Secondary_ID", "Secondary_IDs", "SecondaryID", "SecondaryIDs")
YES_PHASE = re.compile(r"([^:\n]+):\s*(yes|no)", re.IGNORECASE)
DESIGN = re.compile(
    r"(Allocation|Intervention model|Primary purpose|Masking):\s*([^.,(]*(?:\([^)]*\))?)"
)


def parse(record: Mapping[str, Any]) -> ParsedTrial:
    """One cleaned record of the export. Raises MalformedRecord where it has no usable number."""
    number = number_of(dict(record))
    if number is None:
        text = str(record.get("TrialID", ""))
        raise MalformedRecord(
            f"{text[:60]!r} is no registry number", registry_id=text[:60], path="TrialID"
        )
    return _Reader(record, number.registry).read(number.value)


def registry_date(record: Mapping[str, Any]) -> str:
    """The day on which WHO last refreshed the record from its registry."""
    try:
        return date_text(str(record.get("Last_Refreshed_on", "")))
    except ValueError:
        return ""


class _Reader:
    """Reads one record; collects problems as it goes."""

    def __init__(self, record: Mapping[str, Any], registry: str) -> None:
        self.record = record
        self.registry = registry
        self.findings = Findings()

    def text(self, name: str) -> str:
        """A field's text; empty where the export leaves it out."""
        value = self.record.get(name, "")
        return value if isinstance(value, str) else ""

    def read(self, value: str) -> ParsedTrial:
        sites = self.sites()
        arms, interventions = content.arms_and_interventions(
            self.text("Intervention"), self.registry
        )
        return ParsedTrial(
            registry=self.registry,
            registry_id=value,
            registry_date=registry_date(self.record),
            fields=self.fields(sites),
            identifiers=self.identifiers(),
            conditions=content.conditions(self.text("Condition"), self.registry),
            arms=arms,
            interventions=interventions,
            outcomes=(
                *content.outcomes(self.text("Primary_outcome"), self.registry, "PRIMARY"),
                *content.outcomes(self.text("Secondary_outcome"), self.registry, "SECONDARY"),
            ),
            sites=sites,
            problems=self.findings.problems,
        )

    def fields(self, sites: tuple[ParsedSite, ...]) -> TrialFields:
        """The fields of the export, by its own names."""
        status = self.text("Recruitment_Status")
        return TrialFields(
            brief_title=line(plain(self.text("Public_title")), 600),
            official_title=line(plain(self.text("Scientific_title"))),
            acronym=line(self.text("Acronym"), 100),
            lead_sponsor=line(plain(self.text("Primary_sponsor")), 400),
            collaborators=distinct(self.text("Secondary_sponsor").split(";"), 400),
            study_type=self.findings.mapped(
                self.text("Study_type"), tables.STUDY_TYPES, "Study_type"
            ),
            phases=self.phases(),
            status=self.findings.status(status, tables.STATUSES, "Recruitment_Status"),
            status_raw=line(status, 200),
            enrolment_count=self.enrolment(),
            enrolment_type="ESTIMATED" if self.text("Target_size") else "",
            start_date=self.findings.date(self.text("Date_enrollement"), "Date_enrollement"),
            completion_date=self.findings.date(
                self.text("results_date_completed"), "results_date_completed"
            ),
            first_posted_date=self.findings.day(
                self.text("Date_registration3") or self.text("Date_registration"),
                "Date_registration3",
            ),
            results_first_posted_date=self.findings.day(
                self.text("results_date_posted"), "results_date_posted"
            ),
            has_results=True if self.text("results_yes_no").casefold() == "yes" else None,
            countries=tuple(sorted({site.country_code for site in sites if site.country_code})),
            **self.design(),
            **self.eligibility(),
        )

    def phases(self) -> tuple[str, ...]:
        """Phase: one of many spellings, or the EU register's four questions."""
        raw = self.text("Phase")
        text = line(plain(raw))
        if not text:
            return ()
        if text in tables.PHASES:
            return tables.PHASES[text]
        answers = {label.strip(): answer.lower() for label, answer in YES_PHASE.findall(plain(raw))}
        if answers and set(answers) <= set(tables.EUROPEAN_PHASES):
            return tuple(
                phase
                for label, phase in tables.EUROPEAN_PHASES.items()
                if answers.get(label) == "yes"
            )
        self.findings.add("UNMAPPED_PHASE", "Phase", text, f"phase {text[:200]!r}")
        return ()

    def enrolment(self) -> int | None:
        """Target_size: a number, or the sizes of the groups, which are added up."""
        raw = self.text("Target_size")
        total = content.sizes(raw)
        if total is None:
            return self.findings.count(raw, "Target_size")
        return total if total <= LARGEST_COUNT else self.findings.count(str(total), "Target_size")

    def design(self) -> dict[str, Any]:
        """Study_design: ClinicalTrials.gov's labelled parts, or ChiCTR's one word, in
        ClinicalTrials.gov's terms; other registries' free text stays in the record only."""
        text = line(plain(self.text("Study_design")))
        parts = {label: line(value, 40) for label, value in DESIGN.findall(text)}
        if self.registry != "NCT" or not parts:
            alone = {"allocation": "NON_RANDOMIZED"} if text == "Non randomized control" else {}
            return {"intervention_model": tables.MODELS.get(text, ""), **alone}
        mask = parts.get("Masking", "").split(" ")[0]
        return {
            "allocation": self.findings.mapped(
                parts.get("Allocation", ""), tables.ALLOCATIONS, "Study_design"
            ),
            "intervention_model": self.findings.mapped(
                parts.get("Intervention model", ""), tables.MODELS, "Study_design"
            ),
            "primary_purpose": self.findings.mapped(
                parts.get("Primary purpose", ""), tables.PURPOSES, "Study_design"
            ),
            "masking": mask.upper() if mask in tables.MASKINGS else "",
        }

    def eligibility(self) -> dict[str, Any]:
        """Ages, sex and criteria. ChiCTR's form asks for years, so its bare numbers are years."""
        found: dict[str, Any] = {}
        bare = self.registry == "ChiCTR"
        for name, field in (("minimum", "Inclusion_agemin"), ("maximum", "Inclusion_agemax")):
            written, years = self.findings.age(
                self.text(field), field, bare_is_years=bare, none=tables.NO_AGE_LIMIT
            )
            found[f"{name}_age"], found[f"{name}_age_years"] = written, years
        sex = line(plain(self.text("Inclusion_gender")))
        criteria = (plain(self.text("Inclusion_Criteria")), plain(self.text("Exclusion_Criteria")))
        found["sex"] = self.findings.mapped(sex, tables.SEXES, "Inclusion_gender")
        found["eligibility_criteria"] = "\n\n".join(part for part in criteria if part)
        return found

    def identifiers(self) -> tuple[ParsedIdentifier, ...]:
        """The trial's own number, and further ones where the export has them."""
        number = number_of(dict(self.record))
        assert number is not None  # noqa: S101 - parse() has refused a record without a number
        others = (
            (part, "SECONDARY")
            for name in SECONDARY_IDS
            for part in re.split(r"[;,\n]", self.text(name))
        )
        return gathered(number, self.text("TrialID"), others)

    def sites(self) -> tuple[ParsedSite, ...]:
        """One site a country: WHO hands on no places."""
        names = distinct(plain(self.text("Countries")).split(";"), 200)
        return tuple(
            ParsedSite(country=name, country_code=self.findings.country(name, "Countries"))
            for name in sorted(names)
        )
