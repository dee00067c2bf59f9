"""What the loader does with files that are right, wrong, changed, or overtaken by a person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from evidence import services
from evidence.corpus.loading import AUTHOR, CHECKER, Report, load_corpus
from evidence.corpus.session import CorpusRefused
from evidence.models import (
    Benchmark,
    CorpusEntry,
    Discrepancy,
    EvidenceItem,
    EvidenceVersion,
    Measurement,
    Source,
)
from osteodb.core.models import User
from osteodb.core.services import declare_interests, ensure_system_account
from tests.evidence.conftest import NOW
from tests.evidence.small_corpus import FILES, changed, write_corpus
from therapies import services as therapies
from therapies.models import Agent, AgentName
from trials.models import (
    RecordApplication,
    RecordOrigin,
    RegistryRecord,
    Trial,
    TrialChange,
    TrialIdentifier,
)
from trials.services import registration
from trials.services.recompute import recompute_trials

LATER = NOW + dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def load(folder: Path, *, now: dt.datetime = NOW, check_only: bool = False) -> Report:
    return load_corpus(folder=folder, now=now, check_only=check_only)


def everything() -> dict[str, tuple[int, str]]:
    """Each table: how many rows, and a hash of them with the transaction that wrote each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY relname"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(
                "SELECT count(*), md5(coalesce(string_agg(xmin::text || t::text, '|' "  # noqa: S608
                f"ORDER BY ctid), '')) FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found


def somebody() -> User:
    user = User.objects.create_user("bob", first_name="Bob")
    user.groups.add(*User.objects.get(username=AUTHOR).groups.all())
    return user


def test_every_kind_of_entry_becomes_a_row(tmp_path: Path) -> None:
    report = load(write_corpus(tmp_path))
    assert {kind: dict(count) for kind, count in report.counts.items() if count} == {
        kind: {"created": text.count("\n- ") + text.startswith("- ")}
        for kind, text in FILES.items()
    }
    trial = Trial.objects.get()
    assert trial.brief_title == "Alphanib in osteosarcoma"
    assert trial.status == "recruiting"
    assert trial.minimum_age_years == 12
    assert [str(agent) for agent in Source.objects.get(slug="paper").trials.all()] == [str(trial)]


