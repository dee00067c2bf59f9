"""The endpoints about mechanisms: the list of arrows, and the questions to their graph."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import QueryDict

from evidence.api import mechanism_shapes as shapes
from evidence.api.parts import locator_shape, source_ref
from evidence.filters_mechanisms import (
    AssertionFilterSet,
    EntityQuestion,
    PathsQuestion,
    asked_entity,
    asked_path,
    optional_entity,
)
from evidence.mechanism_queries import edge_of, load_graph, visible_assertions, with_all
from evidence.mechanisms.contradictions import Contradiction, contradictions
from evidence.mechanisms.graph import MOST_PATHS, Path, Step
from evidence.mechanisms.parts import Edge, Node
from evidence.models import MechanismAssertion, ModelSystem
from osteodb.core.api.questions import RESERVED, Question
from osteodb.core.api.values import address, known
from osteodb.core.api.views import Resource
from trials.api.views import by_id

# --- The list -------------------------------------------------------------------------------------


class Assertions(Resource):
    """The arrows of published mechanism statements: who does what to whom, and in what it was seen.

    `stance` parts what was seen to hold from what was seen not to hold. `clinical` is true only for
    what was seen in patients.
    """

    filterset_class = AssertionFilterSet
    row_shape = detail_shape = shapes.AssertionRowShape
    singular, plural = "assertion", "assertions"

    def visible(self) -> QuerySet[MechanismAssertion]:
        return visible_assertions()

    def rows(
        self, queryset: QuerySet[MechanismAssertion], site: str
    ) -> list[shapes.AssertionRowShape]:
        return [assertion_row(one, site) for one in with_all(queryset)]

    def one(self, key: str, site: str) -> shapes.AssertionRowShape:
        pk = by_id(self.visible(), key)
        return assertion_row(with_all(self.visible()).get(pk=pk), site)


def assertion_row(one: MechanismAssertion, site: str) -> shapes.AssertionRowShape:
    """One arrow; whatever it points to has to be fetched with it."""
    edge = edge_of(one)
    return {
        "id": one.pk,
        "url": address(site, "assertions", one.pk),
        "subject": entity(edge.subject, site),
        "relation": edge.relation,
        "object": entity(edge.object, site),
        "sign": edge.sign,
        "stance": edge.stance,
        "is_negated": edge.is_negated,
        "carried_by_exosome": edge.carried_by_exosome,
        "donor_cell": optional(edge.donor, site),
        "recipient_cell": optional(edge.recipient, site),
        "pathway": optional(edge.pathway, site),
        "context": known(edge.context),
        "model_system": edge.model_system,
        "clinical": edge.model_system == ModelSystem.PATIENT,
        "direction": edge.direction,
        "evidence": {
            "public_id": edge.evidence,
            "url": address(site, "evidence", edge.evidence),
            "version": one.version.number,
            "kind": one.version.kind,
            "level": one.version.level,
            "model_system": one.version.model_system,
        },
        "source": source_ref(one.locator.source, site),
        "locator": locator_shape(one.locator),
    }


# --- The questions --------------------------------------------------------------------------------


class Paths(Question):
    """The ways from one entity to another, shortest first, each step with all it rests on.

    What was seen not to hold carries no path and stands beside the step that it contradicts.
    No sign or score of a whole path is computed: the signs are those of its arrows. Without
    `arrows=any`, findings are walked along their arrow only.
    """

    question_class = PathsQuestion
    required = ("from", "to")
    answer_shape = shapes.PathsShape
    name, tag = "paths between two entities", "mechanisms"

    def answer(self, query: QueryDict, site: str) -> shapes.PathsShape:
        asked = asked_path(PathsQuestion(query, reserved=RESERVED))
        found = load_graph().paths(
            asked.start, asked.end, longest=asked.longest, arrows=asked.arrows
        )
        return {
            "start": entity(asked.start, site),
            "end": entity(asked.end, site),
            "longest": found.longest,
            "arrows": found.arrows,
            "count": len(found.found),
            "most": MOST_PATHS,
            "capped": found.is_capped,
            "paths": [path_shape(path, site) for path in found.found],
        }


class TouchingEntity(Question):
    """Everything that touches one entity: what it does, what is done to it, where it gives or takes
    (donor and recipient cells), and what goes through it; for and against apart.
    """

    question_class = EntityQuestion
    required = ("entity",)
    answer_shape = shapes.TouchingShape
    name, tag = "everything touching an entity", "mechanisms"

    def answer(self, query: QueryDict, site: str) -> shapes.TouchingShape:
        node = asked_entity(EntityQuestion(query, reserved=RESERVED))
        touching = load_graph().touching(node)
        return {
            "entity": entity(node, site),
            "count": touching.count,
            "parts": [
                {
                    "role": part.role,
                    "supporting": edges(part.supporting, site),
                    "opposing": edges(part.opposing, site),
                }
                for part in touching.parts
            ],
        }


class Contradictions(Question):
    """Findings that point both ways: one raises what the other lowers, or one saw what the other
    did not. Both sides are given with source and place, and in what each was seen.
    """

    question_class = EntityQuestion
    answer_shape = shapes.ContradictionsShape
    name, tag = "contradictions among findings", "mechanisms"

    def answer(self, query: QueryDict, site: str) -> shapes.ContradictionsShape:
        about = optional_entity(EntityQuestion(query, reserved=RESERVED))
        found = contradictions(load_graph(), about)
        return {
            "count": len(found),
            "contradictions": [contradiction_shape(one, site) for one in found],
        }


# --- Shapes ---------------------------------------------------------------------------------------


def entity(node: Node, site: str) -> shapes.EntityShape:
    """An entity in short."""
    return {
        "id": node.id,
        "kind": node.kind,
        "slug": node.slug,
        "name": node.name,
        "url": address(site, f"{node.kind}s", node.slug),
    }


def optional(node: Node | None, site: str) -> shapes.EntityShape | None:
    """An entity in short, or null where none is given."""
    return None if node is None else entity(node, site)


def edges(found: Iterable[Edge], site: str) -> list[shapes.EdgeShape]:
    """Arrows in full."""
    return [edge_shape(edge, site) for edge in found]


def edge_shape(edge: Edge, site: str) -> shapes.EdgeShape:
    """An arrow in full."""
    cited = edge.citation
    return {
        "origin": edge.origin,
        "url": address(site, "assertions", edge.id) if edge.is_finding else None,
        "subject": entity(edge.subject, site),
        "relation": edge.relation,
        "object": entity(edge.object, site),
        "detail": known(edge.detail),
        "sign": edge.sign,
        "stance": edge.stance,
        "is_negated": edge.is_negated,
        "carried_by_exosome": edge.carried_by_exosome,
        "donor_cell": optional(edge.donor, site),
        "recipient_cell": optional(edge.recipient, site),
        "pathway": optional(edge.pathway, site),
        "context": known(edge.context),
        "model_system": known(edge.model_system),
        "clinical": edge.model_system == ModelSystem.PATIENT,
        "evidence": statement_ref(edge, site),
        "citation": {
            "name": known(cited.name),
            "source": address(site, "sources", cited.source) if cited.source else None,
            "place": known(cited.place),
            "url": known(cited.url),
            "seen_on": known(cited.seen_on),
        },
    }


def statement_ref(edge: Edge, site: str) -> shapes.StatementRefShape | None:
    """The statement of a finding; null for a tie."""
    if not edge.is_finding:
        return None
    return {
        "public_id": edge.evidence,
        "url": address(site, "evidence", edge.evidence),
        "statement": edge.statement,
        "level": edge.level,
        "direction": edge.direction,
    }


def path_shape(path: Path, site: str) -> shapes.PathShape:
    """A way, step by step."""
    return {
        "length": len(path.steps),
        "entities": [entity(node, site) for node in path.nodes],
        "steps": [step_shape(step, site) for step in path.steps],
    }


def step_shape(step: Step, site: str) -> shapes.StepShape:
    """One step with all it rests on."""
    return {
        "start": entity(step.start, site),
        "end": entity(step.end, site),
        "against_arrows": step.is_against_arrows,
        "tie": step.is_tie,
        "disputed": step.is_disputed,
        "supporting": edges(step.supporting, site),
        "opposing": edges(step.opposing, site),
    }


def contradiction_shape(one: Contradiction, site: str) -> shapes.ContradictionShape:
    """Both sides of findings that point both ways."""
    return {
        "kind": one.kind,
        "subject": entity(one.subject, site),
        "object": entity(one.object, site),
        "claim": one.claim,
        "supporting": edges(one.supporting, site),
        "opposing": edges(one.opposing, site),
    }
