"""The life of a statement: drafted, submitted, published by a second person, retracted."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from evidence import rules
from evidence.draft_json import draft_as_json
from evidence.drafts import Draft
from evidence.models import (
    Benchmark,
    DraftRevision,
    EvidenceItem,
    EvidenceVersion,
    Measurement,
)
from evidence.services.content import OWN_FIELDS, draft_of, parts_of, write_content
from evidence.services.disputes import follow_numbers
from evidence.services.findings import write_findings
from evidence.services.sources import retracted_sources
from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput, NotPermitted
from osteodb.core.interests import current_statement
from osteodb.core.models import User
from osteodb.core.review import OPEN, WRITERS, Move, ReviewState, find_move
from osteodb.core.roles import DRAFTER, roles_of
from osteodb.core.writing import acting, save_checked, set_fields


class MoveNotAllowed(Conflict):
    """The version does not stand where this step begins."""


class SavedMeanwhile(MoveNotAllowed):
    """Somebody else saved or moved the draft since it was opened: nothing was written over."""


class StatementMissing(NotPermitted):
    """Who judges the work of others has declared no interests within the last year."""


def save_draft(
    *,
    draft: Draft,
    by: User,
    now: dt.datetime,
    item: EvidenceItem | None = None,
    seen: dt.datetime | None = None,
) -> EvidenceVersion:
    """Write a draft: of a new item (None), of its open draft, or of the next version.

    A published version is never touched; the next one says what it is based on. Broken rules do not
    stop a draft from being kept, as long as its parts hold together; `submit` refuses them.
    A person who rewrites a machine's draft becomes its author; a machine writes over no open draft.
    What the arithmetic finds is written with it and stops nothing. What was said about a number of
    the draft stays with the number of its key. `seen` is when the draft that was changed had last
    been saved: saved since by somebody else, it is not written over.
    Raises NotPermitted, MoveNotAllowed while a version waits for review, SavedMeanwhile where it
    was saved since, or InvalidInput, also where a number is left out that a disagreement is about.
    """
    if not roles_of(by) & WRITERS:
        raise NotPermitted("Only a curator or an administrator writes evidence.")
    _raise_problems(rules.structure_problems(draft))
    with acting(action="save_draft", by=by, now=now):
        if item is None:
            item = EvidenceItem.objects.create(created_at=now, created_by=by)
        item = EvidenceItem.objects.select_for_update().get(pk=item.pk)
        version = _open_draft(item, by, seen)
        former = parts_of(version) if version else None
        version = version or _next_version(item, by, now)
        for name in OWN_FIELDS:
            setattr(version, name, getattr(draft, name))
        version.updated_at = now
        save_checked(version)
        write_content(version, draft, former)
        _keep_revision(version, draft, by, now)
        if draft.measurements or draft.comparisons:
            write_findings(versions=[version.pk], now=now)
        _record("save_draft", version, by, now)
    return version


@transaction.atomic
def submit(
    *, version: EvidenceVersion, by: User, now: dt.datetime, seen: dt.datetime | None = None
) -> EvidenceVersion:
    """Ask for a second pair of eyes. Raises InvalidInput with every broken rule.

    Here and in the other moves `seen` is when the version that a person had before them had last
    been saved or moved: another by now, it is not moved (MoveNotAllowed).
    """
    move = _begin("submit", version, by, now, seen=seen)
    _raise_problems(rules.problems(draft_of(version)))
    return _move(move, version, by, now, {"submitted_at": now, "submitted_by": by})


@transaction.atomic
def withdraw(
    *,
    version: EvidenceVersion,
    by: User,
    now: dt.datetime,
    reason: str,
    seen: dt.datetime | None = None,
) -> EvidenceVersion:
    """Give up a draft; it stays for curators to read, with the reason, and the item is free again.

    Raises NotPermitted where a machine tries it on a draft that is not its own or that a person
    has had in hand, MoveNotAllowed, or InvalidInput without a reason.
    """
    move = _begin("withdraw", version, by, now, reason, seen=seen)
    if DRAFTER in roles_of(by) and not is_untouched(version, by):
        raise NotPermitted(f"{version} is in a person's hands: a machine leaves it alone.")
    given = {"withdrawn_at": now, "withdrawn_by": by, "withdrawal_reason": reason}
    return _move(move, version, by, now, given, reason)


def is_machine(user: User) -> bool:
    """Whether an account is a part of the system that writes drafts."""
    return user.groups.filter(name=DRAFTER).exists()


def is_untouched(version: EvidenceVersion, author: User) -> bool:
    """Whether a version is a draft as its author left it: no other wrote in it or sent it on."""
    stored = EvidenceVersion.objects.get(pk=version.pk)
    is_draft = stored.state == ReviewState.DRAFT
    return is_draft and stored.author_id == author.pk and stored.submitted_by_id is None


@transaction.atomic
def return_to_author(
    *,
    version: EvidenceVersion,
    by: User,
    now: dt.datetime,
    comment: str,
    seen: dt.datetime | None = None,
) -> EvidenceVersion:
    """Send a version back with what is wrong with it. Raises InvalidInput without a comment."""
    move = _begin("return_to_author", version, by, now, comment, seen=seen)
    return _move(move, version, by, now, {"review_comment": comment}, comment)


@transaction.atomic
def publish(
    *,
    version: EvidenceVersion,
    by: User,
    now: dt.datetime,
    comment: str = "",
    seen: dt.datetime | None = None,
) -> EvidenceVersion:
    """Let readers see it; the version published before becomes SUPERSEDED and stays readable.

    What was said about a number of the earlier one follows it where it says the same.
    Raises NotPermitted for the author, MoveNotAllowed, or InvalidInput where a rule is broken or
    where all of it was read in sources that were retracted.
    """
    move = _begin("publish", version, by, now, seen=seen)
    _raise_problems(rules.problems(draft_of(version)))
    if withdrawn := retracted_sources(version):
        names = ", ".join(source.short_name for source in withdrawn)
        raise InvalidInput(f"It rests on nothing but a retracted source: {names}.")
    with acting(action="publish", by=by, now=now):
        former = version.item.versions.filter(state="PUBLISHED").first()
        if former:
            set_fields(former, {"state": ReviewState.SUPERSEDED.value, "superseded_at": now})
            save_checked(former)
            _record("supersede", former, by, now)
        given = {"reviewer": by, "review_comment": comment, "published_at": now}
        _move(move, version, by, now, given, comment)
        if version.number > 1:  # of a first version there was nothing to say before
            follow_numbers(version=version, by=by, now=now)
    return version


@transaction.atomic
def retract(
    *,
    version: EvidenceVersion,
    by: User,
    now: dt.datetime,
    reason: str,
    seen: dt.datetime | None = None,
) -> EvidenceVersion:
    """Withdraw a published version; its page stays, with the reason."""
    move = _begin("retract", version, by, now, reason, seen=seen)
    given = {"retracted_at": now, "retracted_by": by, "retraction_reason": reason}
    return _move(move, version, by, now, given, reason)


def set_benchmark(
    *,
    slug: str,
    name: str,
    measurement: Measurement,
    by: User | None,
    now: dt.datetime,
    note: str = "",
) -> Benchmark:
    """Name a published measurement as a historical control; named again, it is brought up to date.

    Raises InvalidInput for a number that is not published or not seen in patients.
    """
    version = measurement.version
    if version.state != ReviewState.PUBLISHED or version.model_system != "PATIENT":
        raise InvalidInput("A benchmark is a published number seen in patients.")
    row = Benchmark.objects.filter(slug=slug).first() or Benchmark(slug=slug)
    with acting(action="set_benchmark", by=by, now=now):
        given = {"name": name, "measurement": measurement, "note": note}
        if row._state.adding or any(getattr(row, key) != value for key, value in given.items()):
            for key, value in given.items():
                setattr(row, key, value)
            save_checked(row)
            record_event(action="set_benchmark", target=row, by=by, now=now)
    return row


def _keep_revision(version: EvidenceVersion, draft: Draft, by: User, now: dt.datetime) -> None:
    """Put on record what was saved, so that an earlier saving of a draft can be read again."""
    last = version.revisions.aggregate(last=Max("number"))["last"] or 0
    DraftRevision.objects.create(
        version=version,
        number=last + 1,
        content=draft_as_json(draft),
        saved_by=by,
        saved_at=now,
    )


def _open_draft(item: EvidenceItem, by: User, seen: dt.datetime | None) -> EvidenceVersion | None:
    """The draft of the item that is being written, if this person may write in it now."""
    version = item.versions.filter(state__in=OPEN).first()
    if version and version.state == ReviewState.IN_REVIEW:
        raise MoveNotAllowed(f"{version} waits for review: it has to come back first.")
    if version and DRAFTER in roles_of(by):
        raise MoveNotAllowed(f"{version} is open: a machine writes over no draft.")
    if seen and (version is None or version.updated_at != seen):
        raise SavedMeanwhile("Somebody else saved or moved this draft meanwhile: load it again.")
    if version and is_machine(version.author):
        version.author = by
    return version


def _next_version(item: EvidenceItem, by: User, now: dt.datetime) -> EvidenceVersion:
    """The next version, based on the last that was not withdrawn, or on the last of all."""
    last = item.versions.aggregate(last=Max("number"))["last"] or 0
    kept = item.versions.exclude(state=ReviewState.WITHDRAWN).order_by("-number").first()
    return EvidenceVersion(
        item=item,
        number=last + 1,
        based_on=kept or item.versions.filter(number=last).first(),
        author=by,
        created_at=now,
    )


def _begin(
    name: str,
    version: EvidenceVersion,
    by: User,
    now: dt.datetime,
    comment: str = "",
    *,
    seen: dt.datetime | None,
) -> Move:
    """The move `name` from where the version stands, if this person may make it.

    The statement is locked until the transaction ends: what is checked now is what is moved.
    """
    EvidenceItem.objects.select_for_update().get(pk=version.item_id)  # one step at a time
    version.refresh_from_db()
    if seen and version.updated_at != seen:
        raise MoveNotAllowed(f"{version} was saved or moved since you read it: read it again.")
    move = find_move(name, version.state)
    words = name.replace("_", " ")
    if move is None:
        raise MoveNotAllowed(
            f"{version} is {version.state.lower()}: it cannot be taken to “{words}”."
        )
    if not roles_of(by) & move.roles:
        raise NotPermitted(f"Your role does not allow “{words}”.")
    if move.needs_other and by.pk in (version.author_id, version.submitted_by_id):
        raise NotPermitted("Whoever wrote or submitted it cannot: it takes a second person.")
    if move.needs_statement and current_statement(by, now) is None:
        raise StatementMissing(
            "Declare your interests first: a statement is asked of a reviewer once a year."
        )
    if move.needs_comment and not comment.strip():
        raise InvalidInput("Give the reason.")
    return move


def _move(
    move: Move,
    version: EvidenceVersion,
    by: User,
    now: dt.datetime,
    given: dict[str, object],
    comment: str = "",
) -> EvidenceVersion:
    with acting(action=move.name, by=by, now=now):
        version.state = move.target.value
        version.updated_at = now
        set_fields(version, given)
        save_checked(version)
        _record(move.name, version, by, now, comment)
    return version


def _raise_problems(found: list[rules.Problem]) -> None:
    if found:
        sentences = [problem.message for problem in found]
        fields: dict[str, list[str]] = {}
        for problem in found:
            fields.setdefault(problem.field, []).append(problem.message)
        raise InvalidInput(" ".join(sentences), sentences, fields=fields)


def _record(
    action: str, version: EvidenceVersion, by: User, now: dt.datetime, comment: str = ""
) -> None:
    record_event(
        action=action,
        target=version.item,
        by=by,
        now=now,
        new={"version": version.number, "state": version.state},
        comment=comment,
    )
