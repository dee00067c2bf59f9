"""What a person pastes becomes the fields of a source, or a sentence that says why not."""

from __future__ import annotations

import time

import pytest

from evidence.citing_in import LARGEST_PASTE, MOST_ENTRIES, Entry, decoded, read_pasted
from evidence.citing_in.bibtex import KINDS as BIBTEX_KINDS
from evidence.citing_in.entries import FIELDS, UnreadableEntry
from evidence.citing_in.nbib import KINDS as NBIB_KINDS
from evidence.citing_in.nbib import NOTICES
from evidence.citing_in.ris import KINDS as RIS_KINDS
from evidence.models import RetractionState, Source, SourceKind

RIS = """\
TY  - JOUR
AU  - Beispiel, Anna Berta
AU  - Muster, C.
TI  - <i>In vitro</i> &amp; beyond: p &lt; 3
T2  - Journal of Made-up Papers
JA  - J Made Up
PY  - 2020/03/01/
VL  - 8
IS  - 1
SP  - 12
EP  - 34
AN  - 90000001
DB  - PubMed
C2  - PMC9000001
DO  - https://doi.org/10.5555/MadeUp.1
UR  - https://doi.org/10.5555/MadeUp.1; https://example.org/paper
ER  -
"""
BIBTEX = r"""
@string{jmp = "Journal of Made-up Papers"}
@Article{beispiel2021,
  Title = {{\"O}sterreich and {TGF}-$\beta$ in 50% of mice \& more},
  author = {van der Beispiel, Anna-Berta and Muster, C},
  journal = jmp, year = 2021, volume={3}, number=2, pages = {1--9},
  doi = {10.5555/a\_b}, pmid = {90000002},
  url = {https://example.org/a%20b},
}
"""
NBIB = """\
PMID- 90000003
OWN - NLM
TI  - A made-up paper on
      something.
PT  - Journal Article
PT  - Review
AU  - Beispiel A
FAU - Beispiel, Anna
TA  - J Made Up
JT  - Journal of made-up papers
DP  - 2020 May 1
VI  - 3
IP  - 2
PG  - 100-9
LID - 10.5555/xyz [doi]
PMC - PMC9000003
AID - S1 [pii]
AB  - An abstract that
      goes on.
"""


def only(text: str) -> Entry:
    """The one entry of a paste that has no problem."""
    pasted = read_pasted(text)
    assert pasted.problems == ()
    assert len(pasted.entries) == 1
    return pasted.entries[0]


def named(text: str) -> list[dict[str, str]]:
    """The identifiers of each entry of a paste without problems."""
    pasted = read_pasted(text)
    assert pasted.problems == ()
    assert all(entry.is_bare for entry in pasted.entries)
    return [entry.identifiers for entry in pasted.entries]


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("90000001", {"pmid": "90000001"}),
        ("  PMID: 90000001.  ", {"pmid": "90000001"}),
        ("pubmed id 90000001", {"pmid": "90000001"}),
        ("https://pubmed.ncbi.nlm.nih.gov/90000001/?from_term=x", {"pmid": "90000001"}),
        ("http://www.ncbi.nlm.nih.gov/pubmed/90000001", {"pmid": "90000001"}),
        ("europepmc.org/article/MED/90000001", {"pmid": "90000001"}),
        ("PMC9000001", {"pmcid": "PMC9000001"}),
        ("pmc 9000001.2", {"pmcid": "PMC9000001"}),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC9000001/", {"pmcid": "PMC9000001"}),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC9000001/pdf/1.pdf", {"pmcid": "PMC9000001"}),
        ("10.5555/made.up", {"doi": "10.5555/made.up"}),
        ("doi:10.5555/Made.Up.", {"doi": "10.5555/Made.Up"}),
        ("(DOI: 10.5555/made.up)", {"doi": "10.5555/made.up"}),
        ("https://dx.doi.org/10.5555%2Fmade.up?utm=1#top", {"doi": "10.5555/made.up"}),
        ("10.5555/S0140(05)1-2", {"doi": "10.5555/S0140(05)1-2"}),
        (
            "10.5555/(SICI)1097(19990101)85:1<1::AID-X1>3.0.CO;2-X",
            {"doi": "10.5555/(SICI)1097(19990101)85:1<1::AID-X1>3.0.CO;2-X"},
        ),
        (
            "PMID: 90000001; PMCID: PMC9000001; doi: 10.5555/made.up.",
            {"pmid": "90000001", "pmcid": "PMC9000001", "doi": "10.5555/made.up"},
        ),
    ],
)
def test_an_identifier_is_known_in_any_usual_spelling(
    text: str, identifiers: dict[str, str]
) -> None:
    assert named(text) == [identifiers]


