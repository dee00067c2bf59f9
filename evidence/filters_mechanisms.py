"""What may be asked of the arrows of mechanisms: the list, and the questions to the graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from evidence.filter_parts import evidence_filter, model_system_filter, source_filter
from evidence.filters_neighbourhood import (
    ContradictedFilter,
    NearFilter,
    StepsFilter,
    entity_wanted,
)
from evidence.mechanism_queries import OPPOSES, entity_ids, find_node, involving
from evidence.mechanisms.graph import ANY, FOLLOW, LONGEST, SHORTEST, USUAL
from evidence.mechanisms.parts import AGAINST, AGENT, FOR, KINDS, PATHWAY, TARGET, Node
from evidence.models import EvidenceLevel, Relation
from osteodb.core.api.questions import Parameters, demand
from osteodb.core.filter_values import UnknownTerm, one_of, whole_number
from osteodb.core.filters import (
    ChoicesFilter,
    FilterProblem,
    InvalidFilters,
    OrderingFilter,
    StrictFilterSet,
    TermsFilter,
    TernaryFilter,
    ValueFilter,
    YesNoFilter,
)
from therapies.filters import agent_filter, flat, pathway_ids, search_filter, target_filter

STANCES = ((FOR, "seen to hold"), (AGAINST, "seen not to hold"))
ARROWS = ((FOLLOW, "along the arrows"), (ANY, "either way"))
NAMING = 'as "target:cd274", "agent:avelumab", "pathway:wnt-beta-catenin", or any name'
Groups = list[list[tuple[str, int]]]


# --- The list of arrows ---------------------------------------------------------------------------


def _at(*ends: str) -> Callable[[Groups], Q]:
    """Arrows with any of these entities at one of the ends."""

    def where(groups: Groups) -> Q:
        condition = Q(pk__in=())
        for kind in KINDS:
            keys = [pk for one, pk in flat(groups) if one == kind]
            for end in ends if keys else ():
                condition |= Q(**{f"{end}_{kind}__in": keys})
        return condition

    return where


def _entity_filter(label: str, *ends: str) -> TermsFilter:
    return TermsFilter(
        resolve=entity_ids,
        where=_at(*ends),
        label=label,
        help_text=f"Entity that is the {' or the '.join(ends)}: {NAMING}; "
        "an ambiguous name means all it may mean.",
    )


def _cell_filter(label: str, column: str) -> TermsFilter:
    return target_filter_of(label, lambda groups: Q(**{f"{column}__in": flat(groups)}))


def target_filter_of(label: str, where: Callable[[list[Any]], Q]) -> TermsFilter:
    """A filter on targets under another name than `target`."""
    made = target_filter(where)
    made.label = label
    made.help_text = f"Slug or any name of the {label}."
    return made


def _stances(values: list[str]) -> Q:
    if len(set(values)) > 1:
        return Q()
    return OPPOSES if values[0] == AGAINST else ~OPPOSES


class AssertionFilterSet(StrictFilterSet):
    """Arrows by their ends, their relation, where they were seen, and how strongly."""

    subject = _entity_filter("subject", "subject")
    object = _entity_filter("object", "object")
    entity = NearFilter(
        resolve=entity_ids,
        where=_at("subject", "object"),
        label="subject or object",
        help_text=f"Entity that is the subject or the object: {NAMING}; "
        "an ambiguous name means all it may mean. With `steps`, arrows further away are found too.",
    )
    steps = StepsFilter()
    contradicted = ContradictedFilter()
    relation = ChoicesFilter(
        Relation.choices, field_name="relation", label="relation", help_text="What is done."
    )
    target = target_filter(lambda groups: involving(TARGET, flat(groups)))
    agent = agent_filter(lambda groups: involving(AGENT, flat(groups)))
    pathway = TermsFilter(
        resolve=pathway_ids,
        where=lambda groups: involving(PATHWAY, flat(groups)),
        label="pathway",
        help_text="Slug or any name of a pathway that is an end of the arrow or what it goes "
        "through.",
    )
    donor = _cell_filter("donor cell", "donor_cell")
    recipient = _cell_filter("recipient cell", "recipient_cell")
    stance = ChoicesFilter(
        STANCES,
        where=_stances,
        label="finding",
        help_text="FOR: seen to hold; AGAINST: seen not to hold, or in a statement that the "
        "evidence does not support.",
    )
    negated = YesNoFilter(
        Q(is_negated=True),
        label="negated",
        help_text="true: the arrow itself was seen not to hold.",
    )
    carried_by_exosome = TernaryFilter(
        "carried_by_exosome",
        label="carried by exosomes",
        help_text="Whether exosomes carry what acts.",
    )
    model_system = model_system_filter("model_system")
    level = ChoicesFilter(
        EvidenceLevel.choices,
        field_name="version__level",
        label="level",
        help_text="Level of the statement the arrow belongs to.",
    )
    source = source_filter(lambda groups: Q(locator__source_id__in=flat(groups)))
    evidence = evidence_filter("version__item")
    search = search_filter(
        lambda text: (
            Q(version__statement__icontains=text)
            | Q(context__icontains=text)
            | Q(subject_name__icontains=text)
            | Q(object_name__icontains=text)
        ),
        "statements, contexts and the names of subject and object",
    )
    ordering = OrderingFilter(
        {
            "id": "pk",
            "subject": "subject_name",
            "object": "object_name",
            "relation": "relation",
            "stance": "stance",
            "level": "version__level",
            "evidence": "version__item__public_id",
        },
        default="subject,object,-stance,level",
    )

    def _value_problems(self) -> list[FilterProblem]:
        return super()._value_problems() or entity_wanted(self.form.cleaned_data)


# --- Questions to the graph -----------------------------------------------------------------------


def _node_filter(label: str) -> ValueFilter:
    return ValueFilter(
        read=find_node,
        where=lambda node: Q(),
        label=label,
        help_text=f"Entity {label}: {NAMING} that means one thing only.",
    )


def _steps(text: str) -> int:
    number = whole_number(text)
    if not SHORTEST <= number <= LONGEST:
        message = f"{text!r} is not a number of steps from {SHORTEST} to {LONGEST}."
        raise UnknownTerm(message)
    return number


class PathsQuestion(Parameters):
    """From where to where, and by how many steps at most."""

    to = _node_filter("at which the path ends")
    longest = ValueFilter(
        read=_steps,
        where=lambda number: Q(),
        schema={"type": "integer", "minimum": SHORTEST, "maximum": LONGEST, "default": USUAL},
        label="steps at most",
        help_text="Steps a path may have at most.",
    )
    arrows = ValueFilter(
        read=one_of(ARROWS),
        where=lambda way: Q(),
        schema={"type": "string", "enum": [FOLLOW, ANY], "default": FOLLOW},
        label="arrows",
        help_text="follow: findings are walked along their arrow; any: either way. An agent's "
        "target, a pathway's member and relations without a direction are walked either way.",
    )

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """`from` cannot be an attribute's name in Python."""
        return {"from": _node_filter("at which the path begins"), **super().get_filters()}


