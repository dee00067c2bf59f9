"""Registry numbers: every spelling of one number meets in one normal form."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trials.registries.base import RawRecord
from trials.registries.ctis.adapter import CtisAdapter
from trials.registries.euctr.adapter import EuctrAdapter
from trials.registries.files import opened
from trials.registries.ictrp.adapter import IctrpAdapter
from trials.registries.identifiers import (
    RegistryNumber,
    display,
    identify,
    normalise_sponsor_code,
    recognise,
)
from trials.registries.isrctn.adapter import IsrctnAdapter

DIGITS = "0123456789"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


def joined(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda found: template.format(**found))


def counted(template: str, most: int, least: int = 1) -> st.SearchStrategy[str]:
    return st.integers(least, most).map(template.format)


YEARS = st.integers(2004, 2035).map(str)
# Each number as its registry writes it, with "|" where people write something between its parts.
FORMS: dict[str, st.SearchStrategy[str]] = {
    "NCT": counted("NCT|{:08d}", 99_999_999),
    "EUCTR": joined("{y}-|0{m}-|{c}", y=YEARS, m=digits(5), c=digits(2)),
    "CTIS": joined("{y}-|5{m}-|{c}", y=YEARS, m=digits(5), c=digits(2)),
    "ChiCTR": st.one_of(
        joined("ChiCTR|{n}", n=digits(10)),
        joined("ChiCTR-|{k}-|{n}", k=st.sampled_from(["OPC", "TRC", "ONRC"]), n=digits(8)),
    ),
    "ISRCTN": joined("ISRCTN|{n}", n=digits(8)),
    "JPRN": st.one_of(
        counted("UMIN|0000{:05d}", 99_999),
        joined("JMA-|IIA|00{n}", n=digits(3)),
        joined("Japic|CTI-|{n}", n=digits(6)),
        joined("jRCT|{k}|{n}", k=st.sampled_from("s12"), n=digits(9)),
    ),
    "ACTRN": joined("ACTRN|126{n}", n=digits(11)),
    "CTRI": joined(
        "CTRI/|{y}/|{m}/|0{n}", y=YEARS, m=st.sampled_from(["01", "12", "091"]), n=digits(5)
    ),
    "DRKS": counted("DRKS|{:08d}", 99_999),
    "NTR": st.one_of(counted("NTR|{}", 99_999, 10), counted("NL-|OMON|{}", 99_999, 10)),
    "KCT": counted("KCT|{:07d}", 99_999),
    "IRCT": joined("IRCT|20{n}|N|{v}", n=digits(12), v=st.sampled_from("123")),
    "PACTR": joined("PACTR|20{n}", n=digits(13)),
    "ReBec": joined(
        "RBR-|{d}{w}", d=digits(1), w=st.text("abcdefghxyz0123456789", min_size=5, max_size=5)
    ),
    "LBCTR": joined("LBCTR|20{n}", n=digits(8)),
    "REPEC": joined("PER-|{n}-|{y}", n=digits(3), y=digits(2)),
    "RPCEC": counted("RPCEC|{:08d}", 99_999),
    "SLCTR": joined("SLCTR/|{y}/|{n}", y=YEARS, n=digits(3)),
    "TCTR": joined("TCTR|20{n}", n=digits(9)),
}
# zeros may be missing or too many where a registry pads its numbers
PADDED = re.compile(r"(NCT|UMIN|DRKS|KCT|RPCEC|NTR|OMON)\|0*(\d+)")
MARKS = ["", " ", "-", " - ", "–", "\N{NON-BREAKING HYPHEN}", "—", "−", "/", ".", "_", ":", ": ",
         "\N{NO-BREAK SPACE}", "\t", "\N{ZERO WIDTH SPACE}", " # "]  # fmt: skip
AROUND = [
    "{}",
    " {}\n",
    "({})",
    "[{}]",
    "{}.",
    "'{}'",
    "{};",
    "{} (registry number)",
    "{} [see ref]",
]
LABELS = ["", "Registration number: ", "Trial ID ", "registry no. ", "Identifier: "]
OWN_LABELS = {
    "NCT": ["ClinicalTrials.gov Identifier: ", "NCT number: ", "ClinicalTrials.gov "],
    "EUCTR": ["EudraCT number: ", "EUCTR", "EudraCT ", "EU-CTR-", "eudract no. "],
    "CTIS": ["EU CT Number: ", "CTIS", "EUCT number ", "EU CTIS "],
    "ISRCTN": ["ISRCTN: ", "ISRCTN number "],
    "JPRN": ["JPRN-", "JPRN "],
}
CASES: list[Callable[[str], str]] = [str, str.lower, str.upper, str.title, str.swapcase]
WIDE = {ord(one): chr(ord(one) + 0xFEE0) for one in DIGITS}


@st.composite
def spelled(draw: st.DrawFn, registry: str, form: str) -> str:
    """A number as somebody may write it: case, marks between its parts, zeros, label, brackets."""
    if (padded := PADDED.match(form)) and draw(st.booleans()):
        zeros = draw(st.integers(0, 2 if padded[1] not in ("NTR", "OMON") else 0))
        form = f"{padded[1]}|{'0' * zeros}{padded[2]}"
    parts = re.split(r"[/-]?\|", form)
    marks = [draw(st.sampled_from(MARKS)) for _part in parts[1:]]
    if registry in ("EUCTR", "CTIS"):  # twelve digits in a row may be anything
        marks = [mark if mark.strip("\N{ZERO WIDTH SPACE}") else "-" for mark in marks]
    text = parts[0] + "".join(mark + part for mark, part in zip(marks, parts[1:], strict=True))
    text = draw(st.sampled_from(CASES))(text).translate(draw(st.sampled_from([{}, WIDE])))
    label = draw(st.sampled_from(LABELS + OWN_LABELS.get(registry, [])))
    return label + text if label else draw(st.sampled_from(AROUND)).format(text)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    registry = draw(st.sampled_from(sorted(FORMS)))
    return registry, draw(FORMS[registry]).replace("|", "")


@pytest.mark.parametrize("registry", sorted(FORMS))
@given(data=st.data())
def test_two_spellings_of_one_number_meet(registry: str, data: st.DataObject) -> None:
    form = data.draw(FORMS[registry])
    one, other = data.draw(spelled(registry, form)), data.draw(spelled(registry, form))
    number = RegistryNumber(registry, form.replace("|", ""))
    assert recognise(one) == number == recognise(other)


@given(numbers())
def test_a_normal_form_is_its_own_normal_form(number: tuple[str, str]) -> None:
    registry, value = number
    assert recognise(value) == RegistryNumber(registry, value)


@given(numbers())
def test_the_shown_form_reads_back(number: tuple[str, str]) -> None:
    registry, value = number
    assert recognise(display(registry, value)) == RegistryNumber(registry, value)


@given(numbers(), numbers())
def test_two_numbers_never_become_one(one: tuple[str, str], other: tuple[str, str]) -> None:
    assume(one != other)
    assert recognise(one[1]) != recognise(other[1])
    assert identify(one[1]) != identify(other[1])


@given(numbers(), st.text("0123456789ABCnct-/. ()–", max_size=3), st.integers(0, 25))
def test_a_number_with_something_in_it_is_another_one_or_none(
    number: tuple[str, str], more: str, place: int
) -> None:
    """Whatever is read out of a damaged number is a normal form, and no longer than the text."""
    found = recognise(number[1][:place] + more + number[1][place:])
    if found is not None:
        assert recognise(found.value) == RegistryNumber(found.registry, found.value)
        assert not set(re.findall(r"[1-9]", found.value)) - set(number[1] + more)


NEARLY = re.compile(
    r"(EudraCT|NCT|NL|jRCT|ChiCTR-|IRCT|UMIN-CTR|C|id)?[ :#(-]{0,3}\d{0,14}[-/ N]?\d{0,9}[)\]]?",
    re.IGNORECASE,
)


@given(st.one_of(st.text(max_size=40), st.from_regex(NEARLY, fullmatch=True)))
def test_any_text_is_read_without_a_crash_and_what_is_found_is_normal(text: str) -> None:
    number = recognise(text)
    if number is not None:
        again = recognise(number.value)
        assert again == RegistryNumber(number.registry, number.value)
        assert 0 < len(number.value) <= 40
    code = identify(text)
    if code is not None:
        assert identify(code.value) == RegistryNumber(code.registry, code.value)


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
        ("NL1234", "NTR", "NL1234"),
        ("NTR 0123", "NTR", "NTR123"),
        ("NL-OMON21234", "NTR", "NL-OMON21234"),
        ("LBCTR2019012345", "LBCTR", "LBCTR2019012345"),
        ("IRCT138904113034N3", "IRCT", "IRCT138904113034N3"),
        ("IRCT20080901001165 N45", "IRCT", "IRCT20080901001165N45"),
        ("JapicCTI-123456", "JPRN", "JapicCTI-123456"),
        ("ACTRN12605000123695p", "ACTRN", "ACTRN12605000123695"),
        ("CTRI/2009/091/000123", "CTRI", "CTRI/2009/091/000123"),
        ("EudraCT (2013-003910-42)", "EUCTR", "2013-003910-42"),
        ("EUCTR2013-003910-42-Outside-EU/EEA", "EUCTR", "2013-003910-42"),
        ("EUCTR2013-003910-42-3rd", "EUCTR", "2013-003910-42"),
        ("10.1186/ISRCTN12949496", "ISRCTN", "ISRCTN12949496"),
        ("https://clinicaltrials.gov/study/NCT02389244?tab=results", "NCT", "NCT02389244"),
        (
            "https://www.clinicaltrialsregister.eu/ctr-search/trial/2013-003910-42/FR",
            "EUCTR",
            "2013-003910-42",
        ),
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
    "text",
    [
        "", "NCT", "NCT00000000", "12345678", "2013-003910", "UC-0150/1309", "NCT123456789",
        "201300391042", "id", "trial number", "EudraCT", "NTR00", "NL-12",
        "NCT02389244, NCT02389245",
        "UC-0150 (NCT02389244)", "https://clinicaltrials.gov/study/", "IRCT2013-003910-42",
        "PACTR2013-003910-42", "12013-003910-42", "2013-003910-423", "2022-500244-37-FR",
        "IDRCB: 2022-A01261-42", "U1111-1264-5412", "NCI-2011-01231",
    ],
)  # fmt: skip
def test_what_is_no_registry_number_is_not_guessed(text: str) -> None:
    assert recognise(text) is None


def test_a_sponsor_code_is_told_from_a_registry_number() -> None:
    assert identify("UC-0150/1309") == RegistryNumber("SPONSOR", "UC-0150-1309")
    assert identify("ET19 144") == identify("et19-144")
    assert identify("2013-003910-42") == RegistryNumber("EUCTR", "2013-003910-42")
    assert identify(" - ") is None


OURS = {
    "ANZCTR": "ACTRN", "ChiCTR": "ChiCTR", "CRiS": "KCT", "ClinicalTrials.gov": "NCT",
    "CTRI": "CTRI", "DRKS": "DRKS", "EudraCT": "EUCTR", "IRCT": "IRCT", "ISRCTN": "ISRCTN",
    "JapicCTI": "JPRN", "JMACCT": "JPRN", "jRCT": "JPRN", "LBCTR": "LBCTR", "NTR": "NTR",
    "PACTR": "PACTR", "ReBec": "ReBec", "REPEC": "REPEC", "RPCEC": "RPCEC",
    "SLCTR": "SLCTR", "TCTR": "TCTR", "UMIN-CTR": "JPRN",
}  # fmt: skip


@pytest.fixture(scope="module")
def public_formats(registry_samples: Path) -> dict[str, str]:
    """The public list of number formats: each registry's regular expression."""
    with (registry_samples / "number_formats.csv").open(encoding="utf-8-sig") as table:
        return {
            row["databank"]: row["trn_regex"]
            for row in csv.DictReader(table)
            if row["trn_regex"] != "NA"
        }


