"""What every service does alike: one transaction, the actor in the history, checked rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.utils.text import slugify

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.merged import all_kept
from osteodb.core.models import User


@contextmanager
def acting(*, action: str, by: User | None, now: dt.datetime) -> Iterator[None]:
    """One transaction whose history rows say who did what, and when by the caller's clock."""
    actor = by.pk if by else None
    with (
        transaction.atomic(),
        pghistory.context(user=actor, action=action, at=now.isoformat()),
    ):
        yield


def save_checked(row: Model) -> None:
    """Save one row that obeys all its rules: field, choice, uniqueness and database constraint.

    The database is asked about uniqueness and constraints by saving, and only where it refuses by
    one query for each rule, to have words for it: a load of many rows is five times faster so.
    Raises InvalidInput with every broken rule, or Conflict where somebody else was faster.
    """
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
        with transaction.atomic():
            row.save()
    except (ValidationError, IntegrityError) as refusal:
        try:
            row.full_clean()
        except ValidationError as error:
            raise invalid(error) from error
        raise Conflict(
            f"Somebody saved the same {row._meta.verbose_name} a moment ago; load it again."
        ) from refusal


def save_all_checked(rows: Sequence[Model]) -> None:
    """Save new rows of one model that obey all their rules, in a handful of statements.

    Keys of other tables are looked for together; fields are checked one by one, without a query.
    Where the database refuses, the rows are saved singly, so that the first that breaks a rule has
    words for it. All are saved or none. Raises as `save_checked`.
    """
    if not rows:
        return
    given = [row.pk for row in rows]
    keys = [one for one in rows[0]._meta.fields if isinstance(one, ForeignKey)]
    try:
        for row in rows:
            row.clean_fields(exclude={one.name for one in keys})
            row.clean()
        if not all(_all_there(rows, key) for key in keys):
            raise IntegrityError("A row that is pointed to is not there.")
        with transaction.atomic():
            type(rows[0])._default_manager.bulk_create(rows)
    except (ValidationError, IntegrityError):
        with transaction.atomic():
            for row, pk in zip(rows, given, strict=True):
                row.pk = pk  # the refused attempt may have given it one
                save_checked(row)


def _all_there(rows: Sequence[Model], key: ForeignKey[Any, Any]) -> bool:
    """Whether every row that a foreign key points to exists, and none is empty that must not be."""
    wanted = {getattr(row, key.attname) for row in rows if not key.is_cached(row)}
    if None in wanted and not key.null:
        return False
    pks = wanted - {None}
    related: Any = key.related_model
    return not pks or related._default_manager.filter(pk__in=pks).count() == len(pks)


def invalid(error: ValidationError) -> InvalidInput:
    """Django's refusal as one of ours, with the fields it speaks of."""
    fields = {
        "" if name == NON_FIELD_ERRORS else name: messages
        for name, messages in error.message_dict.items()
    }
    problems = [
        f"{name.replace('_', ' ')}: {message}" if name else message
        for name, messages in fields.items()
        for message in messages
    ]
    return InvalidInput(" ".join(problems), problems, fields=fields)


def raise_problems(problems: Mapping[str, str]) -> None:
    """Raise InvalidInput where a rule found something; `problems` is field -> sentence."""
    if problems:
        sentences = list(problems.values())
        fields = {name: [sentence] for name, sentence in problems.items()}
        raise InvalidInput(" ".join(sentences), sentences, fields=fields)


def set_fields(row: Model, fields: Mapping[str, Any]) -> bool:
    """Set attributes; True where one differs from what was there."""
    changed = {name for name, value in fields.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, fields[name])
    return bool(changed)


def set_links(
    row: Model, name: str, values: Iterable[Model], *, by: User | None, now: dt.datetime
) -> bool:
    """Set a many-to-many relation; a difference is an audit row, for triggers do not see it.

    In the place of a row that was merged into another the other is linked.
    """
    relation = getattr(row, name)
    old = {link.pk: str(link) for link in relation.all()}
    new = {link.pk: str(link) for link in all_kept(values)}
    if old.keys() == new.keys():
        return False
    relation.set(list(new))
    record_event(
        action=f"set_{name}",
        target=row,
        by=by,
        now=now,
        old={name: sorted(old.values())},
        new={name: sorted(new.values())},
    )
    return True


def free_slug(model: type[Model], text: str, *, longest: int = 80) -> str:
    """An address made from a name, with a number where the plain one is taken."""
    base = slugify(text)[: longest - 4].strip("-") or model._meta.model_name or "row"
    slug, number = base, 1
    while model._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
