"""The corpus from the database: the same files again, or what people have changed in its rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from evidence import services
from evidence.corpus.dumping.dump import Dumped, NothingToDump, dump_corpus
from evidence.corpus.folder import write_texts
from evidence.corpus.loading import AUTHOR, CHECKER, Report, load_corpus
from evidence.corpus.reading import read_corpus
from evidence.corpus.writing import normalise
from evidence.drafts import Draft
from evidence.models import (
    CorpusEntry,
    Discrepancy,
    EvidenceItem,
    EvidenceVersion,
    Measurement,
    Source,
    SourceLink,
)
from osteodb.core.models import User
from osteodb.core.services import declare_interests
from tests.evidence.conftest import CORPUS, NOW
from tests.evidence.small_corpus import FILES, changed, write_corpus
from therapies import services as therapies
from therapies.models import Agent, Pathway, Target
from trials.models import Trial, TrialCondition
from trials.services import curation, registration
from trials.services.overrides import override_field

LATER = NOW + dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def load(folder: Path, *, now: dt.datetime = NOW) -> Report:
    return load_corpus(folder=folder, now=now)


def texts(folder: Path) -> dict[str, str]:
    return normalise(read_corpus(folder))


def sound() -> Dumped:
    """A dump without problems."""
    dumped = dump_corpus()
    assert [str(one) for one in dumped.problems] == []
    return dumped


def told(dumped: Dumped) -> tuple[list[str], list[str]]:
    return [str(one) for one in dumped.problems], [str(one) for one in dumped.left_out]


def person(name: str, like: str = AUTHOR) -> User:
    user = User.objects.create_user(name)
    user.groups.add(*User.objects.get(username=like).groups.all())
    if like == CHECKER:
        declare_interests(has_interests=False, text="", by=user, now=NOW)
    return user


def rewrite(change: dict[str, object]) -> EvidenceVersion:
    """A next version of the statement, written by one person and published by another."""
    item = EvidenceItem.objects.get()
    draft: Draft = services.draft_of(item.versions.get(state="PUBLISHED"))
    bob = person("bob")
    version = services.save_draft(draft=replace(draft, **change), item=item, by=bob, now=LATER)  # type: ignore[arg-type] # any field
    services.submit(version=version, by=bob, now=LATER)
    return services.publish(version=version, by=person("eve", CHECKER), now=LATER)


def test_the_shipped_corpus_comes_back_byte_for_byte_and_again_from_what_came_back(
    tmp_path: Path,
) -> None:
    with transaction.atomic():
        load(CORPUS)
        first = sound()
        transaction.set_rollback(True)
    assert first.texts == texts(CORPUS)
    assert first.left_out == []
    write_texts(tmp_path, first.texts)
    load(tmp_path)
    assert sound().texts == first.texts


def test_the_command_writes_the_files_from_the_database(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    expected = texts(tmp_path)
    with pytest.raises(CommandError, match="says otherwise"):
        call_command("dump_corpus", path=tmp_path, check=True)
    call_command("dump_corpus", path=tmp_path)
    assert {name: (tmp_path / f"{name}.yaml").read_text() for name in expected} == expected
    call_command("dump_corpus", path=tmp_path, check=True)
    assert {one["unchanged"] for one in load(tmp_path).counts.values() if one} >= {1, 2}


def test_check_shows_where_the_database_says_otherwise(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    call_command("dump_corpus", path=tmp_path)
    therapies.update_agent(agent=Agent.objects.get(), note="Seen.", by=person("bob"), now=LATER)
    shown = StringIO()
    with pytest.raises(CommandError, match=r"than agents\.yaml\."):
        call_command("dump_corpus", path=tmp_path, check=True, stdout=shown)
    assert "+  note: Seen.\n" in shown.getvalue()
    assert "Seen." not in (tmp_path / "agents.yaml").read_text()


def test_files_by_hand_and_their_canonical_form_load_alike(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    call_command("normalise_corpus", path=tmp_path)
    report = load(tmp_path, now=LATER)
    assert not report.changed


OPEN_END = "ci_raw: from 18.70\n      ci_low: 18.70\n      ci_high_state: NOT_REACHED"
OTHER_NAMES = "{name: Alf 1, kind: CODE, source: review}, {name: Q"
RESOLVED = "state: RESOLVED\n  explanation: Half.\n  pathways: [vegf]"
UNMAPPED = "unmapped: {on: 'off', a: b}\n      note: Undated.\n      fields: {phases: [NA], "
CHANGES = [
    ("sources", 'pmid: "1"', 'pmid: "2"\n  review_reference: 102\n  seen_on: "2025"'),
    ("sources", 'pmid: "1"', "review_reference_probable: [103, 104]"),
    ("sources", 'pmid: "1"', "seen: ['https://a.example/', 'https://b.example/']"),
    ("sources", 'pmid: "1"', "identified: false\n  retraction: CORRECTED"),
    ("sources", "kind: REPORTS, to: paper", "kind: CITES, to: paper, reference: a, note: B."),
    ("sources", "  trials: [alpha]\n", ""),
    ("therapy_classes", "parent: tki", "parent: tki, position: 3, definition: Of VEGFR."),
    ("agents", "kind: CODE", "kind: BRAND"),
    ("agents", "{name: ALF-1", OTHER_NAMES),
    ("agents", "name_kind: INN", "name_kind: SYNONYM"),
    ("agents", "section: title", "section: abstract"),
    ("agents", "DB00001, source: paper", "DB00002, source: review"),
    ("targets", "names: [VEGFR2]", "names: [VEGFR2, VEGFR-2]\n  review_names: [flk]"),
    ("targets", "names: [VEGFR2]", 'identifiers: {HGNC: "HGNC:6307"}\n  description: A.'),
    ("agent_targets", "section: title", "page: '3'"),
    ("pathways", "role: receptor", "role: the receptor"),
    ("pathways", "sentence: 2}}]", "sentence: 3}}]"),
    ("conditions", "name: Osteosarcoma", "name: Osteosarcoma, mesh_id: D012516, names: [OS]"),
    ("regimens", "{agent: alphanib}", "{agent: alphanib, dose: 5 mg}"),
    ("trials", "reason: Osteosarcoma only.", "reason: Ours.\n  note: Two."),
    ("trials", "PRIMARY, source: paper", "ALIAS, source: review, note: Seen."),
    ("trials", "role: EXPERIMENTAL", "role: BACKBONE"),
    ("trials", "fields: {", UNMAPPED),
    ("trials", "as_of:", "also_seen: [review]\n      as_of:"),
    ("evidence", "level: B", "level: B\n  rating: 4"),
    ("evidence", "n: abstract}", "n: abstract, seen_on: '2024-02', registry_outcome: o}"),
    ("evidence", "events: 5\n", f"events: 5\n      {OPEN_END}\n"),
    ("evidence", "value: 50\n", "value: 50\n      value_to: 60.0\n"),
    ("benchmarks", "name: Response", "name: Response rate, note: Old."),
    ("discrepancies", "title: Half", f"{RESOLVED}\n  title: Half"),
    ("discrepancies", "says: Half, source: paper", "says: Half, source: paper, record: alpha/page"),
]


@pytest.mark.parametrize(("kind", "old", "new"), CHANGES)
def test_a_changed_file_comes_back_changed(tmp_path: Path, kind: str, old: str, new: str) -> None:
    load(write_corpus(tmp_path))
    load(write_corpus(tmp_path, **changed(kind, old, new)), now=LATER)
    assert sound().texts == texts(tmp_path)


def test_the_reviews_number_of_a_paper_is_a_link_with_the_number(tmp_path: Path) -> None:
    text = FILES["sources"]
    load(write_corpus(tmp_path, sources=text.replace('pmid: "1"', "review_reference: 102")))
    link = SourceLink.objects.get(kind="CITES")
    assert (link.from_source.slug, link.to_source.slug) == ("review", "paper")
    assert (link.reference, link.note) == ("102", "")
    write_corpus(tmp_path, sources=text.replace('pmid: "1"', "review_reference_probable: [3, 4]"))
    load(tmp_path, now=LATER)
    link.refresh_from_db()
    assert (link.reference, link.note[:14]) == ("3 or 4", "Not confirmed:")
    load(write_corpus(tmp_path), now=LATER)
    assert [one.kind for one in SourceLink.objects.all()] == ["REPORTS"]


def test_a_tie_that_a_person_made_stays_when_the_file_says_another(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    paper, review = Source.objects.order_by("slug")
    bob = person("bob")
    services.link_sources(from_source=review, to_source=paper, kind="CITES", by=bob, now=LATER)
    load(
        write_corpus(tmp_path, **changed("sources", "kind: REPORTS", "kind: SAME_TRIAL")), now=LATER
    )
    assert {one.kind for one in SourceLink.objects.all()} == {"CITES", "SAME_TRIAL"}
    assert "{kind: CITES, to: paper}, {kind: SAME_TRIAL, to: paper}" in sound().texts["sources"]


def test_what_curators_changed_is_in_the_dump(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    bob = person("bob")
    therapies.update_agent(agent=Agent.objects.get(), drugbank_id="DB00009", by=bob, now=LATER)
    therapies.update_pathway(pathway=Pathway.objects.get(), names=["VEGF axis"], by=bob, now=LATER)
    paper = Source.objects.get(slug="paper")
    services.update_source(source=paper, retraction="RETRACTED", by=bob, now=LATER)
    curation.set_curator_note(trial=Trial.objects.get(), note="Looked at.", by=bob, now=LATER)
    row = Discrepancy.objects.get()
    services.decide_discrepancy(
        discrepancy=row, state="RESOLVED", explanation="Half.", by=bob, now=LATER
    )
    before, after = texts(tmp_path), sound().texts
    for name, words in {
        "agents": "DB00009",
        "pathways": "names: [VEGF axis]",
        "sources": "retraction: RETRACTED",
        "trials": "note: Looked at.",
        "discrepancies": "state: RESOLVED",
    }.items():
        assert words in after[name]
        assert words not in before[name]
    write_texts(tmp_path, after)
    assert load(tmp_path, now=LATER).changed
    assert sound().texts == after


def test_the_version_a_person_published_is_the_one_in_the_dump(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    item = EvidenceItem.objects.get()
    draft = services.draft_of(item.versions.get())
    measurement = replace(draft.measurements[0], value=Decimal("50.25"), value_raw="50.25%")
    rewrite({"statement": "A person's words.", "measurements": (measurement,)})
    text = sound().texts["evidence"]
    assert "statement: A person's words." in text
    assert "value: 50.25\n" in text
    assert "key: orr" in text


def test_a_citation_edited_by_hand_is_a_problem_until_the_file_says_it_too(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    words = {"source_text": "A trial of alphanib (page 7)", "source_url": "", "source_seen_on": ""}
    therapies.update_agent(agent=Agent.objects.get(), by=person("bob"), now=LATER, **words)  # type: ignore[arg-type] # TypedDict
    problems, _left_out = told(dump_corpus())
    assert problems == [
        "agents alphanib: the source of it was changed by hand to “A trial of alphanib (page 7)”: "
        "say it in the file in the file's own way, and load that."
    ]
    before = (tmp_path / "agents.yaml").read_text()
    with pytest.raises(CommandError, match="1 problems; nothing was written"):
        call_command("dump_corpus", path=tmp_path)
    assert (tmp_path / "agents.yaml").read_text() == before
    call_command("dump_corpus", path=tmp_path / "other", incomplete=True)
    assert "cited" not in (tmp_path / "other" / "agents.yaml").read_text()
    load(write_corpus(tmp_path, **changed("agents", "section: title", "page: '7'")), now=LATER)
    assert "page: '7'" not in sound().texts["agents"]
    assert 'cited: [{source: paper, page: "7"}]' in sound().texts["agents"]


@pytest.mark.parametrize("kind", ["agent_targets", "pathways", "targets", "trials"])
def test_every_citation_in_words_is_watched(tmp_path: Path, kind: str) -> None:
    load(write_corpus(tmp_path))
    rows = {
        "agent_targets": Agent.objects.get().agent_targets.get(),
        "pathways": Pathway.objects.get().members.get(),
        "targets": Target.objects.get().names.get(normalised="vegfr2"),
        "trials": Trial.objects.get().identifiers.get(),
    }
    row = rows[kind]
    row.source_text = "Somewhere else"
    row.save()
    problems, _left_out = told(dump_corpus())
    assert [one.split(" ")[0] for one in problems] == [kind]


def test_what_others_added_is_left_out_and_said(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    expected = texts(tmp_path)
    bob = person("bob")
    agent = Agent.objects.get()
    therapies.add_agent_name(agent=agent, name="Bobanib", kind="SYNONYM", by=bob, now=LATER)
    therapies.add_target_name(target=Target.objects.get(), name="Bob", by=bob, now=LATER)
    therapies.create_agent(name="otherstat", kind="OTHER", by=bob, now=LATER)
    services.create_source(kind="NEWS", title="News", by=bob, now=LATER)
    dumped = sound()
    assert dumped.texts == expected
    assert told(dumped)[1] == [
        "agents alphanib: the name “Bobanib” is not the corpus'.",
        "targets kdr: the name “Bob” is not the corpus'.",
    ]


def test_a_statement_that_names_what_the_corpus_lacks_is_a_problem(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    other = therapies.create_agent(name="otherstat", kind="OTHER", by=person("ann"), now=LATER)
    rewrite({"agents": (other.pk,)})
    assert (
        "evidence alpha: names “otherstat”, which is no entry of agents.yaml."
        in (told(dump_corpus())[0])
    )


def test_what_the_files_have_no_place_for_is_a_problem(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    rewrite({"populations": (replace(draft_now().populations[0], trial=None),)})
    assert told(dump_corpus())[0] == [
        "evidence alpha: the trial of populations all cannot be said in the files."
    ]


def draft_now() -> Draft:
    return services.draft_of(EvidenceVersion.objects.get(state="PUBLISHED"))


def test_a_retracted_statement_is_left_out_and_what_stands_on_it_is_a_problem(
    tmp_path: Path,
) -> None:
    load(write_corpus(tmp_path))
    services.retract(
        version=EvidenceVersion.objects.get(), by=person("eve", CHECKER), now=LATER, reason="Wrong."
    )
    problems, left_out = told(dump_corpus())
    assert left_out == [
        "evidence alpha: has no published version: retracted, or not published yet."
    ]
    assert [one.split(":")[0] for one in problems] == ["benchmarks orr", "discrepancies alpha"]


def test_an_excluded_trial_is_a_problem(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    curation.decide_inclusion(
        trial=Trial.objects.get(), inclusion="EXCLUDED", reason="No sarcoma.", by=None, now=LATER
    )
    problems, _left_out = told(dump_corpus())
    assert len(problems) == 1
    assert "excluded (No sarcoma.)" in problems[0]


def test_what_a_registry_brought_first_keeps_the_corpus_own_word(tmp_path: Path) -> None:
    number = registration.GivenIdentifier(
        registry="NCT", raw="NCT01234567", kind="SECONDARY", source_text="ClinicalTrials.gov"
    )
    registration.register_trial(
        identifiers=[number], inclusion_reason="By rule: title", by=None, now=NOW
    )
    load(write_corpus(tmp_path))
    TrialCondition.objects.all().delete()
    expected = texts(tmp_path)
    expected["trials"] = expected["trials"].replace(
        "  conditions: [{name: Osteosarcoma, condition: osteosarcoma}]\n", ""
    )
    assert sound().texts == expected


def test_an_entry_taken_out_of_the_files_is_not_dumped_and_comes_back_with_them(
    tmp_path: Path,
) -> None:
    load(write_corpus(tmp_path))
    expected = sound().texts
    load(write_corpus(tmp_path, benchmarks="[]\n"), now=LATER)
    assert sound().texts == texts(tmp_path)
    assert sound().texts["benchmarks"].endswith("\n[]\n")
    load(write_corpus(tmp_path), now=LATER)
    assert sound().texts == expected


def test_order_and_comments_follow_the_files_without_a_new_version(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    first, second = FILES["therapy_classes"].splitlines()
    text = f"# A header.\n\n# --- Both ---\n\n{second}\n{first}\n"
    report = load(write_corpus(tmp_path, therapy_classes=text), now=LATER)
    assert not report.changed
    assert sound().texts == texts(tmp_path)
    assert "# --- Both ---\n\n- {key: vegfr" in sound().texts["therapy_classes"]


def as_loaded_before(*, same_hash: bool) -> None:
    """What a database looks like that was loaded before keys, places and remainders were kept."""
    CorpusEntry.objects.update(position=0, remainder={})
    if not same_hash:
        CorpusEntry.objects.update(content_hash="of another kind")
    for part in ("locators", "populations", "measurements"):
        for row in getattr(EvidenceVersion.objects.get(), part).all():
            row.key = f"{part[:-1]}-{row.position + 1}"
            row.save()


@pytest.mark.parametrize("same_hash", [True, False])
def test_an_older_database_is_completed_by_one_more_load(
    tmp_path: Path, *, same_hash: bool
) -> None:
    load(write_corpus(tmp_path))
    as_loaded_before(same_hash=same_hash)
    with pytest.raises(NothingToDump):
        dump_corpus()
    load(tmp_path, now=LATER)
    assert EvidenceVersion.objects.count() == 1
    assert Measurement.objects.get().key == "orr"
    assert sound().texts == texts(tmp_path)


def test_the_parts_of_a_persons_version_keep_their_names(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    version = rewrite({"statement": "A person's words."})
    CorpusEntry.objects.update(position=0, remainder={})
    version.measurements.update(key="measurement-1")
    load(tmp_path, now=LATER)
    assert version.measurements.get().key == "measurement-1"


def test_a_row_that_was_there_before_is_dumped_as_it_is(tmp_path: Path) -> None:
    therapies.create_agent(name="Alphanib", kind="OTHER", by=None, now=NOW)
    load(write_corpus(tmp_path))
    text = sound().texts["agents"]
    assert "name: Alphanib\n  name_kind: SYNONYM\n  kind: OTHER\n  names:" in text
    assert "cited: [{source: paper, section: title}]" in text


def test_a_database_without_corpus_has_nothing_to_dump(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No corpus is loaded"):
        call_command("dump_corpus", path=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_on_a_number_that_was_changed_since_is_said(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    rewrite({"measurements": (replace(draft_now().measurements[0], events=4),)})
    left_out = told(sound())[1]
    assert [one.split(" of OST")[0] for one in left_out] == [
        "benchmarks orr: stands on alpha/orr",
        "discrepancies alpha: stands on alpha/orr",
    ]


def test_the_reviews_number_is_kept_beside_another_tie(tmp_path: Path) -> None:
    text = FILES["sources"].replace("kind: REPORTS", "kind: ABSTRACT_OF")
    load(write_corpus(tmp_path, sources=text.replace('pmid: "1"', "review_reference: 102")))
    assert "review_reference: 102" in sound().texts["sources"]
    assert sound().texts == texts(tmp_path)


def test_a_citation_edited_by_hand_stays_a_problem_when_something_else_is_loaded(
    tmp_path: Path,
) -> None:
    load(write_corpus(tmp_path))
    words = {"source_text": "Page 7", "source_url": "", "source_seen_on": ""}
    therapies.update_agent(agent=Agent.objects.get(), by=person("bob"), now=LATER, **words)  # type: ignore[arg-type] # TypedDict
    load(write_corpus(tmp_path, **changed("agents", "{name: ALF-1", OTHER_NAMES)), now=LATER)
    assert [one.split(":")[0] for one in told(dump_corpus())[0]] == ["agents alphanib"]


def test_what_people_said_of_a_trial_beside_the_corpus_is_named(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    trial, bob = Trial.objects.get(), person("bob")
    other = therapies.create_agent(name="otherstat", kind="OTHER", by=bob, now=LATER)
    curation.set_trial_agent(trial=trial, agent=other, role="BACKBONE", by=bob, now=LATER)
    override_field(trial=trial, field="acronym", value="ALF", reason="Seen.", by=bob, now=LATER)
    TrialCondition.objects.create(trial=trial, name="Bone", position=1, by_hand=True)
    assert told(sound())[1] == [
        "trials alpha: the acronym that a person has set is not the corpus'.",
        "trials alpha: the disease “Bone” is not the corpus'.",
        "trials alpha: “otherstat”, which a person says it gives, is not the corpus'.",
    ]
