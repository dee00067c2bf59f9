"""What the loader, the dump and the sync do with rows that a person has merged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from evidence import services as evidence_services
from evidence.corpus.dumping.dump import dump_corpus
from evidence.corpus.loading import AUTHOR, load_corpus
from evidence.models import CorpusEntry, Locator, Source
from osteodb.core.models import User
from tests.evidence.conftest import NOW
from tests.evidence.small_corpus import FILES, write_corpus
from therapies import services
from therapies.models import Agent, AgentTarget, Target
from trials.models import TrialAgent
from trials.services.matching import Known

LATER = NOW + dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """The small corpus, loaded; its agent, target and paper merged into rows of a person's."""
    folder = write_corpus(tmp_path)
    load_corpus(folder=folder, now=NOW)
    bob = User.objects.create_user("bob", first_name="Bob")
    bob.groups.add(*User.objects.get(username=AUTHOR).groups.all())
    who: Any = {"by": bob, "now": LATER}
    agent = services.create_agent(name="omeganib", kind="SMALL_MOLECULE", **who)
    target = services.create_target(symbol="OME1", name="omega", kind="RECEPTOR", **who)
    source = evidence_services.create_source(kind="ARTICLE", title="The same trial", **who)
    why: Any = {"reason": "One thing.", **who}
    services.merge_agents(absorbed=Agent.objects.get(slug="alphanib"), into=agent, **why)
    services.merge_targets(absorbed=Target.objects.get(slug="kdr"), into=target, **why)
    evidence_services.merge_sources(absorbed=Source.objects.get(slug="paper"), into=source, **why)
    return folder


def rewrite(folder: Path, kind: str, old: str, new: str) -> None:
    """Change one file of the corpus."""
    [path] = folder.glob(f"{kind}.yaml")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_merged_row_is_neither_resurrected_nor_overwritten(merged: Path) -> None:
    rewrite(merged, "agents", "DB00001", "DB00002")
    rewrite(merged, "sources", "A trial of alphanib", "Another title")
    report = load_corpus(folder=merged, now=LATER)
    assert dict(report.counts["agents"]) == {"kept": 1}
    assert report.counts["sources"]["kept"] == 1
    absorbed = Agent.objects.get(slug="alphanib")
    assert (absorbed.drugbank_id, absorbed.names.count()) == ("DB00001", 0)
    assert absorbed.merged_into == Agent.objects.get(slug="omeganib")
    assert Source.objects.get(slug="paper").title == "A trial of alphanib"
    assert CorpusEntry.objects.get(kind="agents").object_id == absorbed.pk


def test_other_entries_that_name_a_merged_row_use_the_kept_one(merged: Path) -> None:
    rewrite(merged, "agents", "ALF-1", "ALF-2")
    rewrite(merged, "regimens", "name: Alphanib", "name: Alphanib alone")
    rewrite(merged, "pathways", "name: VEGF\n", "name: VEGF signal\n")
    load_corpus(folder=merged, now=LATER)
    kept = Agent.objects.get(slug="omeganib")
    assert services.find_agent("ALF-2") == services.find_agent("ALF-1") == kept
    assert list(kept.regimens.values_list("name", flat=True)) == ["Alphanib alone"]
    assert not Agent.objects.get(slug="alphanib").regimens.exists()
    assert set(AgentTarget.objects.values_list("agent__slug", "target__slug")) == {
        ("omeganib", "ome1")
    }
    assert not Target.objects.get(slug="kdr").memberships.exists()
    assert not Locator.objects.filter(source__slug="paper").exists()


def test_loading_unchanged_files_after_a_merge_changes_nothing(merged: Path) -> None:
    before = list(Agent.objects.values()), list(AgentTarget.objects.values())
    report = load_corpus(folder=merged, now=LATER)
    assert {name for count in report.counts.values() for name in count} == {"unchanged"}
    assert (list(Agent.objects.values()), list(AgentTarget.objects.values())) == before


def test_a_dump_leaves_out_what_speaks_no_more_and_says_so(merged: Path) -> None:
    dumped = dump_corpus()
    left_out = {(one.kind, one.key) for one in dumped.left_out}
    assert {("agents", "alphanib"), ("targets", "kdr"), ("sources", "paper")} <= left_out
    assert "key: alphanib" not in dumped.texts["agents"]


def test_the_sync_matches_an_old_name_to_the_kept_agent(merged: Path) -> None:
    kept = Agent.objects.get(slug="omeganib")
    assert {Known().agents[name] for name in ("alphanib", "alf1", "omeganib")} == {kept.pk}
    assert set(TrialAgent.objects.in_force().values_list("agent__slug", flat=True)) == {"omeganib"}
    assert set(FILES)  # the trial of the small corpus gives the agent by its entry
