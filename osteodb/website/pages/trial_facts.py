"""A trial's registered facts as rows: label, value, and the record each value came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pycountry

from osteodb.website.pages.changes import field_label, in_words
from osteodb.website.words import code_in_words
from trials.models import FieldOverride, Phase, RecordOrigin, RegistryRecord, Sex, StudyType, Trial


@dataclass(frozen=True, slots=True)
class Origin:
    """A record that a value came from, as a reader is told it.

    `says` are the facts of a third party's page, few enough to be shown as they were read.
    """

    record: RegistryRecord
    name: str
    seen: str
    says: list[tuple[str, str]]
    note: str = ""

    @property
    def anchor(self) -> str:
        """The record's row on the page."""
        return f"record-{self.record.pk}"

    @property
    def is_secondary(self) -> bool:
        """Whether it is a copy seen elsewhere and not the registry's own word."""
        return self.record.origin == RecordOrigin.SECONDARY


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: a label, a value (empty: not reported), a remark, and where it comes from."""

    label: str
    value: str
    remark: str = ""
    origin: Origin | None = None
    override: FieldOverride | None = None


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Rows that belong together."""

    name: str
    facts: list[Fact]

    @property
    def given(self) -> list[Fact]:
        """The rows that some record, or a curator, fills."""
        return [fact for fact in self.facts if fact.value or fact.override]

    @property
    def missing(self) -> str:
        """The labels that nothing fills, in one line."""
        absent = (fact for fact in self.facts if not fact.value and not fact.override)
        return ", ".join(fact.label for fact in absent)


def origin_of(record: RegistryRecord) -> Origin:
    """How a record is named: the registry, or the third party's host; and as of when."""
    said = getattr(record, "said", None) or {}
    if record.origin == RecordOrigin.SECONDARY:
        host = (urlsplit(record.source_url).hostname or "").removeprefix("www.")
        name = host or said.get("source") or "a third party's page"
    else:
        name = record.get_registry_display()
        name += ", WHO's copy" if record.origin == RecordOrigin.COPY else ""
    seen = record.registry_date or "undated"
    facts = {**said.get("facts", {}), **said.get("unmapped", {})}
    says = [(field_label(field), in_words(field, value)) for field, value in facts.items()]
    return Origin(record, name, seen, says, said.get("note", ""))


def country_name(code: str) -> str:
    """A country's usual English name."""
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return code
    return str(getattr(country, "common_name", country.name))


class FactWriter:
    """Builds the rows; knows which record and which override belong to a field."""

    def __init__(
        self,
        trial: Trial,
        records: Mapping[int, RegistryRecord],
        overrides: Iterable[FieldOverride],
    ) -> None:
        self.trial, self.records = trial, records
        self.overrides = {one.field: one for one in overrides}

    def origin(self, field: str) -> Origin | None:
        """The record that a field's value came from, where that is known."""
        record = self.records.get(self.trial.field_origins.get(field, 0))
        return origin_of(record) if record else None

    def fact(self, label: str, field: str, value: str = "", remark: str = "") -> Fact:
        """One row about a field; nothing is said to come from where nothing is said."""
        text = value or str(getattr(self.trial, field) or "")
        origin = self.origin(field) if text else None
        return Fact(label, text, remark, origin, self.overrides.get(field))

    def date(self, label: str, field: str) -> Fact:
        """A partial date as it was given, with whether it has happened."""
        kind = getattr(self.trial, f"get_{field}_type_display", lambda: "")()
        shown = getattr(self.trial, field)
        return self.fact(label, field, str(shown or ""), str(kind) if shown else "")


def fact_groups(writer: FactWriter) -> list[FactGroup]:
    """All rows of the fact sheet, in groups."""
    return [
        FactGroup("Study", _study(writer)),
        FactGroup("Participants", _participants(writer)),
        FactGroup("Dates", _dates(writer)),
        FactGroup("Who and where", _who_and_where(writer)),
    ]


def _study(writer: FactWriter) -> list[Fact]:
    trial = writer.trial
    design = [
        code_in_words(part)
        for part in (trial.allocation, trial.intervention_model, trial.primary_purpose)
        if part and part != "NA"
    ]
    if trial.masking:
        design.append(f"masking: {code_in_words(trial.masking).lower()}")
    phases = ", ".join(str(Phase(one).label) for one in trial.phases)
    study_type = str(StudyType(trial.study_type).label) if trial.study_type else ""
    return [
        writer.fact("Type", "study_type", study_type),
        writer.fact("Phase", "phases", phases),
        writer.fact("Design", "allocation", ", ".join(design), trial.design_note),
        writer.fact("Results posted in a registry", "has_results", _yes_no(trial.has_results)),
    ]


def _participants(writer: FactWriter) -> list[Fact]:
    trial = writer.trial
    count = "" if trial.enrolment_count is None else f"{trial.enrolment_count:,}"
    kind = str(trial.get_enrolment_type_display()) if count else ""
    sex = str(Sex(trial.sex).label) if trial.sex else ""
    age_field = "minimum_age" if trial.minimum_age else "maximum_age"
    return [
        writer.fact("Enrolment", "enrolment_count", count, kind),
        writer.fact("Age", age_field, _ages(trial)),
        writer.fact("Sex", "sex", sex),
    ]


def _ages(trial: Trial) -> str:
    low, high = trial.minimum_age, trial.maximum_age
    if low and high:
        return f"{low} to {high}"
    if low:
        return f"{low} and older; no upper limit given"
    return f"Up to {high}; no lower limit given" if high else ""


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _dates(writer: FactWriter) -> list[Fact]:
    return [
        writer.date("Start", "start_date"),
        writer.date("Primary completion", "primary_completion_date"),
        writer.date("Completion", "completion_date"),
        writer.date("Status verified", "status_verified_date"),
        writer.date("First posted", "first_posted_date"),
        writer.date("Last update posted", "last_update_posted_date"),
        writer.date("Results first posted", "results_first_posted_date"),
    ]


def _who_and_where(writer: FactWriter) -> list[Fact]:
    trial = writer.trial
    sponsor_class = code_in_words(trial.lead_sponsor_class).lower()
    countries = ", ".join(sorted(country_name(code) for code in trial.countries))
    return [
        writer.fact("Lead sponsor", "lead_sponsor", remark=sponsor_class),
        writer.fact("Collaborators", "collaborators", ", ".join(trial.collaborators)),
        writer.fact("Countries", "countries", countries),
    ]
