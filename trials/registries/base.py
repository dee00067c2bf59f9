"""What every registry adapter offers, and the neutral shape every registry record is parsed into.

An adapter is three things in one folder: a client (HTTP only), a pure parser, and a README with
terms, limits and quirks. Nothing here knows Django, so adapters are tested without a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from osteodb.core.errors import OsteoDBError

NOT_REPORTED = ""


class RegistryError(OsteoDBError):
    """A registry did not give what was asked. The sentence says which registry and why."""


class RegistryUnavailable(RegistryError):
    """No answer: connection refused or cut, server errors, or too many requests to the end."""


class RegistryRefused(RegistryError):
    """The registry understood and refused: a bad query, a bad identifier, no permission."""


class MalformedResponse(RegistryError):
    """An answer that is not what the registry promises: HTML, truncated, oversized, not JSON."""


class DataMoved(RegistryError):
    """The registry published new data in the middle of every sweep that was tried."""


class IncompleteSweep(RegistryError):
    """All pages were read, but they held fewer records than the registry announced."""


class RecordNotFound(RegistryError):
    """The registry has no record under this number."""

    def __init__(self, message: str, registry_id: str) -> None:
        super().__init__(message)
        self.registry_id = registry_id


class MalformedRecord(RegistryError):
    """One record that cannot be read; `path` is where in it."""

    def __init__(self, message: str, registry_id: str = "", path: str = "") -> None:
        super().__init__(message)
        self.registry_id = registry_id
        self.path = path


class Problem(msgspec.Struct, frozen=True):
    """Something in a record that is unmapped or suspicious; never guessed, always listed."""

    kind: str
    path: str
    value: str
    message: str


class ParsedIdentifier(msgspec.Struct, frozen=True):
    """A number of the trial: who issued it, its one normal form, as written, and how it stands."""

    registry: str
    value: str
    raw: str
    kind: str


class ParsedArm(msgspec.Struct, frozen=True):
    """A group of participants."""

    label: str
    arm_type: str = NOT_REPORTED
    description: str = NOT_REPORTED


class ParsedIntervention(msgspec.Struct, frozen=True):
    """What is given or done, and in which arms."""

    name: str
    intervention_type: str = NOT_REPORTED
    description: str = NOT_REPORTED
    other_names: tuple[str, ...] = ()
    arm_labels: tuple[str, ...] = ()


class ParsedOutcome(msgspec.Struct, frozen=True):
    """What the trial says it measures. `kind` is PRIMARY, SECONDARY or OTHER."""

    kind: str
    measure: str
    time_frame: str = NOT_REPORTED
    description: str = NOT_REPORTED


class ParsedSite(msgspec.Struct, frozen=True):
    """A place where the trial recruits: no person, no street, no telephone."""

    facility: str = NOT_REPORTED
    city: str = NOT_REPORTED
    state: str = NOT_REPORTED
    country: str = NOT_REPORTED
    country_code: str = NOT_REPORTED
    status: str = NOT_REPORTED


class ParsedReference(msgspec.Struct, frozen=True):
    """A publication the registry ties to the trial."""

    pmid: str = NOT_REPORTED
    reference_type: str = NOT_REPORTED
    citation: str = NOT_REPORTED


class TrialFields(msgspec.Struct, frozen=True):
    """The registry-owned fields of a trial, named as the model names them.

    Empty text, an empty tuple and None mean "not reported". Partial dates are the registry's own
    text; full dates are `yyyy-MM-dd` text. Ages in years are decimal text, so that nothing rounds.
    """

    brief_title: str = NOT_REPORTED
    official_title: str = NOT_REPORTED
    acronym: str = NOT_REPORTED
    brief_summary: str = NOT_REPORTED
    lead_sponsor: str = NOT_REPORTED
    lead_sponsor_class: str = NOT_REPORTED
    collaborators: tuple[str, ...] = ()
    study_type: str = NOT_REPORTED
    phases: tuple[str, ...] = ()
    allocation: str = NOT_REPORTED
    intervention_model: str = NOT_REPORTED
    masking: str = NOT_REPORTED
    primary_purpose: str = NOT_REPORTED
    status: str = "unknown"
    status_raw: str = NOT_REPORTED
    last_known_status: str = NOT_REPORTED
    why_stopped: str = NOT_REPORTED
    enrolment_count: int | None = None
    enrolment_type: str = NOT_REPORTED
    start_date: str = NOT_REPORTED
    start_date_type: str = NOT_REPORTED
    primary_completion_date: str = NOT_REPORTED
    primary_completion_date_type: str = NOT_REPORTED
    completion_date: str = NOT_REPORTED
    completion_date_type: str = NOT_REPORTED
    status_verified_date: str = NOT_REPORTED
    first_posted_date: str | None = None
    last_update_posted_date: str | None = None
    results_first_posted_date: str | None = None
    has_results: bool | None = None
    minimum_age: str = NOT_REPORTED
    maximum_age: str = NOT_REPORTED
    minimum_age_years: str | None = None
    maximum_age_years: str | None = None
    sex: str = NOT_REPORTED
    healthy_volunteers: bool | None = None
    eligibility_criteria: str = NOT_REPORTED
    keywords: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


class ParsedTrial(msgspec.Struct, frozen=True):
    """One registry record in the neutral shape that `trials.reconcile` works on."""

    registry: str
    registry_id: str
    registry_date: str
    fields: TrialFields
    identifiers: tuple[ParsedIdentifier, ...] = ()
    conditions: tuple[str, ...] = ()
    condition_mesh: tuple[tuple[str, str], ...] = ()
    arms: tuple[ParsedArm, ...] = ()
    interventions: tuple[ParsedIntervention, ...] = ()
    outcomes: tuple[ParsedOutcome, ...] = ()
    sites: tuple[ParsedSite, ...] = ()
    references: tuple[ParsedReference, ...] = ()
    problems: tuple[Problem, ...] = ()


class RawRecord(msgspec.Struct, frozen=True):
    """One record as it came: its number and its bytes, not yet understood.

    `asked_as` is the number it was asked for by, where the registry answered with another one.
    `registry` is the registry that issued the number, where that is not the adapter's own: WHO's
    portal hands on other registries' records.
    """

    registry_id: str
    body: bytes
    asked_as: str = ""
    registry: str = ""


class DataVersion(msgspec.Struct, frozen=True):
    """Which state of its data a registry serves: its own versions, as it words them."""

    api_version: str
    data_timestamp: str


class Page(msgspec.Struct, frozen=True):
    """Some records of a sweep. `attempt` counts how often the sweep had to be begun again.

    `unreadable` holds records that could not even be told apart by number, with the reason.
    """

    records: tuple[RawRecord, ...]
    attempt: int = 1
    total: int | None = None
    version: DataVersion | None = None
    unreadable: tuple[MalformedRecord, ...] = ()


class RecordReader(Protocol):
    """What is done with a registry's records wherever they come from: over the network, out of a
    file, or out of the database when a better parser reads them again.

    `clean`, `content_hash` and `parse` raise MalformedRecord, and nothing else, for a record they
    cannot read.
    """

    @property
    def registry(self) -> str: ...

    @property
    def parser_version(self) -> str: ...

    def source_url(self, registry_id: str) -> str:
        """The public page of a record, for people."""
        ...

    def clean(self, body: bytes) -> dict[str, Any]:
        """The record without persons' contact details: what may be stored."""
        ...

    def content_hash(self, body: bytes) -> str:
        """A hash of what a record says, blind to how it is formatted."""
        ...

    def registry_date(self, record: Mapping[str, Any]) -> str:
        """The date the registry itself gives a cleaned record; empty where it gives none."""
        ...

    def edition(self, record: Mapping[str, Any]) -> str:
        """Sortable text that says which of two cleaned records of one number is newer: one of a
        lower edition than the stored one is history and is not applied. Empty where a registry
        does not say."""
        ...

    def parse(self, record: Mapping[str, Any]) -> ParsedTrial:
        """The cleaned record in the neutral shape. Pure."""
        ...


class Adapter(RecordReader, Protocol):
    """One registry behind the interface that the sync service uses.

    `fetch` raises RecordNotFound; everything that talks to the registry may raise
    RegistryUnavailable, RegistryRefused or MalformedResponse; `sweep` may end with DataMoved or
    IncompleteSweep after its last page.
    """

    def literal(self, text: str) -> str:
        """A person's words in the registry's query grammar, without their being operators."""
        ...

    def version(self) -> DataVersion:
        """Which data the registry serves now."""
        ...

    def sweep(self, query: str) -> Iterator[Page]:
        """Every record the query finds, page by page."""
        ...

    def fetch(self, registry_id: str) -> RawRecord:
        """One record by its number; aliases are followed and said in `asked_as`."""
        ...

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]:
        """The records of many numbers; a number that brings nothing is simply absent."""
        ...
