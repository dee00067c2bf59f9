"""Registry numbers: every spelling of one number meets in one normal form."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.registries.identifiers import (
    RegistryNumber,
    display,
    identify,
    normalise_sponsor_code,
    recognise,
)

DIGITS = "0123456789"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


def joined(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda found: template.format(**found))


YEARS = st.integers(2004, 2035).map(str)
NORMAL_FORMS: dict[str, st.SearchStrategy[str]] = {
    "NCT": st.integers(1, 99_999_999).map(lambda n: f"NCT{n:08d}"),
    "EUCTR": joined("{y}-0{m}-{c}", y=YEARS, m=digits(5), c=digits(2)),
    "CTIS": joined("{y}-5{m}-{c}", y=YEARS, m=digits(5), c=digits(2)),
    "ChiCTR": st.one_of(
        joined("ChiCTR{n}", n=digits(10)),
        joined("ChiCTR-{k}-{n}", k=st.sampled_from(["OPC", "TRC", "ONRC"]), n=digits(8)),
    ),
    "ISRCTN": joined("ISRCTN{n}", n=digits(8)),
    "JPRN": st.one_of(
        joined("UMIN0000{n}", n=st.integers(1, 99999).map(lambda n: f"{n:05d}")),
        joined("JMA-IIA00{n}", n=digits(3)),
        joined("JapicCTI-{n}", n=digits(6)),
        joined("jRCT{k}{n}", k=st.sampled_from("s12"), n=digits(9)),
    ),
    "ACTRN": joined("ACTRN126{n}", n=digits(11)),
    "CTRI": joined("CTRI/{y}/{m}/0{n}", y=YEARS, m=st.sampled_from(["01", "12"]), n=digits(5)),
    "DRKS": st.integers(1, 99999).map(lambda n: f"DRKS{n:08d}"),
    "NTR": joined("NTR{n}", n=digits(4)),
    "KCT": st.integers(1, 99999).map(lambda n: f"KCT{n:07d}"),
    "IRCT": joined("IRCT20{n}N{v}", n=digits(12), v=st.sampled_from("123")),
    "PACTR": joined("PACTR20{n}", n=digits(13)),
    "ReBec": joined(
        "RBR-{d}{w}", d=digits(1), w=st.text("abcdefghxyz0123456789", min_size=5, max_size=5)
    ),
}
SPELLINGS = st.sampled_from(
    [
        str,
        str.lower,
        str.upper,
        lambda text: f"  {text}\n",
        lambda text: text.replace("-", " - "),
        lambda text: text.replace("-", "–"),
        lambda text: text.replace("/", " / "),
        lambda text: f"{text}.",
        lambda text: f"{text} (registry number)",
    ]
)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    registry = draw(st.sampled_from(sorted(NORMAL_FORMS)))
    return registry, draw(NORMAL_FORMS[registry])


@given(numbers())
def test_a_normal_form_is_its_own_normal_form(number: tuple[str, str]) -> None:
    registry, value = number
    assert recognise(value) == RegistryNumber(registry, value)


@given(numbers())
def test_the_shown_form_reads_back(number: tuple[str, str]) -> None:
    registry, value = number
    assert recognise(display(registry, value)) == RegistryNumber(registry, value)


@given(numbers(), SPELLINGS, SPELLINGS)
def test_two_spellings_of_one_number_meet(number, one, other) -> None:  # type: ignore[no-untyped-def]
    assert recognise(one(number[1])) == recognise(other(number[1])) is not None


@given(st.text(max_size=40))
def test_any_text_is_read_without_a_crash_and_what_is_found_is_normal(text: str) -> None:
    number = recognise(text)
    if number is not None:
        again = recognise(number.value)
        assert again is not None
        assert (again.registry, again.value) == (number.registry, number.value)


@given(st.text(max_size=40))
def test_a_sponsor_code_is_normalised_once_and_for_all(text: str) -> None:
    code = normalise_sponsor_code(text)
    assert normalise_sponsor_code(code) == code


@pytest.mark.parametrize(
    ("text", "registry", "value"),
    [
        ("nct2389244", "NCT", "NCT02389244"),
        ("NCT 02389244", "NCT", "NCT02389244"),
        ("NCT-0002389244", "NCT", "NCT02389244"),
        ("2013-003910-42", "EUCTR", "2013-003910-42"),
        ("EUCTR2013-003910-42", "EUCTR", "2013-003910-42"),
        ("EUCTR2013-003910-42-FR", "EUCTR", "2013-003910-42"),
        ("EudraCT number: 2013-003910-42", "EUCTR", "2013-003910-42"),
        ("2013-003910-42 (EudraCT Number)", "EUCTR", "2013-003910-42"),
        ("2013 003910 42", "EUCTR", "2013-003910-42"),
        ("2022-500244-37-00", "CTIS", "2022-500244-37"),
        ("CTIS2022-500244-37-01", "CTIS", "2022-500244-37"),
        ("EU CT Number: 2022-500244-37", "CTIS", "2022-500244-37"),
        ("ChiCTR2200062550", "ChiCTR", "ChiCTR2200062550"),
        ("chictr 2200062550", "ChiCTR", "ChiCTR2200062550"),
        ("ChiCTR-OPC-15006185", "ChiCTR", "ChiCTR-OPC-15006185"),
        ("CHICTR-opc 15006185", "ChiCTR", "ChiCTR-OPC-15006185"),
        ("isrctn 12949496", "ISRCTN", "ISRCTN12949496"),
        ("JPRN-UMIN000012345", "JPRN", "UMIN000012345"),
        ("C000012345", "JPRN", "UMIN000012345"),
        ("JPRN-jRCTs031180123", "JPRN", "jRCTs031180123"),
        ("jRCT2031230046", "JPRN", "jRCT2031230046"),
        ("jma iia00123", "JPRN", "JMA-IIA00123"),
        ("ACTRN 12605000123695", "ACTRN", "ACTRN12605000123695"),
        ("CTRI / 2020 / 03 / 012345", "CTRI", "CTRI/2020/03/012345"),
        ("DRKS 12345", "DRKS", "DRKS00012345"),
        ("NTR 4567", "NTR", "NTR4567"),
        ("KCT0001234", "KCT", "KCT0001234"),
        ("IRCT20080901001165N45", "IRCT", "IRCT20080901001165N45"),
        ("PACTR202001234567890", "PACTR", "PACTR202001234567890"),
        ("rbr-6R9X9K", "ReBec", "RBR-6r9x9k"),
        ("RPCEC00000123", "RPCEC", "RPCEC00000123"),
        ("SLCTR/2012/001", "SLCTR", "SLCTR/2012/001"),
        ("TCTR20170101001", "TCTR", "TCTR20170101001"),
        ("PER-123-12", "REPEC", "PER-123-12"),
    ],
)
def test_known_spellings(text: str, registry: str, value: str) -> None:
    number = recognise(text)
    assert number is not None
    assert (number.registry, number.value) == (registry, value)


def test_the_parts_of_european_numbers_are_kept_apart() -> None:
    french = recognise("EUCTR2013-003910-42-fr")
    resubmitted = recognise("2022-500244-37-01")
    assert french is not None and french.country == "FR"
    assert french.display == "EUCTR2013-003910-42"
    assert resubmitted is not None and resubmitted.resubmission == "01"


@pytest.mark.parametrize(
    "text", ["", "NCT", "NCT00000000", "12345678", "2013-003910", "UC-0150/1309", "NCT123456789"]
)
def test_what_is_no_registry_number_is_not_guessed(text: str) -> None:
    assert recognise(text) is None


def test_a_sponsor_code_is_told_from_a_registry_number() -> None:
    assert identify("UC-0150/1309") == RegistryNumber("SPONSOR", "UC-0150-1309")
    assert identify("ET19 144") == identify("et19-144")
    assert identify("2013-003910-42") == RegistryNumber("EUCTR", "2013-003910-42")
    assert identify(" - ") is None


def test_every_registry_of_the_public_list_of_formats_is_recognised(registry_samples: Path) -> None:
    """Each primary registry of the list has an example above under one of our registries."""
    ours = {
        "ANZCTR": "ACTRN", "ChiCTR": "ChiCTR", "CRiS": "KCT", "ClinicalTrials.gov": "NCT",
        "CTRI": "CTRI", "DRKS": "DRKS", "EudraCT": "EUCTR", "IRCT": "IRCT", "ISRCTN": "ISRCTN",
        "JapicCTI": "JPRN", "JMACCT": "JPRN", "jRCT": "JPRN", "LBCTR": "LBCTR", "NTR": "NTR",
        "PACTR": "PACTR", "ReBec": "ReBec", "REPEC": "REPEC", "RPCEC": "RPCEC",
        "SLCTR": "SLCTR", "TCTR": "TCTR", "UMIN-CTR": "JPRN",
    }  # fmt: skip
    with (registry_samples / "number_formats.csv").open(encoding="utf-8-sig") as table:
        listed = {row["databank"] for row in csv.DictReader(table) if row["trn_regex"] != "NA"}
    assert listed <= set(ours)
