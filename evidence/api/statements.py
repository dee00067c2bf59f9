"""Rows of statements and of disagreements, read with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from evidence.api.parts import Values, locator_shape, source_ref
from evidence.api.rows import comparison_rows, measurement_rows
from evidence.api.shapes import (
    AssertionShape,
    DiscrepancyRowShape,
    EvidenceDetailShape,
    EvidenceRowShape,
    SideShape,
    VersionRefShape,
)
from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancySide,
    EvidenceVersion,
    Locator,
    Measurement,
    MechanismAssertion,
)
from evidence.querysets import READABLE
from osteodb.core.api.values import address, grouped, known, moment
from therapies.api.rows import agent_ref, class_ref, pathway_ref, regimen_ref, target_ref
from trials.api.rows import distinct_trials, shown_trial_columns
from trials.models import Trial

SHORT: dict[str, tuple[str, Callable[[str, str, str], Any]]] = {
    "agent": ("name", agent_ref),
    "target": ("symbol", target_ref),
    "pathway": ("name", pathway_ref),
    "regimen": ("name", regimen_ref),
    "therapyclass": ("name", class_ref),
}


def linked(
    through: type[Model], owner: str, ids: Sequence[int], name: str, site: str
) -> dict[Any, list[Any]]:
    """What each row is linked to through one table, in short: one query."""
    label, build = SHORT[name]
    rows = (
        through._default_manager.filter(**{f"{owner}_id__in": ids})
        .order_by(f"{name}__{label}")
        .values(f"{owner}_id", f"{name}__slug", f"{name}__{label}")
    )
    return {
        key: [build(row[f"{name}__slug"], row[f"{name}__{label}"], site) for row in group]
        for key, group in grouped(rows, f"{owner}_id").items()
    }


def linked_trials(
    through: type[Model], owner: str, ids: Sequence[int], site: str
) -> dict[Any, list[Any]]:
    """The trials each row is linked to that readers may see: one query."""
    rows = (
        through._default_manager.filter(
            **{f"{owner}_id__in": ids}, trial__head__in=Trial.objects.visible().values("pk")
        )
        .order_by("trial__public_id")
        .values(f"{owner}_id", *shown_trial_columns())
    )
    return {
        key: distinct_trials(group, site) for key, group in grouped(rows, f"{owner}_id").items()
    }


def evidence_rows(queryset: QuerySet[EvidenceVersion], site: str) -> list[EvidenceRowShape]:
    """Versions of statements: eight queries, however many."""
    versions = list(
        queryset.values(
            *("pk", "item__public_id", "number", "state", "kind", "statement", "level"),
            *("rating", "direction", "model_system", "published_at", "updated_at"),
        )
    )
    ids = [version["pk"] for version in versions]
    model, owner = EvidenceVersion, "evidenceversion"
    trials = linked_trials(model.trials.through, owner, ids, site)
    agents = linked(model.agents.through, owner, ids, "agent", site)
    targets = linked(model.targets.through, owner, ids, "target", site)
    pathways = linked(model.pathways.through, owner, ids, "pathway", site)
    regimens = linked(model.regimens.through, owner, ids, "regimen", site)
    classes = linked(model.therapy_classes.through, owner, ids, "therapyclass", site)
    places = _places(ids)
    return [
        {
            "public_id": row["item__public_id"],
            "url": address(site, "evidence", row["item__public_id"]),
            "version": row["number"],
            "state": row["state"],
            "kind": row["kind"],
            "statement": row["statement"],
            "level": row["level"],
            "rating": row["rating"],
            "direction": row["direction"],
            "model_system": row["model_system"],
            "trials": trials.get(row["pk"], []),
            "agents": agents.get(row["pk"], []),
            "targets": targets.get(row["pk"], []),
            "pathways": pathways.get(row["pk"], []),
            "regimens": regimens.get(row["pk"], []),
            "therapy_classes": classes.get(row["pk"], []),
            "sources": [
                {"source": source_ref(each.source, site), "locator": locator_shape(each)}
                for each in places[row["pk"]]
            ],
            "published_at": moment(row["published_at"]),
            "updated_at": moment(row["updated_at"]),
        }
        for row in versions
    ]


def _places(ids: Sequence[int]) -> dict[int, list[Locator]]:
    """Where each version was read, with the sources: one query."""
    places: dict[int, list[Locator]] = {pk: [] for pk in ids}
    located = Locator.objects.filter(version_id__in=ids).select_related("source")
    for locator in located.order_by("position", "pk"):
        places[locator.version_id].append(locator)
    return places


def _version_refs(item: int) -> list[VersionRefShape]:
    found = EvidenceVersion.objects.filter(item=item, state__in=READABLE).order_by("-number")
    return [
        {
            "number": each.number,
            "state": each.state,
            "published_at": moment(each.published_at),
            "superseded_at": moment(each.superseded_at),
            "retracted_at": moment(each.retracted_at),
        }
        for each in found
    ]


def _name(thing: object | None) -> str | None:
    return None if thing is None else str(thing)


def _assertions(version: EvidenceVersion, site: str) -> list[AssertionShape]:
    ends = [
        f"{end}_{kind}" for end in ("subject", "object") for kind in ("target", "agent", "pathway")
    ]
    found = MechanismAssertion.objects.filter(version=version).select_related(
        *ends, "donor_cell", "recipient_cell", "pathway", "locator__source"
    )
    return [
        {
            "subject": str(each.subject),
            "relation": each.relation,
            "object": str(each.object),
            "is_negated": each.is_negated,
            "carried_by_exosome": each.carried_by_exosome,
            "donor_cell": _name(each.donor_cell),
            "recipient_cell": _name(each.recipient_cell),
            "pathway": _name(each.pathway),
            "context": known(each.context),
            "model_system": each.model_system,
            "source": source_ref(each.locator.source, site),
            "locator": locator_shape(each.locator),
        }
        for each in found.order_by("position", "pk")
    ]


def evidence_detail(version: EvidenceVersion, site: str) -> EvidenceDetailShape:
    """One version in full, with its numbers, its mechanism and the item's other versions."""
    [row] = evidence_rows(EvidenceVersion.objects.filter(pk=version.pk), site)
    measured = Measurement.objects.filter(version=version).order_by("position", "pk")
    compared = Comparison.objects.filter(version=version).order_by("position", "pk")
    return {
        **row,
        "note": known(version.note),
        "retraction_reason": known(version.retraction_reason),
        "versions": _version_refs(version.item_id),
        "measurements": measurement_rows(measured, site),
        "comparisons": comparison_rows(compared, site),
        "assertions": _assertions(version, site),
    }