def test_several_identifiers_of_one_kind_are_several_documents() -> None:
    assert named("90000001, 90000002\n10.5555/a;10.5555/b") == [
        {"pmid": "90000001"},
        {"pmid": "90000002"},
        {"doi": "10.5555/a"},
        {"doi": "10.5555/b"},
    ]


@pytest.mark.parametrize(
    "text",
    ["Beispiel A. J Made Up 2020", "1234567890", "0", "PMID:", "10.5555", "NCT90000001", "2020-05"],
)
def test_a_number_in_a_sentence_is_no_identifier(text: str) -> None:
    pasted = read_pasted(text)
    assert pasted.entries == ()
    assert pasted.problems == (f"Line 1 is not understood: “{text}”.",)


def test_ris_is_read_into_the_fields_of_a_source() -> None:
    assert only(RIS).details == {
        "kind": "ARTICLE",
        "title": "In vitro & beyond: p < 3",
        "first_author": "Beispiel AB",
        "container": "Journal of Made-up Papers",
        "year": 2020,
        "citation": "J Made Up 2020;8(1):12-34",
        "pmid": "90000001",
        "pmcid": "PMC9000001",
        "doi": "10.5555/MadeUp.1",
        "url": "https://example.org/paper",
    }


def test_bibtex_is_read_without_its_latex_and_a_percent_sign_is_no_comment() -> None:
    assert only(BIBTEX).details == {
        "kind": "ARTICLE",
        "title": "Österreich and TGF-β in 50% of mice & more",
        "first_author": "van der Beispiel AB",
        "container": "Journal of Made-up Papers",
        "year": 2021,
        "citation": "Journal of Made-up Papers 2021;3(2):1-9",
        "pmid": "90000002",
        "doi": "10.5555/a_b",
        "url": "https://example.org/a%20b",
    }


def test_nbib_is_read_with_its_folded_lines() -> None:
    assert only(NBIB).details == {
        "kind": "REVIEW",
        "title": "A made-up paper on something",
        "first_author": "Beispiel A",
        "container": "Journal of made-up papers",
        "year": 2020,
        "citation": "J Made Up 2020;3(2):100-9",
        "pmid": "90000003",
        "pmcid": "PMC9000003",
        "doi": "10.5555/xyz",
    }


def test_all_formats_may_stand_in_one_paste_with_any_line_ends() -> None:
    text = f"{RIS}10.5555/loose\n{BIBTEX}\n{NBIB}\n{NBIB}\n90000009".replace("\n", "\r\n")
    pasted = read_pasted("\ufeff" + text)
    assert pasted.problems == ()
    assert [one.where.split(",")[0] for one in pasted.entries] == [
        "RIS entry", "line 18", "BibTeX entry", "NBIB entry", "NBIB entry", "line 69",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "state", "hint"),
    [
        ("PT  - Retracted Publication", "RETRACTED", "PubMed: Retracted Publication"),
        ("RIN - J Made Up. 2022;1:1.", "RETRACTED", "PubMed: Retraction in J Made Up. 2022;1:1."),
        ("ECI - J. 2022;1:1.", "CONCERN", "PubMed: Expression of concern in J. 2022;1:1."),
        ("EIN - J. 2022;1:1.", "CORRECTED", "PubMed: Erratum in J. 2022;1:1."),
    ],
)
def test_a_notice_in_nbib_is_a_suggestion_with_its_words(line: str, state: str, hint: str) -> None:
    entry = only(NBIB + line)
    assert (entry.retraction, entry.hint) == (state, hint)
    assert "retraction" not in entry.details


def test_a_notice_itself_is_told_from_the_paper_it_is_about() -> None:
    entry = only(NBIB + "PT  - Retraction Notice")
    assert entry.retraction == ""
    assert entry.notes == ("This is itself a notice about another paper (Retraction Notice).",)


