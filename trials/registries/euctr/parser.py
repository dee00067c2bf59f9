"""A trial of the EU Clinical Trials Register in OsteoDB's neutral shape. Pure.

The register has one record for each member state. Fields of the whole trial are taken from the
record that was entered first and has them; statuses are kept for each country (as its site), and
the trial's own status is the one that all agree on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trials.registries.base import (
    MalformedRecord,
    ParsedIdentifier,
    ParsedIntervention,
    ParsedOutcome,
    ParsedSite,
    ParsedTrial,
    TrialFields,
)
from trials.registries.countries import country_code
from trials.registries.euctr import tables
from trials.registries.identifiers import RegistryNumber, recognise
from trials.registries.reading import Findings, distinct, gathered, line, plain

REGISTRY = "EUCTR"
PARSER_VERSION = "euctr-1"
ENTERED = "Date on which this record was first entered in the EudraCT database"
OUTSIDE = "Outside EU/EEA"


class State:
    """One member state's record: its fields by code and by label."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.code = str(record.get("state", ""))
        fields = record.get("fields")
        self.fields: list[tuple[str, str, str, str]] = [
            (str(one[0]), str(one[1]), str(one[2]), str(one[3]))
            for one in (fields if isinstance(fields, list) else ())
            if isinstance(one, Sequence) and len(one) == 4
        ]

    def values(self, key: str) -> list[str]:
        """The values of a field by its code or, where it has none, its label; English first."""
        found = [
            (language, value)
            for code, label, language, value in self.fields
            if key in (code, label) and value and value not in tables.NOT_GIVEN
        ]
        return [value for language, value in found if not language] or [
            value for _language, value in found
        ]

    def value(self, key: str) -> str:
        """The first value of a field, or empty text."""
        return next(iter(self.values(key)), "")

    def yes(self, code: str) -> bool:
        """Whether a question is answered with yes."""
        return self.value(code).strip().casefold() == "yes"

    def answered(self, code: str) -> bool:
        """Whether a question is answered at all."""
        return self.value(code).strip().casefold() in ("yes", "no")

    @property
    def country(self) -> str:
        """The country as written ("Spain"), without its authority."""
        return self.value("A.1").partition(" - ")[0].strip()

    @property
    def entered(self) -> str:
        """The day on which the record was first entered."""
        return self.value(ENTERED)

    @property
    def status(self) -> str:
        """The status in the register's words."""
        return line(self.value("Trial Status") or self.value("P. End of Trial Status"), 200)


def parse(record: Mapping[str, Any]) -> ParsedTrial:
    """A cleaned trial, all its member states. Raises MalformedRecord."""
    entries = record.get("states")
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise MalformedRecord("a trial has to have member states", path="states")
    states = sorted((State(one) for one in entries), key=lambda one: (one.entered, one.code))
    number = recognise(states[0].value("EudraCT Number")) if states else None
    if number is None or number.registry != REGISTRY:
        raise MalformedRecord("no member state's record has an EudraCT number", path="states.0")
    return _Reader(states).read(number)


def registry_date(record: Mapping[str, Any]) -> str:
    """The latest date in the records that the register itself gives them: a decision, an opinion,
    the end of the trial, or the day of entry."""
    entries = record.get("states")
    listed = entries if isinstance(entries, list) else ()
    states = [State(one) for one in listed if isinstance(one, dict)]
    keys = (
        ENTERED,
        "N. Date of Competent Authority Decision",
        "N. Date of Ethics Committee Opinion",
        "P. Date of the global end of the trial",
    )
    findings = Findings()
    dates = (findings.date(state.value(key), key) for state in states for key in keys)
    return max((date for date in dates if date), default="")


