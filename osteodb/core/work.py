"""Work that people take, give and talk about: a discrepancy, a quality issue, a pair, a statement.

Who has it is one row of `Assignment`; who had it before, and every comment, are rows of the audit
log, which outlive what they are about. A decision leaves both as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.db.models import BooleanField, Exists, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from osteodb.core.audit import name_of, record_event
from osteodb.core.errors import InvalidInput, NotPermitted
from osteodb.core.models import Assignment, AuditEvent, User
from osteodb.core.permissions import GRANTS, permissions_of
from osteodb.core.review import CHECKERS
from osteodb.core.roles import ADMINISTRATOR, MACHINES, roles_of
from osteodb.core.writing import acting

JUDGED = "evidence.evidenceversion"  # who checks a statement works on it and does not write in it
DECISIONS = dict.fromkeys(("decide_discrepancy", "decide_link", "settle_issue"), "decided")


def workers_of(model: type[Model]) -> frozenset[str]:
    """The roles that may work on rows of a model: those that may change them, or judge them."""
    meta = model._meta
    name = f"{meta.app_label}.change_{meta.model_name}"
    roles = frozenset(role for role in GRANTS if name in permissions_of(role))
    return roles | CHECKERS if meta.label_lower == JUDGED else roles


def may_work(person: User | None, model: type[Model]) -> bool:
    """Whether a person may take, give and comment on rows of a model."""
    return bool(roles_of(person) & workers_of(model))


def people_for(model: type[Model]) -> QuerySet[User]:
    """Everybody with an account who may be given such work, by name: one query."""
    roles = workers_of(model)
    held = Q(groups__name__in=roles)
    if ADMINISTRATOR in roles:
        held |= Q(is_superuser=True)
    people = User.objects.filter(held, is_active=True, is_staff=True)
    machines = User.objects.filter(groups__name__in=MACHINES)
    return people.exclude(pk__in=machines).order_by("last_name", "username").distinct()


def assign_work(
    *, row: Model, assignee: User | None, by: User, now: dt.datetime, comment: str = ""
) -> Assignment:
    """Give a piece of work to a person (oneself, to take it), or to nobody, to give it back.

    What somebody else has taken is not taken away in silence: that needs a comment. Given again to
    who has it, nothing happens. Raises NotPermitted where this person may not work there or the
    assignee may not, InvalidInput without that comment.
    """
    _check_worker(by, row)
    if assignee is not None and not may_work(assignee, type(row)):
        raise NotPermitted(f"{assignee} has no role that works on this.")
    with acting(action="assign_work", by=by, now=now):
        kind, key = name_of(row)
        held, _is_new = Assignment.objects.select_for_update().get_or_create(
            object_kind=kind,
            object_id=key,
            defaults={"assigned_by": by, "assigned_at": now},
        )
        former = held.assignee
        if former == assignee:
            return held
        if former is not None and former != by and not comment.strip():
            raise InvalidInput(f"{former} has taken it: say why it goes to somebody else.")
        held.assignee, held.assigned_by, held.assigned_at = assignee, by, now
        held.save()
        record_event(
            action="assign_work",
            target=row,
            by=by,
            now=now,
            old={"assigned_to": _name(former)},
            new={"assigned_to": _name(assignee)},
            comment=comment.strip(),
        )
    return held


def take_all(*, rows: Iterable[Model], by: User, now: dt.datetime) -> tuple[int, int]:
    """Take every piece of work that nobody else has: how many are mine now, how many were left."""
    taken = left = 0
    with acting(action="assign_work", by=by, now=now):
        for one in rows:
            try:
                assign_work(row=one, assignee=by, by=by, now=now)
            except InvalidInput:  # somebody else has it
                left += 1
            else:
                taken += 1
    return taken, left


def comment_on(*, row: Model, text: str, by: User, now: dt.datetime) -> AuditEvent:
    """Say something about a piece of work; it stays on record whatever becomes of the work.

    Raises NotPermitted for who may not work there, InvalidInput where nothing is said.
    """
    _check_worker(by, row)
    if not text.strip():
        raise InvalidInput("Write what you want to say.")
    with acting(action="comment", by=by, now=now):
        return record_event(action="comment", target=row, by=by, now=now, comment=text.strip())


def work_of(rows: Sequence[Model]) -> dict[int, Assignment]:
    """Who has which of these rows (all of one model), by their primary key: one query."""
    if not rows:
        return {}
    keys = {name_of(one)[1]: one.pk for one in rows}
    found = Assignment.objects.filter(object_kind=name_of(rows[0])[0], object_id__in=keys)
    return {keys[one.object_id]: one for one in found.select_related("assignee", "assigned_by")}


def assigned(rows: QuerySet[Model], to: User | None = None) -> QuerySet[Model]:
    """Those of the rows that this person has, or that anybody has (None).

    For models that the audit log knows by their primary key.
    """
    return rows.filter(_has_it(rows.model, to))


def unassigned(rows: QuerySet[Model]) -> QuerySet[Model]:
    """Those of the rows that nobody has."""
    return rows.exclude(_has_it(rows.model, None))


def discussion_of(rows: Collection[Model]) -> list[AuditEvent]:
    """All that was said, given and decided about these rows, oldest first: one query.

    What they are linked to (`set_trials` and the like) is told by their history.
    """
    about = Q()
    for one in rows:
        kind, key = name_of(one)
        about |= Q(object_kind=kind, object_id=key)
    events = AuditEvent.objects.filter(about).exclude(action__startswith="set_")
    return list(events.order_by("id")) if rows else []


def in_words(event: AuditEvent) -> str:
    """One row of a discussion as a sentence without its subject; what was said stands beside it."""
    if event.action == "comment":
        return "said"
    new, old = event.new or {}, event.old or {}
    if event.action == "assign_work":
        name, former = new.get("assigned_to"), old.get("assigned_to")
        if not name:
            return "gave it back" if former == event.actor_name else f"took it from {former}"
        return "took it" if name == event.actor_name else f"gave it to {name}"
    words = DECISIONS.get(event.action, event.action.replace("_", " "))
    told = [str(new[name]) for name in ("state", "decision") if new.get(name)]
    version = [f"version {new['version']}"] if new.get("version") else []
    told = [one.replace("_", " ").lower() for one in told]
    return f"{words}: {', '.join([*version, *told])}" if told else words


def what_was_said(event: AuditEvent) -> str:
    """The words that go with one row of a discussion: its comment, or the reason it gives."""
    return event.comment or str((event.new or {}).get("reason") or "")


def _has_it(model: type[Model], person: User | None) -> Exists:
    held = Assignment.objects.filter(
        object_kind=model._meta.label_lower, object_id=Cast(OuterRef("pk"), TextField())
    )
    who = Q(assignee=person) if person else Q(assignee__isnull=False)
    return Exists(held.filter(who), output_field=BooleanField())


def _check_worker(by: User, row: Model) -> None:
    if not may_work(by, type(row)):
        raise NotPermitted("Your role does not work on this.")


def _name(person: User | None) -> str:
    return str(person) if person else ""