def written_like(regex: str) -> str:
    """The list's expression for whole texts that people write: its "anything but a letter" is an
    ordinary mark here, its letters are letters, and it looks at nothing around the number."""
    plain = re.sub(r"\(\?(?:i|<![^)]*)\)", "", regex).replace(r"\b", "")
    return plain.replace(r"\W*", r"[ .:/–-]").replace(r"\w", "[A-Za-z]").replace("-*", "-")


@pytest.mark.parametrize("databank", sorted(OURS))
@given(data=st.data())
def test_every_number_of_the_public_list_of_formats_is_recognised(
    databank: str, data: st.DataObject, public_formats: dict[str, str]
) -> None:
    regex = re.compile(written_like(public_formats[databank]), re.ASCII)
    text = data.draw(st.from_regex(regex, fullmatch=True))
    assume(not re.search(r"[A-Z]\W*0+\d?$", text, re.IGNORECASE))  # number nought is none
    number = recognise(text)
    assert number is not None
    assert number.registry == OURS[databank]
    assert recognise(text.lower()) == recognise(text.upper()) == number


def test_the_public_list_names_no_registry_that_we_do_not_know(
    public_formats: dict[str, str],
) -> None:
    assert set(public_formats) == set(OURS)


def written_numbers(samples: Path) -> Iterator[str]:
    """Every number in the real records: their own, aliases, secondary ones, sponsors' codes."""
    with opened(samples / "ctgov" / "studies.jsonl.gz") as stream:
        for line in stream:
            part = orjson.loads(line)["protocolSection"]["identificationModule"]
            others = [*part.get("secondaryIdInfos", ()), part["orgStudyIdInfo"]]
            yield from (part["nctId"], *part.get("nctIdAliases", ()))
            yield from (one["id"] for one in others if "id" in one)
    for name in ("export.xml.gz", "export.csv.gz"):
        with opened(samples / "ictrp" / name) as stream:
            for one in IctrpAdapter().records(stream):
                assert isinstance(one, RawRecord)
                yield orjson.loads(one.body)["TrialID"]
    for adapter, files in (
        (CtisAdapter(), "ctis/*.json"), (IsrctnAdapter(), "isrctn/*.json"),
        (EuctrAdapter(), "euctr/*.txt"),
    ):  # fmt: skip
        for path in sorted(samples.glob(files)):
            with opened(path) as stream:
                for one in adapter.records(stream):
                    assert isinstance(one, RawRecord)
                    trial = adapter.parse(adapter.clean(one.body))
                    yield from (number.raw for number in trial.identifiers)


def test_every_number_in_the_real_records_is_what_the_public_list_says(
    registry_samples: Path, public_formats: dict[str, str]
) -> None:
    known = {
        databank: re.compile(regex.replace("(?<!IRCT|PACTR|\\d)", r"(?<!IRCT)(?<!PACTR)(?<!\d)"))
        for databank, regex in public_formats.items()
    }
    found: Counter[str] = Counter()
    for text in written_numbers(registry_samples):
        number = identify(text)
        assert number is not None, text
        found[number.registry] += 1
        assert identify(number.value) == RegistryNumber(number.registry, number.value)
        listed = {OURS[databank] for databank, regex in known.items() if regex.search(text)}
        if number.registry != "CTIS":  # the list is older than that registry
            assert listed == {number.registry} - {"SPONSOR"}, text
    assert found["NCT"] > 700 and found["EUCTR"] > 14 and found["CTIS"] >= 13
    assert {"ChiCTR", "ISRCTN", "JPRN", "ACTRN", "SPONSOR"} <= set(found)