class _Reader:
    """Reads the states of one trial; collects problems as it goes."""

    def __init__(self, states: Sequence[State]) -> None:
        self.states = states
        self.findings = Findings()

    def first(self, key: str) -> str:
        """A field of the whole trial: from the record entered first that has it."""
        return next((value for state in self.states if (value := state.value(key))), "")

    def any_yes(self, code: str) -> bool:
        return any(state.yes(code) for state in self.states)

    def read(self, number: RegistryNumber) -> ParsedTrial:
        sites = self.sites()
        return ParsedTrial(
            registry=REGISTRY,
            registry_id=number.value,
            registry_date=registry_date(
                {"states": [{"state": s.code, "fields": s.fields} for s in self.states]}
            ),
            fields=self.fields(sites),
            identifiers=self.identifiers(number),
            conditions=self.conditions(),
            interventions=self.interventions(),
            outcomes=self.outcomes(),
            sites=sites,
            problems=self.findings.problems,
        )

    def fields(self, sites: tuple[ParsedSite, ...]) -> TrialFields:
        """The fields of the trial, by the codes of the register's form."""
        status, status_raw = self.status()
        ends = [state.value("P. Date of the global end of the trial") for state in self.states]
        end = max((self.findings.date(one, "P.") for one in ends), default="")
        full, lay = self.first("A.3"), self.first("A.3.1")
        return TrialFields(
            brief_title=line(plain(lay or full), 600),
            official_title=line(plain(full)),
            acronym=_acronym(self.first("A.3.2")),
            brief_summary=plain(self.first("E.2.1")),
            lead_sponsor=line(self.first("B.1.1"), 400),
            lead_sponsor_class=self.findings.mapped(
                self.first("B.3.1"), tables.SPONSOR_CLASSES, "B.3.1"
            ),
            collaborators=distinct(
                (name for state in self.states for name in state.values("B.1.1")[1:]), 400
            ),
            study_type="INTERVENTIONAL",  # the register holds interventional trials only
            phases=tuple(phase for code, phase in tables.PHASES if self.any_yes(code)),
            status=status,
            status_raw=status_raw,
            enrolment_count=self.enrolment(),
            enrolment_type="ESTIMATED" if self.first("F.4.2.2") or self.first("F.4.2.1") else "",
            completion_date=end,
            completion_date_type="ACTUAL" if end else "",
            first_posted_date=self.findings.day(
                min((state.entered for state in self.states if state.entered), default=""), ENTERED
            ),
            healthy_volunteers=self.healthy(),
            countries=tuple(sorted({site.country_code for site in sites if site.country_code})),
            **self.design(),
            **self.eligibility(),
        )

    def status(self) -> tuple[str, str]:
        """The trial's status and the register's words for it. Countries that disagree give
        `other` with the list of what each says: none of them is the trial's."""
        written = {state.code or state.country: state.status for state in self.states}
        telling = {
            key: word for key, word in written.items() if word not in tables.ADMINISTRATIVE
        } or written
        mapped = {
            self.findings.status(word, tables.STATUSES, "Trial Status") for word in telling.values()
        }
        words = sorted(set(telling.values()))
        raw = words[0] if len(words) == 1 else _listed(telling)
        return (mapped.pop() if len(mapped) == 1 else "other"), raw

    def enrolment(self) -> int | None:
        """F.4.2.2 whole trial, else F.4.2.1 in the EEA, else F.4.1 of the only state. Countries
        that give different numbers are listed."""
        for code in ("F.4.2.2", "F.4.2.1", "F.4.1"):
            given = [value for state in self.states if (value := state.value(code))]
            if code == "F.4.1" and len(self.states) > 1:
                return None
            if len(set(given)) > 1:
                shown = ", ".join(dict.fromkeys(given))
                self.findings.add(
                    "SUSPICIOUS_VALUE", code, shown, f"member states give different {code}: {shown}"
                )
            if given:
                return self.findings.count(given[0], code)
        return None

    def healthy(self) -> bool | None:
        """F.3.1, None where no state answers."""
        if not any(state.answered("F.3.1") for state in self.states):
            return None
        return self.any_yes("F.3.1")

    def design(self) -> dict[str, Any]:
        """E.8.1: how the trial is built, in ClinicalTrials.gov's terms."""
        found = {"allocation": "", "intervention_model": "", "masking": ""}
        if self.any_yes("E.8.1.1"):
            found["allocation"] = "RANDOMIZED"
        elif any(state.answered("E.8.1.1") for state in self.states):
            found["allocation"] = "NON_RANDOMIZED"
        for code, model in (("E.8.1.5", "PARALLEL"), ("E.8.1.6", "CROSSOVER")):
            if self.any_yes(code):
                found["intervention_model"] = model
        for code, mask in (("E.8.1.2", "NONE"), ("E.8.1.3", "SINGLE"), ("E.8.1.4", "DOUBLE")):
            if self.any_yes(code):
                found["masking"] = mask
        return found

    def eligibility(self) -> dict[str, Any]:
        """E.3, E.4 and F: criteria, age groups, sex. The register has groups, not ages: the
        youngest group's lower and the oldest group's upper limit are given."""
        groups = [group for group in tables.AGE_GROUPS if self.any_yes(group[0])]
        low = groups[0][1] if groups else None
        high = groups[-1][2] if groups else None
        women, men = self.any_yes("F.2.1"), self.any_yes("F.2.2")
        criteria = (
            ("Inclusion criteria:", plain(self.first("E.3"))),
            ("Exclusion criteria:", plain(self.first("E.4"))),
        )
        return {
            "minimum_age": f"{low} Years" if low else "",
            "minimum_age_years": f"{low}.000" if low else None,
            "maximum_age": f"{high} Years" if high else "",
            "maximum_age_years": f"{high}.000" if high else None,
            "sex": "ALL" if women and men else "FEMALE" if women else "MALE" if men else "",
            "eligibility_criteria": "\n\n".join(
                f"{name}\n{text}" for name, text in criteria if text
            ),
        }

    def identifiers(self, number: RegistryNumber) -> tuple[ParsedIdentifier, ...]:
        """A.2, A.4.1 the sponsor's code, A.5 the numbers in other registries."""
        written = [
            (value, "SECONDARY")
            for state in self.states
            for code in ("A.5.1", "A.5.2", "A.5.4", "A.4.1")
            for value in state.values(code)
            if code == "A.4.1" or recognise(value) is not None
        ]
        return gathered(number, self.first("EudraCT Number"), written)

    def conditions(self) -> tuple[str, ...]:
        """E.1.1 and the MedDRA terms of E.1.2."""
        names = [value for state in self.states for value in state.values("E.1.1")[:1]]
        lay = [value for state in self.states for value in state.values("E.1.1.1")[:1]]
        terms = [
            value
            for state in self.states
            for code, label, _language, value in state.fields
            if code == "E.1.2" and label.endswith(" Term")
        ]
        return distinct([*names[:1], *lay[:1], *terms], 400)

    def interventions(self) -> tuple[ParsedIntervention, ...]:
        """Section D: each product by its INN, else its name; and whether a placebo is given."""
        found: dict[str, ParsedIntervention] = {}
        for state in self.states:
            for names, role in _products(state.fields):
                same = (key for key, one in found.items() if {key, *one.other_names} & set(names))
                name = next(same, names[0])
                before = found.get(name)
                others = distinct((*(before.other_names if before else ()), *names), 400)
                found[name] = ParsedIntervention(
                    name,
                    "DRUG",
                    description=(before.description if before else "") or role,
                    other_names=tuple(other for other in others if other != name),
                )
        placebo = any(
            label.startswith("D.8.1 ") and value == "Yes"
            for state in self.states
            for _code, label, _language, value in state.fields
        )
        if placebo:
            found.setdefault("Placebo", ParsedIntervention("Placebo", "DRUG", "Role: Placebo"))
        return tuple(found.values())

    def outcomes(self) -> tuple[ParsedOutcome, ...]:
        """E.5.1 and E.5.2 with their time points."""
        found = (
            ParsedOutcome(kind, plain(self.first(code)), plain(self.first(time)))
            for kind, code, time in (
                ("PRIMARY", "E.5.1", "E.5.1.1"),
                ("SECONDARY", "E.5.2", "E.5.2.1"),
            )
        )
        return tuple(one for one in found if one.measure)

    def sites(self) -> tuple[ParsedSite, ...]:
        """One site a member state, with the status there in the register's words."""
        sites = set()
        for state in self.states:
            known = state.code if len(state.code) == 2 else ""
            code = country_code(state.country) or known or ""
            if not code and state.country != OUTSIDE:
                code = self.findings.country(state.country, "A.1")
            sites.add(
                ParsedSite(
                    country=line(state.country or state.code, 200),
                    country_code=code,
                    status=line(state.status, 30),
                )
            )
        return tuple(sorted(sites, key=lambda one: (one.country, one.status)))