class EntityQuestion(Parameters):
    """About one entity."""

    entity = _node_filter("asked about")


@dataclass(frozen=True, slots=True)
class AskedPath:
    """A question for paths, understood."""

    start: Node
    end: Node
    longest: int
    arrows: str


def asked_path(asked: PathsQuestion) -> AskedPath:
    """From where to where. Raises InvalidFilters with a sentence for everything that is wrong."""
    given = asked.asked()
    ends = (("from", "where the path begins"), ("to", "where it ends"))
    demand(given, [(name, f"Give {name}: {words}, {NAMING}.") for name, words in ends])
    if given["from"] == given["to"]:
        message = f"from and to both mean {given['to'].id}: a path leads from one thing to another."
        raise InvalidFilters([FilterProblem("to", message)])
    longest, arrows = given.get("longest", USUAL), given.get("arrows", FOLLOW)
    return AskedPath(given["from"], given["to"], longest, arrows)


def asked_entity(asked: EntityQuestion) -> Node:
    """The entity a question is about. Raises InvalidFilters."""
    given = asked.asked()
    demand(given, [("entity", f"Give entity: {NAMING}.")])
    node: Node = given["entity"]
    return node


def optional_entity(asked: EntityQuestion) -> Node | None:
    """The entity a question is narrowed to, where one is given. Raises InvalidFilters."""
    node: Node | None = asked.asked().get("entity")
    return node
