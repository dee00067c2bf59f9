"""No contact person, telephone, e-mail or postal address of any registry outlives `clean`.

The made persons are planted wherever real records of the registry have one.
"""

from __future__ import annotations

import copy
import io
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import ctis, euctr, ictrp, isrctn
from tests.registry.records import generate
from trials.registries.base import RawRecord
from trials.registries.catalogue import FILE_ADAPTERS
from trials.registries.privacy import REMOVED, scrub

PERSON = "Quentin Planted"
STREET = "17 Planted Street"
# the keys under which the registries' real records hold persons, contacts and addresses
KEYS = {
    "ctgov": (
        "centralContacts", "contacts", "overallOfficials", "pointOfContact", "oldNameTitle",
        "investigatorFullName", "investigatorTitle", "unpostedResponsibleParty", "zip",
    ),
    "ctis": (
        "personInfo", "person", "publicContacts", "scientificContacts", "contactPointForUnion",
        "phone", "telephone", "email", "functionalName", "functionalEmailAddress", "firstName",
        "lastName", "departmentName", "addresses", "oneLine", "addressLine1", "addressLine2",
        "addressLine3", "addressLine4", "postcode", "documents", "associatedCtDocs",
    ),
    "isrctn": (
        "contact", "contacts", "contactDetails", "contactId", "address", "zip", "telephone1",
        "telephone2", "email", "forename", "surname", "orcid", "ethicsApproval",
        "ethicsCommittees", "attachedFiles",
    ),
    "ictrp": (
        "Contact_Firstname", "Contact_Lastname", "Contact_Address", "Contact_Email",
        "Contact_Tel", "Contact_Affiliation",
    ),
}  # fmt: skip
RECORDS: dict[str, dict[str, Any]] = {
    "ctgov": next(one for one in generate(40, seed=5) if "resultsSection" in one),
    "ctis": ctis.trial(),
    "isrctn": isrctn.study(),
    "ictrp": ictrp.CHICTR,
}
CONTACTS = [
    "quentin@planted.example.org", "Quentin.Planted+x@planted-clinic.co.example", "mailto:q@p.org",
    "quentin (at) planted.example.org", "quentin [AT] planted.example.org",
    "josé@clínica.example.es",
    "quentin＠planted.example.org", r"quentin\_planted@planted.example.org",
    "Tel: 0049 30 7654321", "tél. 01 23 45 67 89", "telephone number (030) 765-43218",
    "+44 (0)20 7946 0000", "+862176543218", "+33 1 23 45 67 89", "+62 21 7864975, 7864976",
    "555-867-5309", "(555) 867-5309", "1-555-867-5309", "555.867.5309", "Fax 030/7654321-8",
]  # fmt: skip
LEFT = ("planted", "@", "867", "76543", "7864", "7946", "23 45", "765-43", "clínica", "q@p")


def planted_keys(value: Any, keys: tuple[str, ...]) -> Any:
    """The value with a made person under every personal key of every object in it."""
    if isinstance(value, dict):
        person = {"name": PERSON, "street": [STREET, {"more": PERSON}]}
        inner = {key: planted_keys(one, keys) for key, one in value.items()}
        return {**inner, **{key: person if n % 2 else PERSON for n, key in enumerate(keys)}}
    return [planted_keys(one, keys) for one in value] if isinstance(value, list) else value


def planted_texts(value: Any, contact: str) -> Any:
    """The value with a contact in every text of more than one word."""
    if isinstance(value, dict):
        return {key: planted_texts(one, contact) for key, one in value.items()}
    if isinstance(value, list):
        return [planted_texts(one, contact) for one in value]
    if isinstance(value, str) and " " in value:
        return f"{contact}\n{value}; ask\n{contact}\t({contact}). {value}"
    return value


@pytest.mark.parametrize("registry", sorted(KEYS))
def test_what_stands_under_a_personal_key_is_dropped_at_any_depth(registry: str) -> None:
    record = planted_keys(copy.deepcopy(RECORDS[registry]), KEYS[registry])
    if registry == "ictrp":  # flat, as WHO's export is
        record = {**RECORDS[registry], **dict.fromkeys(KEYS[registry], PERSON)}
    kept = orjson.dumps(FILE_ADAPTERS[registry]().clean(orjson.dumps(record))).decode()
    assert PERSON not in kept and STREET not in kept
    assert not [key for key in KEYS[registry] if f'"{key}":' in kept]
    assert len(kept) > 200


@pytest.mark.parametrize("registry", sorted(RECORDS))
@pytest.mark.parametrize("contact", CONTACTS)
def test_a_contact_inside_any_text_is_taken_out(registry: str, contact: str) -> None:
    record = planted_texts(RECORDS[registry], contact)
    kept = FILE_ADAPTERS[registry]().clean(orjson.dumps(record))
    words = orjson.dumps(kept).decode()
    assert REMOVED in words
    assert not [one for one in LEFT if one in words.lower() and one in contact.lower()]
    assert FILE_ADAPTERS[registry]().clean(orjson.dumps(kept)) == kept


def test_a_contact_in_the_text_of_the_eu_register_is_taken_out() -> None:
    fields = (
        "B.1.2", "B.1.3.1", "B.1.4", "B.1.5", "B.1.6", "B.2.1", "B.5.2", "B.5.3.1", "B.5.4",
        "B.5.5", "B.5.6", "C.1.1", "G.1.1", "G.2.1", "G.4.2", "G.4.3.1", "H.1.1",
    )  # fmt: skip
    extra = "".join(f"{code} Something: {PERSON}\n{STREET}\n" for code in fields)
    extra += "E.4 Principal exclusion criteria: none\n" + "\n".join(CONTACTS)
    (one,) = FILE_ADAPTERS["euctr"]().records(io.BytesIO(euctr.export([euctr.state(extra=extra)])))
    assert isinstance(one, RawRecord)
    words = orjson.dumps(FILE_ADAPTERS["euctr"]().clean(one.body)).decode()
    assert PERSON not in words and STREET not in words
    assert not [one for one in LEFT if one in words.lower()]
    assert "Example Sarcoma Group" in words and "B.1.3.4" in words


def test_the_contacts_of_the_registrys_own_xml_are_dropped() -> None:
    xml = isrctn.all_trials([isrctn.full_trial()], total=1).replace(b"Person", PERSON.encode())
    (one,) = FILE_ADAPTERS["isrctn"]().records(io.BytesIO(xml))
    assert isinstance(one, RawRecord)
    words = orjson.dumps(FILE_ADAPTERS["isrctn"]().clean(one.body)).decode()
    assert PERSON not in words and "Example Street" not in words


@pytest.mark.parametrize(
    "text",
    [
        "5 mg @ 2.5 h", "5 mg/m2 @ 2 h", "2013-003910-42", "NCI-2011-01231", "2020-01-15",
        "1-21 days", "ISRCTN12949496", "+1.5 (2.0-3.5)", "CD3+8", "0.123-0.4567", "120-160 mg",
        "a follow-up call at 12 months", "10.1056/NEJMoa123.4567", "EX-555-867-5309", "(at) least",
    ],
)  # fmt: skip
def test_numbers_of_the_clinic_stay(text: str) -> None:
    assert scrub(text) == text


@given(st.text(max_size=80), st.sampled_from(CONTACTS[:3]))
def test_scrubbing_is_done_once_and_for_all(text: str, contact: str) -> None:
    once = scrub(f"{text} {contact} {text}")
    assert scrub(once) == once