def _acronym(text: str) -> str:
    """A.3.2 where it is an abbreviation; a title or a word there is no acronym."""
    short = line(text, 101)
    abbreviates = sum(one.isupper() or one.isdigit() for one in short) > 1
    return short if abbreviates and len(short) <= 40 and len(short.split()) <= 3 else ""


def _listed(words: Mapping[str, str]) -> str:
    """What each country says, whole entries only, in 200 characters."""
    text = ""
    for country, word in sorted(words.items()):
        longer = f"{text}; {country}: {word}" if text else f"{country}: {word}"
        if len(longer) > 200:
            break
        text = longer
    return text


def _products(
    fields: Iterable[tuple[str, str, str, str]],
) -> Iterable[tuple[list[str], str]]:
    """The products of section D: names, the surest first, and the role in the trial."""
    groups: list[dict[str, list[str]]] = []
    for code, label, _language, value in fields:
        if label == "D.IMP":
            groups.append({})
        elif groups and code.startswith("D.") and value and value not in tables.NOT_GIVEN:
            groups[-1].setdefault(code, []).append(line(value, 400))
    for group in groups:
        names = [
            name
            for code in ("D.3.8", "D.3.1", "D.2.1.1.1", "D.3.9.3", "D.3.2", "D.3.9.2")
            for name in group.get(code, ())
        ]
        role = next(iter(group.get("D.1.2", ())), "")
        if names:
            yield list(dict.fromkeys(names)), f"Role: {role}" if role else ""
