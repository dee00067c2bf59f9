"""The endpoint that compares two versions of a statement."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from django.db.models import Q
from django.http import QueryDict

from evidence.difference_words import PartWords, differences_in_words
from evidence.differences import Change
from evidence.models import EvidenceItem, EvidenceVersion
from osteodb.core.api.questions import RESERVED, Parameters, Question, demand
from osteodb.core.api.values import address
from osteodb.core.filter_values import UnknownTerm, whole_number
from osteodb.core.filters import FilterProblem, InvalidFilters, ValueFilter


class FieldDifferenceShape(TypedDict):
    """One field in which two versions differ, in words."""

    field: str
    old: str
    new: str


class PartDifferenceShape(TypedDict):
    """One part of a statement, or the statement itself, that differs."""

    part: Annotated[str, 'Such as "statement" or "measurement pfs6-km".']
    change: Annotated[str, {"enum": [one.value for one in Change]}]
    fields: list[FieldDifferenceShape]


class DifferencesShape(TypedDict):
    """Everything in which two versions of a statement differ."""

    evidence: str
    url: str
    old: Annotated[int, "Number of the earlier version asked for."]
    new: int
    differences: list[PartDifferenceShape]


def _item(text: str) -> EvidenceItem:
    found = EvidenceItem.objects.visible().filter(public_id__iexact=text).first()
    if found is None:
        raise UnknownTerm(f"There is no evidence {text[:40]!r}.")
    return found


def _number(help_text: str) -> ValueFilter:
    return ValueFilter(
        read=whole_number,
        where=lambda number: Q(),
        schema={"type": "integer", "minimum": 1},
        label="version",
        help_text=help_text,
    )


class DifferencesQuestion(Parameters):
    """Which statement, and which two of its versions."""

    evidence = ValueFilter(
        read=_item,
        where=lambda item: Q(),
        label="evidence",
        help_text="Public id of the statement, such as OST-E000001.",
    )
    to = _number("Number of the later version.")

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """`from` cannot be an attribute's name in Python."""
        own = super().get_filters()
        later = own.pop("to")
        return {**own, "from": _number("Number of the earlier version."), "to": later}

    def versions(self) -> tuple[EvidenceVersion, EvidenceVersion]:
        """The two versions, both open to readers. Raises InvalidFilters."""
        given = self.asked()
        demand(given, [(name, f"Give {name}.") for name in ("evidence", "from", "to")])
        readable = given["evidence"].versions.readable().select_related("item")
        found = {one.number: one for one in readable}
        unknown = [
            FilterProblem(name, f"Readers may open no version {given[name]}.")
            for name in ("from", "to")
            if given[name] not in found
        ]
        if unknown:
            raise InvalidFilters(unknown)
        return found[given["from"]], found[given["to"]]


class Differences(Question):
    """Two versions of a statement, field by field: what was added, taken out and changed.

    Parts are the same part where they have the same key. Values are in words, as on the page.
    """

    question_class = DifferencesQuestion
    required = ("evidence", "from", "to")
    answer_shape = DifferencesShape
    name, tag = "differences of two versions", "evidence"

    def answer(self, query: QueryDict, site: str) -> DifferencesShape:
        old, new = DifferencesQuestion(query, reserved=RESERVED).versions()
        public_id = new.item.public_id
        return {
            "evidence": public_id,
            "url": address(site, "evidence", public_id),
            "old": old.number,
            "new": new.number,
            "differences": [_part(one) for one in differences_in_words(old, new)],
        }


def _part(one: PartWords) -> PartDifferenceShape:
    return {
        "part": one.title,
        "change": one.change,
        "fields": [{"field": each.label, "old": each.old, "new": each.new} for each in one.fields],
    }
