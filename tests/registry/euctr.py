"""Records of the EU register's full-details export, made by the project; nothing is real."""

from __future__ import annotations

from collections.abc import Iterable

HEAD = "What the register says before the records, on one line.\n\n"
AUTHORITIES = {"ES": "Spain - AEMPS", "DE": "Germany - BfArM", "FR": "France - ANSM",
               "GB": "United Kingdom - MHRA", "IT": "Italy - Italian Medicines Agency"}  # fmt: skip


def state(
    code: str = "ES",
    *,
    number: str = "2099-000001-11",
    status: str = "Ongoing",
    entered: str = "2020-01-16",
    planned: str = "60",
    end: str = "",
    extra: str = "",
    title: str = "An invented trial of regorafenib in osteosarcoma",
) -> str:
    """One member state's record."""
    authority = AUTHORITIES.get(code, "Outside EU/EEA")
    ended = f"P. Date of the global end of the trial: {end}\n" if end else ""
    return f"""Summary
EudraCT Number: {number}
Sponsor's Protocol Code Number: EX-0001
National Competent Authority: {authority}
Clinical Trial Type: EEA CTA
Trial Status: {status}
Date on which this record was first entered in the EudraCT database: {entered}
Link: https://www.clinicaltrialsregister.eu/ctr-search/trial/{number}/{code}/

A. Protocol Information
A.1 Member State Concerned: {authority}
A.2 EudraCT number: {number}
A.3 Full title of the trial: {title}
A.3 Full title of the trial (es): Un ensayo inventado
A.3.1 Title of the trial for lay people, in easily understood, i.e. non-technical, language: Lay
A.3.2 Name or abbreviated title of the trial where available: INVENT-1
A.4.1 Sponsor's protocol code number: EX-0001
A.5.2 US NCT (ClinicalTrials.gov registry) number: NCT99900001
A.7 Trial is part of a Paediatric Investigation Plan: Information not present in EudraCT

B. Sponsor Information
Sponsor 1
B.1.1 Name of Sponsor: Example Sarcoma Group
B.1.3.4\tCountry: France
B.3.1 and B.3.2\tStatus of the sponsor: Non-Commercial
B.5 Contact point designated by the sponsor for further information on the trial
B.5.1 Name of organisation: Example Office
B.5.2 Functional name of contact point: Example Person
B.5.3 Address
B.5.3.1 Street Address: 1 Example Street
B.5.3.2 Town/ city: Northtown
B.5.4 Telephone number: 000 000 0000
B.5.6 E-mail: person@example.org

D. IMP Identification
D.IMP: 1
D.1.2 and D.1.3 IMP Role: Test
D.3.1 Product name: Regorafenib tablets
D.3.2 Product code: EX-73
D.3.8 INN - Proposed INN: REGORAFENIB
D.3.11 The IMP contains an
D.8 Information on Placebo
D.8 Placebo: 1
D.8.1 Is a Placebo used in this Trial? Yes

E. General Information on the Trial
E.1 Medical condition or disease under investigation
E.1.1 Medical condition(s) being investigated: Osteosarcoma
E.1.1.1 Medical condition in easily understood language: Bone cancer
MedDRA Classification
E.1.2 Medical condition or disease under investigation
E.1.2 Version: 20.0
E.1.2 Term: Osteosarcoma metastatic
E.2.1 Main objective of the trial: To compare progression-free survival.
E.3 Principal inclusion criteria: 1. Osteosarcoma:
9. Age 12 or more
C. difficile infection: none
A. Patients able to consent; ask person@example.org
E.4 Principal exclusion criteria: Pregnancy
E.5.1 Primary end point(s): Progression-free survival
E.5.1.1 Timepoint(s) of evaluation of this end point: 8 weeks
E.5.2 Secondary end point(s): Overall survival
E.7.1 Human pharmacology (Phase I): No
E.7.2 Therapeutic exploratory (Phase II): Yes
E.7.3 Therapeutic confirmatory (Phase III): No
E.7.4 Therapeutic use (Phase IV): No
E.8.1.1 Randomised: Yes
E.8.1.4 Double blind: Yes
E.8.1.5 Parallel group: Yes
{extra}
F. Population of Trial Subjects
F.1.1.6 Adolescents (12-17 years): Yes
F.1.2 Adults (18-64 years): Yes
F.1.3 Elderly (>=65 years): No
F.2.1 Female: Yes
F.2.2 Male: Yes
F.3.1 Healthy volunteers: No
F.4.1 In the member state: 10
F.4.2.1 In the EEA: 40
F.4.2.2 In the whole clinical trial: {planned}

N. Review by the Competent Authority or Ethics Committee in the country concerned
N. Competent Authority Decision: Authorised
N. Date of Competent Authority Decision: 2020-05-18

P. End of Trial
P. End of Trial Status: {status}
{ended}"""


def export(states: Iterable[str], *, head: str = HEAD, newline: str = "\n") -> bytes:
    """A full-details export of these records."""
    return (head + "\n".join(states)).replace("\n", newline).encode()


def summary(numbers: Iterable[str]) -> bytes:
    """A short list as the register's other download has it."""
    return "\n\n".join(
        f"EudraCT Number:          {one}\nSponsor Name:            Example\n"
        "Trial protocol:          ES(Ongoing)"
        for one in numbers
    ).encode()
