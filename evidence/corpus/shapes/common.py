"""Pieces that the entries of several files share."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from evidence.corpus.specs import (
    Choice,
    Many,
    Ref,
    Shape,
    Spec,
    Text,
    Whole,
)

KEY = Text(required=True, longest=80)
NOTE = Text(longest=2000)


def one_of(
    choices: type[TextChoices], *, required: bool = False, default: str | None = None
) -> Choice:
    """One of a model's own choices."""
    return Choice(values=tuple(choices.values), required=required, default=default)


def refs(kind: str, *, is_set: bool = True) -> Many:
    """Keys of entries of another file."""
    return Many(item=Ref(kind=kind), is_set=is_set)


PLACE: Mapping[str, Spec] = {
    "source": Ref(kind="sources", required=True),
    "section": Text(longest=120),
    "sentence": Whole(),
    "page": Text(longest=40),
    "table": Text(longest=120),
    "row": Text(longest=120),
    "column": Text(longest=120),
    "figure": Text(longest=120),
    "url": Text(longest=500),
    "reference": Text(longest=60),
}
CITED = Shape(fields=PLACE, required=True)
CITATIONS = Many(item=Shape(fields=PLACE))
CITATIONS_NEEDED = Many(item=Shape(fields=PLACE), least=1, required=True)