def _side(side: DiscrepancySide, site: str) -> SideShape:
    record = side.record
    return {
        "says": side.says,
        "is_disputed": side.is_disputed,
        "source": source_ref(side.source, site) if side.source else None,
        "record": f"{record.registry} {record.registry_id}" if record else None,
        "place": known(side.place),
        "measurement": _address("measurements", side.measurement_id, site),
        "comparison": _address("comparisons", side.comparison_id, site),
    }


def _address(resource: str, pk: int | None, site: str) -> str | None:
    return None if pk is None else address(site, resource, pk)


def discrepancy_rows(queryset: QuerySet[Discrepancy], site: str) -> list[DiscrepancyRowShape]:
    """Disagreements with their sides: six queries, however many."""
    found: list[Values] = list(
        queryset.values(
            "pk", "slug", "kind", "state", "title", "explanation", "opened_at", "decided_at"
        )
    )
    ids = [row["pk"] for row in found]
    sides: dict[int, list[SideShape]] = {pk: [] for pk in ids}
    for side in (
        DiscrepancySide.objects.filter(discrepancy_id__in=ids)
        .select_related("source", "record")
        .defer("record__payload")
        .order_by("position", "pk")
    ):
        sides[side.discrepancy_id].append(_side(side, site))
    trials = linked_trials(Discrepancy.trials.through, "discrepancy", ids, site)
    agents = linked(Discrepancy.agents.through, "discrepancy", ids, "agent", site)
    targets = linked(Discrepancy.targets.through, "discrepancy", ids, "target", site)
    pathways = linked(Discrepancy.pathways.through, "discrepancy", ids, "pathway", site)
    return [
        {
            "slug": row["slug"],
            "url": address(site, "discrepancies", row["slug"]),
            "kind": row["kind"],
            "state": row["state"],
            "title": row["title"],
            "explanation": known(row["explanation"]),
            "sides": sides[row["pk"]],
            "trials": trials.get(row["pk"], []),
            "agents": agents.get(row["pk"], []),
            "targets": targets.get(row["pk"], []),
            "pathways": pathways.get(row["pk"], []),
            "opened_at": moment(row["opened_at"]),
            "decided_at": moment(row["decided_at"]),
        }
        for row in found
    ]