def test_one_bad_entry_does_not_take_the_others_with_it() -> None:
    broken = "@article{broken, title={no end\n"
    twice = "@article{twice, title={A}, title={B}}\n"
    pasted = read_pasted(f"{RIS}TY  - JOUR\nAU  - Beispiel, A\nER  - \n{twice}{NBIB}\n{broken}")
    assert [one.where for one in pasted.entries] == ["RIS entry, line 1", "NBIB entry, line 22"]
    assert pasted.problems == (
        "RIS entry, line 18: it gives no title.",
        "BibTeX entry, line 21: it gives the field title twice.",
        "BibTeX entry, line 42: its braces or fields are not those of BibTeX.",
    )


def test_an_entry_that_is_not_ended_is_read_and_says_so() -> None:
    cut = RIS.replace("ER  -\n", "")
    entries = read_pasted(cut + RIS).entries
    assert [one.title for one in entries] == ["In vitro & beyond: p < 3"] * 2
    assert [bool(one.notes) for one in entries] == [True, False]


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0c", "\x85", "\u202e", "\u2066", "\ud800"])
def test_a_hidden_character_refuses_the_paste(char: str) -> None:
    pasted = read_pasted(f"90000001\n{RIS}{char}")
    assert pasted.entries == ()
    assert pasted.problems == (
        f"Line 19 holds the control character U+{ord(char):04X}: nothing was read.",
    )


def test_a_hidden_character_behind_an_entity_is_refused_too() -> None:
    pasted = read_pasted(RIS.replace("beyond", "&#8238;beyond"))
    assert pasted.problems == ("RIS entry, line 1: it holds a control character.",)


def test_latex_reads_no_file_and_runs_nothing() -> None:
    entry = only(r"@article{a, title={Before \input{pyproject.toml} \include{x} after}}")
    assert entry.title == "Before after"


def test_too_much_is_refused_with_a_sentence() -> None:
    assert read_pasted("9" * (LARGEST_PASTE + 1)).problems == (
        "This is longer than 1,048,576 characters.",
    )
    many = (f"These are more than {MOST_ENTRIES} entries: paste them in parts.",)
    assert read_pasted(RIS * (MOST_ENTRIES + 1)).problems == many
    assert read_pasted("90000001\n" * (MOST_ENTRIES + 1)).problems == many
    assert len(read_pasted(RIS * MOST_ENTRIES).entries) == MOST_ENTRIES
    assert read_pasted("wrong\n" * 100).problems[-1] == "And 80 more."
    assert read_pasted(" \n ").problems == ("Nothing was pasted.",)


def test_a_file_is_utf_8_and_not_too_large() -> None:
    assert decoded(b"\xef\xbb\xbf90000001") == "90000001"
    with pytest.raises(UnreadableEntry, match="not text in UTF-8"):
        decoded("Müster".encode("latin-1"))
    with pytest.raises(UnreadableEntry, match="larger than"):
        decoded(b"9" * (LARGEST_PASTE + 1))


@pytest.mark.parametrize(
    "text",
    [
        "{" * 900_000,
        "@article{a," + "x={" * 300_000,
        "@article{a,title={" + "{" * 2_000 + "}" * 2_000 + "}}",
        "@article{a,title={" + "\\frac{" * 400 + "}" * 400 + "}}",
        "@article{a,\n" + "b\n" * 400_000,
        "@article{a,\n" * 150 + "{" * 100_000,
        "TY  - JOUR\n" + "x\n" * 400_000,
        "TY  - \n" * 100_000,
        "10." * 300_000,
        "1 " * 500_000,
    ],
    ids=lambda text: text[:14].encode().hex(),
)
def test_hostile_input_is_read_in_seconds(text: str) -> None:
    began = time.monotonic()
    pasted = read_pasted(text)
    assert time.monotonic() - began < 10
    assert pasted.problems


def test_every_word_a_reader_uses_is_one_that_a_source_knows() -> None:
    kinds = {*RIS_KINDS.values(), *BIBTEX_KINDS.values(), *dict(NBIB_KINDS).values(), "OTHER"}
    assert kinds <= set(SourceKind.values)
    assert {state for _tag, state, _words in NOTICES} <= set(RetractionState.values)
    assert set(FIELDS) <= {field.name for field in Source._meta.fields}
