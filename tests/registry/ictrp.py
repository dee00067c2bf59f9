"""Records of WHO's export, made by the project: the same trial as XML and as CSV.

No person, sponsor or number in them is real. `trial` gives one record that may be changed; `many`
gives as many as a test wants.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

Record = dict[str, str]

CHICTR: Record = {
    "TrialID": "ChiCTR2299900001",
    "Last_Refreshed_on": "3 June 2024",
    "Public_title": "An invented trial of apatinib in osteosarcoma",
    "Scientific_title": "An invented trial of apatinib in relapsed osteosarcoma      ",
    "Acronym": "INVENT",
    "Primary_sponsor": "Example Hospital of Haidong",
    "Date_registration": "2022-03-01",
    "Date_registration3": "20220301",
    "Export_date": "6/4/2024 10:00:00 AM",
    "Source_Register": "ChiCTR",
    "web_address": "http://www.chictr.example/showproj.aspx?proj=1",
    "Recruitment_Status": "Recruiting",
    "other_records": "No",
    "Inclusion_agemin": "12",
    "Inclusion_agemax": "60",
    "Inclusion_gender": "Both",
    "Date_enrollement": "2022-04-01",
    "Target_size": "Apatinib group:30;Control group:28;",
    "Study_type": "Interventional study",
    "Study_design": "Parallel",
    "Phase": "2",
    "Countries": "China",
    "Contact_Firstname": "Example",
    "Contact_Lastname": "Person",
    "Contact_Address": "1 Example Street",
    "Contact_Email": "person@example.org",
    "Contact_Tel": "+00 000 000 0000",
    "Contact_Affiliation": "Example Hospital",
    "Inclusion_Criteria": "Inclusion criteria: 1. Osteosarcoma;<br>2. Age &gt;=12; ask "
    "person@example.org",
    "Exclusion_Criteria": "Exclusion criteria: Pregnancy",
    "Condition": "Osteosarcoma;Bone tumour",
    "Intervention": "Apatinib group:apatinib 500 mg daily;Control group:best supportive care;",
    "Primary_outcome": "Progression-free survival;Overall survival;",
    "Retrospective_flag": "No",
    "Bridging_flag_truefalse": "False",
}
EUROPEAN: Record = {
    "TrialID": "EUCTR2099-000001-11-FR",
    "Last_Refreshed_on": "4 June 2024",
    "Public_title": "An invented European trial",
    "Scientific_title": "An invented European trial of regorafenib - INVENT-EU",
    "Primary_sponsor": "Example Sarcoma Group",
    "Date_registration": "10/03/2020",
    "Date_registration3": "20200310",
    "Source_Register": "EU Clinical Trials Register",
    "Recruitment_Status": "Authorised",
    "Inclusion_gender": "<br>Female: yes<br>Male: no<br>",
    "Date_enrollement": "05/03/2020",
    "Target_size": "25",
    "Study_type": "Interventional clinical trial of medicinal product",
    "Study_design": "Controlled: no\nRandomised: no",
    "Phase": "Human pharmacology (Phase I): no\nTherapeutic exploratory (Phase II): yes\n"
    "Therapeutic confirmatory - (Phase III): yes\nTherapeutic use (Phase IV): no",
    "Countries": "France;Germany",
    "Condition": "Osteosarcoma <br>MedDRA version: 20.1\nLevel: PT\nTerm: Bone sarcoma\n;"
    "Therapeutic area: Diseases [C] - Neoplasms [C04]",
    "Intervention": "<br>Trade Name: Inventivar<br>INN or Proposed INN: REGORAFENIB<br><br>"
    "Product Name: Placebo<br>",
    "Primary_outcome": "Main Objective: To learn; more;Primary end point(s): PFS; by RECIST;"
    "Timepoint(s) of evaluation of this end point: 8 weeks",
}
AMERICAN: Record = {
    "TrialID": "NCT99900001",
    "Last_Refreshed_on": "5 June 2024",
    "Public_title": "An invented American trial",
    "Primary_sponsor": "Example Sponsor",
    "Date_registration": "27/01/2020",
    "Date_registration3": "20200127",
    "Source_Register": "ClinicalTrials.gov",
    "Recruitment_Status": "Not recruiting",
    "Inclusion_agemin": "6 Months",
    "Inclusion_agemax": "N/A",
    "Inclusion_gender": "All",
    "Date_enrollement": "January 2020",
    "Target_size": "500",
    "Study_type": "Interventional",
    "Study_design": "Allocation: Randomized. Intervention model: Parallel Assignment. "
    "Primary purpose: Treatment. Masking: Double (Participant, Investigator). ",
    "Phase": "Phase 2/Phase 3",
    "Countries": "United States;Korea, Republic of;United States",
    "Condition": "Osteosarcoma",
    "Intervention": "Drug: apatinib, 500 mg;given daily;Procedure: Surgery",
    "Primary_outcome": "PFS [Time Frame: 4 months];OS",
}
JAPANESE: Record = {
    "TrialID": "JPRN-jRCTs999990001",
    "Source_Register": "JPRN",
    "Public_title": "An invented Japanese trial",
    "Recruitment_Status": "Recruiting",
    "Inclusion_agemin": ">= 20age old",
    "Inclusion_agemax": "Not applicable",
    "Date_enrollement": "27/02/2020",
    "Phase": "2",
    "Countries": "Japan",
    "Intervention": "oral administration; of something",
}
RECORDS = (CHICTR, EUROPEAN, AMERICAN, JAPANESE)


def trial(**changes: str) -> Record:
    """The Chinese record with other values; an empty value leaves the field out."""
    return {name: value for name, value in {**CHICTR, **changes}.items() if value}


def many(count: int) -> Iterator[Record]:
    """So many Chinese records with numbers of their own."""
    for index in range(count):
        yield trial(TrialID=f"ChiCTR23{index:08d}")


def as_xml(records: Iterable[Record]) -> bytes:
    """An export as XML."""
    return b"".join(xml_pieces(records))


def xml_pieces(records: Iterable[Record]) -> Iterator[bytes]:
    """An export as XML, piece by piece."""
    yield b"<?xml version='1.0' encoding='UTF-8' ?><Trials_downloaded_from_ICTRP>\n"
    for record in records:
        fields = "".join(f"    <{k}>{escape(v)}</{k}>\n" for k, v in record.items())
        yield f"  <Trial>\n{fields}    <results_url_link />\n  </Trial>\n".encode()
    yield b"</Trials_downloaded_from_ICTRP>\n"


def as_csv(records: Iterable[Record]) -> bytes:
    """An export as CSV: every column, with spaces in the names."""
    rows = list(records)
    names = list(dict.fromkeys(["TrialID", "Source_Register", *(k for row in rows for k in row)]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(name.replace("_", " ") for name in names)
    for row in rows:
        writer.writerow(row.get(name, "") for name in names)
    return text.getvalue().encode()
