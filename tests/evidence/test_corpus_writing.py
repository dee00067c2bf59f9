"""The canonical text of the corpus files: one text for what is said, read back as it was."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import strategies as st

from evidence.corpus.canonical import canonical_corpus
from evidence.corpus.reading import Corpus, Entry, read_corpus, read_texts
from evidence.corpus.writing import entry_text, normalise, write_file
from tests.evidence.conftest import CORPUS
from tests.evidence.small_corpus import FILES, write_corpus

HOSTILE = [
    "yes", "No", "on", "y", "null", "~", "", " ", "1e5", "1E5", "0x1F", "010", "1_000", "1:30",
    ".5", "-.inf", "2014-09-30", "2014-09", "2014", "key: value", "a: b", "a #b", "#b", "- a",
    "? a", "! a", "& a", "* a", "| a", "> a", "% a", "@ a", "` a", "{a}", "[a]", "a, b", "'a'",
    '"a"', '"a', "a'", "\\", " leading", "trailing ", "two  spaces", "α–β — “q” …", "≥ 5 %",
    "tab\there", "line\nbreak", "\nfirst", "last\n", "last\n\n", " in\n set\n", "#\n#", "---",
    "...", "--- a", "\u2028", "\x85", "\ufeff", "🦴", "a:" * 100, "x" * 300, "word " * 60 + "end",
    ("word " * 60).rstrip() + "\n" + "more " * 40 + "end",
]  # fmt: skip
texts = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=200
)
numbers = st.integers(0, 10**6) | st.decimals(-(10**6), 10**6, places=6).map(
    lambda one: one if one.normalize().as_tuple().exponent else one + Decimal("0.5")
)
names = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True)
values = st.recursive(
    texts | numbers | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5),
    max_leaves=12,
)
entries = st.dictionaries(names, values, max_size=6)


def back(text: str) -> list[dict[str, Any]]:
    corpus = read_texts({"sources": text})
    assert corpus.problems == []
    return [entry.data for entry in corpus.entries["sources"].values()]


@given(entries)
@example({"a": HOSTILE})
@example({one or "empty": one for one in HOSTILE if "\n" not in one and len(one) < 100})
def test_whatever_an_entry_says_is_read_back_as_it_was(data: dict[str, Any]) -> None:
    entry = {"key": "k", **data, "key_": "end"}
    assert back(entry_text(entry)) == [entry]


@given(st.lists(entries, max_size=4))
def test_the_text_of_what_was_read_is_the_text_that_was_read(given_entries: list[Any]) -> None:
    def file(entries: list[dict[str, Any]]) -> str:
        made = [Entry("sources", f"{at}", one, {(): 1}, "") for at, one in enumerate(entries)]
        return write_file("sources", made)

    text = file([{"key": f"k{at}", **one} for at, one in enumerate(given_entries)])
    assert file(back(text)) == text


@given(st.dictionaries(names, st.sampled_from(HOSTILE), min_size=1, max_size=8))
def test_another_reader_of_yaml_takes_text_for_text(data: dict[str, str]) -> None:
    read = yaml.safe_load(entry_text({"key": "k", **data}))
    assert read == [{"key": "k", **data}]


@pytest.mark.parametrize("text", ["1e5", "0o17", "2014-09", "12", "3.50", "0.21-0.85", ".5", "y"])
def test_what_could_be_a_number_or_a_date_stands_in_quotes(text: str) -> None:
    assert entry_text({"value_raw": text}) == f'- {{value_raw: "{text}"}}\n'


def test_short_entries_stand_on_a_line_and_long_ones_are_opened_up() -> None:
    short = {"key": "a", "names": ["one", "two: 2"], "n": 4, "value": Decimal("0.42"), "met": True}
    assert entry_text(short) == '- {key: a, names: [one, "two: 2"], n: 4, value: 0.42, met: true}\n'
    words = " ".join(["some words"] * 12)
    assert entry_text({"key": "a", "cited": {"source": "b", "sentence": 2}, "note": words}) == (
        "- key: a\n"
        "  cited: {source: b, sentence: 2}\n"
        "  note: >-\n"
        "    " + " ".join(["some words"] * 9) + "\n"
        "    some words some words some words\n"
    )


def test_the_shipped_files_say_the_same_in_their_canonical_form() -> None:
    corpus = read_corpus(CORPUS)
    texts = normalise(corpus)
    again = read_texts(texts)
    assert again.problems == []
    assert said(canonical_corpus(corpus)) == said(again)
    assert normalise(again) == texts


def said(corpus: Corpus) -> dict[str, list[tuple[str, dict[str, Any], str, str]]]:
    return {
        kind: [(key, one.data, one.file, one.comment) for key, one in known.items()]
        for kind, known in corpus.entries.items()
    }


def canonical(tmp_path: Path, **changes: str) -> dict[str, str]:
    return normalise(read_corpus(write_corpus(tmp_path, **changes)))


def test_what_is_meant_anyway_is_left_out(tmp_path: Path) -> None:
    text = FILES["evidence"].replace(
        "    - key: orr\n",
        "    - key: orr\n      state: REPORTED\n      locator: abstract\n      population: all\n"
        "      regimen: alphanib\n      threshold: 60.500\n",
    )
    found = canonical(tmp_path, evidence=text + "  targets: []\n")["evidence"]
    assert found == canonical(tmp_path)["evidence"] + "      threshold: 60.5\n"


def test_an_only_address_is_the_address_and_sets_are_in_order(tmp_path: Path) -> None:
    sources = FILES["sources"].replace(
        'pmid: "1"', 'pmid: "1"\n  seen: ["https://a.example/", "https://b.example/"]'
    )
    classes = FILES["therapy_classes"] + "- {key: any, name: Any}\n"
    agents = FILES["agents"].replace("[vegfr]", "[vegfr, any]")
    found = canonical(tmp_path, sources=sources, therapy_classes=classes, agents=agents)
    assert '  url: https://a.example/\n  seen: ["https://b.example/"]\n' in found["sources"]
    assert "classes: [any, vegfr]" in found["agents"]


def test_comments_between_entries_stay_and_each_file_has_its_header(tmp_path: Path) -> None:
    regimens = (
        "# An own header.\n\n# --- One drug ---\n\n"
        "- {key: alphanib, name: Alphanib, kind: SINGLE, agents: [{agent: alphanib}]}\n"
        "# Directly above.\n"
        "- {key: other, name: Other, kind: SINGLE, agents: [{agent: alphanib}]}\n"
    )
    found = canonical(tmp_path, regimens=regimens)["regimens"]
    assert found == (
        "# What is given together. Doses only where a source gives them.\n\n# --- One drug ---\n\n"
        "- {key: alphanib, name: Alphanib, kind: SINGLE, agents: [{agent: alphanib}]}\n\n"
        "# Directly above.\n"
        "- {key: other, name: Other, kind: SINGLE, agents: [{agent: alphanib}]}\n"
    )


def test_the_command_rewrites_files_once(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    with pytest.raises(CommandError, match=r"Not in canonical form: .*sources\.yaml"):
        call_command("normalise_corpus", path=tmp_path, check=True)
    call_command("normalise_corpus", path=tmp_path)
    call_command("normalise_corpus", path=tmp_path, check=True)
    assert normalise(read_corpus(tmp_path))["sources"] == (tmp_path / "sources.yaml").read_text()


def test_the_command_leaves_files_with_problems_alone(tmp_path: Path) -> None:
    text = FILES["sources"].replace("kind: REVIEW", "kind: LEAFLET")
    write_corpus(tmp_path, sources=text)
    with pytest.raises(CommandError, match="1 problems"):
        call_command("normalise_corpus", path=tmp_path)
    assert (tmp_path / "sources.yaml").read_text() == text.lstrip("\n")