def test_loading_twice_changes_no_row_no_history_and_no_transaction_number(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    before = everything()
    report = load(tmp_path, now=LATER)
    assert everything() == before
    assert not report.changed


def test_check_says_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    before = everything()
    report = load(write_corpus(tmp_path), check_only=True)
    assert report.counts["trials"]["created"] == 1
    assert everything() == before


def test_evidence_is_published_by_another_account_than_its_author(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    version = EvidenceVersion.objects.get()
    assert version.state == "PUBLISHED"
    assert version.author.username == AUTHOR
    assert version.reviewer and version.reviewer.username == CHECKER
    for account in (version.author, version.reviewer):
        assert not account.has_usable_password()
        assert not account.is_staff


def test_every_problem_of_every_file_is_listed_with_its_line(tmp_path: Path) -> None:
    write_corpus(
        tmp_path,
        sources=FILES["sources"].replace("kind: REVIEW", "kind: LEAFLET"),
        agents=FILES["agents"].replace("DB00001", "DB1").replace("[vegfr]", "[vegfx]"),
        trials=FILES["trials"]
        .replace("NCT01234567, kind", "NCT0, kind")
        .replace("page\n", "page\n      colour: red\n"),
        evidence=FILES["evidence"]
        .replace("value: 50\n", "value: 150\n")
        .replace("events: 5", "events: 11"),
        regimens="- {key: alphanib, name: Alphanib, kind: SINGLE, agents: [}\n",
    )
    before = everything()
    with pytest.raises(CorpusRefused) as refusal:
        load(tmp_path)
    problems = [str(problem) for problem in refusal.value.problems]
    expected = {
        "sources.yaml:9": "none of ARTICLE",
        "agents.yaml:5": "there is no “vegfx” among the therapy classes",
        "regimens.yaml:1": "is no YAML",
        "trials.yaml:8": "there is no value called “colour” here",
        "evidence.yaml:8": "there is no “alphanib” among the regimens",
    }
    for place, words in expected.items():
        assert any(place in one and words in one for one in problems), (place, problems)
    assert everything() == before


def test_rules_of_the_form_are_told_at_the_line_of_the_value(tmp_path: Path) -> None:
    text = (
        FILES["evidence"].replace("value: 50\n", "value: 150\n").replace("events: 5", "events: 11")
    )
    write_corpus(tmp_path, evidence=text, trials=FILES["trials"].replace("NCT01234567", "NCT0"))
    with pytest.raises(CorpusRefused) as refusal:
        load(tmp_path)
    problems = [str(problem) for problem in refusal.value.problems]
    assert problems == [
        "trials.yaml:3: alpha: “NCT0” is no number of NCT.",
        "trials.yaml:8: alpha: “NCT0” is no number of NCT.",
        "evidence.yaml:16: alpha: A percentage lies between 0 and 100.",
        "evidence.yaml:16: alpha: The number is not the one that is given as printed.",
        "evidence.yaml:18: alpha: Events are counted out of n, and are never more than n.",
    ]


def test_what_only_the_database_refuses_is_listed_too_and_nothing_stays(tmp_path: Path) -> None:
    sources = FILES["sources"] + '- {key: twin, kind: ARTICLE, title: Twin, pmid: "1"}\n'
    agents = FILES["agents"] + (
        "- {key: other, name: ALF 1, name_kind: CODE, kind: OTHER, cited: [{source: paper}]}\n"
    )
    write_corpus(tmp_path, sources=sources, agents=agents)
    before = everything()
    with pytest.raises(CorpusRefused) as refusal:
        load(tmp_path)
    assert [str(problem) for problem in refusal.value.problems] == [
        "sources.yaml:12: twin: is the same source as “paper”.",
        "agents.yaml:9: other: is the same agent as “alphanib”.",
    ]
    assert everything() == before


def test_a_review_alone_never_stands_above_level_e(tmp_path: Path) -> None:
    write_corpus(tmp_path, **changed("evidence", "source: paper", "source: review"))
    with pytest.raises(CorpusRefused, match="1 problem"):
        load(tmp_path)


@pytest.mark.parametrize(
    "words", ["write to able@example.org", "call +86 21 1234 5678", "Tel. 021 123456"]
)
def test_persons_contact_details_are_refused_wherever_they_stand(
    tmp_path: Path, words: str
) -> None:
    write_corpus(tmp_path, **changed("evidence", "Half of ten responded.", words))
    with pytest.raises(CorpusRefused) as refusal:
        load(tmp_path)
    assert "leave it out" in str(refusal.value.problems[0])


def test_a_changed_statement_becomes_a_new_version_and_its_followers_move(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    write_corpus(tmp_path, **changed("evidence", "Half of ten", "Five of ten"))
    report = load(tmp_path, now=LATER)
    assert report.counts["evidence"] == {"updated": 1}
    item = EvidenceItem.objects.get()
    assert list(item.versions.order_by("number").values_list("state", flat=True)) == [
        "SUPERSEDED",
        "PUBLISHED",
    ]
    current = Measurement.objects.get(version__state="PUBLISHED")
    assert Benchmark.objects.get().measurement == current
    assert Discrepancy.objects.get().sides.order_by("position")[0].measurement == current


def test_a_changed_agent_is_brought_up_to_date(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    write_corpus(tmp_path, **changed("agents", "DB00001", "DB00002"))
    report = load(tmp_path, now=LATER)
    assert report.counts["agents"] == {"updated": 1}
    assert Agent.objects.get().drugbank_id == "DB00002"


def test_what_a_curator_changed_stays_and_only_names_are_added(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    therapies.update_agent(agent=Agent.objects.get(), note="Checked.", by=somebody(), now=NOW)
    text = FILES["agents"].replace("DB00001", "DB00002").replace("ALF-1", "ALF-2")
    report = load(write_corpus(tmp_path, agents=text), now=LATER)
    agent = Agent.objects.get()
    assert report.counts["agents"] == {"kept": 1}
    assert (agent.drugbank_id, agent.note) == ("DB00001", "Checked.")
    assert AgentName.objects.filter(agent=agent, name="ALF-2").exists()


def test_an_agent_that_was_there_before_keeps_what_it_says(tmp_path: Path) -> None:
    therapies.create_agent(name="Alphanib", kind="OTHER", by=None, now=NOW)
    report = load(write_corpus(tmp_path))
    agent = Agent.objects.get()
    assert report.counts["agents"] == {"kept": 1}
    assert (agent.name, agent.kind, agent.drugbank_id) == ("Alphanib", "OTHER", "")
    assert AgentName.objects.filter(agent=agent, name="ALF-1").exists()


def test_a_trial_that_a_registry_brought_keeps_the_registrys_word(tmp_path: Path) -> None:
    trial = registration.register_trial(
        identifiers=[
            registration.GivenIdentifier(registry="NCT", raw="NCT01234567", kind="PRIMARY")
        ],
        inclusion_reason="By rule: the title names osteosarcoma",
        by=None,
        now=NOW,
    )
    study = {
        "identificationModule": {"nctId": "NCT01234567", "briefTitle": "As registered"},
        "statusModule": {"overallStatus": "COMPLETED"},
    }
    record = RegistryRecord.objects.create(
        registry="NCT",
        registry_id="NCT01234567",
        origin=RecordOrigin.REGISTRY,
        payload={"protocolSection": study},
        content_hash="0",
        fetched_at=NOW,
    )
    RecordApplication.objects.create(
        record=record, trial=trial, parser_version="1", applied_at=NOW, outcome="changed"
    )
    recompute_trials(trials=[trial.pk], by=None, now=NOW)
    report = load(write_corpus(tmp_path))
    trial.refresh_from_db()
    assert report.counts["trials"] == {"kept": 1}
    assert (trial.status, trial.brief_title) == ("completed", "As registered")
    assert trial.inclusion_reason == "Osteosarcoma only."
    assert TrialIdentifier.objects.count() == 1
    assert trial.trial_conditions.count() == 0


def test_a_later_page_changes_a_field_on_record(tmp_path: Path) -> None:
    page = """    - key: later
      of: {registry: NCT, value: NCT01234567}
      source: review
      as_of: "2022"
      fields: {status: completed}
"""
    load(write_corpus(tmp_path))
    load(write_corpus(tmp_path, trials=FILES["trials"] + page), now=LATER)
    change = TrialChange.objects.get(field="status")
    assert (change.old, change.new, change.effective_date) == ("recruiting", "completed", "2022")
    assert Trial.objects.get().status == "completed"


def test_statements_of_a_person_are_never_replaced(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    bob = somebody()
    item = EvidenceItem.objects.get()
    draft = services.draft_of(item.versions.get())
    version = services.save_draft(draft=draft, item=item, by=bob, now=LATER)
    write_corpus(tmp_path, **changed("evidence", "Half of ten", "Five of ten"))
    report = load(tmp_path, now=LATER)
    assert report.counts["evidence"] == {"kept": 1}
    version.refresh_from_db()
    assert version.state == "DRAFT"


def test_the_command_lists_problems_and_ends_badly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(tmp_path, **changed("agents", "kind: SMALL_MOLECULE", "kind: POTION"))
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_corpus", path=tmp_path)
    assert "agents.yaml:4: alphanib: “POTION” is none of" in capsys.readouterr().err
    assert not CorpusEntry.objects.exists()


def test_the_command_says_how_much_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(tmp_path)
    call_command("load_corpus", path=tmp_path)
    assert "therapy classes  2" in capsys.readouterr().out
    call_command("load_corpus", path=tmp_path)
    assert "Nothing had changed." in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("load_corpus", path=tmp_path / "nowhere")


def test_a_system_account_is_made_once(tmp_path: Path) -> None:
    first = ensure_system_account(username="loader", role="curator", by=None, now=NOW)
    again = ensure_system_account(username="loader", role="curator", by=None, now=LATER)
    assert first == again


def test_a_tie_said_twice_or_to_itself_is_a_problem_of_its_line(tmp_path: Path) -> None:
    twice = "links: [{kind: CITES, to: review}, {kind: REPORTS, to: paper}, "
    write_corpus(tmp_path, **changed("sources", "links: [", twice))
    with pytest.raises(CorpusRefused) as refusal:
        load(tmp_path)
    messages = {problem.message for problem in refusal.value.problems}
    assert messages == {
        "review: a source has no tie to itself.",
        "review: the same tie stands twice.",
    }


def test_what_stands_on_a_retracted_statement_is_left_out_and_counted(tmp_path: Path) -> None:
    load(write_corpus(tmp_path))
    eve = User.objects.create_user("eve")
    eve.groups.add(*User.objects.get(username=CHECKER).groups.all())
    declare_interests(has_interests=False, text="", by=eve, now=NOW)
    services.retract(version=EvidenceVersion.objects.get(), by=eve, now=LATER, reason="Wrong.")
    report = load(
        write_corpus(tmp_path, **changed("benchmarks", "name: Response", "name: Responders")),
        now=LATER,
    )
    assert report.counts["benchmarks"] == {"left out": 1}
    assert Benchmark.objects.get().name == "Response"
    assert not report.changed
