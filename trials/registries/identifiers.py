"""Registry numbers: recognised in every spelling people use, kept in one normal form.

`recognise` reads one number as a person or a registry writes it. The written form is kept by the
caller; the normal form is unique within its registry, so two spellings of one number meet.
Formats follow the registries' own pages and the public list of number formats they publish.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣-"), "-")
INVISIBLE = dict.fromkeys(  # marks that a page's typography leaves inside a copied number
    [0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065)]
)
ENDS = " \t\r\n.,;:'\""
NAME = (
    r"eu(?:dra)?[ -]?ct(?:r|is)?|ctis|clinicaltrials\.gov|nct|isrctn|chictr|umin(?:-ctr)?|jrct"
    r"|jprn|anzctr|actrn|ctri|drks|ntr|kct|cris|irct|pactr|rebec|rbr|lbctr|repec|rpcec|slctr|tctr"
    r"|registry|registration|trial"
)
WORD = r"(?:id|identifier|number|no|nr|num)\b"
LABEL = re.compile(rf"(?:(?:{NAME})[\s:#-]+)?(?:{WORD}[ .:#]*)?", re.IGNORECASE)
BETWEEN = re.compile(rf"({NAME})[\s:#-]*{WORD}[ .:#]*(?=\d)", re.IGNORECASE)
REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
BRACKETED = re.compile(r"([^()\[\]]*)[(\[]([^()\[\]]*)[)\]]")
ADDRESS = re.compile(r"(?:https?://|10\.1186/)\S+", re.IGNORECASE)
EU_PREFIX = r"(?:(?:EUDRA[- ]?CT|EU[- ]?CT(?:R|IS)?|EU[- ]CTR|CTIS)[\s:#-]*)?"
SEP = r"[\s./_:#-]*"


@dataclass(frozen=True, slots=True)
class RegistryNumber:
    """A number of a registry in its normal form.

    `country` is the member state of an EUCTR record, `resubmission` the last pair of a CTIS number.
    Both are parts of a record's name, not of the trial's number, so `value` is without them.
    """

    registry: str
    value: str
    country: str = ""
    resubmission: str = ""

    @property
    def display(self) -> str:
        """The form shown to readers and used in addresses, such as EUCTR2013-003910-42."""
        prefix = self.registry if self.registry in ("EUCTR", "CTIS") else ""
        return prefix + self.value


def display(registry: str, value: str) -> str:
    """The public form of a normalised number of a registry."""
    return RegistryNumber(registry, value).display


def _nct(match: re.Match[str]) -> RegistryNumber | None:
    number = int(match["n"])
    return RegistryNumber("NCT", f"NCT{number:08d}") if 0 < number <= 99_999_999 else None


def _european(match: re.Match[str]) -> RegistryNumber | None:
    """EudraCT numbers have 0 in the middle part's first place, CTIS numbers 5. Twelve digits in a
    row, without a prefix or a mark between them, may be anything."""
    if match[0].isdigit():
        return None
    value = f"{match['year']}-{match['middle']}-{match['check']}"
    tail = (match["tail"] or "").upper()
    if match["middle"].startswith("0") and not tail.isdigit():
        return RegistryNumber("EUCTR", value, country=tail)
    if match["middle"].startswith("5") and (not tail or tail.isdigit()):
        return RegistryNumber("CTIS", value, resubmission=tail)
    return None


def _chictr(match: re.Match[str]) -> RegistryNumber:
    kind = match["kind"]
    middle = f"-{kind.upper()}-" if kind else ""
    return RegistryNumber("ChiCTR", f"ChiCTR{middle}{match['n']}")


def _jrct(match: re.Match[str]) -> RegistryNumber:
    return RegistryNumber("JPRN", f"jRCT{match['kind'].lower()}{match['n']}")


def _form(registry: str, template: str, lower: bool = False) -> Callable[..., RegistryNumber]:
    """A rule whose normal form is `template` filled with the number, letters in one case."""

    def build(match: re.Match[str]) -> RegistryNumber:
        parts = {
            name: (part.lower() if lower else part.upper())
            for name, part in match.groupdict().items()
        }
        return RegistryNumber(registry, template.format(**parts))

    return build


def _padded(registry: str, prefix: str, width: int) -> Callable[..., RegistryNumber | None]:
    """A rule for numbers that registries pad with zeros to a fixed width."""

    def build(match: re.Match[str]) -> RegistryNumber | None:
        digits = match["n"].lstrip("0")
        if not digits or len(digits) > width:
            return None
        return RegistryNumber(registry, prefix + digits.zfill(width))

    return build


def _counted(registry: str, prefix: str) -> Callable[..., RegistryNumber | None]:
    """A rule for numbers that a registry counts without padding."""

    def build(match: re.Match[str]) -> RegistryNumber | None:
        digits = match["n"].lstrip("0")
        return RegistryNumber(registry, prefix + digits) if len(digits) > 1 else None

    return build


JPRN = r"(?:JPRN" + SEP + r")?"
RULES: tuple[tuple[re.Pattern[str], Callable[..., RegistryNumber | None]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), build)
    for pattern, build in (
        (rf"NCT{SEP}(?P<n>\d{{1,12}})", _nct),
        (
            EU_PREFIX + rf"(?P<year>20\d\d){SEP}(?P<middle>[05]\d{{5}}){SEP}(?P<check>\d\d)"
            rf"(?:{SEP}(?P<tail>\d\d|[A-Z]{{2}}|3RD|OUTSIDE-EU/EEA))?",
            _european,
        ),
        (rf"ChiCTR{SEP}(?:(?P<kind>[A-Z]{{3,6}}){SEP})?(?P<n>\d{{8,10}})", _chictr),
        (rf"ISRCTN{SEP}(?P<n>\d{{8}})", _form("ISRCTN", "ISRCTN{n}")),
        (JPRN + rf"UMIN(?:{SEP}CTR)?{SEP}(?P<n>\d{{1,12}})", _padded("JPRN", "UMIN", 9)),
        (JPRN + rf"C{SEP}(?P<n>0000\d{{5}})", _padded("JPRN", "UMIN", 9)),
        (JPRN + rf"JMA{SEP}IIA{SEP}(?P<n>\d{{5}})", _form("JPRN", "JMA-IIA{n}")),
        (JPRN + rf"JAPIC{SEP}CTI{SEP}(?P<n>\d{{6}})", _form("JPRN", "JapicCTI-{n}")),
        (JPRN + rf"jRCT{SEP}(?P<kind>[A-Z\d]){SEP}(?P<n>\d{{9}})", _jrct),
        (rf"(?:ACTRN|ANZCTR){SEP}(?P<n>126\d{{11}})P?", _form("ACTRN", "ACTRN{n}")),
        (
            rf"CTRI{SEP}(?P<y>20\d\d){SEP}(?P<m>\d{{2,3}}){SEP}(?P<n>\d{{6}})",
            _form("CTRI", "CTRI/{y}/{m}/{n}"),
        ),
        (rf"DRKS{SEP}(?P<n>\d{{1,12}})", _padded("DRKS", "DRKS", 8)),
        (rf"NTR{SEP}(?P<n>\d{{2,5}})", _counted("NTR", "NTR")),
        (rf"NL{SEP}OMON{SEP}(?P<n>\d{{2,6}})", _counted("NTR", "NL-OMON")),
        (r"NL\s*(?P<n>\d{2,4})", _counted("NTR", "NL")),
        (rf"KCT{SEP}(?P<n>\d{{1,12}})", _padded("KCT", "KCT", 7)),
        (rf"IRCT{SEP}(?P<n>\d{{11,16}}){SEP}N{SEP}(?P<v>\d{{1,3}})", _form("IRCT", "IRCT{n}N{v}")),
        (rf"PACTR{SEP}(?P<n>20\d{{13,14}})", _form("PACTR", "PACTR{n}")),
        (rf"RBR{SEP}(?P<n>\d[A-Z\d]{{5,8}})", _form("ReBec", "RBR-{n}", lower=True)),
        (rf"LBCTR{SEP}(?P<n>20\d{{8}})", _form("LBCTR", "LBCTR{n}")),
        (rf"PER{SEP}(?P<n>\d{{3}}){SEP}(?P<y>\d\d)", _form("REPEC", "PER-{n}-{y}")),
        (rf"RPCEC{SEP}(?P<n>\d{{1,12}})", _padded("RPCEC", "RPCEC", 8)),
        (rf"SLCTR{SEP}(?P<y>20\d\d){SEP}(?P<n>\d{{3}})", _form("SLCTR", "SLCTR/{y}/{n}")),
        (rf"TCTR{SEP}(?P<n>20\d{{9}})", _form("TCTR", "TCTR{n}")),
    )
)


def _plain(text: str) -> str:
    """Wide characters, dashes and quotes made plain, invisible marks taken out."""
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).translate(DASHES).strip(ENDS)


def _candidates(text: str) -> Iterator[str]:
    """What in a text may be the number: all of it, or what a label, a remark in brackets, a word
    between prefix and digits, or a web address leaves."""
    plain = _plain(text)
    alone = plain if REMARK.fullmatch(plain) else REMARK.sub("", plain).strip(ENDS)
    yield alone
    yield LABEL.sub("", alone, count=1).strip(ENDS)
    yield BETWEEN.sub(r"\1", alone, count=1)
    bracketed = BRACKETED.fullmatch(plain)
    if bracketed and not LABEL.sub("", f"{bracketed[1].strip(ENDS)} ", count=1).strip(ENDS):
        yield bracketed[2].strip(ENDS)
        yield f"{bracketed[1].strip(ENDS)} {bracketed[2].strip(ENDS)}"
    if ADDRESS.fullmatch(plain):
        parts = [part for part in re.split(r"[/=?&#]", plain) if _match(part)]
        if len(parts) == 1:
            yield parts[0]


def _match(text: str) -> RegistryNumber | None:
    for pattern, build in RULES:
        match = pattern.fullmatch(text)
        if match is not None and (number := build(match)) is not None:
            return number
    return None


def recognise(text: str) -> RegistryNumber | None:
    """The registry number that `text` is, in its normal form, or None where it is none.

    The whole text has to be one number; a label before it ("EudraCT number:"), brackets around it,
    a remark in brackets after it, and the address of its page are allowed. Nothing is guessed: a
    bare run of digits is no number.
    """
    tried: set[str] = set()
    for one in _candidates(text):
        if one not in tried and (number := _match(one)) is not None:
            return number
        tried.add(one)
    return None


def normalise_sponsor_code(text: str) -> str:
    """The form in which a sponsor's own code is compared: upper case, one dash between parts.

    Empty where the text has neither letter nor digit. Such codes are unique only within a trial.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return "-".join(re.findall(r"\w+", plain.replace("_", "-")))


def identify(text: str) -> RegistryNumber | None:
    """A registry number where `text` is one, else a sponsor's code; None where it is empty."""
    number = recognise(text)
    if number is not None:
        return number
    code = normalise_sponsor_code(text)
    return RegistryNumber("SPONSOR", code) if code else None
