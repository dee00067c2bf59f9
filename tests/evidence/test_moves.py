"""Every move x place x role x relation to the version: allowed, or refused with its error.

The table below is written out by hand from the workflow the curators agreed on; it is not computed
from `osteodb.core.review`, so that a slip there is seen here.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from pytest_django import DjangoDbBlocker

from evidence import services
from evidence.corpus.loading import Report
from evidence.drafts import Draft
from evidence.models import DraftRevision, EvidenceItem, EvidenceVersion, Locator, Measurement
from osteodb.core.errors import InvalidInput, NotPermitted, OsteoDBError
from osteodb.core.models import AuditEvent, User
from osteodb.core.services import declare_interests
from tests.evidence.stating import LATER, NOW, Desk, share

pytestmark = pytest.mark.django_db
ROLES = (
    "reader", "curator", "reviewer", "administrator", "drafter", "finder", "nobody", "inactive",
)  # fmt: skip
PLACES = ("DRAFT", "RETURNED", "WITHDRAWN", "IN_REVIEW", "PUBLISHED", "SUPERSEDED", "RETRACTED")
RELATIONS = ("author", "submitter", "other")
# yes     done, whoever it is
# second  done by a second person; its author and its submitter are not permitted
# own     done by its author; nobody else is permitted
# no      NotPermitted
# place   MoveNotAllowed: the version does not stand where this step begins
TABLE = """
move              place       reader  curator  reviewer  administrator  drafter  finder  nobody  inactive
save_draft        DRAFT       no      yes      no        yes            place    no      no      no
save_draft        RETURNED    no      yes      no        yes            place    no      no      no
save_draft        WITHDRAWN   no      yes      no        yes            yes      no      no      no
save_draft        IN_REVIEW   no      place    no        place          place    no      no      no
save_draft        PUBLISHED   no      yes      no        yes            yes      no      no      no
save_draft        SUPERSEDED  no      yes      no        yes            yes      no      no      no
save_draft        RETRACTED   no      yes      no        yes            yes      no      no      no
submit            DRAFT       no      yes      no        yes            no       no      no      no
submit            RETURNED    no      yes      no        yes            no       no      no      no
submit            WITHDRAWN   place   place    place     place          place    place   place   place
submit            IN_REVIEW   place   place    place     place          place    place   place   place
submit            PUBLISHED   place   place    place     place          place    place   place   place
submit            SUPERSEDED  place   place    place     place          place    place   place   place
submit            RETRACTED   place   place    place     place          place    place   place   place
withdraw          DRAFT       no      yes      no        yes            own      no      no      no
withdraw          RETURNED    no      yes      no        yes            no       no      no      no
withdraw          WITHDRAWN   place   place    place     place          place    place   place   place
withdraw          IN_REVIEW   place   place    place     place          place    place   place   place
withdraw          PUBLISHED   place   place    place     place          place    place   place   place
withdraw          SUPERSEDED  place   place    place     place          place    place   place   place
withdraw          RETRACTED   place   place    place     place          place    place   place   place
return_to_author  DRAFT       place   place    place     place          place    place   place   place
return_to_author  RETURNED    place   place    place     place          place    place   place   place
return_to_author  WITHDRAWN   place   place    place     place          place    place   place   place
return_to_author  IN_REVIEW   no      no       second    second         no       no      no      no
return_to_author  PUBLISHED   place   place    place     place          place    place   place   place
return_to_author  SUPERSEDED  place   place    place     place          place    place   place   place
return_to_author  RETRACTED   place   place    place     place          place    place   place   place
publish           DRAFT       place   place    place     place          place    place   place   place
publish           RETURNED    place   place    place     place          place    place   place   place
publish           WITHDRAWN   place   place    place     place          place    place   place   place
publish           IN_REVIEW   no      no       second    second         no       no      no      no
publish           PUBLISHED   place   place    place     place          place    place   place   place
publish           SUPERSEDED  place   place    place     place          place    place   place   place
publish           RETRACTED   place   place    place     place          place    place   place   place
retract           DRAFT       place   place    place     place          place    place   place   place
retract           RETURNED    place   place    place     place          place    place   place   place
retract           WITHDRAWN   place   place    place     place          place    place   place   place
retract           IN_REVIEW   place   place    place     place          place    place   place   place
retract           PUBLISHED   no      no       yes       yes            no       no      no      no
retract           SUPERSEDED  place   place    place     place          place    place   place   place
retract           RETRACTED   place   place    place     place          place    place   place   place
"""  # noqa: E501 - one line for each move and place
STATE_AFTER = {
    "save_draft": "DRAFT",
    "submit": "IN_REVIEW",
    "withdraw": "WITHDRAWN",
    "return_to_author": "DRAFT",
    "publish": "PUBLISHED",
    "retract": "RETRACTED",
}


def rows_of_the_table() -> dict[tuple[str, str, str], str]:
    """(move, place, role) -> the word that stands there."""
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return {
        (move, place, role): word
        for move, place, *words in lines
        for role, word in zip(head[2:], words, strict=True)
    }


WORDS = rows_of_the_table()
CASES = [
    (move, place, role, relation)
    for move, place, role, relation in itertools.product(STATE_AFTER, PLACES, ROLES, RELATIONS)
    if (place, relation) not in (("DRAFT", "submitter"), ("WITHDRAWN", "submitter"))
]  # these two were never submitted


@dataclass(frozen=True, slots=True)
class Stage:
    """A version in every place, all written by one person and submitted by another."""

    draft: Draft
    people: dict[str, User]
    versions: dict[str, EvidenceVersion]


def account(name: str, role: str) -> User:
    """A person with this role and no statement of interests."""
    user = User.objects.create(username=name)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


@pytest.fixture(scope="module")
def stage(small_corpus: Report, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Made once, through the services; each test changes roles in its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _set_stage()
        transaction.set_rollback(True)


def _set_stage() -> Stage:
    desk = Desk()
    people = {name: account(name, "curator") for name in RELATIONS}
    for one in people.values():
        declare_interests(has_interests=False, text="", by=one, now=NOW)
    draft = desk.draft(share())

    def brought_to(place: str, item: EvidenceItem | None = None) -> EvidenceVersion:
        version = services.save_draft(draft=draft, by=people["author"], now=NOW, item=item)
        step: dict[str, Any] = {"version": version, "now": NOW}
        if place == "WITHDRAWN":
            services.withdraw(**step, by=people["author"], reason="Invented.")
        elif place != "DRAFT":
            services.submit(**step, by=people["submitter"])
        if place == "RETURNED":
            services.return_to_author(**step, by=desk.bob, comment="Invented.")
        elif place in ("PUBLISHED", "SUPERSEDED", "RETRACTED"):
            services.publish(**step, by=desk.bob)
        if place == "SUPERSEDED":
            brought_to("PUBLISHED", version.item)
        elif place == "RETRACTED":
            services.retract(**step, by=desk.bob, reason="Invented.")
        version.refresh_from_db()
        return version

    return Stage(draft, people, {place: brought_to(place) for place in PLACES})


def take_role(user: User, role: str) -> User:
    """The same person in another role: roles change while what somebody wrote stays."""
    groups = {"nobody": [], "inactive": ["administrator"]}.get(role, [role])
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
    User.objects.filter(pk=user.pk).update(is_active=role != "inactive")
    return User.objects.get(pk=user.pk)


def make(move: str, version: EvidenceVersion, by: User, draft: Draft, **given: Any) -> Any:
    """Call the service of a move with all that it may ask for."""
    if move == "save_draft":
        words = replace(draft, statement="Other words.")
        return services.save_draft(draft=words, item=version.item, by=by, now=LATER)
    step: Callable[..., EvidenceVersion] = getattr(services, move)
    asked = {"withdraw": "reason", "retract": "reason", "return_to_author": "comment"}
    if move in asked:
        given = {asked[move]: "Because.", **given}
    return step(version=version, by=by, now=LATER, **given)


def everything() -> dict[str, list[Any]]:
    """All rows a move could touch."""
    models = (EvidenceItem, EvidenceVersion, DraftRevision, Locator, Measurement, AuditEvent)
    return {one.__name__: list(one.objects.order_by("pk").values()) for one in models}


def expected(move: str, place: str, role: str, relation: str) -> type[OsteoDBError] | None:
    """The error the table asks for; None where the move is made."""
    word = WORDS[move, place, role]
    if word in ("second", "own"):
        word = "yes" if (relation == "other") == (word == "second") else "no"
        if relation == "submitter":
            word = "no"
    return {"yes": None, "no": NotPermitted, "place": services.MoveNotAllowed}[word]


def test_the_table_has_a_word_for_every_case() -> None:
    wanted = set(itertools.product(STATE_AFTER, PLACES, ROLES))
    assert wanted == WORDS.keys()
    assert len(CASES) == 912


@pytest.mark.parametrize(("move", "place", "role", "relation"), CASES)
def test_a_move_is_made_or_refused_as_the_table_says(
    stage: Stage, move: str, place: str, role: str, relation: str
) -> None:
    version = EvidenceVersion.objects.get(pk=stage.versions[place].pk)
    by = take_role(stage.people[relation], role)
    before = everything()
    error = expected(move, place, role, relation)
    if error:
        with pytest.raises(OsteoDBError) as refusal:
            make(move, version, by, stage.draft)
        assert type(refusal.value) is error
        assert everything() == before
        return
    moved = make(move, version, by, stage.draft)
    moved.refresh_from_db()
    assert moved.state == STATE_AFTER[move]
    last = AuditEvent.objects.first()
    assert last is not None
    assert (last.action, last.actor_id, last.object_id, last.new) == (
        move, by.pk, version.item.public_id, {"version": moved.number, "state": moved.state},
    )  # fmt: skip


# --- What a reviewer has to declare -----------------------------------------------------------

JUDGED = {"return_to_author": "IN_REVIEW", "publish": "IN_REVIEW", "retract": "PUBLISHED"}
AGES = {  # how long before the move the statement was made -> whether it is good
    "missing": (None, False),
    "from tomorrow": (dt.timedelta(days=-1), False),
    "fresh": (dt.timedelta(0), True),
    "364 days old": (dt.timedelta(days=364), True),
    "365 days old": (dt.timedelta(days=365), False),
    "366 days old": (dt.timedelta(days=366), False),
}


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("role", ["reviewer", "administrator"])
@pytest.mark.parametrize("move", JUDGED)
def test_who_judges_has_declared_their_interests_within_a_year(
    stage: Stage, move: str, role: str, age: str
) -> None:
    judge = account("judge", role)
    since, is_good = AGES[age]
    if since is not None:
        declare_interests(has_interests=False, text="", by=judge, now=LATER - since)
    version = EvidenceVersion.objects.get(pk=stage.versions[JUDGED[move]].pk)
    before = everything()
    if is_good:
        make(move, version, judge, stage.draft)
        return
    with pytest.raises(services.StatementMissing, match="Declare your interests"):
        make(move, version, judge, stage.draft)
    assert everything() == before


@pytest.mark.parametrize("move", ["save_draft", "submit", "withdraw"])
def test_who_writes_needs_no_statement(stage: Stage, move: str) -> None:
    curator = account("new", "curator")
    assert make(move, stage.versions["DRAFT"], curator, stage.draft)


def test_a_statement_of_somebody_else_helps_nobody(stage: Stage) -> None:
    judge = account("judge", "reviewer")
    declare_interests(has_interests=False, text="", by=stage.people["other"], now=LATER)
    with pytest.raises(services.StatementMissing):
        make("publish", stage.versions["IN_REVIEW"], judge, stage.draft)


# --- Reasons, and people with two roles --------------------------------------------------------


@pytest.mark.parametrize("said", ["", " ", "\n\t"])
@pytest.mark.parametrize(
    ("move", "place", "role", "word"),
    [
        ("withdraw", "DRAFT", "curator", "reason"),
        ("return_to_author", "IN_REVIEW", "reviewer", "comment"),
        ("retract", "PUBLISHED", "reviewer", "reason"),
    ],
)
def test_a_reason_of_blanks_is_none(
    stage: Stage, move: str, place: str, role: str, word: str, said: str
) -> None:
    by = take_role(stage.people["other"], role)
    before = everything()
    with pytest.raises(InvalidInput, match="reason") as refusal:
        make(move, stage.versions[place], by, stage.draft, **{word: said})
    assert type(refusal.value) is InvalidInput
    assert everything() == before


@pytest.mark.parametrize("relation", ["author", "submitter"])
@pytest.mark.parametrize("move", ["publish", "return_to_author"])
def test_a_curator_who_reviews_as_well_judges_no_work_of_their_own(
    stage: Stage, move: str, relation: str
) -> None:
    both = take_role(stage.people[relation], "curator")
    both.groups.add(Group.objects.get(name="reviewer"))
    with pytest.raises(NotPermitted, match="second person"):
        make(move, stage.versions["IN_REVIEW"], both, stage.draft)


@pytest.mark.parametrize("machine", ["drafter", "finder"])
def test_a_machine_that_was_given_a_persons_role_does_no_more_for_it(
    stage: Stage, machine: str
) -> None:
    both = take_role(stage.people["other"], machine)
    both.groups.add(Group.objects.get(name="reviewer"), Group.objects.get(name="curator"))
    for move, place in (("submit", "DRAFT"), *JUDGED.items()):
        with pytest.raises(NotPermitted):
            make(move, stage.versions[place], both, stage.draft)
