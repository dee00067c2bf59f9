"""No sequence of moves breaks a promise: random people make random moves on real PostgreSQL.

After each step, done or refused, the whole store is read and compared with what the promises say:
one published version and one open draft per statement, a reviewer who neither wrote nor submitted
what they judged, nothing that was on record gone, nothing published that changed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from evidence import services
from evidence.draft_json import draft_from_json
from evidence.drafts import Draft
from evidence.models import DraftRevision, EvidenceVersion
from osteodb.core.errors import OsteoDBError
from osteodb.core.models import AuditEvent, User
from osteodb.core.services import declare_interests
from tests.evidence.stating import NOW, Desk, share

PEOPLE = {
    "anna": ["curator"],
    "ben": ["curator", "reviewer"],
    "cora": ["reviewer"],
    "dan": ["administrator"],
    "eve": ["reader"],
    "robot": ["drafter"],
}
ONCE_PUBLIC = ("PUBLISHED", "SUPERSEDED", "RETRACTED")
STEPS_OF_ONE_GO = 16
GOES = 12
someone = st.sampled_from(sorted(PEOPLE))
which = st.integers(0, 5)
words = st.sampled_from(["", " ", "Because.", "Otherwise: <b>“é”</b>"])
done: Counter[str] = Counter()  # over all goes: a run in which nothing was done would prove nothing


@dataclass
class Memory:
    """What was on record at any time, and what the moves that were made should have left."""

    versions: set[int] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    revisions: dict[int, Any] = field(default_factory=dict)
    public: dict[int, Any] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)


class Moves(RuleBasedStateMachine):
    """Six people, some days, as many statements as they start; each go begins anew."""

    def __init__(self) -> None:
        super().__init__()
        self.go = transaction.atomic()
        self.go.__enter__()
        self.now, self.memory = NOW, Memory()
        self.draft: Draft = Desk().draft(share())
        self.people: dict[str, User] = {}
        for name, roles in PEOPLE.items():
            self.people[name] = User.objects.create(username=name)
            groups = [Group.objects.get_or_create(name=role)[0] for role in roles]
            self.people[name].groups.set(groups)
        declare_interests(has_interests=False, text="", by=self.people["cora"], now=NOW)
        self.former = set(AuditEvent.objects.values_list("pk", flat=True))

    def teardown(self) -> None:
        """Forget this go."""
        transaction.set_rollback(True)
        self.go.__exit__(None, None, None)

    # --- what people do -----------------------------------------------------------------------
    @rule(who=someone, said=words)
    def start(self, who: str, said: str) -> None:
        self.attempt("save_draft", draft=self.draft_saying(said), by=self.people[who])

    @rule(who=someone, at=which, said=words, looks_first=st.booleans())
    def write(self, who: str, at: int, said: str, looks_first: bool) -> None:
        version = self.version(at)
        if version:
            seen = version.updated_at if looks_first else None
            draft = self.draft_saying(said)
            by = self.people[who]
            self.attempt("save_draft", draft=draft, item=version.item, seen=seen, by=by)

    @rule(who=someone, at=which)
    def submit(self, who: str, at: int) -> None:
        self.step("submit", who, at)

    @rule(who=someone, at=which, why=words)
    def withdraw(self, who: str, at: int, why: str) -> None:
        self.step("withdraw", who, at, reason=why)

    @rule(who=someone, at=which, why=words)
    def return_to_author(self, who: str, at: int, why: str) -> None:
        self.step("return_to_author", who, at, comment=why)

    @rule(who=someone, at=which)
    def publish(self, who: str, at: int) -> None:
        self.step("publish", who, at)

    @rule(who=someone, at=which, why=words)
    def retract(self, who: str, at: int, why: str) -> None:
        self.step("retract", who, at, reason=why)

    @rule(at=which, author=st.sampled_from(["anna", "ben"]), judge=st.sampled_from(["cora", "dan"]))
    def bring_out(self, at: int, author: str, judge: str) -> None:
        """The usual way, so that long stories are told as well."""
        version = self.version(at)
        item, by = version.item if version else None, self.people[author]
        self.attempt("save_draft", draft=self.draft_saying(author), item=item, by=by)
        for move, who in (("submit", author), ("publish", judge)):
            self.step(move, who, None)

    @rule(who=someone)
    def declare(self, who: str) -> None:
        declare_interests(has_interests=False, text="", by=self.people[who], now=self.now)

    @rule(days=st.sampled_from([1, 30, 366]))
    def time_passes(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    # --- what holds after every step ----------------------------------------------------------
    @invariant()
    def one_published_version_and_one_open_draft(self) -> None:
        public, opened = Counter[int](), Counter[int]()
        for item, state in EvidenceVersion.objects.values_list("item", "state"):
            public[item] += state == "PUBLISHED"
            opened[item] += state in ("DRAFT", "IN_REVIEW")
        assert max(public.values(), default=0) <= 1
        assert max(opened.values(), default=0) <= 1

    @invariant()
    def the_reviewer_neither_wrote_nor_submitted_it(self) -> None:
        for version in EvidenceVersion.objects.all():
            assert (version.reviewer_id is not None) == (version.state in ONCE_PUBLIC)
            if version.reviewer_id:
                assert version.reviewer_id not in (version.author_id, version.submitted_by_id)

    @invariant()
    def nothing_on_record_is_gone(self) -> None:
        memory = self.memory
        versions = set(EvidenceVersion.objects.values_list("pk", flat=True))
        events = set(AuditEvent.objects.values_list("pk", flat=True)) - self.former
        revisions = dict(DraftRevision.objects.values_list("pk", "content"))
        assert memory.versions <= versions
        assert memory.events <= events
        assert memory.revisions.items() <= revisions.items()
        memory.versions, memory.events, memory.revisions = versions, events, revisions

    @invariant()
    def what_was_published_never_changes_and_the_newest_saving_is_what_is_said(self) -> None:
        public = {}
        for version in EvidenceVersion.objects.prefetch_related("revisions"):
            says = services.draft_of(version)
            assert draft_from_json(list(version.revisions.all())[-1].content) == says
            if version.state in ONCE_PUBLIC:
                public[version.pk] = (says, version.published_at, version.reviewer_id)
        for pk, content in self.memory.public.items():
            assert public[pk] == content
        self.memory.public = public

    @invariant()
    def every_move_has_its_row_in_the_audit_log(self) -> None:
        rows = AuditEvent.objects.exclude(pk__in=self.former)
        moves = rows.filter(object_kind="evidence.evidenceitem").exclude(action="supersede")
        assert Counter(moves.values_list("action", flat=True)) == self.memory.made
        replaced = EvidenceVersion.objects.filter(state="SUPERSEDED").count()
        assert rows.filter(action="supersede").count() == replaced

    @invariant()
    def what_was_superseded_has_a_successor(self) -> None:
        for version in EvidenceVersion.objects.filter(state="SUPERSEDED"):
            later = version.item.versions.filter(number__gt=version.number, state__in=ONCE_PUBLIC)
            assert later.filter(published_at=version.superseded_at).exists()

    # --- helpers ------------------------------------------------------------------------------
    def draft_saying(self, said: str) -> Draft:
        return replace(self.draft, note=said.strip())

    def version(self, at: int | None) -> EvidenceVersion | None:
        """One of the versions on record, counted from the newest (None: the newest)."""
        versions = list(EvidenceVersion.objects.order_by("-pk"))
        return versions[(at or 0) % len(versions)] if versions else None

    def step(self, move: str, who: str, at: int | None, **given: Any) -> None:
        version = self.version(at)
        if version:
            self.attempt(move, version=version, by=self.people[who], **given)

    def attempt(self, move: str, **given: Any) -> None:
        """Make a move; one that is refused leaves everything as it was."""
        before = self.stored()
        service: Callable[..., EvidenceVersion] = getattr(services, move)
        try:
            with transaction.atomic():
                service(**given, now=self.now)
        except OsteoDBError:
            done["refused"] += 1
            assert self.stored() == before
        else:
            done[move] += 1
            self.memory.made[move] += 1

    def stored(self) -> list[Any]:
        tables = (EvidenceVersion, DraftRevision, AuditEvent)
        return [list(one.objects.order_by("pk").values()) for one in tables]


@pytest.mark.usefixtures("desk")
def test_no_sequence_of_moves_breaks_a_promise() -> None:
    done.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Moves,
        settings=settings(
            max_examples=GOES,
            stateful_step_count=STEPS_OF_ONE_GO,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    moves = ("save_draft", "submit", "publish", "return_to_author", "withdraw", "retract")
    assert all(done[name] for name in (*moves[:3], "refused")), dict(done)
